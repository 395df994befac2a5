package store

import (
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// CheckNotice says whether an engine can take a notice: it needs an id, text in UTF-8, days that a calendar has and finite
// numbers. Readers give nothing else; a notice of another making gets a fault of kind Invalid that names it and the field.
// Engines call it before they write anything of a Put. values are those of the fields, see Values.
func CheckNotice(n *notice.Notice, fields []*field.Field, values [][]field.Value) error {
	if n.ID == "" || !utf8.ValidString(n.ID) {
		return fault.New(fault.Invalid, "a notice without a usable id (%q) cannot be stored", n.ID)
	}
	return CheckRecord("notice "+n.ID, fields, values)
}

// CheckRecord is CheckNotice for the values of any record, which it calls name.
func CheckRecord(name string, fields []*field.Field, values [][]field.Value) error {
	for i, f := range fields {
		for _, v := range values[i] {
			if what := defect(f.Type, v); what != "" {
				return fault.New(fault.Invalid, "%s cannot be stored: field %s holds %s", name, f.Name, what)
			}
		}
	}
	return nil
}

// Values reads the values of fields from a record, such as a notice: nil is null.
func Values(n field.Record, fields []*field.Field) [][]field.Value {
	row := make([][]field.Value, len(fields))
	for i, f := range fields {
		if v := f.Get(n); len(v) > 0 {
			row[i] = v
		}
	}
	return row
}

// defect names what keeps a value from being stored; empty when nothing does.
func defect(t field.Type, v field.Value) string {
	switch t {
	case field.Text, field.JSON:
		if !utf8.ValidString(v.Str) {
			return "text that is not UTF-8"
		}
	case field.Date:
		if d, ok := notice.ParseDate(v.Str); !ok || d.String() != v.Str {
			return "a day that no calendar has"
		}
	case field.DateTime:
		if y := v.Time.Year(); y < 1 || y > 9999 {
			return "a time outside of the years 1 to 9999"
		}
	case field.Number, field.Int, field.Bool:
		if v.Num-v.Num != 0 {
			return "a number that is not finite"
		}
	}
	return ""
}

// CheckQuery says whether a request is one that every engine answers, so that all refuse the same: text is UTF-8, numbers
// are numbers, words are looked for in fields that have them, prefixes in text and days, a hidden field is only looked
// through (Words, Null), an opaque one and JSON are only shown, sort keys are single-valued, After fits them, computed fields pass
// scalar.Check and rankings query.Ranking.Check. The faults are of kind Invalid, or TooLarge from these two.
func CheckQuery(q query.Query, keys []query.Key, fields []*field.Field) error {
	if q.Offset < 0 {
		return fault.New(fault.Invalid, "offset %d is negative", q.Offset)
	}
	for _, f := range fields {
		if f.Hidden {
			return fault.New(fault.Invalid, "field %s can be searched, not shown", f.Name)
		}
		if err := checkComputed(f); err != nil {
			return err
		}
	}
	for _, k := range keys {
		if k.Field.Multi || k.Field.Hidden {
			return fault.New(fault.Invalid, "field %s cannot be sorted by: it has several values", k.Field.Name)
		}
		if err := checkOrdered(k.Field); err != nil {
			return err
		}
	}
	if err := checkPosition(q.After, keys); err != nil {
		return err
	}
	return CheckExpr(q.Where)
}

func checkPosition(p *query.Position, keys []query.Key) error {
	if p == nil {
		return nil
	}
	bad := len(p.Keys) != len(keys) || !utf8.ValidString(p.ID)
	for i := 0; i < len(keys) && !bad; i++ {
		bad = len(p.Keys[i]) > 1 || len(p.Keys[i]) == 1 && checkValue(keys[i].Field, p.Keys[i][0]) != nil
	}
	if bad {
		return fault.New(fault.Invalid, "the position to continue behind does not fit the order of the request")
	}
	return nil
}

// CheckExpr is CheckQuery for a predicate alone.
func CheckExpr(e query.Expr) error {
	switch e := e.(type) {
	case query.And:
		return checkAll(e)
	case query.Or:
		return checkAll(e)
	case query.Not:
		return CheckExpr(e.X)
	case query.Compare:
		return checkLeaf(e.Field, e.Value)
	case query.In:
		return checkLeaf(e.Field, e.Values...)
	case query.Prefix:
		if e.Field.Type != field.Text && e.Field.Type != field.Date {
			return fault.New(fault.Invalid, "field %s (%s) has no beginnings to look for", e.Field.Name, e.Field.Type)
		}
		return checkLeaf(e.Field, field.Str(e.Prefix))
	case query.Null:
		if e.Field.Opaque || e.Field.Type == field.JSON && e.Field.From != nil {
			return onlyShown(e.Field)
		}
		return checkComputed(e.Field)
	case query.Words:
		for _, f := range e.Fields {
			if !f.Words {
				return fault.New(fault.Invalid, "field %s cannot be searched by words", f.Name)
			}
			for _, t := range e.Tokens {
				if !utf8.ValidString(t.Terms) || !utf8.ValidString(t.Text) {
					return notUTF8(f)
				}
			}
		}
	}
	return nil
}

func checkAll(list []query.Expr) error {
	for _, x := range list {
		if err := CheckExpr(x); err != nil {
			return err
		}
	}
	return nil
}

func checkLeaf(f *field.Field, values ...field.Value) error {
	if f.Hidden {
		return fault.New(fault.Invalid, "field %s can only be searched by words", f.Name)
	}
	if err := checkOrdered(f); err != nil {
		return err
	}
	for _, v := range values {
		if err := checkValue(f, v); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(f *field.Field, v field.Value) error {
	switch {
	case (f.Type == field.Text || f.Type == field.Date) && !utf8.ValidString(v.Str):
		return notUTF8(f)
	case (f.Type == field.Number || f.Type == field.Int || f.Type == field.Bool) && v.Num != v.Num:
		return fault.New(fault.Invalid, "the value for field %s is not a number", f.Name)
	}
	return nil
}

func notUTF8(f *field.Field) error {
	return fault.New(fault.Invalid, "the text for field %s is not UTF-8", f.Name)
}

// checkOrdered says whether values of a field can be compared, whatever they are.
func checkOrdered(f *field.Field) error {
	if f.Opaque || f.Type == field.JSON {
		return onlyShown(f)
	}
	return checkComputed(f)
}

func onlyShown(f *field.Field) error {
	return fault.New(fault.Invalid, "field %s can be shown, not compared, sorted or grouped by", f.Name)
}

func checkComputed(f *field.Field) error {
	if f.From == nil {
		return nil
	}
	if e, ok := f.From.(scalar.Expr); ok {
		if err := scalar.Check(e); err != nil {
			return err
		}
	}
	for _, read := range scalar.Fields(scalar.Of(f)) {
		if r, ok := read.From.(query.Ranking); ok {
			if err := r.Check(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Limits of groups.
const (
	MaxKeys      = 20
	MaxMultiKeys = 3 // a record is in a group for each combination of their values
	MaxValues    = 100
)

// CheckGroups is CheckQuery for groups: keys and aggregates can take their fields, Sort names columns. The faults are of kind Invalid,
// TooLarge for more than the limits.
func CheckGroups(g query.Groups) error {
	if g.Offset < 0 {
		return fault.New(fault.Invalid, "offset %d is negative", g.Offset)
	}
	several := 0
	for _, f := range g.Keys {
		if f.Hidden {
			return fault.New(fault.Invalid, "field %s can be searched, not grouped by", f.Name)
		}
		if err := checkOrdered(f); err != nil {
			return err
		}
		if f.Multi {
			several++
		}
	}
	if len(g.Keys) > MaxKeys || several > MaxMultiKeys || len(g.Values) > MaxValues {
		return fault.New(fault.TooLarge, "groups have at most %d keys, %d of them with several values, and %d aggregates", MaxKeys, MaxMultiKeys, MaxValues)
	}
	for _, a := range g.Values {
		if err := checkAggregate(a); err != nil {
			return err
		}
	}
	for _, s := range g.Sort {
		if s.Column < 0 || s.Column >= len(g.Keys)+len(g.Values) {
			return fault.New(fault.Invalid, "groups have no column %d to sort by", s.Column)
		}
	}
	return CheckExpr(g.Where)
}

func checkAggregate(a query.Aggregate) error {
	if a.Func < query.Count || a.Func > query.SumSquares {
		return fault.New(fault.Invalid, "there is no such aggregate")
	}
	f := a.Field
	if f == nil {
		if a.Func != query.Count {
			return fault.New(fault.Invalid, "%s needs a field", a.Func)
		}
		return nil
	}
	if f.Hidden {
		return fault.New(fault.Invalid, "field %s can be searched, not aggregated", f.Name)
	}
	if err := checkOrdered(f); err != nil {
		return err
	}
	switch counts := a.Func == query.Count || a.Func == query.CountDistinct; {
	case counts || f.Type.Numeric() && !f.Multi:
	case f.Multi:
		return fault.New(fault.Invalid, "%s takes one value of a record, field %s has several", a.Func, f.Name)
	case f.Type != field.Date && f.Type != field.DateTime || a.Func != query.Min && a.Func != query.Max:
		return fault.New(fault.Invalid, "%s takes no %s, which field %s is", a.Func, f.Type, f.Name)
	}
	if a.Func == query.Percentile && !(a.Q >= 0 && a.Q <= 1) {
		return fault.New(fault.Invalid, "a percentile is between 0 and 1, not %v", a.Q)
	}
	return nil
}

// DefaultSort names the field by which rows are ordered when a query names none: the latest first.
const DefaultSort = "dateparution"

// Keys gives the order that a query asks for, the default one when it names none.
func Keys(q query.Query, c *field.Catalogue) []query.Key {
	if len(q.Sort) > 0 {
		return q.Sort
	}
	return []query.Key{{Field: c.Must(DefaultSort), Desc: true}}
}
