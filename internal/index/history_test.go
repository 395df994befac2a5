package index_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// history changes a store through its index and beside it, and expects the same answers from both.
type history struct {
	*testing.T
	seed    uint64
	r       *rand.Rand
	g       *storetest.Generator
	dir     string
	behind  store.Store
	x       *index.Index
	notices map[string]*notice.Notice
	seq     int64
	made    int
	loaded  int // starts that needed no Build
	built   int
	asked   index.Answers // of indexes that were closed
	old     []kept
	marks   map[string][]string // words of every revision of a notice, by id
	gone    []string            // those of what was taken out
}

// kept is a view that stays open while the data change.
type kept struct {
	view    store.Snapshot
	notices []*notice.Notice
}

func TestHistory(t *testing.T) {
	rounds, steps := 6, 30
	if testing.Short() {
		rounds, steps = 2, 15
	}
	for range rounds {
		seed := uint64(time.Now().UnixNano())
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := &history{T: t, seed: seed, r: rand.New(rand.NewPCG(seed, 2)), g: storetest.NewGenerator(seed), dir: t.TempDir(),
				behind: memory.New(field.NewCatalogue()), notices: map[string]*notice.Notice{}, marks: map[string][]string{}}
			h.open()
			for range steps {
				h.step()
				if h.compare(); t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			h.undamaged()
			h.close()
			h.purged()
			t.Logf("%d notices, %d starts from the disk, %d builds, answers %+v", len(h.notices), h.loaded, h.built, h.asked)
			if a := h.asked; a.Index+a.Split < a.Store {
				t.Errorf("the index answered too little: %+v", a)
			}
		})
	}
}

func (h *history) open() {
	x, err := index.Open(h.Context(), index.Options{Store: h.behind, Catalogue: field.NewCatalogue(), Dir: h.dir, Small: h.seed%2 == 0})
	if err != nil {
		h.Fatal(err)
	}
	h.x = x
	if x.Status().Ready {
		h.loaded++
	}
	h.ready()
}

// undamaged ends every history alike, whatever chance brought before: an index that was left whole is taken from the disk.
func (h *history) undamaged() {
	h.commit(h.x, 20)
	if err := h.x.Build(h.Context()); err != nil {
		h.Fatal(err)
	}
	h.erase(h.x)
	loaded := h.loaded
	h.close()
	h.open()
	h.purged()
	if h.compare(); h.loaded == loaded {
		h.Errorf("seed %d: a whole index was not taken from the disk: %s", h.seed, h.x.Status().Why)
	}
}

