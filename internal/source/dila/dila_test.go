package dila_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dilafake"
)

var today = date(2026, 9, 11)

// TestDay follows a day from its first notices to its close.
func TestDay(t *testing.T) {
	for _, style := range []dilafake.Style{dilafake.Preformatted, dilafake.Table, dilafake.Nginx} {
		for _, track := range []bool{false, true} {
			t.Run(fmt.Sprint(style, track), func(t *testing.T) {
				w := newWorld(t, paris(2026, 9, 11, 3, 0))
				w.server.Style, w.server.Track = style, track
				w.publish(today, 88001, 40)
				w.sound()
				if len(w.order) > 0 {
					t.Errorf("before the first notice: %v", w.order)
				}
				w.set(paris(2026, 9, 11, 5, 0))
				w.sound()
				w.want("2026/09/11", "20 served")
				w.set(paris(2026, 9, 11, 12, 0))
				w.sound()
				noon := w.outcomes("2026/09/11")
				w.sound()
				if w.items != 0 || w.outcomes("2026/09/11") != noon {
					t.Errorf("nothing new, and %d items", w.items)
				}
				w.set(paris(2026, 9, 11, 23, 0))
				w.sound()
				w.want("2026/09/11", "40 served")
				w.wantTree(today, today)
				for _, l := range w.editions["2026/09/11"] {
					f, ok := w.tree.At(l.Origin, w.clock())
					if ok && (!l.Published.Equal(f.Modified) || l.Validator == "" || l.Size != int64(len(f.Body))) {
						t.Errorf("%+v of a file of %v", l, f.Modified)
					}
				}
				documents := w.server.Requests("*.xml")
				if documents != 40 {
					t.Errorf("%d requests for 40 documents", documents)
				}
				closes(t, w)
			})
		}
	}
}

// closes follows a whole day until it needs no request any more.
func closes(t *testing.T, w *world) {
	for range 6 {
		w.set(w.clock().AddDate(0, 0, 1))
		w.sound()
	}
	if l := w.editions["2026/09/11"]["2026/09/11/"]; l.Fetched.Before(paris(2026, 9, 15, 0, 0)) {
		t.Errorf("listed last at %v", l.Fetched)
	}
	before := w.server.Requests("2026/09/11/*")
	for range 3 {
		w.sound()
	}
	if n := w.server.Requests("2026/09/11/*") - before; n != 0 {
		t.Errorf("a closed day was asked for %d times", n)
	}
	w.src.Days = []notice.Date{today}
	w.sound()
	if n := w.server.Requests("2026/09/11/*") - before; n != 1 || w.items != 0 {
		t.Errorf("an audit of the day made %d requests and gave %d items", n, w.items)
	}
}

// TestChange: a document that changes under its name is had again; one that vanishes is gone; one that comes back is had.
func TestChange(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 6, 0))
	w.publish(today, 1, 10)
	w.sound()
	path := "2026/09/11/26-1.xml"
	w.tree.Put(path, text("other", 300), paris(2026, 9, 11, 7, 0))
	w.tree.Remove("2026/09/11/26-2.xml", paris(2026, 9, 11, 7, 0))
	w.set(paris(2026, 9, 11, 7, 10))
	w.sound()
	w.want("2026/09/11", "1 gone, 4 served")
	if !bytes.Equal(w.bytes[path], text("other", 300)) || w.items != 3 {
		t.Errorf("%q, %d items", w.bytes[path], w.items)
	}
	w.sound()
	if w.items != 0 {
		t.Errorf("%d items without a change", w.items)
	}
	w.tree.Put("2026/09/11/26-2.xml", text("again", 300), paris(2026, 9, 11, 7, 20))
	w.set(paris(2026, 9, 11, 7, 30))
	w.sound()
	w.want("2026/09/11", "5 served")
	w.wantTree(today, today)
}

// TestSameMinute: a change within the minute that the listing shows is seen by its size.
func TestSameMinute(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 6, 0))
	w.publish(today, 1, 10)
	w.sound()
	path := "2026/09/11/26-1.xml"
	w.tree.Put(path, text("longer", 5000), paris(2026, 9, 11, 4, 46).Add(50*time.Second))
	w.sound()
	w.wantTree(today, today)
	w.sound()
	if w.items != 0 {
		t.Errorf("%d items when nothing is new", w.items)
	}
}

