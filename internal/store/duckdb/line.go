package duckdb

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/ledger"
)

// writeLine adds a ledger line. Paths and reasons may hold bytes that are no UTF-8, which DuckDB refuses.
func (a *appender) writeLine(l *ledger.Line) {
	text := func(s string) { a.textOrNull(valid(s)) }
	texts := func(list []string) {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = valid(s)
		}
		a.texts(out)
	}
	a.int(l.Seq)
	a.instant(l.Time)
	text(l.Source)
	text(l.Edition)
	text(l.Origin)
	text(l.Name)
	a.instant(l.Published)
	a.instant(l.Fetched)
	text(l.Validator)
	a.int(l.Listed)
	text(l.SHA256)
	a.int(l.Size)
	text(l.Raw)
	text(l.Generation)
	texts(l.IDs)
	text(l.Changes)
	texts(l.Digests)
	a.int32(int32(l.Reader))
	text(string(l.Outcome))
	text(l.Kind)
	text(l.Reason)
	a.int(l.Revision)
	a.int(hashKey(l.SHA256))
}

// hashKey is the number by which the lines of a SHA-256 are found: to compare 1.7 million numbers takes DuckDB 15 ms, to compare as many
// texts of 64 digits 300. Different texts may have the same number, those that are no hash all have 0.
func hashKey(sha256 string) int64 {
	const digits = 15 // 60 bits
	if len(sha256) < digits {
		return 0
	}
	n, err := strconv.ParseInt(sha256[:digits], 16, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// valid is a text as the ledger table has it.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// readLine reads the row that writeLine wrote.
func readLine(r *result) ledger.Line {
	return ledger.Line{
		Seq: r.int(0), Time: r.timeOr(1), Source: r.textOr(2), Edition: r.textOr(3), Origin: r.textOr(4), Name: r.textOr(5), Published: r.timeOr(6),
		Fetched: r.timeOr(7), Validator: r.textOr(8), Listed: r.int(9), SHA256: r.textOr(10), Size: r.int(11), Raw: r.textOr(12), Generation: r.textOr(13),
		IDs: r.texts(14), Changes: r.textOr(15), Digests: r.texts(16), Reader: int(r.int32(17)), Outcome: ledger.Outcome(r.textOr(18)),
		Kind: r.textOr(19), Reason: r.textOr(20), Revision: r.int(21),
	}
}