// ready makes the index when it is not.
func (h *history) ready() {
	if s := h.x.Status(); s.Ready {
		return
	}
	h.built++
	if err := h.x.Build(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func (h *history) close() {
	for _, k := range h.old {
		if err := k.view.Close(); err != nil {
			h.Error(err)
		}
	}
	h.old = nil
	a := h.x.Status().Answers
	h.asked.Index, h.asked.Split, h.asked.Store = h.asked.Index+a.Index, h.asked.Split+a.Split, h.asked.Store+a.Store
	if err := h.x.Close(); err != nil {
		h.Fatal(err)
	}
}

func (h *history) step() {
	switch h.r.IntN(11) {
	case 10:
		h.erase(h.x)
	case 0, 1, 2, 3:
		h.commit(h.x, 1+h.r.IntN(60))
	case 4:
		h.commit(h.x, 0)
	case 5:
		h.close()
		h.open()
	case 6: // a program without an index
		h.close()
		for range h.r.IntN(3) {
			h.commit(h.behind, 1+h.r.IntN(20))
			if h.r.IntN(2) == 0 {
				h.erase(h.behind)
			}
		}
		h.open()
	case 7:
		h.close()
		h.damage()
		h.open()
		h.touch()
	case 8:
		h.old = append(h.old, kept{h.view(), h.list()})
	case 9:
		if err := h.x.Build(h.Context()); err != nil {
			h.Fatal(err)
		}
	}
}

// commit writes new notices and replaces some, each with a line of the ledger; of none only lines.
func (h *history) commit(to store.Store, count int) {
	tx, err := to.Begin(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	ids := slices.Sorted(maps.Keys(h.notices))
	revision := h.revision()
	if count > 0 {
		revision++
	}
	var batch []*notice.Notice
	var lines []ledger.Line
	for range count {
		h.made++
		id := fmt.Sprintf("%d-%d", 20+h.made%7, h.made)
		if len(ids) > 0 && h.r.IntN(3) == 0 {
			id = ids[h.r.IntN(len(ids))]
		}
		n := h.notice(id)
		batch = append(batch, n)
		h.notices[id] = n
		h.seq++
		lines = append(lines, ledger.Line{Seq: h.seq, IDs: []string{id}, Outcome: ledger.Served, Revision: revision})
	}
	h.seq++
	lines = append(lines, ledger.Line{Seq: h.seq, Outcome: ledger.Quarantined, Revision: revision})
	if _, err := tx.Put(h.Context(), batch); err != nil {
		h.Fatal(err)
	}
	if err := tx.Record(h.Context(), lines); err != nil {
		h.Fatal(err)
	}
	if _, err := tx.Commit(h.Context(), time.Date(2026, 3, 1, 0, 0, h.made, 0, time.UTC)); err != nil {
		h.Fatal(err)
	}
}

// erase takes some notices out, and puts one of them in again, sometimes in the same step. Other lines tell of nothing.
func (h *history) erase(to store.Store) {
	ids := slices.Sorted(maps.Keys(h.notices))
	if len(ids) == 0 {
		return
	}
	h.r.Shuffle(len(ids), func(i, k int) { ids[i], ids[k] = ids[k], ids[i] })
	ids = ids[:1+h.r.IntN(min(len(ids), 12))]
	tx, err := to.Begin(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	if removed, err := tx.Remove(h.Context(), append(ids, "never")); err != nil || len(removed) != len(ids) {
		h.Fatal(removed, err)
	}
	revision := h.revision() + 1
	h.seq++
	lines := []ledger.Line{{Seq: h.seq, IDs: ids, Changes: strings.Repeat("e", len(ids)), Outcome: ledger.Erased, Revision: revision}}
	for _, id := range ids {
		delete(h.notices, id)
		h.gone = append(h.gone, h.marks[id]...)
		delete(h.marks, id)
	}
	if h.r.IntN(3) == 0 {
		n := h.notice(ids[0])
		if _, err := tx.Put(h.Context(), []*notice.Notice{n}); err != nil {
			h.Fatal(err)
		}
		h.notices[n.ID] = n
		h.seq++
		lines = append(lines, ledger.Line{Seq: h.seq, IDs: []string{n.ID}, Changes: "i", Outcome: ledger.Served, Revision: revision})
	}
	for _, o := range []ledger.Outcome{ledger.Missing, ledger.Gone, ledger.Listing} {
		h.seq++
		lines = append(lines, ledger.Line{Seq: h.seq, IDs: ids, Outcome: o, Revision: revision})
	}
	if err := tx.Record(h.Context(), lines); err != nil {
		h.Fatal(err)
	}
	if _, err := tx.Commit(h.Context(), time.Date(2026, 3, 1, 1, 0, h.made, 0, time.UTC)); err != nil {
		h.Fatal(err)
	}
}

// purged holds that the files hold nothing of what was taken out. Views that stand on older files must be closed.
func (h *history) purged() {
	h.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	if err != nil {
		h.Fatal(err)
	}
	seen := false
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			h.Fatal(err)
		}
		for _, mark := range h.gone {
			if bytes.Contains(b, []byte(mark)) {
				h.Errorf("seed %d: %s holds %s, which was taken out", h.seed, filepath.Base(name), mark)
			}
		}
		for _, n := range h.notices {
			seen = seen || bytes.Contains(b, []byte(h.marks[n.ID][len(h.marks[n.ID])-1]))
		}
	}
	if !seen && len(h.notices) > 0 {
		h.Error("not even what is there is found in the files")
	}
}

// notice makes one with a word of its own in its title, whose end stands as it is wherever the title or the word does.
func (h *history) notice(id string) *notice.Notice {
	n := h.g.Notice(id)
	n.Source.Partial = false
	mark := fmt.Sprintf("%010x", h.r.Uint64()>>24)
	n.Title += fmt.Sprintf(" %02x%s", h.r.Uint32()>>24, mark)
	h.marks[id] = append(h.marks[id], mark)
	return n
}

func (h *history) revision() int64 {
	s, err := h.behind.Snapshot(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	defer s.Close()
	return s.Info().Revision
}

// damage changes, cuts or removes a file of the index.
func (h *history) damage() {
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	if err != nil || len(files) == 0 {
		return
	}
	name := files[h.r.IntN(len(files))]
	b, err := os.ReadFile(name)
	if err != nil {
		h.Fatal(err)
	}
	switch h.r.IntN(4) {
	case 0:
		err = os.Remove(name)
	case 1:
		err = os.WriteFile(name, b[:h.r.IntN(len(b)+1)], 0o644)
	default:
		if len(b) > 0 {
			b[h.r.IntN(len(b))] ^= 1 << h.r.IntN(8)
		}
		err = os.WriteFile(name, b, 0o644)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// touch reads everything, so that damage shows: as a fault of kind Conflict or not at all.
func (h *history) touch() {
	for range 10 {
		s := h.view()
		err := storetest.Everything(h, s)
		if e := s.Close(); e != nil {
			h.Error(e)
		}
		if err == nil {
			break
		}
		if !fault.Is(err, fault.Conflict) {
			h.Fatalf("seed %d: %v", h.seed, err)
		}
	}
	h.ready()
}

func (h *history) view() store.Snapshot {
	s, err := h.x.Snapshot(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	return s
}

func (h *history) list() []*notice.Notice { return slices.Collect(maps.Values(h.notices)) }

func (h *history) compare() {
	h.Helper()
	s := h.view()
	defer s.Close()
	storetest.Compare(h, s, h.g, h.list(), 5)
	for _, k := range h.old {
		storetest.Compare(h, k.view, h.g, k.notices, 2)
	}
}
