package ingest_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// followed is one edition of a source that is followed.
type followed struct {
	name  string
	items []source.Item
	errs  map[int]error // beside items
}

func (s followed) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		yield(source.Edition{Source: "dila", Name: s.name, Items: func(context.Context) iter.Seq2[source.Item, error] {
			return func(yield func(source.Item, error) bool) {
				for i, x := range s.items {
					if !yield(x, s.errs[i]) {
						return
					}
				}
			}
		}}, nil)
	}
}

func at(d item, origin string) source.Item {
	return source.Item{Bytes: []byte(d.text), Origin: origin, Name: source.NameOf(origin), Fetched: fetched, Published: fetched.Add(-time.Hour), Validator: `"v1"`}
}

// TestNotes: what a source says beside its documents becomes lines, with them or alone, and changes nothing by itself.
func TestNotes(t *testing.T) {
	w := newWorld(t, onDisk)
	docs := documents(3, 4)
	notes := []source.Item{
		{Origin: "late.xml", Note: source.Missing}, {Origin: "old.xml", Note: source.Gone}, {Origin: "/", Note: source.Listing, Listed: 5, Fetched: fetched},
	}
	src := followed{"2026/09/11", append([]source.Item{at(docs[0], "a.xml"), at(docs[1], "b.xml")}, notes...), map[int]error{2: fault.New(fault.NotFound, "404")}}
	sum := w.do(src)
	if sum.Documents != 2 || sum.Inserted != 2 || sum.Missing != 1 || sum.Gone != 1 || sum.Quarantined != 0 || sum.Editions != 1 {
		t.Errorf("%+v", sum)
	}
	if l := w.line("a.xml"); l.Source != "dila" || l.Edition != "2026/09/11" || l.Validator != `"v1"` || !l.Published.Equal(fetched.Add(-time.Hour)) || l.Changes != "i" || len(l.Digests) != 1 {
		t.Errorf("line %+v", l)
	}
	if l := w.line("late.xml"); l.Outcome != ledger.Missing || l.Kind != "not_found" || l.Reason != "404" || l.SHA256 != "" || l.Raw != "" {
		t.Errorf("line %+v", l)
	}
	if l := w.line("/"); l.Outcome != ledger.Listing || l.Listed != 5 {
		t.Errorf("line %+v", l)
	}
	before := w.info()
	sum = w.do(followed{"2026/09/11", notes[2:], nil})
	if after := w.info(); after.Revision != before.Revision || after.Sequence != before.Sequence+1 || !after.LastUpdate.Equal(before.LastUpdate) || sum.Editions != 1 {
		t.Errorf("a listing alone: %+v, was %+v", after, before)
	}
	sum = w.do(followed{"2026/09/12", nil, nil})
	if w.info().Sequence != before.Sequence+1 || sum.Editions != 0 {
		t.Errorf("nothing at all: %+v", sum)
	}
	rebuilt(t, w)
}

// TestNothingBegins: no transaction and no archive are begun before the first item.
func TestNothingBegins(t *testing.T) {
	w := newWorld(t, inMemory)
	tx, err := w.Store.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if sum := w.do(followed{"2026/09/12", nil, nil}); sum.Editions != 0 {
		t.Errorf("%+v", sum)
	}
	if _, err := w.Import(context.Background(), followed{"2026/09/12", []source.Item{at(documents(3, 1)[0], "a.xml")}, nil}); !fault.Is(err, fault.Conflict) {
		t.Errorf("an edition with a document, beside another change: %v", err)
	}
	_ = tx.Rollback()
}

