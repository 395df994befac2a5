package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// everything asks for all notices by id.
func everything(c *field.Catalogue) query.Query {
	return query.Query{Sort: []query.Key{{Field: c.Must("idweb")}}, Limit: -1}
}

// TestEveryGeneration takes documents of all generations the whole way, and looks at the account of each.
func TestEveryGeneration(t *testing.T) {
	for name, open := range map[string]func(*world) store.Store{"memory": inMemory, "duckdb": onDisk} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open)
			docs := documents(3, 150)
			sum := w.do(cut(docs, 60))
			if sum.Documents != len(docs) || sum.Quarantined != 0 || sum.Inserted != sum.Served() || sum.Editions != 3 || sum.Revision != 3 {
				t.Errorf("summary %+v", sum)
			}
			generations := map[string]int{}
			lines := w.lines()
			if len(lines) != len(docs) {
				t.Fatalf("%d lines for %d documents", len(lines), len(docs))
			}
			for i, l := range lines {
				checkLine(t, w, l, docs[i], int64(i+1), int64(i/60+1))
				generations[l.Generation]++
			}
			for _, v := range notice.Versions() {
				if generations[string(v)] == 0 {
					t.Errorf("no document of generation %s", v)
				}
			}
			if info := w.info(); info.Notices != int64(sum.Inserted) || info.Sequence != int64(len(lines)) || !info.LastUpdate.Equal(lines[len(lines)-1].Time) {
				t.Errorf("info %+v", info)
			}
		})
	}
}

// checkLine holds a line to the document that it stands for.
func checkLine(t *testing.T, w *world, l ledger.Line, d item, seq, revision int64) {
	t.Helper()
	if l.Seq != seq || l.Revision != revision || l.Origin != d.origin || l.SHA256 != hash([]byte(d.text)) || l.Size != int64(len(d.text)) ||
		l.Outcome != ledger.Served || l.Reader != feed.ReaderVersion || !l.Fetched.Equal(fetched) || l.Time.IsZero() || l.Name == "" || len(l.IDs) == 0 {
		t.Fatalf("line %+v of %s", l, d.origin)
	}
	b, err := w.Raw.Get(l.Raw)
	if err != nil || string(b) != d.text {
		t.Fatalf("%s is not kept as it was: %v", d.origin, err)
	}
	for _, id := range l.IDs {
		if n := w.get(id); n.Source.Kept != l.Raw || string(n.Version) != l.Generation || n.Source.SHA256 != l.SHA256 {
			t.Fatalf("notice %s comes from %+v, line %+v", id, n.Source, l)
		}
	}
}

// TestBadDocuments puts one bad document after another among good ones.
func TestBadDocuments(t *testing.T) {
	good := documents(3, 12)
	xml := one(t, good, "<jo:ann").text
	panics := "<panics/>"
	for _, c := range []struct {
		name   string
		bad    item
		kind   fault.Kind
		reason string
		kept   bool
	}{
		{"cut off", item{text: xml[:len(xml)/2]}, fault.Invalid, "line ", true},
		{"no text in any encoding", item{text: strings.Replace(xml, "</", "\xff\x01\xfe</", 1)}, fault.Invalid, "line ", true},
		{"NUL", item{text: strings.Replace(xml, "</", "\x00</", 1)}, fault.Invalid, "line ", true},
		{"document type", item{text: `<!DOCTYPE ann [<!ENTITY a "b">]><ann>&a;</ann>`}, fault.Unsupported, "line 1", true},
		{"wrong root", item{text: "<html><body/></html>"}, fault.Unsupported, "/html", true},
		{"no text", item{text: "  \n"}, fault.Invalid, "empty", true},
		{"neither XML nor JSON", item{text: "%PDF-1.4"}, fault.Unsupported, "%PDF", true},
		{"broken record", item{text: `{"idweb": "26-1", "objet": `}, fault.Invalid, "", true},
		{"too large", item{err: fault.New(fault.TooLarge, "a document of more than 5 bytes")}, fault.TooLarge, "more than 5 bytes", false},
		{"not to be read", item{err: fault.New(fault.Unavailable, "the file could not be read")}, fault.Unavailable, "could not be read", false},
		{"a panic", item{text: panics}, fault.Internal, "mistake of the program", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, inMemory)
			inner := w.Reader
			w.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
				if string(d.Bytes) == panics {
					panic("index out of range")
				}
				return inner.Read(d)
			})
			c.bad.origin = "bad"
			list := append(append([]item{}, good[:5]...), c.bad)
			list = append(list, good[5:]...)
			sum := w.do(editions{{"e", list}})
			if sum.Quarantined != 1 || sum.Documents != len(list) || sum.Inserted < len(good) || len(sum.Reasons) != 1 {
				t.Errorf("summary %+v", sum)
			}
			l := w.line("bad")
			if l.Outcome != ledger.Quarantined || l.Kind != c.kind.String() || !strings.Contains(l.Reason, c.reason) || l.Reason == "" || strings.Contains(l.Reason, "goroutine") || len(l.IDs) != 0 {
				t.Errorf("line %+v", l)
			}
			if b, err := w.Raw.Get(l.Raw); c.kept != (err == nil) || c.kept && (string(b) != c.bad.text || l.SHA256 != hash(b)) {
				t.Errorf("kept as %q: %v", l.Raw, err)
			}
			if len(w.lines()) != len(list) {
				t.Errorf("%d lines for %d documents", len(w.lines()), len(list))
			}
			again := w.do(editions{{"e", list}})
			if again.Quarantined != 1 || again.Inserted+again.Updated != 0 || again.Revision != sum.Revision {
				t.Errorf("the second time: %+v", again)
			}
		})
	}
}

