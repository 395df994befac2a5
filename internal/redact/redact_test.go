package redact_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/redact"
	"github.com/boamp/boamp/internal/tree"
)

// marks reads documents of the tests: every "#n" in well-formed XML, or in JSON without a comma too many, is a notice.
func marks(src []byte) (ids []string) {
	text, _, err := tree.Decode(src)
	if err != nil {
		return nil
	}
	if start := strings.TrimLeft(string(text), " \n"); strings.HasPrefix(start, "<") {
		if _, err := tree.ParseXML(text, nil, tree.Limits{}); err != nil && !strings.Contains(start, "broken") {
			return nil
		}
	} else if regexp.MustCompile(`,\s*[\]},]|[\[{]\s*,`).Match(text) {
		return nil
	}
	return regexp.MustCompile(`#\d+`).FindAllString(string(text), -1)
}

func TestWithout(t *testing.T) {
	utf16le := func(s string) string {
		out := []byte("\xFF\xFE")
		for _, u := range utf16.Encode([]rune(s)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return string(out)
	}
	for _, c := range []struct{ name, src, gone, want string }{
		{"the first", "<r><a>#1</a>\n<a>#2</a></r>", "#1", "<r>\n<a>#2</a></r>"},
		{"the last, and a prolog", "<?xml version='1.0'?><!-- <a>9 --><r>\n<a x='>'>#2</a><a>#3</a>\n</r>\n", "#3", "<?xml version='1.0'?><!-- <a>9 --><r>\n<a x='>'>#2</a>\n</r>\n"},
		{"several", "<r><a>#1</a><a>#2</a><a>#3</a><a>#4</a></r>", "#1 #3", "<r><a>#2</a><a>#4</a></r>"},
		{"deeper", "<r><h/><p><a>#1</a><a><![CDATA[</a>#2]]></a></p><p><a>#3</a></p></r>", "#2", "<r><h/><p><a>#1</a></p><p><a>#3</a></p></r>"},
		{"a whole group", "<r><p><a>#1</a><a>#2</a></p><p><a>#3</a></p></r>", "#1 #2", "<r><p><a>#3</a></p></r>"},
		{"Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>\xe9#1</a><a>\xe8#2</a></r>", "#1", "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>\xe8#2</a></r>"},
		{"UTF-16", utf16le("<r><a>é#1</a><a>è#2</a></r>"), "#1", utf16le("<r><a>è#2</a></r>")},
		{"one notice", "<r><a>#1</a></r>", "#1", ""},
		{"together", "<r><a>#1 #2</a></r>", "#1", ""},
		{"not there", "<r><a>#1</a></r>", "#2", ""},
		{"nothing", "", "#1", ""},
		{"not well formed", "<r>broken<ANNONCE_REF>#1</b></ANNONCE_REF><ANNONCE_REF>#2<ANNONCE_REF>#3</ANNONCE_REF></r>", "#2", "<r>broken<ANNONCE_REF>#1</b></ANNONCE_REF><ANNONCE_REF>#3</ANNONCE_REF></r>"},
		{"not well formed at the end", "<r>broken<ANNONCE_REF>#1</b></ANNONCE_REF><ANNONCE_REF>#2</r>", "#2", "<r>broken<ANNONCE_REF>#1</b></ANNONCE_REF></r>"},
		{"array", `[{"id":"#1"}, {"id":"#2"} ,{"id":"#3"}]`, "#1", `[ {"id":"#2"} ,{"id":"#3"}]`},
		{"middle of an array", `[{"id":"#1"},{"id":"#2"},{"id":"#3"}]`, "#2", `[{"id":"#1"},{"id":"#3"}]`},
		{"end of an array", `[{"id":"#1"},{"id":"#2"},{"id":"#3"}]`, "#2 #3", `[{"id":"#1"}]`},
		{"lines", "{\"id\":\"#1\"}\n{\"id\":\"#2\"}\n", "#1", "\n{\"id\":\"#2\"}\n"},
		{"an answer", `{"total_count":2,"results":[{"id":"#1","t":"]}\""},{"id":"#2"}],"x":[1]}`, "#1", `{"total_count":2,"results":[{"id":"#2"}],"x":[1]}`},
		{"records", `{"records":[{"fields":{"id":"#1"}},{"fields":{"id":"#2"}}]}`, "#2", `{"records":[{"fields":{"id":"#1"}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := []byte(c.src)
			got, ok := redact.Without(src, func(id string) bool { return slices.Contains(strings.Fields(c.gone), id) }, marks)
			if string(got) != c.want || ok != (c.want != "") || string(src) != c.src {
				t.Errorf("got %q, %v; want %q", got, ok, c.want)
			}
		})
	}
}

// reader reads as the program does.
func reader(src []byte) (ids []string) {
	res, err := detect.New().Read(feed.Document{Bytes: src, Name: "x"})
	if err != nil {
		return nil
	}
	for _, n := range res.Notices {
		ids = append(ids, n.ID)
	}
	return ids
}

// TestCorpus makes files of many notices of real ones of 2006 to 2015, in both shapes that there were, and cuts one after the other out.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/xml-v110-derived/*.xml")
	if len(files) == 0 {
		t.Skip("no corpus beside the checkout")
	}
	files = files[:min(len(files), 40)]
	notice := regexp.MustCompile(`(?s)<ANNONCE>.*</ANNONCE>`)
	var plain, refs bytes.Buffer
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n := notice.Find(b)
		if n == nil {
			t.Fatalf("%s holds no ANNONCE", f)
		}
		plain.Write(n)
		refs.WriteString("\n<ANNONCE_REF>" + string(n[len("<ANNONCE>"):len(n)-len("</ANNONCE>")]) + "</ANNONCE_REF>")
	}
	for name, list := range map[string][]byte{"ANNONCE": plain.Bytes(), "ANNONCE_REF": refs.Bytes()} {
		src := []byte(fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PARUTION_BOAMP>%s\n</PARUTION_BOAMP>\n", list))
		all := reader(src)
		if len(all) != len(files) {
			t.Fatalf("%s: %d notices of %d files", name, len(all), len(files))
		}
		for i, id := range []string{all[0], all[len(all)/2], all[len(all)-1]} {
			out, ok := redact.Without(src, func(x string) bool { return x == id }, reader)
			if !ok {
				t.Errorf("%s: %s cannot be cut out", name, id)
				continue
			}
			if got := reader(out); len(got) != len(all)-1 || slices.Contains(got, id) || len(out) >= len(src) {
				t.Errorf("%s, cut %d: %d notices left", name, i, len(got))
			}
		}
	}
}

func FuzzWithout(f *testing.F) {
	f.Add([]byte("<r><a>#1</a><a>#2</a></r>"))
	f.Add([]byte(`{"results":[{"id":"#1","t":"],}\""},{"id":"#2"}],"x":[1]}`))
	f.Add([]byte("[\"#1\",\"#2\"]"))
	f.Add([]byte("<r>broken<ANNONCE_REF>#1</b></ANNONCE_REF><ANNONCE_REF>#2</r>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		any := func(b []byte) []string { return regexp.MustCompile(`#\d+`).FindAllString(string(b), -1) }
		out, ok := redact.Without(src, func(id string) bool { return id == "#1" }, any)
		if ok && (slices.Contains(any(out), "#1") || len(out) > len(src)) {
			t.Errorf("%q became %q", src, out)
		}
	})
}
