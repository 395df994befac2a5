package legacy

import (
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/tree"
)

// javaPackage is where the classes of the old service stood; their names are values of its JSON.
const javaPackage = "fr.gouv.dila.opendata.api.model.Boamp.Boamp_"

// writer writes elements as the JSON of the old service.
type writer struct {
	table *table
	zone  *time.Location // of days, and of times without an offset: that of Paris
	plain bool           // flags are true, not XML in a string
	dst   []byte
	// strange lists the places of what the classes have no member for. It is written all the same, behind the members.
	strange []string
}

// object writes an element as an object of a class: every member of the class in its order, absent ones as null or [].
func (w *writer) object(c *class, n tree.Node) {
	w.dst = append(w.dst, '{')
	for i, m := range c.members {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.key(m.key)
		w.member(c, m, n)
	}
	w.rest(c, n)
	w.dst = append(w.dst, '}')
}

func (w *writer) member(c *class, m *member, n tree.Node) {
	switch m.kind {
	case attribute:
		if i := slices.IndexFunc(n.Attrs(), func(a tree.Attr) bool { return a.Name == m.name }); i >= 0 {
			w.scalar(m.typ, n.Attrs()[i].Value)
			return
		}
		w.dst = append(w.dst, "null"...)
	case ownText:
		w.scalar(m.typ, n.RawText())
	case refs, elems:
		w.list(c, m, n)
	case element:
		if m.many {
			w.repeated(m.typ, slices.Collect(n.Each(m.name)))
			return
		}
		var last tree.Node // the old reader kept the last of several
		for x := range n.Each(m.name) {
			if last.Exists() {
				w.strange = append(w.strange, last.Path())
			}
			last = x
		}
		w.value(m.typ, last)
	}
}

// repeated writes elements as an array.
func (w *writer) repeated(typ string, list []tree.Node) {
	w.dst = append(w.dst, '[')
	for i, x := range list {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.value(typ, x)
	}
	w.dst = append(w.dst, ']')
}

// list writes the elements of several names in the order of the document.
func (w *writer) list(c *class, m *member, n tree.Node) {
	w.dst = append(w.dst, '[')
	first := true
	for x := range n.All() {
		typ, ok := m.types[x.Name()]
		if !ok {
			continue
		}
		if !first {
			w.dst = append(w.dst, ',')
		}
		first = false
		if m.kind == elems {
			w.value(typ, x)
			continue
		}
		w.named(c, typ, x)
	}
	w.dst = append(w.dst, ']')
}

// named writes an element with its name, as Jackson shows a JAXBElement.
func (w *writer) named(c *class, typ string, x tree.Node) {
	w.dst = append(w.dst, '{')
	for _, p := range [...]struct{ key, value string }{
		{"name", x.Name()}, {"declaredType", w.javaType(typ)}, {"scope", w.javaType(c.name)},
	} {
		w.key(p.key)
		w.string(p.value)
		w.dst = append(w.dst, ',')
	}
	w.key("value")
	w.value(typ, x)
	w.dst = append(w.dst, `,"nil":false,"globalScope":false,"typeSubstituted":`...)
	if typ == typeAny {
		w.dst = append(w.dst, "true}"...) // the value was an element where an object was declared
		return
	}
	w.dst = append(w.dst, "false}"...)
}

// javaType is the name of the Java class of a type.
func (w *writer) javaType(typ string) string {
	switch typ {
	case typeText, typeConst:
		return "java.lang.String"
	case typeAny:
		return "java.lang.Object"
	case typeBoolean:
		return "java.lang.Boolean"
	case typeInteger:
		return "java.lang.Integer"
	case typeDecimal:
		return "java.math.BigDecimal"
	}
	return javaPackage + w.table.name + "." + typ
}

