package index_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// engine is an index with its store, as one engine for the suites.
type engine struct {
	*index.Index
	behind store.Store
}

// Close closes both.
func (e engine) Close() error { return errors.Join(e.Index.Close(), e.behind.Close()) }

// over makes an index over a store, with everything in it so far.
func over(t testing.TB, behind store.Store, o index.Options) engine {
	t.Helper()
	o.Store = behind
	if o.Catalogue == nil {
		o.Catalogue = field.NewCatalogue()
	}
	if o.Report == nil {
		o.Report = func(err error) { t.Errorf("the index reports: %v", err) }
	}
	x, err := index.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !x.Status().Ready {
		if err := x.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return engine{x, behind}
}

// answered holds a test to its purpose: most answers must have come from the index.
func answered(t testing.TB, e engine, share float64) {
	t.Helper()
	a := e.Status().Answers
	total := float64(a.Index + a.Split + a.Store)
	if total == 0 {
		return
	}
	t.Logf("answers: %d by the index, %d split, %d by the store", a.Index, a.Split, a.Store)
	if got := float64(a.Index+a.Split) / total; got < share {
		t.Errorf("%.0f %% of the answers came from the index, at least %.0f %% are wanted", 100*got, 100*share)
	}
	if s := e.Status(); s.Failure != nil {
		t.Errorf("the index failed: %v", s.Failure)
	}
}

func TestOverMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("TestOverMemoryOnDisk asks the same of segments in files; this way is for the long run")
	}
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			e := over(t, memory.New(field.NewCatalogue()), index.Options{})
			t.Cleanup(func() { share(t, e) })
			return e
		},
		Queries: 1000,
	})
}

func TestOverMemoryOnDisk(t *testing.T) {
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			return over(t, memory.New(field.NewCatalogue()), index.Options{Dir: t.TempDir(), Small: true})
		},
		Queries: 100,
	})
}

// TestBehindTheScenes merges and builds beside readers and writers.
func TestBehindTheScenes(t *testing.T) {
	storetest.Run(t, storetest.Suite{
		Open: func(t *testing.T) store.Store {
			var work sync.WaitGroup
			e := over(t, memory.New(field.NewCatalogue()), index.Options{
				Dir: t.TempDir(), Behind: func(do func(context.Context)) { work.Go(func() { do(context.Background()) }) },
			})
			t.Cleanup(work.Wait)
			return e
		},
		Queries: 50,
	})
}

// share says how much of each case of the suite the index has to answer.
func share(t *testing.T, e engine) {
	_, name, _ := strings.Cut(t.Name(), "/")
	least := map[string]float64{
		"random_queries": 0.8, "random_computed_queries": 0.3, "random_groups": 0.5, "predicates_over_every_field": 0.9, "predicates": 0.9, "words": 0.9,
		"groups": 0.9, "order": 1, "pages_by_every_field": 0.9, "rankings": 1, "pages_of_ranked_answers": 1, "random_rankings": 0.6, "limit_and_offset": 1, "readers_beside_a_writer": 1, "put_and_get": 0.5,
	}
	answered(t, e, least[name])
}

func TestScripts(t *testing.T) {
	var engines []engine
	storetest.RunScripts(t, storetest.ScriptSuite{
		Open: func(t *testing.T) store.Store {
			e := over(t, memory.New(field.NewCatalogue()), index.Options{})
			engines = append(engines, e)
			return e
		},
		Answer:   search.Table,
		Requests: 2000,
	})
	for _, e := range engines {
		answered(t, e, 0.5)
	}
}
