package completeness_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

// kept is an archive and a store with invented documents, all of one edition and one archive.
type kept struct {
	completeness.Audit
	store *memory.Store
	dir   string
	refs  []string
	ids   []string // of the notices
	lines []ledger.Line
}

func newKept(t *testing.T, documents int) *kept {
	t.Helper()
	k := &kept{store: memory.New(field.NewCatalogue()), dir: t.TempDir()}
	archive, err := raw.Open(k.dir, raw.Options{Write: true, Now: func() time.Time { return dawn }})
	if err != nil {
		t.Fatal(err)
	}
	journal := func(from int64) iter.Seq2[ledger.Line, error] {
		return func(yield func(ledger.Line, error) bool) {
			for _, l := range k.lines[from-1:] {
				if !yield(l, nil) {
					return
				}
			}
		}
	}
	k.Audit = completeness.Audit{Raw: archive, Reader: detect.New(), Open: k.store.Snapshot, Fold: completeness.New(), Lines: journal, Now: func() time.Time { return dawn }, Share: 1, Source: "dila"}
	w, err := archive.Begin("2026/09/11", nil)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := k.store.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for d := range synth.Generate(synth.Options{Seed: 5, Notices: documents, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		ref, sha, err := w.Add(raw.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path), Fetched: dawn})
		if err != nil {
			t.Fatal(err)
		}
		res, err := k.Reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path), SHA256: sha, Fetched: dawn})
		if err != nil {
			t.Fatal(err)
		}
		l := ledger.Line{Seq: int64(len(k.lines) + 1), Time: dawn, Source: "dila", Edition: "2026/09/11", Origin: d.Path, SHA256: sha, Raw: ref, Outcome: ledger.Served, Revision: 1}
		for _, n := range res.Notices {
			n.Source.Kept = ref
			if n.Source.Digest, err = notice.Digest(n); err != nil {
				t.Fatal(err)
			}
			l.IDs = append(l.IDs, n.ID)
		}
		if _, err := tx.Put(t.Context(), res.Notices); err != nil {
			t.Fatal(err)
		}
		k.refs, k.ids, k.lines = append(k.refs, ref), append(k.ids, l.IDs...), append(k.lines, l)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	k.commit(t, tx, k.lines...)
	return k
}

func (k *kept) archive() string {
	return filepath.Join(k.dir, "2026", filepath.Base(strings.Split(k.refs[0], "!")[0]))
}

// flip turns a bit of the first document over.
func (k *kept) flip(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile(k.archive())
	if err != nil {
		t.Fatal(err)
	}
	b[200] ^= 1
	if err := os.WriteFile(k.archive(), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (k *kept) cut(t *testing.T) {
	t.Helper()
	if err := os.Truncate(k.archive(), 1000); err != nil {
		t.Fatal(err)
	}
}

// again has the journal say that the bytes of some documents came again and are kept elsewhere.
func (k *kept) again(ref string, documents ...int) {
	for _, i := range documents {
		l := k.lines[i]
		l.Seq, l.Raw = int64(len(k.lines)+1), ref
		k.lines = append(k.lines, l)
	}
}

// TestAuditKeptElsewhere: an archive is nobody's worry of which every document is kept elsewhere.
func TestAuditKeptElsewhere(t *testing.T) {
	k := newKept(t, 12)
	k.cut(t)
	for i := range len(k.lines) {
		k.again("2026/000002-again.zip!1", i)
	}
	if r, err := k.Run(t.Context()); err != nil || len(r.Findings) != 0 {
		t.Errorf("%v, %+v", err, r.Findings)
	}
	k.Lines = nil
	if r, err := k.Run(t.Context()); err != nil || len(r.Findings) != 1 {
		t.Errorf("without the journal: %v, %+v", err, r.Findings)
	}
}

func (k *kept) commit(t *testing.T, tx store.Tx, lines ...ledger.Line) {
	t.Helper()
	if err := tx.Record(t.Context(), lines); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), dawn); err != nil {
		t.Fatal(err)
	}
}

