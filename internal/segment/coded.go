package segment

import (
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// coded is a segment over the bytes of a file.
type coded struct {
	file    *file
	dir     directory
	columns map[string]*lazyColumn
	words   map[string]*lazyWords
	places  lazyPlaces
}

var _ Segment = (*coded)(nil)

// lazyPlaces are the ids and packed notices, made when they are first asked for.
type lazyPlaces struct {
	once   sync.Once
	err    error
	ends   []uint64
	sums   []uint32
	places []uint32
	ranks  []uint32
	byRank []uint32
	ids    texts
}

type lazyColumn struct {
	dir    columnDir
	field  *field.Field
	once   sync.Once
	column *column
	err    error
}

type lazyWords struct {
	dir   wordsDir
	once  sync.Once
	words *words
	err   error
}

// prepare holds the directory against the file and the catalogue.
func (s *coded) prepare(c *field.Catalogue) error {
	k := checker{f: s.file, docs: int64(s.dir.Docs)}
	k.directory(&s.dir)
	for _, d := range s.dir.Columns {
		f, ok := c.Lookup(d.Field)
		k.hold(ok && s.columns[d.Field] == nil && f.Multi == d.Multi)
		if ok {
			k.column(d, textual(f.Type))
		}
		s.columns[d.Field] = &lazyColumn{dir: d, field: f}
	}
	for _, d := range s.dir.Words {
		k.hold(s.words[d.Field] == nil)
		k.words(d)
		s.words[d.Field] = &lazyWords{dir: d}
	}
	if k.bad {
		return s.file.damaged("its directory contradicts itself")
	}
	return nil
}

func (s *coded) Len() int   { return s.dir.Docs }
func (s *coded) Info() Info { return s.dir.Info }
func (s *coded) Size() int64 {
	return int64(len(s.file.data))
}
func (s *coded) Err() error { return s.file.err() }

// Forget implements Segment.
func (s *coded) Forget() {
	if s.file.handle != nil {
		forget(s.file.data)
	}
}

func (s *coded) Close() error { return s.file.close() }

// place gives the ids and places, nil when they are damaged.
func (s *coded) place() *lazyPlaces {
	p := &s.places
	p.once.Do(func() { p.err = p.read(s.file, &s.dir) })
	if p.err != nil {
		return nil
	}
	return p
}

func (p *lazyPlaces) read(f *file, d *directory) (err error) {
	if p.ends, err = numbers[uint64](f, d.Ends); err != nil {
		return err
	}
	if p.sums, err = numbers[uint32](f, d.Sums); err != nil {
		return err
	}
	if p.places, err = numbers[uint32](f, d.Places); err != nil {
		return err
	}
	if p.ranks, err = numbers[uint32](f, d.Ranks); err != nil {
		return err
	}
	if p.byRank, err = numbers[uint32](f, d.ByRank); err != nil {
		return err
	}
	p.ids, err = newTexts(f, d.IDs)
	return err
}

func (s *coded) ID(doc uint32) string {
	p := s.place()
	if p == nil {
		return ""
	}
	return string(p.ids.at(p.ranks[doc]))
}

func (s *coded) Find(id string) (doc uint32, ok bool) {
	p := s.place()
	if p == nil {
		return 0, false
	}
	rank, ok := p.ids.search(id)
	if !ok {
		return 0, false
	}
	return p.byRank[rank], true
}

func (s *coded) IDRank(doc uint32) uint32 {
	p := s.place()
	if p == nil {
		return 0
	}
	return p.ranks[doc]
}

func (s *coded) Packed(doc uint32) ([]byte, error) {
	p := s.place()
	if p == nil {
		return nil, s.places.err
	}
	place := p.places[doc]
	from, to := uint64(0), p.ends[place]
	if place > 0 {
		from = p.ends[place-1]
	}
	r := s.dir.Packed
	if from > to || to > uint64(r.Len) {
		return nil, s.file.damaged("a packed notice ends before it begins")
	}
	data := make([]byte, to-from)
	if s.file.handle == nil {
		copy(data, s.file.data[r.Off+int64(from):])
	} else if _, err := s.file.handle.ReadAt(data, r.Off+int64(from)); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the search index %s cannot be read", s.file.name)
	}
	if checksum(data) != p.sums[place] {
		return nil, s.file.damaged("the checksum of the packed notice at %d is wrong", r.Off+int64(from))
	}
	return data, nil
}

func (s *coded) Column(f *field.Field) (Column, error) {
	c, err := s.column(f.Name)
	if c == nil {
		return nil, err
	}
	return c, nil
}

func (s *coded) column(name string) (*column, error) {
	l := s.columns[name]
	if l == nil {
		return nil, nil
	}
	l.once.Do(func() { l.column, l.err = newColumn(s.file, l.dir, l.field, s.dir.Docs) })
	return l.column, l.err
}

func (s *coded) Words(f *field.Field) (Words, error) {
	w, err := s.wordsOf(f.Name)
	if w == nil {
		return nil, err
	}
	return w, nil
}

func (s *coded) wordsOf(name string) (*words, error) {
	l := s.words[name]
	if l == nil {
		return nil, nil
	}
	l.once.Do(func() { l.words, l.err = newWords(s, l.dir) })
	return l.words, l.err
}
