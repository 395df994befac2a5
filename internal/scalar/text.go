package scalar

import (
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// String is the name of the field, or what it is computed from.
func (x Ref) String() string { return x.Field.Formula() }

func (x Lit) String() string {
	if x.Value == nil {
		return "null'" + x.T.String() + "'"
	}
	return literal(x.T, x.exact())
}

// literal writes a value so that its type shows.
func literal(t field.Type, v field.Value) string {
	switch t {
	case field.Int:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case field.Number:
		s := strconv.FormatFloat(v.Num, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return s
	case field.Bool:
		return strconv.FormatBool(v.Num != 0)
	case field.DateTime:
		return "datetime'" + v.Time.UTC().Format(time.RFC3339Nano) + "'"
	case field.Date:
		return "date" + strconv.Quote(v.Str)
	case field.JSON:
		return "json" + strconv.Quote(v.Str)
	}
	return strconv.Quote(v.Str)
}

func (x Neg) String() string { return "-" + x.X.String() }
func (x Arith) String() string {
	return "(" + x.L.String() + " " + string(rune(x.Op)) + " " + x.R.String() + ")"
}
func (x Compare) String() string { return "(" + x.L.String() + " " + x.Op + " " + x.R.String() + ")" }
func (x Length) String() string  { return call("length", x.X) }
func (x Lower) String() string   { return call("lower", x.X) }
func (x Part) String() string    { return call(x.Unit, x.X, zoneOf(x.X, x.Zone)...) }

func (x Format) String() string {
	return call("date_format", x.X, append([]string{strconv.Quote(x.Layout.Pattern), x.Layout.Lang}, zoneOf(x.X, x.Zone)...)...)
}

func (x IfNull) String() string { return call("ifnull", x.X, x.Else.String()) }

func (x JSONOf) String() string {
	if x.Else == nil {
		return call("json_format", x.X)
	}
	return call("json_format", x.X, strconv.Quote(*x.Else))
}

func (x Shuffle) String() string { return call("random", Ref{x.ID}, strconv.FormatInt(x.Seed, 10)) }

func (x Step) String() string { return call("step", x.X, literal(field.Number, field.Num(x.Width))) }

func (x TimeStep) String() string {
	zone := "UTC" // of a day, too, it says when the range begins
	if x.Zone != nil {
		zone = x.Zone.String()
	}
	return call("step", x.X, strconv.Itoa(x.N)+x.Unit, zone)
}

func (x Bounds) String() string {
	var args []string
	if x.OpenStart {
		args = append(args, "*")
	}
	for _, b := range x.Bounds {
		args = append(args, literal(x.X.Type(), b))
	}
	if x.OpenEnd {
		args = append(args, "*")
	}
	return call("bounds", x.X, args...)
}

func (x First) String() string { return call("first", x.X) }

func (x Segments) String() string {
	return call("segments", x.X, strconv.Quote(x.Separator), strconv.Itoa(x.N))
}

func call(name string, x Expr, args ...string) string {
	return name + "(" + strings.Join(append([]string{x.String()}, args...), ", ") + ")"
}

// zoneOf names a zone where it matters.
func zoneOf(x Expr, zone *time.Location) []string {
	if zone == nil || x.Type() != field.DateTime || zone.String() == "UTC" {
		return nil
	}
	return []string{zone.String()}
}
