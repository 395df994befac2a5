package duckdb

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/obs"
)

// This engine speaks to DuckDB through its C interface and not through database/sql: the driver for database/sql builds the
// whole answer in memory before it gives the first row, and answers here may be as large as the database.

// conn is one connection, for one goroutine at a time.
type conn struct {
	c    bindings.Connection
	path string // of the file, for faults
}

// connect opens a connection to an open database.
func connect(db bindings.Database, path string) (*conn, error) {
	c := &conn{path: path}
	if bindings.Connect(db, &c.c) == bindings.StateError {
		return nil, fault.New(fault.Internal, "DuckDB gives no further connection")
	}
	return c, nil
}

func (c *conn) close() { bindings.Disconnect(&c.c) }

// exec runs a statement without an answer. Arguments stand for $1, $2...; see bind for their types.
func (c *conn) exec(ctx context.Context, sql string, args ...any) error {
	r, err := c.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer r.close()
	for {
		if more, err := r.next(ctx); !more || err != nil {
			return err
		}
	}
}

// query starts a statement and gives its rows as they come. The result must be closed before the next statement.
func (c *conn) query(ctx context.Context, sql string, args ...any) (_ *result, err error) {
	_, span := obs.Start(ctx, "duckdb query", obs.Client, obs.Attr{Key: "db.system.name", Value: "duckdb"})
	defer func() {
		if err != nil {
			span.Fail("the statement failed")
		}
		span.End()
	}()
	if err := ended(ctx); err != nil {
		return nil, err
	}
	sql, args = needed(sql, args)
	r := &result{c: c}
	if bindings.Prepare(c.c, sql, &r.stmt) == bindings.StateError {
		err := c.failure(ctx, bindings.ErrorTypeInvalid, bindings.PrepareError(r.stmt), sql)
		r.close()
		return nil, err
	}
	for i, a := range args {
		if bind(r.stmt, i+1, a) == bindings.StateError {
			r.close()
			return nil, fault.New(fault.Internal, "DuckDB refuses argument %d of %s", i+1, sql)
		}
	}
	if err := r.start(ctx, sql); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// needed leaves out the arguments that a statement does not use, as where a condition came out false whatever it is compared with:
// DuckDB takes none that it does not need. Dollars stand nowhere else in our statements.
func needed(sql string, args []any) (string, []any) {
	var b strings.Builder
	places := make([]int, len(args)) // of each argument among those that stay, from 1
	var stay []any
	for rest := sql; ; {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		if !found {
			return b.String(), stay
		}
		digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
		n, err := strconv.Atoi(after[:digits])
		if err != nil || n < 1 || n > len(args) {
			return sql, args // DuckDB says what is wrong
		}
		if places[n-1] == 0 {
			stay = append(stay, args[n-1])
			places[n-1] = len(stay)
		}
		b.WriteString("$" + strconv.Itoa(places[n-1]))
		rest = after[digits:]
	}
}

// one runs a statement that gives one row and reads it.
func (c *conn) one(ctx context.Context, read func(r *result), sql string, args ...any) (found bool, err error) {
	r, err := c.query(ctx, sql, args...)
	if err != nil {
		return false, err
	}
	defer r.close()
	found, err = r.next(ctx)
	if found && err == nil {
		read(r)
	}
	return found, err
}

// each runs a statement and reads its rows.
func (c *conn) each(ctx context.Context, read func(r *result), sql string, args ...any) error {
	r, err := c.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer r.close()
	for {
		more, err := r.next(ctx)
		if !more || err != nil {
			return err
		}
		read(r)
	}
}

// Types of arguments besides string, float64, bool, int64, []byte, []string and nil.
type (
	day   int32 // days since 1970-01-01
	micro int64 // microseconds since 1970-01-01, UTC
)

func bind(stmt bindings.PreparedStatement, n int, arg any) bindings.State {
	i := bindings.IdxT(n)
	switch a := arg.(type) {
	case nil:
		return bindings.BindNull(stmt, i)
	case string:
		return bindings.BindVarchar(stmt, i, a)
	case []byte:
		return bindings.BindBlob(stmt, i, a)
	case int64:
		return bindings.BindInt64(stmt, i, a)
	case float64:
		return bindings.BindDouble(stmt, i, a)
	case bool:
		return bindings.BindBoolean(stmt, i, a)
	case day:
		return bindings.BindDate(stmt, i, bindings.NewDate(int32(a)))
	case micro:
		return bindings.BindTimestamp(stmt, i, bindings.NewTimestamp(int64(a)))
	case []string:
		return bindTexts(stmt, i, a)
	}
	panic(fmt.Sprintf("duckdb: no binding for %T", arg))
}

func bindTexts(stmt bindings.PreparedStatement, i bindings.IdxT, texts []string) bindings.State {
	text := bindings.CreateLogicalType(bindings.TypeVarchar)
	defer bindings.DestroyLogicalType(&text)
	values := make([]bindings.Value, len(texts))
	for k, s := range texts {
		values[k] = bindings.CreateVarchar(s)
	}
	list := bindings.CreateListValue(text, values)
	state := bindings.BindValue(stmt, i, list)
	bindings.DestroyValue(&list)
	for k := range values {
		bindings.DestroyValue(&values[k])
	}
	return state
}

// interruptEvery is how often a running statement is told that its context is over: DuckDB forgets a request to stop that
// comes between two steps.
const interruptEvery = 10 * time.Millisecond

// interruptible calls f, during which DuckDB works on this connection, and has that work stopped when ctx ends.
func (c *conn) interruptible(ctx context.Context, f func()) {
	finished, stopped := make(chan struct{}), make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(stopped)
		tick := time.NewTicker(interruptEvery)
		defer tick.Stop()
		for {
			bindings.Interrupt(c.c)
			select {
			case <-finished:
				return
			case <-tick.C:
			}
		}
	})
	f()
	close(finished)
	if !release() {
		<-stopped // else it could hit the next statement
	}
}

// ended gives a fault when the context is over.
func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Timeout, err, "the question was given up before its answer")
	}
	return nil
}