// TestFieldPanic lets the catalogue fail on a notice: that is a mistake of the program, too, and stops nothing.
func TestFieldPanic(t *testing.T) {
	w := newWorld(t, inMemory)
	list := documents(3, 10)
	victim := ""
	title := w.Fields.Must("title")
	get := title.Get
	title.Get = func(r field.Record) []field.Value {
		if id := r.(*notice.Notice).ID; victim == "" || victim == id {
			victim = id
			panic("no title")
		}
		return get(r)
	}
	w.Workers = 1
	sum := w.do(editions{{"e", list}})
	if sum.Quarantined != 1 || sum.Inserted < len(list)-1 || victim == "" {
		t.Errorf("summary %+v", sum)
	}
}

func TestRepeat(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := cut(append(documents(5, 40), item{origin: "bad", text: "<ann"}), 20)
	first := w.do(docs)
	before, digest := w.info(), w.digest()
	second := w.do(docs)
	if second.Unchanged != first.Inserted || second.Inserted+second.Updated != 0 || second.Served() != first.Served() || second.Quarantined != 1 {
		t.Errorf("the second time %+v", second)
	}
	after := w.info()
	if after.Revision != before.Revision || !after.LastUpdate.Equal(before.LastUpdate) || w.digest() != digest {
		t.Errorf("info %+v, before %+v", after, before)
	}
	if n := archives(t, w); n != len(docs) {
		t.Errorf("%d archives of %d editions", n, len(docs))
	}
	for _, l := range w.lines()[first.Documents:] {
		want := ledger.Unchanged
		if l.Origin == "bad" {
			want = ledger.Quarantined
		}
		if l.Outcome != want || l.Raw == "" || (len(l.IDs) == 0) != (want == ledger.Quarantined) || l.Revision != before.Revision {
			t.Fatalf("line %+v", l)
		}
	}
}

func archives(t *testing.T, w *world) (n int) {
	for _, err := range w.Raw.Editions() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// TestChangedDocument imports two versions of a document, in two editions and in one, in either order again.
func TestChangedDocument(t *testing.T) {
	doc := one(t, documents(3, 30), "<ANNONCE")
	changed := item{origin: doc.origin, text: doc.text + "\n"}
	for name, src := range map[string]editions{
		"two editions": {{"one", []item{doc}}, {"two", []item{changed}}},
		"one edition":  {{"one", []item{doc, changed}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, inMemory)
			sum := w.do(src)
			if sum.Inserted != 1 || sum.Updated != 1 {
				t.Errorf("summary %+v", sum)
			}
			id := w.lines()[0].IDs[0]
			if n := w.get(id); n.Source.SHA256 != hash([]byte(changed.text)) {
				t.Errorf("notice of %+v", n.Source)
			}
			for i, d := range []item{doc, changed} {
				if b, err := w.Raw.Get(w.lines()[i].Raw); err != nil || string(b) != d.text {
					t.Errorf("version %d is not kept: %v", i+1, err)
				}
			}
			again := w.do(src)
			if again.Inserted+again.Updated != 0 || w.get(id).Source.SHA256 != hash([]byte(changed.text)) || again.Revision != sum.Revision {
				t.Errorf("again %+v", again)
			}
		})
	}
}

