package dila_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dilafake"
)

// TestHistories runs random histories of a server, in which documents come, change, vanish and come back, clocks are wrong and every kind of
// trouble happens, with a pass after each step. The account adds up after each edition; nothing that is there is ever gone; when the trouble
// is over, one pass has what the server has.
func TestHistories(t *testing.T) {
	seeds := 40
	if testing.Short() {
		seeds = 10
	}
	begin := []time.Time{
		paris(2026, 9, 9, 3, 0), paris(2026, 3, 27, 20, 0), paris(2026, 10, 23, 20, 0), paris(2025, 12, 29, 5, 0), paris(2024, 2, 27, 18, 0),
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := &story{world: newWorld(t, begin[seed%len(begin)]), rng: rand.New(rand.NewPCG(uint64(seed), 7))}
			h.server.Seed = uint64(seed)
			h.server.Track = seed%2 == 0
			h.server.Style = []dilafake.Style{dilafake.Preformatted, dilafake.Table, dilafake.Nginx}[seed%3]
			h.client.Retries, h.client.Wait, h.client.Window = 1, 300*time.Millisecond, 30*time.Millisecond
			h.src.Now = func() time.Time { return h.clock().Add(h.skew) }
			h.first = notice.DateOf(h.clock().In(notice.Paris))
			h.checks = func(item source.Item) {
				if _, there := h.tree.At(item.Origin, h.clock()); there && item.Note == source.Gone {
					t.Errorf("%s is gone, and there", item.Origin)
				}
			}
			for range 12 {
				h.step()
			}
			h.end()
		})
	}
}

// story is a random history.
type story struct {
	*world
	rng    *rand.Rand
	skew   time.Duration // of our clock
	first  notice.Date
	number int
	paths  []string
}

func (h *story) step() {
	h.set(h.clock().Add(time.Duration(10+h.rng.IntN(600)) * time.Minute))
	for range h.rng.IntN(12) {
		h.change()
	}
	h.skew = 0
	switch h.rng.IntN(12) {
	case 0:
		h.skew = time.Duration(h.rng.IntN(96)) * time.Hour
	case 1:
		h.skew = -time.Duration(h.rng.IntN(96)) * time.Hour
	}
	h.server.Trouble(h.trouble()...)
	h.client.Failures = 10 + h.rng.IntN(200)
	_ = h.pass()
}

// change is something that happens at the server now, to a day that is not closed yet.
func (h *story) change() {
	now := h.clock().Add(-time.Duration(h.rng.IntN(60)) * time.Second)
	today := notice.DateOf(now.In(notice.Paris))
	d := today.AddDays(-h.rng.IntN(3))
	if d.Compare(h.first) < 0 {
		d = today
	}
	path := ""
	if len(h.paths) > 0 {
		path = h.paths[h.rng.IntN(len(h.paths))]
		if old, err := time.Parse("2006/01/02", path[:10]); err != nil || notice.DateOf(old).Compare(today.AddDays(-2)) < 0 {
			path = ""
		}
	}
	h.number++
	switch k := h.rng.IntN(10); {
	case k == 0 && path != "":
		h.tree.Remove(path, now)
	case k == 1 && path != "":
		h.tree.Put(path, text(fmt.Sprint("changed ", h.number), 200+h.number*997%20000), now)
	default:
		path = fmt.Sprintf("%s/%02d-%d.xml", day(d), d.Year%100, h.number)
		h.tree.Put(path, text(path, 200+h.number*7919%20000), now)
		h.paths = append(h.paths, path)
	}
}

// trouble draws rules. What says that a document is not there and what shows an old listing never come together: nobody could tell such a
// document from one that is gone.
func (h *story) trouble() []dilafake.Rule {
	kinds := []dilafake.Kind{dilafake.Status, dilafake.Truncated, dilafake.Short, dilafake.Long, dilafake.Reset, dilafake.Page, dilafake.Empty, dilafake.CutOff, dilafake.Bare}
	if h.rng.IntN(8) == 0 {
		kinds = append(kinds, dilafake.Drip, dilafake.Hang)
	}
	status := []int{404, 500, 503, 403}
	if h.rng.IntN(2) == 0 {
		kinds = append(kinds, dilafake.Stale, dilafake.Changing, dilafake.Stale, dilafake.Changing)
		status = status[1:]
	}
	var rules []dilafake.Rule
	for range h.rng.IntN(4) {
		r := dilafake.Rule{Kind: kinds[h.rng.IntN(len(kinds))], Chance: 0.4 * h.rng.Float64(), Status: status[h.rng.IntN(len(status))], Age: time.Duration(h.rng.IntN(600)) * time.Minute}
		if r.Kind == dilafake.Drip || r.Kind == dilafake.Hang {
			r.Count = 2
		}
		rules = append(rules, r)
	}
	return rules
}

// end stops all trouble.
func (h *story) end() {
	h.skew = 0
	h.server.Trouble()
	h.client.Failures, h.client.Retries, h.client.Wait, h.client.Window = 1<<30, 4, time.Minute, time.Minute
	h.set(h.clock().Add(time.Minute))
	last := notice.DateOf(h.clock().In(notice.Paris))
	open := last.AddDays(-3)
	if open.Compare(h.first) < 0 {
		open = h.first
	}
	if err := h.pass(); err != nil {
		h.t.Errorf("a pass without trouble: %v", err)
	}
	h.wantTree(open, last)
	// A listing that lied as a day was closed is found by the next audit.
	for d := h.first; d.Compare(last) <= 0; d = d.AddDays(1) {
		h.src.Days = append(h.src.Days, d)
	}
	_ = h.pass() // of a day of which nothing is left, it says so
	h.wantTree(h.first, last)
	if _ = h.pass(); h.items != 0 {
		h.t.Errorf("%d items when nothing is new: %v", h.items, h.order)
	}
}