// TestBackAndForth: a source that is followed goes back to bytes that it had before, at once and after a day on which it had none.
func TestBackAndForth(t *testing.T) {
	doc := one(t, documents(3, 30), "<jo:ann")
	changed := item{text: doc.text + "\n"}
	w := newWorld(t, onDisk)
	served := func(want item, letter string) {
		t.Helper()
		l := w.line("a.xml")
		if n := w.get(w.lines()[0].IDs[0]); n.Source.SHA256 != hash([]byte(want.text)) || l.Changes != letter || l.SHA256 != n.Source.SHA256 {
			t.Errorf("served %+v, line %+v", n.Source, l)
		}
	}
	edition := func(items ...source.Item) { w.do(followed{"2026/09/11", items, nil}) }
	edition(at(doc, "a.xml"))
	served(doc, "i")
	edition(at(changed, "a.xml"))
	served(changed, "u")
	edition(at(doc, "a.xml"))
	served(doc, "u")
	edition(at(doc, "a.xml"))
	served(doc, "")
	edition(source.Item{Origin: "a.xml", Note: source.Missing})
	edition(at(doc, "a.xml"))
	served(doc, "")
	edition(source.Item{Origin: "a.xml", Note: source.Gone})
	edition(at(changed, "a.xml"), at(doc, "other.xml")) // the second is known, and of an origin that had nothing else
	served(changed, "u")
	edition(at(doc, "a.xml"), at(changed, "a.xml"))
	served(changed, "u")
	edition(at(doc, "a.xml"), at(changed, "a.xml"), at(doc, "a.xml"))
	served(doc, "u")
	rebuilt(t, w)
	if n := archives(t, w); n != 2 {
		t.Errorf("%d archives for two documents", n)
	}
}

// TestErasedAtTheSource: what a source that is followed has erased is erased, with the documents that came in other ways, whatever
// happens between.
func TestErasedAtTheSource(t *testing.T) {
	docs := documents(3, 12)
	run := func(t *testing.T, w *world) (id string, err error) {
		w.do(editions{{"one", docs[:6]}})
		id = w.lines()[2].IDs[0]
		src := followed{"2026/09/11", []source.Item{at(docs[7], "a.xml"), {Origin: "/notices/" + id, Note: source.Erased, IDs: []string{id, "99-1"}}, at(docs[2], "b.xml")},
			map[int]error{1: fault.New(fault.NotFound, reason)}}
		_, err = w.Import(context.Background(), src)
		return id, err
	}
	check := func(t *testing.T, w *world, id string) {
		t.Helper()
		wantGone(t, w, []string{docs[2].text}, id)
		if l := w.line("/notices/" + id); l.Outcome != ledger.Erased || l.Source != "dila" || !slices.Equal(l.IDs, []string{id, "99-1"}) || l.Changes != "--" || l.Reason != reason {
			t.Errorf("line %+v", l)
		}
		if l := w.line("b.xml"); l.Outcome != ledger.Erased {
			t.Errorf("line %+v", l)
		}
		rebuilt(t, w)
	}
	t.Run("calm", func(t *testing.T) {
		w := newWorld(t, onDisk)
		id, err := run(t, w)
		if err != nil {
			t.Fatal(err)
		}
		check(t, w, id)
	})
	t.Run("crash between", func(t *testing.T) {
		w := newWorld(t, onDisk)
		w.disk.Fail = func(op, path string) error {
			if strings.Contains(path, "erase") {
				return disktest.ErrFull
			}
			return nil
		}
		id, err := run(t, w)
		if !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
		w.reopen()
		if sum := w.recovered(); sum.Removed != 1 {
			t.Errorf("%+v", sum)
		}
		check(t, w, id)
	})
	t.Run("no id", func(t *testing.T) {
		w := newWorld(t, inMemory)
		sum := w.do(followed{"2026/09/11", []source.Item{{Origin: "x", Note: source.Erased, IDs: []string{""}}}, nil})
		if sum.Quarantined != 1 || w.Erased.Len() != 0 {
			t.Errorf("%+v", sum)
		}
	})
}

