package explore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/explore"
)

var now = time.Date(2026, time.September, 11, 10, 30, 0, 0, time.UTC)

// portal is a small fake of the Explore API, with faults.
type portal struct {
	mu      sync.Mutex
	records map[string]entry                                 // by id
	asked   []string                                         // what was asked, in words
	noStamp bool                                             // record_timestamp is an unknown field
	fault   func(w http.ResponseWriter, asked string) bool   // answers in place of the portal
	after   func(asked string)                               // runs behind an answer
	spoil   func(asked string, rows []string) (out []string) // changes an answer
}

type entry struct {
	day, text string
	stamp     time.Time
}

func newPortal() *portal { return &portal{records: map[string]entry{}} }

// put publishes records of a day.
func (p *portal) put(day, text string, stamp time.Time, ids ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		p.records[id] = entry{day, text, stamp}
	}
}

func (p *portal) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.records, id)
}

// took gives what was asked since the last call.
func (p *portal) took() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := strings.Join(p.asked, " ")
	p.asked = nil
	return out
}

var (
	dayWanted = regexp.MustCompile(`dateparution = date'([0-9-]+)'`)
	idsWanted = regexp.MustCompile(`idweb in \(([^)]*)\)`)
	firstDay  = regexp.MustCompile(`dateparution >= date'([0-9-]+)'`)
	lastDay   = regexp.MustCompile(`dateparution <= date'([0-9-]+)'`)
)

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	asked := "days"
	if m := dayWanted.FindStringSubmatch(q.Get("where")); m != nil {
		asked = "records:" + m[1]
		if q.Get("select") != "" {
			asked = "ids:" + m[1]
		} else if m := idsWanted.FindStringSubmatch(q.Get("where")); m != nil {
			asked += fmt.Sprintf("/%d", strings.Count(m[1], `"`)/2)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, asked)
	if p.fault != nil && p.fault(w, asked) {
		return
	}
	if p.noStamp && strings.Contains(q.Get("select"), "record_timestamp") {
		http.Error(w, `{"error_code": "ODSQLError"}`, http.StatusBadRequest)
		return
	}
	var rows []string
	switch {
	case strings.HasSuffix(r.URL.Path, "/catalog/datasets/boamp/records"):
		rows = p.groups(q.Get("where"), !p.noStamp)
	case strings.HasSuffix(r.URL.Path, "/catalog/datasets/boamp/exports/jsonl"):
		rows = p.rows(q.Get("select"), q.Get("where"))
	default:
		http.NotFound(w, r)
		return
	}
	if p.spoil != nil {
		rows = p.spoil(asked, rows)
	}
	if asked == "days" {
		fmt.Fprintf(w, `{"results": [%s]}`, strings.Join(rows, ", "))
	} else {
		fmt.Fprint(w, strings.Join(append(rows, ""), "\n"))
	}
	if p.after != nil {
		p.after(asked)
	}
}

func (p *portal) groups(where string, stamps bool) (out []string) {
	count, newest := map[string]int{}, map[string]time.Time{}
	for _, e := range p.records {
		if m := firstDay.FindStringSubmatch(where); m != nil && e.day < m[1] {
			continue
		}
		if m := lastDay.FindStringSubmatch(where); m != nil && e.day > m[1] {
			continue
		}
		count[e.day]++
		if e.stamp.After(newest[e.day]) {
			newest[e.day] = e.stamp
		}
	}
	for _, d := range slices.Sorted(maps.Keys(count)) {
		row := fmt.Sprintf(`{"dateparution": "%s", "n": %d`, d, count[d])
		if stamps {
			row += fmt.Sprintf(`, "changed": "%s"`, newest[d].Format(time.RFC3339Nano))
		}
		out = append(out, row+"}")
	}
	return out
}