// TestLines: what the ledger says of a document decides whether it is fetched again.
func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		change func(l *ledger.Line)
		again  bool
	}{
		"as it was":          {func(*ledger.Line) {}, false},
		"unchanged":          {func(l *ledger.Line) { l.Outcome = ledger.Unchanged }, false},
		"partly read":        {func(l *ledger.Line) { l.Outcome, l.Kind = ledger.Partial, "invalid" }, false},
		"unreadable":         {func(l *ledger.Line) { l.Outcome, l.Kind = ledger.Quarantined, "invalid" }, false},
		"kept, and damaged":  {func(l *ledger.Line) { l.Outcome, l.Kind = ledger.Quarantined, "conflict" }, true},
		"too large":          {func(l *ledger.Line) { l.Outcome, l.Kind, l.SHA256, l.Size = ledger.Quarantined, "too_large", "", 0 }, false},
		"missing":            {func(l *ledger.Line) { l.Outcome, l.Kind, l.SHA256, l.Size = ledger.Missing, "not_found", "", 0 }, true},
		"gone":               {func(l *ledger.Line) { l.Outcome = ledger.Gone }, true},
		"erased":             {func(l *ledger.Line) { l.Outcome, l.SHA256, l.Size, l.Published = ledger.Erased, "", 0, time.Time{} }, false},
		"of another size":    {func(l *ledger.Line) { l.Size /= 2 }, false}, // the server says that it did not change
		"of another time":    {func(l *ledger.Line) { l.Published = l.Published.Add(-time.Minute) }, true},
		"of the same minute": {func(l *ledger.Line) { l.Published = l.Published.Truncate(time.Minute) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, paris(2026, 9, 11, 6, 0))
			w.publish(today, 1, 10)
			w.sound()
			origin := "2026/09/11/26-3.xml"
			l := w.editions["2026/09/11"][origin]
			c.change(&l)
			w.editions["2026/09/11"][origin] = l
			if l.Outcome == ledger.Gone {
				list := w.editions["2026/09/11"]["2026/09/11/"]
				list.Listed--
				w.editions["2026/09/11"]["2026/09/11/"] = list
			}
			w.sound()
			if (w.items > 0) != c.again || w.items > 2 {
				t.Errorf("%d items", w.items)
			}
		})
	}
}

// TestMemory: documents of a day beyond what is held in memory lie in a file that does not stay.
func TestMemory(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.src.Memory = 50_000
	w.publish(today, 1, 60)
	w.sound()
	w.wantTree(today, today)
	if left, err := os.ReadDir(w.src.Temporary); err != nil || len(left) > 0 {
		t.Errorf("%v %v is left", left, err)
	}
}

// TestTooLarge: a document beyond the limit is set aside, once.
func TestTooLarge(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.src.Document = 10_000
	w.publish(today, 1, 10)
	w.sound()
	w.want("2026/09/11", "5 quarantined, 5 served")
	w.sound()
	if w.items != 0 {
		t.Errorf("%d items the second time", w.items)
	}
}

// TestOtherFiles: what is no notice is accounted for once, and not fetched.
func TestOtherFiles(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 1, 5)
	for _, name := range []string{"26-1.html", "lisezmoi.pdf", "sub/26-9.xml"} {
		w.tree.Put("2026/09/11/"+name, []byte("x"), paris(2026, 9, 11, 6, 0))
	}
	w.sound()
	w.want("2026/09/11", "1 quarantined, 5 served")
	if w.server.Requests("*.html")+w.server.Requests("*.pdf")+w.server.Requests("*26-9.xml") > 0 {
		t.Error("other files are fetched")
	}
	w.sound()
	if w.items != 0 {
		t.Errorf("%d items the second time", w.items)
	}
}

// TestRequests: days that the tree does not have cost nothing but the listing of their month, and what is missing for long is asked for once.
func TestRequests(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(date(2026, 8, 20), 1, 3)
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 500, Path: "*26-2.xml"})
	w.sound()
	w.want("2026/08/20", "1 missing, 2 served")
	if n := w.server.Requests("2026/*"); n != 4+2+2+2+5 { // open days, months, listings of the day, documents, and one that is asked for five times
		t.Errorf("%d requests", n)
	}
	before := w.server.Requests("2026/08/20/26-2.xml")
	w.sound()
	if n := w.server.Requests("2026/08/20/26-2.xml") - before; n != 1 {
		t.Errorf("%d requests for a document that is missing for long", n)
	}
}

