package storetest

import (
	"math"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// asker makes queries about notices: its values are those that the notices have, and some that they nearly have.
type asker struct {
	*Generator
	notices []*notice.Notice
	shown   []*field.Field // may be compared and shown
	sorted  []*field.Field // may be sorted by
	worded  []*field.Field // may be searched by words
}

func newAsker(g *Generator, notices []*notice.Notice) *asker {
	a := &asker{Generator: g, notices: notices, shown: catalogue.Columns()}
	for _, f := range catalogue.All() {
		if f.Words {
			a.worded = append(a.worded, f)
		}
		if !f.Multi && !f.Hidden {
			a.sorted = append(a.sorted, f)
		}
	}
	return a
}

// Query makes a query.
func (a *asker) Query() query.Query {
	q := query.Query{Limit: -1}
	if !a.chance(10) {
		q.Where = a.expr(3)
	}
	for range a.r.IntN(3) {
		q.Sort = append(q.Sort, query.Key{Field: one(a.Generator, a.sorted), Desc: a.chance(2)})
	}
	if a.chance(2) {
		q.Limit = a.r.IntN(30)
	}
	if a.chance(4) {
		q.Offset = a.r.IntN(10)
	}
	if a.chance(3) {
		keys := q.Sort
		if keys == nil {
			keys = defaultKeys
		}
		p := query.PositionOf(one(a.Generator, a.notices), keys)
		if a.chance(4) {
			p.ID += "x"
		}
		q.After = &p
	}
	return q
}

var defaultKeys = []query.Key{{Field: f("dateparution"), Desc: true}}

// fields picks some to show.
func (a *asker) fields() []*field.Field {
	list := make([]*field.Field, a.r.IntN(6))
	for i := range list {
		list[i] = one(a.Generator, a.shown)
	}
	if a.chance(10) {
		return a.shown
	}
	return list
}

func (a *asker) expr(depth int) query.Expr {
	kind := a.r.IntN(12)
	if depth == 0 {
		kind = 4 + a.r.IntN(8)
	}
	switch kind {
	case 0, 1:
		return query.And(a.list(depth))
	case 2:
		return query.Or(a.list(depth))
	case 3:
		return query.Not{X: a.expr(depth - 1)}
	case 4:
		return query.Null{Field: one(a.Generator, catalogue.All())}
	case 5, 6:
		return a.words()
	case 7:
		return a.prefix()
	case 8, 9:
		fd := one(a.Generator, a.shown)
		values := make([]field.Value, a.r.IntN(4))
		for i := range values {
			values[i] = a.value(fd)
		}
		return query.In{Field: fd, Values: values}
	}
	fd := one(a.Generator, a.shown)
	return query.Compare{Field: fd, Op: query.Op(a.r.IntN(6)), Value: a.value(fd)}
}

func (a *asker) list(depth int) []query.Expr {
	list := make([]query.Expr, a.r.IntN(4))
	for i := range list {
		list[i] = a.expr(depth - 1)
	}
	return list
}

// value gives one that the field has somewhere, or one beside it.
func (a *asker) value(fd *field.Field) field.Value {
	for range 5 {
		if values := fd.Get(one(a.Generator, a.notices)); len(values) > 0 {
			return a.shift(fd, one(a.Generator, values))
		}
	}
	return a.shift(fd, field.Value{})
}

func (a *asker) shift(fd *field.Field, v field.Value) field.Value {
	if !a.chance(4) {
		return v
	}
	switch fd.Type {
	case field.Text:
		v.Str = one(a.Generator, []string{v.Str + "x", v.Str + " ", strings.ToUpper(v.Str), one(a.Generator, strange)})
	case field.Date:
		v.Str = one(a.Generator, []string{"", "2024", "2024-02", "2024-02-31", "2024-2-3", "9999-12-31", "0001-01-01", "quand ?"})
	case field.DateTime:
		v.Time = one(a.Generator, []time.Time{{}, v.Time.Add(time.Nanosecond), v.Time.Add(-time.Millisecond), v.Time.Add(time.Hour), time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC)})
	case field.Number, field.Bool, field.Int:
		v.Num = one(a.Generator, []float64{-v.Num, v.Num + 1, math.Nextafter(v.Num, 2), math.Inf(1), math.Inf(-1), 0.5, math.Copysign(0, -1)})
	}
	return v
}

func (a *asker) prefix() query.Expr {
	fd := one(a.Generator, a.shown)
	for fd.Type != field.Text && fd.Type != field.Date {
		fd = one(a.Generator, a.shown)
	}
	runes := []rune(a.value(fd).Str)
	return query.Prefix{Field: fd, Prefix: string(runes[:a.r.IntN(len(runes)+1)])}
}

// words asks for some of the terms of one text, in or out of order, whole or in part.
func (a *asker) words() query.Expr {
	w := query.Words{Fields: []*field.Field{one(a.Generator, a.worded)}}
	if a.chance(3) {
		w.Fields = append(w.Fields, one(a.Generator, a.worded))
	}
	var terms []string
	if values := w.Fields[0].Get(one(a.Generator, a.notices)); len(values) > 0 {
		terms = text.Terms(one(a.Generator, values).Str)
	}
	if len(terms) > 0 {
		from := a.r.IntN(len(terms))
		terms = terms[from:min(len(terms), from+1+a.r.IntN(3))]
	}
	if a.chance(5) {
		terms = append(terms[:len(terms):len(terms)], one(a.Generator, []string{"travail", "tra", "|", "%", "", "école"}))
	}
	if a.chance(2) {
		w.Tokens = query.Each(terms...)
	} else if len(terms) > 0 {
		w.Tokens = []query.Token{query.Phrase(terms...)}
	}
	if a.chance(2) {
		w.Tokens = append(w.Tokens, a.token(terms))
	}
	return w
}

// token asks for a word as it is written, or for a piece of it, or for what is near.
func (a *asker) token(terms []string) query.Token {
	word := text.Fold(one(a.Generator, vocabulary))
	if len(terms) > 0 && a.chance(2) {
		word = strings.Join(terms, " ")
	}
	t := query.Token{Text: word, OpenStart: a.chance(2), OpenEnd: a.chance(2)}
	if runes := []rune(word); a.chance(2) && len(runes) > 0 {
		t.Text = string(runes[a.r.IntN(len(runes)):])
	}
	if a.chance(3) && !strings.Contains(t.Text, " ") {
		t.Fuzzy = 1 + a.r.IntN(2)
	}
	return t
}
