package dila_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dilafake"
)

// TestDocumentTrouble: whatever happens to some documents of a day, the others are had, these are missing, and the next pass has them.
func TestDocumentTrouble(t *testing.T) {
	for _, c := range []struct {
		name string
		rule dilafake.Rule
		kind string // of the documents that are missing
	}{
		{"404, then late", dilafake.Rule{Kind: dilafake.Status, Status: 404}, "not_found"},
		{"410", dilafake.Rule{Kind: dilafake.Status, Status: 410}, "not_found"},
		{"403", dilafake.Rule{Kind: dilafake.Status, Status: 403}, "unavailable"},
		{"500", dilafake.Rule{Kind: dilafake.Status, Status: 500}, "unavailable"},
		{"503", dilafake.Rule{Kind: dilafake.Status}, "unavailable"},
		{"503, after a while", dilafake.Rule{Kind: dilafake.Status, After: "30"}, "unavailable"},
		{"truncated", dilafake.Rule{Kind: dilafake.Truncated}, "invalid"},
		{"declared too short", dilafake.Rule{Kind: dilafake.Short}, "invalid"},
		{"declared too long", dilafake.Rule{Kind: dilafake.Long}, "invalid"},
		{"slow-loris", dilafake.Rule{Kind: dilafake.Drip}, "timeout"},
		{"reset", dilafake.Rule{Kind: dilafake.Reset}, "unavailable"},
		{"a page in its place", dilafake.Rule{Kind: dilafake.Page}, "invalid"},
		{"empty", dilafake.Rule{Kind: dilafake.Empty}, "invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, paris(2026, 9, 11, 20, 0))
			w.publish(today, 100, 12)
			rules := []dilafake.Rule{}
			for _, n := range []string{"1", "2", "3"} { // of 8119, 16038 and 23957 bytes
				r := c.rule
				r.Path = "*/26-10" + n + ".xml"
				rules = append(rules, r)
			}
			w.server.Trouble(rules...)
			if c.rule.Kind == dilafake.Drip {
				w.client.Retries, w.client.Window = 1, 500*time.Millisecond
			}
			w.sound()
			w.want("2026/09/11", "3 missing, 9 served")
			if l := w.editions["2026/09/11"]["2026/09/11/26-102.xml"]; l.Kind != c.kind || l.Reason == "" || l.Published.IsZero() {
				t.Errorf("%+v", l)
			}
			w.sound()
			if w.items != 0 {
				t.Errorf("%d items say the same again", w.items)
			}
			w.server.Trouble()
			w.client.Window = time.Minute
			w.sound()
			w.want("2026/09/11", "12 served")
			w.wantTree(today, today)
			if n := len(w.order); n != 1 || w.items != 4 {
				t.Errorf("%d items of %v", w.items, w.order)
			}
		})
	}
}

// TestPassingTrouble: what passes while it is tried again leaves no trace.
func TestPassingTrouble(t *testing.T) {
	for _, k := range []dilafake.Kind{dilafake.Status, dilafake.Truncated, dilafake.Long, dilafake.Reset} {
		t.Run(string(k), func(t *testing.T) {
			w := newWorld(t, paris(2026, 9, 11, 20, 0))
			w.publish(today, 100, 20)
			w.server.Trouble(dilafake.Rule{Kind: k, Count: 4})
			w.sound()
			w.want("2026/09/11", "20 served")
			w.wantTree(today, today)
		})
	}
}

