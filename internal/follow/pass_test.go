package follow_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dilafake"
)

func september(day int) notice.Date { return notice.Date{Year: 2026, Month: 9, Day: day} }

// TestWeek: the source is down for a week. Readers see what they saw, the state says so, and when it is back everything comes.
func TestWeek(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 6, 23, 0))
	docs := recent(t, 80)
	for i := range 10 {
		w.publish(september(6+i), docs[8*i:8*i+8])
	}
	begin, back := paris(2026, 9, 8, 2, 0), paris(2026, 9, 15, 2, 0)
	pass := w.pass(w.place())
	ctx, stop := context.WithCancel(t.Context())
	s := &follow.Scheduler{Every: 3 * time.Hour, Rhythm: follow.DILA(notice.Paris), Now: w.now, Rand: func() float64 { return 0.5 }}
	s.Pass = func(ctx context.Context) follow.Result {
		if now := w.now(); now.After(begin) && now.Before(back) {
			w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 503})
		} else {
			w.server.Trouble()
		}
		return pass.Run(ctx)
	}
	worst := 0
	s.Ended = func(r follow.Result) {
		n, st, now := w.notices(), s.State(), w.now()
		down := now.After(begin) && now.Before(back)
		switch {
		case r.Err != nil:
			t.Fatal(r.Err)
		case down && (n != 16 || st.Failures == 0 || len(st.Places) != 1 || st.Places[0].Error == ""):
			t.Errorf("%v: %d notices while the source is down, %+v", now, n, st)
		case now.After(back.Add(3*time.Hour)) && st.Failures > 0:
			t.Errorf("%v: it is back, %+v", now, st)
		}
		worst = max(worst, st.Failures)
	}
	s.Sleep = func(ctx context.Context, d time.Duration) error {
		if w.now().After(paris(2026, 9, 15, 22, 0)) {
			stop()
		}
		return w.sleep(ctx, d)
	}
	s.Run(ctx)
	if c := w.count(); c.Served != 80 || c.Listed != 80 || w.notices() != 80 || worst < 40 {
		t.Errorf("in the end %+v, %d notices, %d failures in a row", c, w.notices(), worst)
	}
	if n := w.server.Requests("*.xml"); n != 80 {
		t.Errorf("%d requests for 80 documents", n)
	}
}

// run makes a pass that nothing of our own side disturbs.
func (w *world) run(p *follow.Pass) follow.Result {
	w.t.Helper()
	r := p.Run(w.t.Context())
	if r.Err != nil {
		w.t.Fatal(r.Err)
	}
	w.notices()
	return r
}

// TestLateFile: a file is listed and not there; when it is, it comes. What changes under its name comes again, what vanishes is marked.
func TestLateFile(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	docs := recent(t, 12)
	w.publish(september(11), docs[:10])
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 404, Path: "*.xml", Count: 3})
	pass := w.pass(w.place())
	if r := w.run(pass); r.Places[0].Missing != 3 || !r.Lacking() || r.Fault() != nil || r.Changed() != 7 {
		t.Errorf("with 3 files that are not there: %+v", r)
	}
	if c := w.count(); c.Listed != 10 || c.Missing != 3 || c.Served != 7 {
		t.Errorf("%+v", c)
	}
	if r := w.run(pass); r.Lacking() || r.Changed() != 3 {
		t.Errorf("when they are: %+v", r)
	}
	lines := w.lines()
	for range 2 {
		if r := w.run(pass); r.Lacking() || r.Changed() != 0 || w.lines() != lines {
			t.Errorf("the same again: %+v, %d lines more", r, w.lines()-lines)
		}
	}
	name := "2026/09/11/" + docs[0].Path[strings.LastIndex(docs[0].Path, "/")+1:]
	w.tree.Put(name, append(docs[0].Bytes, '\n'), w.now())
	w.tree.Remove("2026/09/11/"+docs[1].Path[strings.LastIndex(docs[1].Path, "/")+1:], w.now())
	_ = w.sleep(t.Context(), time.Hour)
	w.run(pass)
	if c := w.count(); c.Listed != 9 || c.Served != 9 || c.Gone != 1 || w.notices() != 10 {
		t.Errorf("one changed, one gone: %+v, %d notices", c, w.notices())
	}
}

