package completeness_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

// world is a data folder with the real importer, and the places that it follows.
type world struct {
	*ingest.Importer
	t     *testing.T
	dir   string
	clock time.Time
	level int // of the reader: what has a higher one it cannot read
	fold  *completeness.Fold
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, dir: t.TempDir(), clock: dawn, level: 1}
	w.Importer = &ingest.Importer{Fields: field.NewCatalogue(), Reader: w, Now: w.now}
	w.open()
	return w
}

func (w *world) now() time.Time {
	w.clock = w.clock.Add(7 * time.Second)
	return w.clock
}

// open opens the folder with an empty store, which has to catch up.
func (w *world) open() {
	w.t.Helper()
	var err error
	if w.Raw, err = raw.Open(filepath.Join(w.dir, "raw"), raw.Options{Write: true, Now: w.now}); err != nil {
		w.t.Fatal(err)
	}
	if w.Journal, err = ledger.Open(filepath.Join(w.dir, "ledger"), false); err != nil {
		w.t.Fatal(err)
	}
	if w.Erased, err = register.Open(disk.OS{}, filepath.Join(w.dir, "ERASED.jsonl"), false); err != nil {
		w.t.Fatal(err)
	}
	w.Store, w.fold = memory.New(w.Fields), completeness.New()
	if _, err := w.Recover(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// close ends the process.
func (w *world) close() {
	w.t.Helper()
	if err := w.Journal.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// age makes all lines those of an older program.
func (w *world) age() {
	w.t.Helper()
	names, _ := filepath.Glob(filepath.Join(w.dir, "ledger", "*.jsonl"))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err == nil {
			b = regexp.MustCompile(`"reader":\d+`).ReplaceAll(b, []byte(`"reader":`+strconv.Itoa(feed.ReaderVersion-1)))
			err = os.WriteFile(name, b, 0o644)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) snapshot() store.Snapshot {
	w.t.Helper()
	snap, err := w.Store.Snapshot(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return snap
}

// account is that of the store as it is now.
func (w *world) account() *completeness.Account {
	w.t.Helper()
	snap := w.snapshot()
	defer snap.Close()
	return account(w.t, w.fold, snap)
}

// lines are all that the store knows.
func (w *world) lines() (list []ledger.Line) {
	snap := w.snapshot()
	defer snap.Close()
	for l, err := range snap.Ledger(context.Background(), 1) {
		if err != nil {
			w.t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// newest gives the lines that stand, by source, edition and origin.
func (w *world) newest() map[string]ledger.Line {
	list := map[string]ledger.Line{}
	for _, l := range w.lines() {
		if l.Outcome != ledger.Derived && l.Outcome != ledger.Listing && l.Source != "register" {
			list[name(l.Source, l.Edition, l.Origin)] = l
		}
	}
	return list
}

func name(source, edition, origin string) string { return source + " " + edition + " " + origin }

// Read reads the documents of the model: "26-5 level=1 half=false text". It is the reader of the world.
func (w *world) Read(d feed.Document) (feed.Result, error) {
	m := modelDoc{}
	if err := m.parse(string(d.Bytes)); err != nil || m.level > w.level {
		return feed.Result{}, fault.New(fault.Unsupported, "level %d is beyond %d", m.level, w.level)
	}
	day := notice.Date{Year: 2026, Month: 9, Day: 11}
	n := &notice.Notice{
		ID: m.id, Version: notice.V325, Stage: notice.StageCall, State: notice.StateInitial, Famille: "FNS", Nature: "APPEL_OFFRE", Etat: "INITIAL", Title: string(d.Bytes), Published: day,
		Source: notice.Source{SHA256: d.SHA256, Size: int64(len(d.Bytes)), Origin: d.Origin, Form: "xml", Reader: feed.ReaderVersion, Fetched: d.Fetched}, Record: notice.Record{Idweb: m.id, ID: strings.ReplaceAll(m.id, "-", "_")},
	}
	res := feed.Result{Notices: []*notice.Notice{n}}
	if m.half {
		res.Rejects = append(res.Rejects, feed.Reject{Part: "second", Err: fault.New(fault.Invalid, "the other half")})
	}
	return res, nil
}

// modelDoc is a document as its source has it now.
type modelDoc struct {
	source, edition, origin string

	id      string
	level   int // that a reader needs
	half    bool
	version int

	listed, there bool
	published     time.Time
}

func (m *modelDoc) text() string {
	return fmt.Sprintf("%s level=%d half=%t version=%d", m.id, m.level, m.half, m.version)
}

func (m *modelDoc) parse(text string) error {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "<a>"), "</a>") // of a tree
	_, err := fmt.Sscanf(text, "%s level=%d half=%t version=%d", &m.id, &m.level, &m.half, &m.version)
	return err
}

func (m *modelDoc) sha() string {
	sum := sha256.Sum256([]byte(m.text()))
	return hex.EncodeToString(sum[:])
}

func (m *modelDoc) name() string { return name(m.source, m.edition, m.origin) }

// place is a source that is followed: it asks the ledger what it knows and tells what differs.
type place struct {
	w    *world
	name string
	docs []*modelDoc
}

func (p place) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		byEdition := map[string][]*modelDoc{}
		for _, d := range p.docs {
			byEdition[d.edition] = append(byEdition[d.edition], d)
		}
		for _, e := range slices.Sorted(maps.Keys(byEdition)) {
			if !yield(source.Edition{Source: p.name, Name: e, Items: p.items(e, byEdition[e])}, nil) {
				return
			}
		}
	}
}

func (p place) items(edition string, docs []*modelDoc) func(context.Context) iter.Seq2[source.Item, error] {
	return func(ctx context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) {
			snap := p.w.snapshot()
			known, err := snap.Edition(ctx, p.name, edition)
			if err = cmp.Or(err, snap.Close()); err != nil {
				yield(source.Item{}, err)
				return
			}
			listed := int64(0)
			for _, d := range docs {
				line := known[d.origin]
				item := source.Item{Origin: d.origin, Name: d.origin, Fetched: p.w.now(), Published: d.published}
				switch {
				case !d.listed && line.Met():
					item.Note = source.Gone
					err = fault.New(fault.NotFound, "it is not there any more")
				case !d.listed:
					continue
				case line.Stands(d.sha()):
					listed++
					continue
				case !d.there:
					listed++
					item.Note = source.Missing
					err = fault.New(fault.NotFound, "404")
				default:
					listed++
					item.Bytes, err = []byte(d.text()), nil
				}
				if !yield(item, err) {
					return
				}
			}
			if l, ok := known["listing"]; !ok || l.Listed != listed {
				yield(source.Item{Origin: "listing", Note: source.Listing, Listed: listed, Fetched: p.w.now()}, nil)
			}
		}
	}
}

// damage flips a bit of the kept bytes at a reference.
func (w *world) damage(ref string) {
	w.t.Helper()
	archive, entry, _ := strings.Cut(ref, "!")
	offset, err := strconv.ParseInt(entry[:8], 16, 64)
	if err != nil {
		w.t.Fatalf("reference %s: %v", ref, err)
	}
	path := filepath.Join(w.dir, "raw", filepath.FromSlash(archive))
	b, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	head := b[offset:]
	data := offset + 30 + int64(head[26]) + int64(head[27])<<8 + int64(head[28]) + int64(head[29])<<8
	b[data] ^= 0x40
	if err := os.WriteFile(path, b, 0o644); err != nil {
		w.t.Fatal(err)
	}
}
