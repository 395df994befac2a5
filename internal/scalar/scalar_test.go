package scalar_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/scalar"
)

// column is a field of the records of these tests.
func column(i int, name string, t field.Type, multi bool) scalar.Expr {
	return scalar.Ref{Field: &field.Field{Name: name, Type: t, Multi: multi, Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }}}
}

var (
	text    = column(0, "text", field.Text, false)
	list    = column(1, "list", field.Text, true)
	whole   = column(2, "whole", field.Int, false)
	real    = column(3, "real", field.Number, false)
	day     = column(4, "day", field.Date, false)
	instant = column(5, "instant", field.DateTime, false)
	none    = column(6, "none", field.Number, false)
	absent  = column(6, "absent", field.Text, false)
	yes     = column(7, "yes", field.Bool, false)
	opaque  = scalar.Ref{Field: &field.Field{Name: "opaque", Opaque: true, Get: func(field.Record) []field.Value { return []field.Value{field.Str("x")} }}}
	hidden  = scalar.Ref{Field: &field.Field{Name: "hidden", Hidden: true}}
)

var record = field.Row{
	{field.Str("Résultat de marché/Concession/")}, {field.Str("É"), field.Str("b"), field.Str("b")}, {field.Num(-7)}, {field.Num(2.5)},
	{field.Str("2024-12-30")}, {field.Instant(time.Date(2024, 7, 1, 22, 30, 15, 0, time.UTC))}, nil, {field.Flag(true)},
}

func lit(t field.Type, v field.Value) scalar.Expr { return scalar.Lit{T: t, Value: &v} }
func num(v float64) scalar.Expr                   { return lit(field.Number, field.Num(v)) }
func integer(v float64) scalar.Expr               { return lit(field.Int, field.Num(v)) }
func str(s string) scalar.Expr                    { return lit(field.Text, field.Str(s)) }
func op(l scalar.Expr, c byte, r scalar.Expr) scalar.Expr {
	return scalar.Arith{Op: c, L: l, R: r}
}
func compare(l scalar.Expr, o string, r scalar.Expr) scalar.Expr {
	return scalar.Compare{Op: o, L: l, R: r}
}

// show writes values as tests expect them.
func show(t field.Type, values []field.Value) string {
	if values == nil {
		return "null"
	}
	parts := make([]string, len(values))
	for i, v := range values {
		switch {
		case t == field.DateTime:
			parts[i] = v.Time.Format(time.RFC3339Nano)
		case t.Numeric() || t == field.Bool:
			parts[i] = fmt.Sprint(v.Num)
		default:
			parts[i] = v.Str
		}
	}
	return strings.Join(parts, "|")
}