// TestListingTrouble: no listing that is of no use marks anything as gone or missing.
func TestListingTrouble(t *testing.T) {
	for _, c := range []struct {
		rule  dilafake.Rule
		fails bool // so that it is noticed
	}{
		{dilafake.Rule{Kind: dilafake.CutOff}, true},
		{dilafake.Rule{Kind: dilafake.Bare}, true},
		{dilafake.Rule{Kind: dilafake.Page}, true},
		{dilafake.Rule{Kind: dilafake.Empty}, true},
		{dilafake.Rule{Kind: dilafake.Short}, true},
		{dilafake.Rule{Kind: dilafake.Truncated}, true},
		{dilafake.Rule{Kind: dilafake.Drip}, true},
		{dilafake.Rule{Kind: dilafake.Status}, true},
		{dilafake.Rule{Kind: dilafake.Status, Status: 404}, true},
		{dilafake.Rule{Kind: dilafake.Status, Status: 403}, true},
		{dilafake.Rule{Kind: dilafake.Reset}, true},
		{dilafake.Rule{Kind: dilafake.Stale, Age: 3 * time.Hour}, false},
		{dilafake.Rule{Kind: dilafake.Changing}, false},
	} {
		t.Run(string(c.rule.Kind), func(t *testing.T) {
			w := newWorld(t, paris(2026, 9, 11, 20, 0))
			w.publish(today, 100, 20)
			w.sound()
			w.tree.Put("2026/09/11/26-900.xml", text("new", 500), paris(2026, 9, 11, 19, 59))
			c.rule.Path = "2026/09/11/"
			w.server.Trouble(c.rule)
			if c.rule.Kind == dilafake.Drip {
				w.client.Retries, w.client.Window = 1, 200*time.Millisecond
			}
			for range 3 {
				err := w.pass()
				if (err != nil) != c.fails || (len(w.told) > 0) != c.fails {
					t.Errorf("%v, %q", err, w.told)
				}
				if got := w.outcomes("2026/09/11"); got != "20 served" && got != "21 served" {
					t.Errorf("%s", got)
				}
			}
			w.server.Trouble()
			w.client.Window = time.Minute
			w.sound()
			w.want("2026/09/11", "21 served")
			w.wantTree(today, today)
		})
	}
}

// TestListingChanges: what comes, changes and vanishes while a day is being read is in the account of the same pass.
func TestListingChanges(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 100, 20)
	rounds := 0
	w.checks = func(source.Item) { rounds++ }
	w.server.Tree = w.tree
	seen := false
	w.src.Known = nil
	base := w.src.Now
	w.src.Now = func() time.Time { // asked for each document
		if w.server.Requests("2026/09/11/*.xml") > 5 && !seen {
			seen = true
			w.tree.Put("2026/09/11/26-500.xml", text("late", 700), paris(2026, 9, 11, 19, 58))
			w.tree.Put("2026/09/11/26-100.xml", text("changed", 900), paris(2026, 9, 11, 19, 59))
			w.tree.Remove("2026/09/11/26-119.xml", paris(2026, 9, 11, 19, 59))
		}
		return base()
	}
	w.sound()
	if !seen || rounds == 0 {
		t.Fatal("nothing changed meanwhile")
	}
	got := w.bytes
	if string(got["2026/09/11/26-500.xml"]) != string(text("late", 700)) || string(got["2026/09/11/26-100.xml"]) != string(text("changed", 900)) {
		t.Errorf("not as the server has it: %s", w.outcomes("2026/09/11"))
	}
}

// TestStorm: a server in trouble ends the pass, what was had until then is kept, and the next pass goes on there.
func TestStorm(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	for d := today.AddDays(-3); d.Compare(today) <= 0; d = d.AddDays(1) {
		w.publish(d, 1000*d.Day, 30)
	}
	w.client.Failures, w.client.Rests = 20, 2
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 500, Path: "2026/09/0[!]"}, dilafake.Rule{Kind: dilafake.Status, Path: "2026/09/09/26-90*"})
	err := w.pass()
	if !errors.Is(err, fetch.ErrOver) {
		t.Fatalf("%v", err)
	}
	w.want("2026/09/08", "30 served")
	if got := w.outcomes("2026/09/10"); got != "" {
		t.Errorf("after the end of the pass: %s", got)
	}
	if n := w.server.Requests("*"); n > 200 {
		t.Errorf("%d requests", n)
	}
	had := w.outcomes("2026/09/09")
	if strings.Contains(had, "served") {
		w.identity("2026/09/09")
	}
	w.server.Trouble()
	w.sound()
	w.wantTree(today.AddDays(-3), today)
}

// TestStormAtOnce: a pass in which nothing could be had leaves no line.
func TestStormAtOnce(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 1, 30)
	w.client.Failures = 10
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Path: "*.xml"})
	if err := w.pass(); !errors.Is(err, fetch.ErrOver) || w.items != 0 {
		t.Errorf("%v, %d items", err, w.items)
	}
}

// TestOneBadDay: a day whose listing fails does not keep the others from being followed.
func TestOneBadDay(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	for d := today.AddDays(-12); d.Compare(today) <= 0; d = d.AddDays(1) {
		w.publish(d, 1000*d.Day, 3)
	}
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 500, Path: "2026/09/10/"}, dilafake.Rule{Kind: dilafake.Page, Path: "2026/09/01/"})
	if err := w.pass(); err == nil || !strings.Contains(err.Error(), "2 listings") || len(w.order) != 11 {
		t.Errorf("%v, %v", err, w.order)
	}
	w.server.Trouble()
	w.sound()
	w.wantTree(today.AddDays(-12), today)
}