// TestOrder: the days that are open come first, then history from the oldest on; what is complete costs nothing.
func TestOrder(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 23, 0))
	for d := date(2026, 8, 30); d.Compare(today) <= 0; d = d.AddDays(1) {
		w.publish(d, 1000*d.Day, 3)
	}
	w.src.From = date(2026, 8, 31)
	w.sound()
	want := "2026/09/08 2026/09/09 2026/09/10 2026/09/11 2026/08/31 2026/09/01 2026/09/02 2026/09/03 2026/09/04 2026/09/05 2026/09/06 2026/09/07"
	if got := strings.Join(w.order, " "); got != want {
		t.Errorf("order %s", got)
	}
	w.wantTree(date(2026, 8, 31), today)
	before := w.server.Requests("*")
	w.sound()
	if n := w.server.Requests("*") - before; n != 4 {
		t.Errorf("the second pass made %d requests", n)
	}
}

// TestDown: the source is away for a week. Then all of it is had, without being asked for.
func TestDown(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 12, 0))
	for d := today; d.Compare(date(2026, 9, 20)) <= 0; d = d.AddDays(1) {
		w.publish(d, 1000*d.Day, 20)
	}
	w.sound()
	w.client.Rests, w.client.Failures = 1, 100
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Reset})
	for range 7 {
		w.set(w.clock().AddDate(0, 0, 1))
		before := w.server.Requests("*")
		if err := w.pass(); !errors.Is(err, fetch.ErrOver) || w.items != 0 {
			t.Errorf("%d items, %v", w.items, err)
		}
		if n := w.server.Requests("*") - before; n > 40 {
			t.Errorf("%d requests to a server that is away", n)
		}
	}
	w.server.Trouble()
	w.set(paris(2026, 9, 20, 23, 0))
	w.sound()
	w.wantTree(today, date(2026, 9, 20))
}

// TestMoved: a year is moved to the history. Nothing is gone and nothing is new.
func TestMoved(t *testing.T) {
	w := newWorld(t, paris(2025, 12, 31, 23, 0))
	old := date(2025, 12, 30)
	w.publish(old, 1, 10)
	w.publish(old.AddDays(1), 100, 10)
	w.sound()
	w.set(paris(2026, 1, 2, 12, 0))
	w.tree.Move("2025/", "FluxHistorique/Boamp_v240/2025/")
	w.sound()
	w.set(paris(2026, 1, 20, 12, 0))
	w.sound()
	w.want("2025/12/30", "10 served")
	w.want("2025/12/31", "10 served")
	if n := w.server.Requests("*.xml"); n != 20 {
		t.Errorf("%d requests for 20 documents", n)
	}
	// In the middle of the move some are here and some there.
	w.tree.Move("FluxHistorique/Boamp_v240/2025/12/30/25-1", "2025/12/30/25-1")
	w.src.Days = []notice.Date{old}
	w.sound()
	w.want("2025/12/30", "10 served")
	w.tree.Move("2025/12/30/", "away/")
	w.tree.Move("FluxHistorique/Boamp_v240/2025/12/30/", "away/")
	if err := w.pass(); !fault.Is(err, fault.NotFound) || len(w.told) != 1 {
		t.Errorf("%v, %q", err, w.told)
	}
	w.want("2025/12/30", "10 served")
}

// TestArchives reads years of archives in their places, once.
func TestArchives(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 12, 0))
	files := map[string][]byte{}
	for _, d := range []notice.Date{date(2015, 3, 2), date(2016, 12, 31), date(2017, 1, 1), date(2021, 5, 6), date(2023, 10, 15), date(2023, 10, 16), date(2024, 2, 29), today} {
		for i := range 20 {
			name := fmt.Sprintf("%s/%02d-%d.xml", day(d), d.Year%100, 10*d.Day+i)
			files[name] = text(name, 300)
		}
	}
	if err := dilafake.Fill(w.tree, files, today); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"Schemas/a.zip", "Documentation/b.doc", "FluxHistorique/lisezmoi.txt", "index.txt"} {
		w.tree.Put(other, []byte("x"), paris(2020, 1, 1, 1, 1))
	}
	w.src.From = date(2015, 1, 1)
	w.sound()
	if len(w.bytes) < 150 {
		t.Errorf("%d documents", len(w.bytes))
	}
	served := map[string]bool{}
	for _, b := range w.bytes {
		served[string(b)] = true
	}
	for name, b := range files {
		if !served[string(b)] && name < "2026/09/11/26-120" { // half of today's come later
			t.Errorf("%s was not had", name)
		}
	}
	for i := 1; i < len(w.order)-1; i++ {
		if strings.Compare(yearOf(w.order[i]), yearOf(w.order[i+1])) > 0 {
			t.Errorf("%s comes before %s", w.order[i], w.order[i+1])
		}
	}
	archives := w.server.Requests("*.taz") + w.server.Requests("*.zip")
	again := len(w.order)
	w.sound()
	w.src.Days = []notice.Date{date(2021, 5, 6)}
	if n := w.server.Requests("*.taz") + w.server.Requests("*.zip") - archives; n != 0 || w.items != 0 || again < 10 {
		t.Errorf("the second pass fetched %d archives and gave %d items", n, w.items)
	}
}