func TestEval(t *testing.T) {
	paris := notice.Paris
	nyc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	numbers := func(list ...float64) (values []field.Value) {
		for _, v := range list {
			values = append(values, field.Num(v))
		}
		return values
	}
	json := `{"a": 1}`
	cases := []struct {
		name string
		e    scalar.Expr
		want string // type and values
		text string
	}{
		{"field", text, "text Résultat de marché/Concession/", "text"},
		{"several values", list, "text É|b|b", "list"},
		{"null", none, "number null", "none"},
		{"literal", num(2), "number 2", "2.0"},
		{"literal null", scalar.Lit{T: field.Int}, "int null", "null'int'"},
		{"sign", scalar.Neg{X: whole}, "int 7", "-whole"},
		{"zero has no sign", scalar.Neg{X: num(0)}, "number 0", "-0.0"},
		{"whole numbers stay whole", op(whole, '*', integer(3)), "int -21", "(whole * 3)"},
		{"division is never whole", op(whole, '/', integer(2)), "number -3.5", "(whole / 2)"},
		{"mixed", op(whole, '+', real), "number -4.5", "(whole + real)"},
		{"division by zero", op(whole, '/', integer(0)), "number null", "(whole / 0)"},
		{"zero by zero", op(num(0), '/', num(0)), "number null", "(0.0 / 0.0)"},
		{"too large a number", op(num(1e308), '*', num(10)), "number null", "(1e+308 * 10.0)"},
		{"the largest whole number", op(integer(1<<53-2), '+', integer(1)), "int 9.007199254740991e+15", "(9007199254740990 + 1)"},
		{"too large a whole number", op(integer(1<<53-1), '+', integer(1)), "int null", "(9007199254740991 + 1)"},
		{"null makes null", op(whole, '+', none), "number null", "(whole + none)"},
		{"comparison", compare(whole, "<", real), "bool 1", "(whole < real)"},
		{"comparison with null", compare(whole, "!=", none), "bool null", "(whole != none)"},
		{"each value", compare(list, "=", str("b")), "bool 0|1|1", `(list = "b")`},
		{"day and instant", compare(day, ">", instant), "bool 1", "(day > instant)"},
		{"day is its first moment", compare(day, "=", lit(field.DateTime, field.Instant(time.Date(2024, 12, 30, 0, 0, 0, 0, time.UTC)))), "bool 1",
			"(day = datetime'2024-12-30T00:00:00Z')"},
		{"length in characters", scalar.Length{X: list}, "int 1|1|1", "length(list)"},
		{"lower", scalar.Lower{X: list}, "text é|b|b", "lower(list)"},
		{"year", scalar.Part{Unit: "year", X: day, Zone: paris}, "int 2024", "year(day)"},
		{"hour in UTC", scalar.Part{Unit: "hour", X: instant}, "int 22", "hour(instant)"},
		{"day in Paris", scalar.Part{Unit: "day", X: instant, Zone: paris}, "int 2", "day(instant, Europe/Paris)"},
		{"hour of a day", scalar.Part{Unit: "hour", X: day}, "int 0", "hour(day)"},
		{"no null", scalar.IfNull{X: whole, Else: num(1)}, "number -7", "ifnull(whole, 1.0)"},
		{"instead of null", scalar.IfNull{X: absent, Else: str("x")}, "text x", `ifnull(absent, "x")`},
		{"JSON", scalar.JSONOf{X: str(`[1, 2]`)}, "json [1, 2]", `json_format("[1, 2]")`},
		{"no JSON", scalar.JSONOf{X: str(`[1,`)}, "json null", `json_format("[1,")`},
		{"instead of JSON", scalar.JSONOf{X: text, Else: &json}, `json {"a": 1}`, `json_format(text, "{\"a\": 1}")`},
		{"shuffle", scalar.Shuffle{Seed: -3, ID: absent.(scalar.Ref).Field}, "text null", "random(absent, -3)"},
		{"step below zero", scalar.Step{X: whole, Width: 5}, "int -10", "step(whole, 5.0)"},
		{"step of a fraction", scalar.Step{X: whole, Width: 2.5}, "number -7.5", "step(whole, 2.5)"},
		{"step to zero", scalar.Step{X: num(1), Width: 2}, "number 0", "step(1.0, 2.0)"},
		{"between bounds", scalar.Bounds{X: real, Bounds: numbers(1, 2.5, 4)}, "int 2", "bounds(real, 1.0, 2.5, 4.0)"},
		{"below all bounds", scalar.Bounds{X: whole, Bounds: numbers(1, 4)}, "int null", "bounds(whole, 1, 4)"},
		{"below all bounds, open", scalar.Bounds{X: whole, Bounds: numbers(1, 4), OpenStart: true}, "int 0", "bounds(whole, *, 1, 4)"},
		{"above all bounds", scalar.Bounds{X: real, Bounds: numbers(1, 2.5), OpenStart: true}, "int null", "bounds(real, *, 1.0, 2.5)"},
		{"above all bounds, open", scalar.Bounds{X: real, Bounds: numbers(1, 2.5), OpenEnd: true}, "int 2", "bounds(real, 1.0, 2.5, *)"},
		{"first", scalar.First{X: list}, "text b", "first(list)"},
		{"first of none", scalar.First{X: none}, "number null", "first(none)"},
		{"first level", scalar.Segments{X: text, Separator: "/", N: 1}, "text Résultat de marché", `segments(text, "/", 1)`},
		{"last level", scalar.Segments{X: text, Separator: "/", N: 2}, "text Résultat de marché/Concession", `segments(text, "/", 2)`},
		{"empty last level", scalar.Segments{X: text, Separator: "/", N: 3}, "text null", `segments(text, "/", 3)`},
		{"no level", scalar.Segments{X: str(""), Separator: "/", N: 1}, "text null", `segments("", "/", 1)`},
		{"hours of New York", scalar.TimeStep{X: instant, N: 6, Unit: "h", Zone: nyc}, "datetime 2024-07-01T22:00:00Z", "step(instant, 6h, America/New_York)"},
		{"day of Paris", scalar.TimeStep{X: instant, N: 1, Unit: "d", Zone: paris}, "datetime 2024-07-01T22:00:00Z", "step(instant, 1d, Europe/Paris)"},
		{"week", scalar.TimeStep{X: day, N: 1, Unit: "w"}, "datetime 2024-12-30T00:00:00Z", "step(day, 1w, UTC)"},
		{"quarter of Paris", scalar.TimeStep{X: day, N: 1, Unit: "q", Zone: paris}, "datetime 2024-09-30T22:00:00Z", "step(day, 1q, Europe/Paris)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := scalar.Check(c.e); err != nil {
				t.Fatal(err)
			}
			if got := c.e.Type().String() + " " + show(c.e.Type(), scalar.Eval(c.e, record)); got != c.want {
				t.Errorf("gives %s, want %s", got, c.want)
			}
			if got := c.e.String(); got != c.text {
				t.Errorf("is written %s, want %s", got, c.text)
			}
			f := scalar.Field("name", c.e)
			if got := c.e.Type().String() + " " + show(f.Type, f.Get(record)); got != c.want {
				t.Errorf("as a field gives %s, want %s", got, c.want)
			}
			if v := f.Get(record); len(v) > 0 && math.Signbit(v[0].Num) && v[0].Num == 0 {
				t.Error("gives a zero with a sign")
			}
		})
	}
	shuffled := scalar.Shuffle{Seed: 7, ID: scalar.Field("id", str("24-1"))}
	if got := show(field.Text, scalar.Eval(shuffled, record)); got != "2bb27e6f730db50fa9c0bb27564d1a53" {
		t.Errorf("shuffle gives %s", got)
	}
}