// change changes the store behind the back of the ledger, or with it.
func (k *kept) change(t *testing.T, do func(tx store.Tx) []ledger.Line) {
	t.Helper()
	tx, err := k.store.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k.commit(t, tx, do(tx)...)
}

func (k *kept) get(t *testing.T, id string) *notice.Notice {
	t.Helper()
	snap, err := k.store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	n, err := snap.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c := *n
	return &c
}

func TestAudit(t *testing.T) {
	tests := []struct {
		name string
		harm func(t *testing.T, k *kept)
		want string // kinds and places of findings
	}{
		{"all well", func(*testing.T, *kept) {}, ""},
		{"a bit of an archive", func(t *testing.T, k *kept) { k.flip(t) }, "damaged REF"},
		{"a bit of an archive, the document being kept elsewhere", func(t *testing.T, k *kept) {
			k.flip(t)
			k.again("2026/000002-again.zip!1", 0)
		}, ""},
		{"a bit of an archive, another document being kept elsewhere", func(t *testing.T, k *kept) {
			k.flip(t)
			k.again("2026/000002-again.zip!1", 1)
		}, "damaged REF"},
		{"an archive is cut off", func(t *testing.T, k *kept) { k.cut(t) }, "damaged ARCHIVE"},
		{"an archive is cut off, some of it being kept elsewhere", func(t *testing.T, k *kept) {
			k.cut(t)
			k.again("2026/000002-again.zip!1", 0, 1, 2)
		}, "damaged ARCHIVE"},
		{"a notice is not served", func(t *testing.T, k *kept) {
			k.change(t, func(tx store.Tx) []ledger.Line {
				if _, err := tx.Remove(t.Context(), k.ids[:1]); err != nil {
					t.Fatal(err)
				}
				return nil
			})
		}, "lost ID"},
		{"and should not be", func(t *testing.T, k *kept) {
			k.change(t, func(tx store.Tx) []ledger.Line {
				if _, err := tx.Remove(t.Context(), k.ids[:1]); err != nil {
					t.Fatal(err)
				}
				l := k.lines[0]
				l.Seq, l.Outcome, l.IDs, l.Changes = int64(len(k.lines)+1), ledger.Derived, k.ids[:1], string(ledger.Removed)
				return []ledger.Line{l}
			})
		}, ""},
		{"a notice says something else", func(t *testing.T, k *kept) {
			n := k.get(t, k.ids[0])
			n.Title += "!"
			n.Source.Digest, n.Source.Form, n.Source.Kept = "", "xml", "elsewhere"
			k.change(t, func(tx store.Tx) []ledger.Line {
				if _, err := tx.Remove(t.Context(), k.ids[:1]); err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Put(t.Context(), []*notice.Notice{n}); err != nil {
					t.Fatal(err)
				}
				return nil
			})
		}, "differs ID"},
		{"the same bytes from elsewhere", func(t *testing.T, k *kept) {
			n := k.get(t, k.ids[0])
			n.Source.Origin = "mirror/" + n.Source.Origin
			n.Source.Digest, _ = notice.Digest(n)
			k.change(t, func(tx store.Tx) []ledger.Line {
				if _, err := tx.Remove(t.Context(), k.ids[:1]); err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Put(t.Context(), []*notice.Notice{n}); err != nil {
					t.Fatal(err)
				}
				l := k.lines[0]
				l.Seq, l.Origin = int64(len(k.lines)+1), n.Source.Origin
				return []ledger.Line{l}
			})
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := newKept(t, 12)
			tt.harm(t, k)
			r, err := k.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.Findings {
				where := strings.NewReplacer(k.refs[0], "REF", strings.Split(k.refs[0], "!")[0], "ARCHIVE", k.ids[0], "ID").Replace(f.Where)
				got = append(got, string(f.Kind)+" "+where)
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("found %q, want %q: %+v", got, tt.want, r.Findings)
			}
			if tt.want == "" && (r.Hashed != int64(len(k.refs)) || r.Kept != r.Hashed || r.Compared == 0 || r.Archives != 1 || r.Bytes == 0) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestAuditSample(t *testing.T) {
	k := newKept(t, 60)
	k.Share = 0.3
	run := func(seed uint64) completeness.Result {
		k.Seed = seed
		r, err := k.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first, again, other := run(1), run(1), run(2)
	if !reflect.DeepEqual(first, again) || first.Hashed == 0 || first.Hashed == first.Kept || first.Bytes == other.Bytes {
		t.Errorf("samples of the same seed %d and %d bytes, of another %d; %d of %d documents", first.Bytes, again.Bytes, other.Bytes, first.Hashed, first.Kept)
	}
}

func TestAuditDays(t *testing.T) {
	k := newKept(t, 5)
	k.Now, k.Days, k.Share = func() time.Time { return dawn.AddDate(0, 0, 4) }, 3, 0
	var asked []notice.Date
	k.Relist = func(_ context.Context, days []notice.Date) error {
		asked = days
		k.change(t, func(store.Tx) []ledger.Line {
			l := ledger.Line{Seq: int64(len(k.lines) + 1), Time: dawn, Source: "dila", Edition: "2026/09/11", Origin: "late", Outcome: ledger.Missing}
			gone := k.lines[0]
			gone.Seq, gone.Outcome, gone.IDs = l.Seq+1, ledger.Gone, nil
			return []ledger.Line{l, gone}
		})
		return nil
	}
	k.Days = 10
	r, err := k.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []notice.Date{{Year: 2026, Month: 9, Day: 11}, {Year: 2026, Month: 9, Day: 12}, {Year: 2026, Month: 9, Day: 13}, {Year: 2026, Month: 9, Day: 14}}
	if !slices.Equal(asked, want) || len(r.Days) != 4 || r.Days[0].New != 1 || r.Days[0].Gone != 1 || r.Days[0].Listed != int64(len(k.lines)) || r.Days[1] != (completeness.Relist{Day: want[1]}) || len(r.Findings) > 0 {
		t.Errorf("asked for %v: %+v", asked, r)
	}
	k.Relist = func(context.Context, []notice.Date) error {
		return fault.New(fault.Unavailable, "the source does not answer")
	}
	if r, err = k.Run(t.Context()); err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != completeness.Unlisted {
		t.Errorf("%+v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	k.Relist = func(context.Context, []notice.Date) error { cancel(); return ctx.Err() }
	if _, err = k.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestResults(t *testing.T) {
	s := completeness.Results{Dir: filepath.Join(t.TempDir(), "audit"), Disk: disk.OS{}}
	if r, err := s.Newest(); r != nil || err != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	old := completeness.Result{Time: dawn, Days: []completeness.Relist{{Day: notice.Date{Year: 2026, Month: 9, Day: 1}, New: 2}}, Findings: []completeness.Finding{{Kind: completeness.Lost, Where: "26-1", Text: "x"}}}
	young := old
	young.Time = dawn.Add(time.Hour)
	for _, r := range []completeness.Result{young, old, young} {
		if err := s.Keep(r); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.Newest(); err != nil || !reflect.DeepEqual(*r, young) {
		t.Errorf("%+v, %v", r, err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "2027-01-01T000000Z.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Newest(); !fault.Is(err, fault.Conflict) {
		t.Errorf("a damaged file: %v", err)
	}
}

func FuzzResult(f *testing.F) {
	f.Add([]byte(`{"time":"2026-09-11T02:46:00Z","findings":[{"kind":"lost"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := completeness.ParseResult(b); err == nil && r.Time.IsZero() {
			t.Error("a result without a time")
		}
	})
}