// TestRetry: what an older program set aside takes the place that it would have had, had it been read at once.
func TestRetry(t *testing.T) {
	doc := one(t, documents(3, 30), "<jo:ann")
	newer, odd := item{origin: "newer", text: doc.text + "\n"}, documents(5, 4)[2]
	w := newWorld(t, onDisk)
	inner := w.Reader
	w.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
		if string(d.Bytes) == doc.text || string(d.Bytes) == odd.text {
			return feed.Result{}, fault.New(fault.Unsupported, "a form that nobody knew")
		}
		return inner.Read(d)
	})
	w.do(editions{{"one", []item{doc, odd}}, {"two", []item{newer}}})
	w.do(followed{"2026/09/11", []source.Item{at(odd, "odd.xml")}, nil})
	id := w.line("newer").IDs[0]
	w.Reader = inner
	age(t, w, func(*ledger.Line) {}) // the first rebuild by a newer program
	if n := w.get(id); n.Source.SHA256 != hash([]byte(newer.text)) {
		t.Error("the older document took the place of the newer")
	}
	if l := w.line(doc.origin); l.Outcome != ledger.Unchanged || !slices.Equal(l.IDs, []string{id}) || l.Kind != "" || l.Reader != feed.ReaderVersion {
		t.Errorf("line %+v", l)
	}
	for _, origin := range []string{odd.origin, "odd.xml"} {
		if l := w.line(origin); l.Outcome != ledger.Served && l.Outcome != ledger.Unchanged || len(l.IDs) != 1 || l.Kind != "" {
			t.Errorf("line %+v", l)
		}
	}
	rebuilt(t, w)
	if n := w.get(id); n.Source.SHA256 != hash([]byte(newer.text)) {
		t.Error("a rebuild brought the older document back")
	}
}

// TestDerived: notices that this program reads otherwise are told of, once, at one revision more; without digests every notice of another
// program counts.
func TestDerived(t *testing.T) {
	docs := documents(9, 12)
	for name, digests := range map[string]bool{"with digests": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, inMemory)
			inner := w.Reader
			w.Reader = otherwise(inner, docs[4].origin)
			w.do(editions{{"one", docs[:6]}, {"two", docs[6:]}})
			before, lines := w.info(), len(w.lines())
			w.Reader = inner
			age(t, w, func(l *ledger.Line) {
				if !digests {
					l.Digests, l.Changes = nil, ""
				}
			})
			if got := w.info(); got.Revision != before.Revision+1 {
				t.Errorf("revision %d, was %d", got.Revision, before.Revision)
			}
			more := w.lines()[lines:]
			if want := map[bool]int{true: 1, false: len(docs)}[digests]; len(more) != want {
				t.Fatalf("%d lines, want %d: %+v", len(more), want, more)
			}
			for _, l := range more {
				id := l.IDs[0]
				if l.Outcome != ledger.Derived || l.Changes != "u" || l.Digests[0] != w.get(id).Source.Digest || l.Reader != feed.ReaderVersion || l.Raw == "" || l.SHA256 == "" || l.Generation == "" ||
					l.Revision != before.Revision+1 || digests && l.Origin != docs[4].origin {
					t.Errorf("line %+v", l)
				}
			}
			rebuilt(t, w)
		})
	}
}

// otherwise reads as inner does, but for the document of an origin.
func otherwise(inner feed.Reader, origin string) feed.Reader {
	return readerFunc(func(d feed.Document) (feed.Result, error) {
		res, err := inner.Read(d)
		if d.Origin == origin {
			res.Notices[0].Title = "as an older program read it"
		}
		return res, err
	})
}

// marks keeps what it is told.
type marks struct {
	from   int64
	reader int
}

func (m *marks) CatchingUp(from int64, reader int) error {
	m.from, m.reader = from, reader
	return nil
}

func (m *marks) CaughtUp() error {
	*m = marks{}
	return nil
}

