package scalar

import "github.com/boamp/boamp/internal/field"

// Multi reports whether an expression has several values.
func Multi(e Expr) bool { return false }

func (x Ref) Type() field.Type                       { return 0 }
func (x Ref) String() string                         { return "" }
func (x Ref) eval(r field.Record) []field.Value      { panic("not written yet") }
func (x Lit) Type() field.Type                       { return 0 }
func (x Lit) String() string                         { return "" }
func (x Lit) eval(r field.Record) []field.Value      { panic("not written yet") }
func (x Neg) Type() field.Type                       { return 0 }
func (x Neg) String() string                         { return "" }
func (x Neg) eval(r field.Record) []field.Value      { panic("not written yet") }
func (x Arith) Type() field.Type                     { return 0 }
func (x Arith) String() string                       { return "" }
func (x Arith) eval(r field.Record) []field.Value    { panic("not written yet") }
func (x Compare) Type() field.Type                   { return 0 }
func (x Compare) String() string                     { return "" }
func (x Compare) eval(r field.Record) []field.Value  { panic("not written yet") }
func (x Length) Type() field.Type                    { return 0 }
func (x Length) String() string                      { return "" }
func (x Length) eval(r field.Record) []field.Value   { panic("not written yet") }
func (x Lower) Type() field.Type                     { return 0 }
func (x Lower) String() string                       { return "" }
func (x Lower) eval(r field.Record) []field.Value    { panic("not written yet") }
func (x Part) Type() field.Type                      { return 0 }
func (x Part) String() string                        { return "" }
func (x Part) eval(r field.Record) []field.Value     { panic("not written yet") }
func (x Format) Type() field.Type                    { return 0 }
func (x Format) String() string                      { return "" }
func (x Format) eval(r field.Record) []field.Value   { panic("not written yet") }
func (x IfNull) Type() field.Type                    { return 0 }
func (x IfNull) String() string                      { return "" }
func (x IfNull) eval(r field.Record) []field.Value   { panic("not written yet") }
func (x JSONOf) Type() field.Type                    { return 0 }
func (x JSONOf) String() string                      { return "" }
func (x JSONOf) eval(r field.Record) []field.Value   { panic("not written yet") }
func (x Shuffle) Type() field.Type                   { return 0 }
func (x Shuffle) String() string                     { return "" }
func (x Shuffle) eval(r field.Record) []field.Value  { panic("not written yet") }
func (x Step) Type() field.Type                      { return 0 }
func (x Step) String() string                        { return "" }
func (x Step) eval(r field.Record) []field.Value     { panic("not written yet") }
func (x TimeStep) Type() field.Type                  { return 0 }
func (x TimeStep) String() string                    { return "" }
func (x TimeStep) eval(r field.Record) []field.Value { panic("not written yet") }
func (x Bounds) Type() field.Type                    { return 0 }
func (x Bounds) String() string                      { return "" }
func (x Bounds) eval(r field.Record) []field.Value   { panic("not written yet") }
func (x Segments) Type() field.Type                  { return 0 }
func (x Segments) String() string                    { return "" }
func (x Segments) eval(r field.Record) []field.Value { panic("not written yet") }
func (x First) Type() field.Type                     { return 0 }
func (x First) String() string                       { return "" }
func (x First) eval(r field.Record) []field.Value    { panic("not written yet") }