// TestStorm: half of all requests fail, in every way. Passes go on until all is there, and no state between does not add up.
func TestStorm(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	docs := recent(t, 60)
	for i := range 6 {
		w.publish(september(6+i), docs[10*i:10*i+10])
	}
	w.server.Trouble(
		dilafake.Rule{Kind: dilafake.Status, Status: 503, Chance: 0.2}, dilafake.Rule{Kind: dilafake.Status, Status: 500, Chance: 0.1},
		dilafake.Rule{Kind: dilafake.Truncated, Chance: 0.1}, dilafake.Rule{Kind: dilafake.Long, Chance: 0.05}, dilafake.Rule{Kind: dilafake.Reset, Chance: 0.1},
		dilafake.Rule{Kind: dilafake.Status, Status: 404, Chance: 0.05, Path: "*.xml"},
	)
	w.client.Retries = 1
	pass := w.pass(w.place())
	passes := 0
	for ; passes < 60 && w.count().Served < 60; passes++ {
		w.run(pass)
		_ = w.sleep(t.Context(), time.Hour)
	}
	if c := w.count(); c.Served != 60 || w.notices() != 60 {
		t.Errorf("after %d passes %+v", passes, c)
	}
	t.Logf("%d passes, %d requests for 60 documents", passes, w.server.Requests("*.xml"))
}

// TestMiddle stops a pass at every request: days are there as a whole or not at all, and the next pass makes up for the rest.
func TestMiddle(t *testing.T) {
	docs := recent(t, 12)
	for at := 1; ; at++ {
		w := newWorld(t, paris(2026, 9, 11, 20, 0))
		for i := range 3 {
			w.publish(september(9+i), docs[4*i:4*i+4])
		}
		ctx, stop := context.WithCancel(t.Context())
		n := 0
		w.client.Concurrency = 1
		w.hook = func(*http.Request) {
			if n++; n == at {
				stop()
			}
		}
		r := w.pass(w.place()).Run(ctx)
		stop()
		if n := w.notices(); n%4 != 0 {
			t.Errorf("stopped at request %d: %d notices", at, n)
		}
		w.hook = nil
		if at > n { // the pass ended before
			if r.Err != nil || w.notices() != 12 {
				t.Errorf("undisturbed: %v", r.Err)
			}
			break
		}
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("stopped at request %d: %v", at, r.Err)
		}
		w.run(w.pass(w.place()))
		if c := w.count(); c.Served != 12 || c.Listed != 12 {
			t.Errorf("stopped at request %d, then %+v", at, c)
		}
	}
}

// script is a source of editions made of words: "a b" gives documents, "!" breaks with an error, "?" is an error of the listing.
type script []string

