package segment

import (
	"encoding/binary"
	"slices"

	"github.com/boamp/boamp/internal/field"
)

// valueWriter writes the column of a Builder.
type valueWriter struct {
	b      *Builder
	at     int
	c      *builtColumn
	w      *columnWriter
	worded bool
	came   []uint32 // several values: the notice of each
	codes  []uint32 // several values: the code of each
	docs   []uint32
}

func (b *Builder) values(at int) *valueWriter {
	c := b.columns[at]
	v := &valueWriter{b: b, at: at, c: c, w: b.a.column(c.f, !c.plain && textual(c.f.Type))}
	v.worded = c.f.Words && !(c.seen != nil && Few(uint32(len(c.seen)), b.a.dir.Docs))
	c.seen = nil
	if v.worded {
		b.worded = append(b.worded, at)
	}
	if c.f.Multi {
		v.came, v.codes = make([]uint32, 0, c.entries), make([]uint32, c.entries)
		for came := uint32(0); len(c.counts) > 0; came++ {
			n, size := binary.Uvarint(c.counts)
			c.counts = c.counts[size:]
			for ; n > 0; n-- {
				v.came = append(v.came, came)
			}
		}
	}
	return v
}

func (v *valueWriter) add(key []byte, places []uint32) error {
	v.docs = v.docs[:0]
	for _, p := range places {
		if v.c.f.Multi {
			v.codes[p] = v.w.dir.Values + 1
			p = v.came[p]
		}
		v.docs = append(v.docs, v.b.a.docOf[p])
	}
	v.w.add(key, v.docs)
	if v.worded {
		if err := addWords(v.b.words, v.at, v.c.f, key, v.docs); err != nil {
			return err
		}
	}
	return v.b.a.out.err
}

// addWords adds the words of a value to those of its column.
func addWords(words *inverter, at int, f *field.Field, value []byte, docs []uint32) error {
	var own []string
	err := eachWord(f.Line([]field.Value{field.Str(string(value))}), func(word string) error {
		own = append(own, word)
		return nil
	})
	slices.Sort(own)
	for _, word := range slices.Compact(own) {
		for _, d := range docs {
			if _, _, err := words.add(at, word, d, true); err != nil {
				return err
			}
		}
	}
	return err
}

func (v *valueWriter) end() error {
	if !v.c.f.Multi {
		return v.w.end(nil, nil)
	}
	docs := v.b.a.dir.Docs
	first := make([]uint32, docs+1) // of each notice among the codes as they came
	for _, came := range v.came {
		first[came+1]++
	}
	for i := range docs {
		first[i+1] += first[i]
	}
	starts, codes := make([]uint32, 1, docs+1), make([]uint32, 0, len(v.codes))
	for d := range docs {
		came := v.b.a.places[d]
		codes = append(codes, v.codes[first[came]:first[came+1]]...)
		starts = append(starts, uint32(len(codes)))
	}
	return v.w.end(starts, codes)
}

// wordsOfValues writes the words of those columns, given by their places, that have them.
func (a *assembler) wordsOfValues(words *inverter, columns []*field.Field, worded []int) error {
	var w *wordWriter
	// upTo ends what is being written and begins what is next, up to the one in a place; those without a word too.
	upTo := func(place int) error {
		for len(worded) > 0 && worded[0] <= place {
			if w != nil {
				if err := w.end(); err != nil {
					return err
				}
			}
			w, worded = a.words(columns[worded[0]].Name), worded[1:]
		}
		return nil
	}
	err := words.each(func(place int, key []byte, docs []uint32) error {
		if err := upTo(place); err != nil {
			return err
		}
		w.add(key, docs)
		return a.out.err
	})
	if err == nil {
		err = upTo(len(columns))
	}
	if err == nil && w != nil {
		err = w.end()
	}
	return err
}
