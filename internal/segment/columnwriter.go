package segment

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// columnWriter writes a column, whose values come in order.
type columnWriter struct {
	a       *assembler
	f       *field.Field
	dir     columnDir
	heap    region // of the texts
	heapLen uint64
	ends    []uint64
	numbers []uint64
	codes   []uint32 // of each document, when there is one value at most
	slots   []uint32
	refs    []listRef
	lists   []byte
	plain   []byte
}

// textual reports whether the values of a type are text.
func textual(t field.Type) bool { return t == field.Text || t == field.Date || t == field.JSON }

// appendKey writes a value so that the order of values is that of bytes.
func appendKey(to []byte, t field.Type, v field.Value) []byte {
	switch {
	case textual(t):
		return append(to, v.Str...)
	case t == field.DateTime:
		return binary.BigEndian.AppendUint64(to, uint64(v.Time.Unix())^1<<63)
	}
	n := math.Float64bits(v.Num + 0) // zero without a sign
	if n>>63 != 0 {
		return binary.BigEndian.AppendUint64(to, ^n)
	}
	return binary.BigEndian.AppendUint64(to, n^1<<63)
}

// numberOfKey reads a key that is no text: the bits of a number, the seconds of an instant.
func numberOfKey(t field.Type, key []byte) uint64 {
	n := binary.BigEndian.Uint64(key)
	if t == field.DateTime || n>>63 != 0 {
		return n ^ 1<<63
	}
	return ^n
}

// valueOf is the value of what numberOfKey reads.
func valueOf(t field.Type, n uint64) field.Value {
	if t == field.DateTime {
		return field.Value{Time: time.Unix(int64(n), 0).UTC()}
	}
	return field.Num(math.Float64frombits(n))
}

// column begins a column; hexadecimal says that all of its texts pass isHex.
func (a *assembler) column(f *field.Field, hexadecimal bool) *columnWriter {
	w := &columnWriter{a: a, f: f, dir: columnDir{Field: f.Name, Multi: f.Multi}, slots: []uint32{0}}
	if textual(f.Type) {
		w.dir.Strings.Hex = hexadecimal
		w.heap = a.out.start()
	}
	if !f.Multi {
		w.codes = make([]uint32, a.dir.Docs)
	}
	return w
}

// isHex reports whether a text is made of pairs of lower hexadecimal digits: then half the bytes hold it.
func isHex(s string) bool {
	if len(s)%2 != 0 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// add takes the next value and its documents, in any order and with repetitions.
func (w *columnWriter) add(key []byte, docs []uint32) {
	w.dir.Values++
	switch {
	case !textual(w.f.Type):
		w.numbers = append(w.numbers, numberOfKey(w.f.Type, key))
	case w.dir.Strings.Hex:
		w.plain, _ = hex.AppendDecode(w.plain[:0], key) // isHex
		w.text(w.plain)
	default:
		w.text(key)
	}
	if w.codes != nil {
		for _, d := range docs {
			w.codes[d] = w.dir.Values
		}
	}
	w.slots = append(w.slots, w.slot(docs))
}

func (w *columnWriter) text(s []byte) {
	w.a.out.Write(s)
	w.heapLen += uint64(len(s))
	w.ends = append(w.ends, w.heapLen)
}

// slot keeps the documents of a value.
func (w *columnWriter) slot(docs []uint32) uint32 {
	if len(docs) == 1 {
		return inline | docs[0]
	}
	before := len(w.lists)
	lists, off, n := w.a.lists.encode(w.lists, 0, docs)
	w.lists = lists
	if n == 1 {
		first, _ := binary.Uvarint(w.lists[off:])
		w.lists = w.lists[:before]
		return inline | uint32(first)
	}
	w.refs = append(w.refs, listRef{Off: off, Size: uint32(uint64(len(w.lists)) - off), Docs: n})
	return uint32(len(w.refs) - 1)
}

// end ends a column. Of one with several values starts says where the codes of each document begin among codes.
func (w *columnWriter) end(starts, codes []uint32) error {
	out, d := w.a.out, &w.dir
	if textual(w.f.Type) {
		texts := textList{ends: w.ends}
		hexadecimal := d.Strings.Hex
		d.Strings = texts.write(out, out.end(w.heap))
		d.Strings.Hex = hexadecimal
	} else {
		d.Numbers = out.region(bytesOf(w.numbers))
	}
	none := w.none(starts)
	if d.Multi {
		d.Starts, d.Repeats = out.region(bytesOf(starts)), repeats(starts, codes)
	} else {
		codes = w.codes
		d.Sorted = sorted(codes)
	}
	d.Entries = int64(len(codes))
	d.Width = width(d.Values)
	d.Codes = out.region(narrow(codes, d.Width))
	if d.Sorted {
		d.Firsts = out.region(bytesOf(firsts(codes, d.Values)))
	} else {
		w.slots[0] = w.slot(none)
		d.Slots, d.Lists, d.Heap = out.region(bytesOf(w.slots)), out.region(bytesOf(w.refs)), out.region(w.lists)
		if !d.Multi {
			d.Zones = out.region(bytesOf(zones(codes)))
		}
	}
	w.a.dir.Columns = append(w.a.dir.Columns, *d)
	return out.err
}

// none are the documents without a value.
func (w *columnWriter) none(starts []uint32) (docs []uint32) {
	for d := range w.a.dir.Docs {
		if w.codes != nil && w.codes[d] == 0 || w.codes == nil && starts[d] == starts[d+1] {
			docs = append(docs, uint32(d))
		}
	}
	return docs
}

func repeats(starts, codes []uint32) bool {
	for d := range len(starts) - 1 {
		own := codes[starts[d]:starts[d+1]]
		for i, c := range own {
			for _, e := range own[:i] {
				if c == e {
					return true
				}
			}
		}
	}
	return false
}

// sorted reports whether codes ascend; null, which is 0, comes last.
func sorted(codes []uint32) bool {
	for i := 1; i < len(codes); i++ {
		if codes[i]-1 < codes[i-1]-1 { // null is the greatest
			return false
		}
	}
	return true
}

// firsts are the first documents of each code of a sorted column, then of null.
func firsts(codes []uint32, values uint32) []uint32 {
	list := make([]uint32, values+1)
	list[values] = uint32(len(codes))
	for i := len(codes) - 1; i >= 0; i-- {
		place := values
		if codes[i] != 0 {
			place = codes[i] - 1
		}
		list[place] = uint32(i)
	}
	return list
}

// zones are the least and the greatest code, null apart, of each zone; no code gives a least one above all.
func zones(codes []uint32) []uint32 {
	var list []uint32
	for from := 0; from < len(codes); from += zoneDocs {
		low, high := uint32(math.MaxUint32), uint32(0)
		for _, c := range codes[from:min(from+zoneDocs, len(codes))] {
			if c != 0 {
				low = min(low, c)
			}
			high = max(high, c)
		}
		list = append(list, low, high)
	}
	return list
}

// width is the number of bytes of a code.
func width(values uint32) int {
	switch {
	case values < 1<<8:
		return 1
	case values < 1<<16:
		return 2
	}
	return 4
}

// narrow writes codes in their width.
func narrow(codes []uint32, width int) []byte {
	switch width {
	case 1:
		list := make([]uint8, len(codes))
		for i, c := range codes {
			list[i] = uint8(c)
		}
		return list
	case 2:
		list := make([]uint16, len(codes))
		for i, c := range codes {
			list[i] = uint16(c)
		}
		return bytesOf(list)
	}
	return bytesOf(codes)
}
