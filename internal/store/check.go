package store

import (
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// CheckNotice says whether an engine can take a notice: it needs an id, text in UTF-8, days that a calendar has and finite
// numbers. Readers give nothing else; a notice of another making gets a fault of kind Invalid that names it and the field.
// Engines call it before they write anything of a Put. values are those of the fields, see Values.
func CheckNotice(n *notice.Notice, fields []*field.Field, values [][]field.Value) error {
	if n.ID == "" || !utf8.ValidString(n.ID) {
		return fault.New(fault.Invalid, "a notice without a usable id (%q) cannot be stored", n.ID)
	}
	for i, f := range fields {
		for _, v := range values[i] {
			if what := defect(f.Type, v); what != "" {
				return fault.New(fault.Invalid, "notice %s cannot be stored: field %s holds %s", n.ID, f.Name, what)
			}
		}
	}
	return nil
}

// Values reads the values of fields from a notice: nil is null.
func Values(n *notice.Notice, fields []*field.Field) [][]field.Value {
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
// through (Words, Null), sort keys are single-valued, After fits them. The faults are of kind Invalid.
func CheckQuery(q query.Query, keys []query.Key, fields []*field.Field) error {
	if q.Offset < 0 {
		return fault.New(fault.Invalid, "offset %d is negative", q.Offset)
	}
	for _, f := range fields {
		if f.Hidden {
			return fault.New(fault.Invalid, "field %s can be searched, not shown", f.Name)
		}
	}
	for _, k := range keys {
		if k.Field.Multi || k.Field.Hidden {
			return fault.New(fault.Invalid, "field %s cannot be sorted by: it has several values", k.Field.Name)
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
	case (f.Type == field.Number || f.Type == field.Bool) && v.Num != v.Num:
		return fault.New(fault.Invalid, "the value for field %s is not a number", f.Name)
	}
	return nil
}

func notUTF8(f *field.Field) error {
	return fault.New(fault.Invalid, "the text for field %s is not UTF-8", f.Name)
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
