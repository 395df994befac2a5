package tree_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

func TestXMLLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	row := func(n int) string { return "<r>" + strings.Repeat("<a/>", n-1) + "</r>" }
	attrs := func(n int) string {
		s := "<a"
		for i := range n {
			s += fmt.Sprintf(" b%d=''", i)
		}
		return s + "/>"
	}
	declarations := func(n int) string {
		return strings.ReplaceAll(strings.ReplaceAll(attrs(n), " b", " xmlns:b"), "='", "='u")
	}
	tests := []struct {
		name     string
		limits   tree.Limits
		fits     string
		tooLarge string
		pos      string
		message  string
	}{
		{"bytes", tree.Limits{Bytes: 10}, "<a>345</a>", "<a>3456</a>", "", "document of 11 bytes"},
		{"depth", tree.Limits{Depth: 3}, nested(3), nested(4), "line 1 column 10", "deeper than 3"},
		{"default depth", tree.Limits{}, nested(96), nested(97), "line 1 column 289", "deeper than 96"},
		{"elements", tree.Limits{Nodes: 3}, row(3), row(4), "line 1 column 12", "more than 3 elements"},
		{"attributes", tree.Limits{Attrs: 2}, attrs(2), attrs(3), "line 1 column 16", "more than 2 attributes"},
		{"default attributes", tree.Limits{}, attrs(64), attrs(65), "line 1 column 442", "more than 64 attributes"},
		{"namespace declarations", tree.Limits{Attrs: 2}, declarations(2), declarations(3), "line 1 column 30", "more than 2 attributes"},
		{"name of an element", tree.Limits{Name: 3}, "<abc/>", "<abcd/>", "line 1 column 2", "longer than 3 bytes"},
		{"name of an attribute", tree.Limits{Name: 3}, "<a b='' bcd=''/>", "<a b='' bcde=''/>", "line 1 column 9", "longer than 3 bytes"},
		{"name of an end tag", tree.Limits{Name: 3}, "<abc></abc>", "<abc></abcd>", "line 1 column 8", "longer than 3 bytes"},
		{"default name", tree.Limits{}, "<" + strings.Repeat("é", 128) + "/>", "<" + strings.Repeat("é", 129) + "/>", "line 1 column 2", "longer than 256"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tree.ParseXML([]byte(tt.fits), nil, tt.limits); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			_, err := tree.ParseXML([]byte(tt.tooLarge), nil, tt.limits)
			checkFault(t, err, fault.TooLarge, tt.pos, tt.message)
		})
	}
}

func TestJSONLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + `""` + strings.Repeat("}", n) }
	tests := []struct {
		name     string
		limits   tree.Limits
		fits     string
		tooLarge string
		pos      string
		message  string
	}{
		{"bytes", tree.Limits{Bytes: 10}, `{"a":"67"}`, `{"a":"678"}`, "", "document of 11 bytes"},
		{"depth", tree.Limits{Depth: 3}, nested(3), nested(4), "/a/a/a", "deeper than 3"},
		{"elements", tree.Limits{Nodes: 3}, `{"a":["",""]}`, `{"a":["","",""]}`, "/a/1", "more than 3 elements"},
		{"attributes", tree.Limits{Attrs: 2}, `{"a":{"@b":"","@c":""}}`, `{"a":{"@b":"","@c":"","@d":""}}`, "/a/@d", "more than 2 attributes"},
		{"name of an element", tree.Limits{Name: 3}, `{"abc":""}`, `{"abcd":""}`, "/abcd", "longer than 3 bytes"},
		{"name of an attribute", tree.Limits{Name: 3}, `{"@abc":""}`, `{"@abcd":""}`, "/@abcd", "longer than 3 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tree.ParseJSON([]byte(tt.fits), "r", tt.limits); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			_, err := tree.ParseJSON([]byte(tt.tooLarge), "r", tt.limits)
			checkFault(t, err, fault.TooLarge, tt.pos, tt.message)
		})
	}
}

// TestHostile reads documents whose shape would cost a naive reader the square of their size. They are small enough for
// that square to end within the test's time, and large enough to be seen: the work is bounded by what it allocates.
func TestHostile(t *testing.T) {
	const n = 20_000
	distinct := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i)
		}
		return b.String()
	}
	tests := []struct {
		name, src string
		length    int // of the root's text
		json      int // size of the JSON
	}{
		{"text in pieces by comments", "<a>" + strings.Repeat("x<!---->", n) + "</a>", n, n + 2},
		{"text in pieces by CDATA", "<a>" + strings.Repeat("<![CDATA[x]]>", n) + "</a>", n, n + 2},
		{"text in pieces with references", "<a>" + strings.Repeat("&amp;<?p?>", n) + "</a>", n, n + 2},
		{"children of as many names", "<a>" + distinct("<b%d/><!--%d-->") + "</a>", 0, 0},
		{"children of two names in turn", "<a>" + strings.Repeat("<b/><c/>", n) + "</a>", 0, len(`{"b": [], "c": []}`) + 2*(4*n-2)},
		{"namespace declared by each child", "<a>" + distinct(`<p:b%d xmlns:p="u%d"/>`) + "</a>", 0, 0},
		{"one name under as many namespaces", "<a>" + distinct(`<p:b xmlns:p="u%d"/><!--%d-->`) + "</a>", 0, len(`{"p:b": []}`) + 4*n - 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d *tree.Doc
			var json []byte
			allocated := testing.AllocsPerRun(1, func() {
				var err error
				if d, err = tree.ParseXML([]byte(tt.src), nil, tree.Limits{}); err != nil {
					t.Fatal(err)
				}
				json = d.Root().AppendJSON(nil)
			})
			if got := len(d.Root().RawText()); got != tt.length {
				t.Errorf("text of %d bytes, want %d", got, tt.length)
			}
			if tt.json > 0 && len(json) != tt.json {
				t.Errorf("JSON of %d bytes, want %d", len(json), tt.json)
			}
			if allocated > n {
				t.Errorf("%.0f allocations for %d pieces", allocated, n)
			}
		})
	}
}
