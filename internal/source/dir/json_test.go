package dir_test

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dir"
)

func TestJSON(t *testing.T) {
	large := `{"a":"` + strings.Repeat("x", 200) + `"}`
	for _, c := range []struct {
		name, in string
		want     []got
	}{
		{"one object", ` {"a":1} ` + "\n", []got{{"x", `{"a":1}`}}},
		{"one object over lines", "{\n \"a\": {\"b\": [1,2]},\n \"c\": null\n}\n", []got{{"x", "{\n \"a\": {\"b\": [1,2]},\n \"c\": null\n}"}}},
		{"empty object", "{}", []got{{"x", "{}"}}},
		{"byte order mark", "\xef\xbb\xbf{\"a\":1}", []got{{"x", `{"a":1}`}}},
		{"array", "[\n  {\"a\": 1},\n  {\"b\":\"},{\"}\n, 3, \"s\" , null ]", []got{{"x#1", `{"a": 1}`}, {"x#2", `{"b":"},{"}`}, {"x#3", "3"}, {"x#4", `"s"`}, {"x#5", "null"}}},
		{"empty array", "[ ]", nil},
		{"strings with quotes and brackets", `[{"g":"{\"a\":\"]}\\\\\"}"},{"h":"\\"}]`, []got{{"x#1", `{"g":"{\"a\":\"]}\\\\\"}"}`}, {"x#2", `{"h":"\\"}`}}},
		{"answer of v2.1", `{"total_count": 2, "results": [{"a":1}, {"a":2}]}`, []got{{"x#1", `{"a":1}`}, {"x#2", `{"a":2}`}}},
		{"answer of v1", `{"nhits":1,"parameters":{"rows":10},"records":[{"datasetid":"boamp","fields":{"a":1}}],"facet_groups":[{}]}`, []got{{"x#1", `{"datasetid":"boamp","fields":{"a":1}}`}}},
		{"answer without records", `{"total_count":0,"results":[]}`, nil},
		{"results that are no array", `{"results":{"a":1}}`, []got{{"x", `{"results":{"a":1}}`}}},
		{"results further down", `{"a":{"results":[1]}}`, []got{{"x", `{"a":{"results":[1]}}`}}},
		{"lines", "{\"a\":1}\n{\"a\":2}\r\n\n  {\"a\":3}", []got{{"x#1", `{"a":1}`}, {"x#2", `{"a":2}`}, {"x#4", `{"a":3}`}}},
		{"lines after blank ones", "\n\n{\"a\":1}\n{\"a\":2}", []got{{"x#1", `{"a":1}`}, {"x#4", `{"a":2}`}}},
		{"lines with a bad one", "{\"a\":1}\n{\"a\":\n{\"a\":3}\nrubbish\n{\"a\":5}\n", []got{{"x#1", `{"a":1}`}, {"x#2", `{"a":`}, {"x#3", `{"a":3}`}, {"x#4", "rubbish"}, {"x#5", `{"a":5}`}}},
		{"lines, the first cut off", "{\"a\":\n{\"a\":2}\n", []got{{"x#1", `{"a":`}, {"x#2", `{"a":2}`}}},
		{"lines, the first of three cut off", "{\"a\":\n{\"a\":2}\n{\"a\":3}\n", []got{{"x#1", `{"a":`}, {"x#2", `{"a":2}`}, {"x#3", `{"a":3}`}}},
		{"lines, the first cut off in a string", "{\"a\":\"b\n{\"a\":2}\n", []got{{"x#1", `{"a":"b`}, {"x#2", `{"a":2}`}}},
		{"lines, the first cut off after a member", "{\"a\":1\n{\"a\":2}\n", []got{{"x#1", `{"a":1`}, {"x#2", `{"a":2}`}}},
		{"lines, the first bad in the middle", "{\"a\" 1, \"b\":2}\n{\"a\":2}\n", []got{{"x#1", `{"a" 1, "b":2}`}, {"x#2", `{"a":2}`}}},
		{"lines with a large one", "{\"a\":1}\n" + large + "\n{\"a\":3}\n", []got{{"x#1", `{"a":1}`}, {"x#2", "too_large: a record of more than 100 bytes"}, {"x#3", `{"a":3}`}}},
		{"lines of answers", "{\"n\":2,\"results\":[{\"a\":1},{\"a\":2}]}\n{\"results\":[{\"a\":3}]}\n", []got{{"x#1", `{"a":1}`}, {"x#2", `{"a":2}`}, {"x#2.1", `{"a":3}`}}},
		{"a record, then a line with an answer", "{\"a\":1}\n{\"results\":[{\"a\":2},{\"a\":3}]}\n[{\"a\":4}]\n", []got{{"x#1", `{"a":1}`}, {"x#2.1", `{"a":2}`}, {"x#2.2", `{"a":3}`}, {"x#3.1", `{"a":4}`}}},
		{"objects one after the other", "{\n\"a\":1}{\"a\":2} {\"a\":3}", []got{{"x#1", "{\n\"a\":1}"}, {"x#2", `{"a":2}`}, {"x#3", `{"a":3}`}}},
		{"arrays one after the other", `[{"a":1}][{"a":2}]`, []got{{"x#1", `{"a":1}`}, {"x#2.1", `{"a":2}`}}},
		{"large record in an array", "[" + large + `,{"a":2}]`, []got{{"x#1", "too_large"}, {"x#2", `{"a":2}`}}},
		{"large object", large, []got{{"x", "too_large"}}},
		{"object cut off", "{\n\"a\": 1,\n\"b", []got{{"x", "{\n\"a\": 1,\n\"b"}}},
		{"object with a mistake", "{\n\"a\" 1,\n\"b\":2}\n", []got{{"x", "{\n\"a\" 1,\n\"b\":2}"}}},
		{"array cut off in a record", `[{"a":1},{"a":`, []got{{"x#1", `{"a":1}`}, {"x#2", "invalid: the JSON is cut off; the records before stand byte 14"}}},
		{"array cut off after a record", `[{"a":1}`, []got{{"x#1", `{"a":1}`}, {"x", "invalid: the JSON is cut off"}}},
		{"array without a comma", `[{"a":1} {"a":2}]`, []got{{"x#1", `{"a":1}`}, {"x", "invalid: the JSON is not well-formed; the records before stand byte 9"}}},
		{"answer cut off", `{"results":[{"a":1}`, []got{{"x#1", `{"a":1}`}, {"x", "invalid: the JSON is cut off"}}},
		{"text after an array", `[{"a":1}] and so on`, []got{{"x#1", `{"a":1}`}, {"x", "invalid: the JSON is not well-formed"}}},
		{"bad value in a record of an array", `[{"a":tru},{"a":2}]`, []got{{"x#1", `{"a":tru}`}, {"x#2", `{"a":2}`}}},
		{"deep", strings.Repeat("[", 90), []got{{"x#1", "invalid: the JSON is cut off"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := opener()
			o.DocumentBytes = 100
			for _, chunk := range []int{1, 7, 1 << 16} { // the cuts between reads must not matter
				s := stream("x", []byte(c.in))
				s.R, s.At = &chunked{r: s.R, n: chunk}, nil
				want(t, items(o.Items(context.Background(), s)), c.want...)
			}
		})
	}
}

// chunked gives n bytes a time.
type chunked struct {
	r io.Reader
	n int
}

func (c *chunked) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), c.n)]) }

