package legacy

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/boamp/boamp/internal/tree"
)

var (
	decimalForm = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`)
	integerForm = regexp.MustCompile(`^[+-]?\d+$`)
)

// scalar writes a text as a value of a type. What is no value of it stays a text, where the old service gave null.
func (w *writer) scalar(typ, text string) {
	trimmed := strings.TrimSpace(text)
	switch typ {
	case typeInteger:
		if integerForm.MatchString(trimmed) && len(trimmed) <= maxDigits {
			v, _ := new(big.Int).SetString(strings.TrimPrefix(trimmed, "+"), 10)
			w.dst = v.Append(w.dst, 10)
			return
		}
	case typeDecimal:
		if decimalForm.MatchString(trimmed) && len(trimmed) <= maxDigits {
			w.dst = append(w.dst, decimal(trimmed)...)
			return
		}
	case typeBoolean:
		switch trimmed {
		case "true", "1":
			w.dst = append(w.dst, "true"...)
			return
		case "false", "0":
			w.dst = append(w.dst, "false"...)
			return
		}
	case typeDate:
		if t, ok := instant(trimmed, w.zone); ok {
			w.dst = strconv.AppendInt(w.dst, t.UnixMilli(), 10)
			return
		}
	case typeConst:
		if trimmed != "" {
			w.string(constant(trimmed))
			return
		}
	}
	w.string(text)
}

// maxDigits bounds numbers that are written as such.
const maxDigits = 400

// decimal is a decimal number as JSON has it, with the decimals that the document wrote.
func decimal(s string) string {
	sign := ""
	if s[0] == '-' {
		sign = "-"
	}
	whole, frac, dotted := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if dotted && frac != "" {
		return sign + whole + "." + frac
	}
	return sign + whole
}

// instantForms are the forms of days and instants, with and without an offset.
var instantForms = [...]string{"2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04:05Z07:00", "2006-01-02Z07:00"}

// instant reads a day or an instant of XML; without an offset it is one of zone. A day is its midnight.
func instant(s string, zone *time.Location) (time.Time, bool) {
	for _, form := range instantForms {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// constant is the name of the Java constant for a value of a list: in capitals, with an underscore between letters and digits.
func constant(s string) string {
	var b strings.Builder
	letters := []rune(s)
	for i, r := range letters {
		if i > 0 && unicode.IsDigit(r) && unicode.IsLetter(letters[i-1]) {
			b.WriteByte('_')
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = '_'
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// xsiNamespace is declared at the root of all documents of the BOAMP, so the old service repeated it in each piece.
const xsiNamespace = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

// asXML is an element as the old service shows one of any type: a document of its own, said to be UTF-16 as a text of Java is.
func asXML(n tree.Node) string {
	return `<?xml version="1.0" encoding="UTF-16"?>` + "\n" + string(appendXML(nil, n, n.Local(), xsiNamespace))
}

// appendXML writes an element as XML under a name. declare is what its start tag holds besides its attributes, which come sorted.
func appendXML(dst []byte, n tree.Node, name, declare string) []byte {
	dst = append(append(append(dst, '<'), name...), declare...)
	dst = append(dst, attributesOf(n)...)
	if n.IsLeaf() && n.RawText() == "" {
		return append(dst, "/>"...)
	}
	dst = append(dst, '>')
	dst = append(dst, textEscaper.Replace(n.RawText())...)
	for x := range n.All() {
		dst = appendXML(dst, x, x.Name(), "")
	}
	return append(append(append(dst, "</"...), name...), '>')
}

// attributesOf are the attributes of an element as they stand in a start tag, sorted.
func attributesOf(n tree.Node) string {
	var b strings.Builder
	attrs := slices.SortedFunc(slices.Values(n.Attrs()), func(a, b tree.Attr) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range attrs {
		b.WriteString(" " + attributeName(a.Name) + `="` + attributeEscaper.Replace(a.Value) + `"`)
	}
	return b.String()
}

// attributeName is the name of an attribute under the prefixes that are declared: programs that write notices bind others to the
// namespace of xsi:type ("d7p1:type"), and records of the Explore API keep the prefix alone.
func attributeName(name string) string {
	if prefix, local, ok := strings.Cut(name, ":"); ok && local == "type" && prefix != "xml" {
		return "xsi:type"
	}
	return name
}

var (
	textEscaper      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attributeEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)