func (s script) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		for i, words := range s {
			e := source.Edition{Source: "x", Name: fmt.Sprint("e", i)}
			if words == "?" {
				if !yield(e, unavailable("listing")) {
					return
				}
				continue
			}
			e.Items = func(context.Context) iter.Seq2[source.Item, error] {
				return func(yield func(source.Item, error) bool) {
					for _, w := range strings.Fields(words) {
						item, err := source.Item{Origin: e.Name + "/" + w, Bytes: []byte(w)}, error(nil)
						switch w {
						case "!":
							item, err = source.Item{}, unavailable("broken")
						case "over":
							item, err = source.Item{}, fault.Wrap(fault.Unavailable, fetch.ErrOver, "over")
						case "missing":
							item, err = source.Item{Origin: e.Name + "/" + w, Note: source.Missing}, fault.New(fault.NotFound, "not there")
						}
						if !yield(item, err) || err != nil && item.Origin == "" {
							return
						}
					}
				}
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func unavailable(what string) error { return fault.New(fault.Unavailable, "%s", what) }

// counting is an importer that only counts: an edition is applied when it comes to its end.
type counting struct {
	fails   string // document at which our own disk fails
	retry   error
	retried int
	applied []string
}

func (c *counting) Retry(context.Context) (ingest.Summary, error) {
	c.retried++
	return ingest.NewSummary(), c.retry
}

func (c *counting) Import(ctx context.Context, src source.Source) (ingest.Summary, error) {
	sum := ingest.NewSummary()
	for e, err := range src.Editions(ctx) {
		if err != nil {
			return sum, err
		}
		n := 0
		for item, err := range e.Items(ctx) {
			if err != nil && item.Origin == "" {
				return sum, err
			}
			if c.fails != "" && strings.HasSuffix(item.Origin, c.fails) {
				return sum, fault.New(fault.Internal, "the disk is full")
			}
			n++
		}
		if n > 0 {
			c.applied = append(c.applied, fmt.Sprint(e.Name, ":", n))
			sum.Inserted += n
		}
	}
	return sum, ctx.Err()
}

func TestPass(t *testing.T) {
	for _, c := range []struct {
		name    string
		im      counting
		places  []script
		applied string
		faults  string // of each place; "down" when it was given up
		err     string
	}{
		{"two places", counting{}, []script{{"a", "b c"}, {"d"}}, "e0:1 e1:2 e0:1", ";", ""},
		{"an edition fails", counting{}, []script{{"a", "!", "b"}, {"c"}}, "e0:1 e2:1 e0:1", "e1 broken;", ""},
		{"a listing fails", counting{}, []script{{"a", "?", "b"}, {"c"}}, "e0:1 e2:1 e0:1", "e1 listing;", ""},
		{"breaks in the middle: the rest of the place waits", counting{}, []script{{"a", "b !", "c"}, {"d"}}, "e0:1 e0:1", "e1 broken;", ""},
		{"three in a row: down", counting{}, []script{{"a", "!", "?", "!", "b"}, {"c"}}, "e0:1 e0:1", "e1 broken,e2 listing,e3 broken,down;", ""},
		{"three, not in a row", counting{}, []script{{"!", "!", "a", "!", "b"}}, "e2:1 e4:1", "e0 broken,e1 broken,e3 broken", ""},
		{"no more requests: down at once", counting{}, []script{{"a", "over", "b"}, {"c"}}, "e0:1 e0:1", "e1 over: no more requests in this pass,down;", ""},
		{"missing documents are no fault", counting{}, []script{{"a missing"}}, "e0:2", "", ""},
		{"our own side fails: all ends", counting{fails: "b"}, []script{{"a", "b", "c"}, {"d"}}, "e0:1", "", "the disk is full"},
		{"what an older program set aside cannot be read", counting{retry: unavailable("store")}, []script{{"a"}}, "", "", "store"},
	} {
		t.Run(c.name, func(t *testing.T) {
			im := c.im
			p := &follow.Pass{Importer: &im, Now: time.Now}
			begun := 0
			for i, s := range c.places {
				p.Places = append(p.Places, follow.Place{Name: fmt.Sprint(i), Source: s, Begin: func() { begun++ }})
			}
			r := p.Run(t.Context())
			var places []string
			missing := 0
			for _, o := range r.Places {
				var words []string
				for _, f := range o.Faults {
					words = append(words, f.Edition+" "+f.Err.Error())
				}
				if o.Down {
					words = append(words, "down")
				}
				places = append(places, strings.Join(words, ","))
				missing += o.Missing
			}
			err := ""
			if r.Err != nil {
				err = r.Err.Error()
			}
			if got := strings.Join(im.applied, " "); got != c.applied || strings.Join(places, ";") != c.faults || err != c.err || begun != len(r.Places) {
				t.Errorf("applied %s, faults %q, %s; want %s, %q, %s", got, places, err, c.applied, c.faults, c.err)
			}
			if (missing > 0) != strings.Contains(c.name, "missing") || r.Lacking() != (missing > 0 || strings.Trim(c.faults, ";") != "") {
				t.Errorf("%d missing, lacking %v", missing, r.Lacking())
			}
			im.fails, im.retry = "", nil
			if p.Run(t.Context()); im.retried != 1 && c.im.retry == nil || im.retried != 2 && c.im.retry != nil {
				t.Errorf("tried %d times to read what was set aside", im.retried)
			}
		})
	}
}

// TestBetween: others have their turn between two editions and between two places, and only there.
func TestBetween(t *testing.T) {
	im := &counting{}
	var at []string
	p := &follow.Pass{Importer: im, Now: time.Now, Places: []follow.Place{{Name: "0", Source: script{"a", "b"}}, {Name: "1", Source: script{"c", "d"}}}}
	p.Between = func(context.Context) error {
		at = append(at, fmt.Sprint(len(im.applied)))
		if len(at) == 3 {
			return unavailable("turn")
		}
		return nil
	}
	r := p.Run(t.Context())
	if got := strings.Join(at, " "); got != "1 2 3" || r.Err == nil || strings.Join(im.applied, " ") != "e0:1 e1:1 e0:1" {
		t.Errorf("called after %s editions, applied %v, %v", got, im.applied, r.Err)
	}
}