// endless gives one record again and again, up to a number of bytes.
type endless struct {
	record []byte
	rest   []byte // of the record that is being given
	left   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	if len(e.rest) == 0 {
		e.rest = e.record
	}
	n := copy(p, e.rest)
	e.rest, e.left = e.rest[n:], e.left-n
	return n, nil
}

// TestHugeArray reads 100 MB of records and looks at the memory that is in use.
func TestHugeArray(t *testing.T) {
	record := []byte(`{"a":"` + strings.Repeat("b", 8000) + `"},`)
	const total = 100 << 20
	n := 0
	var most uint64
	for item, err := range opener().Items(context.Background(), source.Stream{Origin: "x", R: io.MultiReader(strings.NewReader("["), &endless{record: record, left: total}), Size: -1}) {
		if err != nil {
			break // the array has no end
		}
		if n++; n%2000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		if len(item.Bytes) != len(record)-1 {
			t.Fatalf("record %d has %d bytes", n, len(item.Bytes))
		}
	}
	if wantN := total / len(record); n < wantN-1 || n > wantN+1 {
		t.Errorf("%d records, want about %d", n, wantN)
	}
	if most > 40<<20 {
		t.Errorf("%d bytes in use", most)
	}
}

// FuzzJSONSplit compares the splitter with a full parser on well-formed arrays, and asks of anything else that it ends,
// keeps to the limit, and gives an origin to everything.
func FuzzJSONSplit(f *testing.F) {
	for _, s := range []string{
		`[{"a":1},{"b":"}\"]"}, 3 ,null]`, `{"a":1}`, "{\"a\":1}\n{\"a\":2}\n\n{", `{"results":[{"a":1},{}],"x":1}`, `{"n":1,"records":[`, "[[],[[]],{}]",
		"{\"a\n{\"a\":1}\n", "{\"a\":1}\n[1,2]\n{\"results\":[1]}", "[1 2]", "{}{}", "[][]", "{\"a\":1,}\n{\"a\":2}", `["é\u0000\\"]`,
	} {
		f.Add([]byte(s))
	}
	o := dir.Opener{DocumentBytes: 1 << 10}
	f.Fuzz(func(t *testing.T, b []byte) {
		if source.FormOf(b[:min(len(b), source.HeadSize)]) != source.JSON {
			return
		}
		s := source.Stream{Origin: "x", R: bytes.NewReader(b), Size: int64(len(b))}
		var texts [][]byte
		failed := false
		total := 0
		origins := map[string]bool{}
		for item, err := range o.Items(context.Background(), s) {
			if item.Origin == "" || origins[item.Origin] && err == nil {
				t.Fatalf("origin %q", item.Origin)
			}
			origins[item.Origin] = true
			failed = failed || err != nil
			if total += len(item.Bytes); len(item.Bytes) > o.DocumentBytes {
				t.Fatalf("%d bytes", len(item.Bytes))
			}
			texts = append(texts, item.Bytes)
		}
		if total > len(b) {
			t.Fatalf("%d bytes out of %d", total, len(b))
		}
		if want, ok := elements(b, o.DocumentBytes); ok {
			if failed || len(texts) != len(want) {
				t.Fatalf("%d elements of %d, failed %v", len(texts), len(want), failed)
			}
			for i := range want {
				if !bytes.Equal(want[i], texts[i]) {
					t.Fatalf("element %d is %q, want %q", i+1, texts[i], want[i])
				}
			}
		}
	})
}

// elements are the elements of b when it is one well-formed array, none larger than limit.
func elements(b []byte, limit int) (all [][]byte, ok bool) {
	d := jsontext.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '[' {
		return nil, false
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, false
	}
	for d.PeekKind() != ']' {
		v, err := d.ReadValue()
		if err != nil || len(v) > limit {
			return nil, false
		}
		all = append(all, bytes.Clone(v))
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, false
	}
	_, err := d.ReadToken()
	return all, err == io.EOF
}
