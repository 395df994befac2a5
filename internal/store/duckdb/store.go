// Package duckdb is the default engine: one DuckDB file with the notices as a table of typed columns, that any DuckDB of
// version 1.4 or later opens too.
//
// Everything in the file is derived: "boamp rebuild" makes it anew from the documents that are kept. One process may write;
// several may read while nobody writes.
package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/cgo"
	"strings"
	"sync"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
)

// Options say how to open a database.
type Options struct {
	Path      string           // the file; beside it stand <path>.wal and <path>.lock
	Temp      string           // folder for what does not fit into memory; made when needed
	Catalogue *field.Catalogue // the fields that can be asked for
	ReadOnly  bool             // other processes may read at the same time, none may write
	Memory    int64            // DuckDB's limit in bytes, LeastMemory or more; 0 means DefaultMemory. The process takes some 250 MB more
	Threads   int              // for DuckDB's work; 0 means one for each processor
	Readers   int              // views open at once, more wait; 0 means DefaultReaders
}

// Defaults and limits of Options.
const (
	DefaultMemory  = 1 << 30
	LeastMemory    = 256 << 20 // with less a commit fails: DuckDB packs rowGroup wide rows at once
	DefaultReaders = 8
)

// Store is an open database.
type Store struct {
	path     string
	source   string // of a copy: the file that is attached beside it as "old"; "" else
	db       bindings.Database
	lock     *os.File
	schema   *schema
	codec    *codec
	lines    []lines // of schema.words
	sortable int64   // bytes of rows that DuckDB may have to sort; above, rows come in steps
	reading  float64 // rows that DuckDB holds at once when it reads: some vectors in each thread
	placing  int     // places looked for at once
	packed   int     // see manyPacked
	windows  sizes   // of the windows that rows in order of a day come in
	shapes   shapes
	readers  chan *conn // as many as views may be open; nil stands for one that is not connected yet
	writing  sync.Mutex // held from Begin to the end of the transaction
	write    *conn      // of the transactions; nil when the database is read-only
	lookup   *conn      // sees what was there before the transaction
	calls    calls      // functions of Go that statements use
	handle   cgo.Handle // by which DuckDB finds them
	closed   atomic.Bool
}

var _ store.Store = (*Store)(nil)

// Open opens a database, or makes a new one. A fault of kind Conflict means that somebody else has it open, that it is
// damaged, or that another version of the program made it; the hint says what to do.
func Open(o Options) (*Store, error) {
	codec, err := newCodec(o.Path)
	if err != nil {
		return nil, err
	}
	o.Memory, o.Readers = cmpOr(o.Memory, DefaultMemory), cmpOr(o.Readers, DefaultReaders)
	if o.Memory < LeastMemory {
		return nil, fault.New(fault.Invalid, "the database takes at least %d MB of memory, not %d", LeastMemory>>20, o.Memory>>20)
	}
	s := &Store{path: o.Path, schema: newSchema(o.Catalogue), codec: codec, sortable: o.Memory / 2, placing: placing, packed: manyPacked, windows: defaultSizes(), readers: make(chan *conn, o.Readers), calls: calls{byID: map[int64]*call{}}}
	s.lines = make([]lines, len(s.schema.words))
	s.reading = float64(2 * int(bindings.VectorSize()) * cmpOr(o.Threads, runtime.GOMAXPROCS(0)))
	if err := s.open(o); err != nil {
		s.release()
		return nil, err
	}
	for range cap(s.readers) {
		s.readers <- nil
	}
	return s, nil
}

// cmpOr is v, or fallback where v says nothing.
func cmpOr[T int | int64](v, fallback T) T {
	if v > 0 {
		return v
	}
	return fallback
}

func (s *Store) open(o Options) error {
	if err := s.takeLock(o); err != nil {
		return err
	}
	if err := s.create(o); err != nil {
		return err
	}
	if err := s.openDatabase(o); err != nil {
		return err
	}
	c, err := s.connect()
	if err != nil {
		return err
	}
	if o.ReadOnly {
		defer c.close()
	} else {
		s.write = c
		if s.lookup, err = s.connect(); err != nil {
			return err
		}
	}
	return s.checkLayout(c, o.ReadOnly)
}

