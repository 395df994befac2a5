package tree_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

// outline writes an element on one line: canonical name, attributes, own text, children.
func outline(n tree.Node) string {
	var b strings.Builder
	b.WriteString(n.Name())
	for _, a := range n.Attrs() {
		fmt.Fprintf(&b, "[%s=%q]", a.Name, a.Value)
	}
	if t := n.RawText(); t != "" {
		fmt.Fprintf(&b, " %q", t)
	}
	if !n.IsLeaf() {
		b.WriteString("{")
		sep := ""
		for c := range n.All() {
			b.WriteString(sep + outline(c))
			sep = ", "
		}
		b.WriteString("}")
	}
	return b.String()
}

// uris is the table of known namespaces that the tests use.
var uris = tree.Namespaces{"urn:known": "k", "urn:root": ""}

func TestParseXML(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"one element", `<a/>`, `a`},
		{"start and end tag", `<a></a>`, `a`},
		{"white space in tags", "<a\n x = '1'\t></a \n>", `a[x="1"]`},
		{"empty element with space", `<a />`, `a`},
		{"declaration", `<?xml version="1.0" encoding="UTF-8" standalone='yes' ?><a/>`, `a`},
		{"declaration without encoding", `<?xml version='1.0'?><a/>`, `a`},
		{"declaration with another encoding, past by now", `<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>`, `a "é"`},
		{"later minor version", `<?xml version="1.1"?><a/>`, `a`},
		{"byte-order mark", "\uFEFF<?xml version=\"1.0\"?><a/>", `a`},
		{"around the root", "<!-- one --><?p?>\n<a/>\n<!-- two --><?p q?>\n", `a`},
		{"processing instruction whose name starts with xml", `<?xml-stylesheet href="x"?><a/>`, `a`},
		{"layout goes", "<a>\n  <b>x</b>\n  <c/>\n</a>", `a{b "x", c}`},
		{"text of a leaf stays", "<a>\n  x \n</a>", `a "\n  x \n"`},
		{"white space of a leaf stays", "<a> \n </a>", `a " \n "`},
		{"mixed content keeps all", "<a>x <b/> y</a>", `a "x  y"{b}`},
		{"comments part no text", "<a>x<!-- - -->y<?p?>z</a>", `a "xyz"`},
		{"CDATA", "<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>", `a "<b>&amp;]]>"`},
		{"empty CDATA", "<a><![CDATA[]]></a>", `a`},
		{"CDATA of white space among children", "<a><![CDATA[ ]]><b/></a>", `a{b}`},
		{"brackets in text", "<a>[[x]] ]> > ]]</a>", `a "[[x]] ]> > ]]"`},
		{"references", "<a>&lt;&gt;&amp;&quot;&apos;&#233;&#xE9;&#xe9;&#0000000000000000000000233;&#x1F600;</a>", `a "<>&\"'ééé` + "é\U0001F600" + `"`},
		{"references end once", "<a>&amp;amp;&amp;#39;</a>", `a "&amp;&#39;"`},
		{"reference to a line end", "<a>x&#13;&#10;y</a>", `a "x\r\ny"`},
		{"line ends", "<a>x\r\ny\rz\n</a>", `a "x\ny\nz\n"`},
		{"line ends in CDATA", "<a><![CDATA[x\r\ny\r]]></a>", `a "x\ny\n"`},
		{"attribute values", "<a b='x\ty\r\nz&#10;&quot;' c=\"'>\"/>", `a[b="x y z\n\""][c="'>"]`},
		{"names beyond ASCII", "<élan ÿ='1'><日本-1.2·/></élan>", `élan[ÿ="1"]{日本-1.2·}`},
		{"names with marks", "<_a.b-c1/>", `_a.b-c1`},
		{"unknown namespace keeps the written name", `<p:a xmlns:p="urn:other"><p:b/></p:a>`, `p:a{p:b}`},
		{"known namespace", `<x:a xmlns:x="urn:known"><x:b/></x:a>`, `k:a{k:b}`},
		{"known namespace under its own prefix", `<k:a xmlns:k="urn:known"/>`, `k:a`},
		{"known default namespace", `<a xmlns="urn:known"><b/></a>`, `k:a{k:b}`},
		{"namespace of the root kind", `<x:a xmlns:x="urn:root"><b/></x:a>`, `a{b}`},
		{"default namespace ends", `<a xmlns="urn:known"><b xmlns=""><c/></b><d/></a>`, `k:a{b{c}, k:d}`},
		{"default namespace changes", `<a xmlns="urn:x"><a xmlns="urn:known"><a/></a><a/></a>`, `a{k:a{k:a}, a}`},
		{"prefix bound anew", `<p:a xmlns:p="urn:known"><p:b xmlns:p="urn:other"><p:b/></p:b><p:b/></p:a>`, `k:a{p:b{p:b}, k:b}`},
		{"one namespace under two prefixes", `<a xmlns:p="urn:known" xmlns:q="urn:known"><p:b/><q:b/></a>`, `a{k:b, k:b}`},
		{"declaration behind its use in the tag", `<p:a p:x="1" xmlns:p="urn:known"/>`, `k:a[p:x="1"]`},
		{"namespace written with references", `<a xmlns="urn:&#107;nown"/>`, `k:a`},
		{"prefix xml", `<a xml:lang="fr" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, `a[xml:lang="fr"]`},
		{"attributes keep their prefix", `<a xmlns:k="urn:known" k:x="1" x="2"/>`, `a[k:x="1"][x="2"]`},
		{"names that begin like a declaration", `<a xmlnsx="1" xmlns.y="2"/>`, `a[xmlnsx="1"][xmlns.y="2"]`},
		{"deep and back", `<a><b><c><d/></c></b><b/></a>`, `a{b{c{d}}, b}`},
		{"delete character", "<a>\x7f</a>", `a "\x7f"`},
		{"controls of Windows-1252", "<a>\u0092</a>", `a "\u0092"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseXML([]byte(tt.src), uris, tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(d.Root()); got != tt.want {
				t.Errorf("%s gives\n     %s\nwant %s", tt.src, got, tt.want)
			}
		})
	}
}