func TestDuplicatesInAnEdition(t *testing.T) {
	w := newWorld(t, inMemory)
	doc := documents(3, 1)[0]
	list := []item{doc, {origin: "copy", text: doc.text}, {origin: "bad", text: "<x"}, {origin: "bad copy", text: "<x"}}
	sum := w.do(editions{{"e", list}})
	if sum.Inserted != 1 || sum.Unchanged != 1 || sum.Quarantined != 2 {
		t.Errorf("summary %+v", sum)
	}
	l := w.lines()
	if len(l) != 4 || l[0].Raw != l[1].Raw || l[1].Outcome != ledger.Unchanged || l[2].Raw != l[3].Raw || l[3].Outcome != ledger.Quarantined {
		t.Errorf("lines %+v", l)
	}
}

// TestBetterSource: the record of a notice never takes the place of its document.
func TestBetterSource(t *testing.T) {
	w := newWorld(t, inMemory)
	doc := one(t, documents(3, 30), "<jo:ann")
	w.do(editions{{"one", []item{doc}}})
	id := w.lines()[0].IDs[0]
	record := item{origin: "record.json", text: fmt.Sprintf(`{"idweb": %q, "objet": "un autre titre"}`, id)}
	sum := w.do(editions{{"two", []item{record}}})
	if sum.Unchanged != 1 || sum.Updated != 0 || sum.Revision != 1 {
		t.Errorf("summary %+v", sum)
	}
	if n := w.get(id); n.Source.Form != "xml" {
		t.Errorf("the record took the place: %+v", n.Source)
	}
	if l := w.line("record.json"); l.Outcome != ledger.Unchanged || len(l.IDs) != 1 || l.Raw == "" {
		t.Errorf("line %+v", l)
	}
	other := newWorld(t, inMemory)
	other.do(editions{{"two", []item{record}}, {"one", []item{doc}}})
	if n := other.get(id); n.Source.Form != "xml" {
		t.Errorf("the document does not take the place of the record: %+v", n.Source)
	}
}

// bulk is an issue of 2008 with one part that cannot be read.
func bulk(t *testing.T) string {
	doc := one(t, documents(3, 60), "<PARUTION_BOAMP").text
	return strings.Replace(doc, "</PARUTION_BOAMP>", "<ANNONCE><GESTION><NOJO>../etc</NOJO></GESTION><DONNEES/></ANNONCE></PARUTION_BOAMP>", 1)
}

func TestPartial(t *testing.T) {
	w := newWorld(t, inMemory)
	sum := w.do(editions{{"e", []item{{origin: "bulk.xml", text: bulk(t)}}}})
	l := w.line("bulk.xml")
	if sum.Inserted != 1 || sum.Quarantined != 1 || l.Outcome != ledger.Partial || len(l.IDs) != 1 || l.Kind != "invalid" || !strings.Contains(l.Reason, "NOJO") {
		t.Errorf("summary %+v, line %+v", sum, l)
	}
	again := w.do(editions{{"e", []item{{origin: "bulk.xml", text: bulk(t)}}}})
	l = w.line("bulk.xml")
	if again.Unchanged != 1 || again.Quarantined != 1 || l.Outcome != ledger.Unchanged || l.Reason == "" {
		t.Errorf("again: summary %+v, line %+v", again, l)
	}
}

// TestRefusedNotice: a notice that no engine takes is set aside, whether a field shows what is wrong or not.
func TestRefusedNotice(t *testing.T) {
	for name, open := range map[string]func(*world) store.Store{"memory": inMemory, "duckdb": onDisk} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open)
			inner := w.Reader
			bad := ""
			w.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
				res, err := inner.Read(d)
				for _, n := range res.Notices {
					switch d.Origin {
					case "check":
						n.Title = "\xff"
					case "json": // which has no infinite numbers, and no field shows this one
						n.Lots = []notice.Lot{{Estimated: &notice.Amount{Value: math.Inf(1)}}}
						bad = n.ID
					}
				}
				return res, err
			})
			list := documents(3, 14)
			list[2].origin, list[7].origin = "check", "json"
			sum := w.do(editions{{"e", list}})
			if l := w.line("check"); l.Outcome != ledger.Quarantined || l.Kind != "invalid" || !strings.Contains(l.Reason, "title") {
				t.Errorf("line %+v", l)
			}
			if l := w.line("json"); l.Outcome != ledger.Quarantined || l.Kind != "invalid" || !strings.Contains(l.Reason, bad) {
				t.Errorf("line %+v", l)
			}
			if sum.Quarantined != 2 || sum.Inserted < len(list)-2 || w.info().Notices != int64(sum.Inserted) {
				t.Errorf("summary %+v", sum)
			}
		})
	}
}

