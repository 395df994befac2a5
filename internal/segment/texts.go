package segment

import "sort"

// texts is a list of texts in order.
type texts struct {
	file   *file
	heap   region
	narrow []uint32
	wide   []uint64
	hex    bool
}

func newTexts(f *file, d stringsDir) (t texts, err error) {
	t = texts{file: f, heap: d.Heap, hex: d.Hex}
	if d.Wide {
		t.wide, err = numbers[uint64](f, d.Ends)
	} else {
		t.narrow, err = numbers[uint32](f, d.Ends)
	}
	return t, err
}

func (t *texts) len() int { return len(t.narrow) + len(t.wide) }

func (t *texts) end(i uint32) uint64 {
	if t.wide != nil {
		return t.wide[i]
	}
	return uint64(t.narrow[i])
}

// at borrows a text as it stands in the heap; nil when it is damaged, which the file remembers.
func (t *texts) at(i uint32) []byte {
	from := uint64(0)
	if i > 0 {
		from = t.end(i - 1)
	}
	b, err := t.file.part(t.heap, from, t.end(i)-from)
	if err != nil {
		return nil
	}
	return b
}

// search gives the first text that is not less than s, and whether it is equal.
func (t *texts) search(s string) (place uint32, equal bool) {
	n := sort.Search(t.len(), func(i int) bool { return compare(t.at(uint32(i)), s, t.hex) >= 0 })
	return uint32(n), n < t.len() && compare(t.at(uint32(n)), s, t.hex) == 0
}

// compare orders a text of the heap and another one.
func compare(kept []byte, s string, hexadecimal bool) int {
	if !hexadecimal {
		switch k := unsafeString(kept); {
		case k < s:
			return -1
		case k > s:
			return 1
		}
		return 0
	}
	const digits = "0123456789abcdef"
	for i, c := range kept {
		for j, d := range [2]byte{digits[c>>4], digits[c&15]} {
			if 2*i+j >= len(s) {
				return 1
			}
			if e := s[2*i+j]; d != e {
				return int(d) - int(e)
			}
		}
	}
	if len(s) > 2*len(kept) {
		return -1
	}
	return 0
}
