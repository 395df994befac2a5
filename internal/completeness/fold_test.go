package completeness_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

var dawn = time.Date(2026, 9, 11, 2, 46, 0, 0, time.UTC) // 04:46 in Paris

// view shows the first lines of a ledger. broken is the error that it gives before the line of that place.
type view struct {
	lines  []ledger.Line
	broken map[int]error
	read   *int // lines given
}

func (v view) Info() store.Info { return store.Info{Sequence: int64(len(v.lines))} }

func (v view) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		for i := int(from) - 1; i < len(v.lines); i++ {
			if err := v.broken[i]; err != nil {
				yield(ledger.Line{}, err)
				return
			}
			if v.read != nil {
				*v.read++
			}
			if !yield(v.lines[i], nil) {
				return
			}
		}
	}
}

// line writes "origin outcome ids kind" as a line of dila's folder of the day, with bytes unless it is missing or a listing.
func line(minute int, text string) ledger.Line {
	words := append(strings.Fields(text), "", "", "", "")
	l := ledger.Line{Time: dawn.Add(time.Duration(minute) * time.Minute), Source: "dila", Edition: "2026/09/11", Origin: words[0], Outcome: ledger.Outcome(words[1]),
		SHA256: "x" + words[0], Kind: words[3]}
	if words[2] != "" && words[2] != "-" {
		l.IDs = strings.Split(words[2], ",")
	}
	if l.Outcome == ledger.Missing || l.Outcome == ledger.Gone || l.Outcome == ledger.Listing {
		l.SHA256 = ""
	}
	if l.Outcome == ledger.Listing {
		l.Listed, l.IDs = int64(len(words[2])), nil
	}
	return l
}

func number(lines []ledger.Line) []ledger.Line {
	for i := range lines {
		lines[i].Seq = int64(i + 1)
	}
	return lines
}

func TestEdition(t *testing.T) {
	tests := []struct {
		name  string
		lines []string // see line; a listing counts the characters of its third word
		want  completeness.Count
	}{
		{"nothing but a listing", []string{"/ listing"}, completeness.Count{}},
		{"all served", []string{"a served 1", "b served 2,3", "/ listing xx"}, completeness.Count{Listed: 2, Fetched: 2, Read: 2, Served: 2, Notices: 3}},
		{"each outcome", []string{"a served 1", "b partial 2 invalid", "c quarantined - invalid", "d erased 4", "e missing", "f gone", "/ listing xxxxx"},
			completeness.Count{Listed: 5, Fetched: 4, Read: 3, Served: 2, Partial: 1, Quarantined: 1, Erased: 1, Missing: 1, Gone: 1, Notices: 2}},
		{"without a listing what was met is listed", []string{"a served 1", "b missing", "c gone"}, completeness.Count{Listed: 2, Fetched: 1, Read: 1, Served: 1, Missing: 1, Gone: 1, Notices: 1}},
		{"the newest line counts", []string{"a missing", "a quarantined - invalid", "a served 1", "a unchanged 1", "/ listing x"}, completeness.Count{Listed: 1, Fetched: 1, Read: 1, Served: 1, Notices: 1}},
		{"the newest listing counts", []string{"a served 1", "/ listing x", "b served 2", "/ listing xx"}, completeness.Count{Listed: 2, Fetched: 2, Read: 2, Served: 2, Notices: 2}},
		{"known bytes that hold nothing", []string{"a unchanged"}, completeness.Count{Listed: 1, Fetched: 1, Quarantined: 1}},
		{"known bytes of which a part is aside", []string{"a unchanged 1 invalid"}, completeness.Count{Listed: 1, Fetched: 1, Read: 1, Served: 1, Partial: 1, Notices: 1}},
		{"what a newer program derives is not a document", []string{"a served 1", "a derived 1", "z derived 2"}, completeness.Count{Listed: 1, Fetched: 1, Read: 1, Served: 1, Notices: 1}},
		{"gone and back", []string{"a served 1", "a gone", "a served 1", "/ listing x"}, completeness.Count{Listed: 1, Fetched: 1, Read: 1, Served: 1, Notices: 1}},
		{"a listed one without an account shows", []string{"a served 1", "/ listing xxx"}, completeness.Count{Listed: 3, Fetched: 1, Read: 1, Served: 1, Notices: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var lines []ledger.Line
			for _, text := range tt.lines {
				lines = append(lines, line(0, text))
			}
			a := account(t, completeness.New(), view{lines: number(lines)})
			e, ok := a.Edition("dila", "2026/09/11")
			if !ok || e.Count != tt.want || e.Day.String() != "2026-09-11" {
				t.Errorf("got  %+v of %s\nwant %+v", e.Count, e.Day, tt.want)
			}
			odd := tt.want.Listed - tt.want.Served - tt.want.Quarantined - tt.want.Erased - tt.want.Missing
			if e.Unaccounted() != odd || e.UnevenSince.IsZero() != (odd == 0) {
				t.Errorf("%d without account since %s, want %d", e.Unaccounted(), e.UnevenSince, odd)
			}
		})
	}
}

