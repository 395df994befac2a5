package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
)

const reason = "request of a person"

func erasures(ids ...string) (list []ingest.Erasure) {
	for _, id := range ids {
		list = append(list, ingest.Erasure{ID: id, Reason: reason, Time: time.Date(2026, 9, 12, 8, 0, 0, 0, time.UTC)})
	}
	return list
}

func (w *world) erase(ids ...string) ingest.Summary {
	w.t.Helper()
	sum, err := w.Erase(context.Background(), erasures(ids...))
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

// bulkOf makes one file of many notices of 2006 to 2015, of invented ones.
func bulkOf(t *testing.T, n int) (text string, ids []string) {
	t.Helper()
	var parts strings.Builder
	notice := regexp.MustCompile(`(?s)<ANNONCE>.*</ANNONCE>`)
	for _, d := range documents(11, 400) {
		m := notice.FindString(d.text)
		if !strings.Contains(d.text, "<PARUTION_BOAMP") || m == "" || len(ids) == n {
			continue
		}
		parts.WriteString("\n<ANNONCE_REF>" + m[len("<ANNONCE>"):len(m)-len("</ANNONCE>")] + "</ANNONCE_REF>")
		ids = append(ids, regexp.MustCompile(`<NOJO>\s*([^<\s]+)`).FindStringSubmatch(m)[1])
	}
	if len(ids) != n {
		t.Fatalf("only %d invented notices of that time", len(ids))
	}
	return `<PARUTION_BOAMP nompublication="A" dateparution="12 MARS 2008" numparution="0851">` + parts.String() + "\n</PARUTION_BOAMP>\n", ids
}

// wantGone holds that nothing of notices is left in the folder: not in the store, not in what is kept, and that every line that names them
// says so or stands before the one which does.
func wantGone(t *testing.T, w *world, texts []string, ids ...string) {
	t.Helper()
	ctx := context.Background()
	snap, err := w.Store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	for _, id := range ids {
		if _, err := snap.Get(ctx, id); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s is served: %v", id, err)
		}
		if e, ok := w.Erased.Get(id); !ok || e.Reason != reason {
			t.Errorf("%s in the register: %+v, %v", id, e, ok)
		}
		about, err := snap.About(ctx, id)
		if err != nil || len(about) == 0 {
			t.Fatalf("no line names %s: %v", id, err)
		}
		for _, l := range about {
			if l.Raw == "" {
				continue
			}
			if b, err := w.Raw.Get(l.Raw); !errors.Is(err, raw.ErrErased) {
				t.Errorf("the bytes of %s at %s: %d, %v", id, l.Raw, len(b), err)
			}
		}
	}
	for e, err := range w.Raw.Editions() {
		if err != nil {
			t.Fatal(err)
		}
		for k, err := range e.Documents() {
			if err != nil && !errors.Is(err, raw.ErrErased) {
				t.Error(err)
			}
			for _, text := range texts {
				if bytes.Contains(k.Bytes, []byte(text)) {
					t.Errorf("%s still holds what was erased", k.Ref)
				}
			}
		}
	}
	for _, err := range w.Raw.Verify(ctx) {
		if err != nil {
			t.Error(err)
		}
	}
}

// rebuilt holds that a rebuild comes to the same state.
func rebuilt(t *testing.T, w *world) {
	t.Helper()
	want, info, lines := w.digest(), w.info(), len(w.lines())
	settled(t, w)
	w.dropStore()
	w.recovered()
	if got := w.info(); got != info || w.digest() != want || len(w.lines()) != lines {
		t.Errorf("rebuilt to %+v, was %+v; %d lines, were %d; equal digests: %v", got, info, len(w.lines()), lines, w.digest() == want)
	}
	settled(t, w)
}

