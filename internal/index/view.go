package index

import (
	"context"
	"iter"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/limit"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// View is a view of one revision: of a generation of the index, and of the store behind, which is opened when it is needed.
type View struct {
	ix        *Index
	gen       *generation // nil: the store answers everything
	info      store.Info
	behind    store.Snapshot // nil until it is needed
	streaming bool
	closed    bool
	plan      []Step
	memo      []remembered
}

var _ store.Snapshot = (*View)(nil)

// remembered is what a predicate found: the same one is asked for a count, rows and every facet.
type remembered struct {
	where string // canonical
	found []docs
}

// maxRemembered is the most predicates that a view remembers.
const maxRemembered = 4

// Info describes the revision.
func (v *View) Info() store.Info { return v.info }

// Close ends the view.
func (v *View) Close() error {
	if v.closed {
		return nil
	}
	v.closed, v.memo = true, nil
	var err error
	if v.behind != nil {
		err = v.behind.Close()
	}
	if v.gen != nil {
		v.gen.release()
	}
	return err
}

func (v *View) usable(ctx context.Context) error {
	switch {
	case v.closed:
		return fault.New(fault.Unavailable, "the view of the data is closed")
	case v.streaming:
		return fault.New(fault.Internal, "a view of the data was asked two things at once")
	}
	return ended(ctx)
}

// asked are the parts of the generation for one question.
func (v *View) asked(ctx context.Context) []*asked {
	list := make([]*asked, len(v.gen.parts))
	for i, p := range v.gen.parts {
		list[i] = &asked{part: p, ctx: ctx, unpack: v.ix.unpack}
	}
	return list
}

// find gives the documents that satisfy a predicate in each part. What is asked of the parts then is asked of these documents.
func (v *View) find(list []*asked, where query.Expr) ([]docs, error) {
	found, err := v.found(list, where)
	for i, d := range found {
		list[i].within(d, where)
	}
	return found, err
}

func (v *View) found(list []*asked, where query.Expr) ([]docs, error) {
	key := query.Canonical(where)
	for _, m := range v.memo {
		if m.where == key {
			return m.found, nil
		}
	}
	found := make([]docs, len(list))
	for i, a := range list {
		d, err := a.where(where)
		if err != nil {
			return nil, err
		}
		d.own = false
		found[i] = d
	}
	if len(v.memo) == maxRemembered {
		v.memo = append(v.memo[:0], v.memo[1:]...)
	}
	v.memo = append(v.memo, remembered{key, found})
	return found, nil
}

// index answers a question by do. When the index cannot (why is not ""), the store is to be asked.
func (v *View) index(do func() error) (why string, err error) {
	if v.gen == nil {
		return v.ix.reason(), nil
	}
	err = do()
	if err == nil || isNotHere(err) {
		if damage := v.gen.damage(); damage != nil {
			err = damage
		}
	}
	switch {
	case isNotHere(err):
		return err.Error(), nil
	case fault.Is(err, fault.Conflict):
		v.ix.damaged(v.gen, err)
		return "the index is damaged", nil
	}
	return "", err
}

// fromStore gives the store behind at the revision of the view, to be given back. A request that has a ticket needs the heavier one for it.
func (v *View) fromStore(ctx context.Context) (store.Snapshot, func(), error) {
	if err := limit.Heavier(ctx); err != nil {
		return nil, nil, err
	}
	if v.behind != nil {
		return v.behind, func() {}, nil
	}
	s, err := v.ix.store.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.Info() == v.info {
		v.behind = s
		return s, func() {}, nil
	}
	if err := s.Close(); err != nil {
		return nil, nil, err
	}
	return v.gen.bridge(ctx)
}

// Count counts the matching notices.
func (v *View) Count(ctx context.Context, where query.Expr) (n int64, err error) {
	if err := store.CheckExpr(where); err != nil {
		return 0, err
	}
	if err := v.usable(ctx); err != nil {
		return 0, err
	}
	begun := time.Now()
	if v.gen != nil && query.Simplify(where) == nil {
		v.step("count", "index", "", begun)
		return v.info.Notices, nil
	}
	why, err := v.index(func() error {
		list := v.asked(ctx)
		found, err := v.find(list, where)
		for i, d := range found {
			n += int64(d.count(list[i].seg.Len()))
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if why == "" {
		v.step("count", "index", "", begun)
		return n, nil
	}
	s, back, err := v.fromStore(ctx)
	if err != nil {
		return 0, err
	}
	defer back()
	n, err = s.Count(ctx, where)
	v.step("count", "store", why, begun)
	return n, err
}

// Get gives one notice.
func (v *View) Get(ctx context.Context, id string) (*notice.Notice, error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	begun := time.Now()
	var n *notice.Notice
	why, err := v.index(func() error {
		for _, p := range v.gen.parts {
			doc, ok := p.find(id)
			if !ok {
				continue
			}
			data, err := p.seg.Packed(doc)
			if err == nil {
				n, err = v.ix.unpack(id, data, store.Whole)
			}
			return err
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case why == "" && n == nil:
		v.step("get", "index", "", begun)
		return nil, fault.New(fault.NotFound, "there is no notice %q", id)
	case why == "":
		v.step("get", "index", "", begun)
		return n, nil
	}
	s, back, err := v.fromStore(ctx)
	if err != nil {
		return nil, err
	}
	defer back()
	n, err = s.Get(ctx, id)
	v.step("get", "store", why, begun)
	return n, err
}

// Rows streams the matching notices.
func (v *View) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if err := v.rows(ctx, q, fields, yield); err != nil {
			yield(store.Row{}, err)
		}
	}
}

// rows gives the rows to yield; the error is the caller's to give.
func (v *View) rows(ctx context.Context, q query.Query, fields []*field.Field, yield func(store.Row, error) bool) error {
	keys := store.Keys(q, v.ix.catalogue)
	if err := store.CheckQuery(q, keys, fields); err != nil {
		return err
	}
	if err := v.usable(ctx); err != nil {
		return err
	}
	begun := time.Now()
	lanes, why, err := v.answers(ctx, q, keys, fields)
	if err != nil {
		return err
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	if why == "" {
		given, err := v.streamRows(lanes, keys, q, begun, yield)
		if given || !fault.Is(err, fault.Conflict) {
			return err
		}
		why = "the index is damaged"
	}
	s, back, err := v.fromStore(ctx)
	if err != nil {
		return err
	}
	defer back()
	return stepped(v, "rows", why, begun, s.Rows(ctx, q, fields), yield)
}

// answers finds the rows of a query in all parts. When the index cannot (why is not ""), the store is to be asked.
func (v *View) answers(ctx context.Context, q query.Query, keys []query.Key, fields []*field.Field) (lanes []*lane, why string, err error) {
	why, err = v.index(func() error {
		list := v.asked(ctx)
		found, err := v.find(list, q.Where)
		if err == nil {
			lanes, err = v.lanes(list, found, q, keys, fields)
		}
		return err
	})
	return lanes, why, err
}

// stepped hands a stream of the store on, and tells the step when its first answer is there or it is over.
func stepped[T any](v *View, what, why string, begun time.Time, stream iter.Seq2[T, error], yield func(T, error) bool) error {
	first := true
	for x, err := range stream {
		if first {
			v.step(what, "store", why, begun)
			first = false
		}
		if err != nil {
			return err
		}
		if !yield(x, nil) {
			return nil
		}
	}
	if first {
		v.step(what, "store", why, begun)
	}
	return nil
}

// streamRows gives the rows of the index, and reports whether there was one.
func (v *View) streamRows(lanes []*lane, keys []query.Key, q query.Query, begun time.Time, yield func(store.Row, error) bool) (given bool, err error) {
	where := plan(lanes)
	err = v.late(stream(lanes, keys, q, func(r store.Row, err error) bool {
		if !given {
			v.step("rows", where, "", begun)
			given = true
		}
		return yield(r, err)
	}))
	if !given && err == nil {
		v.step("rows", where, "", begun)
	}
	return given, err
}

// late is the error of a stream that has begun: damage that shows only now ends it, and the index is not asked again.
func (v *View) late(err error) error {
	if damage := v.gen.damage(); damage != nil && (err == nil || isNotHere(err)) {
		err = damage
	}
	if fault.Is(err, fault.Conflict) {
		v.ix.damaged(v.gen, err)
	}
	if isNotHere(err) {
		return fault.Wrap(fault.Internal, err, "the index gave up in the middle of an answer")
	}
	return err
}
