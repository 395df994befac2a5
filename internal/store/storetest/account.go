package storetest

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// state is what a store should show, by the book.
type state struct {
	notices map[string]*notice.Notice
	lines   map[int64]ledger.Line
	info    store.Info
}

func newState() state {
	return state{notices: map[string]*notice.Notice{}, lines: map[int64]ledger.Line{}}
}

func (s state) clone() state {
	s.notices, s.lines = maps.Clone(s.notices), maps.Clone(s.lines)
	return s
}

// ledger lists the lines in order.
func (s state) ledger() []ledger.Line {
	return slices.SortedFunc(maps.Values(s.lines), func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) })
}

// digest sums up the notices, in no order.
func (s state) digest(t testing.TB) (d store.Digest) {
	t.Helper()
	for id, n := range s.notices {
		digest := n.Source.Digest
		if digest == "" {
			var err error
			if digest, err = notice.Digest(n); err != nil {
				t.Fatal(err)
			}
		}
		one := store.Digest{}
		one.Add(id, digest)
		d.Merge(one)
	}
	return d
}

// edition is Snapshot.Edition by a plain fold.
func (s state) edition(source, edition string) map[string]ledger.Line {
	newest := map[string]ledger.Line{}
	for _, l := range s.ledger() {
		if l.Source == source && l.Edition == edition && l.Outcome != ledger.Derived {
			newest[l.Origin] = l
		}
	}
	return newest
}

// known is Snapshot.Known of one hash.
func (s state) known(sha256 string) (newest ledger.Line) {
	for _, l := range s.ledger() {
		switch l.Outcome {
		case ledger.Derived, ledger.Missing, ledger.Gone, ledger.Listing:
		default:
			if sha256 != "" && l.SHA256 == sha256 {
				newest = l
			}
		}
	}
	return newest
}

// about is Snapshot.About.
func (s state) about(id string) []ledger.Line {
	return slices.DeleteFunc(s.ledger(), func(l ledger.Line) bool { return !slices.Contains(l.IDs, id) })
}

// aside is Snapshot.Aside.
func (s state) aside(reader int) []ledger.Line {
	return slices.DeleteFunc(s.ledger(), func(l ledger.Line) bool {
		set := l.Outcome == ledger.Quarantined || l.Outcome == ledger.Partial || l.Outcome == ledger.Unchanged && l.Kind != ""
		return !set || l.Reader == reader || s.known(l.SHA256).Seq != l.Seq
	})
}

// hold holds a view to a state.
func (s state) hold(t testing.TB, v store.Snapshot) {
	t.Helper()
	if got := v.Info(); got != s.info {
		t.Errorf("Info = %+v, want %+v", got, s.info)
	}
	if got, err := v.Digest(t.Context()); got != s.digest(t) || err != nil {
		t.Errorf("Digest = %v, %v, want %v", got, err, s.digest(t))
	}
	var all []ledger.Line
	for l, err := range v.Ledger(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	sameLines(t, "Ledger", all, s.ledger())
	for _, source := range sources {
		for _, edition := range editions {
			got, err := v.Edition(t.Context(), source, edition)
			if want := s.edition(source, edition); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Edition(%q, %q) = %+v, %v, want %+v", source, edition, got, err, want)
			}
		}
	}
	for _, id := range append(slices.Collect(maps.Keys(s.notices)), lineIDs...) {
		got, err := v.About(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if sameLines(t, "About "+id, got, s.about(id)); t.Failed() {
			return
		}
	}
	s.holdAside(t, v)
}

func (s state) holdAside(t testing.TB, v store.Snapshot) {
	t.Helper()
	for reader := range 4 {
		var got []ledger.Line
		for l, err := range v.Aside(t.Context(), reader) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, l)
		}
		sameLines(t, "Aside", got, s.aside(reader))
	}
	got, err := v.Known(t.Context(), append(hashes, hashes...))
	if err != nil {
		t.Fatal(err)
	}
	s.holdKnown(t, got)
}

func (s state) holdKnown(t testing.TB, got map[string]ledger.Line) {
	t.Helper()
	for _, h := range hashes {
		if want := s.known(h); !reflect.DeepEqual(got[h], want) {
			t.Errorf("Known(%s) = %+v, want %+v", h, got[h], want)
		}
	}
}

func sameLines(t testing.TB, what string, got, want []ledger.Line) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s gives %d lines, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%s gives in place %d %+v, want %+v", what, i, got[i], want[i])
			return
		}
	}
}

// Small vocabularies of lines, so that they meet. Of the hashes the first three begin alike.
var (
	sources  = []string{"", "dila", "explore"}
	editions = []string{"", "2026/03/02", "2026/03/03", "l'édition 'A'"}
	origins  = []string{"https://exemple.invalid/1.xml", "https://exemple.invalid/2.xml", "a.zip!é#1", "a.zip!é#2"}
	lineIDs  = []string{"26-1", "26-2", "26-3", "l'26", "never"}
	hashes   = []string{"", "0123456789abcdef0", "0123456789abcdef1", "0123456789abcdef2", "fedcba9876543210", "pas-un-nombre-en-hexa", "court"}
)

// Line makes the next line.
func (g *Generator) Line(seq, revision int64) ledger.Line {
	l := ledger.Line{Seq: seq, Time: g.instant(), Source: one(g, sources), Edition: one(g, editions), Origin: one(g, origins), Name: "n", Fetched: g.instant(),
		SHA256: one(g, hashes), Size: int64(g.r.IntN(3)), Reader: g.r.IntN(4), Revision: revision,
		Outcome: one(g, []ledger.Outcome{ledger.Served, ledger.Partial, ledger.Unchanged, ledger.Quarantined, ledger.Derived, ledger.Missing, ledger.Gone, ledger.Erased, ledger.Listing})}
	if g.chance(2) {
		l.Kind, l.Reason = "invalid", "l'avis ne se lit pas"
	}
	if g.chance(2) {
		l.Published, l.Validator, l.Raw, l.Generation = g.instant(), `"é-1"`, "2026/1.zip!1", "v325"
	}
	if l.Outcome == ledger.Listing {
		l.Listed = int64(g.r.IntN(5))
	}
	for range g.r.IntN(3) {
		l.IDs = append(l.IDs, lineIDs[g.r.IntN(len(lineIDs)-1)])
		l.Changes += one(g, []string{"i", "u", "-", "e"})
		l.Digests = append(l.Digests, one(g, hashes[1:]))
	}
	return l
}
