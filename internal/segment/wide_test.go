package segment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
)

// TestWide is a segment of more values than two bytes can tell apart, which also fills more than one container of a bitmap.
func TestWide(t *testing.T) {
	const n = 140_000
	one, several := &field.Field{Name: "one", Type: field.Int}, &field.Field{Name: "several", Type: field.Number, Multi: true}
	day := &field.Field{Name: segment.DayField, Type: field.Date}
	o := segment.Options{Catalogue: field.CatalogueOf(one, several, day), Memory: 4 << 20}
	perm := rand.New(rand.NewPCG(1, 1)).Perm(n)
	docs := make([]segment.Document, n)
	// Document i of the segment has 10*p(i) in one, p(i)/2 and (p(i)+1)/2 in several.
	for i := range n {
		p := perm[i]
		docs[i] = segment.Document{ID: fmt.Sprintf("%06d", i), Values: [][]field.Value{
			{field.Num(float64(10 * p))}, {field.Num(float64(p / 2)), field.Num(float64((p + 1) / 2))}, {field.Str(fmt.Sprintf("20%02d-01-01", i*20/n))}}}
	}
	s := loaded(t, o, built(t, o, shuffled(docs)))
	column := func(f *field.Field) segment.Column {
		c, err := s.Column(f)
		if err != nil || c == nil {
			t.Fatal(c, err)
		}
		return c
	}
	single, multi, days := column(one), column(several), column(day)
	if single.Values() != n || multi.Values() != n/2+1 || !days.Sorted() {
		t.Fatalf("%d and %d values, days sorted %t", single.Values(), multi.Values(), days.Sorted())
	}
	inverse := make([]uint32, n)
	for i, p := range perm {
		inverse[p] = uint32(i)
		if code := single.Code(uint32(i)); code != uint32(p+1) || single.Value(code).Num != float64(10*p) {
			t.Fatalf("document %d has code %d, want %d", i, code, p+1)
		}
		if codes := multi.Codes(uint32(i), nil); !slices.Equal(codes, []uint32{uint32(p/2 + 1), uint32((p+1)/2 + 1)}) {
			t.Fatalf("document %d has codes %d, for %d", i, codes, p)
		}
	}
	for _, r := range [][2]int{{0, n}, {5, 6}, {100, 130}, {70_000, 139_000}, {n - 1, n}, {0, 3000}} {
		want := roaring.BitmapOf(inverse[r[0]:r[1]]...)
		got, err := single.Range(uint32(r[0]+1), uint32(r[1]+1))
		if err != nil || !got.Equals(want) {
			t.Errorf("values %d to %d: %d documents, %v", r[0], r[1], got.GetCardinality(), err)
		}
		counts := make([]uint64, n+1)
		single.Tally(want, counts)
		for c, k := range counts {
			if in := c > r[0] && c <= r[1]; in != (k == 1) {
				t.Fatalf("code %d has %d documents", c, k)
			}
		}
		// several: p is in the range of values [a, b) when p/2 or (p+1)/2 is, from 2a-1 to 2b-1.
		a, b := r[0]/2, r[1]/2
		want = roaring.BitmapOf(inverse[max(0, 2*a-1):max(0, 2*b)]...)
		if got, err = multi.Range(uint32(a+1), uint32(b+1)); err != nil || a < b && !got.Equals(want) {
			t.Errorf("values %d to %d of several: %d documents, want %d, %v", a, b, got.GetCardinality(), want.GetCardinality(), err)
		}
	}
	if first, end := days.Span(3, 5); first != n/10 || end != n/5 {
		t.Errorf("two days span documents %d to %d", first, end)
	}
}

func shuffled(docs []segment.Document) []segment.Document {
	docs = slices.Clone(docs)
	rand.New(rand.NewPCG(2, 2)).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs
}
