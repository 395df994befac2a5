package duckdb

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// snapshot is a connection with an open transaction, which sees one state of the data to its end.
type snapshot struct {
	store     *Store
	c         *conn
	info      store.Info
	streaming bool    // a loop over Rows or Ledger is under way
	calls     []int64 // functions of Go that its statement uses
}

// Snapshot gives a view of the latest revision.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	c, err := s.takeReader(ctx)
	if err != nil {
		return nil, err
	}
	v := &snapshot{store: s, c: c}
	if err = c.exec(ctx, "BEGIN TRANSACTION READ ONLY"); err == nil {
		v.info, err = readInfo(ctx, c) // the first look at the data fixes the state that the transaction sees
	}
	if err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// takeReader waits for a connection that no view has.
func (s *Store) takeReader(ctx context.Context) (*conn, error) {
	select {
	case c, open := <-s.readers:
		if !open {
			return nil, fault.New(fault.Unavailable, "the store is closed")
		}
		if c != nil {
			return c, nil
		}
		c, err := s.connect()
		if err != nil {
			s.readers <- nil
		}
		return c, err
	case <-ctx.Done():
		return nil, ended(ctx)
	}
}

func readInfo(ctx context.Context, c *conn) (info store.Info, err error) {
	found, err := c.one(ctx, func(r *result) {
		info.Revision, info.Notices, info.Sequence = r.int(0), r.int(2), r.int(3)
		if !r.null(1) {
			info.LastUpdate = r.time(1)
		}
	}, "SELECT revision, last_update, notices, sequence FROM meta")
	if err == nil && !found {
		err = damage(c.path, errors.New("the table meta is empty"))
	}
	return info, err
}

// Info describes the revision.
func (v *snapshot) Info() store.Info { return v.info }

// Close ends the view and gives its connection back.
func (v *snapshot) Close() error {
	if v.c == nil {
		return nil
	}
	c := v.c
	v.c = nil
	if err := c.exec(context.Background(), "ROLLBACK"); err != nil {
		c.close() // whatever state it is in, nobody gets it again
		c = nil
	}
	v.store.readers <- c
	return nil
}

// keep holds a function until the question is answered (answered), and gives its key.
func (v *snapshot) keep(f *call) int64 {
	key := v.store.calls.add(f)
	v.calls = append(v.calls, key)
	return key
}

// answered drops what a question needed.
func (v *snapshot) answered() {
	v.store.calls.drop(v.calls)
	v.calls = v.calls[:0]
}

func (v *snapshot) usable(ctx context.Context) error {
	switch {
	case v.c == nil:
		return fault.New(fault.Unavailable, "the view of the data is closed")
	case v.streaming:
		return fault.New(fault.Internal, "a view of the data was asked two things at once")
	}
	return ended(ctx)
}

// Get gives one notice.
func (v *snapshot) Get(ctx context.Context, id string) (*notice.Notice, error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	var data []byte
	found := false
	if utf8.ValidString(id) { // DuckDB takes no other text
		var err error
		found, err = v.c.one(ctx, func(r *result) { data = r.bytes(0) }, "SELECT "+colBody+" FROM notices WHERE "+colNotice+" = $1", id)
		if err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, fault.New(fault.NotFound, "there is no notice %q", id)
	}
	return v.store.codec.decode(id, data)
}

// Count counts the matching notices.
func (v *snapshot) Count(ctx context.Context, where query.Expr) (n int64, err error) {
	if err := store.CheckExpr(where); err != nil {
		return 0, err
	}
	if err := v.usable(ctx); err != nil {
		return 0, err
	}
	if query.Simplify(where) == nil {
		return v.info.Notices, nil
	}
	defer v.answered()
	s := statement{view: v}
	condition, err := s.where(where)
	if err != nil {
		return 0, err
	}
	_, err = v.c.one(ctx, func(r *result) { n = r.int(0) }, "SELECT count(*) FROM notices WHERE "+condition, s.args...)
	return n, err
}

// stream starts a statement whose rows go to the caller; nothing else runs until endStream.
func (v *snapshot) stream(ctx context.Context, sql string, args ...any) (*result, error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	r, err := v.c.query(ctx, sql, args...)
	v.streaming = err == nil
	return r, err
}

func (v *snapshot) endStream(r *result) {
	r.close()
	v.streaming = false
}
