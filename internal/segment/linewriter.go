package segment

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// codes gives each word that was written its code: by the number of its documents, the most first.
func (w *wordWriter) codes() []uint32 {
	order := upTo(w.dir.Count)
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Or(cmp.Compare(w.counts[y], w.counts[x]), cmp.Compare(x, y)) })
	codes := make([]uint32, len(order))
	for i, place := range order {
		codes[place] = uint32(i) + gap + 1
	}
	return codes
}

// lineWriter writes the lines of notices, in the order of the packed ones.
type lineWriter struct {
	w    *wordWriter
	heap region
	ends textList
	size uint64
}

// lines ends the words and begins their lines.
func (w *wordWriter) lines(codes []uint32) *lineWriter {
	w.finish()
	w.dir.Codes = w.a.out.region(bytesOf(codes))
	return &lineWriter{w: w, heap: w.a.out.start()}
}

// add takes the line of the next notice.
func (l *lineWriter) add(line []byte) error {
	l.size += uint64(len(line))
	l.ends.ends = append(l.ends.ends, l.size)
	_, err := l.w.a.out.Write(line)
	return err
}

func (l *lineWriter) end() error {
	l.w.dir.Lines = l.ends.write(l.w.a.out, l.w.a.out.end(l.heap))
	return l.w.done()
}

// endOrdered ends words whose lines a spool keeps.
func (w *wordWriter) endOrdered(s *spool) error {
	codes := w.codes()
	codeOf := make([]uint32, len(s.places)) // of the numbers of the spool
	for number, place := range s.places {
		codeOf[number] = codes[place]
	}
	s.words = nil
	l := w.lines(codes)
	var line []byte
	err := s.each(func(numbers []uint32) error {
		line = line[:0]
		for _, n := range numbers {
			code := uint32(gap)
			if n > 0 {
				code = codeOf[n-1]
			}
			line = binary.AppendUvarint(line, uint64(code))
		}
		return l.add(line)
	})
	if err != nil {
		return err
	}
	s.close()
	return l.end()
}

// newPlace says at which place among the new words one of the part will stand, or would.
func (p *mergePart) newPlace(place, to int) {
	for len(p.places) <= place {
		p.places = append(p.places, 0)
	}
	p.places[place] = uint32(to)
}

// ordered ends words and writes the lines of the documents that are left.
func (m *merger) ordered(field string, w *wordWriter) error {
	codes := w.codes()
	parts := make([]*lazyLines, len(m.parts))
	codeOf := make([][]uint32, len(m.parts)) // of each code of a part
	for i, p := range m.parts {
		words, err := p.s.wordsOf(field)
		if err != nil {
			return err
		}
		if parts[i] = words.readLines(); parts[i].err != nil {
			return parts[i].err
		}
		codeOf[i] = make([]uint32, len(parts[i].codes)+1)
		for place, to := range p.places {
			if code := parts[i].codes[place]; int(code) < len(codeOf[i]) && int(to) < len(codes) {
				codeOf[i][code] = codes[to]
			}
		}
	}
	l := w.lines(codes)
	var line []byte
	var old []uint32
	for _, o := range m.docs {
		old, line = appendCodes(old[:0], parts[o.part].line(o.doc)), line[:0]
		for _, code := range old {
			if int(code) >= len(codeOf[o.part]) || code != gap && codeOf[o.part][code] == gap {
				return m.parts[o.part].s.file.damaged("a line of %s has words that are none", field)
			}
			line = binary.AppendUvarint(line, uint64(codeOf[o.part][code]))
		}
		if err := l.add(line); err != nil {
			return err
		}
	}
	return l.end()
}
