package completeness_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
)

// told is what the ledger has to say of a document, as the history tells it: kept beside the ledger, without reading it.
type told struct {
	state   completeness.State
	sha     string
	level   int
	half    bool
	id      string
	damaged bool
}

// history is a random one: what sources do, what becomes of the folder, and what the account has to be after it.
type history struct {
	*world
	rnd    *rand.Rand
	docs   []*modelDoc
	told   map[string]told  // by name
	listed map[string]int64 // newest listing, by source and edition
	erased map[string]bool
	log    []string
}

func (h *history) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

// any gives a document of some; nil when there is none.
func (h *history) any(of func(*modelDoc) bool) *modelDoc {
	var list []*modelDoc
	for _, d := range h.docs {
		if of(d) {
			list = append(list, d)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[h.rnd.IntN(len(list))]
}

var editions = []string{"2026/09/10", "2026/09/11", "BOAMP-N-AO_2026_253001.taz"}

// publish adds a document, one in four the very bytes of another one, in another place.
func (h *history) publish() {
	d := &modelDoc{source: "dila", edition: editions[h.rnd.IntN(len(editions))], origin: fmt.Sprintf("%d.xml", len(h.docs)), id: fmt.Sprintf("26-%d", len(h.docs)), level: 1, listed: true, there: true, published: h.clock}
	if other := h.any(func(o *modelDoc) bool { return true }); other != nil && h.rnd.IntN(4) == 0 {
		d.source, d.id, d.level, d.half, d.version = "explore", other.id, other.level, other.half, other.version
	} else {
		switch h.rnd.IntN(8) {
		case 0:
			d.level = 2 + h.rnd.IntN(3)
		case 1:
			d.half = true
		case 2:
			d.there = false
		}
	}
	h.docs = append(h.docs, d)
	h.note("publish %s %s there=%t", d.name(), d.text(), d.there)
}

// step lets something happen at the sources or in the folder.
func (h *history) step() {
	listed := func(d *modelDoc) bool { return d.listed }
	switch h.rnd.IntN(12) {
	case 0, 1, 2:
		h.publish()
	case 3:
		if d := h.any(listed); d != nil {
			d.version++
			d.published = h.clock
			d.level, d.half = 1+h.rnd.IntN(2), h.rnd.IntN(5) == 0
			h.note("change %s %s", d.name(), d.text())
		}
	case 4:
		if d := h.any(listed); d != nil {
			d.listed = false
			h.note("vanish %s", d.name())
		}
	case 5:
		if d := h.any(func(d *modelDoc) bool { return !d.listed }); d != nil {
			d.listed = true
			h.note("back %s", d.name())
		}
	case 6:
		if d := h.any(listed); d != nil {
			d.there = !d.there
			h.note("there=%t %s", d.there, d.name())
		}
	case 7:
		h.erase()
	case 8:
		h.harm()
	case 9:
		if h.rnd.IntN(3) == 0 {
			h.upgrade()
		} else {
			h.note("rebuild")
			h.close()
			h.open()
		}
	default:
		h.pass()
	}
}

// pass follows the sources once.
func (h *history) pass() {
	h.note("pass")
	for _, name := range []string{"dila", "explore"} {
		p := place{w: h.world, name: name}
		for _, d := range h.docs {
			if d.source == name {
				p.docs = append(p.docs, d)
			}
		}
		if _, err := h.Import(context.Background(), p); err != nil {
			h.t.Fatalf("%v\n%s", err, strings.Join(h.log, "\n"))
		}
	}
	counts := map[string]int64{}
	for _, d := range h.docs {
		counts[d.source+" "+d.edition] += 0
		was, met := h.told[d.name()]
		now := told{sha: d.sha(), level: d.level, half: d.half, id: d.id}
		switch {
		case !d.listed && (!met || was.state == completeness.Gone):
			continue
		case !d.listed:
			now = told{state: completeness.Gone}
		case met && was.sha == now.sha && !was.damaged && was.state != completeness.Missing && was.state != completeness.Gone:
			now = was
		case !d.there:
			now = told{state: completeness.Missing}
		default:
			now.state = h.becomes(now)
		}
		if d.listed {
			counts[d.source+" "+d.edition]++
		}
		h.told[d.name()] = now
	}
	maps.Copy(h.listed, counts)
}

// becomes is what has to become of bytes that are read now.
func (h *history) becomes(t told) completeness.State {
	switch {
	case t.level > h.level:
		return completeness.Quarantined
	case h.erased[t.id]:
		return completeness.Erased
	case t.half:
		return completeness.Partial
	}
	return completeness.Served
}

// erase takes a notice out.
func (h *history) erase() {
	d := h.any(func(d *modelDoc) bool { return !h.erased[d.id] && h.rnd.IntN(2) == 0 })
	if d == nil {
		return
	}
	h.note("erase %s", d.id)
	if _, err := h.Erase(context.Background(), []ingest.Erasure{{ID: d.id, Reason: "asked for", Time: h.now()}}); err != nil {
		h.t.Fatalf("%v\n%s", err, strings.Join(h.log, "\n"))
	}
	h.erased[d.id] = true
	for name, t := range h.told {
		if t.id == d.id && (t.state == completeness.Served || t.state == completeness.Partial) {
			t.state = completeness.Erased
			h.told[name] = t
		}
	}
}

// harm damages the kept bytes of a document, and tells the account of it, as `boamp verify` does.
func (h *history) harm() {
	lines := h.newest()
	d := h.any(func(d *modelDoc) bool {
		t := h.told[d.name()]
		return (t.state == completeness.Served || t.state == completeness.Partial) && lines[d.name()].Raw != ""
	})
	if d == nil {
		return
	}
	l := lines[d.name()]
	h.note("harm %s %s", d.name(), l.Raw)
	h.damage(l.Raw)
	if _, err := h.Missed(context.Background(), []ingest.Lost{{SHA256: l.SHA256, Raw: l.Raw}}); err != nil {
		h.t.Fatalf("%v\n%s", err, strings.Join(h.log, "\n"))
	}
	for name, t := range h.told {
		if t.sha == l.SHA256 && (t.state == completeness.Served || t.state == completeness.Partial) {
			t.state, t.damaged = completeness.Quarantined, true
			h.told[name] = t
		}
	}
}

// upgrade makes a newer program read what the older one set aside.
func (h *history) upgrade() {
	h.note("upgrade to %d", h.level+1)
	h.close()
	h.age()
	h.level++
	h.open()
	if _, err := h.Retry(context.Background()); err != nil {
		h.t.Fatalf("%v\n%s", err, strings.Join(h.log, "\n"))
	}
	for name, t := range h.told {
		if t.state == completeness.Quarantined && !t.damaged && t.level <= h.level {
			t.state = h.becomes(t)
			h.told[name] = t
		}
	}
}

// want counts what the account has to say of each edition.
func (h *history) want() map[string]completeness.Count {
	all := map[string]completeness.Count{}
	for key, n := range h.listed {
		all[key] = completeness.Count{Listed: n}
	}
	for name, t := range h.told {
		words := strings.Fields(name)
		key := words[0] + " " + words[1]
		c := all[key]
		switch t.state {
		case completeness.Served:
			c.Served++
		case completeness.Partial:
			c.Served++
			c.Partial++
		case completeness.Quarantined:
			c.Quarantined++
		case completeness.Erased:
			c.Erased++
		case completeness.Missing:
			c.Missing++
		case completeness.Gone:
			c.Gone++
		}
		all[key] = c
	}
	return all
}

// check compares every count, and holds the identity.
func (h *history) check() bool {
	got := map[string]completeness.Count{}
	for _, e := range h.account().Editions {
		c := e.Count
		if e.Listed != c.Served+c.Quarantined+c.Erased+c.Missing || e.Unaccounted() != 0 || !e.UnevenSince.IsZero() {
			h.t.Errorf("%s %s does not add up: %+v", e.Source, e.Name, c)
		}
		c.Fetched, c.Read, c.Notices = 0, 0, 0
		got[e.Source+" "+e.Name] = c
	}
	want := h.want()
	maps.DeleteFunc(want, func(_ string, c completeness.Count) bool { return c == completeness.Count{} })
	maps.DeleteFunc(got, func(_ string, c completeness.Count) bool { return c == completeness.Count{} })
	if maps.Equal(got, want) && !h.t.Failed() {
		return true
	}
	keys := slices.Concat(slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if got[key] != want[key] {
			h.t.Errorf("%s\ngot  %+v\nwant %+v", key, got[key], want[key])
		}
	}
	lines := h.newest()
	for _, d := range h.docs {
		l, t := lines[d.name()], h.told[d.name()]
		if l.Seq > 0 && completeness.StateOf(l) != t.state {
			h.t.Errorf("%s is %s, want %s: line %d %s %s %.12s", d.name(), completeness.StateOf(l), t.state, l.Seq, l.Outcome, l.Reason, l.SHA256)
		}
	}
	h.t.Logf("the history:\n%s", strings.Join(h.log, "\n"))
	return false
}

// TestIdentity drives random histories of faults through the real importer. After every event each count is the one kept beside, and listed =
// served + quarantined + erased + missing; at the end of each history the same is held at every state that the ledger ever had.
func TestIdentity(t *testing.T) {
	histories, steps := 30, 60
	if testing.Short() {
		histories = 8
	}
	for seed := range uint64(histories) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			h := &history{world: newWorld(t), rnd: rand.New(rand.NewPCG(seed, 6)), told: map[string]told{}, listed: map[string]int64{}, erased: map[string]bool{}}
			defer h.close()
			for range steps {
				h.step()
				if !h.check() {
					return
				}
			}
			h.everyState()
		})
	}
}

// everyState holds the identity at the end of every change that the ledger has, by one fold that goes along and by fresh ones.
func (h *history) everyState() {
	lines := h.lines()
	along, states := completeness.New(), 0
	for i := range lines {
		if i+1 < len(lines) && together(lines[i], lines[i+1]) {
			continue
		}
		states++
		v := view{lines: lines[:i+1]}
		a := account(h.t, along, v)
		fresh := account(h.t, completeness.New(), v)
		if fmt.Sprint(a.Editions) != fmt.Sprint(fresh.Editions) {
			h.t.Fatalf("at line %d the fold that goes along says\n%+v\na fresh one\n%+v", i+1, a.Editions, fresh.Editions)
		}
		for _, e := range a.Editions {
			if e.Unaccounted() != 0 {
				h.t.Fatalf("at line %d %s %s does not add up: %+v", i+1, e.Source, e.Name, e.Count)
			}
		}
	}
	if states < 5 {
		h.t.Errorf("only %d states: the history is none", states)
	}
}

// together reports that two lines were written by one change.
func together(a, b ledger.Line) bool { return a.Time.Equal(b.Time) && a.Revision == b.Revision }
