package legacy

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/tree"
)

// document writes the parution.
func document(root, annonce *value) ([]byte, error) {
	w := writer{}
	w.b.WriteString(`<PARUTION_BOAMP`)
	for _, name := range []string{"nompublication", "dateparution", "numparution"} {
		if v := root.get(name); v != nil && v.kind == scalar {
			w.attr(name, v.text)
		}
	}
	w.b.WriteByte('>')
	w.element("ANNONCE", annonce)
	w.b.WriteString(`</PARUTION_BOAMP>`)
	return w.b.Bytes(), w.err
}

type writer struct {
	b   bytes.Buffer
	err error // the first
}

func (w *writer) attr(name, text string) {
	w.b.WriteString(" " + name + `="`)
	w.text(text)
	w.b.WriteByte('"')
}

// text escapes a text, attribute or not.
func (w *writer) text(s string) {
	w.b.WriteString(escaper.Replace(s))
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")

// nameForm are the names that an element may have; any other would break the document.
var nameForm = regexp.MustCompile(`^[\pL_][\pL\d_.-]{0,99}$`)

// element writes one element; null writes none, an array one for each of its items.
func (w *writer) element(name string, v *value) {
	switch {
	case v.kind == absent:
		return
	case !nameForm.MatchString(name):
		if w.err == nil {
			w.err = fault.New(fault.Invalid, "%q is no name of an element", cut(name))
		}
		return
	case v.kind == array:
		for _, item := range v.items {
			w.element(name, item)
		}
		return
	}
	w.b.WriteString("<" + name)
	if v.kind == object {
		w.attributes(name, v)
	}
	w.b.WriteByte('>')
	if v.kind == scalar {
		w.text(plain(v.text))
	} else {
		w.content(v)
	}
	w.b.WriteString("</" + name + ">")
}

// attributes writes the members that were attributes: those beside a "value", and the type of a procedure, which is the name of a
// Java constant (PROCEDURE_ADAPTEE for procedure_adaptee).
func (w *writer) attributes(name string, v *value) {
	typ := v.get("type")
	switch {
	case typ == nil || typ.kind != scalar:
	case name == "PROCEDURE":
		w.attr("type", strings.ToLower(typ.text))
	case v.get("value") != nil:
		w.attr("type", typ.text)
	}
	if valeur := v.get("valeur"); valeur != nil && valeur.kind == scalar {
		w.attr("VALEUR", valeur.text)
	}
}

// content writes the children of an element from the members of its object.
func (w *writer) content(v *value) {
	for _, m := range v.members {
		switch {
		case m.value.kind == absent:
		case m.key == "value" && m.value.kind == scalar:
			w.text(plain(m.value.text))
		case m.key == "type" && (v.get("value") != nil || v.get("num") == nil), m.key == "valeur":
		case m.key == "type":
			w.element("TYPE", m.value)
		case choices[m.key] != nil && m.value.kind == array:
			w.choice(m.key, m.value)
		case m.value.kind == array && isNamed(m.value):
			for _, item := range m.value.items {
				w.named(item)
			}
		default:
			name, ok := keys[m.key]
			if !ok {
				name = strings.ToUpper(m.key) // unknown to the reader too, which warns about it
			}
			w.element(name, m.value)
		}
	}
}

// isNamed reports whether a list holds elements with their names: any list of objects that have one.
func isNamed(v *value) bool {
	return len(v.items) == 0 || v.items[0].get("name") != nil && v.items[0].get("declaredType") != nil
}

// named writes an item that carries the name of its element. An item without a value is an empty element.
func (w *writer) named(item *value) {
	name, v := item.get("name"), item.get("value")
	if name == nil || name.kind != scalar {
		if w.err == nil {
			w.err = fault.New(fault.Invalid, "an item without the name of its element")
		}
		return
	}
	if v == nil || v.kind == absent {
		v = &value{kind: scalar}
	}
	w.element(name.text, v)
}

// choice writes the items of a list whose elements are told by their first key.
func (w *writer) choice(key string, list *value) {
	for _, item := range list.items {
		name := strings.ToUpper(key)
		for _, m := range item.members {
			if known, ok := choices[key][m.key]; ok {
				name = known
				break
			}
		}
		w.element(name, item)
	}
}

// plain is the text of a value of any type: the string holds the element as an XML document of its own, whose text counts.
func plain(s string) string {
	if !strings.HasPrefix(s, "<?xml ") {
		return s
	}
	_, body, ok := strings.Cut(s, "?>")
	if !ok {
		return s
	}
	d, err := tree.ParseXML([]byte(body), nil, tree.Limits{})
	if err != nil {
		return s
	}
	return d.Root().RawText()
}

func cut(s string) string { return s[:min(len(s), 60)] }
