package synth

import "strings"

// writer builds an indented XML document.
type writer struct {
	b     []byte
	depth int
}

func newWriter() *writer {
	return &writer{b: append(make([]byte, 0, 8<<10), `<?xml version="1.0" encoding="UTF-8"?>`...)}
}

func (w *writer) line() {
	w.b = append(w.b, '\n')
	for range w.depth {
		w.b = append(w.b, "  "...)
	}
}

// in writes an element with what body writes. tag may hold attributes: `LOT num="1"`.
func (w *writer) in(tag string, body func()) {
	name, _, _ := strings.Cut(tag, " ")
	w.line()
	w.b = append(append(append(w.b, '<'), tag...), '>')
	w.depth++
	body()
	w.depth--
	w.line()
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

// leaf writes an element with text; an empty text writes nothing.
func (w *writer) leaf(tag, text string) {
	if text == "" {
		return
	}
	name, _, _ := strings.Cut(tag, " ")
	w.line()
	w.b = append(append(append(w.b, '<'), tag...), '>')
	w.b = appendEscaped(w.b, text)
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

// flag writes an empty element.
func (w *writer) flag(tag string) {
	w.line()
	w.b = append(append(append(w.b, '<'), tag...), "/>"...)
}

// choice writes an element whose empty child is the value.
func (w *writer) choice(tag, value string) { w.in(tag, func() { w.flag(value) }) }

// cdata writes an element whose text is one CDATA section.
func (w *writer) cdata(tag, text string) {
	w.line()
	w.b = append(append(append(w.b, '<'), tag...), "><![CDATA["...)
	w.b = append(w.b, text...)
	w.b = append(append(append(w.b, "]]></"...), tag...), '>')
}

func (w *writer) bytes() []byte { return append(w.b, '\n') }

func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		default:
			b = append(b, s[i])
		}
	}
	return b
}
