package index

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
)

// notHere says why a question is one for the store behind.
type notHere string

func (n notHere) Error() string { return string(n) }

func isNotHere(err error) bool {
	var n notHere
	return errors.As(err, &n)
}

// ended gives the fault of a context that is over, or nil.
func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Timeout, err, "the question was given up before its answer")
	}
	return nil
}

// asked is a question to one part.
type asked struct {
	*part
	ctx      context.Context
	unpack   Unpack
	scope    *docs      // the documents that it is about, found by a predicate; nil for all
	by       query.Expr // the predicate
	mu       sync.Mutex
	rankings map[string]*ranked // of these documents, by formula
}

// where gives the documents that satisfy a predicate, those replaced apart.
func (a *asked) where(e query.Expr) (docs, error) {
	live := a.live()
	d, err := a.eval(query.Simplify(e), live)
	if err != nil {
		return docs{}, err
	}
	return d.and(live), nil
}

// eval gives the documents that satisfy a predicate. Only those within count: of others it may say anything.
func (a *asked) eval(e query.Expr, within docs) (docs, error) {
	if err := ended(a.ctx); err != nil {
		return docs{}, err
	}
	switch e := e.(type) {
	case nil:
		return all(), nil
	case query.And:
		acc := all()
		for _, x := range cheapFirst(e) {
			d, err := a.eval(x, shareOf(within, acc))
			if err != nil {
				return docs{}, err
			}
			if acc = acc.and(d); acc.empty() {
				return acc, nil // the others can only take away
			}
		}
		return acc, nil
	case query.Or:
		acc := none()
		for _, x := range cheapFirst(e) {
			d, err := a.eval(x, within)
			if err != nil {
				return docs{}, err
			}
			acc = acc.or(d)
		}
		return acc, nil
	case query.Not:
		d, err := a.eval(e.X, within)
		return d.complement(), err
	case query.Words:
		return a.words(e, within)
	}
	return a.leaf(e)
}

// shareOf are the documents in both, with neither changed.
func shareOf(a, b docs) docs {
	a.own, b.own = false, false
	return a.and(b)
}

// cheapFirst puts members that look at columns before those that look for words, and the costliest words last.
func cheapFirst(list []query.Expr) []query.Expr {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y query.Expr) int { return price(x) - price(y) })
	return list
}

func price(e query.Expr) (p int) {
	switch e := e.(type) {
	case query.And:
		for _, x := range e {
			p = max(p, price(x))
		}
	case query.Or:
		for _, x := range e {
			p = max(p, price(x))
		}
	case query.Not:
		return price(e.X)
	case query.Words:
		p = 1
		for _, t := range e.Tokens {
			p = max(p, priceOf(t))
		}
	}
	return p
}

func priceOf(t query.Token) int {
	switch {
	case strings.Contains(t.Terms, " ") || strings.Contains(t.Text, " "):
		return 4
	case t.Fuzzy > 0:
		return 3
	case t.OpenStart || t.OpenEnd:
		return 2
	}
	return 1
}

// leaf answers a predicate over one column.
func (a *asked) leaf(e query.Expr) (docs, error) {
	switch e := e.(type) {
	case query.Compare:
		c, err := a.column(a.ctx, e.Field)
		if err != nil {
			return docs{}, err
		}
		return compare(c, e.Op, e.Value)
	case query.In:
		c, err := a.column(a.ctx, e.Field)
		if err != nil {
			return docs{}, err
		}
		return a.in(c, e.Values)
	case query.Prefix:
		c, err := a.column(a.ctx, e.Field)
		if err != nil {
			return docs{}, err
		}
		from, _ := c.Search(field.Str(e.Prefix))
		return span(c, from, prefixEnd(c, e.Prefix))
	case query.Null:
		c, err := a.column(a.ctx, e.Field)
		if err != nil {
			return docs{}, err
		}
		return having(c, 0)
	}
	return docs{}, fault.New(fault.Internal, "a predicate of unknown kind %T", e)
}

// compare are the documents that have a value which compares so with v.
func compare(c segment.Column, op query.Op, v field.Value) (docs, error) {
	code, equal := c.Search(v)
	above := code
	if equal {
		above++
	}
	end := c.Values() + 1
	switch op {
	case query.Eq:
		if !equal {
			return none(), nil
		}
		return having(c, code)
	case query.Ne:
		low, err := span(c, 1, code)
		if err != nil || !equal && code > c.Values() {
			return low, err
		}
		high, err := span(c, above, end)
		return low.or(high), err
	case query.Lt:
		return span(c, 1, code)
	case query.Le:
		return span(c, 1, above)
	case query.Gt:
		return span(c, above, end)
	}
	return span(c, code, end)
}

// having are the documents with a value, or without any for code 0.
func having(c segment.Column, code uint32) (docs, error) {
	bm, err := c.Docs(code)
	return shared(bm), err
}

// span are the documents that have a value with a code in [from, to).
func span(c segment.Column, from, to uint32) (docs, error) {
	switch {
	case from >= to:
		return none(), nil
	case from == 1 && to == c.Values()+1:
		d, err := having(c, 0)
		return d.complement(), err
	case to == from+1:
		return having(c, from)
	}
	bm, err := c.Range(from, to)
	return owned(bm), err
}

// prefixEnd is the first code behind those whose values begin with a prefix.
func prefixEnd(c segment.Column, prefix string) uint32 {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			end, _ := c.Search(field.Str(prefix[:i] + string([]byte{prefix[i] + 1})))
			return end
		}
	}
	return c.Values() + 1
}

// in are the documents with one of some values.
func (a *asked) in(c segment.Column, values []field.Value) (docs, error) {
	codes := make([]uint32, 0, len(values))
	for _, v := range values {
		if code, equal := c.Search(v); equal {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	bm, err := union(c, slices.Compact(codes))
	return owned(bm), err
}
