package segment

import (
	"bytes"
	"slices"
)

// lines writes the words of lines.
func (m *merger) lines() error {
	for _, f := range Lines(m.options.Catalogue, m.options.Small) {
		var streams []*wordStream
		for i, p := range m.parts {
			p.places = nil
			words, err := p.s.wordsOf(f.Name)
			if err != nil {
				return err
			}
			if words == nil {
				return p.s.file.damaged("it has no words of %s", f.Name)
			}
			if s := (&wordStream{words: words, part: m.parts[i]}); s.next() {
				streams = append(streams, s)
			}
		}
		w := m.a.words(f.Name)
		if err := m.line(w, streams); err != nil {
			return err
		}
		end := w.end
		if !f.Bag {
			end = func() error { return m.ordered(f.Name, w) }
		}
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) line(w *wordWriter, streams []*wordStream) error {
	var word []byte
	var docs []uint32
	for len(streams) > 0 {
		least := slices.MinFunc(streams, func(a, b *wordStream) int { return bytes.Compare(a.c.word, b.c.word) })
		word, docs = append(word[:0], least.c.word...), docs[:0]
		for i := 0; i < len(streams); i++ {
			s := streams[i]
			if !bytes.Equal(s.c.word, word) {
				continue
			}
			own, err := s.words.docs(&s.c)
			if err != nil {
				return err
			}
			docs = s.part.each(own, docs)
			s.part.newPlace(s.c.place, w.dir.Count)
			if !s.next() {
				streams = slices.Delete(streams, i, i+1)
				i--
			}
		}
		if len(docs) > 0 {
			w.add(word, docs)
		}
	}
	return nil
}

// wordStream goes through all words of a field.
type wordStream struct {
	words *words
	part  *mergePart
	block int
	c     wordCursor
}

func (s *wordStream) next() bool {
	for !s.c.next() {
		if s.c.bad {
			s.words.damaged()
			return false
		}
		if s.block == len(s.words.blocks) {
			return false
		}
		s.words.cursor(s.block, &s.c)
		s.block++
	}
	return true
}
