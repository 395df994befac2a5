package e2e_test

import (
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/synth"
)

// TestKills kills 200 commands that change a folder, each at a moment that nobody chose: imports of editions one after another, and now
// and then an erasure. What a command that came to its end has said stays true throughout, and once all are let to their end the
// folder is the one that nobody disturbed.
func TestKills(t *testing.T) {
	t.Parallel()
	rounds, size := 200, 8
	if testing.Short() {
		rounds = 20
	}
	docs := documents(rounds * size)
	k := &killing{t: t, data: filepath.Join(t.TempDir(), "data"), served: map[string]bool{}}
	for part := range slices.Chunk(docs, size) {
		k.editions = append(k.editions, tree(t, part))
		k.ids = append(k.ids, names(part))
	}
	begun := time.Now()
	must(t, "import", "--data", filepath.Join(t.TempDir(), "calm"), k.editions[0])
	k.whole = time.Since(begun)
	seed := uint64(time.Now().UnixNano())
	k.rnd = rand.New(rand.NewPCG(seed, 2))
	for n := range k.editions {
		k.round(n)
		if n%25 == 24 {
			k.check()
		}
	}
	t.Logf("seed %d, an undisturbed import takes %s: %d of %d commands were killed before their end", seed, k.whole, k.killed, rounds)
	if k.killed < rounds/10 {
		t.Errorf("only %d of %d commands were killed before their end", k.killed, rounds)
	}
	for _, id := range k.erased {
		must(t, "erase", "--data", k.data, "--reason", "test", id)
	}
	must(t, append([]string{"import", "--data", k.data}, k.editions...)...)
	k.check()
	must(t, "verify", "--data", k.data)

	calm := filepath.Join(t.TempDir(), "data")
	must(t, append([]string{"import", "--data", calm}, k.editions...)...)
	for _, id := range k.erased {
		must(t, "erase", "--data", calm, "--reason", "test", id)
	}
	want := contents(t, calm)
	if got := contents(t, k.data); got != want {
		t.Error("after the kills the notices are others than without")
	}
	must(t, "rebuild", "--data", k.data)
	if got := contents(t, k.data); got != want {
		t.Error("after the kills and a rebuild the notices are others than without")
	}
	must(t, "verify", "--deep", "--data", k.data)
}

// killing is a folder whose commands are killed.
type killing struct {
	t        *testing.T
	data     string
	rnd      *rand.Rand
	whole    time.Duration // that an undisturbed import takes
	editions []string      // folders
	ids      [][]string    // of the notices in each
	served   map[string]bool
	erased   []string // whose erasure was asked for; it may have been killed
	killed   int
}

// round imports an edition, or, every tenth time, also takes a notice out that is served.
func (k *killing) round(n int) {
	if n%10 == 9 && len(k.served) > 0 {
		id := k.ids[k.rnd.IntN(n)][0]
		k.erased = append(k.erased, id)
		delete(k.served, id) // from now on it may be there or not
		k.kill("erase", "--data", k.data, "--reason", "test", id)
		return
	}
	if k.kill("import", "--data", k.data, k.editions[n]) {
		return
	}
	for _, id := range k.ids[n] {
		k.served[id] = true
	}
}

func (k *killing) kill(args ...string) bool {
	k.t.Helper()
	killed := kill(k.t, time.Duration(k.rnd.Int64N(int64(k.whole*3/2))), args...)
	if killed {
		k.killed++
	}
	return killed
}

// check holds that all is served of which a command has said so.
func (k *killing) check() {
	k.t.Helper()
	there := map[string]bool{}
	for line := range strings.Lines(must(k.t, "query", "--data", k.data, "--format", "csv", "--fields", "idweb")) {
		there[strings.TrimSpace(line)] = true
	}
	for id := range k.served {
		if !there[id] {
			k.t.Fatalf("notice %s was imported and is not served", id)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(k.data, "tmp")); len(left) > 0 {
		k.t.Logf("%d files in tmp", len(left))
	}
}

// names are the ids of documents, which their files are named by, plain eForms apart.
func names(docs []synth.Document) (ids []string) {
	for _, d := range docs {
		if id := strings.TrimSuffix(path.Base(d.Path), path.Ext(d.Path)); strings.Count(id, "-") == 1 {
			ids = append(ids, id)
		}
	}
	return ids
}