func (p *portal) rows(selected, where string) (out []string) {
	day := dayWanted.FindStringSubmatch(where)[1]
	ids := idsWanted.FindStringSubmatch(where)
	for _, id := range slices.Sorted(maps.Keys(p.records)) {
		e := p.records[id]
		if e.day != day || ids != nil && !strings.Contains(ids[1], `"`+id+`"`) {
			continue
		}
		row := fmt.Sprintf(`{"idweb": %q`, id)
		if selected == "" {
			row += fmt.Sprintf(`, "objet": %q, "dateparution": %q`, e.text, e.day)
		} else if strings.Contains(selected, "record_timestamp") {
			row += fmt.Sprintf(`, "record_timestamp": %q`, e.stamp.Format(time.RFC3339Nano))
		}
		out = append(out, row+"}")
	}
	return out
}

// account is a ledger of one source: the newest line of each origin, by edition.
type account map[string]map[string]ledger.Line

// pass follows a source once and accounts for what it gives, as an importer does. It tells what came, in words.
func (a account) pass(t *testing.T, s *explore.Source) (string, error) {
	t.Helper()
	s.Known = func(_ context.Context, edition string) (map[string]ledger.Line, error) {
		return maps.Clone(a[edition]), nil
	}
	var words []string
	for e, err := range s.Editions(t.Context()) {
		if err != nil {
			return strings.Join(words, " "), err
		}
		if e.Source != explore.Name {
			t.Errorf("edition of %q", e.Source)
		}
		var got []ledger.Line
		failed := error(nil)
		for item, err := range e.Items(t.Context()) {
			if err != nil && item.Origin == "" {
				failed = err
				break
			}
			got = append(got, line(t, e, item, err))
		}
		if failed != nil {
			words = append(words, e.Name+":"+fault.KindOf(failed).String())
			continue
		}
		counts := map[ledger.Outcome]int{}
		for _, l := range got {
			if a[e.Name] == nil {
				a[e.Name] = map[string]ledger.Line{}
			}
			a[e.Name][l.Origin] = l
			counts[l.Outcome]++
		}
		word := e.Name + ":"
		for _, o := range slices.Sorted(maps.Keys(counts)) {
			word += fmt.Sprintf("%s%d,", o, counts[o])
		}
		words = append(words, strings.TrimSuffix(word, ","))
		a.balance(t, e.Name)
	}
	return strings.Join(words, " "), nil
}

// line is what an importer writes of an item.
func line(t *testing.T, e source.Edition, item source.Item, err error) ledger.Line {
	t.Helper()
	l := ledger.Line{Source: e.Source, Edition: e.Name, Origin: item.Origin, Validator: item.Validator, Published: item.Published, Listed: item.Listed, Outcome: ledger.Served}
	switch item.Note {
	case source.Document:
		sum := sha256.Sum256(item.Bytes)
		l.SHA256 = hex.EncodeToString(sum[:])
		if err != nil || item.Fetched.IsZero() || !strings.Contains(item.Origin, "idweb%3D%22") {
			t.Errorf("document %+v, %v", item, err)
		}
	case source.Missing, source.Gone:
		if err == nil {
			t.Errorf("%s without a reason", item.Note)
		}
		l.Outcome = ledger.Outcome(item.Note)
	case source.Listing:
		l.Outcome = ledger.Listing
	}
	return l
}

// balance holds that what the portal lists is what became of it.
func (a account) balance(t *testing.T, edition string) {
	t.Helper()
	listed, met := int64(0), int64(0)
	for _, l := range a[edition] {
		if l.Outcome == ledger.Listing {
			listed = l.Listed
		} else if l.Met() {
			met++
		}
	}
	if listed != met {
		t.Errorf("%s: %d listed, %d accounted for", edition, listed, met)
	}
}

// follow makes a source over a handler.
func follow(t *testing.T, h http.Handler) *explore.Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	clock := &clock{at: now}
	quota := &explore.Quota{Next: fetch.Transport(1), Now: clock.now}
	t.Cleanup(func() { quota.Next.(*http.Transport).CloseIdleConnections() })
	return &explore.Source{Base: server.URL, Client: &fetch.Client{HTTP: &http.Client{Transport: quota}, Now: clock.now, Sleep: clock.sleep, Retries: 2}}
}

// clock goes on when somebody sleeps.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return ctx.Err()
}
