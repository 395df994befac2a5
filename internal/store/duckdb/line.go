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
	text := func(col int) string {
		if r.null(col) {
			return ""
		}
		return r.text(col)
	}
	l := ledger.Line{Seq: r.int(0), Edition: text(2), Origin: text(3), SHA256: text(5), Size: r.int(6), Raw: text(7), Generation: text(8),
		IDs: r.texts(9), Reader: int(r.int32(10)), Outcome: ledger.Outcome(text(11)), Kind: text(12), Reason: text(13), Revision: r.int(14)}
	if !r.null(1) {
		l.Time = r.time(1)
	}
	if !r.null(4) {
		l.Fetched = r.time(4)
	}
	return l
}