// TestErase takes out a notice that several documents hold: two revisions, a record, a copy under another name.
func TestErase(t *testing.T) {
	for name, open := range map[string]func(*world) store.Store{"memory": inMemory, "duckdb": onDisk} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open)
			docs := documents(3, 30)
			doc := one(t, docs, "<jo:ann")
			newer := item{origin: doc.origin, text: doc.text + "\n"}
			copied := item{origin: "copy.xml", text: doc.text}
			w.do(editions{{"one", docs}, {"two", []item{newer, copied}}})
			id := w.line(doc.origin).IDs[0]
			record := item{origin: "export.json#1", text: `{"idweb": "` + id + `", "objet": "x"}`}
			w.do(editions{{"three", []item{record}}})
			before := w.info()
			sum := w.erase(id)
			if after := w.info(); sum.Removed != 1 || after.Notices != before.Notices-1 || after.Revision != before.Revision+1 {
				t.Errorf("%+v, %+v", sum, after)
			}
			wantGone(t, w, []string{doc.text, `"` + id + `"`}, id)
			for _, origin := range []string{doc.origin, "copy.xml", "export.json#1"} {
				if l := w.line(origin); l.Outcome != ledger.Erased || !slices.Equal(l.IDs, []string{id}) || l.Reason != reason || l.SHA256 == "" || l.Kind != "" {
					t.Errorf("line %+v", l)
				}
			}
			if l := w.line(id); l.Changes != "e" || l.Outcome != ledger.Erased || l.Edition != "erasures" {
				t.Errorf("line %+v", l)
			}
			e, _ := w.Erased.Get(id)
			if len(e.SHA256) != 3 {
				t.Errorf("the register knows %d documents", len(e.SHA256))
			}
			// It comes in no way: not with the same bytes, not with others, not in a record.
			other := item{origin: "other.xml", text: doc.text + "<!-- again -->"}
			again := w.do(editions{{"four", []item{doc, newer, other, record, {origin: "new.json", text: `{"idweb": "` + id + `", "objet": "y"}`}, {origin: "broken/" + id + ".xml", text: "<ann"}}}})
			if again.Erased != 6 || again.Inserted+again.Updated+again.Quarantined != 0 || again.Revision != sum.Revision {
				t.Errorf("imported again: %+v", again)
			}
			if l := w.line("other.xml"); l.Outcome != ledger.Erased || l.Raw != "" || l.SHA256 != hash([]byte(other.text)) || l.Changes != "-" {
				t.Errorf("line %+v", l)
			}
			wantGone(t, w, []string{doc.text, `"` + id + `"`}, id)
			if sum = w.erase(id); sum.Editions != 0 || w.info().Revision != again.Revision {
				t.Errorf("erased again: %+v", sum)
			}
			rebuilt(t, w)
			wantGone(t, w, []string{doc.text, `"` + id + `"`}, id)
		})
	}
}

// TestEraseUnknown: a notice that is not there is entered all the same.
func TestEraseUnknown(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(3, 10)
	other := newWorld(t, inMemory)
	other.do(editions{{"e", docs}})
	id := other.lines()[4].IDs[0]
	sum := w.erase(id, "99-99999")
	if sum.Removed != 0 || w.info().Revision != 0 || w.Erased.Len() != 2 {
		t.Errorf("%+v", sum)
	}
	if l := w.line(id); l.Changes != "-" || l.Outcome != ledger.Erased {
		t.Errorf("line %+v", l)
	}
	sum = w.do(editions{{"e", docs}})
	if sum.Erased != 1 || sum.Inserted != len(docs)-1 {
		t.Errorf("%+v", sum)
	}
	wantGone(t, w, []string{docs[4].text}, id)
	rebuilt(t, w)
	if _, err := w.Erase(context.Background(), []ingest.Erasure{{ID: "x"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
}

// TestEraseOfMany takes notices out of a file of many, one after the other, and the last.
func TestEraseOfMany(t *testing.T) {
	for name, open := range map[string]func(*world) store.Store{"memory": inMemory, "duckdb": onDisk} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open)
			text, ids := bulkOf(t, 4)
			w.do(editions{{"one", []item{{origin: "bulk.xml", text: text}}}})
			piece := func(id string) string { // of its bytes
				_, after, _ := strings.Cut(text, "<NOJO>"+id)
				return id + after[:min(len(after), 300)]
			}
			// The second has come alone since, and is not to fall back to the file of many.
			alone := strings.Replace(one(t, documents(11, 400), "<NOJO>"+ids[1]).text, "</PARUTION_BOAMP>", "\n</PARUTION_BOAMP>", 1)
			w.do(editions{{"two", []item{{origin: "alone.xml", text: alone}}}})
			w.erase(ids[0])
			wantGone(t, w, []string{piece(ids[0])}, ids[0])
			l := w.line("bulk.xml")
			if l.Outcome != ledger.Unchanged || !slices.Equal(l.IDs, ids[1:]) || l.Changes != "-uu" || l.SHA256 == hash([]byte(text)) || !strings.Contains(l.Reason, hash([]byte(text))) {
				t.Errorf("line %+v", l)
			}
			if b, err := w.Raw.Get(l.Raw); err != nil || hash(b) != l.SHA256 || len(b) >= len(text) {
				t.Errorf("what is left: %d bytes, %v", len(b), err)
			}
			if n := w.get(ids[2]); n.Source.Kept != l.Raw || n.Source.SHA256 != l.SHA256 {
				t.Errorf("source %+v", n.Source)
			}
			if n := w.get(ids[1]); n.Source.SHA256 != hash([]byte(alone)) {
				t.Errorf("the notice that had come alone fell back: %+v", n.Source)
			}
			rebuilt(t, w)
			if sum := w.do(editions{{"one", []item{{origin: "bulk.xml", text: text}}}}); sum.Unchanged != 3 || sum.Inserted+sum.Updated != 0 {
				t.Errorf("the whole file again: %+v", sum)
			}
			wantGone(t, w, []string{piece(ids[0])}, ids[0])
			w.erase(ids[3])
			wantGone(t, w, []string{piece(ids[0]), piece(ids[3])}, ids[0], ids[3])
			rebuilt(t, w)
			w.erase(ids[1], ids[2])
			wantGone(t, w, []string{piece(ids[0]), piece(ids[1]), piece(ids[2]), piece(ids[3])}, ids...)
			if l := w.line("bulk.xml"); l.Outcome != ledger.Erased || w.info().Notices != 0 {
				t.Errorf("line %+v, %+v", l, w.info())
			}
			rebuilt(t, w)
		})
	}
}