// yearOf finds the year in the name of an edition.
func yearOf(edition string) string {
	if edition[0] == '2' {
		return edition[:4]
	}
	_, rest, _ := strings.Cut(edition, "_")
	return rest[:4]
}

// TestArchive: an archive that is packed anew or moved is the same edition; one that changed gives what is new and what is gone; one that cannot
// be had is missing until it can.
func TestArchive(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 12, 0))
	d := date(2017, 3, 3)
	fill := func(numbers ...int) {
		files := map[string][]byte{}
		for _, n := range numbers {
			name := fmt.Sprintf("%s/17-%d.xml", day(d), n)
			files[name] = text(name, 3000)
		}
		if err := dilafake.Fill(w.tree, files, today); err != nil {
			t.Fatal(err)
		}
	}
	fill(1)
	where := w.tree.Below("FluxHistorique/", w.clock())[0].Path
	edition := strings.TrimPrefix(where[strings.LastIndex(where, "/"):], "/")
	w.src.From, w.src.To = date(2017, 1, 1), date(2017, 12, 31)
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 404, Path: "*.taz"})
	if err := w.pass(); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	w.want(edition, "1 missing")
	_ = w.pass()
	if w.items != 0 {
		t.Errorf("%d items say again that it is missing", w.items)
	}
	for _, k := range []dilafake.Kind{dilafake.Page, dilafake.Empty, dilafake.Short, dilafake.Truncated, dilafake.Long} {
		w.server.Trouble(dilafake.Rule{Kind: k, Path: "*.taz"})
		if err := w.pass(); err == nil {
			t.Errorf("%s: no error", k)
		}
		w.want(edition, "1 missing")
	}
	w.server.Trouble()
	w.sound()
	w.want(edition, "1 gone, 1 served")
	w.tree.Move(where, "2017/"+strings.TrimSuffix(edition, ".taz")+".tar.gz")
	w.sound()
	if w.items != 0 || len(w.editions) != 1 {
		t.Errorf("moved: %d items, editions %v", w.items, w.order)
	}
	changed := w.tree.Below("2017/", w.clock())[0]
	w.tree.Put(changed.Path, changed.Body, paris(2026, 9, 11, 11, 0)) // touched
	w.sound()
	w.want(edition, "1 gone, 1 served")
	before := w.server.Requests("2017/*.tar.gz")
	w.sound()
	if n := w.server.Requests("2017/*.tar.gz") - before; n != 0 {
		t.Errorf("%d requests for an archive that was touched once", n)
	}
}

// TestArchiveChanges: what an archive holds otherwise than before.
func TestArchiveChanges(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 12, 0))
	w.src.From, w.src.To = date(2016, 1, 1), date(2016, 12, 31)
	pack := func(at time.Time, names ...string) {
		files := map[string][]byte{}
		for _, n := range names {
			files["2016/01/05/"+n+".xml"] = text(n, 300)
		}
		tree := dilafake.NewTree()
		if err := dilafake.Fill(tree, files, today); err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, f := range tree.Below("", w.clock()) {
			all = f.Body
		}
		w.tree.Put("2016/MAPA-AO_2016_005001.taz", all, at)
	}
	pack(paris(2016, 1, 5, 4, 46), "16-1")
	w.sound()
	w.want("MAPA-AO_2016_005001.taz", "1 served")
	pack(paris(2026, 9, 11, 11, 30), "16-2")
	w.sound()
	w.want("MAPA-AO_2016_005001.taz", "1 gone, 1 served")
	w.sound() // it is complete, and remembered to be
	for origin, l := range w.editions["MAPA-AO_2016_005001.taz"] {
		if l.Outcome == ledger.Served { // what is kept of it is damaged
			l.Outcome, l.Kind = ledger.Quarantined, "conflict"
			w.editions["MAPA-AO_2016_005001.taz"][origin] = l
		}
	}
	w.sound()
	if w.items > 0 {
		t.Error("what is remembered for a while is asked for")
	}
	w.set(w.clock().Add(7 * time.Hour))
	w.sound()
	w.want("MAPA-AO_2016_005001.taz", "1 gone, 1 served")
	broken := w.tree.Below("2016/", w.clock())[0]
	w.tree.Put(broken.Path, broken.Body[:40], paris(2026, 9, 11, 11, 40))
	w.sound()
	w.want("MAPA-AO_2016_005001.taz", "1 gone, 1 quarantined, 1 served") // what was in it is not gone
}

