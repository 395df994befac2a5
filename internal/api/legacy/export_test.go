package legacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// RebuildV230 turns JSON of the old service for V230 back into XML, by the same classes, so that a real answer can be compared
// with what its XML gives. What no class explains is an error.
func RebuildV230(src []byte, zone *time.Location) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var root map[string]any
	if err := dec.Decode(&root); err != nil {
		return "", err
	}
	r := rebuilder{t: tableV230(), zone: zone}
	r.object("Annonce", "ANNONCE", root)
	return r.b.String(), r.err
}

// Constant is constant, for the tests.
func Constant(s string) string { return constant(s) }

// Members lists the members of the classes of a generation, those of a class in the order of its JSON: key, kind, names of elements
// or attribute, type (that of a list is left out), "list" where it is an array by itself.
func Members(generation string) map[string][]string {
	t := map[string]func() *table{"v010": tableV010, "v110": tableV110, "v230": tableV230}[generation]()
	kinds := map[memberKind]string{element: "elem", attribute: "attr", ownText: "value", refs: "refs", elems: "elems"}
	list := map[string][]string{}
	for _, c := range t.classes {
		for _, m := range c.members {
			names, card := m.name, ""
			if m.many {
				card = "list"
			}
			if m.types != nil {
				names, card = strings.Join(slices.Sorted(maps.Keys(m.types)), "|"), "list"
			}
			list[c.name] = append(list[c.name], strings.Join([]string{m.key, kinds[m.kind], names, m.typ, card}, " "))
		}
	}
	return list
}

// UnknownClasses lists the classes that a member of the descriptions names and none defines.
func UnknownClasses() []string {
	var list []string
	for _, t := range []*table{tableV010(), tableV110(), tableV230()} {
		check := func(c *class, typ string) {
			if len(typ) > 1 && t.classes[typ] == nil {
				list = append(list, t.name+" "+c.name+": "+typ)
			}
		}
		for _, c := range t.classes {
			for _, m := range c.members {
				check(c, m.typ)
				for _, typ := range m.types {
					check(c, typ)
				}
			}
		}
	}
	return list
}

type rebuilder struct {
	t    *table
	zone *time.Location
	b    strings.Builder
	err  error
}

func (r *rebuilder) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *rebuilder) object(class, name string, v map[string]any) {
	c := r.t.classes[class]
	if len(v) != len(c.members) {
		r.fail("class %s: %d members, %d are described", class, len(v), len(c.members))
	}
	fmt.Fprintf(&r.b, "<%s", name)
	for _, m := range c.members {
		if m.kind == attribute && v[m.key] != nil {
			fmt.Fprintf(&r.b, ` %s="%s"`, m.name, attributeEscaper.Replace(fmt.Sprint(v[m.key])))
		}
	}
	r.b.WriteByte('>')
	for _, m := range c.members {
		x, ok := v[m.key]
		switch {
		case !ok:
			r.fail("class %s: no %s", class, m.key)
		case x == nil || m.kind == attribute:
		case m.kind == ownText:
			r.b.WriteString(textEscaper.Replace(fmt.Sprint(x)))
		case m.kind == refs:
			for _, item := range x.([]any) {
				named := item.(map[string]any)
				name := named["name"].(string)
				r.value(m.types[name], name, named["value"])
			}
		case m.many:
			for _, item := range x.([]any) {
				r.value(m.typ, m.name, item)
			}
		default:
			r.value(m.typ, m.name, x)
		}
	}
	fmt.Fprintf(&r.b, "</%s>", name)
}

func (r *rebuilder) value(typ, name string, v any) {
	if sub, ok := v.(map[string]any); ok {
		r.object(typ, name, sub)
		return
	}
	text := fmt.Sprint(v)
	if typ == typeAny {
		_, element, _ := strings.Cut(text, "\n")
		r.b.WriteString(strings.Replace(element, xsiNamespace, "", 1))
		return
	}
	if ms, ok := v.(json.Number); ok && typ == typeDate {
		n, err := ms.Int64()
		if err != nil {
			r.fail("%v", err)
		}
		text = time.UnixMilli(n).In(r.zone).Format(time.RFC3339)
	}
	fmt.Fprintf(&r.b, "<%s>%s</%s>", name, textEscaper.Replace(text), name)
}
