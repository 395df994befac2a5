package segment_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store/storetest"
	"github.com/boamp/boamp/internal/text"
)

// documents makes documents of notices, in the order of ids.
func documents(c *field.Catalogue, small bool, notices []*notice.Notice) []segment.Document {
	list := make([]segment.Document, len(notices))
	for i, n := range notices {
		list[i] = segment.Document{ID: n.ID, Data: []byte("packed " + n.ID + n.Title)}
		for _, f := range segment.Columns(c) {
			list[i].Values = append(list[i].Values, values(f, n))
		}
		for _, f := range segment.Lines(c, small) {
			list[i].Lines = append(list[i].Lines, f.Line(f.Get(n)))
		}
	}
	slices.SortFunc(list, func(a, b segment.Document) int { return strings.Compare(a.ID, b.ID) })
	return list
}

func values(f *field.Field, n *notice.Notice) []field.Value {
	if v := f.Get(n); len(v) > 0 {
		return v
	}
	return nil
}

// built makes the bytes of a segment.
func built(t testing.TB, o segment.Options, docs []segment.Document) []byte {
	t.Helper()
	var buf bytes.Buffer
	o.Temp = t.TempDir()
	b, err := segment.NewBuilder(&buf, o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, d := range docs {
		if err := b.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func loaded(t testing.TB, o segment.Options, data []byte) segment.Segment {
	t.Helper()
	s, err := segment.Load(data, segment.Expect{Catalogue: o.Catalogue, Build: o.Build})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inOrder sorts notices as documents are numbered.
func inOrder(notices []*notice.Notice) []*notice.Notice {
	list := slices.Clone(notices)
	slices.SortFunc(list, func(a, b *notice.Notice) int {
		x, y := a.Record.Dateparution, b.Record.Dateparution
		if x.IsZero() != y.IsZero() {
			if x.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(strings.Compare(x.String(), y.String()), strings.Compare(a.ID, b.ID))
	})
	return list
}

// TestModel holds all that a segment says against plain loops over the notices, built in memory, with spilling, and merged.
func TestModel(t *testing.T) {
	c := field.NewCatalogue()
	for _, size := range []int{0, 1, 63, 400} {
		notices := storetest.NewGenerator(uint64(size)).Notices(size)
		for _, small := range []bool{false, true}[:1+size%2] {
			o := segment.Options{Catalogue: c, Small: small, Build: "revision 7"}
			docs := documents(c, small, notices)
			whole := built(t, o, docs)
			t.Run(fmt.Sprintf("%d notices, small %t", size, small), func(t *testing.T) {
				check(t, c, loaded(t, o, whole), inOrder(notices), docs)
			})
			o.Memory = 30_000
			if spilled := built(t, o, docs); !bytes.Equal(spilled, whole) {
				t.Errorf("%d notices make other bytes with little memory", size)
			}
			merged := mergedOf(t, o, docs)
			place := map[string]int{}
			for doc, n := range inOrder(notices) {
				place[n.ID] = doc
			}
			slices.SortFunc(docs, func(a, b segment.Document) int { return place[a.ID] - place[b.ID] })
			if !bytes.Equal(merged, built(t, o, docs)) {
				t.Errorf("%d notices make other bytes when merged", size)
			}
		}
	}
}

// mergedOf makes a segment of three, with old forms of some documents and others that are deleted.
func mergedOf(t *testing.T, o segment.Options, docs []segment.Document) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	parts := make([][]segment.Document, 3)
	dead := make([][]string, 3)
	for i, d := range docs {
		own := r.IntN(3)
		parts[own] = append(parts[own], d)
		if r.IntN(3) == 0 {
			old := docs[r.IntN(len(docs))]
			old.ID = d.ID
			other := (own + 1) % 3
			parts[other] = append(parts[other], old)
			dead[other] = append(dead[other], d.ID)
		}
		if i%50 == 0 {
			gone := docs[r.IntN(len(docs))]
			gone.ID = d.ID + "x"
			parts[own] = append(parts[own], gone)
			dead[own] = append(dead[own], gone.ID)
		}
	}
	var list []segment.Part
	for i, p := range parts {
		slices.SortFunc(p, func(a, b segment.Document) int { return strings.Compare(a.ID, b.ID) })
		s := loaded(t, o, built(t, o, p))
		var deleted *roaring.Bitmap
		for _, id := range dead[i] {
			if deleted == nil {
				deleted = roaring.New()
			}
			doc, ok := s.Find(id)
			if !ok {
				t.Fatalf("no document %s", id)
			}
			deleted.Add(doc)
		}
		list = append(list, segment.Part{Segment: s, Deleted: deleted})
	}
	var buf bytes.Buffer
	if err := segment.Merge(&buf, list, o); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func check(t *testing.T, c *field.Catalogue, s segment.Segment, notices []*notice.Notice, docs []segment.Document) {
	if s.Len() != len(notices) {
		t.Fatalf("%d documents of %d notices", s.Len(), len(notices))
	}
	for doc, n := range notices {
		rank := slices.IndexFunc(docs, func(d segment.Document) bool { return d.ID == n.ID })
		found, ok := s.Find(n.ID)
		data, err := s.Packed(uint32(doc))
		if s.ID(uint32(doc)) != n.ID || !ok || found != uint32(doc) || s.IDRank(uint32(doc)) != uint32(rank) || err != nil || !bytes.Equal(data, docs[rank].Data) {
			t.Fatalf("document %d is %q, found as %d, rank %d, packed %q, %v; want %q, rank %d", doc, s.ID(uint32(doc)), found, s.IDRank(uint32(doc)), data, err, n.ID, rank)
		}
	}
	for _, id := range []string{"", "0", "nothing", "\xff"} {
		if _, ok := s.Find(id); ok {
			t.Errorf("%q is found", id)
		}
	}
	for _, f := range c.All() {
		column, err := s.Column(f)
		if err != nil {
			t.Fatal(err)
		}
		if has := slices.Contains(segment.Columns(c), f); has != (column != nil) {
			t.Fatalf("column of %s: %t", f.Name, !has)
		}
		if column != nil {
			checkColumn(t, f, column, notices)
		}
		words, err := s.Words(f)
		if err != nil {
			t.Fatal(err)
		}
		if words != nil {
			checkWords(t, f, words, notices)
		} else if f.Words && !(column != nil && segment.Few(column.Values(), len(notices))) && !(f.Bag && s.Info().Small) {
			t.Errorf("no words of %s", f.Name)
		}
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

// modelColumn is a column as maps and loops see it.
type modelColumn struct {
	values []field.Value
	codes  [][]uint32
}

func modelOf(f *field.Field, notices []*notice.Notice) (m modelColumn) {
	for _, n := range notices {
		m.values = append(m.values, f.Get(n)...)
	}
	slices.SortFunc(m.values, f.Type.Compare)
	m.values = slices.CompactFunc(m.values, func(a, b field.Value) bool { return f.Type.Compare(a, b) == 0 })
	for _, n := range notices {
		var codes []uint32
		for _, v := range f.Get(n) {
			i, _ := slices.BinarySearchFunc(m.values, v, f.Type.Compare)
			codes = append(codes, uint32(i+1))
		}
		m.codes = append(m.codes, codes)
	}
	return m
}

// docs are those with a code in [from, to); 0 for null.
func (m modelColumn) docs(from, to uint32) []uint32 {
	list := []uint32{}
	for d, codes := range m.codes {
		if len(codes) == 0 && from == 0 && to > 0 || slices.ContainsFunc(codes, func(c uint32) bool { return c >= from && c < to }) {
			list = append(list, uint32(d))
		}
	}
	return list
}

func checkColumn(t *testing.T, f *field.Field, column segment.Column, notices []*notice.Notice) {
	m := modelOf(f, notices)
	if int(column.Values()) != len(m.values) {
		t.Fatalf("%s has %d values, want %d", f.Name, column.Values(), len(m.values))
	}
	for i, v := range m.values {
		got := column.Value(uint32(i + 1))
		if f.Type.Compare(got, v) != 0 || got.Str != v.Str || got.Num != v.Num || !got.Time.Equal(v.Time) {
			t.Fatalf("value %d of %s is %v, want %v", i+1, f.Name, got, v)
		}
		if code, equal := column.Search(v); code != uint32(i+1) || !equal {
			t.Fatalf("%s: %v found at %d, %t; want %d", f.Name, v, code, equal, i+1)
		}
	}
	for _, v := range between(f, m.values) {
		want, equal := slices.BinarySearchFunc(m.values, v, f.Type.Compare)
		if code, found := column.Search(v); code != uint32(want+1) || found != equal {
			t.Fatalf("%s: %v found at %d, %t; want %d, %t", f.Name, v, code, found, want+1, equal)
		}
	}
	for d, codes := range m.codes {
		first := uint32(0)
		if len(codes) > 0 {
			first = codes[0]
		}
		if got := column.Codes(uint32(d), nil); !slices.Equal(got, codes) || column.Code(uint32(d)) != first {
			t.Fatalf("%s of document %d has codes %d, %d; want %d", f.Name, d, got, column.Code(uint32(d)), codes)
		}
	}
	checkLists(t, f, column, m)
	checkSorted(t, f, column, m)
}

// between are values that need not be there.
func between(f *field.Field, values []field.Value) []field.Value {
	list := []field.Value{{}, {Str: "\xff\xff", Num: 1e300}, {Str: "a", Num: -1}}
	for _, v := range values {
		list = append(list, field.Value{Str: v.Str + "\x00", Num: v.Num + 0.5, Time: v.Time.Add(1)}, field.Value{Str: v.Str[:len(v.Str)/2], Num: v.Num - 0.5, Time: v.Time.Add(-1)})
	}
	return list
}

func checkLists(t *testing.T, f *field.Field, column segment.Column, m modelColumn) {
	r := rand.New(rand.NewPCG(1, 2))
	n := uint32(len(m.values))
	for code := range n + 1 {
		want := m.docs(code, code+1)
		got, err := column.Docs(code)
		if err != nil || !slices.Equal(got.ToArray(), want) || column.Count(code) != uint64(len(want)) {
			t.Fatalf("documents of code %d of %s: %v, %d, %v; want %v", code, f.Name, got, column.Count(code), err, want)
		}
	}
	for range 30 {
		from := r.Uint32N(n + 2)
		to := from + r.Uint32N(n+3-from)
		got, err := column.Range(from, to)
		if want := m.docs(from, to); err != nil || !slices.Equal(got.ToArray(), want) {
			t.Fatalf("documents of codes %d to %d of %s: %v, %v; want %v", from, to, f.Name, got, err, want)
		}
		got.Add(uint32(len(m.codes)) + 3) // the caller's
		some := roaring.New()
		for d := range m.codes {
			if r.IntN(int(to%5)+1) == 0 {
				some.Add(uint32(d))
			}
		}
		counts := make([]uint64, n+1)
		column.Tally(some, counts)
		for code := range n + 1 {
			if want := roaring.And(some, roaring.BitmapOf(m.docs(code, code+1)...)).GetCardinality(); counts[code] != want {
				t.Fatalf("%s: %d documents of code %d, want %d", f.Name, counts[code], code, want)
			}
		}
	}
}

func checkSorted(t *testing.T, f *field.Field, column segment.Column, m modelColumn) {
	last := uint32(0)
	is := !f.Multi
	for _, codes := range m.codes {
		code := uint32(len(m.values) + 1)
		if len(codes) > 0 {
			code = codes[0]
		}
		is = is && code >= last
		last = code
	}
	if column.Sorted() != is {
		t.Fatalf("%s is sorted: %t", f.Name, !is)
	}
	if !is {
		return
	}
	for from := range uint32(len(m.values) + 1) {
		for to := max(1, from); to <= uint32(len(m.values)+1); to++ {
			if from == 0 && to > 1 {
				break
			}
			want := m.docs(from, to)
			first, end := column.Span(from, to)
			if int(end-first) != len(want) || len(want) > 0 && first != want[0] {
				t.Fatalf("codes %d to %d of %s span %d to %d, want %v", from, to, f.Name, first, end, want)
			}
		}
	}
}

func checkWords(t *testing.T, f *field.Field, words segment.Words, notices []*notice.Notice) {
	model := map[string][]uint32{}
	for d, n := range notices {
		text.EachOfLine(f.Line(f.Get(n)), func(word string) bool {
			if own := model[word]; len(own) == 0 || own[len(own)-1] != uint32(d) {
				model[word] = append(own, uint32(d))
			}
			return true
		})
	}
	if words.Len() != len(model) {
		t.Fatalf("%s has %d words, want %d", f.Name, words.Len(), len(model))
	}
	var all []string
	for word, docs := range model {
		all = append(all, word)
		got, err := words.Docs(word)
		if err != nil || !slices.Equal(got.ToArray(), docs) || words.Frequency(word) != uint64(len(docs)) {
			t.Fatalf("documents of %q of %s: %v, %d, %v; want %v", word, f.Name, got, words.Frequency(word), err, docs)
		}
	}
	slices.Sort(all)
	for _, piece := range append([]string{"", "e", "tra", "travaux", "zzzz", "a", "0", "45", "\xff", "ation", "lot", "marche", "marchee", "ecol", "eco"}, all[:min(20, len(all))]...) {
		if got, err := words.Docs(piece); err != nil || !slices.Equal(got.ToArray(), append([]uint32{}, model[piece]...)) {
			t.Fatalf("documents of %q of %s: %v, %v", piece, f.Name, got, err)
		}
		for way := range 4 {
			start, end := way&1 != 0, way&2 != 0
			got := slices.Collect(words.Matching(piece, start, end))
			if want := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return !matches(w, piece, start, end) }); !slices.Equal(got, want) {
				t.Fatalf("words of %s for %q, open %t %t: %q, want %q", f.Name, piece, start, end, got, want)
			}
		}
		for edits := range 4 {
			got := slices.Collect(words.Near(piece, edits))
			if want := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return text.Distance(w, piece) > edits }); !slices.Equal(got, want) {
				t.Fatalf("words of %s at most %d from %q: %q, want %q", f.Name, edits, piece, got, want)
			}
		}
	}
}

func matches(word, piece string, start, end bool) bool {
	switch {
	case start && end:
		return strings.Contains(word, piece)
	case start:
		return strings.HasSuffix(word, piece)
	case end:
		return strings.HasPrefix(word, piece)
	}
	return word == piece
}

// TestConcurrent asks a fresh segment from many sides at once: what is read at first touch is read right.
func TestConcurrent(t *testing.T) {
	c := field.NewCatalogue()
	o := segment.Options{Catalogue: c}
	s := loaded(t, o, built(t, o, documents(c, false, storetest.NewGenerator(4).Notices(80))))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := everything(c, s); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestRefused gives a Builder what it cannot take.
func TestRefused(t *testing.T) {
	c := field.NewCatalogue()
	docs := documents(c, false, storetest.NewGenerator(4).Notices(3))
	for name, give := range map[string]struct {
		docs []segment.Document
		kind fault.Kind
	}{
		"one id twice":      {[]segment.Document{docs[0], docs[1], docs[0]}, fault.Invalid},
		"a column too few":  {[]segment.Document{{ID: "1", Values: docs[0].Values[1:], Lines: docs[0].Lines}}, fault.Internal},
		"a line too few":    {[]segment.Document{{ID: "1", Values: docs[0].Values, Lines: docs[0].Lines[1:]}}, fault.Internal},
		"two of one values": {[]segment.Document{{ID: "1", Values: twice(docs[0].Values), Lines: docs[0].Lines}}, fault.Internal},
	} {
		b, err := segment.NewBuilder(io.Discard, segment.Options{Catalogue: c, Temp: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range give.docs {
			if err == nil {
				err = b.Add(d)
			}
		}
		if err == nil {
			err = b.Finish()
		}
		if !fault.Is(err, give.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	o := segment.Options{Catalogue: c, Temp: t.TempDir()}
	data := built(t, o, docs)
	part := segment.Part{Segment: loaded(t, o, data)}
	if err := segment.Merge(io.Discard, []segment.Part{part, {Segment: loaded(t, o, data)}}, o); !fault.Is(err, fault.Invalid) {
		t.Errorf("one id in two parts: %v", err)
	}
	o.Small = true
	if err := segment.Merge(io.Discard, []segment.Part{part}, o); !fault.Is(err, fault.Internal) {
		t.Errorf("a part with words of bags in a small segment: %v", err)
	}
}

// twice are the values with the first of them doubled.
func twice(values [][]field.Value) [][]field.Value {
	list := slices.Clone(values)
	list[0] = append(slices.Clone(list[0]), list[0]...)
	return list
}

// TestNoSpace writes to where nothing more fits.
func TestNoSpace(t *testing.T) {
	c := field.NewCatalogue()
	docs := documents(c, false, storetest.NewGenerator(4).Notices(200))
	b, err := segment.NewBuilder(full{}, segment.Options{Catalogue: c, Temp: t.TempDir()})
	for _, d := range docs {
		if err == nil {
			err = b.Add(d)
		}
	}
	if err == nil {
		err = b.Finish()
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("no space: %v", err)
	}
	b, err = segment.NewBuilder(io.Discard, segment.Options{Catalogue: c, Temp: filepath.Join(t.TempDir(), "none"), Memory: 1})
	for _, d := range docs {
		if err == nil {
			err = b.Add(d)
		}
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("no folder for what does not fit into memory: %v", err)
	}
}

// full takes no byte.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

// TestFile holds a mapped file against the bytes of memory.
func TestFile(t *testing.T) {
	c := field.NewCatalogue()
	notices := storetest.NewGenerator(3).Notices(300)
	o := segment.Options{Catalogue: c, Build: "b"}
	docs := documents(c, false, notices)
	path := filepath.Join(t.TempDir(), "base.segment")
	f, err := disk.OS{}.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	data := built(t, o, docs)
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := segment.Open(path, segment.Expect{Catalogue: c})
	if err != nil {
		t.Fatal(err)
	}
	check(t, c, s, inOrder(notices), docs)
	if s.Size() != int64(len(data)) {
		t.Errorf("size %d of %d", s.Size(), len(data))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := segment.Open(filepath.Join(t.TempDir(), "none"), segment.Expect{Catalogue: c}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := segment.Open(t.TempDir(), segment.Expect{Catalogue: c}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a folder: %v", err)
	}
}
