package index

import (
	"math"
	"math/bits"
	"slices"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// aggregate is one aggregate over all groups, which are numbered.
type aggregate interface {
	grow(groups int)
	part(part int)             // the documents to come are of this part
	add(group int, doc uint32) // a document in a group
	done()                     // the documents of the part were added
	result(group int) []field.Value
}

// newAggregate starts an aggregate over the documents of some parts.
func newAggregate(list []*asked, v query.Aggregate) (aggregate, error) {
	if v.Field == nil {
		return &counter{}, nil
	}
	d, err := newDict(list, v.Field)
	if err != nil {
		return nil, err
	}
	of := source{dict: d, columns: d.parts}
	switch v.Func {
	case query.Count:
		return &counter{source: of}, nil
	case query.CountDistinct:
		return &distinct{source: of}, nil
	case query.Min, query.Max:
		return &extreme{source: of, max: v.Func == query.Max}, nil
	case query.Percentile:
		return &percentile{kept: kept{source: of}, q: v.Q}, nil
	case query.StdDev:
		return &deviation{kept{source: of}}, nil
	}
	if v.Func == query.Sum && v.Field.Type == field.Int {
		return &wholeSum{source: of}, nil
	}
	return &sum{source: of, f: v.Func}, nil
}

// source is what an aggregate reads.
type source struct {
	*dict
	columns []segment.Column
	at      int
	c       segment.Column
	codes   []uint32
	nums    []float64 // by code, as far as they were read; those with known
	known   []bool
}

func (s *source) part(part int) {
	s.at = part
	if s.columns != nil {
		s.c = s.columns[part]
		s.nums, s.known = nil, nil
	}
}
func (s *source) done() {}

// num is the number of a document.
func (s *source) num(doc uint32) (float64, bool) {
	code := s.c.Code(doc)
	if code == 0 {
		return 0, false
	}
	if s.nums == nil {
		s.nums, s.known = make([]float64, s.c.Values()+1), make([]bool, s.c.Values()+1)
	}
	if !s.known[code] {
		s.nums[code], s.known[code] = s.c.Value(code).Num, true
	}
	return s.nums[code], true
}

// grown gives a list room for some groups.
func grown[T any](list []T, groups int) []T {
	return slices.Grow(list, groups-len(list))[:groups]
}

type counter struct {
	source
	n []int64
}

func (a *counter) grow(groups int) { a.n = grown(a.n, groups) }
func (a *counter) add(group int, doc uint32) {
	if a.c != nil {
		if a.multi {
			if a.codes = a.c.Codes(doc, a.codes[:0]); len(a.codes) == 0 {
				return
			}
		} else if a.c.Code(doc) == 0 {
			return
		}
	}
	a.n[group]++
}
func (a *counter) result(group int) []field.Value { return number(float64(a.n[group])) }

// distinct keeps a pair of group and value for each that was met, and from time to time drops those that are there twice.
type distinct struct {
	source
	pairs  []uint64
	sorted int
	n      []int64
	buf    []uint32
}

func (a *distinct) grow(groups int) { a.n = grown(a.n, groups) }
func (a *distinct) add(group int, doc uint32) {
	a.buf, a.codes = a.numbers(a.at, doc, a.buf[:0], a.codes)
	for _, n := range a.buf {
		if n != 0 {
			a.pairs = append(a.pairs, uint64(group)<<32|uint64(n))
		}
	}
	if len(a.pairs) > 1<<20 && len(a.pairs) > 2*a.sorted {
		a.compact()
	}
}

func (a *distinct) compact() {
	slices.Sort(a.pairs)
	a.pairs = slices.Compact(a.pairs)
	a.sorted = len(a.pairs)
}

func (a *distinct) done() {
	if a.compact(); a.at < len(a.columns)-1 {
		return
	}
	for _, p := range a.pairs {
		a.n[p>>32]++
	}
}
func (a *distinct) result(group int) []field.Value { return number(float64(a.n[group])) }

type extreme struct {
	source
	max  bool
	best [][]field.Value
	code []uint32 // in this part
}

func (a *extreme) grow(groups int) { a.best, a.code = grown(a.best, groups), grown(a.code, groups) }
func (a *extreme) add(group int, doc uint32) {
	code := a.c.Code(doc)
	if old := a.code[group]; code != 0 && (old == 0 || (code > old) == a.max) {
		a.code[group] = code
	}
}
func (a *extreme) done() {
	for group, code := range a.code {
		if code == 0 {
			continue
		}
		v := a.c.Value(code)
		if old := a.best[group]; old == nil || (a.t.Compare(v, old[0]) > 0) == a.max {
			a.best[group] = []field.Value{v}
		}
		a.code[group] = 0
	}
}
func (a *extreme) result(group int) []field.Value { return a.best[group] }

// wholeSum adds whole numbers in 128 bits, as the reference does.
type wholeSum struct {
	source
	some   []bool
	hi, lo []uint64
}

func (a *wholeSum) grow(groups int) {
	a.some, a.hi, a.lo = grown(a.some, groups), grown(a.hi, groups), grown(a.lo, groups)
}
func (a *wholeSum) add(group int, doc uint32) {
	if v, ok := a.num(doc); ok {
		n := int64(v)
		var carry uint64
		a.lo[group], carry = bits.Add64(a.lo[group], uint64(n), 0)
		a.hi[group], _ = bits.Add64(a.hi[group], uint64(n>>63), carry)
		a.some[group] = true
	}
}
func (a *wholeSum) result(group int) []field.Value {
	n := int64(a.lo[group])
	if !a.some[group] || a.hi[group] != uint64(n>>63) || n >= 1<<53 || n <= -1<<53 {
		return nil
	}
	return number(float64(n))
}

// sum adds numbers, or their squares, with the rounding errors kept (Neumaier).
type sum struct {
	source
	f           query.AggregateFunc
	total, lost []float64
	n           []int64
}

func (a *sum) grow(groups int) {
	a.total, a.lost, a.n = grown(a.total, groups), grown(a.lost, groups), grown(a.n, groups)
}
func (a *sum) add(group int, doc uint32) {
	v, ok := a.num(doc)
	if !ok {
		return
	}
	if a.f == query.SumSquares {
		v *= v
	}
	a.n[group]++
	total := a.total[group]
	next := total + v
	if math.Abs(total) >= math.Abs(v) {
		a.lost[group] += (total - next) + v
	} else {
		a.lost[group] += (v - next) + total
	}
	a.total[group] = next
}
func (a *sum) result(group int) []field.Value {
	if a.n[group] == 0 {
		return nil
	}
	v := a.total[group]
	if !math.IsInf(v, 0) {
		v += a.lost[group]
	}
	if a.f == query.Avg {
		v /= float64(a.n[group])
	}
	return number(v)
}

// kept keeps all values.
type kept struct {
	source
	list [][]float64
}

func (a *kept) grow(groups int) { a.list = grown(a.list, groups) }
func (a *kept) add(group int, doc uint32) {
	if v, ok := a.num(doc); ok {
		a.list[group] = append(a.list[group], v)
	}
}

// deviation is that of the population.
type deviation struct{ kept }

func (a *deviation) result(group int) []field.Value {
	if len(a.list[group]) == 0 {
		return nil
	}
	return number(query.Deviation(a.list[group]))
}

type percentile struct {
	kept
	q float64
}

func (a *percentile) result(group int) []field.Value {
	if len(a.list[group]) == 0 {
		return nil
	}
	return number(query.Quantile(a.list[group], a.q))
}

// number is a result; null when it is not finite. Zero has no sign.
func number(v float64) []field.Value {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return []field.Value{field.Num(v + 0)}
}