// value writes one element; null when it is absent.
func (w *writer) value(typ string, n tree.Node) {
	if !n.Exists() {
		w.dst = append(w.dst, "null"...)
		return
	}
	if typ == typeAny {
		w.any(n)
		return
	}
	if c := w.table.classes[typ]; c != nil {
		w.object(c, n)
		return
	}
	if !n.IsLeaf() { // the old reader lost what stands below a text
		w.strange = append(w.strange, n.First().Path())
		w.free(n)
		return
	}
	w.scalar(typ, n.RawText())
}

// any writes an element of any type, a flag as a rule.
func (w *writer) any(n tree.Node) {
	if w.plain && n.IsLeaf() && strings.TrimSpace(n.RawText()) == "" {
		w.dst = append(w.dst, "true"...)
		return
	}
	w.string(asXML(n))
}

// rest writes what the class has no member for, so that nothing is lost: elements, and a text of its own.
func (w *writer) rest(c *class, n tree.Node) {
	comma := len(c.members) > 0
	used := map[string]bool{}
	for _, m := range c.members {
		used[m.key] = true
	}
	for _, list := range byName(n, func(name string) bool { return c.names[name] == nil }) {
		w.strange = append(w.strange, list[0].Path())
		if comma {
			w.dst = append(w.dst, ',')
		}
		comma = true
		w.key(fresh(used, list[0].Name()))
		w.several(list)
	}
	if c.text == nil && strings.TrimSpace(n.RawText()) != "" {
		w.strange = append(w.strange, n.Path())
		if comma {
			w.dst = append(w.dst, ',')
		}
		w.key(fresh(used, "value"))
		w.string(n.RawText())
	}
}

// several writes elements of one name that no class describes: an array when there are several.
func (w *writer) several(list []tree.Node) {
	if len(list) == 1 {
		w.free(list[0])
		return
	}
	w.dst = append(w.dst, '[')
	for i, x := range list {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.free(x)
	}
	w.dst = append(w.dst, ']')
}

// free writes an element that no class describes by the rules of those that one does: an empty element is a flag, one with a
// text alone a text, any other an object of its attributes, its text as "value", and its elements.
func (w *writer) free(n tree.Node) {
	attrs := slices.DeleteFunc(slices.Clone(n.Attrs()), func(a tree.Attr) bool { return strings.HasPrefix(attributeName(a.Name), "xsi:") })
	text := n.RawText()
	blank := strings.TrimSpace(text) == ""
	switch {
	case n.IsLeaf() && len(attrs) == 0 && blank:
		w.any(n)
		return
	case n.IsLeaf() && len(attrs) == 0:
		w.string(text)
		return
	}
	w.dst = append(w.dst, '{')
	comma, used := false, map[string]bool{}
	next := func(name string) {
		if comma {
			w.dst = append(w.dst, ',')
		}
		comma = true
		w.key(fresh(used, name))
	}
	if !blank || n.IsLeaf() {
		next("value")
		w.string(text)
	}
	for _, a := range attrs {
		next(a.Name)
		w.string(a.Value)
	}
	for _, list := range byName(n, func(string) bool { return true }) {
		next(list[0].Name())
		w.several(list)
	}
	w.dst = append(w.dst, '}')
}

// fresh is the key of a name, with as many _ behind it as make it another than those used.
func fresh(used map[string]bool, name string) string {
	key := keyOf(name)
	for used[key] {
		key += "_"
	}
	used[key] = true
	return key
}

// byName gathers the elements in n whose names are wanted, those of one name together, in the order of the first of each.
func byName(n tree.Node, wanted func(name string) bool) [][]tree.Node {
	var lists [][]tree.Node
	at := map[string]int{}
	for x := range n.All() {
		name := x.Name()
		if !wanted(name) {
			continue
		}
		i, ok := at[name]
		if !ok {
			i = len(lists)
			at[name], lists = i, append(lists, nil)
		}
		lists[i] = append(lists[i], x)
	}
	return lists
}

func (w *writer) key(key string) {
	w.string(key)
	w.dst = append(w.dst, ':')
}

func (w *writer) string(s string) { w.dst = tree.AppendString(w.dst, s) }