// takeLock keeps other openings of the file away, and refuses what is not there to read.
func (s *Store) takeLock(o Options) error {
	if o.ReadOnly {
		if _, err := os.Stat(o.Path); err != nil {
			return fault.Wrap(fault.NotFound, err, "there is no database %s", o.Path).WithHint("import something first, or %s", rebuildHint(o.Path))
		}
	} else if err := os.MkdirAll(filepath.Dir(o.Path), 0o755); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the folder of the database %s cannot be made", o.Path)
	}
	f, holder, err := lock(lockOf(o.Path), o.ReadOnly)
	switch {
	case holder != "":
		return inUse(o.Path, holder, err)
	case err != nil:
		return fault.Wrap(fault.Unavailable, err, "the lock of the database %s cannot be taken", o.Path)
	}
	s.lock = f
	return nil
}

func lockOf(path string) string { return path + ".lock" }

// rowGroup is the number of rows that DuckDB keeps together. Its default of 122,880 is made for narrow rows: with these, of
// some 10 kB, a small import would rewrite a gigabyte, and a big one keep several in memory.
const rowGroup = 4096

func (s *Store) openDatabase(o Options) error {
	settings := map[string]string{
		"autoinstall_known_extensions": "false",
		"autoload_known_extensions":    "false",
		"memory_limit":                 fmt.Sprintf("%dB", o.Memory),
		"temp_directory":               o.Temp,
		"checkpoint_threshold":         "128MB",
		"write_buffer_row_group_count": "1",
		"zstd_min_string_length":       "1000000000", // never by itself: see packed
	}
	if o.Threads > 0 {
		settings["threads"] = fmt.Sprint(o.Threads)
	}
	var config bindings.Config
	if bindings.CreateConfig(&config) == bindings.StateError {
		return fault.New(fault.Internal, "DuckDB makes no configuration")
	}
	defer bindings.DestroyConfig(&config)
	for name, value := range settings {
		if bindings.SetConfig(config, name, value) == bindings.StateError {
			return fault.New(fault.Internal, "DuckDB refuses the setting %s = %s", name, value)
		}
	}
	var msg string
	if bindings.OpenExt("", &s.db, config, &msg) == bindings.StateError {
		return openFailure(o.Path, msg)
	}
	return s.attach(o)
}

// attach opens the file. It is attached to an empty database because only so DuckDB takes the size of its row groups.
func (s *Store) attach(o Options) error {
	c, err := connect(s.db, s.path)
	if err != nil {
		return err
	}
	defer c.close()
	mode := "READ_WRITE"
	if o.ReadOnly {
		mode = "READ_ONLY"
	}
	sql := fmt.Sprintf("ATTACH '%s' AS boamp (TYPE duckdb, %s, ROW_GROUP_SIZE %d, STORAGE_VERSION 'v1.4.0')", escape(o.Path), mode, rowGroup)
	if err := c.exec(context.Background(), sql); err != nil {
		return openFailure(o.Path, causeOf(err))
	}
	if s.source != "" {
		if err := c.exec(context.Background(), fmt.Sprintf("ATTACH '%s' AS old (TYPE duckdb, READ_ONLY)", escape(s.source))); err != nil {
			return openFailure(s.source, causeOf(err))
		}
	}
	if s.handle == 0 {
		s.handle = cgo.NewHandle(&s.calls)
	}
	if err := s.calls.register(c, s.handle); err != nil {
		return err
	}
	// From here on no SQL reaches another file.
	return c.exec(context.Background(), "SET enable_external_access = false")
}

