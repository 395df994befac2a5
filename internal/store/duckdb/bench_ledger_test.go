package duckdb_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store/duckdb"
)

// BenchmarkAccount asks a ledger of a day's editions since March 2015, each followed by what its source listed:
//
//	go test -run - -bench Account -lines 1700000 ./internal/store/duckdb
var linesFlag = flag.Int("lines", 20_000, "lines in the ledger of BenchmarkAccount")

func BenchmarkAccount(b *testing.B) {
	o := options(b.TempDir())
	if *dataFlag != "" {
		o = options(filepath.Join(*dataFlag, "account"))
	}
	total := *linesFlag
	if _, err := os.Stat(o.Path); err != nil {
		fillLedger(b, o, total)
	}
	db, err := duckdb.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s, err := db.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if n := s.Info().Sequence; n < int64(total) {
		b.Fatalf("%d lines in the ledger that is there", n)
	}
	found := 0
	measure := func(name string, ask func(i int)) {
		b.Run(name, func(b *testing.B) {
			found = 0
			for i := 0; b.Loop(); i++ {
				ask(i * 7919 % total)
			}
			b.ReportMetric(float64(found)/float64(b.N), "lines/op")
		})
	}
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	measure("edition", func(i int) {
		lines, err := s.Edition(b.Context(), "dila", accountLine(i, total).Edition)
		fail(err)
		found += len(lines)
	})
	measure("edition that nobody met", func(i int) {
		lines, err := s.Edition(b.Context(), "dila", "2031/"+accountLine(i, total).Edition[5:])
		fail(err)
		found += len(lines)
	})
	measure("about", func(i int) {
		lines, err := s.About(b.Context(), accountLine(i, total).IDs[0])
		fail(err)
		found += len(lines)
	})
	measure("known", func(i int) {
		var hashes []string
		for k := range 512 {
			hashes = append(hashes, accountLine((i+k)%total, total).SHA256)
		}
		lines, err := s.Known(b.Context(), hashes)
		fail(err)
		found += len(lines)
	})
	for name, reader := range map[string]int{"aside": 3, "aside of an older reader": 4} {
		measure(name, func(int) {
			for _, err := range s.Aside(b.Context(), reader) {
				fail(err)
				found++
			}
		})
	}
}

func fillLedger(b *testing.B, o duckdb.Options, total int) {
	db, err := duckdb.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for from := 0; from < total; from += 100_000 {
		var lines []ledger.Line
		for i := from; i < min(from+100_000, total); i++ {
			lines = append(lines, accountLine(i, total))
		}
		tx, err := db.Begin(b.Context())
		if err == nil {
			err = tx.Record(b.Context(), lines)
		}
		if err == nil {
			_, err = tx.Commit(b.Context(), time.Unix(0, 0))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// accountLine is the line of a place in a ledger.
func accountLine(i, total int) ledger.Line {
	n := i * 4000 / total
	day := notice.Date{Year: 2015, Month: 3, Day: 1}.AddDays(n)
	at := day.In(time.UTC).Add(5 * time.Hour)
	edition := at.Format("2006/01/02")
	id := fmt.Sprintf("%02d-%d", day.Year-2000, i)
	l := ledger.Line{Seq: int64(i + 1), Time: at, Source: "dila", Edition: edition, Origin: "https://exemple.invalid/OPENDATA/BOAMP/" + edition + "/" + id + ".xml",
		Name: id, Published: at, Fetched: at, Validator: fmt.Sprintf(`"%x"`, i), SHA256: hashOf(i), Size: 9000, Raw: fmt.Sprintf("%d/%06d-%s.zip!%08x-%s.xml", day.Year, n, edition, i, id),
		Generation: "v230", IDs: []string{id}, Changes: "i", Digests: []string{hashOf(-i)[:32]}, Reader: 3, Outcome: ledger.Served, Revision: int64(n + 1)}
	if i%1000 == 0 {
		l.IDs, l.Outcome, l.Kind, l.Reason = []string{id}, ledger.Partial, "invalid", "/x: une partie ne se lit pas"
	}
	return l
}

func hashOf(i int) string {
	sum := sha256.Sum256(fmt.Append(nil, i))
	return hex.EncodeToString(sum[:])
}
