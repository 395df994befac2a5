package field

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/text"
)

// Catalogue is a set of fields with their names. It is immutable.
type Catalogue struct {
	fields []*Field
	byName map[string]*Field
}

// NewCatalogue makes the catalogue of all fields: the 41 flat ones in the portal's order, then the typed ones.
func NewCatalogue() *Catalogue { return CatalogueOf(slices.Concat(flat(), typed(), references())...) }

// CatalogueOf makes a catalogue of other fields.
func CatalogueOf(fields ...*Field) *Catalogue {
	c := &Catalogue{fields: fields, byName: make(map[string]*Field, len(fields))}
	for _, f := range fields {
		c.byName[f.Name] = f
	}
	return c
}

// All lists the fields in order. The slice is the catalogue's.
func (c *Catalogue) All() []*Field { return c.fields }

// Flat lists the fields of the Explore data set in the portal's order.
func (c *Catalogue) Flat() []*Field {
	return slices.DeleteFunc(slices.Clone(c.fields), func(f *Field) bool { return !f.Flat })
}

// Columns lists the fields that answers may show.
func (c *Catalogue) Columns() []*Field {
	return slices.DeleteFunc(slices.Clone(c.fields), func(f *Field) bool { return f.Hidden })
}

// Lookup finds a field by its name.
func (c *Catalogue) Lookup(name string) (*Field, bool) {
	f, ok := c.byName[name]
	return f, ok
}

// Must gives a field that the program itself names; it panics on a mistake of ours.
func (c *Catalogue) Must(name string) *Field {
	f, ok := c.byName[name]
	if !ok {
		panic("field: no field " + name)
	}
	return f
}

// Nearest lists up to most names closest to a wrong one, best first: for error messages.
func Nearest(wrong string, names []string, most int) []string {
	type scored struct {
		name string
		d    int
	}
	wrong = strings.ToLower(wrong)
	var list []scored
	for _, n := range names {
		l := strings.ToLower(n)
		d := text.Distance(wrong, l)
		if wrong != "" && (strings.Contains(l, wrong) || strings.Contains(wrong, l)) {
			d = min(d, 2)
		}
		if len(wrong) >= 3 && strings.HasPrefix(l, wrong[:3]) {
			d = min(d, 2)
		}
		if d <= max(2, len(wrong)/2) {
			list = append(list, scored{n, d})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return a.d - b.d })
	out := make([]string, 0, most)
	for _, s := range list[:min(most, len(list))] {
		out = append(out, s.name)
	}
	return out
}
