package index

import (
	"math/bits"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
)

// dict gives the values of a field one number in all parts: 0 for null, the codes of the first part for its values, further
// ones for what only others have.
type dict struct {
	t      field.Type
	multi  bool
	parts  []segment.Column
	maps   [][]uint32 // of the parts but the first: code -> number, 0 for not yet known
	extra  []field.Value
	places map[identity]uint32
}

// identity is what only equal values of a type share.
type identity struct {
	text string
	at   int64
	nano int
	num  float64
}

func identityOf(t field.Type, v field.Value) identity {
	switch t {
	case field.DateTime:
		return identity{at: v.Time.Unix(), nano: v.Time.Nanosecond()}
	case field.Number, field.Int, field.Bool:
		return identity{num: v.Num + 0}
	}
	return identity{text: v.Str}
}

// newDict makes the numbers of a field.
func newDict(list []*asked, f *field.Field) (*dict, error) {
	d := &dict{t: f.Type, multi: f.Multi, places: map[identity]uint32{}}
	for _, a := range list {
		c, err := a.column(a.ctx, f)
		if err != nil {
			return nil, err
		}
		d.parts, d.maps = append(d.parts, c), append(d.maps, nil)
	}
	for i := 1; i < len(d.parts); i++ {
		d.maps[i] = make([]uint32, d.parts[i].Values()+1)
	}
	return d, nil
}

// most is the number above all.
func (d *dict) most() uint64 {
	n := uint64(1)
	for _, c := range d.parts {
		n += uint64(c.Values())
	}
	return n
}

// bits is how many bits a number has.
func (d *dict) bits() int { return bits.Len64(d.most() - 1) }

// number is that of a code in a part.
func (d *dict) number(part int, code uint32) uint32 {
	if part == 0 || code == 0 {
		return code
	}
	if n := d.maps[part][code]; n != 0 {
		return n
	}
	v := d.parts[part].Value(code)
	n, equal := d.parts[0].Search(v)
	if !equal {
		id := identityOf(d.t, v)
		known := false
		if n, known = d.places[id]; !known {
			d.extra = append(d.extra, v)
			n = d.parts[0].Values() + uint32(len(d.extra))
			d.places[id] = n
		}
	}
	d.maps[part][code] = n
	return n
}

// numbers appends those of the different values of a document, 0 for none.
func (d *dict) numbers(part int, doc uint32, buf, codes []uint32) ([]uint32, []uint32) {
	if !d.multi {
		return append(buf, d.number(part, d.parts[part].Code(doc))), codes
	}
	first := len(buf)
	codes = d.parts[part].Codes(doc, codes[:0])
next:
	for _, c := range codes {
		n := d.number(part, c)
		for _, other := range buf[first:] {
			if other == n {
				continue next
			}
		}
		buf = append(buf, n)
	}
	if len(buf) == first {
		buf = append(buf, 0)
	}
	return buf, codes
}

// value is that of a number; nil for null.
func (d *dict) value(n uint32) []field.Value {
	if n == 0 {
		return nil
	}
	return []field.Value{d.of(n)}
}

func (d *dict) of(n uint32) field.Value {
	if base := d.parts[0].Values(); n > base {
		return d.extra[n-base-1]
	}
	return d.parts[0].Value(n)
}

// compare orders the values of two numbers, neither of them null.
func (d *dict) compare(a, b uint32) int {
	base := d.parts[0].Values()
	switch {
	case a == b:
		return 0
	case a <= base && b <= base && a < b:
		return -1
	case a <= base && b <= base:
		return 1
	}
	return d.t.Compare(d.of(a), d.of(b))
}

// cloned is a text that is nobody else's.
func cloned(s string) string { return strings.Clone(s) }
