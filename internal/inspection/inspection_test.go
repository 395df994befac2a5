package inspection_test

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/inspection"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

// world is a data folder with forty notices in two editions, one of which was erased.
type world struct {
	*ingest.Importer
	t     *testing.T
	dir   string
	clock time.Time
	docs  []source.Item
	gone  string
}

type editions [][]source.Item

func (s editions) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		for i, list := range s {
			items := func(context.Context) iter.Seq2[source.Item, error] {
				return func(yield func(source.Item, error) bool) {
					for _, x := range list {
						if !yield(x, nil) {
							return
						}
					}
				}
			}
			if !yield(source.Edition{Name: []string{"one", "two"}[i], Items: items}, nil) {
				return
			}
		}
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), clock: time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC)}
	c := field.NewCatalogue()
	w.Importer = &ingest.Importer{Fields: c, Reader: detect.New(), Now: w.now, Workers: 2}
	w.open()
	w.Store = memory.New(c)
	for d := range synth.Generate(synth.Options{Seed: 3, Notices: 40, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		w.docs = append(w.docs, source.Item{Bytes: d.Bytes, Origin: d.Path, Name: source.NameOf(d.Path), Fetched: w.clock})
	}
	bad := source.Item{Bytes: []byte("<ann"), Origin: "bad.xml", Name: "bad", Fetched: w.clock}
	w.do(editions{append(w.docs[:20:20], bad), w.docs[20:]})
	w.gone = w.lines()[7].IDs[0]
	if _, err := w.Erase(context.Background(), []ingest.Erasure{{ID: w.gone, Reason: "request", Time: w.clock}}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) now() time.Time {
	w.clock = w.clock.Add(time.Second)
	return w.clock
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.Raw, err = raw.Open(filepath.Join(w.dir, "raw"), raw.Options{Write: true, Now: w.now}); err != nil {
		w.t.Fatal(err)
	}
	if w.Journal, err = ledger.Open(filepath.Join(w.dir, "ledger"), false); err != nil {
		w.t.Fatal(err)
	}
	if w.Erased, err = register.Open(disk.OS{}, filepath.Join(w.dir, "ERASED.jsonl"), false); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) do(src source.Source) {
	w.t.Helper()
	if _, err := w.Import(context.Background(), src); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) lines() (list []ledger.Line) {
	w.t.Helper()
	for l, err := range w.Journal.Lines(1) {
		if err != nil {
			w.t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// inspect gives the findings, and all faults as text.
func (w *world) inspect(change func(*inspection.Folder)) (inspection.Result, string) {
	w.t.Helper()
	ctx := context.Background()
	snap, err := w.Store.Snapshot(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	last, _ := w.Journal.Last()
	f := inspection.Folder{Raw: w.Raw, Journal: w.Journal, Last: last.Seq, Erased: w.Erased, Store: snap, Reader: w.Reader, Workers: 2, Deep: true}
	if change != nil {
		change(&f)
	}
	var out bytes.Buffer
	res, err := inspection.Run(ctx, f, func(p inspection.Part) { p.Print(&out) })
	if err != nil {
		w.t.Fatal(err)
	}
	return res, out.String()
}

// change commits something behind the journal's back.
func (w *world) change(do func(tx store.Tx) error) {
	w.t.Helper()
	tx, err := w.Store.Begin(context.Background())
	if err == nil {
		err = do(tx)
	}
	if err == nil {
		_, err = tx.Commit(context.Background(), w.now())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// summed is an index.
type summed struct {
	sum  store.Digest
	held string
	err  error
}

func (s summed) Sum(context.Context) (store.Digest, error)        { return s.sum, s.err }
func (s summed) Holds(_ context.Context, id string) (bool, error) { return s.held == id, s.err }

// damagedStore is a view of a store whose file is damaged, where only reading all of it tells.
type damagedStore struct{ store.Snapshot }

func (damagedStore) ReadAll(context.Context) error {
	return fault.New(fault.Conflict, "a block is damaged")
}

func (damagedStore) Get(context.Context, string) (*notice.Notice, error) {
	return nil, fault.New(fault.Conflict, "a block is damaged")
}

func digestOf(w *world, f *inspection.Folder) (d store.Digest) {
	d, _ = f.Store.Digest(context.Background())
	return d
}
func (w *world) path(ref string) string {
	archive, _, _ := strings.Cut(ref, "!")
	return filepath.Join(w.dir, "raw", filepath.FromSlash(archive))
}

func TestSound(t *testing.T) {
	w := newWorld(t)
	for _, deep := range []bool{false, true} {
		res, out := w.inspect(func(f *inspection.Folder) {
			f.Deep = deep
			f.Index = summed{sum: digestOf(w, f)}
		})
		if !res.Sound() || len(res.Lost) > 0 || strings.Contains(out, "FAULT") || len(res.Parts) != map[bool]int{false: 5, true: 6}[deep] {
			t.Errorf("%+v\n%s", res, out)
		}
		for _, want := range []string{"2 archives with 41 documents, 1 of them taken out", "39 notices served", "39 notices at revision 3", "1 notices in the register"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	}
}

// TestFaults breaks one thing after the other.
func TestFaults(t *testing.T) {
	victim := 3
	for _, c := range []struct {
		name   string
		broken func(w *world)
		folder func(w *world, f *inspection.Folder)
		want   []string // in what is printed
		lost   int
	}{
		{"a document damaged", func(w *world) {
			l := w.lines()[victim]
			b, err := os.ReadFile(w.path(l.Raw))
			if err != nil {
				w.t.Fatal(err)
			}
			_, entry, _ := strings.Cut(l.Raw, "!")
			at := bytes.Index(b, []byte(entry)) + len(entry) + 100
			for i := range 20 {
				b[at+i] ^= 0x55
			}
			if err := os.WriteFile(w.path(l.Raw), b, 0o644); err != nil {
				w.t.Fatal(err)
			}
		}, nil, []string{"damaged: document ", "of edition one", "boamp verify --mend"}, 1},
		{"an archive that is no zip", func(w *world) {
			if err := os.Truncate(w.path(w.lines()[victim].Raw), 5000); err != nil {
				w.t.Fatal(err)
			}
		}, nil, []string{"its archive cannot be read", "it is no zip"}, 20},
		{"an archive missing", func(w *world) {
			if err := os.Remove(w.path(w.lines()[victim].Raw)); err != nil {
				w.t.Fatal(err)
			}
		}, nil, []string{"not in the raw archive", "sequence 000001 is missing"}, 20},
		{"a damaged line", func(w *world) {
			files, _ := filepath.Glob(filepath.Join(w.dir, "ledger", "*"))
			b, _ := os.ReadFile(files[0])
			lines := bytes.SplitAfter(b, []byte("\n"))
			lines[10] = []byte("{nonsense\n")
			if err := os.WriteFile(files[0], bytes.Join(lines, nil), 0o644); err != nil {
				w.t.Fatal(err)
			}
		}, nil, []string{"line 11: a line of the ledger is damaged", "restore the ledger"}, 0},
		{"a store that is behind", nil, func(w *world, f *inspection.Folder) {
			line := w.lines()[0]
			line.Outcome, line.IDs, line.Changes, line.Digests = ledger.Unchanged, nil, "", nil
			if err := w.Journal.Append([]ledger.Line{line}); err != nil {
				w.t.Fatal(err)
			}
			f.Last++
		}, []string{"the store lacks 1 lines"}, 0},
		{"a notice missing", func(w *world) {
			w.change(func(tx store.Tx) error { _, err := tx.Remove(context.Background(), w.lines()[victim].IDs); return err })
		}, nil, []string{"the store has 38 notices, the ledger says that 39 are served", "boamp rebuild"}, 0},
		{"another notice", func(w *world) {
			w.change(func(tx store.Tx) error {
				n := *w.get(w.lines()[victim].IDs[0])
				n.Source.SHA256, n.Source.Digest = strings.Repeat("0", 64), strings.Repeat("0", 32)
				_, err := tx.Put(context.Background(), []*notice.Notice{&n})
				return err
			})
		}, nil, []string{"are not those of the ledger", "boamp rebuild"}, 0},
		{"a damaged store", nil, func(w *world, f *inspection.Folder) {
			f.Store, f.Index = damagedStore{f.Store}, summed{}
		}, []string{"cannot be read: 1 FAULT", "a block is damaged", "boamp rebuild", "not compared: sound"}, 0},
		{"another index", nil, func(w *world, f *inspection.Folder) { f.Index = summed{} }, []string{"the notices of the index are not those of the store", "boamp index"}, 0},
		{"a damaged index", nil, func(w *world, f *inspection.Folder) {
			f.Index = summed{err: fault.New(fault.Conflict, "a segment is damaged")}
		}, []string{"a segment is damaged"}, 0},
		{"an index that holds what was erased", nil, func(w *world, f *inspection.Folder) {
			f.Index = summed{sum: digestOf(w, f), held: w.gone}
		}, []string{"was erased and is in the index"}, 0},
		{"a register that was not honoured", func(w *world) {
			if err := w.Erased.Add([]register.Entry{{ID: w.lines()[victim].IDs[0], Reason: "x", Time: w.now()}}); err != nil {
				w.t.Fatal(err)
			}
		}, nil, []string{"was erased and is in the store", "holds a notice that was erased", "boamp erase --register"}, 0},
		{"a reader that reads otherwise", nil, func(w *world, f *inspection.Folder) {
			inner := f.Reader
			f.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
				res, err := inner.Read(d)
				if d.Origin == w.docs[victim].Origin {
					res.Notices[0].Title += "!"
				}
				return res, err
			})
		}, []string{"is read otherwise by this program", "boamp rebuild"}, 0},
		{"a reader that reads no more", nil, func(w *world, f *inspection.Folder) {
			inner := f.Reader
			f.Reader = readerFunc(func(d feed.Document) (feed.Result, error) {
				if d.Origin == w.docs[victim].Origin {
					panic("no")
				}
				return inner.Read(d)
			})
		}, []string{"cannot be read any more"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if c.broken != nil {
				c.broken(w)
			}
			res, out := w.inspect(func(f *inspection.Folder) {
				if c.folder != nil {
					c.folder(w, f)
				}
			})
			if res.Sound() || len(res.Lost) < c.lost || c.lost == 0 && len(res.Lost) > 0 || !strings.Contains(out, "FAULT") {
				t.Errorf("%d lost\n%s", len(res.Lost), out)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

type readerFunc func(feed.Document) (feed.Result, error)

func (f readerFunc) Read(d feed.Document) (feed.Result, error) { return f(d) }

func (w *world) get(id string) *notice.Notice {
	w.t.Helper()
	snap, err := w.Store.Snapshot(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	n, err := snap.Get(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// TestMend: damaged documents are entered in the ledger, come again, and the folder is sound, and stays so through a rebuild.
func TestMend(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	if err := os.Truncate(w.path(w.lines()[3].Raw), 9000); err != nil {
		t.Fatal(err)
	}
	w.open()
	res, _ := w.inspect(nil)
	var list []ingest.Lost
	for _, l := range res.Lost {
		list = append(list, ingest.Lost(l))
	}
	before := stored(w)
	for i := range 2 {
		sum, err := w.Missed(ctx, list)
		if err != nil || i == 0 && sum.Quarantined != len(list) || i == 1 && sum.Quarantined != 0 {
			t.Fatalf("%+v, %v, %d lost", sum, err, len(list))
		}
	}
	if len(list) < 10 || stored(w) != before {
		t.Errorf("%d lost; what was served is not what it was", len(list))
	}
	bad := source.Item{Bytes: []byte("<ann"), Origin: "bad.xml", Name: "bad", Fetched: w.clock}
	w.do(editions{append(w.docs[:20:20], bad), w.docs[20:]})
	if res, out := w.inspect(nil); !res.Sound() || stored(w) != before {
		t.Errorf("after the documents came again:\n%s", out)
	}
	w.Store = memory.New(w.Fields)
	if _, err := w.Recover(ctx); err != nil {
		t.Fatal(err)
	}
	if res, out := w.inspect(nil); !res.Sound() || stored(w) != before {
		t.Errorf("after a rebuild:\n%s", out)
	}
}

func stored(w *world) store.Digest {
	w.t.Helper()
	snap, err := w.Store.Snapshot(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer snap.Close()
	d, err := snap.Digest(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}
