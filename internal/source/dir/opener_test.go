package dir_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

type file = sourcetest.File

var noon = time.Date(2026, 9, 11, 12, 0, 0, 0, time.UTC)

func opener() dir.Opener {
	return dir.Opener{Unpack: archive.Reader{}.Members, CSV: rows, Now: func() time.Time { return noon }}
}

// rows stands for the reader of exports: each row as its cells joined by a bar; the cell "bad" is an error.
func rows(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		c := csv.NewReader(r)
		c.Comma = ';'
		_, _ = c.Read()
		for {
			row, err := c.Read()
			if err == io.EOF {
				return
			}
			if err == nil && row[0] == "bad" {
				err = fault.New(fault.Invalid, "a bad row")
				if !yield(nil, err) {
					return
				}
				continue
			}
			if !yield([]byte(strings.Join(row, "|")), err) || err != nil {
				return
			}
		}
	}
}

// got is an item: its bytes, or its error.
type got struct{ origin, text string }

func items(seq iter.Seq2[source.Item, error]) (all []got) {
	for item, err := range seq {
		switch {
		case err == nil:
			all = append(all, got{item.Origin, string(item.Bytes)})
		case errors.Is(err, source.ErrCompanion):
			all = append(all, got{item.Origin, "companion"})
		default:
			all = append(all, got{item.Origin, errorText(err)})
		}
	}
	return all
}

func errorText(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return "not a fault: " + err.Error()
	}
	return strings.TrimSpace(f.Kind.String()+": "+f.Message) + " " + f.Pos
}

func stream(name string, b []byte) source.Stream {
	return source.Stream{Origin: name, Name: source.NameOf(name), R: bytes.NewReader(b), At: bytes.NewReader(b), Size: int64(len(b))}
}

func want(t *testing.T, have []got, want ...got) {
	t.Helper()
	for i := range max(len(have), len(want)) {
		switch {
		case i >= len(have):
			t.Errorf("missing: %q", want[i])
		case i >= len(want):
			t.Errorf("too much: %q", have[i])
		case have[i].origin != want[i].origin || !strings.HasPrefix(have[i].text, want[i].text):
			t.Errorf("item %d = %.200q, want %q", i, have[i], want[i])
		}
	}
}

