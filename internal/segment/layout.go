package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/boamp/boamp/internal/field"
)

// long lists the fields that have no column: texts of some hundred bytes to many kilobytes that hardly ever come again, so that
// codes would only add to them. They are read from the packed notice; their words, where they have any, from postings.
func long(name string) bool {
	switch name {
	case "donnees", "gestion", "description":
		return true
	}
	return false
}

// Columns lists the fields of a catalogue that have a coded column: all but hidden and opaque ones, JSON and the long texts.
func Columns(c *field.Catalogue) []*field.Field {
	return slices.DeleteFunc(slices.Clone(c.All()), func(f *field.Field) bool {
		return f.Hidden || f.Opaque || f.Type == field.JSON || long(f.Name)
	})
}

// Lines lists the fields whose words come from lines: those that are searched by words and have no column; in a small segment
// none of which the words only count as a bag (field.Field.Bag). The words of a column come from its values.
func Lines(c *field.Catalogue, small bool) []*field.Field {
	columns := Columns(c)
	return slices.DeleteFunc(slices.Clone(c.All()), func(f *field.Field) bool {
		return !f.Words || f.Opaque || small && f.Bag || slices.Contains(columns, f)
	})
}

// fewValues is the number of values up to which a column has no postings, when there are also many documents to a value: reading
// the words of all values takes about a millisecond then, and the postings would be as large as the column.
const (
	fewValues   = 2048
	docsToValue = 8
)

// Few is the rule by which a column of so many values in a segment of so many documents has no postings.
func Few(values uint32, docs int) bool { return values <= fewValues && int(values)*docsToValue <= docs }

// Fingerprint names the fields of a catalogue as far as a segment depends on them.
func Fingerprint(c *field.Catalogue) string {
	h := sha256.New()
	for _, f := range c.All() {
		fmt.Fprintf(h, "%q %s %t %t %t %t %t\n", f.Name, f.Type, f.Multi, f.Words, f.Bag, f.Hidden, f.Opaque)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
