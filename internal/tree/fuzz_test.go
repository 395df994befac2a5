package tree_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

// small keeps documents of the fuzzer small enough to be compared.
var small = tree.Limits{Bytes: 1 << 16, Depth: 40}

// FuzzParseXML: no panic; what we read, encoding/xml reads as the same tree; our JSON of it reads back as itself.
func FuzzParseXML(f *testing.F) {
	for _, src := range []string{
		sample, `<a/>`, "<a>\n <b x='&lt;&#233;'>t</b>\r\n<!-- c --><![CDATA[<]]></a>", `<p:a xmlns:p="urn:known" p:x="1" xmlns="u"><b/></p:a>`,
		`<?xml version="1.0" encoding="UTF-8"?><é>&amp;&#x1F600;</é>`, `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "<a>x]]>y</a>", "\uFEFF<a b='\t'/>",
		`<a><b/><c/><b>1</b>t</a>`, `<a xmlns:x="http://www.w3.org/XML/1998/namespace"/>`, "<a>\x00\xff</a>", `<a xml:lang='fr' x='1' x='2'/>`, `<?xml version="1.1"?><ߕ/>`,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := tree.ParseXML(src, nil, small)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge && k != fault.Unsupported {
				t.Fatalf("%v: %v", k, err)
			}
			return
		}
		checkTree(t, d)
		if reference, err := standardTree(src); err != nil {
			if !knownStricter(err) {
				t.Errorf("encoding/xml: %v", err)
			}
		} else if want, got := standardOutline(reference.children[0]), standardForm(d.Root()); want != got {
			t.Errorf("encoding/xml reads\n     %s\nwe   %s", want, got)
		}
		checkBack(t, d)
	})
}

// knownStricter tells what encoding/xml refuses and XML 1.0 allows: later minor versions, and names with characters that
// came with the fifth edition.
func knownStricter(err error) bool {
	return strings.Contains(err.Error(), "unsupported version") || strings.Contains(err.Error(), "invalid XML name")
}

// checkTree checks what holds for every tree.
func checkTree(t *testing.T, d *tree.Doc) {
	t.Helper()
	count := 0
	for n := range d.Root().Descend() {
		count++
		if n.Name() == "" || !strings.HasSuffix(n.Path(), "/"+n.Name()) || !utf8.ValidString(n.RawText()) {
			t.Errorf("element %d: name %q, path %q, text %q", count, n.Name(), n.Path(), n.RawText())
		}
		for c := range n.All() {
			if c.Parent() != n {
				t.Errorf("%s has another parent", c.Path())
			}
		}
	}
	if count != d.Len() {
		t.Errorf("%d elements below the root, %d in all", count, d.Len())
	}
}

// checkBack checks that the JSON of a document, read as JSON, is that JSON.
func checkBack(t *testing.T, d *tree.Doc) {
	t.Helper()
	for _, src := range [][]byte{d.Root().AppendJSON(nil), d.Root().AppendJSONTrimmed(nil)} {
		if src[0] != '{' {
			src = append(append([]byte(`{"r": `), src...), '}')
		}
		again, err := tree.ParseJSON(src, "r", tree.Limits{})
		if err != nil {
			t.Fatalf("%v in %s", err, src)
		}
		if got := again.Root().AppendJSON(nil); !bytes.Equal(got, src) {
			t.Errorf("%s comes back as %s", src, got)
		}
	}
}

// blanks evens out attribute values: encoding/xml leaves the tabs and line ends that XML 1.0 makes blanks.
var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// standardForm and standardOutline write an element alike: local name, attributes without prefix, text.
func standardForm(n tree.Node) string {
	var b strings.Builder
	b.WriteString(n.Local())
	for _, a := range n.Attrs() {
		fmt.Fprintf(&b, "[%s=%q]", a.Name[strings.IndexByte(a.Name, ':')+1:], blanks.Replace(a.Value))
	}
	fmt.Fprintf(&b, "%q{", n.RawText())
	for c := range n.All() {
		b.WriteString(standardForm(c))
	}
	b.WriteByte('}')
	return b.String()
}

func standardOutline(e *element) string {
	var b strings.Builder
	b.WriteString(e.local)
	for _, a := range e.attrs {
		if a.Name.Space != "xmlns" && (a.Name != xml.Name{Local: "xmlns"}) {
			fmt.Fprintf(&b, "[%s=%q]", a.Name.Local, blanks.Replace(a.Value))
		}
	}
	text := e.text
	if len(e.children) > 0 && strings.Trim(text, " \t\r\n") == "" {
		text = ""
	}
	fmt.Fprintf(&b, "%q{", text)
	for _, c := range e.children {
		b.WriteString(standardOutline(c))
	}
	b.WriteByte('}')
	return b.String()
}

// FuzzParseJSON: no panic, and what we write of a document is stable.
func FuzzParseJSON(f *testing.F) {
	for _, src := range []string{
		`{}`, `{"a": "x", "b": ["", {"@c": "1", "#text": "t"}]}`, `{"a":[],"b":[null,1.5,true,{}],"#text":"","@xmlns":"u"}`,
		`{"a":"\u00e9\ud83d\ude00\b\u0000"}`, `{"a\"":[["x"]]}`, `{"a":"x","a":"y"}`, "{\"a\":\"\xff\"}", `{"@a":{}}`, `{"":""}`,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := tree.ParseJSON(src, "r", small)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("%v: %v", k, err)
			}
			return
		}
		once := d.Root().AppendJSON(nil)
		if string(once) == `""` {
			return // of {}: the one document that is no object any more
		}
		again, err := tree.ParseJSON(once, "r", tree.Limits{})
		if err != nil {
			t.Fatalf("%v in %s", err, once)
		}
		if twice := again.Root().AppendJSON(nil); !bytes.Equal(once, twice) {
			t.Errorf("%s comes back as %s", once, twice)
		}
	})
}

// FuzzDecode: no panic; what comes out is UTF-8 without zero bytes, and decodes to itself.
func FuzzDecode(f *testing.F) {
	for _, src := range []string{
		"", "<a>é</a>", "\uFEFF<a/>", "\xFF\xFE<\x00a\x00", "\xFE\xFF\x00<\xD8\x3D\xDE\x00", "<\x00?\x00", "<a>\xE9\x92</a>", "<a>\xE9é</a>",
		declared("ISO-8859-1", "\xE9"), declared("iso-8859-15", "\xA4\x80"), declared("windows-1252", "\x81"), declared("x", ""), "a\x00b",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		text, repaired, err := tree.Decode(src)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.Unsupported {
				t.Fatalf("%v: %v", k, err)
			}
			return
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			t.Fatalf("%q is no clean UTF-8", text)
		}
		if utf8.Valid(src) && bytes.IndexByte(src, 0) < 0 && !bytes.HasPrefix(src, []byte("\uFEFF")) && !repaired && !bytes.HasPrefix(src, []byte("<?xml")) && !bytes.Equal(src, text) {
			t.Errorf("UTF-8 was changed to %q", text)
		}
	})
}
