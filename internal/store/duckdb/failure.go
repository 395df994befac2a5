package duckdb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
)

// failure turns what DuckDB says into a fault. sql goes into the cause only, which users do not see.
func (c *conn) failure(ctx context.Context, kind bindings.ErrorType, msg, sql string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	cause := errors.New(msg)
	if sql != "" {
		cause = fmt.Errorf("%s (in %s)", msg, sql)
	}
	switch {
	case kind == bindings.ErrorTypeOutOfMemory || strings.HasPrefix(msg, "Out of Memory Error"):
		return fault.Wrap(fault.Unavailable, cause, "DuckDB has not enough memory for this question").
			WithHint("raise the memory limit of the store, or ask for less at once")
	case strings.Contains(msg, "No space left on device"):
		return fault.Wrap(fault.Unavailable, cause, "the disk of the data folder is full").WithHint("free some space, then try again")
	case strings.Contains(msg, "database has been invalidated"):
		return fault.Wrap(fault.Unavailable, cause, "the database %s is closed after an error", c.path).
			WithHint("start the program again; what was committed is safe")
	case damaged(msg):
		return damage(c.path, cause)
	}
	return fault.Wrap(fault.Internal, cause, "DuckDB cannot answer")
}

// rebuildHint names the command that makes a database anew, as it is to be typed.
func rebuildHint(path string) string {
	return fmt.Sprintf("run: boamp rebuild --data %s (it makes the database anew from the documents kept in the data folder)", shellWord(filepath.Dir(path)))
}

// shellWord writes a path so that a shell takes it as one word.
func shellWord(s string) string {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+:@%=,", r)
	}
	if strings.IndexFunc(s, odd) < 0 && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// damage is the fault for a file that is not what was written.
func damage(path string, cause error) error {
	return fault.Wrap(fault.Conflict, cause, "the database %s is damaged", path).WithHint("%s", rebuildHint(path))
}

// damaged tells from its text an error that means that the file is not what DuckDB wrote.
func damaged(msg string) bool {
	for _, s := range []string{"orrupt", "Serialization Error", "checksum", "not a valid DuckDB database",
		"Could not read enough bytes", "Failed to load metadata pointer", "WAL file"} {
		if strings.Contains(msg, s) {
			return true
		}
	}
	return false
}

// openFailure turns DuckDB's words on a file that it does not open into a fault that names the file.
func openFailure(path, msg string) error {
	cause := errors.New(msg)
	switch {
	case strings.Contains(msg, "Could not set lock"):
		return inUse(path, holder(msg), cause)
	case strings.Contains(msg, "we can only read versions"), strings.Contains(msg, "newer version"), strings.Contains(msg, "newer DuckDB"):
		return fault.Wrap(fault.Conflict, cause, "the database %s was written by a newer program", path).
			WithHint("use that program, or with this one %s", rebuildHint(path))
	case damaged(msg):
		return damage(path, cause)
	}
	return fault.Wrap(fault.Unavailable, cause, "the database %s cannot be opened", path)
}

// holder finds the program that DuckDB says holds the lock: "Conflicting lock is held in /usr/bin/boamp (PID 4711)".
func holder(msg string) string {
	_, rest, ok := strings.Cut(msg, "lock is held in ")
	if !ok {
		return "another program"
	}
	name, _, _ := strings.Cut(rest, ")")
	return name + ")"
}

// inUse is the fault for data that another program has open.
func inUse(path, holder string, cause error) error {
	return fault.Wrap(fault.Conflict, cause, "the database %s is in use by %s", path, holder).
		WithHint("stop that program first; several programs may only share the data while all of them just read it")
}
