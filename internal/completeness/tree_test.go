package completeness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/source/dilafake"
)

// followed is a folder that follows a false tree of DILA with the real source.
type followed struct {
	*world
	rnd    *rand.Rand
	tree   *dilafake.Tree
	server *dilafake.Server
	src    *dila.Source
	now    time.Time     // at the source
	slept  time.Duration // by the client, which has one worker
	paths  []string
	erased map[string]bool
	done   int // passes that came to their end
}

func newFollowed(t *testing.T, seed uint64) *followed {
	f := &followed{world: newWorld(t), rnd: rand.New(rand.NewPCG(seed, 9)), tree: dilafake.NewTree(), now: dawn, erased: map[string]bool{}}
	clock := func() time.Time { return f.now }
	f.server = &dilafake.Server{Tree: f.tree, Now: clock, Seed: seed}
	web := httptest.NewServer(f.server)
	transport := fetch.Transport(1)
	t.Cleanup(func() { transport.CloseIdleConnections(); web.CloseClientConnections(); web.Close() })
	f.src = &dila.Source{
		Base: web.URL + dilafake.Root, Now: clock, Temporary: t.TempDir(), Workers: 1,
		Fetch: &fetch.Client{HTTP: &http.Client{Transport: transport}, Concurrency: 1, Retries: 1, Failures: 1 << 30, Now: func() time.Time { return f.now.Add(f.slept) },
			Rand: func() float64 { return 0 }, Sleep: func(ctx context.Context, d time.Duration) error { f.slept += d; return ctx.Err() }},
		Known: func(ctx context.Context, edition string) (map[string]ledger.Line, error) {
			snap := f.snapshot()
			defer snap.Close()
			return snap.Edition(ctx, dila.Name, edition)
		},
	}
	return f
}

// change is something that happens in the tree, today or the day before.
func (f *followed) change() {
	if len(f.paths) > 0 && f.rnd.IntN(3) == 0 {
		path := f.paths[f.rnd.IntN(len(f.paths))]
		if f.rnd.IntN(2) == 0 {
			f.tree.Remove(path, f.now)
			return
		}
		f.put(path, len(f.paths)) // it changes, or is back
		return
	}
	path := fmt.Sprintf("%s/26-%d.xml", f.now.AddDate(0, 0, -f.rnd.IntN(2)).Format("2006/01/02"), len(f.paths))
	f.paths = append(f.paths, path)
	f.put(path, 0)
}

func (f *followed) put(path string, version int) {
	d := modelDoc{id: idOf(path), level: 1 + f.rnd.IntN(4)/3, half: f.rnd.IntN(6) == 0, version: version}
	f.tree.Put(path, []byte("<a>"+d.text()+"</a>"), f.now)
}

func idOf(path string) string {
	return strings.TrimSuffix(path[strings.LastIndex(path, "/")+1:], ".xml")
}

// pass follows the source once. An edition that cannot be had ends it with an error, which is the source's.
func (f *followed) pass() {
	f.src.Fetch.Reset()
	_, err := f.Import(context.Background(), f.src)
	switch {
	case err == nil:
		f.done++
	case fault.KindOf(err) == fault.Internal || fault.Is(err, fault.Conflict):
		f.t.Fatal(err)
	}
}

func (f *followed) step() {
	f.now = f.now.Add(time.Duration(10+f.rnd.IntN(120)) * time.Minute)
	for range f.rnd.IntN(6) {
		f.change()
	}
	kinds := []dilafake.Kind{dilafake.Status, dilafake.Truncated, dilafake.Long, dilafake.Reset, dilafake.Page, dilafake.CutOff, dilafake.Changing}
	var rules []dilafake.Rule
	for range f.rnd.IntN(3) {
		rules = append(rules, dilafake.Rule{Kind: kinds[f.rnd.IntN(len(kinds))], Chance: 0.5 * f.rnd.Float64(), Status: []int{404, 500}[f.rnd.IntN(2)]})
	}
	f.server.Trouble(rules...)
	f.pass()
	switch f.rnd.IntN(6) {
	case 0:
		if len(f.paths) > 0 {
			id := fmt.Sprintf("26-%d", f.rnd.IntN(len(f.paths)))
			if _, err := f.Erase(context.Background(), []ingest.Erasure{{ID: id, Reason: "asked for", Time: f.world.now()}}); err != nil {
				f.t.Fatal(err)
			}
			f.erased[id] = true
		}
	case 1:
		f.close()
		f.age()
		f.level = 2
		f.open()
		if _, err := f.Retry(context.Background()); err != nil {
			f.t.Fatal(err)
		}
	}
	f.adds()
}

// adds holds the identity.
func (f *followed) adds() {
	f.t.Helper()
	for _, e := range f.account().Editions {
		if e.Unaccounted() != 0 || e.Served+e.Quarantined+e.Erased+e.Missing != e.Listed {
			f.t.Fatalf("%s %s does not add up: %+v", e.Source, e.Name, e.Count)
		}
	}
}

// wantTree holds that the account is what stands in the tree, which is counted here. What was erased stays so, whatever becomes
// of it there.
func (f *followed) wantTree() {
	f.t.Helper()
	want, newest := map[string]completeness.Count{}, f.newest()
	for _, path := range f.paths {
		file, there := f.tree.At(path, f.now)
		edition := path[:len("2006/01/02")]
		c := want[edition]
		var d modelDoc
		erased := newest[name(dila.Name, edition, path)].Outcome == ledger.Erased
		if erased || there {
			c.Listed++
			if err := d.parse(string(file.Body)); there && err != nil {
				f.t.Fatal(err)
			}
			switch {
			case erased && f.erased[idOf(path)]:
				c.Erased++
			case d.level > f.level:
				c.Quarantined++
			case f.erased[d.id]:
				c.Erased++
			default:
				c.Served++
				if d.half {
					c.Partial++
				}
			}
		}
		want[edition] = c
	}
	for edition, c := range want {
		e, _ := f.account().Edition(dila.Name, edition)
		got := completeness.Count{Listed: e.Listed, Served: e.Served, Partial: e.Partial, Quarantined: e.Quarantined, Erased: e.Erased, Missing: e.Missing}
		if got != c {
			f.t.Errorf("%s\ngot  %+v\nwant %+v", edition, got, c)
		}
	}
}

// TestIdentityOfTheTree does what TestIdentity does with the real source, over HTTP, with trouble of every kind on the way; when it is over, one
// pass makes the account that of the tree.
func TestIdentityOfTheTree(t *testing.T) {
	histories := 12
	if testing.Short() {
		histories = 4
	}
	for seed := range uint64(histories) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			f := newFollowed(t, seed)
			defer f.close()
			for range 12 {
				f.step()
			}
			f.server.Trouble()
			f.now = f.now.Add(time.Minute)
			f.pass()
			f.adds()
			f.wantTree()
			(&history{world: f.world}).everyState()
			if f.done == 0 || len(f.paths) < 5 {
				t.Errorf("%d passes, %d documents: the history is none", f.done, len(f.paths))
			}
		})
	}
}
