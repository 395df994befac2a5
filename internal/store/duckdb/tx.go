package duckdb

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// tx is the one open transaction of the writing connection.
type tx struct {
	store   *Store
	c       *conn
	w       *writer
	info    store.Info // at Begin
	changed int64      // notices written
	added   int64      // of these the new ones
	lines   *appender  // made when needed
	last    int64      // highest Seq recorded
	err     error      // what made the transaction useless
	over    bool
}

// Begin starts the one transaction.
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if s.write == nil {
		return nil, fault.New(fault.Conflict, "the database %s is open for reading only", s.path)
	}
	if !s.writing.TryLock() {
		return nil, fault.New(fault.Conflict, "another change of the data is under way")
	}
	t := &tx{store: s, c: s.write}
	err := t.c.exec(ctx, "BEGIN TRANSACTION")
	if err == nil {
		t.info, err = readInfo(ctx, t.c)
	}
	if err == nil {
		t.w, err = newWriter(ctx, t.c, s.schema)
	}
	if err != nil {
		_ = t.Rollback()
		return nil, err
	}
	return t, nil
}

func (t *tx) usable(ctx context.Context) error {
	switch {
	case t.over:
		return fault.New(fault.Unavailable, "the change of the data is over")
	case t.err != nil:
		return t.err
	}
	return ended(ctx)
}

// Put upserts notices.
func (t *tx) Put(ctx context.Context, notices []*notice.Notice) ([]store.Outcome, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	for _, n := range notices {
		if n.ID == "" || !utf8.ValidString(n.ID) {
			return nil, store.CheckNotice(n, nil, nil)
		}
	}
	known, err := t.known(ctx, notices)
	if err != nil {
		return nil, t.fail(err)
	}
	outcomes, last, old := judge(notices, known)
	ready, err := t.store.prepare(last)
	if err != nil {
		return nil, err // nothing was written
	}
	if err := t.replace(ctx, ready, old); err != nil {
		return nil, t.fail(err)
	}
	t.changed += int64(len(last))
	t.added += int64(len(last) - len(old))
	return outcomes, nil
}

func (t *tx) fail(err error) error {
	t.err = err
	return err
}

// stamp is what tells whether a notice is the one that is stored.
type stamp struct {
	sha256 string
	reader int
	rank   int
}

// lookupIDs is the number of ids that one statement asks for; from about 2,000 on DuckDB no longer uses the key.
const lookupIDs = 500

// known reads the stamps of those notices that are stored already, also by this transaction.
func (t *tx) known(ctx context.Context, notices []*notice.Notice) (map[string]stamp, error) {
	known := map[string]stamp{}
	if t.info.Notices == 0 && t.changed == 0 {
		return known, nil
	}
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = n.ID
	}
	err := t.inPieces(ids, func(list string, args []any) error {
		r, err := t.c.query(ctx, "SELECT "+colNotice+", sha256, "+colReader+", partial, source_form FROM notices WHERE "+colNotice+" IN ("+list+")", args...)
		if err != nil {
			return err
		}
		defer r.close()
		for {
			more, err := r.next(ctx)
			if !more || err != nil {
				return err
			}
			s := stamp{reader: int(r.int32(2)), rank: notice.Source{Partial: r.bool(3), Form: r.textOr(4)}.Rank()}
			s.sha256 = r.textOr(1)
			known[r.text(0)] = s
		}
	})
	return known, err
}

// inPieces calls f with names of arguments and the arguments for some of the ids at a time.
func (t *tx) inPieces(ids []string, f func(list string, args []any) error) error {
	for len(ids) > 0 {
		n := min(lookupIDs, len(ids))
		s := statement{}
		names := make([]string, n)
		for i, id := range ids[:n] {
			names[i] = s.arg(id)
		}
		if err := f(strings.Join(names, ", "), s.args); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// judge says what becomes of each notice: last are those to write, of each id the last one, and old the ids among them that
// are stored already.
func judge(notices []*notice.Notice, known map[string]stamp) (outcomes []store.Outcome, last []*notice.Notice, old []string) {
	outcomes = make([]store.Outcome, len(notices))
	current := make(map[string]stamp, len(notices))
	place := make(map[string]int, len(notices)) // in last
	for i, n := range notices {
		s, ok := current[n.ID]
		if !ok {
			s, ok = known[n.ID]
		}
		own := stamp{n.Source.SHA256, n.Source.Reader, n.Source.Rank()}
		same := own.sha256 != "" && own.sha256 == s.sha256 && own.reader == s.reader
		if ok && (same || own.rank < s.rank) {
			outcomes[i] = store.Unchanged
			continue
		}
		outcomes[i] = store.Inserted
		if ok {
			outcomes[i] = store.Updated
		}
		current[n.ID] = own
		if k, again := place[n.ID]; again {
			last[k] = n
			continue
		}
		place[n.ID] = len(last)
		last = append(last, n)
		if _, stored := known[n.ID]; stored {
			old = append(old, n.ID)
		}
	}
	return outcomes, last, old
}

// replace takes the old rows of notices out of all tables and writes the new ones.
func (t *tx) replace(ctx context.Context, ready []prepared, old []string) error {
	tables := []string{"notices"}
	for _, s := range t.w.side {
		tables = append(tables, s.name)
	}
	for _, table := range tables {
		err := t.inPieces(old, func(list string, args []any) error {
			return t.c.exec(ctx, "DELETE FROM "+table+" WHERE "+colNotice+" IN ("+list+")", args...)
		})
		if err != nil {
			return err
		}
	}
	for i := range ready {
		if err := t.w.write(ctx, &ready[i]); err != nil {
			return err
		}
	}
	return t.w.flush(ctx)
}

// Known looks through the ledger.
func (t *tx) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	known := map[string]ledger.Line{}
	if t.info.Sequence == 0 {
		return known, nil
	}
	err := t.inPieces(hashes, func(list string, args []any) error {
		r, err := t.c.query(ctx, "SELECT * FROM ledger WHERE sha256 IN ("+list+") ORDER BY seq", args...)
		if err != nil {
			return err
		}
		defer r.close()
		for {
			more, err := r.next(ctx)
			if !more || err != nil {
				return err
			}
			l := readLine(r)
			known[l.SHA256] = l
		}
	})
	if err != nil {
		return nil, t.fail(err)
	}
	return known, nil
}

// Record adds ledger lines.
func (t *tx) Record(ctx context.Context, lines []ledger.Line) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	if err := t.record(ctx, lines); err != nil {
		return t.fail(err)
	}
	return nil
}

