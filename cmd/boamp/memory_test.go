package main

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
)

// TestTrim keeps a server with the small index below a limit that is always passed, while it is asked.
func TestTrim(t *testing.T) {
	if _, ok := filePages(); !ok {
		t.Skip("this system does not tell how many pages of files a process has in memory (proc(5) of Linux)")
	}
	data, err := openFolder(t.Context(), filepath.Join(t.TempDir(), "data"), datadir.Write, false, indexing{mode: indexSmall, memory: smallMemory})
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	fill(t, data.data())
	if err := data.index.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := data.door().Page(t.Context(), search.Request{Query: query.Query{Limit: 1000}, Fields: data.catalogue.Flat()})
	if err != nil || len(want.Rows) == 0 {
		t.Fatalf("%d rows, %v", len(want.Rows), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); trim(ctx, data.index, 0) }()
	for range 20 {
		got, err := data.door().Page(t.Context(), search.Request{Query: query.Query{Limit: 1000}, Fields: data.catalogue.Flat()})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("the answer is another while pages are given back: %v", err)
		}
	}
	cancel()
	<-done
}