// TestTimeSteps: ranges begin where clocks show a multiple, also where clocks change.
func TestTimeSteps(t *testing.T) {
	cases := []struct{ zone, at, step, want string }{
		{"UTC", "1969-12-31T23:59:59Z", "1h", "1969-12-31T23:00:00Z"},
		{"UTC", "1969-12-31T23:59:59Z", "3d", "1969-12-29T00:00:00Z"},
		{"UTC", "2024-02-29T12:00:00Z", "1M", "2024-02-01T00:00:00Z"},
		{"UTC", "2023-01-01T12:00:00Z", "1w", "2022-12-26T00:00:00Z"},
		{"UTC", "2024-02-29T12:00:00Z", "1500ms", "2024-02-29T12:00:00Z"},
		{"Europe/Paris", "2024-03-31T00:59:59Z", "1h", "2024-03-31T00:00:00Z"},
		{"Europe/Paris", "2024-03-31T01:10:00Z", "1h", "2024-03-31T01:00:00Z"},
		{"Europe/Paris", "2024-03-31T01:10:00Z", "2h", "2024-03-31T01:00:00Z"}, // 02:00 is not on the clock
		{"Europe/Paris", "2024-10-27T00:30:00Z", "1h", "2024-10-27T00:00:00Z"},
		{"Europe/Paris", "2024-10-27T01:30:00Z", "1h", "2024-10-27T00:00:00Z"}, // the second 02:30
		{"Europe/Paris", "2024-10-27T12:00:00Z", "1d", "2024-10-26T22:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04T12:00:00Z", "1d", "2018-11-04T03:00:00Z"}, // its day began at 01:00
		{"America/Havana", "2024-11-03T12:00:00Z", "1d", "2024-11-03T04:00:00Z"},    // its day began twice
	}
	for _, c := range cases {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		e := scalar.TimeStep{X: instant, Zone: zone}
		if _, err := fmt.Sscanf(c.step, "%d%s", &e.N, &e.Unit); err != nil {
			t.Fatal(err)
		}
		r := field.Row{nil, nil, nil, nil, nil, {field.Instant(at)}}
		if got := show(field.DateTime, scalar.Eval(e, r)); got != c.want || scalar.Check(e) != nil {
			t.Errorf("%s %s of %s is %s, want %s (%v)", c.step, c.at, c.zone, got, c.want, scalar.Check(e))
		}
	}
}

