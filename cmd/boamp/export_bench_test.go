package main

import (
	"context"
	"flag"
	"io"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/datadir"
)

var benchData = flag.String("data", "", "data folder with an index whose exports are measured")

// The exports of the targets, as the command writes them: index or store, encoder, and a writer that drops everything.
func BenchmarkExport(b *testing.B) {
	if *benchData == "" {
		b.Skip("-data names no data folder")
	}
	const twelve = "idweb,objet,nomacheteur,famille,nature,dateparution,datelimitereponse,code_departement,descripteur_code,type_marche," +
		"procedure_libelle,url_avis"
	folder, err := openFolder(context.Background(), *benchData, datadir.Read, false, indexing{mode: indexFound})
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	if s := folder.index.Status(); !s.Ready {
		b.Logf("the database answers: %s, %v", s.Why, s.Failure)
	}
	for _, x := range []struct {
		name, format, columns, order string
		rows                         int
	}{
		{"csv12", "csv", twelve, "", -1},
		{"csv12latest", "csv", twelve, "-dateparution", -1},
		{"csv12buyer", "csv", twelve, "nomacheteur", -1},
		{"jsonl12", "jsonl", twelve, "", -1},
		{"parquet12", "parquet", twelve, "", -1},
		{"xlsx12", "xlsx", twelve, "", -1},
		{"csvwhole", "csv", "", "", 20000},
		{"jsonlwhole", "jsonl", "", "", 20000},
		{"parquetwhole", "parquet", "", "", 20000},
	} {
		b.Run(x.name, func(b *testing.B) {
			out := &discard{}
			used := processor(b)
			for b.Loop() {
				r := &exportRequest{format: x.format, dataset: "boamp", delimiter: ";", flavour: "raw", lang: "fr"}
				r.ask.Select, r.ask.OrderBy, r.ask.Limit = x.columns, x.order, x.rows
				if err := r.check(); err != nil {
					b.Fatal(err)
				}
				out.begun = time.Now()
				if err := r.run(context.Background(), stdio{out: out, err: io.Discard}, folder.door()); err != nil {
					b.Fatal(err)
				}
			}
			rows := x.rows
			if rows < 0 {
				rows = int(notices(b, folder))
			}
			total := float64(rows) * float64(b.N)
			b.ReportMetric(total/b.Elapsed().Seconds()/1000, "krows/s")
			b.ReportMetric((processor(b)-used).Seconds()*1e6/total, "us-cpu/row")
			b.ReportMetric(float64(out.bytes.Load())/b.Elapsed().Seconds()/1e6, "MB/s")
			b.ReportMetric(float64(out.first.Microseconds())/1000, "ms-first")
		})
	}
}

func notices(b *testing.B, f *folder) int64 {
	info, err := f.door().Info(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return info.Notices
}

// discard counts what is written and says when it began.
type discard struct {
	bytes atomic.Int64
	begun time.Time
	first time.Duration
}

func (d *discard) Write(p []byte) (int, error) {
	if !d.begun.IsZero() {
		d.first, d.begun = time.Since(d.begun), time.Time{}
	}
	d.bytes.Add(int64(len(p)))
	return len(p), nil
}

// processor is the time that this process had of the processors.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