func account(t testing.TB, f *completeness.Fold, v completeness.View) *completeness.Account {
	t.Helper()
	a, err := f.At(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTimes(t *testing.T) {
	lines := []ledger.Line{line(0, "a served 1"), line(0, "/ listing xx"), line(30, "b missing"), line(60, "c quarantined - invalid"), line(60, "/ listing xxx"),
		line(90, "b missing"), line(120, "a unchanged 1"), line(150, "b served 2")}
	wants := []struct{ uneven, missing, aside, last int }{{-1, -1, -1, 0}, {0, -1, -1, 0}, {-1, 30, -1, 30}, {60, 30, 60, 60}, {-1, 30, 60, 60}, {-1, 30, 60, 90}, {-1, 30, 60, 90}, {-1, -1, 60, 150}}
	f := completeness.New()
	number(lines)
	for i, want := range wants {
		e, _ := account(t, f, view{lines: lines[:i+1]}).Edition("dila", "2026/09/11")
		for _, c := range []struct {
			name string
			got  time.Time
			want int
		}{{"uneven", e.UnevenSince, want.uneven}, {"missing", e.MissingSince, want.missing}, {"aside", e.AsideSince, want.aside}, {"last", e.Last, want.last}, {"first", e.First, 0}} {
			if at := dawn.Add(time.Duration(c.want) * time.Minute); c.want < 0 && !c.got.IsZero() || c.want >= 0 && !c.got.Equal(at) {
				t.Errorf("after line %d: %s is %s, want minute %d", i+1, c.name, c.got, c.want)
			}
		}
	}
}

func TestLag(t *testing.T) {
	published := func(l ledger.Line, minutes int) ledger.Line {
		l.Published = l.Time.Add(-time.Duration(minutes) * time.Minute)
		return l
	}
	lines := []ledger.Line{
		line(0, "/ listing"),
		published(line(1, "old served 1"), 2),         // before anybody looked: backfill
		published(line(100, "a served 2"), 10),        // counts
		published(line(100, "b partial 3 x"), 20),     // counts
		published(line(100, "c quarantined - x"), 50), // is not searchable
		published(line(100, "d unchanged 4"), 50),     // was so before
		published(line(9000, "e served 5"), 8900),     // counts: boamp was down for days
		line(9000, "f served 6"),                      // nobody says when
		published(line(9000, "g served 7"), -3),       // the clocks differ: 0
	}
	hand := published(line(9000, "h served 8"), 1)
	hand.Source = ""
	a := account(t, completeness.New(), view{lines: number(append(lines, hand))})
	want := completeness.Lag{Documents: 4, P50: 15 * time.Minute, Worst: 8900 * time.Minute, P95: (20*15 + 8900*85) * time.Minute / 100}
	if got := completeness.LagOf(a.Editions...); got != want {
		t.Errorf("lag %+v, want %+v", got, want)
	}
	if got := completeness.LagOf(); got != (completeness.Lag{}) {
		t.Errorf("lag of nothing: %+v", got)
	}
	if len(a.Sources) != 1 || !a.Sources[0].Followed.Equal(dawn) || !a.Sources[0].News.Equal(dawn.Add(9000*time.Minute)) {
		t.Errorf("sources %+v", a.Sources)
	}
}

// TestErasures: the account of erasures is none of documents.
func TestErasures(t *testing.T) {
	l := line(1, "26-1 erased 26-1")
	l.Source, l.Edition = "register", "erasures"
	a := account(t, completeness.New(), view{lines: number([]ledger.Line{line(0, "a erased 26-1"), l})})
	if len(a.Editions) != 1 || len(a.Sources) != 1 || a.Total().Erased != 1 || a.Sequence != 2 {
		t.Errorf("%+v", a)
	}
}

// TestInStep asks for many places of a ledger, from several sides at once: each answer is that of its place, and every line is read once.
func TestInStep(t *testing.T) {
	var lines []ledger.Line
	for i := range 200 {
		lines = append(lines, line(i, string(rune('a'+i%26))+string(rune('a'+i/26))+" served 1"))
	}
	number(lines)
	f, read := completeness.New(), 0
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for n := 10; n <= len(lines); n += 10 {
				v := view{lines: lines[:n], read: &read}
				a, err := f.At(context.Background(), v)
				switch {
				case errors.Is(err, completeness.ErrPassed):
				case err != nil || a.Sequence != int64(n) || a.Total().Served != int64(n):
					t.Errorf("at %d: %+v, %v", n, a, err)
				}
			}
		})
	}
	wait.Wait()
	if read != len(lines) {
		t.Errorf("%d lines read, there are %d", read, len(lines))
	}
}

