package tree_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/boamp/boamp/internal/tree"
)

const sample = `<a xmlns:p="urn:known"><b x="1">one</b><c><d><p:e> two </p:e></d><f/></c><b>three</b></a>`

func parse(tb testing.TB, src string) *tree.Doc {
	tb.Helper()
	d, err := tree.ParseXML([]byte(src), uris, tree.Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestNavigation(t *testing.T) {
	d := parse(t, sample)
	root := d.Root()
	e := root.Child("c", "d", "k:e")
	for name, tt := range map[string]struct{ got, want any }{
		"elements":            {d.Len(), 7},
		"name":                {e.Name(), "k:e"},
		"local name":          {e.Local(), "e"},
		"local of plain name": {root.Local(), "a"},
		"text":                {e.Text(), "two"},
		"raw text":            {e.RawText(), " two "},
		"path":                {e.Path(), "/a/c/d/k:e"},
		"path of the root":    {root.Path(), "/a"},
		"parent":              {e.Parent().Name(), "d"},
		"parent of the root":  {root.Parent().Exists(), false},
		"first of a name":     {root.Child("b").Text(), "one"},
		"attribute":           {root.Child("b").Attr("x"), "1"},
		"attribute absent":    {root.Child("b").Attr("y"), ""},
		"first child":         {root.First().Name(), "b"},
		"first of a leaf":     {e.First().Exists(), false},
		"has":                 {root.Child("c").Has("f"), true},
		"has not":             {root.Child("c").Has("e"), false},
		"leaf":                {e.IsLeaf(), true},
		"no leaf":             {root.IsLeaf(), false},
		"no step":             {root.Child().Name(), "a"},
		"step that fails":     {root.Child("c", "x", "y").Exists(), false},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%v, want %v", tt.got, tt.want)
			}
		})
	}
}

func TestIteration(t *testing.T) {
	root := parse(t, sample).Root()
	names := func(list []tree.Node) (names []string) {
		for _, n := range list {
			names = append(names, n.Name()+n.Text())
		}
		return names
	}
	for name, tt := range map[string]struct {
		got  []tree.Node
		want []string
	}{
		"all":                {slices.Collect(root.All()), []string{"bone", "c", "bthree"}},
		"each":               {slices.Collect(root.Each("b")), []string{"bone", "bthree"}},
		"each of none":       {slices.Collect(root.Each("x")), nil},
		"descend":            {slices.Collect(root.Descend()), []string{"a", "bone", "c", "d", "k:etwo", "f", "bthree"}},
		"descend in between": {slices.Collect(root.Child("c").Descend()), []string{"c", "d", "k:etwo", "f"}},
		"descend deeper":     {slices.Collect(root.Child("c", "d").Descend()), []string{"d", "k:etwo"}},
		"descend a leaf":     {slices.Collect(root.Child("c", "f").Descend()), []string{"f"}},
		"all of a leaf":      {slices.Collect(root.Child("b").All()), nil},
		"all of an absent":   {slices.Collect(tree.Node{}.All()), nil},
		"each of an absent":  {slices.Collect(tree.Node{}.Each("a")), nil},
		"below an absent":    {slices.Collect(tree.Node{}.Descend()), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := names(tt.got); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	t.Run("stops when asked", func(t *testing.T) {
		count := 0
		for range root.All() {
			count++
			break
		}
		for range root.Each("b") {
			count++
			break
		}
		for range root.Descend() {
			count++
			break
		}
		if count != 3 {
			t.Errorf("%d rounds, want 3", count)
		}
	})
}

// TestAbsent: every method answers on the zero Node and on the root of no document.
func TestAbsent(t *testing.T) {
	var none *tree.Doc
	for name, n := range map[string]tree.Node{"zero": {}, "no document": none.Root(), "empty document": new(tree.Doc).Root()} {
		t.Run(name, func(t *testing.T) {
			if n.Exists() || n.Name() != "" || n.Local() != "" || n.Text() != "" || n.RawText() != "" || n.Attr("x") != "" ||
				n.Attrs() != nil || n.Child("x").Exists() || n.Has("x") || n.First().Exists() || !n.IsLeaf() || n.Parent().Exists() || n.Path() != "" {
				t.Error("an absent node has something")
			}
			if got := string(n.AppendJSON(nil)); got != `""` {
				t.Errorf("JSON %s", got)
			}
		})
	}
}

// TestSourceIsCopied: the caller may use the bytes again.
func TestSourceIsCopied(t *testing.T) {
	for name, parse := range map[string]func(src []byte) (*tree.Doc, error){
		`<a b="xx">yy&amp;</a>`:             func(src []byte) (*tree.Doc, error) { return tree.ParseXML(src, nil, tree.Limits{}) },
		`{"@b": "xx", "#text": "yy\u0026"}`: func(src []byte) (*tree.Doc, error) { return tree.ParseJSON(src, "a", tree.Limits{}) },
	} {
		src := []byte(name)
		d, err := parse(src)
		if err != nil {
			t.Fatal(err)
		}
		for i := range src {
			src[i] = '?'
		}
		if got := outline(d.Root()); got != `a[b="xx"] "yy&"` {
			t.Errorf("%s", got)
		}
	}
}

// TestAttrsAreFenced: appending to the slice of one element does not reach the next one's attributes.
func TestAttrsAreFenced(t *testing.T) {
	root := parse(t, `<a><b x="1"/><c y="2"/></a>`).Root()
	_ = append(root.Child("b").Attrs(), tree.Attr{Name: "z", Value: "3"})
	if got := root.Child("c").Attr("y"); got != "2" {
		t.Errorf("attribute y is %q", got)
	}
}

// TestConcurrentReaders: one document may be read by many; the race detector watches. Parsers work at the same time, so
// that scratch shared between documents would show.
func TestConcurrentReaders(t *testing.T) {
	d := parse(t, sample)
	want, json := outline(d.Root()), string(d.Root().AppendJSON(nil))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := outline(d.Root()); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if got := string(d.Root().AppendJSON(nil)); got != json {
					t.Errorf("%s, want %s", got, json)
				}
				for n := range d.Root().Descend() {
					if n.Path() == "" || n.Exists() == (n.Name() == "") {
						t.Error("a node without place")
					}
				}
				own, err := tree.ParseXML([]byte(sample), uris, tree.Limits{})
				if err != nil || outline(own.Root()) != want {
					t.Errorf("read anew: %v", err)
				}
				again, err := tree.ParseJSON([]byte(json), "a", tree.Limits{})
				if err != nil || string(again.Root().AppendJSON(nil)) != json {
					t.Errorf("read back: %v", err)
				}
				if _, err := tree.ParseXML([]byte("<a><b>&x;"), nil, tree.Limits{}); err == nil {
					t.Error("broken document was read")
				}
			}
		})
	}
	wg.Wait()
}
