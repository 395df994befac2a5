package segment_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/text"
)

// check holds a segment against the notices, which are in the order of documents; docs are in that of ids.
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
	checkPhrases(t, f, words, notices, all)
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

// checkPhrases looks for phrases that stand in lines, for such as go over a bar or a line feed, and for words put together.
func checkPhrases(t *testing.T, f *field.Field, words segment.Words, notices []*notice.Notice, all []string) {
	kept := words.Phrase([]string{"a"}, false, false) != nil
	if ordered := f.Name == "texte"; kept != ordered && len(all) > 0 {
		t.Fatalf("lines of %s are kept: %t", f.Name, kept)
	}
	if !kept || len(all) == 0 {
		return
	}
	r := rand.New(rand.NewPCG(3, 4))
	var lines []string
	for _, n := range notices {
		lines = append(lines, f.Line(f.Get(n)))
	}
	hits := 0
	for i := range 300 {
		var list []string
		if own := strings.Fields(strings.ReplaceAll(lines[r.IntN(len(lines))], "|", " ")); i%4 > 0 && len(own) > 0 {
			at := r.IntN(len(own))
			list = slices.Clone(own[at:min(len(own), at+1+r.IntN(4))])
		} else {
			list = []string{all[r.IntN(len(all))], all[r.IntN(len(all))]}
		}
		token := query.Token{OpenStart: i%3 == 0, OpenEnd: i%5 == 0}
		if token.OpenStart {
			list[0] = cut(list[0], len(list[0])/2, len(list[0]))
		}
		if last := len(list) - 1; token.OpenEnd && list[last] != "" {
			list[last] = cut(list[last], 0, (len(list[last])+1)/2)
		}
		if slices.Contains(list, "") {
			continue
		}
		token.Text = strings.Join(list, " ")
		in := words.Phrase(list, token.OpenStart, token.OpenEnd)
		for d, line := range lines {
			want := token.In(line, false)
			if got := in(uint32(d)); got != want {
				t.Fatalf("%q, open %t %t, in document %d of %s: %t; the line is %q", token.Text, token.OpenStart, token.OpenEnd, d, f.Name, got, line)
			}
			if want {
				hits++
			}
		}
	}
	if hits == 0 {
		t.Error("no phrase is found anywhere")
	}
}

// cut is a part of a word that begins and ends with whole letters.
func cut(word string, from, to int) string { return strings.ToValidUTF8(word[from:to], "") }

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