func TestParseXMLRefuses(t *testing.T) {
	tests := []struct {
		name, src string
		pos       string
		message   string // part of it
	}{
		{"nothing", "", "line 1 column 1", "no root element"},
		{"white space", " \n", "line 2 column 1", "no root element"},
		{"text", "hello", "line 1 column 1", "text outside"},
		{"text in front", "x<a/>", "line 1 column 1", "text outside"},
		{"text behind", "<a/>\nx", "line 2 column 1", "text outside"},
		{"CDATA behind", "<a/><![CDATA[x]]>", "line 1 column 5", "after the root"},
		{"two roots", "<a/><b/>", "line 1 column 5", "after the root"},
		{"truncated in text", "<a>\n<b>é x", "line 2 column 7", "ends inside <b>"},
		{"truncated between tags", "<a><b></b>", "line 1 column 11", "ends inside <a>"},
		{"truncated in a start tag", "<a><b c='1'", "line 1 column 12", "ends inside a tag"},
		{"truncated in a name", "<a><bc", "line 1 column 7", "ends inside a tag"},
		{"truncated in an end tag", "<a></a", "line 1 column 4", "without '>'"},
		{"truncated in a value", "<a b='x", "line 1 column 6", "closing quote"},
		{"truncated in a comment", "<a><!-- x", "line 1 column 4", "comment without end"},
		{"truncated in CDATA", "<a><![CDATA[ x", "line 1 column 4", "CDATA section without end"},
		{"truncated in an instruction", "<a><?p x", "line 1 column 4", "instruction without end"},
		{"truncated at a mark", "<a><", "line 1 column 4", "starts no element"},
		{"truncated declaration", "<?xml version='1.0'", "line 1 column 1", "declaration without end"},
		{"wrong end tag", "<a><b></a></b>", "line 1 column 7", "</a> where </b>"},
		{"end tag that goes on", "<a></ab>", "line 1 column 4", "</ab> where </a>"},
		{"end tag with an attribute", "<a></a b='1'>", "line 1 column 4", "without '>'"},
		{"end tag without name", "<a></>", "line 1 column 4", "without a name"},
		{"end tag too many", "<a/></a>", "line 1 column 5", "after the root"},
		{"blank behind <", "<a>< b/></a>", "line 1 column 4", "starts no element"},
		{"digit as a name", "<a><1/></a>", "line 1 column 4", "starts no element"},
		{"mark as a name", "<a><-b/></a>", "line 1 column 4", "starts no element"},
		{"sign beyond ASCII as a name", "<a><×/></a>", "line 1 column 4", "starts no element"},
		{"sign beyond ASCII in a name", "<a×/>", "line 1 column 3", "white space expected"},
		{"two colons", "<a:b:c/>", "line 1 column 5", "':' in a name"},
		{"colon in front", "<:a/>", "line 1 column 2", "':' in a name"},
		{"colon at the end", "<a:/>", "line 1 column 2", "ends in ':'"},
		{"local name with a digit in front", "<a:1/>", "line 1 column 4", "starts with a digit"},
		{"attribute without value", "<a b>", "line 1 column 4", "without value"},
		{"attribute without quotes", "<a b=c>", "line 1 column 6", "without quotes"},
		{"no attribute at all", "<a =''/>", "line 1 column 4", "without value"},
		{"attributes without blank", "<a b='1'c='2'/>", "line 1 column 9", "white space expected"},
		{"slash alone", "<a / >", "line 1 column 4", "without value"},
		{"attribute twice", "<a b='1' b='2'/>", "line 1 column 10", "attribute b twice"},
		{"attribute twice under two prefixes", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "line 1 column 36", "two prefixes"},
		{"mark in a value", "<a b='<'/>", "line 1 column 7", "'<' in the value"},
		{"prefix of an element not declared", "<a><p:b/></a>", "line 1 column 5", `"p" is not declared`},
		{"prefix of an attribute not declared", "<a p:b='1'/>", "line 1 column 4", `"p" is not declared`},
		{"prefix out of force", "<a><b xmlns:p='u'/><p:c/></a>", "line 1 column 21", `"p" is not declared`},
		{"prefix without namespace", "<a xmlns:p=''/>", "line 1 column 4", "without a namespace"},
		{"prefix declared twice", "<a xmlns:p='u' xmlns:p='v'/>", "line 1 column 16", "declared twice"},
		{"default namespace declared twice", "<a xmlns='u' xmlns='v'/>", "line 1 column 14", "declared twice"},
		{"prefix xmlns declared", "<a xmlns:xmlns='u'/>", "line 1 column 4", "cannot be declared"},
		{"prefix xml declared as another", "<a xmlns:xml='u'/>", "line 1 column 4", "belong together"},
		{"namespace of xml under another prefix", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "line 1 column 4", "belong together"},
		{"prefix xmlns of an element", "<xmlns:a/>", "line 1 column 2", "not declared"},
		{"ampersand", "<a>x & y</a>", "line 1 column 6", "starts no reference"},
		{"ampersand at the end", "<a>x&</a>", "line 1 column 5", "starts no reference"},
		{"empty reference", "<a>&;</a>", "line 1 column 4", "starts no reference"},
		{"entity of HTML", "<a>é &nbsp;</a>", "line 1 column 6", "unknown entity &nbsp;"},
		{"second of two equal entities", "<a>&amp;&x;&x;</a>", "line 1 column 9", "unknown entity &x;"},
		{"ampersand in a value", "<a b='1&2'/>", "line 1 column 8", "starts no reference"},
		{"entity in the second of equal values", "<a><b c='&lt;x'/>\n<b c='&lt;&x;'/></a>", "line 2 column 11", "unknown entity"},
		{"reference to zero", "<a>&#0;</a>", "line 1 column 4", "no character"},
		{"reference to a surrogate", "<a>&#xD800;</a>", "line 1 column 4", "no character"},
		{"reference to U+FFFE", "<a>&#xFFFE;</a>", "line 1 column 4", "no character"},
		{"reference beyond Unicode", "<a>&#x110000;</a>", "line 1 column 4", "no character"},
		{"reference of many digits", "<a>&#99999999999999999999999;</a>", "line 1 column 4", "no character"},
		{"reference with a capital X", "<a>&#X41;</a>", "line 1 column 4", "no character"},
		{"reference without digits", "<a>&#x;</a>", "line 1 column 4", "no character"},
		{"reference with a sign", "<a>&#+65;</a>", "line 1 column 4", "no character"},
		{"end of CDATA in text", "<a>x]]>y</a>", "line 1 column 5", "']]>' outside"},
		{"end of CDATA in the second of equal texts", "<a><![CDATA[x]]><b>x]]></b></a>", "line 1 column 21", "']]>' outside"},
		{"two dashes in a comment", "<a><!-- x -- y --></a>", "line 1 column 11", "'--' inside"},
		{"three dashes at the end of a comment", "<a><!-- x ---></a>", "line 1 column 11", "'--' inside"},
		{"declaration behind a blank", " <?xml version='1.0'?><a/>", "line 1 column 2", "very start"},
		{"declaration inside", "<a><?xml version='1.0'?></a>", "line 1 column 4", "very start"},
		{"instruction named XML", "<a><?XML x?></a>", "line 1 column 4", "very start"},
		{"declaration without version", "<?xml encoding='UTF-8'?><a/>", "line 1 column 1", "XML declaration other than"},
		{"declaration in the wrong order", "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>", "line 1 column 1", "XML declaration other than"},
		{"declaration of version 2", "<?xml version='2.0'?><a/>", "line 1 column 1", "XML declaration other than"},
		{"declaration with more", "<?xml version='1.0' author='x'?><a/>", "line 1 column 1", "XML declaration other than"},
		{"declaration without blanks", "<?xml version='1.0'encoding='UTF-8'?><a/>", "line 1 column 1", "XML declaration other than"},
		{"declaration without anything", "<?xml?><a/>", "line 1 column 1", "XML declaration other than"},
		{"instruction without target", "<a><? p?></a>", "line 1 column 4", "no processing instruction"},
		{"instruction with a mark", "<a><?p+?></a>", "line 1 column 7", "behind the target"},
		{"declaration of markup inside", "<a><!ELEMENT b ANY></a>", "line 1 column 4", "markup declaration"},
		{"zero", "<a>\x00</a>", "line 1 column 4", "U+0000"},
		{"control character", "<a>é\nx\x01</a>", "line 2 column 2", "U+0001"},
		{"control character among many", "<a>0123456789abcdef\x1b0123456789</a>", "line 1 column 20", "U+001B"},
		{"U+FFFE", "<a>\uFFFE</a>", "line 1 column 4", "U+FFFE"},
		{"U+FFFF", "<a b='\uFFFF'/>", "line 1 column 7", "U+FFFF"},
		{"not UTF-8", "<a>é \xE9</a>", "line 1 column 6", "byte 0xE9"},
		{"overlong", "<a>\xC0\xAF</a>", "line 1 column 4", "byte 0xC0"},
		{"surrogate in UTF-8", "<a>\xED\xA0\x80</a>", "line 1 column 4", "byte 0xED"},
		{"behind a byte-order mark", "\uFEFF<a><b>", "line 1 column 7", "ends inside <b>"},
		{"columns of characters", "<a>\nééé<é></a>", "line 2 column 7", "</a> where </é>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseXML([]byte(tt.src), uris, tree.Limits{})
			if err == nil {
				t.Fatalf("%q was read as %s", tt.src, outline(d.Root()))
			}
			checkFault(t, err, fault.Invalid, tt.pos, tt.message)
		})
	}
}

