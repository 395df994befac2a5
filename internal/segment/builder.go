package segment

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Options say how a segment is made.
type Options struct {
	Catalogue *field.Catalogue
	Small     bool   // no words of bags: see Lines
	Build     string // kept as it is and compared by Expect: the revision of the store, say
	Temp      string // folder for what does not fit into memory, which must exist; "" for the system's
	Memory    int64  // bytes for what is being sorted; 0 for DefaultMemory. The process takes about as much again
}

// Document is a notice for a Builder.
type Document struct {
	ID     string
	Data   []byte          // as the store packed it
	Values [][]field.Value // one for each field of Columns(catalogue), in its order; nil is null
	Lines  []string        // one for each field of Lines(catalogue, small), in its order
}

// Builder makes a segment of documents.
type Builder struct {
	options Options
	columns []*builtColumn
	lines   []*field.Field
	day     int // the place of DayField among columns; negative for none
	days    []uint32
	keys    *inverter // of values, then of lines
	words   *inverter // of the words of values
	worded  []int     // places of the columns that have them
	ordered []*spool  // of each line whose order counts; nil for others
	a       *assembler
	buf     []byte
}

// builtColumn is what is known of a column before it is written.
type builtColumn struct {
	f       *field.Field
	plain   bool            // a text is not hexadecimal
	seen    map[string]bool // values; nil when there are too many for Few
	counts  []byte          // several values: how many each notice has, as uvarints
	entries uint32          // several values: all together
}

// NewBuilder starts a segment that is written to w one byte behind the other. The caller must Close it.
func NewBuilder(w io.Writer, o Options) (*Builder, error) {
	b := &Builder{options: o, lines: Lines(o.Catalogue, o.Small), day: -1, keys: newInverter(o.Temp, o.Memory)}
	for i, f := range Columns(o.Catalogue) {
		if f.Name == DayField {
			b.day = i
		}
		b.columns = append(b.columns, &builtColumn{f: f, seen: map[string]bool{}})
	}
	for _, f := range b.lines {
		var s *spool
		if !f.Bag {
			s = newSpool(o.Temp)
		}
		b.ordered = append(b.ordered, s)
	}
	b.a = newAssembler(newOutput(w), Info{o.Build, Fingerprint(o.Catalogue), o.Small})
	return b, b.a.out.err
}

// Add takes the next document. They come in any order, which is that in which the packed notices will stand. Nothing of d is kept.
func (b *Builder) Add(d Document) error {
	if len(d.Values) != len(b.columns) || len(d.Lines) != len(b.lines) {
		return fault.New(fault.Internal, "a document of %d columns and %d lines for a segment of %d and %d", len(d.Values), len(d.Lines), len(b.columns), len(b.lines))
	}
	came := uint32(b.a.dir.Docs)
	if err := b.a.add(d.ID, d.Data); err != nil {
		return err
	}
	day := uint32(math.MaxUint32)
	if b.day >= 0 && len(d.Values[b.day]) > 0 {
		day = dayNumber(d.Values[b.day][0].Str)
	}
	b.days = append(b.days, day)
	for i, c := range b.columns {
		if err := b.addValues(i, c, came, d.Values[i]); err != nil {
			return err
		}
	}
	for i, line := range d.Lines {
		if err := b.addLine(i, line, came); err != nil {
			return err
		}
	}
	return nil
}

// addLine takes the words of a line, and their order where it counts.
func (b *Builder) addLine(i int, line string, came uint32) error {
	s := b.ordered[i]
	if s == nil {
		return eachWord(line, func(word string) error {
			_, _, err := b.keys.add(len(b.columns)+i, word, came, true)
			return err
		})
	}
	err := eachPlace(line, func(word string) error {
		if word == "" {
			s.gap()
			return nil
		}
		run := len(b.keys.runs)
		id, _, err := b.keys.add(len(b.columns)+i, word, came, true)
		s.word(run, id, word)
		return err
	})
	if err != nil {
		return err
	}
	return s.end()
}