// TestManyWithErased: a file of many that holds an erased notice is kept without it from the beginning.
func TestManyWithErased(t *testing.T) {
	w := newWorld(t, inMemory)
	text, ids := bulkOf(t, 3)
	w.erase(ids[1])
	src := editions{{"one", []item{{origin: "bulk.xml", text: text}}}}
	if sum := w.do(src); sum.Inserted != 2 || sum.Erased != 0 {
		t.Errorf("%+v", sum)
	}
	l := w.line("bulk.xml")
	if l.Outcome != ledger.Served || !slices.Equal(l.IDs, []string{ids[0], ids[2]}) || !strings.Contains(l.Reason, ids[1]) {
		t.Errorf("line %+v", l)
	}
	if sum := w.do(src); sum.Unchanged != 2 || archives(t, w) != 1 {
		t.Errorf("again: %+v", sum)
	}
	wantGone(t, w, []string{"<NOJO>" + ids[1]}, ids[1])
	rebuilt(t, w)
}

// TestEraseCannotCut: where notices cannot be told apart nothing of the document stays, and the account says so.
func TestEraseCannotCut(t *testing.T) {
	w := newWorld(t, inMemory)
	text, ids := bulkOf(t, 2)
	inner := w.Reader
	w.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
		if strings.Count(string(d.Bytes), "<ANNONCE_REF>") < 2 {
			return feed.Result{}, fault.New(fault.Invalid, "only whole")
		}
		return inner.Read(d)
	})
	src := editions{{"one", []item{{origin: "bulk.xml", text: text}}}}
	w.do(src)
	w.erase(ids[0])
	wantGone(t, w, []string{"<NOJO>"}, ids[0])
	if l := w.line("bulk.xml"); l.Outcome != ledger.Quarantined || l.Kind != "unsupported" || w.info().Notices != 0 {
		t.Errorf("line %+v, %+v", l, w.info())
	}
	rebuilt(t, w)
	if sum := w.do(src); sum.Quarantined != 1 || archives(t, w) != 1 {
		t.Errorf("again: %+v", sum)
	}
}