// TestClockAhead: a clock that ran ahead for a while closed no day.
func TestClockAhead(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 12, 0))
	w.publish(today, 1, 40)
	w.src.Now = func() time.Time { return w.clock().AddDate(0, 0, 10) }
	w.sound()
	w.src.Now = w.clock
	w.set(paris(2026, 9, 20, 12, 0))
	w.sound()
	w.want("2026/09/11", "40 served")
}

// TestNotWorkedOff: a listing of which something could not be had is no listing that is known: the next pass reads it again.
func TestNotWorkedOff(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 6, 0))
	w.server.Track = true
	w.publish(today, 1, 10)
	w.sound()
	w.tree.Put("2026/09/11/26-1.xml", text("changed", 900), paris(2026, 9, 11, 5, 58))
	w.tree.Put("2026/09/11/26-90.xml", text("new", 900), paris(2026, 9, 11, 5, 59))
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 500, Path: "*26-1.xml"})
	w.sound()
	w.want("2026/09/11", "6 served")
	w.server.Trouble()
	w.sound()
	w.wantTree(today, today)
	// The same for one that vanished, when it could not be found out whether it is gone.
	w.tree.Remove("2026/09/11/26-2.xml", paris(2026, 9, 11, 5, 59))
	w.tree.Put("2026/09/11/26-91.xml", text("newer", 900), paris(2026, 9, 11, 5, 59))
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 500, Path: "*26-2.xml"})
	w.sound()
	w.want("2026/09/11", "7 served")
	w.server.Trouble()
	w.sound()
	w.want("2026/09/11", "1 gone, 6 served")
}

// TestCancel: a pass that is cancelled in the middle of a day applies nothing of it.
func TestCancel(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 1, 30)
	ctx, cancel := context.WithCancel(context.Background())
	w.server.Trouble(dilafake.Rule{Kind: dilafake.Hang, Path: "*26-20.xml"})
	time.AfterFunc(50*time.Millisecond, cancel)
	for e, err := range w.src.Editions(ctx) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			break
		}
		for item, err := range e.Items(ctx) {
			if item.Origin != "" || err == nil {
				t.Errorf("item %v, %v", item.Origin, err)
			}
		}
	}
	if left, _ := os.ReadDir(w.src.Temporary); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestLedgerFails: an error of the ledger ends the pass.
func TestLedgerFails(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.src.Known = func(context.Context, string) (map[string]ledger.Line, error) {
		return nil, fault.New(fault.Unavailable, "no ledger")
	}
	if err := w.pass(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

// TestNothingKnown: a source without a ledger gives all.
func TestNothingKnown(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 1, 5)
	w.src.Known = nil
	for range 2 {
		w.sound()
		if w.items != 6 {
			t.Errorf("%d items", w.items)
		}
	}
}

// TestDisk: when our own disk fails the pass ends, and nothing is said of the source. A folder for temporary files is made.
func TestDisk(t *testing.T) {
	w := newWorld(t, paris(2026, 9, 11, 20, 0))
	w.publish(today, 1, 10)
	w.publish(today.AddDays(-1), 100, 10)
	if err := dilafake.Fill(w.tree, map[string][]byte{"2022/01/05/22-1.xml": text("a", 300), "2022/01/06/22-2.xml": text("b", 300)}, today); err != nil {
		t.Fatal(err)
	}
	w.src.Memory, w.src.From = 1, date(2022, 1, 1)
	dir := w.src.Temporary
	file := dir + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.src.Temporary = file + "/below"
	fails := func() {
		t.Helper()
		if err := w.pass(); !fault.Is(err, fault.Unavailable) || w.items != 0 || len(w.told) > 0 || len(w.editions) > 1 {
			t.Errorf("%v, %d items, %q", err, w.items, w.told)
		}
	}
	fails()
	w.src.Memory, w.src.To = 0, date(2022, 1, 31)
	fails()
	w.src.Memory, w.src.To, w.src.Temporary = 1, today, dir+"/new/folder"
	w.sound()
	w.wantTree(today.AddDays(-1), today)
	if len(w.editions) != 4 {
		t.Errorf("editions %v", w.order)
	}
}