func TestCheck(t *testing.T) {
	deep := num(1)
	for range scalar.MaxDepth {
		deep = scalar.Neg{X: deep}
	}
	wide := func(n int) (e scalar.Expr) {
		e = scalar.Neg{X: whole}
		for range n {
			e = op(e, '+', e)
		}
		return e
	}
	bad := "not json"
	for name, e := range map[string]scalar.Expr{
		"two fields of several values": compare(list, "=", list),
		"arithmetic of text":           op(text, '+', num(1)),
		"arithmetic of days":           op(day, '-', day),
		"unknown arithmetic":           op(whole, '%', whole),
		"no arithmetic":                op(whole, 0, whole),
		"sign of a text":               scalar.Neg{X: text},
		"text and number":              compare(text, "=", whole),
		"bool and number":              compare(yes, "=", whole),
		"day and text":                 compare(day, "=", str("2024-01-01")),
		"unknown comparison":           compare(whole, "<>", whole),
		"length of a number":           scalar.Length{X: whole},
		"lower case of a day":          scalar.Lower{X: day},
		"year of a text":               scalar.Part{Unit: "year", X: text},
		"unknown part":                 scalar.Part{Unit: "century", X: day},
		"zone without a name":          scalar.Part{Unit: "hour", X: instant, Zone: time.FixedZone("", 3600)},
		"zone of the machine":          scalar.Part{Unit: "hour", X: instant, Zone: time.Local},
		"pattern not read":             scalar.Format{X: day},
		"other type for null":          scalar.IfNull{X: whole, Else: text},
		"JSON of several":              scalar.JSONOf{X: list},
		"JSON that is none":            scalar.JSONOf{X: text, Else: &bad},
		"JSON compared":                compare(scalar.JSONOf{X: text}, "=", scalar.JSONOf{X: text}),
		"JSON inside":                  scalar.Length{X: scalar.JSONOf{X: text}},
		"width zero":                   scalar.Step{X: whole},
		"width that is no number":      scalar.Step{X: whole, Width: math.NaN()},
		"step of a day":                scalar.Step{X: day, Width: 1},
		"two weeks":                    scalar.TimeStep{X: day, N: 2, Unit: "w"},
		"no days":                      scalar.TimeStep{X: day, N: 0, Unit: "d"},
		"ages":                         scalar.TimeStep{X: day, N: math.MaxInt, Unit: "ms"},
		"many days":                    scalar.TimeStep{X: day, N: 1e8, Unit: "d"},
		"unknown unit":                 scalar.TimeStep{X: day, N: 1, Unit: "D"},
		"no bounds":                    scalar.Bounds{X: whole},
		"bounds that fall":             scalar.Bounds{X: whole, Bounds: []field.Value{field.Num(2), field.Num(1)}},
		"bounds of another type":       scalar.Bounds{X: day, Bounds: []field.Value{field.Num(2)}},
		"bounds of a boolean":          scalar.Bounds{X: scalar.Compare{Op: "=", L: text, R: text}, Bounds: []field.Value{field.Flag(true)}},
		"level zero":                   scalar.Segments{X: text, Separator: "/"},
		"no separator":                 scalar.Segments{X: text, N: 1},
		"text not UTF-8":               str("\xff"),
		"no whole number":              integer(1.5),
		"infinite":                     num(math.Inf(1)),
		"no day":                       lit(field.Date, field.Str("2024-02-30")),
		"no year":                      lit(field.DateTime, field.Value{Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}),
		"opaque inside":                scalar.Length{X: opaque},
		"hidden":                       hidden,
		"hidden by another name":       scalar.Ref{Field: scalar.Field("a", hidden)},
		"nothing":                      nil,
		"no operand":                   op(whole, '+', nil),
		"no field":                     scalar.Ref{},
	} {
		if err := scalar.Check(e); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of kind invalid", name, err)
		}
	}
	tooLarge := map[string]scalar.Expr{"too deep": deep, "too many parts": wide(9)}
	for name, e := range tooLarge {
		if err := scalar.Check(e); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v, want a fault of kind too_large", name, err)
		}
	}
	allowed := map[string]scalar.Expr{
		"opaque alone": opaque, "opaque by two names": scalar.Ref{Field: scalar.Field("a", scalar.Ref{Field: scalar.Field("b", opaque)})}, "wide": wide(7), "one of several and one": compare(list, "<", text),
		"first of several, and several": compare(scalar.First{X: list}, "<", list),
	}
	for name, e := range allowed {
		if err := scalar.Check(e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNames: what a field is called does not matter to what it is.
func TestNames(t *testing.T) {
	alias := scalar.Field("a", list)
	if !alias.Multi || alias.Formula() != "list" || scalar.Of(alias) != list {
		t.Errorf("the alias of a field is %v, %s", alias.Multi, alias.Formula())
	}
	twice := scalar.Field("b", scalar.Ref{Field: scalar.Field("c", scalar.Lower{X: list})})
	if twice.Formula() != "lower(list)" || len(scalar.Fields(scalar.Of(twice))) != 1 || !scalar.Multi(scalar.Of(twice)) {
		t.Errorf("the alias of a computed field is %s", twice.Formula())
	}
	odd := scalar.Ref{Field: &field.Field{Name: "count(*) `x`"}}
	if odd.String() != "`count(*) ``x```" {
		t.Errorf("an odd name is written %s", odd)
	}
}