// TestRegisterHonoured: an older backup and the register together honour the register at the next start, and a folder whose register was
// lost has it again from its account.
func TestRegisterHonoured(t *testing.T) {
	w := newWorld(t, onDisk)
	docs := documents(3, 12)
	w.do(editions{{"one", docs}})
	id := w.lines()[3].IDs[0]
	w.close()
	backup := filepath.Join(t.TempDir(), "backup")
	copyFolder(t, w.dir, backup)
	w.openAll()
	w.erase(id)
	w.close()
	register, err := os.ReadFile(filepath.Join(w.dir, "ERASED.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(w.dir, "ERASED.jsonl")); err != nil {
		t.Fatal(err)
	}
	w.openAll()
	w.recovered()
	wantGone(t, w, []string{docs[3].text}, id)
	if err := os.WriteFile(filepath.Join(backup, "ERASED.jsonl"), register, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, rebuild := range []bool{false, true} {
		old := &world{Importer: w.Importer, t: t, dir: filepath.Join(t.TempDir(), "data"), disk: w.disk, clock: w.clock, open: onDisk}
		w.close()
		copyFolder(t, backup, old.dir)
		if rebuild {
			if err := os.Remove(filepath.Join(old.dir, "store.duckdb")); err != nil {
				t.Fatal(err)
			}
		}
		old.openAll()
		if sum := old.recovered(); rebuild == (sum.Removed == 1) {
			t.Errorf("recovered %+v", sum)
		}
		wantGone(t, old, []string{docs[3].text}, id)
		told := ""
		for _, l := range old.lines() {
			for i, letter := range l.Letters() {
				if l.IDs[i] == id {
					told += string(letter)
				}
			}
		}
		if told := strings.ReplaceAll(told, "-", ""); told != "ie" {
			t.Errorf("rebuild %v: those who follow the account are told %q of the notice", rebuild, told)
		}
		rebuilt(t, old)
		old.close()
		w.openAll()
	}
}

// TestEraseCrash stops an erasure at every step of its way to the disk, of a notice alone in its document and of one among others.
func TestEraseCrash(t *testing.T) {
	boom := errors.New("boom")
	text, ids := bulkOf(t, 3)
	docs := documents(3, 12)
	src := editions{{"one", append(docs[:11:11], item{origin: "bulk.xml", text: text})}}
	calm := newWorld(t, onDisk)
	calm.do(src)
	single := calm.lines()[2].IDs[0]
	calm.erase(single, ids[1])
	want := calm.digest()
	for _, c := range []struct {
		name string
		fail func(op, path string) bool
	}{
		{"the register cannot be made", func(op, path string) bool { return strings.Contains(path, "ERASED") && op == "append" }},
		{"the register cannot be synced", func(op, path string) bool { return strings.Contains(path, "ERASED") && op == "sync" }},
		{"what is left cannot be kept", func(op, path string) bool { return op == "create" && strings.Contains(path, "000002") }},
		{"what is left cannot be named", func(op, path string) bool { return op == "rename" && strings.Contains(path, "000002") }},
		{"the archive cannot be written anew", func(op, path string) bool { return op == "create" && strings.Contains(path, "erase") }},
		{"the archive cannot be synced", func(op, path string) bool { return op == "sync" && strings.Contains(path, "erase") }},
		{"the archive cannot be renamed", func(op, path string) bool { return op == "rename" && strings.Contains(path, "000001") }},
		{"the journal cannot be synced", func(op, path string) bool { return op == "sync" && strings.Contains(path, "ledger") }},
		{"the disk is read-only", func(op, _ string) bool { return op == "create" || op == "append" || op == "rename" }},
		{"the disk is full", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, onDisk)
			w.do(src)
			before, info := w.digest(), w.info()
			w.disk.Fail = func(op, path string) error {
				if c.fail(op, path) {
					return boom
				}
				return nil
			}
			if c.fail == nil {
				w.disk.Fail, w.disk.Limited, w.disk.Room = nil, true, 2000
			}
			if _, err := w.Erase(context.Background(), erasures(single, ids[1])); !fault.Is(err, fault.Unavailable) {
				t.Fatalf("the erasure gave %v", err)
			}
			if got := w.info(); got != info {
				t.Errorf("half an erasure was applied: %+v", got)
			}
			w.reopen()
			if w.Erased.Len() == 0 { // nothing was promised, and nothing has changed
				w.recovered()
				if w.digest() != before {
					t.Error("something changed")
				}
				w.erase(single, ids[1])
			} else {
				w.recovered()
			}
			if w.digest() != want {
				t.Error("other notices than without the crash")
			}
			wantGone(t, w, []string{docs[2].text, "<NOJO>" + ids[1]}, single, ids[1])
			rebuilt(t, w)
		})
	}
}

// TestEraseStoreFails: the account knows an erasure that the store could not commit.
func TestEraseStoreFails(t *testing.T) {
	w := newWorld(t, onDisk)
	docs := documents(3, 12)
	w.do(editions{{"one", docs}})
	id := w.lines()[3].IDs[0]
	sound := w.Store
	w.Store = &refusing{sound, 0}
	if _, err := w.Erase(context.Background(), erasures(id)); !fault.Is(err, fault.Unavailable) {
		t.Fatal(err)
	}
	w.Store = sound
	if _, err := w.Erase(context.Background(), erasures(id)); !fault.Is(err, fault.Conflict) {
		t.Fatalf("an erasure upon a store that is behind: %v", err)
	}
	w.recovered()
	wantGone(t, w, []string{docs[3].text}, id)
	rebuilt(t, w)
}