// connect opens a connection that stands in the attached database.
func (s *Store) connect() (*conn, error) {
	c, err := connect(s.db, s.path)
	if err != nil {
		return nil, err
	}
	if err := c.exec(context.Background(), "USE boamp"); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// checkLayout makes the tables of a new database and refuses one that was made for other fields.
func (s *Store) checkLayout(c *conn, readOnly bool) error {
	ctx := context.Background()
	var tables, meta int64
	_, err := c.one(ctx, func(r *result) { tables, meta = r.int(0), r.int(1) },
		"SELECT count(*), count(*) FILTER (table_name = 'meta') FROM duckdb_tables() WHERE database_name = 'boamp'")
	if err != nil {
		return err
	}
	if tables == 0 && !readOnly {
		return s.makeTables(ctx, c)
	}
	if tables == 0 {
		return fault.New(fault.NotFound, "there is no database yet in %s: it is empty", s.path).WithHint("import something first, or %s", rebuildHint(s.path))
	}
	if meta == 0 {
		return fault.New(fault.Conflict, "%s is not a database of boamp", s.path).WithHint("%s", rebuildHint(s.path))
	}
	var made string
	var number int32
	if _, err := c.one(ctx, func(r *result) { number, made = r.int32(0), r.text(1) }, "SELECT format, catalogue FROM meta"); err != nil {
		return err
	}
	if number != format || made != s.schema.fingerprint() {
		return fault.New(fault.Conflict, "the database %s was made by another version of boamp (layout %d/%s, this one has %d/%s)",
			s.path, number, made, format, s.schema.fingerprint()).WithHint("%s", rebuildHint(s.path))
	}
	return nil
}

// unfinishedEnd is how the name of a database ends that is not whole yet.
const unfinishedEnd = ".new"

// create makes a database that is not there yet, under another name until all its tables are in it: a program that ends meanwhile
// leaves none behind.
func (s *Store) create(o Options) error {
	if o.ReadOnly {
		return nil
	}
	unfinished := o.Path + unfinishedEnd
	if err := removeFiles(unfinished); err != nil {
		return err
	}
	if _, err := os.Stat(o.Path); !errors.Is(err, fs.ErrNotExist) {
		return nil // what keeps the file from being looked at keeps it from being opened, which says so better
	}
	o.Path = unfinished
	made := &Store{path: unfinished, schema: s.schema}
	err := made.openDatabase(o)
	if err == nil {
		if made.write, err = made.connect(); err == nil {
			err = made.makeTables(context.Background(), made.write)
		}
	}
	made.release()
	if err == nil {
		err = disk.OS{}.Rename(unfinished, s.path)
	}
	return err
}

func (s *Store) makeTables(ctx context.Context, c *conn) error {
	for _, sql := range append([]string{"BEGIN TRANSACTION"}, s.schema.tables()...) {
		if err := c.exec(ctx, sql); err != nil {
			return err
		}
	}
	err := c.exec(ctx, "INSERT INTO meta VALUES ($1, $2, 0, NULL, 0, 0, 0)", int64(format), s.schema.fingerprint())
	for _, sql := range append(s.schema.comments(), "COMMIT", "CHECKPOINT boamp") {
		if err == nil {
			err = c.exec(ctx, sql)
		}
	}
	return err
}

// Close ends the store and writes what is only in the log into the file. Views and transactions must be closed before; while
// one is open it gives a fault of kind Conflict and the store stays open.
func (s *Store) Close() error {
	if s.closed.Load() {
		return nil
	}
	if !s.writing.TryLock() {
		return fault.New(fault.Conflict, "the store cannot be closed: a change of the data is under way")
	}
	defer s.writing.Unlock()
	var idle []*conn
	for range cap(s.readers) {
		select {
		case c := <-s.readers:
			idle = append(idle, c)
		default:
		}
	}
	if len(idle) < cap(s.readers) {
		for _, c := range idle {
			s.readers <- c
		}
		return fault.New(fault.Conflict, "the store cannot be closed: a view of the data is open")
	}
	s.closed.Store(true)
	close(s.readers)
	for _, c := range idle {
		if c != nil {
			c.close()
		}
	}
	s.release()
	return nil
}

// release lets go of everything but the views.
func (s *Store) release() {
	for _, c := range []*conn{s.write, s.lookup} {
		if c != nil {
			c.close()
		}
	}
	if s.db.Ptr != nil {
		bindings.Close(&s.db)
	}
	if s.handle != 0 {
		s.handle.Delete()
		s.handle = 0
	}
	if s.lock != nil {
		s.lock.Close()
	}
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	return ended(ctx)
}

// escape makes a text fit between quotes of SQL.
func escape(s string) string { return strings.ReplaceAll(s, "'", "''") }

// causeOf gives the words of DuckDB behind a fault.
func causeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Cause != nil {
		return f.Cause.Error()
	}
	return err.Error()
}
