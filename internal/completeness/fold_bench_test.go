package completeness_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// years is a ledger of so many documents, 400 a day, which are made as they are asked for.
type years int64

func (n years) Info() store.Info { return store.Info{Sequence: int64(n) + (int64(n)+399)/400} }

func (n years) Ledger(_ context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		seq, sha := int64(0), strings.Repeat("ab", 32)
		for doc := int64(0); doc < int64(n); doc++ {
			at := time.Date(2015, 3, 1, 5, 0, 0, 0, time.UTC).AddDate(0, 0, int(doc/400))
			l := ledger.Line{Time: at, Source: "dila", Edition: at.Format("2006/01/02")}
			if doc%400 == 0 {
				l.Outcome, l.Listed, l.Origin = ledger.Listing, min(400, int64(n)-doc), "https://source.example/"+l.Edition+"/"
				if seq++; seq >= from {
					l.Seq = seq
					if !yield(l, nil) {
						return
					}
				}
			}
			if seq++; seq < from {
				continue
			}
			l.Seq, l.Outcome, l.Listed, l.SHA256, l.Published = seq, ledger.Served, 0, sha, at.Add(-14*time.Minute)
			l.Origin, l.IDs = fmt.Sprintf("https://source.example/%s/15-%d.xml", l.Edition, doc), []string{"15-1"}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// BenchmarkFold reads the ledger of 1.7 million documents, as at a start.
func BenchmarkFold(b *testing.B) {
	const documents = years(1_700_000)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		f := completeness.New()
		a, err := f.At(context.Background(), documents)
		if err != nil || a.Total().Served != int64(documents) {
			b.Fatal(err, a.Total())
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-kept")
		b.ReportMetric(float64(len(a.Editions)), "editions")
		runtime.KeepAlive(f)
	}
}
