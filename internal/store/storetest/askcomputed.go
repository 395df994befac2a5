package storetest

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// testRandomComputed is testRandom with computed fields wherever a field can stand.
func testRandomComputed(t *testing.T, db store.Store, queries int) {
	if testing.Short() {
		queries = min(queries, 100)
	}
	seed, a, s := randomData(t, db)
	t.Logf("seed %d, %d queries", seed, queries)
	for range queries {
		compare(t, s, a.notices, a.computedQuery(), a.computedFields())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// testRandomGroups compares random groups with those of the reference evaluator.
func testRandomGroups(t *testing.T, db store.Store, queries int) {
	if testing.Short() {
		queries = min(queries, 100)
	}
	seed, a, s := randomData(t, db)
	t.Logf("seed %d, %d queries", seed, queries)
	for range queries {
		compareGroups(t, s, a.notices, a.groups())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// compareGroups holds groups against the reference: keys and what is whole exactly, other numbers nearly.
func compareGroups(t testing.TB, s store.View, notices []*notice.Notice, g query.Groups) {
	t.Helper()
	want := query.RunGroups(func(yield func(field.Record) bool) {
		for _, n := range notices {
			if !yield(n) {
				return
			}
		}
	}, g)
	got := groups(t, s, g)
	if len(got) != len(want) {
		t.Errorf("%s gives %d groups, want %d", g.Canonical(), len(got), len(want))
		return
	}
	for i, row := range want {
		for j, v := range row {
			fd := &field.Field{Type: columnType(g, j)}
			ok := len(got[i]) == len(row) && same(fd, got[i][j], v)
			if !ok && fd.Type == field.Number && j >= len(g.Keys) && len(got[i][j]) == 1 && len(v) == 1 {
				ok = near(got[i][j][0].Num, v[0].Num)
			}
			if !ok {
				t.Errorf("%s has in row %d\n [%s], want\n [%s]", g.Canonical(), i, table(g, got[i:i+1]), table(g, want[i:i+1]))
				return
			}
		}
	}
}

// computedQuery makes a query of which most fields are computed.
func (a *asker) computedQuery() query.Query {
	q := a.Query()
	q.After = nil
	switch e := a.computedExpr(); {
	case a.chance(3):
		q.Where = e
	case a.chance(2):
		q.Where = query.And{q.Where, e}
	default:
		q.Where = query.Or{query.Not{X: e}, q.Where}
	}
	for range a.r.IntN(3) {
		q.Sort = append(q.Sort, query.Key{Field: a.computed(single), Desc: a.chance(2)})
	}
	if a.chance(3) {
		p := query.PositionOf(one(a.Generator, a.notices), store.Keys(q, catalogue))
		q.After = &p
	}
	return q
}

// computedExpr asks something of a computed field.
func (a *asker) computedExpr() query.Expr {
	fd := a.computed(several)
	if fd.Type == field.Bool && a.chance(2) {
		return query.Compare{Field: fd, Value: field.Flag(true)}
	}
	switch a.r.IntN(5) {
	case 0:
		return query.Null{Field: fd}
	case 1:
		return query.In{Field: fd, Values: []field.Value{a.value(fd), a.value(fd)}}
	case 2:
		if v := []rune(a.value(fd).Str); fd.Type == field.Text || fd.Type == field.Date {
			return query.Prefix{Field: fd, Prefix: string(v[:a.r.IntN(len(v)+1)])}
		}
	}
	return query.Compare{Field: fd, Op: query.Op(a.r.IntN(6)), Value: a.value(fd)}
}

// computedFields picks some to show.
func (a *asker) computedFields() []*field.Field {
	list := a.fields()[:0:0]
	for range a.r.IntN(4) {
		list = append(list, a.computed(several))
	}
	if a.chance(4) {
		list = append(list, scalar.Field("json", scalar.JSONOf{X: scalar.Ref{Field: one(a.Generator, a.texts())}}))
	}
	if a.chance(3) {
		list = append(list, one(a.Generator, a.shown))
	}
	return list
}

// groups makes a request for groups. Rows are only sorted by columns that all engines compute to the last digit.
func (a *asker) groups() query.Groups {
	g := query.Groups{Limit: -1}
	if a.chance(2) {
		g.Where = a.expr(2)
	}
	if a.chance(6) {
		g.Where = query.And{g.Where, a.computedExpr()}
	}
	multi := 0
	for range a.r.IntN(4) {
		fd := one(a.Generator, a.shown)
		if a.chance(2) {
			fd = a.computed(several)
		}
		if fd.Multi {
			if multi++; multi > 2 {
				continue
			}
		}
		g.Keys = append(g.Keys, fd)
	}
	for range a.r.IntN(4) {
		g.Values = append(g.Values, a.aggregate())
	}
	for range a.r.IntN(3) {
		if i := a.r.IntN(len(g.Keys) + len(g.Values) + 1); i < len(g.Keys)+len(g.Values) && (i < len(g.Keys) || exactly(g.Values[i-len(g.Keys)])) {
			g.Sort = append(g.Sort, query.GroupSort{Column: i, Desc: a.chance(2), NullFirst: a.chance(2)})
		}
	}
	if a.chance(3) {
		g.Limit = a.r.IntN(20)
	}
	if a.chance(4) {
		g.Offset = a.r.IntN(5)
	}
	return g
}

// exactly reports whether an aggregate has the same value in all engines to the last digit.
func exactly(v query.Aggregate) bool {
	return v.Type() != field.Number || v.Func == query.Min || v.Func == query.Max
}

func (a *asker) aggregate() query.Aggregate {
	v := query.Aggregate{Func: query.AggregateFunc(a.r.IntN(int(query.SumSquares) + 1)), Q: one(a.Generator, []float64{0, 0.1, 0.25, 0.5, 0.75, 0.9, 1})}
	switch v.Func {
	case query.Count:
		if a.chance(2) {
			return v
		}
		v.Field = one(a.Generator, a.shown)
	case query.CountDistinct:
		if v.Field = one(a.Generator, a.shown); a.chance(2) {
			v.Field = a.computed(several)
		}
	case query.Min, query.Max:
		for v.Field = a.computed(single); v.Field.Type == field.Text || v.Field.Type == field.Bool; {
			v.Field = a.computed(single)
		}
	default:
		v.Field = a.measure()
	}
	return v
}

// measure is a field of numbers from 0 on: what adds up without losing more than its last digits.
func (a *asker) measure() *field.Field {
	switch a.r.IntN(6) {
	case 0:
		return scalar.Field("length", scalar.Length{X: scalar.Ref{Field: one(a.Generator, a.texts())}})
	case 1:
		return scalar.Field("month", scalar.Part{Unit: "month", X: ref("published")})
	case 2:
		return scalar.Field("step", scalar.Step{X: ref("estimated"), Width: 250})
	}
	return f(one(a.Generator, []string{"amount", "estimated", "maximum", "awarded", "lots", "record_size"}))
}

// texts are the fields of one text.
func (a *asker) texts() []*field.Field {
	return slices.DeleteFunc(slices.Clone(a.shown), func(f *field.Field) bool { return f.Multi || f.Type != field.Text })
}

const (
	single  = false
	several = true
)

// computed makes a field. With several it may have more than one value.
func (a *asker) computed(multi bool) *field.Field {
	for {
		e := a.scalar(one(a.Generator, []field.Type{field.Text, field.Text, field.Int, field.Number, field.Bool, field.Date, field.DateTime}), 3)
		if scalar.Check(e) == nil && (multi || !scalar.Multi(e)) {
			return scalar.Field("computed", e)
		}
	}
}

// scalar makes an expression of a type; not all pass Check.
func (a *asker) scalar(t field.Type, depth int) scalar.Expr {
	if depth == 0 || a.chance(4) {
		return a.leaf(t)
	}
	sub := func(t field.Type) scalar.Expr { return a.scalar(t, depth-1) }
	if a.chance(8) {
		return scalar.IfNull{X: sub(t), Else: sub(t)}
	}
	if a.chance(12) {
		return scalar.First{X: sub(t)}
	}
	moment := one(a.Generator, []field.Type{field.Date, field.DateTime})
	number := one(a.Generator, []field.Type{field.Number, field.Int})
	switch t {
	case field.Text:
		return a.scalarText(sub, moment)
	case field.Int:
		switch a.r.IntN(6) {
		case 0:
			return scalar.Length{X: sub(field.Text)}
		case 1:
			return scalar.Part{Unit: one(a.Generator, []string{"year", "month", "day", "hour", "minute", "second"}), X: sub(moment), Zone: a.zone()}
		case 2:
			return scalar.Step{X: sub(field.Int), Width: float64(1 + a.r.IntN(30))}
		case 3:
			return scalar.Neg{X: sub(field.Int)}
		case 4:
			return a.bounds(one(a.Generator, []field.Type{field.Int, field.Number, field.Date, field.DateTime}), sub)
		}
		return scalar.Arith{Op: one(a.Generator, []byte("+-*")), L: sub(field.Int), R: sub(field.Int)}
	case field.Number:
		switch a.r.IntN(4) {
		case 0:
			return scalar.Step{X: sub(number), Width: one(a.Generator, []float64{0.1, 2.5, 1000, 1.0 / 3})}
		case 1:
			return scalar.Neg{X: sub(field.Number)}
		}
		return scalar.Arith{Op: one(a.Generator, []byte("+-*/")), L: sub(field.Number), R: sub(number)}
	case field.Bool:
		left := one(a.Generator, []field.Type{field.Text, field.Int, field.Number, field.Bool, field.Date, field.DateTime})
		right := left
		if left.Numeric() {
			right = number
		} else if left == field.Date || left == field.DateTime {
			right = moment
		}
		return scalar.Compare{Op: one(a.Generator, []string{"=", "!=", "<", "<=", ">", ">="}), L: sub(left), R: sub(right)}
	case field.DateTime:
		step := scalar.TimeStep{X: sub(moment), N: 1, Unit: one(a.Generator, []string{"w", "M", "q", "y"}), Zone: a.zone()}
		if a.chance(2) {
			step.N, step.Unit = 1+a.r.IntN(40), one(a.Generator, []string{"ms", "s", "m", "h", "d"})
		}
		return step
	}
	return a.leaf(t)
}

func (a *asker) scalarText(sub func(field.Type) scalar.Expr, moment field.Type) scalar.Expr {
	switch a.r.IntN(6) {
	case 0, 1:
		return scalar.Lower{X: sub(field.Text)}
	case 2:
		return scalar.Shuffle{Seed: int64(a.r.IntN(5)) - 2, ID: f(one(a.Generator, []string{"sha256", "title"}))}
	case 3:
		l, err := scalar.ParseLayout(one(a.Generator, []string{"yyyy", "MM", "yyyy-MM-dd'T'HH:mm:ss", "E d MMM yy", "xxxx-'W'ww-e", "D", "EEEE MMMM"}), one(a.Generator, scalar.Languages()))
		if err != nil {
			panic(err) // ours
		}
		return scalar.Format{X: sub(moment), Layout: l, Zone: a.zone()}
	}
	return scalar.Segments{X: sub(field.Text), Separator: one(a.Generator, []string{" ", "/", "é", "00", "d'", "%"}), N: 1 + a.r.IntN(3)}
}

func (a *asker) zone() *time.Location {
	return one(a.Generator, []*time.Location{nil, time.UTC, notice.Paris})
}

// leaf is a field or a literal of a type.
func (a *asker) leaf(t field.Type) scalar.Expr {
	of := slices.DeleteFunc(slices.Clone(a.shown), func(f *field.Field) bool { return f.Type != t })
	fd := one(a.Generator, of)
	if !a.chance(4) {
		return scalar.Ref{Field: fd}
	}
	if a.chance(8) {
		return scalar.Lit{T: t}
	}
	v := a.literal(t, fd)
	return scalar.Lit{T: t, Value: &v}
}

// literal is a value of a type that all engines can hold.
func (a *asker) literal(t field.Type, fd *field.Field) field.Value {
	switch t {
	case field.Int:
		return field.Num(one(a.Generator, []float64{0, 1, 2, -3, 7, 100, 1 << 20, 1<<53 - 1}))
	case field.Number:
		return field.Num(one(a.Generator, []float64{0, 1, -0.1, 1.0 / 3, 90_000, 1e-300, 1e300, math.MaxFloat64}))
	}
	for range 20 {
		if values := fd.Get(one(a.Generator, a.notices)); len(values) > 0 {
			return one(a.Generator, values)
		}
	}
	return map[field.Type]field.Value{field.Date: field.Str("2024-02-29"), field.DateTime: field.Instant(now)}[t]
}

// bounds makes ranges of values.
func (a *asker) bounds(t field.Type, sub func(field.Type) scalar.Expr) scalar.Expr {
	b := scalar.Bounds{X: sub(t), OpenStart: a.chance(2), OpenEnd: a.chance(2)}
	of := slices.DeleteFunc(slices.Clone(a.shown), func(f *field.Field) bool { return f.Type != t })
	for range 1 + a.r.IntN(4) {
		b.Bounds = append(b.Bounds, a.literal(t, one(a.Generator, of)))
	}
	slices.SortFunc(b.Bounds, t.Compare)
	b.Bounds = slices.CompactFunc(b.Bounds, func(x, y field.Value) bool { return t.Compare(x, y) == 0 })
	return b
}
