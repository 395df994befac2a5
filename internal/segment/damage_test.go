package segment_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store/storetest"
)

// everything asks for all that a segment holds, and gives the first fault that it says.
func everything(c *field.Catalogue, s segment.Segment) error {
	for doc := range uint32(s.Len()) {
		s.Find(s.ID(doc))
		s.IDRank(doc)
		if _, err := s.Packed(doc); err != nil {
			return err
		}
	}
	for _, f := range c.All() {
		column, err := s.Column(f)
		if err != nil {
			return err
		}
		if column != nil {
			if err := everyCode(column, s.Len()); err != nil {
				return err
			}
		}
		words, err := s.Words(f)
		if err != nil {
			return err
		}
		if words == nil {
			continue
		}
		for word := range words.Matching("", true, true) {
			if _, err := words.Docs(word); err != nil {
				return err
			}
		}
		for range words.Near("travaux", 2) {
		}
		all := slices.Collect(words.Matching("", true, true))
		for _, open := range []bool{false, true} {
			if len(all) == 0 {
				break
			}
			for doc := range uint32(s.Len()) {
				if in := words.Phrase([]string{all[0], all[len(all)-1]}, open, open); in != nil {
					in(doc)
				}
			}
		}
	}
	return s.Err()
}

func everyCode(column segment.Column, docs int) error {
	for code := range column.Values() + 1 {
		if code > 0 {
			column.Search(column.Value(code))
		}
		if _, err := column.Docs(code); err != nil {
			return err
		}
	}
	for doc := range uint32(docs) {
		column.Codes(doc, nil)
	}
	_, err := column.Range(0, column.Values()+1)
	return err
}

// fixture is a small segment of which every kind of region holds something.
func fixture(t testing.TB) (*field.Catalogue, []byte) {
	c := field.NewCatalogue()
	return c, built(t, segment.Options{Catalogue: c, Build: "b"}, documents(c, false, storetest.NewGenerator(9).Notices(40)))
}

// TestFlips changes bytes of every part of the file, one at a time: each is noticed, by a fault of kind Conflict.
func TestFlips(t *testing.T) {
	c, data := fixture(t)
	if s, err := segment.Load(data, segment.Expect{Catalogue: c}); err != nil || everything(c, s) != nil {
		t.Fatalf("the whole file: %v", err)
	}
	step := 97
	if testing.Short() {
		step = 997
	}
	for i := 0; i < len(data); i++ {
		if i%step != 0 && i >= 300 && i < len(data)-300 {
			continue
		}
		flipped := slices.Clone(data)
		flipped[i] ^= 1 << (i % 8)
		s, err := segment.Load(flipped, segment.Expect{Catalogue: c})
		if err == nil {
			err = everything(c, s)
		}
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("byte %d of %d: %v", i, len(data), err)
		}
	}
}

// TestCut cuts a file off, on the disk.
func TestCut(t *testing.T) {
	c, data := fixture(t)
	path := filepath.Join(t.TempDir(), "cut")
	for _, n := range []int{0, 1, 8, 63, 64, 65, 1000, len(data) / 2, len(data) - 65, len(data) - 64, len(data) - 1} {
		if err := os.WriteFile(path, data[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := segment.Open(path, segment.Expect{Catalogue: c}); !fault.Is(err, fault.Conflict) {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
	}
	for _, longer := range [][]byte{append(slices.Clone(data), 0), append(slices.Clone(data), data...), bytes.Repeat([]byte("boampsg\n"), 100)} {
		if _, err := segment.Load(longer, segment.Expect{Catalogue: c}); !fault.Is(err, fault.Conflict) {
			t.Errorf("%d bytes: %v", len(longer), err)
		}
	}
}

// TestForeign opens segments that were made otherwise than expected.
func TestForeign(t *testing.T) {
	c, data := fixture(t)
	fewer := field.CatalogueOf(c.All()[1:]...)
	for name, e := range map[string]segment.Expect{
		"other fields": {Catalogue: fewer, Build: "b"},
		"other build":  {Catalogue: c, Build: "c"},
	} {
		_, err := segment.Load(data, e)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Conflict || f.Hint == "" || strings.Contains(f.Message, "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := segment.Load(append([]byte{0}, data...)[1:], segment.Expect{Catalogue: c, Build: "b"}); err != nil {
		t.Errorf("bytes that begin at an odd place: %v", err)
	}
	bad := append([]byte("another file of some length "), data...)
	if _, err := segment.Load(bad, segment.Expect{Catalogue: c}); !fault.Is(err, fault.Conflict) {
		t.Errorf("another file: %v", err)
	}
}

// TestDirectory changes what the directory says and signs it anew, as no accident does: what reaches outside of the file is
// still refused.
func TestDirectory(t *testing.T) {
	c, data := fixture(t)
	text := string(segment.DirectoryOf(data))
	if _, err := segment.Load(segment.WithDirectory(data, []byte(text)), segment.Expect{Catalogue: c}); err != nil {
		t.Fatalf("the same directory: %v", err)
	}
	for _, swap := range [][2]string{
		{`"docs":40`, `"docs":41`}, {`"docs":40`, `"docs":-1`}, {`"docs":40`, `"docs":4e30`}, {`"docs":40`, `"docs":2147483648`}, {`"width":1`, `"width":2`}, {`"width":1`, `"width":0`},
		{`"off":`, `"off":-`}, {`"off":`, `"off":9`}, {`"len":`, `"len":-`}, {`"len":`, `"len":9`}, {`"values":`, `"values":4`}, {`"entries":`, `"entries":1`},
		{`"field":"objet"`, `"field":"objets"`}, {`"field":"objet"`, `"field":"titulaire"`}, {`"sorted":true`, `"sorted":false`}, {`"multi":true`, `"multi":false`},
		{`"count":`, `"count":7`}, {`"wide"`, `"narrow"`}, {`{`, `[`}, {`"columns":[`, `"columns":[[`},
	} {
		for at := 0; ; {
			i := strings.Index(text[at:], swap[0])
			if i < 0 {
				break
			}
			changed := text[:at+i] + swap[1] + text[at+i+len(swap[0]):]
			at += i + len(swap[0])
			s, err := segment.Load(segment.WithDirectory(data, []byte(changed)), segment.Expect{Catalogue: c})
			if err == nil {
				everything(c, s) // a place within the file may be another one: garbage, but no harm
			} else if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s for %s at %d: %v", swap[1], swap[0], at, err)
			}
		}
	}
}

// FuzzLoad reads mutated files; nothing that they say may end in a panic.
func FuzzLoad(f *testing.F) {
	c, data := fixture(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add(data[:len(data)-trailer])
	f.Add([]byte("boampsg\n"))
	f.Fuzz(func(t *testing.T, mutated []byte) {
		s, err := segment.Load(mutated, segment.Expect{Catalogue: c})
		if err == nil {
			err = everything(c, s)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	})
}

// FuzzDirectory reads files whose directory is another, rightly signed.
func FuzzDirectory(f *testing.F) {
	c, data := fixture(f)
	f.Add(segment.DirectoryOf(data))
	f.Add([]byte(`{"docs":1,"columns":[{"field":"objet","width":1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := segment.Load(segment.WithDirectory(data, text), segment.Expect{Catalogue: c}); err != nil && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	})
}

const trailer = 64