func TestItems(t *testing.T) {
	xml := "<?xml version='1.0' encoding='ISO-8859-1'?>\r\n<ANNONCE>\xe9\x00</ANNONCE>\n"
	pair := []file{{Name: "d/15-1.html", Body: "<html>"}, {Name: "d/15-1.xml", Body: "<A/>"}, {Name: "d/15-2.xml", Body: "<B/>"}, {Name: "d/15-2.html", Body: "<html>"}, {Name: "d/15-3.html", Body: "<html>"}}
	for _, c := range []struct {
		name string
		b    string
		want []got
	}{
		{"XML", xml, []got{{"x", xml}}},
		{"XML in gzip", string(sourcetest.Gzip(t, []byte(xml))), []got{{"x", xml}}},
		{"empty", "", []got{{"x", "invalid: an empty file"}}},
		{"a page", "<html><body>", []got{{"x", "unsupported: an HTML page without the XML"}}},
		{"pages and notices", string(sourcetest.TarGz(t, pair...)), []got{{"x!d/15-1.xml", "<A/>"}, {"x!d/15-1.html", "companion"}, {"x!d/15-2.xml", "<B/>"},
			{"x!d/15-2.html", "companion"}, {"x!d/15-3.html", "unsupported: an HTML page without the XML"}}},
		{"PDF", "%PDF-1.7", []got{{"x", "unsupported: not XML, JSON, an export or an archive but a PDF document"}}},
		{"zip with all sorts", string(sourcetest.Zip(t, file{Name: "a.json", Body: `[{"a":1},{"a":2}]`}, file{Name: "b.txt", Body: "hello"}, file{Name: "c"}, file{Name: "d", Body: "<A/>"})),
			[]got{{"x!a.json#1", `{"a":1}`}, {"x!a.json#2", `{"a":2}`}, {"x!b.txt", `unsupported: not XML, JSON, an export or an archive but text that begins "hello"`}, {"x!c", "invalid: an empty file"}, {"x!d", "<A/>"}}},
		{"damaged notice in a zip, with its page", strings.Replace(string(sourcetest.StoredZip(t, file{Name: "1.xml", Body: "<ABCDEF/>"}, file{Name: "1.html", Body: "<html>"})), "BCD", "BXD", 1),
			[]got{{"x!1.xml", "invalid: the checksum"}, {"x!1.html", "companion"}}},
		{"CSV", "idweb;objet\n1;un\nbad;\n3;\"tr;ois\n\"\n", []got{{"x#1", "1|un"}, {"x#2", "invalid: a bad row"}, {"x#3", "3|tr;ois\n"}}},
		{"CSV in gzip", string(sourcetest.Gzip(t, []byte("\xef\xbb\xbfidweb;objet\n1;un\n"))), []got{{"x#1", "1|un"}}},
		{"too large", "<A>" + strings.Repeat(" ", 1000), []got{{"x", "too_large: a document of more than 1000 bytes"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := opener()
			o.DocumentBytes = 1000
			want(t, items(o.Items(context.Background(), stream("x", []byte(c.b)))), c.want...)
		})
	}
}

func TestItemsWithoutReaders(t *testing.T) {
	for name, b := range map[string]string{"archive": string(sourcetest.Zip(t)), "CSV": "idweb;x\n1;2"} {
		have := items(dir.Opener{}.Items(context.Background(), stream("x", []byte(b))))
		if len(have) != 1 || !strings.HasPrefix(have[0].text, "unsupported") {
			t.Errorf("%s: %q", name, have)
		}
	}
}

func TestItemFields(t *testing.T) {
	b := sourcetest.Zip(t, file{Name: "d/15-1.xml", Body: "<A/>"}, file{Name: "d/15-2.xml.gz", Body: string(sourcetest.Gzip(t, []byte("<B/>")))})
	for name, wantNames := range map[string]string{"in/BOAMP-J-AO_2015_062009.taz": "BOAMP-J-AO_2015_062009 BOAMP-J-AO_2015_062009 ", "in/mine.zip": "15-1 15-2 "} {
		names := ""
		for item, err := range opener().Items(context.Background(), stream(name, b)) {
			if err != nil || !item.Fetched.Equal(noon) {
				t.Fatal(item, err)
			}
			names += item.Name + " "
		}
		if names != wantNames {
			t.Errorf("%s: names %q, want %q", name, names, wantNames)
		}
	}
}

// TestBytesAreKept holds every item while later ones are read.
func TestBytesAreKept(t *testing.T) {
	var files []file
	for i := range 50 {
		files = append(files, file{Name: fmt.Sprint(i, ".xml"), Body: sourcetest.Notice(i, 3000)})
	}
	for i, g := range items(opener().Items(context.Background(), stream("x", sourcetest.TarGz(t, files...)))) {
		if g.text != files[i].Body {
			t.Errorf("item %d changed", i)
		}
	}
	var lines strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&lines, `{"n":%d,"t":%q}`+"\n", i, strings.Repeat(fmt.Sprint(i), 50))
	}
	for i, g := range items(opener().Items(context.Background(), stream("x", []byte(lines.String())))) {
		if wantText := fmt.Sprintf(`{"n":%d,"t":%q}`, i, strings.Repeat(fmt.Sprint(i), 50)); g.text != wantText || g.origin != fmt.Sprintf("x#%d", i+1) {
			t.Errorf("line %d changed: %q", i, g)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	n := 0
	for item, err := range opener().Items(ctx, stream("x", []byte(`[{"a":1},{"a":2},{"a":3}]`))) {
		n++
		if last = err; err != nil && item.Origin != "" {
			t.Errorf("the cancellation is that of %q", item.Origin)
		}
		cancel()
	}
	if n != 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d items, then %v", n, last)
	}
}

func TestStopEarly(t *testing.T) {
	for name, b := range map[string]string{
		"array": `[{"a":1},{"a":2}]`, "lines": "{\"a\":1}\n{\"a\":2}\n{\"a\":3}", "answer": `{"results":[{"a":1},{"a":2}]}`, "bad": "{\n{", "csv": "idweb;b\n1;2\n3;4",
		"zip": string(sourcetest.Zip(t, file{Name: "a", Body: "<A/>"}, file{Name: "b", Body: "<B/>"})), "bad zip": "PK\x03\x04", "page": "<html>",
	} {
		n := 0
		for range opener().Items(context.Background(), stream("x", []byte(b))) {
			n++
			break
		}
		if n != 1 {
			t.Errorf("%s: %d items", name, n)
		}
	}
}
