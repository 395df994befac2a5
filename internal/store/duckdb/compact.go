package duckdb

import (
	"context"
	"fmt"
	"os"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// DuckDB marks rows as deleted and keeps their bytes where they are: in a table with a primary key for ever, and in blocks that nothing
// uses any more until others take their place. There is no statement that makes them go. What is left of notices that were removed is
// therefore counted (Removed), and goes when the file is written anew.

// Removed is the number of notices that were removed since the file was written anew: some of their bytes are still in it.
func (s *Store) Removed(ctx context.Context) (n int64, err error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	c, err := s.takeReader(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { s.readers <- c }()
	_, err = c.one(ctx, func(r *result) { n = r.int(0) }, "SELECT removed FROM meta")
	return n, err
}

// Compacted says what Compact did.
type Compacted struct {
	Removed       int64 // notices of which nothing is left now
	Before, After int64 // bytes of the file
}

// copiedRows is the number of rows that are copied at once: some megabytes of notices.
const copiedRows = 4 * rowGroup

// Compact writes a database anew, with what stands in it and nothing else, and puts it in the place of the old one once its sum is the
// same. Nobody may have it open. It takes as much room on the disk again while it lasts. A fault of kind Conflict, and the old
// database, when somebody has it open, it is damaged, or the copy does not have its sum.
func Compact(ctx context.Context, o Options) (done Compacted, err error) {
	o.ReadOnly, o.Memory = false, cmpOr(o.Memory, DefaultMemory)
	if _, err := os.Stat(o.Path); err != nil {
		return done, fault.Wrap(fault.NotFound, err, "there is no database %s", o.Path)
	}
	old, err := Open(o) // checks its layout, and its end brings into the file what was only in the log
	if err != nil {
		return done, err
	}
	if done.Removed, err = old.Removed(ctx); err == nil {
		err = old.Close()
	}
	if err != nil {
		old.release()
		return done, err
	}
	s := &Store{path: o.Path, schema: old.schema}
	defer s.release()
	if err := s.takeLock(o); err != nil {
		return done, err
	}
	if done.Before, err = sizeOf(o.Path); err != nil {
		return done, err
	}
	unfinished := o.Path + unfinishedEnd
	if err = removeFiles(unfinished); err == nil {
		err = copyDatabase(ctx, o, unfinished, old.schema)
	}
	if err == nil {
		err = disk.OS{}.Rename(unfinished, o.Path)
	}
	if err != nil {
		_ = removeFiles(unfinished) // the first error counts, and the next opening tries again
		return done, err
	}
	done.After, err = sizeOf(o.Path)
	return done, err
}

// sizeOf is the size of a database and its log.
func sizeOf(path string) (size int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, fault.Wrap(fault.Unavailable, err, "the database %s cannot be looked at", path)
	}
	if log, err := os.Stat(path + ".wal"); err == nil {
		size = log.Size()
	}
	return size + info.Size(), nil
}

// copyDatabase copies a database, which this program has for itself, to another file.
func copyDatabase(ctx context.Context, o Options, to string, sc *schema) (err error) {
	from := o.Path
	o.Path = to
	s := &Store{path: to, schema: sc, source: from}
	defer s.release()
	if err = s.openDatabase(o); err != nil {
		return err
	}
	if s.write, err = s.connect(); err != nil {
		return err
	}
	if err = s.makeTables(ctx, s.write); err != nil {
		return err
	}
	tables := []string{"notices", "ledger"}
	for _, t := range sideTables() {
		tables = append(tables, t.name)
	}
	for _, t := range tables {
		if err := copyTable(ctx, s.write, t); err != nil {
			return err
		}
	}
	for _, sql := range []string{"DELETE FROM meta", "INSERT INTO meta SELECT format, catalogue, revision, last_update, notices, sequence, 0 FROM old.meta", "CHECKPOINT boamp"} {
		if err := s.write.exec(ctx, sql); err != nil {
			return err
		}
	}
	return sameTables(ctx, s.write, to, tables)
}

// copyTable copies a table in its order, in pieces: all at once would have to fit into memory.
func copyTable(ctx context.Context, c *conn, table string) error {
	var end int64
	if _, err := c.one(ctx, func(r *result) { end = r.int(0) }, "SELECT coalesce(max(rowid) + 1, 0) FROM old."+table); err != nil {
		return err
	}
	for from := int64(0); from < end; from += copiedRows {
		err := c.exec(ctx, "INSERT INTO "+table+" SELECT * FROM old."+table+" WHERE rowid >= $1 AND rowid < $2", from, from+copiedRows)
		if err != nil {
			return err
		}
	}
	return nil
}

// sameTables holds a copy to what it is a copy of.
func sameTables(ctx context.Context, c *conn, path string, tables []string) error {
	var rows [2]int64
	var sums [2]store.Digest
	for i, db := range []string{"old", "boamp"} {
		for _, t := range tables {
			if _, err := c.one(ctx, func(r *result) { rows[i] += r.int(0) }, fmt.Sprintf("SELECT count(*) FROM %s.%s", db, t)); err != nil {
				return err
			}
		}
		err := c.each(ctx, func(r *result) { sums[i].Add(r.text(0), r.text(1)) }, "SELECT "+colNotice+", "+colDigest+" FROM "+db+".notices")
		if err != nil {
			return err
		}
	}
	if rows[0] != rows[1] || sums[0] != sums[1] {
		return damage(path, fmt.Errorf("the copy has %d rows with the digest %s, not %d with %s", rows[1], sums[1], rows[0], sums[0]))
	}
	return nil
}
