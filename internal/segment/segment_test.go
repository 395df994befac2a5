package segment_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store/storetest"
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