// TestCancel ends an import in its second edition.
func TestCancel(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(5, 1200)
	src := editions{{"one", docs[:100]}, {"two", docs[100:]}}
	ctx, cancel := context.WithCancel(context.Background())
	stop := append([]item{}, src[1].items...)
	stop[800].before = cancel
	sum, err := w.Import(ctx, editions{src[0], {"two", stop}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if sum.Editions != 1 || sum.Documents != 100 || w.info().Revision != 1 || len(w.lines()) != 100 {
		t.Errorf("summary %+v of %d lines", sum, len(w.lines()))
	}
	if n := w.recovered(); n.Editions != 0 {
		t.Errorf("something to recover: %+v", n)
	}
	sum = w.do(src)
	other := newWorld(t, inMemory)
	other.do(src)
	if sum.Unchanged < 100 || w.digest() != other.digest() || w.info().Revision != 2 {
		t.Errorf("after the second import %+v", sum)
	}
}

// TestBrokenSource: what cannot be read as a whole stops the import, and nothing of its edition is applied.
func TestBrokenSource(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(5, 20)
	broken := fault.New(fault.Unavailable, "the share is gone")
	sum, err := w.Import(context.Background(), editions{{"one", docs[:10]}, {"two", append(docs[10:15:15], item{err: broken})}, {"three", docs[15:]}})
	if !fault.Is(err, fault.Unavailable) || sum.Editions != 1 || sum.Documents != 10 || len(w.lines()) != 10 {
		t.Errorf("%v, summary %+v", err, sum)
	}
}

// TestCompanions are counted and nothing else.
func TestCompanions(t *testing.T) {
	w := newWorld(t, inMemory)
	sum := w.do(editions{{"one", []item{documents(5, 1)[0], {origin: "page.html", err: source.ErrCompanion}}}})
	if sum.Companions != 1 || sum.Documents != 1 || sum.Quarantined != 0 || len(w.lines()) != 1 {
		t.Errorf("summary %+v", sum)
	}
}

// TestOlderReader: bytes that an older program read are read again, and the account is that of this program.
func TestOlderReader(t *testing.T) {
	w := newWorld(t, inMemory)
	docs := documents(5, 10)
	w.do(editions{{"one", docs}})
	age(t, w, func(*ledger.Line) {})
	sum := w.do(editions{{"one", docs}})
	if len(sum.Groups) == 0 || sum.Unchanged != int(w.info().Notices) || sum.Quarantined != 0 || archives(t, w) != 1 {
		t.Errorf("summary %+v of %d archives", sum, archives(t, w))
	}
	for _, l := range w.lines()[len(docs):] {
		if l.Reader != feed.ReaderVersion || len(l.IDs) == 0 || l.Raw == "" {
			t.Errorf("line %+v", l)
		}
	}
	if sum = w.do(editions{{"one", docs}}); len(sum.Groups) != 0 {
		t.Errorf("read a third time: %+v", sum)
	}
}

// TestProgress: reports count what is under way.
func TestProgress(t *testing.T) {
	w := newWorld(t, inMemory)
	var seen []int
	w.Report = func(p ingest.Progress) { seen = append(seen, p.Summary.Documents) }
	w.do(cut(documents(5, 1100), 700))
	if len(seen) < 3 || seen[0] != 512 || seen[1] != 700 || seen[len(seen)-1] < 1100 {
		t.Errorf("reports at %v documents", seen)
	}
}

// TestLargeEdition: an edition beyond the size of a part is applied in parts, with the notices of one that was not, and a
// rebuild makes the same revisions of it.
func TestLargeEdition(t *testing.T) {
	list := documents(6, 70)
	whole := newWorld(t, inMemory)
	whole.do(cut(list, len(list)))
	w := newWorld(t, onDisk)
	w.Part = 20
	sum := w.do(cut(list, len(list)))
	parts := (len(list) + 19) / 20
	if sum.Documents != len(list) || sum.Inserted != len(list) || sum.Editions != parts || w.info().Revision != int64(parts) {
		t.Errorf("summary %+v, info %+v, %d parts expected", sum, w.info(), parts)
	}
	before := w.info()
	w.dropStore()
	w.recovered()
	if got := w.info(); got != before {
		t.Errorf("after a rebuild %+v, before %+v", got, before)
	}
	for _, n := range []int{0, len(list) / 2, len(list) - 1} {
		if line := w.line(list[n].origin); line.Revision != int64(n/20+1) {
			t.Errorf("document %d came with revision %d", n, line.Revision)
		}
	}
}
