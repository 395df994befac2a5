package dila_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/source/dilafake"
	"github.com/boamp/boamp/internal/source/dir"
)

// world is a fake server, a source that follows it, and a ledger that takes down what comes.
type world struct {
	t      testing.TB
	tree   *dilafake.Tree
	server *dilafake.Server
	src    *dila.Source
	client *fetch.Client

	mu    sync.Mutex
	now   time.Time
	slept time.Duration // by the client, whose clock it puts forward

	editions map[string]map[string]ledger.Line
	bytes    map[string][]byte // of documents that are served, by origin
	told     []string          // by Report
	order    []string          // editions of the last pass that gave items
	items    int               // of the last pass
	checks   func(item source.Item)
}

func newWorld(t testing.TB, now time.Time) *world {
	w := &world{t: t, tree: dilafake.NewTree(), now: now, editions: map[string]map[string]ledger.Line{}, bytes: map[string][]byte{}}
	w.server = &dilafake.Server{Tree: w.tree, Now: w.clock, Pause: time.Millisecond}
	web := httptest.NewServer(w.server)
	transport := fetch.Transport(4)
	t.Cleanup(func() { transport.CloseIdleConnections(); web.CloseClientConnections(); web.Close() })
	w.client = &fetch.Client{HTTP: &http.Client{Transport: transport}, Now: w.waited, Sleep: w.sleep,
		Rand: func() float64 { return 0 }, Rest: time.Nanosecond, Failures: 1 << 30, Rests: 50}
	w.src = &dila.Source{Base: web.URL + dilafake.Root, Fetch: w.client, Now: w.clock, Known: w.known, Temporary: t.TempDir(),
		Open:   dir.Opener{Unpack: archive.Reader{}.Members, Now: w.clock}.Items,
		Report: func(edition string, err error) { w.told = append(w.told, edition+": "+err.Error()) }}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) waited() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now.Add(w.slept)
}

func (w *world) sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slept += d
	return ctx.Err()
}

func (w *world) set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func (w *world) known(_ context.Context, edition string) (map[string]ledger.Line, error) {
	return maps.Clone(w.editions[edition]), nil
}

// pass goes through the source once and gives its error.
func (w *world) pass() error {
	w.t.Helper()
	w.client.Reset()
	w.told, w.order, w.items = nil, nil, 0
	for e, err := range w.src.Editions(context.Background()) {
		if e.Source != dila.Name {
			w.t.Errorf("edition %q of source %q", e.Name, e.Source)
		}
		if err != nil {
			return err
		}
		if err := w.apply(e); err != nil {
			return err
		}
	}
	return nil
}

// sound is a pass without any error.
func (w *world) sound() {
	w.t.Helper()
	if err := w.pass(); err != nil || len(w.told) > 0 {
		w.t.Fatalf("a pass without trouble: %v, %q", err, w.told)
	}
}

// apply takes down an edition, whole or not at all, and holds the account to the listing.
func (w *world) apply(e source.Edition) error {
	w.t.Helper()
	next := maps.Clone(w.editions[e.Name])
	if next == nil {
		next = map[string]ledger.Line{}
	}
	n, last := 0, source.Note("")
	for item, err := range e.Items(context.Background()) {
		if errors.Is(err, source.ErrCompanion) {
			continue
		}
		if item.Origin == "" {
			return err
		}
		if w.checks != nil {
			w.checks(item)
		}
		n, last = n+1, item.Note
		next[item.Origin] = w.line(e.Name, item, err)
	}
	if n == 0 {
		return nil
	}
	if last != source.Listing {
		w.t.Errorf("%s does not end with its listing but with %q", e.Name, last)
	}
	w.order, w.items = append(w.order, e.Name), w.items+n
	w.editions[e.Name] = next
	w.identity(e.Name)
	return nil
}

