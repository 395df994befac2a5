package feed_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

func TestWarnRepeated(t *testing.T) {
	for _, c := range []struct{ doc, path, value string }{
		{"<a><x>1</x><y>1</y><x>2</x></a>", "/a/x", "2"},
		{"<a><b><x/><x><z>deep</z></x></b></a>", "/a/b/x", "deep"},
		{"<a><x>1</x><x>1</x></a>", "", ""},         // the same
		{"<a><x>1</x><x/></a>", "", ""},             // empty
		{"<a><lot>1</lot><lot>2</lot></a>", "", ""}, // may repeat
	} {
		d, err := tree.ParseXML([]byte(c.doc), nil, tree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		n := &notice.Notice{}
		feed.WarnRepeated(n, d.Root(), func(name string) bool { return name == "lot" })
		switch {
		case c.path == "" && len(n.Warnings) > 0:
			t.Errorf("%s: warnings %+v, none expected", c.doc, n.Warnings)
		case c.path != "" && (len(n.Warnings) != 1 || n.Warnings[0].Path != c.path || n.Warnings[0].Value != c.value):
			t.Errorf("%s: warnings %+v, want one at %s with %q", c.doc, n.Warnings, c.path, c.value)
		}
	}
}