// checkFault checks kind, position and a part of the message.
func checkFault(t *testing.T, err error, kind fault.Kind, pos, message string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("%v is no fault", err)
	}
	if f.Kind != kind || f.Pos != pos || !strings.Contains(f.Message, message) {
		t.Errorf("%v at %q: %q; want %v at %q: ...%s...", f.Kind, f.Pos, f.Message, kind, pos, message)
	}
}

// TestDoctype: no document type declaration is read, so that no entity can be expanded or fetched.
func TestDoctype(t *testing.T) {
	tests := []struct{ name, src, pos string }{
		{"plain", "<!DOCTYPE a><a/>", "line 1 column 1"},
		{"behind the declaration", "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "line 2 column 1"},
		{
			"billion laughs",
			`<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><l>&c;</l>`,
			"line 1 column 1",
		},
		{"external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "http://example.org/">]><a>&x;</a>`, "line 1 column 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tree.ParseXML([]byte(tt.src), nil, tree.Limits{})
			checkFault(t, err, fault.Unsupported, tt.pos, "document type declaration")
		})
	}
}

func TestRootNamespace(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"none", `<a/>`, ""},
		{"default", `<a xmlns="urn:x"/>`, "urn:x"},
		{"prefixed", `<p:a xmlns="urn:x" xmlns:p="urn:y"><a/></p:a>`, "urn:y"},
		{"bound by a child only", `<a><b xmlns="urn:x"/></a>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseXML([]byte(tt.src), nil, tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.RootNamespace(); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.src, got, tt.want)
			}
		})
	}
}