func TestBrokenOff(t *testing.T) {
	lines := number([]ledger.Line{line(0, "a served 1"), line(0, "b served 2"), line(0, "c served 3")})
	f, read := completeness.New(), 0
	bad := fault.New(fault.Unavailable, "the disk is away")
	if _, err := f.At(context.Background(), view{lines, map[int]error{2: bad}, &read}); !errors.Is(err, bad) {
		t.Fatalf("error %v", err)
	}
	if a := account(t, f, view{lines, nil, &read}); a.Total().Served != 3 || read != 3 {
		t.Errorf("%+v after %d lines", a.Total(), read)
	}
}

// snapshot is a view with the rest of a snapshot, which nothing asks for.
type snapshot struct {
	store.Snapshot
	view
	closed *int
}

func (s snapshot) Info() store.Info { return s.view.Info() }
func (s snapshot) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return s.view.Ledger(ctx, from)
}
func (s snapshot) Close() error { *s.closed++; return nil }

func TestAsk(t *testing.T) {
	lines := number([]ledger.Line{line(0, "a served 1"), line(0, "b served 2"), line(0, "c served 3")})
	tests := []struct {
		name         string
		views        []int // lines of the views that are opened, the last again and again
		want, closed int
	}{
		{"a newer view is opened", []int{1, 2, 3}, 3, 2},
		{"another ledger", []int{1}, 1, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, opened, closed := completeness.New(), 0, 0
			account(t, f, view{lines: lines})
			snap, a, err := f.Ask(context.Background(), func(context.Context) (store.Snapshot, error) {
				n := tt.views[min(opened, len(tt.views)-1)]
				opened++
				return snapshot{view: view{lines: lines[:n]}, closed: &closed}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := snap.Info().Sequence; a.Sequence != got || int(got) != tt.want || a.Total().Served != got || closed != tt.closed {
				t.Errorf("account of %d, view of %d, %d views closed; want %d, %d", a.Sequence, got, closed, tt.want, tt.closed)
			}
		})
	}
}

func TestStates(t *testing.T) {
	for _, l := range []string{"a served 1", "a partial 1 x", "a quarantined - x", "a erased 1", "a missing", "a gone"} {
		if got := completeness.StateOf(line(0, l)); string(got) != strings.Fields(l)[1] || !slices.Contains(completeness.States(), got) {
			t.Errorf("%s: %s", l, got)
		}
	}
}
