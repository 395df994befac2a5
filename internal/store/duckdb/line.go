package duckdb

import (
	"strings"

	"github.com/boamp/boamp/internal/ledger"
)

// writeLine adds a ledger line. Paths and reasons may hold bytes that are no UTF-8, which DuckDB refuses.
func (a *appender) writeLine(l *ledger.Line) {
	text := func(s string) { a.textOrNull(strings.ToValidUTF8(s, "\uFFFD")) }
	ids := make([]string, len(l.IDs))
	for i, id := range l.IDs {
		ids[i] = strings.ToValidUTF8(id, "\uFFFD")
	}
	a.int(l.Seq)
	a.instant(l.Time)
	text(l.Edition)
	text(l.Origin)
	text(l.Name)
	a.instant(l.Fetched)
	text(l.SHA256)
	a.int(l.Size)
	text(l.Raw)
	text(l.Generation)
	a.texts(ids)
	a.int32(int32(l.Reader))
	text(string(l.Outcome))
	text(l.Kind)
	text(l.Reason)
	a.int(l.Revision)
}

// readLine reads the row that writeLine wrote.
func readLine(r *result) ledger.Line {
	l := ledger.Line{Seq: r.int(0), Edition: r.textOr(2), Origin: r.textOr(3), Name: r.textOr(4), SHA256: r.textOr(6), Size: r.int(7), Raw: r.textOr(8),
		Generation: r.textOr(9), IDs: r.texts(10), Reader: int(r.int32(11)), Outcome: ledger.Outcome(r.textOr(12)), Kind: r.textOr(13), Reason: r.textOr(14),
		Revision: r.int(15)}
	if !r.null(1) {
		l.Time = r.time(1)
	}
	if !r.null(5) {
		l.Fetched = r.time(5)
	}
	return l
}
