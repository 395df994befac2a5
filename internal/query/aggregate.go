package query

import (
	"math"
	"math/bits"
	"slices"

	"github.com/boamp/boamp/internal/field"
)

// accumulator takes the values of a field from one record after the other.
type accumulator interface {
	add(values []field.Value)
	result() []field.Value // nil is null
}

// accumulate starts an aggregate.
func (a Aggregate) accumulate() accumulator {
	switch a.Func {
	case Count:
		return &count{all: a.Field == nil}
	case CountDistinct:
		return &distinct{t: a.Field.Type, seen: map[string]struct{}{}}
	case Min:
		return &extreme{t: a.Field.Type, sign: -1}
	case Max:
		return &extreme{t: a.Field.Type, sign: 1}
	case Sum:
		if a.Field.Type == field.Int {
			return &wholeSum{}
		}
	}
	return &numbers{of: a}
}

type count struct {
	all bool // records without a value, too
	n   int
}

func (c *count) add(values []field.Value) {
	if c.all || len(values) > 0 {
		c.n++
	}
}
func (c *count) result() []field.Value { return []field.Value{field.Num(float64(c.n))} }

type distinct struct {
	t    field.Type
	seen map[string]struct{}
}

func (d *distinct) add(values []field.Value) {
	for _, v := range values {
		d.seen[identity(d.t, v)] = struct{}{}
	}
}
func (d *distinct) result() []field.Value { return []field.Value{field.Num(float64(len(d.seen)))} }

type extreme struct {
	t    field.Type
	sign int // of the comparison with the best so far that makes a value the better one
	best []field.Value
}

func (e *extreme) add(values []field.Value) {
	for _, v := range values {
		if e.best == nil || e.t.Compare(v, e.best[0])*e.sign > 0 {
			e.best = []field.Value{v}
		}
	}
}
func (e *extreme) result() []field.Value { return e.best }

// wholeSum adds whole numbers in 128 bits: no sum of int64 is lost on the way.
type wholeSum struct {
	some   bool
	hi, lo uint64
}

func (w *wholeSum) add(values []field.Value) {
	for _, v := range values {
		w.some = true
		n := int64(v.Num)
		var carry uint64
		w.lo, carry = bits.Add64(w.lo, uint64(n), 0)
		w.hi, _ = bits.Add64(w.hi, uint64(n>>63), carry)
	}
}

func (w *wholeSum) result() []field.Value {
	n := int64(w.lo)
	if !w.some || w.hi != uint64(n>>63) || n >= 1<<53 || n <= -1<<53 {
		return nil
	}
	return []field.Value{field.Num(float64(n))}
}

// numbers keeps all values.
type numbers struct {
	of   Aggregate
	list []float64
}

func (a *numbers) add(values []field.Value) {
	for _, v := range values {
		a.list = append(a.list, v.Num)
	}
}

func (a *numbers) result() []field.Value {
	if len(a.list) == 0 {
		return nil
	}
	v := a.compute()
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return []field.Value{field.Num(v + 0)} // zero has no sign
}

func (a *numbers) compute() float64 {
	n := float64(len(a.list))
	switch a.of.Func {
	case Sum:
		return sum(a.list, func(v float64) float64 { return v })
	case Avg:
		return sum(a.list, func(v float64) float64 { return v }) / n
	case SumSquares:
		return sum(a.list, func(v float64) float64 { return v * v })
	case StdDev:
		return Deviation(a.list)
	}
	return Quantile(a.list, a.of.Q)
}

// Quantile is the value below which a share q (0 to 1) of one value at least lies, on the line between its two neighbours. It sorts the list.
func Quantile(list []float64, q float64) float64 {
	slices.Sort(list)
	at := q * float64(len(list)-1)
	low, high := list[int(math.Floor(at))], list[int(math.Ceil(at))]
	part := at - math.Floor(at)
	return low*(1-part) + high*part
}

// Deviation is the standard deviation of a population of one value at least. It goes through the values twice, because what goes through
// them once loses digits where they are near one another.
func Deviation(list []float64) float64 {
	n, first := float64(len(list)), list[0] // to begin with: of equal values nothing is lost
	mean := sum(list, func(v float64) float64 { return v - first }) / n
	return math.Sqrt(sum(list, func(v float64) float64 { return (v - first - mean) * (v - first - mean) }) / n)
}

// sum adds with the rounding errors kept (Neumaier): the order of the values does not show.
func sum(list []float64, f func(float64) float64) float64 {
	total, lost := 0.0, 0.0
	for _, v := range list {
		v = f(v)
		next := total + v
		if math.Abs(total) >= math.Abs(v) {
			lost += (total - next) + v
		} else {
			lost += (v - next) + total
		}
		total = next
	}
	if math.IsInf(total, 0) {
		return total
	}
	return total + lost
}
