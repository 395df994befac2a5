package tree_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

// TestParseJSON checks the tree, and that the JSON comes back: the same where back is empty.
func TestParseJSON(t *testing.T) {
	tests := []struct{ name, src, want, back string }{
		{"nothing", `{}`, `r`, `""`},
		{"texts", `{"a": "x", "b": ""}`, `r{a "x", b}`, ""},
		{"objects", `{"a": {"b": {"c": "x"}}}`, `r{a{b{c "x"}}}`, ""},
		{"arrays", `{"a": ["x", {"b": ""}, ""], "c": "y"}`, `r{a "x", a{b}, a, c "y"}`, ""},
		{"attributes", `{"a": {"@x": "1", "@y:z": "2", "#text": "t"}, "b": {"@x": ""}}`, `r{a[x="1"][y:z="2"] "t", b[x=""]}`, ""},
		{"attributes and children", `{"@v": "0", "a": {"@x": "1", "b": {"@y": "2"}, "c": ""}}`, `r[v="0"]{a[x="1"]{b[y="2"], c}}`, ""},
		{"mixed text", `{"a": {"b": "", "#text": "t"}}`, `r{a "t"{b}}`, ""},
		{"escapes", `{"a": "\"\\\n\r\t\b\f\u0001/é\u007f€😀"}`, `r{a "\"\\\n\r\t\b\f\x01/é\x7f€😀"}`, `{"a": "\"\\\n\r\t\b\f\u0001/é` + "\x7f" + `€😀"}`},
		{"needless escapes", `{"a":"\u00e9\/\ud83d\ude00","\u0062":"x"}`, `r{a "é/😀", b "x"}`, `{"a": "é/😀", "b": "x"}`},
		{"names with signs", `{"a\"b\\": {"@c\"": "x"}}`, `r{a"b\[c"="x"]}`, ""},
		{"white space", `{"a": " x\n ", "b": {"@c": "", "#text": " y "}, "d": " "}`, `r{a " x\n ", b[c=""] " y ", d " "}`, ""},
		{"layout of the JSON", " {\n\t\"a\" : [ \"x\" ,\"y\" ]\n} ", `r{a "x", a "y"}`, `{"a": ["x", "y"]}`},
		{"numbers, booleans, null", `{"a": 12.50, "b": true, "c": null, "d": [1, null]}`, `r{a "12.50", b "true", c, d "1", d}`, ""},
		{"number beside attributes", `{"a": {"@c": "EUR", "#text": 1e3}}`, `r{a[c="EUR"] "1e3"}`, ""},
		{"empty object", `{"a": {}}`, `r{a}`, ""},
		{"array of one", `{"a": ["x"], "b": [{"c": [{}]}]}`, `r{a "x", b{c}}`, ""},
		{"empty array", `{"a": [], "b": ""}`, `r{b}`, `{"b": ""}`},
		{"text alone", `{"a": {"#text": "x"}, "b": {"#text": ""}}`, `r{a "x", b}`, ""},
		{"empty text beside an attribute", `{"a": {"@x": "1", "#text": ""}}`, `r{a[x="1"]}`, ""},
		{"namespace declarations", `{"a": {"@xmlns": "u", "@xmlns:p": "u", "@xmlnsx": "1"}}`, `r{a[xmlnsx="1"]}`, `{"a": {"@xmlnsx": "1"}}`},
		{"attributes and text out of order", `{"a": {"#text": "t", "b": "", "@x": "1"}}`, `r{a[x="1"] "t"{b}}`, `{"a": {"@x": "1", "b": "", "#text": "t"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseJSON([]byte(tt.src), "r", tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(d.Root()); got != tt.want {
				t.Errorf("%s gives\n     %s\nwant %s", tt.src, got, tt.want)
			}
			back := tt.back
			if back == "" {
				back = tt.src
			}
			if got := string(d.Root().AppendJSON(nil)); got != back {
				t.Errorf("back: %s\nwant  %s", got, back)
			}
		})
	}
}

func TestParseJSONRefuses(t *testing.T) {
	tests := []struct{ name, src, pos, message string }{
		{"nothing", ``, "line 1 column 1", "object expected"},
		{"text", `"a"`, "line 1 column 1", "object expected"},
		{"array", `[{}]`, "line 1 column 1", "object expected"},
		{"more behind", `{"a": ""} x`, "line 1 column 10", "text after"},
		{"two objects", `{"a": ""} {}`, "line 1 column 12", "text after"},
		{"truncated", `{"a": {"b": "x`, "/a/b", "not well-formed"},
		{"truncated at a name", `{"a": {"b"`, "/a/b", "not well-formed"},
		{"no value", `{"a": }`, "/a", "not well-formed"},
		{"comma too many", `{"a": "",}`, "/a", "not well-formed"},
		{"name twice", `{"a": "x", "a": "y"}`, "/a", "not well-formed"},
		{"array in an array", `{"a": [["x"]]}`, "/a", "array within an array"},
		{"object as an attribute", `{"a": {"@b": {}}}`, "/a/@b", "text expected"},
		{"array as text", `{"a": {"#text": []}}`, "/a/#text", "text expected"},
		{"number as an attribute", `{"a": {"@b": 1}}`, "/a/@b", `attribute "b" that is no text`},
		{"null as an attribute", `{"a": {"@b": null}}`, "/a/@b", `attribute "b" that is no text`},
		{"zero character", `{"a": "\u0000"}`, "/a", "U+0000"},
		{"zero character in a name", `{"\u0000": ""}`, "/\x00", "U+0000"},
		{"control character", "{\"a\": \"\x01\"}", "/a", "not well-formed"},
		{"not UTF-8", "{\"a\": \"\xE9\"}", "/a", "not well-formed"},
		{"half a pair", `{"a": "\ud800"}`, "/a", "not well-formed"},
		{"bad escape", `{"a": "\x41"}`, "/a", "not well-formed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseJSON([]byte(tt.src), "r", tree.Limits{})
			if err == nil {
				t.Fatalf("%s was read as %s", tt.src, outline(d.Root()))
			}
			checkFault(t, err, fault.Invalid, tt.pos, tt.message)
		})
	}
}

// TestAppendJSON: the portal's JSON of an XML document.
func TestAppendJSON(t *testing.T) {
	const (
		xs  = `xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
		cbc = `xmlns:c="urn:known"`
	)
	tests := []struct{ name, src, want, trimmed string }{
		{"empty", `<a/>`, `""`, ""},
		{"text", `<a>x</a>`, `"x"`, ""},
		{"choice", `<a><OUI/></a>`, `{"OUI": ""}`, ""},
		{"one and several", `<a><b>1</b><c>2</c><b>3</b></a>`, `{"b": ["1", "3"], "c": "2"}`, ""},
		{"several objects", `<a><b><c/></b><b x="1"/><b/></a>`, `{"b": [{"c": ""}, {"@x": "1"}, ""]}`, ""},
		{"equal names at several levels", `<a><a><a/><b/><a>x</a></a><b/><a/></a>`, `{"a": [{"a": ["", "x"], "b": ""}, ""], "b": ""}`, ""},
		{"text beside attributes", `<a><b x="1" y="">t</b></a>`, `{"b": {"@x": "1", "@y": "", "#text": "t"}}`, ""},
		{"type noise", `<a><oui ` + xs + ` xsi:type="xs:string"/></a>`, `{"oui": {"@xsi:type": "xs:string"}}`, ""},
		{"names as written", `<a ` + cbc + `><c:ID s="x">1</c:ID></a>`, `{"c:ID": {"@s": "x", "#text": "1"}}`, ""},
		{"one name under two namespaces", `<a><p:b xmlns:p="urn:known">1</p:b><p:b xmlns:p="urn:x">2</p:b></a>`, `{"p:b": ["1", "2"]}`, ""},
		{"one namespace under two prefixes", `<a xmlns:p="urn:known" xmlns:q="urn:known"><p:b/><q:b/></a>`, `{"p:b": "", "q:b": ""}`, ""},
		{"white space of a leaf", "<a><b> x&#13;\n</b><c> </c></a>", `{"b": " x\r\n", "c": " "}`, `{"b": "x", "c": ""}`},
		{"white space beside attributes", "<a><b x=' 1 '> t\u00A0\n</b><c x=''>\n</c></a>", `{"b": {"@x": " 1 ", "#text": "t"}, "c": {"@x": ""}}`, ""},
		{"white space inside texts", "<a>x \t\n y</a>", `"x \t\n y"`, ""},
		{"mixed content", `<a>x <b/> y</a>`, `{"b": "", "#text": "x  y"}`, ""},
		{"escapes", `<a>"\/&lt;é€` + "\u0092\x7f\u2028x" + `</a>`, `"\"\\/<é€` + "\u0092\x7f\u2028x" + `"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tree.ParseXML([]byte(tt.src), uris, tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(d.Root().AppendJSON([]byte("> "))); got != "> "+tt.want {
				t.Errorf("%s gives\n     %s\nwant > %s", tt.src, got, tt.want)
			}
			trimmed := tt.trimmed
			if trimmed == "" {
				trimmed = tt.want
			}
			if got := string(d.Root().AppendJSONTrimmed(nil)); got != trimmed {
				t.Errorf("%s gives, trimmed,\n     %s\nwant %s", tt.src, got, trimmed)
			}
		})
	}
}

func TestAppendJSONGroup(t *testing.T) {
	d, err := tree.ParseXML([]byte(`<a><b>1</b><c><d/><d/></c><b>2</b><b>3</b></a>`), nil, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	root := d.Root()
	for name, tt := range map[string]struct {
		node tree.Node
		want string
	}{
		"several":        {root.Child("b"), `["1", "2", "3"]`},
		"alone":          {root.Child("c"), `{"d": ["", ""]}`},
		"several inside": {root.Child("c", "d"), `["", ""]`},
		"root":           {root, `{"b": ["1", "2", "3"], "c": {"d": ["", ""]}}`},
		"absent":         {root.Child("x"), `null`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(tt.node.AppendJSONGroup(nil)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestAppendString: the escapes of Python's json.dumps with ensure_ascii off.
func TestAppendString(t *testing.T) {
	var all strings.Builder
	for c := range rune(0x21) {
		all.WriteRune(c)
	}
	const want = `"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f` +
		`\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f "`
	if got := string(tree.AppendString(nil, all.String())); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
