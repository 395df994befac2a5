// Package archive takes archives apart: gzip, zip and tar one inside the other, as DILA's `.taz` (gzip tar in 2016, zip
// holding a tar later) and as users pack them again. What a file is, is told by its first bytes.
//
// Archives come from outside and are taken as hostile: nothing is ever written to disk, names that lead out of the
// archive are set aside, and Limits bound size, ratio, entries and nesting. What cannot be unpacked becomes an error
// beside the origin of the entry; all other entries stand, those before a break too.
package archive

import (
	"context"
	"hash/maphash"
	"io"
	"iter"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// Reader unpacks archives. The zero value has the default limits. It is safe for concurrent use.
type Reader struct {
	Limits Limits
}

// Members gives the files inside s, which must begin as an archive (source.FormOf), in the order in which they lie
// there; files inside inner archives stand in the place of the inner archive. A member's R is valid until the next one is
// asked for, reads past a limit or into damage give a fault, and it need not be read to its end. At is nil.
//
// The origin of a member is that of s, "!", and its name in the archive; a bare gzip has one member with the origin of s.
//
// An error stands beside a Stream with only an Origin. That of an entry: bad name, damage, encryption, a link. That of
// the archive itself, as the last of its members: cut off, damaged, beyond a limit. An error with an empty origin is
// that of ctx and the last of the sequence.
//
// A name that stands twice in an archive: when both have the same bytes, both are given (the second is known by its hash
// further on); when they differ, the second is an error, because which one is meant cannot be told.
func (r Reader) Members(ctx context.Context, s source.Stream) iter.Seq2[source.Stream, error] {
	return func(yield func(source.Stream, error) bool) {
		w := &walk{ctx: ctx, lim: r.Limits.withDefaults(), yield: yield, seed: maphash.MakeSeed()}
		w.entries = w.lim.Entries
		buf := w.bufs.at(0, s.R)
		head, _ := buf.Peek(source.HeadSize)
		form := source.FormOf(head)
		if !form.Archive() {
			w.fail(s.Origin, fault.New(fault.Unsupported, "not an archive but %s", source.Describe(head)))
			return
		}
		s.R = buf
		w.open(s, form, 0, false)
	}
}

// walk is one run over a file.
type walk struct {
	ctx     context.Context
	lim     Limits
	yield   func(source.Stream, error) bool
	seed    maphash.Seed
	entries int // left
	bufs    buffers
	depth   int // of bufs in use
}

// fail yields an error; false ends the run.
func (w *walk) fail(origin string, err error) bool {
	return w.yield(source.Stream{Origin: origin}, err)
}

// open takes apart an archive at nesting level, which does not count it yet. Packed says that it is the content of a
// compression, where a tar is no level of its own.
func (w *walk) open(s source.Stream, form source.Form, level int, packed bool) bool {
	if form != source.Tar || !packed {
		level++
	}
	if level > w.lim.Depth {
		return w.fail(s.Origin, fault.New(fault.TooLarge, "archives stand more than %d deep one inside the other", w.lim.Depth).
			WithHint("unpack the outer archive first and import the folder"))
	}
	switch form {
	case source.Gzip:
		return w.gzip(s, level)
	case source.Zip:
		return w.zip(s, level)
	default:
		return w.tar(s, level, nil)
	}
}

// container is an archive whose entries are being given.
type container struct {
	source.Stream
	level  int
	packed bool // its entries are compressed: zip
	seen   map[uint64]print
	count  int // entries so far
}

func newContainer(s source.Stream, level int, packed bool) *container {
	return &container{Stream: s, level: level, packed: packed, seen: map[uint64]print{}}
}

// entry is one file in a container.
type entry struct {
	name string
	size int64 // as declared
	r    io.Reader
}

// count counts an entry of the archive at origin; false ends the run.
func (w *walk) count(origin string) bool {
	if err := w.ctx.Err(); err != nil {
		w.yield(source.Stream{}, fault.Wrap(fault.Timeout, err, "unpacking was cancelled"))
		return false
	}
	if w.entries--; w.entries < 0 {
		w.fail(origin, fault.New(fault.TooLarge, "the archive has more than %d entries; those before stand", w.lim.Entries))
		return false
	}
	return true
}

// admit counts an entry and checks its name. When stop is true, the run ends; when ok is false, the entry is left out.
func (w *walk) admit(c *container, name string) (ok, stop bool) {
	if !w.count(c.Origin) {
		return false, true
	}
	c.count++
	if err := checkName(name, w.lim.Name); err != nil {
		return false, !w.fail(c.Origin+"!"+printable(name), err)
	}
	return true, false
}

// member gives an entry whose name was admitted, or takes it apart when it is an archive; false ends the run.
func (w *walk) member(c *container, e entry) bool {
	s := source.Stream{Origin: c.Origin + "!" + printable(e.name), Name: source.NameWithin(c.Name, e.name), Size: e.size}
	h := maphash.String(w.seed, e.name)
	first, again := c.seen[h]
	if again {
		same, err := w.sameAs(first, &e)
		if err != nil {
			return w.fail(s.Origin, err)
		}
		if !same {
			return w.fail(s.Origin, fault.New(fault.Invalid, "duplicate entry: the archive holds this name before, with other bytes"))
		}
	}
	p := &printer{r: e.r, h: new(maphash.Hash)}
	p.h.SetSeed(w.seed)
	w.depth++
	buf := w.bufs.at(w.depth, p)
	s.R = buf
	var goOn bool
	if head, _ := buf.Peek(source.HeadSize); source.FormOf(head).Archive() {
		goOn = w.open(s, source.FormOf(head), c.level, c.packed)
	} else {
		goOn = w.yield(s, nil)
	}
	w.depth--
	if !again {
		c.seen[h] = print{sum: p.h.Sum64(), known: p.done}
	}
	return goOn
}

// sameAs reads a repeated entry into memory and compares it with the first of its name.
func (w *walk) sameAs(first print, e *entry) (bool, error) {
	if !first.known {
		return false, nil
	}
	b, err := readAll(e.r, w.lim.Nested)
	if err != nil {
		return false, err
	}
	e.r = newBytes(b)
	return maphash.Bytes(w.seed, b) == first.sum, nil
}
