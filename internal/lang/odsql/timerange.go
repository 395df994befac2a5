package odsql

import (
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/scalar"
)

// timeKey groups days and instants by ranges of a unit of time.
func (c *compiler) timeKey(n *Call, x scalar.Expr, q *Quantity) groupKey {
	unit := timeUnit(q.Unit)
	if unit == "" {
		panic(c.bad(q, "%s is not a unit of time", q.Unit))
	}
	if x.Type().Numeric() {
		panic(c.bad(n.Args[0], "Ranges of a unit of time need a date: %s is of type %s", n.Args[0], typeName(x.Type())))
	}
	steps, err := strconv.Atoi(q.Number)
	if err != nil || steps < 1 {
		panic(c.bad(q, "A range of a unit of time needs a whole number from 1 on, not %s", q.Number))
	}
	if steps > 1 && (unit == "w" || unit == "M" || unit == "q" || unit == "y") {
		panic(c.bad(q, "Ranges of more than one week, month, quarter or year are not supported"))
	}
	return groupKey{field: c.checked(n, scalar.TimeStep{X: x, N: steps, Unit: unit, Zone: c.zone()}), shown: field.Text, show: func(v field.Value) field.Value {
		high := field.Value{Time: after(v.Time.In(c.zone()), steps, unit)}
		return field.Str(c.timeRange(field.DateTime, &v, &high))
	}}
}

// after is the beginning of the next range, by the clock of its zone.
func after(t time.Time, n int, unit string) time.Time {
	y, m, d := t.Date()
	h, min, s, ns := t.Hour(), t.Minute(), t.Second(), t.Nanosecond()
	switch unit {
	case "y":
		y += n
	case "q":
		m += time.Month(3 * n)
	case "M":
		m += time.Month(n)
	case "w":
		d += 7 * n
	case "d":
		d += n
	default:
		return t.Add(time.Duration(n) * map[string]time.Duration{"h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond}[unit])
	}
	return time.Date(y, m, d, h, min, s, ns, t.Location())
}

// timeRange is the label of a range of time: "[2020-01-01T00:00:00.000Z, 2020-01-02T00:00:00.000Z[", in the zone of the
// request.
func (c *compiler) timeRange(t field.Type, low, high *field.Value) string {
	bound := func(v *field.Value) string {
		if v == nil {
			return "*"
		}
		at := v.Time.In(c.zone())
		if t == field.Date {
			d, _ := notice.ParseDate(v.Str)
			at = d.In(c.zone())
		}
		return at.Format("2006-01-02T15:04:05.000Z07:00")
	}
	return "[" + bound(low) + ", " + bound(high) + "["
}