func (w *world) line(edition string, item source.Item, err error) ledger.Line {
	l := ledger.Line{Time: w.clock(), Source: dila.Name, Edition: edition, Origin: item.Origin, Name: item.Name, Published: item.Published, Fetched: item.Fetched, Validator: item.Validator, Listed: item.Listed}
	switch item.Note {
	case source.Missing:
		l.Outcome = ledger.Missing
	case source.Gone:
		l.Outcome = ledger.Gone
	case source.Listing:
		l.Outcome = ledger.Listing
	default:
		l.Outcome = ledger.Served
		sum := sha256.Sum256(item.Bytes)
		l.SHA256, l.Size, l.IDs = hex.EncodeToString(sum[:]), int64(len(item.Bytes)), []string{item.Name}
		if err != nil {
			l.Outcome, l.SHA256, l.IDs = ledger.Quarantined, "", nil
		} else {
			w.bytes[item.Origin] = item.Bytes
		}
	}
	if (err != nil) != (l.Outcome == ledger.Missing || l.Outcome == ledger.Quarantined) {
		w.t.Errorf("%s of %s with error %v", l.Outcome, item.Origin, err)
	}
	if err != nil {
		l.Kind, l.Reason = fault.KindOf(err).String(), err.Error()
	}
	return l
}

// identity: listed = served + quarantined + erased + missing.
func (w *world) identity(edition string) {
	w.t.Helper()
	listed, n := int64(-1), int64(0)
	for _, l := range w.editions[edition] {
		switch l.Outcome {
		case ledger.Listing:
			listed = l.Listed
		case ledger.Gone:
		default:
			n++
		}
	}
	if listed != n {
		w.t.Errorf("edition %s: %d listed, %d accounted for", edition, listed, n)
	}
}

// outcomes counts the documents of an edition.
func (w *world) outcomes(edition string) string {
	counts := map[ledger.Outcome]int{}
	for _, l := range w.editions[edition] {
		if l.Outcome != ledger.Listing {
			counts[l.Outcome]++
		}
	}
	var words []string
	for _, o := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%d %s", counts[o], o))
	}
	return strings.Join(words, ", ")
}

func (w *world) want(edition, outcomes string) {
	w.t.Helper()
	if got := w.outcomes(edition); got != outcomes {
		w.t.Errorf("edition %s has %q, want %q", edition, got, outcomes)
	}
}

// wantTree holds what is served to what the server has, for the days from..to.
func (w *world) wantTree(from, to notice.Date) {
	w.t.Helper()
	want := map[string][]byte{}
	for d := from; d.Compare(to) <= 0; d = d.AddDays(1) {
		for _, root := range []string{"", "FluxHistorique/Boamp_v240/"} {
			for _, f := range w.tree.Below(root+day(d)+"/", w.clock()) {
				want[strings.TrimPrefix(f.Path, root)] = f.Body
			}
		}
		for _, l := range w.editions[day(d)] {
			if l.Outcome == ledger.Listing || l.Outcome == ledger.Gone {
				continue
			}
			body, ok := want[l.Origin]
			if sum := sha256.Sum256(body); !ok || l.Outcome != ledger.Served || l.SHA256 != hex.EncodeToString(sum[:]) {
				w.t.Errorf("%s is %s (%s); the server has it: %v", l.Origin, l.Outcome, l.Reason, ok)
			}
			delete(want, l.Origin)
		}
	}
	for origin := range want {
		w.t.Errorf("%s was not had", origin)
	}
}

func day(d notice.Date) string { return fmt.Sprintf("%04d/%02d/%02d", d.Year, d.Month, d.Day) }

func date(y int, m time.Month, d int) notice.Date { return notice.Date{Year: y, Month: m, Day: d} }

// paris gives an instant of a clock of Paris.
func paris(y int, m time.Month, d, h, min int) time.Time {
	return time.Date(y, m, d, h, min, 0, 0, notice.Paris)
}

// text is a document of about a size.
func text(name string, size int) []byte {
	return []byte("<ann><id>" + name + "</id>" + strings.Repeat("é", max(0, size-30)/2) + "</ann>")
}

// publish puts n documents of different sizes into a day, in DILA's rhythm.
func (w *world) publish(d notice.Date, first, n int) {
	for i, at := range dilafake.Rhythm(d, n) {
		name := fmt.Sprintf("%02d-%d.xml", d.Year%100, first+i)
		w.tree.Put(day(d)+"/"+name, text(name, 200+(i*7919)%30000), at)
	}
}

// page is what the server sends for a path below the root.
func (w *world) page(path string) []byte {
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, dilafake.Root+path, nil))
	return rec.Body.Bytes()
}