// TestDerivedInterrupted: a rebuild by other readers is cut off after every commit on its way. What it had compared until then is lost, so it
// begins anew; then what is read otherwise is in the account, as if nothing had happened.
func TestDerivedInterrupted(t *testing.T) {
	docs := documents(9, 12)
	for commits := range 5 {
		t.Run(fmt.Sprint(commits), func(t *testing.T) {
			w, m := newWorld(t, inMemory), &marks{}
			w.Marks = m
			inner := w.Reader
			w.Reader = otherwise(inner, docs[4].origin)
			w.do(editions{{"one", docs[:6]}, {"two", docs[6:]}})
			if *m != (marks{}) {
				t.Errorf("an import of what is new is marked: %+v", *m)
			}
			lines := len(w.lines())
			w.Reader = inner
			aged(t, w, func(*ledger.Line) {})
			w.dropStore()
			fresh := w.Store
			w.Store = &refusing{fresh, commits}
			_, err := w.Recover(context.Background())
			if ended := err == nil; ended != (commits > 2) || ended != (m.from == 0) {
				t.Fatalf("%d commits: %v, %+v", commits, err, *m)
			}
			w.Store = fresh
			if m.from > 0 {
				if on, err := ingest.Resumable(w.Journal, m.from, m.reader); err != nil || on {
					t.Fatalf("goes on from line %d of readers %d: %v, %v", m.from, m.reader, on, err)
				}
				w.dropStore()
			}
			w.recovered()
			var said []string
			for _, l := range w.lines()[lines:] {
				said = append(said, string(l.Outcome)+" "+l.Origin)
			}
			if len(said) != 1 || said[0] != string(ledger.Derived)+" "+docs[4].origin || *m != (marks{}) {
				t.Errorf("lines %q, %+v", said, *m)
			}
			settled(t, w)
		})
	}
}

// TestResumable: what the same readers read goes on where it stopped.
func TestResumable(t *testing.T) {
	w := newWorld(t, inMemory)
	w.do(editions{{"one", documents(9, 5)}})
	for reader, want := range map[int]bool{feed.ReaderVersion: true, feed.ReaderVersion + 1: false} {
		if on, err := ingest.Resumable(w.Journal, 1, reader); err != nil || on != want {
			t.Errorf("readers %d: %v, %v", reader, on, err)
		}
	}
}

// TestDamagedAndRefetched: bytes that were found damaged, and came again, are kept anew, and their notice stands upon the new ones through
// a rebuild.
func TestDamagedAndRefetched(t *testing.T) {
	w := newWorld(t, onDisk)
	docs := documents(9, 12)
	src := followed{"2026/09/11", nil, nil}
	for _, d := range docs {
		src.items = append(src.items, at(d, d.origin))
	}
	w.do(src)
	want := w.digest()
	victim := w.line(docs[3].origin)
	damage(t, w, victim.Raw)
	if _, err := w.Missed(context.Background(), lostOf(victim)); err != nil {
		t.Fatal(err)
	}
	if l := w.line(victim.Origin); l.Outcome != ledger.Quarantined || l.Kind != "conflict" || l.Source != "dila" || l.Stands(victim.SHA256) {
		t.Errorf("line %+v", l)
	}
	info := w.info()
	sum := w.do(followed{"2026/09/11", src.items[3:4], nil})
	if sum.Updated != 1 || sum.Inserted != 0 || w.info().Notices != info.Notices {
		t.Errorf("%+v", sum)
	}
	if n := w.get(victim.IDs[0]); n.Source.Kept == victim.Raw {
		t.Error("the notice stands upon the damaged bytes")
	}
	if w.digest() != want {
		t.Error("other notices than before")
	}
	rebuilt(t, w)
	// An older document that is damaged and comes again does not take the place of the one which is served.
	newer := item{text: docs[3].text + "\n"}
	w.do(followed{"2026/09/12", []source.Item{at(newer, "newer.xml")}, nil})
	want = w.digest()
	again := w.line(victim.Origin)
	if _, err := w.Missed(context.Background(), lostOf(again)); err != nil {
		t.Fatal(err)
	}
	if sum = w.do(followed{"2026/09/11", src.items[3:4], nil}); sum.Unchanged != 1 || w.digest() != want {
		t.Errorf("the older document came back: %+v", sum)
	}
	rebuilt(t, w)
}
