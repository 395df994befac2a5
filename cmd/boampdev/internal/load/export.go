package load

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// twelve are the columns of the exports: texts, codes, lists, a day, an instant.
const twelve = "idweb,objet,nomacheteur,famille,nature,dateparution,datelimitereponse,code_departement,descripteur_code,type_marche,procedure_libelle,url_avis"

// Export is an export to be measured.
type Export struct {
	Name   string
	Target string
	path   string
	rows   int64 // 0: all
}

// Exports lists them. whole bounds the rows of the export of whole records, 0 means all.
func Exports(whole int64) []Export {
	base := explorePath + "/exports/"
	limit := ""
	if whole > 0 {
		limit = fmt.Sprintf("?limit=%d", whole)
	}
	return []Export{
		{"CSV, 12 columns", ">= 1 M rows/s", base + "csv?select=" + twelve, 0},
		{"JSON Lines, whole records", ">= 100 MB/s", base + "jsonl" + limit, whole},
		{"Parquet, 12 columns", ">= 800 k rows/s", base + "parquet?select=" + twelve, 0},
	}
}

// ExportResult is what an export took.
type ExportResult struct {
	Rows    int64
	Bytes   int64
	First   time.Duration // to the first byte
	Took    time.Duration
	Before  Memory
	Highest int64   // resident bytes of the server meanwhile
	Seconds float64 // of the server's processors
	Busy    Shares
}

// Do exports once.
func (e Export) Do(ctx context.Context, s *Server, notices int64) (ExportResult, error) {
	res := ExportResult{Rows: notices, Before: MemoryOf(s.PID)}
	if e.rows > 0 {
		res.Rows = min(e.rows, notices)
	}
	watch := watchMemory(s.PID)
	before, start := processorOf(s.PID), time.Now()
	var err error
	res.Bytes, res.First, err = s.Drain(ctx, e.path)
	res.Took = time.Since(start)
	res.Busy = before.until(processorOf(s.PID), res.Took.Seconds())
	res.Seconds = res.Busy.Server * res.Took.Seconds()
	res.Highest = watch.end()
	return res, err
}

// watch looks at the memory of a process ten times a second.
type watch struct {
	stop chan struct{}
	wait sync.WaitGroup
	most int64
}

func watchMemory(pid int) *watch {
	w := &watch{stop: make(chan struct{})}
	w.wait.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			w.most = max(w.most, MemoryOf(pid).Resident)
			select {
			case <-tick.C:
			case <-w.stop:
				return
			}
		}
	})
	return w
}

// end gives the most that was seen.
func (w *watch) end() int64 {
	close(w.stop)
	w.wait.Wait()
	return w.most
}
