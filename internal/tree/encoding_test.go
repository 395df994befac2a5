package tree_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

// wide writes a text in UTF-16.
func wide(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// declared is an XML document that names an encoding.
func declared(name, body string) string {
	return `<?xml version="1.0" encoding="` + name + `"?><a>` + body + `</a>`
}

func TestDecode(t *testing.T) {
	little, big := binary.LittleEndian, binary.BigEndian
	tests := []struct {
		name, src, want string
		repaired        bool
	}{
		{"nothing", "", "", false},
		{"ASCII", "<a>x</a>", "<a>x</a>", false},
		{"UTF-8", "<a>é€</a>", "<a>é€</a>", false},
		{"UTF-8 declared", declared("UTF-8", "é"), declared("UTF-8", "é"), false},
		{"UTF-8 declared in other spelling", declared("utf8", "é"), declared("utf8", "é"), false},
		{"JSON", `{"a": "é"}`, `{"a": "é"}`, false},
		{"characters lost before", "<a>\uFFFD</a>", "<a>\uFFFD</a>", false},

		{"mark of UTF-8", "\uFEFF<a>é</a>", "<a>é</a>", false},
		{"mark of UTF-8, declared", "\uFEFF" + declared("UTF-8", "é"), declared("UTF-8", "é"), false},
		{"mark of UTF-8 against the declaration", "\uFEFF" + declared("ISO-8859-1", "é"), declared("ISO-8859-1", "é"), true},
		{"mark of UTF-8 against an unknown encoding", "\uFEFF" + declared("KOI8-R", "é"), declared("KOI8-R", "é"), true},
		{"mark of UTF-8 alone", "\uFEFF", "", false},
		{"mark of UTF-16, little end first", "\xFF\xFE" + wide(little, "<a>é€😀</a>"), "<a>é€😀</a>", false},
		{"mark of UTF-16, big end first", "\xFE\xFF" + wide(big, "<a>é€😀</a>"), "<a>é€😀</a>", false},
		{"mark of UTF-16, declared", "\xFE\xFF" + wide(big, declared("UTF-16", "é")), declared("UTF-16", "é"), false},
		{"mark of UTF-16 against the declaration", "\xFF\xFE" + wide(little, declared("UTF-8", "é")), declared("UTF-8", "é"), true},
		{"UTF-16 without mark, little end first", wide(little, declared("UTF-16LE", "é")), declared("UTF-16LE", "é"), false},
		{"UTF-16 without mark, big end first", wide(big, "<a>é</a>"), "<a>é</a>", false},
		{"UTF-16 declared, but is UTF-8", declared("utf-16", "é"), declared("utf-16", "é"), true},

		{"ISO-8859-1", declared("ISO-8859-1", "caf\xE9 \xA4"), declared("ISO-8859-1", "café ¤"), false},
		{"ISO-8859-1 in single quotes", "<?xml version='1.0' encoding = 'iso-8859-1' ?><a>\xE9</a>", "<?xml version='1.0' encoding = 'iso-8859-1' ?><a>é</a>", false},
		{"ISO-8859-1, ASCII only", declared("ISO-8859-1", "x"), declared("ISO-8859-1", "x"), false},
		{"ISO-8859-1 with signs of Windows", declared("ISO-8859-1", "l\x92\xE9t\xE9 \x80"), declared("ISO-8859-1", "l’été €"), true},
		{"ISO-8859-1 with a byte that Windows leaves open", declared("ISO-8859-1", "\xE9\x81"), declared("ISO-8859-1", "é\u0081"), true},
		{"ISO-8859-1 that is UTF-8", declared("ISO-8859-1", "été"), declared("ISO-8859-1", "été"), true},
		{"ISO-8859-1 that looks like UTF-8 once", declared("ISO-8859-1", "CAF\xC9\xBB"), declared("ISO-8859-1", "CAFÉ»"), false},
		{"ISO-8859-15", declared("ISO-8859-15", "\xE9 \xA4 c\xBDur"), declared("ISO-8859-15", "é € cœur"), false},
		{"ISO-8859-15 with signs of Windows", declared("ISO-8859-15", "l\x92\xE9t\xE9"), declared("ISO-8859-15", "l’été"), true},
		{"Windows-1252", declared("windows-1252", "l\x92\xE9t\xE9 \x80 c\x9Cur"), declared("windows-1252", "l’été € cœur"), false},
		{"Windows-1252, byte left open", declared("cp1252", "\xE9\x9D"), declared("cp1252", "é\u009D"), false},
		{"US-ASCII", declared("US-ASCII", "x"), declared("US-ASCII", "x"), false},
		{"US-ASCII that is UTF-8", declared("US-ASCII", "é"), declared("US-ASCII", "é"), true},
		{"US-ASCII that is Windows-1252", declared("US-ASCII", "\xE9"), declared("US-ASCII", "é"), true},

		{"UTF-8 that is Windows-1252", declared("UTF-8", "l\x92\xE9t\xE9 \x80"), declared("UTF-8", "l’été €"), true},
		{"nothing declared, Windows-1252", "<a>caf\xE9</a>", "<a>café</a>", true},
		{"UTF-8 with parts in Windows-1252", declared("UTF-8", "été, l\x92\xE9t\xE9"), declared("UTF-8", "été, l’été"), true},
		{"UTF-8 with parts in Windows-1252, other scripts stay", declared("UTF-8", "é Čapek \xE9"), declared("UTF-8", "é Čapek é"), true},
		{"Windows-1252 that looks like UTF-8 once", declared("UTF-8", "CAF\xC9\xBB, \xE9t\xE9"), declared("UTF-8", "CAFÉ», été"), true},
		{"UTF-8 cut in a character", "<a>été \xC3", "<a>été Ã", true},
		{"character lost before beside Windows-1252", "<a>é \uFFFD \xE9</a>", "<a>é \uFFFD é</a>", true},
		{"mark of UTF-8 before Windows-1252", "\uFEFF<a>caf\xE9</a>", "<a>café</a>", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := strings.Clone(tt.src)
			src := []byte(tt.src)
			got, repaired, err := tree.Decode(src)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want || repaired != tt.repaired {
				t.Errorf("%q, repaired %v; want %q, %v", got, repaired, tt.want, tt.repaired)
			}
			if string(src) != before {
				t.Error("the source was changed")
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	little := binary.LittleEndian
	tests := []struct {
		name, src string
		kind      fault.Kind
		pos       string
		message   string
	}{
		{"zero byte", "<a>\né\x00</a>", fault.Invalid, "line 2 column 2", "a zero byte"},
		{"zero byte behind a mark", "\uFEFF<a>\x00</a>", fault.Invalid, "line 1 column 4", "a zero byte"},
		{"zero byte in ISO-8859-1", declared("ISO-8859-1", "\xE9\x00"), fault.Invalid, "line 1 column 48", "a zero byte"},
		{"zero in UTF-16", "\xFF\xFE" + wide(little, "<a>\n\x00</a>"), fault.Invalid, "line 2 column 1", "U+0000"},
		{"UTF-16 cut in a character", "\xFF\xFE" + wide(little, "<a>") + "x", fault.Invalid, "line 1 column 4", "half a character"},
		{"UTF-16 cut in a pair", "\xFF\xFE" + wide(little, "<a>") + "\x3D\xD8", fault.Invalid, "line 1 column 4", "half a pair"},
		{"UTF-16 with half a pair", "\xFF\xFE" + wide(little, "<a>é") + "\x00\xDC" + wide(little, "x"), fault.Invalid, "line 1 column 5", "half a pair"},
		{"UTF-32, little end first", "\xFF\xFE\x00\x00<\x00\x00\x00", fault.Unsupported, "line 1 column 1", "UTF-32"},
		{"UTF-32, big end first", "\x00\x00\xFE\xFF\x00\x00\x00<", fault.Unsupported, "line 1 column 1", "UTF-32"},
		{"another encoding", declared("KOI8-R", "\xC1"), fault.Unsupported, "line 1 column 31", `"koi8-r"`},
		{"another encoding, in ASCII", declared("Shift_JIS", "x"), fault.Unsupported, "line 1 column 31", `"shift_jis"`},
		{"compressed bytes", "\x1f\x8b\x08\x01\x9c\xed\xbd\x07", fault.Invalid, "line 1 column 2", "no text"},
		{"letters of another script", "<a>\xd0\xee\xf1\xf1\xe8\xff</a>", fault.Invalid, "line 1 column 4", "no text"},
		{"Windows-1252 with a control character", "<a>\n\x01caf\xE9</a>", fault.Invalid, "line 2 column 5", "no text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, _, err := tree.Decode([]byte(tt.src))
			if err == nil {
				t.Fatalf("%q was read as %q", tt.src, text)
			}
			checkFault(t, err, tt.kind, tt.pos, tt.message)
		})
	}
}

// TestDecodedXML: whatever its encoding, one document is one tree.
func TestDecodedXML(t *testing.T) {
	body := "<a b='é'>l'été à 12 °C, reçu</a>"
	latin := strings.NewReplacer("é", "\xE9", "à", "\xE0", "°", "\xB0", "ç", "\xE7").Replace(body)
	want := `a[b="é"] "l'été à 12 °C, reçu"`
	for name, src := range map[string]string{
		"UTF-8":        body,
		"mark":         "\uFEFF" + body,
		"UTF-16":       "\xFE\xFF" + wide(binary.BigEndian, `<?xml version="1.0" encoding="UTF-16"?>`+body),
		"ISO-8859-1":   `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
		"Windows-1252": latin,
	} {
		t.Run(name, func(t *testing.T) {
			text, _, err := tree.Decode([]byte(src))
			if err != nil {
				t.Fatal(err)
			}
			d, err := tree.ParseXML(text, nil, tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(d.Root()); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// TestDecodeCorpus: the real documents are in the encoding that they claim.
func TestDecodeCorpus(t *testing.T) {
	for _, folder := range []string{"xml-325", "xml-v230", "xml-v110-derived", "eforms/ted-real", "eforms/norway-poland", "eforms/sdk-examples"} {
		t.Run(folder, func(t *testing.T) {
			for name, src := range xmlFiles(t, folder) {
				text, repaired, err := tree.Decode(src)
				if err != nil || repaired {
					t.Errorf("%s: repaired %v, %v", name, repaired, err)
				}
				if _, err := tree.ParseXML(text, tree.UBL, tree.Limits{}); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}
