package index_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
)

// BenchmarkEdition brings an edition of 1,000 notices into a copy of a data folder, each time another, and reports what the commit
// in the database takes and what the index takes behind it.
func BenchmarkEdition(b *testing.B) {
	if *dataFlag == "" {
		b.Skip("no -data: which folder to copy is not said")
	}
	dir := b.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "index"), os.DirFS(filepath.Join(*dataFlag, "index"))); err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(*dataFlag, "store.duckdb"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "store.duckdb"), data, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
	data = nil
	c := field.NewCatalogue()
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(dir, "store.duckdb"), Temp: b.TempDir(), Catalogue: c})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	x, err := index.Open(b.Context(), index.Options{Store: db, Catalogue: c, Dir: filepath.Join(dir, "index"), AsFound: true})
	if err != nil || !x.Status().Ready {
		b.Fatal(err, x.Status().Why)
	}
	defer x.Close()
	edition := someNotices(b, x, 1000)
	ctx := store.WithWorkers(b.Context(), 1)
	var commit, searchable time.Duration
	for i := 0; b.Loop(); i++ {
		fresh := make([]*notice.Notice, len(edition))
		for k, n := range edition {
			one := *n
			one.ID = fmt.Sprintf("99-%d%05d", i, k)
			fresh[k] = &one
		}
		tx, err := x.Begin(ctx)
		if err == nil {
			_, err = tx.Put(ctx, fresh)
		}
		if err == nil {
			_, err = tx.Commit(ctx, time.Now())
		}
		if err != nil {
			b.Fatal(err)
		}
		last := x.Status().Last
		commit, searchable = commit+last.Commit, searchable+last.Searchable
	}
	b.ReportMetric(float64(commit.Milliseconds())/float64(b.N), "commit-ms/op")
	b.ReportMetric(float64(searchable.Milliseconds())/float64(b.N), "searchable-ms/op")
}

// someNotices are notices of all years.
func someNotices(b *testing.B, x store.Reader, n int) []*notice.Notice {
	b.Helper()
	v, err := x.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	var ids []string
	for row, err := range v.Rows(b.Context(), query.Query{Limit: n}, nil) {
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, row.ID)
	}
	var list []*notice.Notice
	for _, id := range ids {
		one, err := v.Get(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}