func (t *tx) record(ctx context.Context, lines []ledger.Line) (err error) {
	if len(lines) == 0 {
		return nil
	}
	if t.lines == nil {
		if t.lines, err = newAppender(ctx, t.c, "ledger"); err != nil {
			return err
		}
	}
	latest := make(map[int64]int, len(lines))
	from, to := lines[0].Seq, lines[0].Seq
	for i := range lines {
		latest[lines[i].Seq] = i
		from, to = min(from, lines[i].Seq), max(to, lines[i].Seq)
	}
	if err := t.dropLines(ctx, from, to, latest); err != nil {
		return err
	}
	for i := range lines {
		if latest[lines[i].Seq] != i {
			continue
		}
		t.lines.writeLine(&lines[i])
		if err := t.lines.endRow(ctx); err != nil {
			return err
		}
	}
	t.last = max(t.last, to)
	return t.lines.flush(ctx)
}

// dropLines takes out the lines that are replaced; as a rule there are none.
func (t *tx) dropLines(ctx context.Context, from, to int64, replaced map[int64]int) error {
	r, err := t.c.query(ctx, "SELECT seq FROM ledger WHERE seq BETWEEN $1 AND $2", from, to)
	if err != nil {
		return err
	}
	var drop []int64
	for {
		more, err := r.next(ctx)
		if err != nil {
			r.close()
			return err
		}
		if !more {
			break
		}
		if _, ok := replaced[r.int(0)]; ok {
			drop = append(drop, r.int(0))
		}
	}
	r.close()
	for _, seq := range drop {
		if err := t.c.exec(ctx, "DELETE FROM ledger WHERE seq = $1", seq); err != nil {
			return err
		}
	}
	return nil
}

// bigChange is the number of notices from which a commit is followed by a checkpoint: the log of such a change is long to
// read again after a crash.
const bigChange = 10_000

// Commit publishes the change.
func (t *tx) Commit(ctx context.Context, now time.Time) (store.Info, error) {
	err := t.usable(ctx)
	info := t.info
	if t.changed > 0 {
		info.Revision++
		info.LastUpdate, info.Notices = now.UTC().Truncate(time.Microsecond), info.Notices+t.added
		if err == nil {
			err = t.c.exec(ctx, "UPDATE meta SET revision = $1, last_update = $2, notices = $3", info.Revision, micro(info.LastUpdate.UnixMicro()), info.Notices)
		}
	}
	if t.last > info.Sequence {
		info.Sequence = t.last
		if err == nil {
			err = t.c.exec(ctx, "UPDATE meta SET sequence = $1", info.Sequence)
		}
	}
	if err == nil {
		t.closeAppenders()
		err = t.c.exec(context.WithoutCancel(ctx), "COMMIT") // half a commit is none, but it need not come to that
	}
	if err != nil {
		_ = t.Rollback() // the first error counts
		return store.Info{}, err
	}
	if t.changed >= bigChange {
		// Without it the change is as safe; Close and a later commit make up for it.
		_ = t.c.exec(context.WithoutCancel(ctx), "CHECKPOINT boamp")
	}
	t.end()
	return info, nil
}

// Rollback drops the change.
func (t *tx) Rollback() error {
	if t.over {
		return nil
	}
	t.closeAppenders()
	err := t.c.exec(context.Background(), "ROLLBACK")
	if err != nil { // a connection in an unknown state must not be used again
		if fresh, connectErr := t.store.connect(); connectErr == nil {
			t.c.close()
			t.store.write, err = fresh, nil
		}
	}
	t.end()
	return err
}

func (t *tx) closeAppenders() {
	if t.w != nil {
		t.w.close()
		t.w = nil
	}
	if t.lines != nil {
		t.lines.close()
		t.lines = nil
	}
}

func (t *tx) end() {
	t.over = true
	t.store.writing.Unlock()
}