// eachWord is text.EachOfLine by the blank that stands behind every word of a line, up to an error.
func eachWord(line string, f func(word string) error) error {
	for line != "" {
		n := strings.IndexByte(line, ' ')
		if n < 0 {
			n = len(line)
		}
		if word := line[:n]; word != "" && word != "|" && word != "\n" {
			if err := f(word); err != nil {
				return err
			}
		}
		line = line[min(n+1, len(line)):]
	}
	return nil
}

func (b *Builder) addValues(i int, c *builtColumn, came uint32, values []field.Value) error {
	if c.f.Multi {
		c.counts = binary.AppendUvarint(c.counts, uint64(len(values)))
	} else if len(values) > 1 {
		return fault.New(fault.Internal, "field %s has %d values, one is the most", c.f.Name, len(values))
	}
	for _, v := range values {
		b.buf = appendKey(b.buf[:0], c.f.Type, v)
		key := unsafeString(b.buf)
		place := came
		if c.f.Multi {
			place = c.entries
			c.entries++
		}
		_, fresh, err := b.keys.add(i, key, place, false)
		if err != nil {
			return err
		}
		if fresh {
			c.meet(key)
		}
	}
	return nil
}

// meet takes note of a value that may be new.
func (c *builtColumn) meet(key string) {
	c.plain = c.plain || !isHex(key)
	if c.seen != nil && !c.seen[key] {
		c.seen[strings.Clone(key)] = true
		if len(c.seen) > fewValues {
			c.seen = nil
		}
	}
}

// dayNumber is a day as a number that orders as days do.
func dayNumber(day string) uint32 {
	if len(day) == len("2006-01-02") {
		if n, err := strconv.ParseUint(day[:4]+day[5:7]+day[8:], 10, 32); err == nil {
			return uint32(n)
		}
	}
	return math.MaxUint32
}

// Finish writes what is left. A fault of kind Invalid when an id came twice. The caller syncs and closes what the segment was written
// to.
func (b *Builder) Finish() error {
	if err := b.a.number(b.days); err != nil {
		return err
	}
	b.days = nil
	b.words = newInverter(b.options.Temp, b.options.Memory)
	if err := b.writeKeys(); err != nil {
		return err
	}
	b.keys.close()
	if err := b.a.wordsOfValues(b.words, Columns(b.options.Catalogue), b.worded); err != nil {
		return err
	}
	return b.a.close()
}

// writeKeys writes columns and the words of lines, and collects the words of columns.
func (b *Builder) writeKeys() error {
	at := -1
	var column *valueWriter
	var line *wordWriter
	var order *spool
	// upTo ends what is being written and begins what is next, up to the one in a place; those without a key too.
	upTo := func(place int) error {
		for at < place {
			var err error
			switch {
			case column != nil:
				err = column.end()
			case order != nil:
				err = line.endOrdered(order)
			case line != nil:
				err = line.end()
			}
			if err != nil {
				return err
			}
			column, line, order = nil, nil, nil
			at++
			if at < len(b.columns) {
				column = b.values(at)
			} else if at < len(b.columns)+len(b.lines) {
				line, order = b.a.words(b.lines[at-len(b.columns)].Name), b.ordered[at-len(b.columns)]
			}
		}
		return nil
	}
	var docs []uint32
	err := b.keys.each(func(place int, key []byte, places []uint32) error {
		if err := upTo(place); err != nil {
			return err
		}
		if column != nil {
			return column.add(key, places)
		}
		docs = docs[:0]
		for _, came := range places {
			docs = append(docs, b.a.docOf[came])
		}
		if order != nil {
			order.place(unsafeString(key))
		}
		line.add(key, docs)
		return b.a.out.err
	})
	if err != nil {
		return err
	}
	return upTo(len(b.columns) + len(b.lines))
}

// Close drops what the builder holds, finished or not. A second Close does nothing.
func (b *Builder) Close() error {
	b.keys.close()
	if b.words != nil {
		b.words.close()
	}
	for _, s := range b.ordered {
		if s != nil {
			s.close()
		}
	}
	return nil
}
