package archive

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"

	"github.com/boamp/boamp/internal/fault"
)

// meter counts the bytes that pass.
type meter struct {
	r io.Reader
	n int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	return n, err
}

// layer is one compression between the file and its documents. What comes out of it is measured against what went in.
type layer struct {
	lim    Limits
	in     func() int64 // bytes read of the compressed side so far
	out    int64
	broken error // a limit that ends the whole archive
}

func (l *layer) add(n int) error {
	l.out += int64(n)
	switch {
	case l.broken != nil:
	case l.out > l.lim.Expanded:
		l.broken = fault.New(fault.TooLarge, "the archive expands to more than %d bytes", l.lim.Expanded)
	case l.out > l.lim.RatioFrom && l.out > l.lim.Ratio*max(l.in(), 1):
		l.broken = fault.New(fault.TooLarge, "the archive expands to more than %d times its size", l.lim.Ratio)
	}
	return l.broken
}

// guard reads the expanded side of a layer. Errors are faults, and stay: bufio.Reader forgets them.
type guard struct {
	r     io.Reader
	layer *layer
	// own bounds one entry of a zip, whose compressed size is known: one bomb is set aside, the others stand.
	own, ownMax int64
	err         error
}

func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	g.own += int64(n)
	switch {
	case g.ownMax > 0 && g.own > g.ownMax:
		g.err = fault.New(fault.TooLarge, "the entry expands to more than %d times its size", g.layer.lim.Ratio)
		return 0, g.err
	case g.layer.add(n) != nil:
		g.err = g.layer.broken
		return 0, g.err
	case err != nil:
		g.err = explain(err)
	}
	return n, g.err
}

// explain turns what the decoders report into faults; io.EOF and faults pass.
func explain(err error) error {
	var corrupt flate.CorruptInputError
	var path *fs.PathError
	switch f := (*fault.Error)(nil); {
	case err == nil, errors.Is(err, io.EOF), errors.As(err, &f):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, err, "cut off before its end")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum):
		return fault.Wrap(fault.Invalid, err, "the checksum (CRC-32) does not match: the bytes were damaged on their way")
	case errors.As(err, &corrupt):
		return fault.Wrap(fault.Invalid, err, "the compressed bytes are damaged")
	case errors.Is(err, gzip.ErrHeader):
		return fault.Wrap(fault.Invalid, err, "bytes that are not gzip where a gzip header was expected")
	case errors.Is(err, tar.ErrHeader):
		return fault.Wrap(fault.Invalid, err, "the tar is damaged: a header was expected")
	case errors.Is(err, zip.ErrAlgorithm):
		return fault.Wrap(fault.Unsupported, err, "compressed by a method that boamp does not read (deflate and stored are read)")
	case errors.As(err, &path):
		return fault.Wrap(fault.Unavailable, err, "the file could not be read")
	}
	return fault.Wrap(fault.Invalid, err, "the bytes could not be unpacked")
}

// after says of a break in an archive how far the entries came.
func after(err error, entries int) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	g := *f
	if entries == 0 {
		g.Message += "; no entry came before"
	} else {
		g.Message += fmt.Sprintf("; the break is in or after entry %d, the entries before it stand", entries)
	}
	return &g
}

// tail remembers how many zeros the bytes that passed end with: a tar ends with two blocks of them, and one that does not
// was cut off between two entries, which archive/tar takes for its end.
type tail struct {
	r     io.Reader
	zeros int
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	run := 0
	for run < n && run < 2*tarBlock && p[n-1-run] == 0 {
		run++
	}
	if run == n {
		run = min(run+t.zeros, 2*tarBlock)
	}
	t.zeros = run
	return n, err
}

// print is a hash of an entry's bytes, to tell a repeated entry from a second one of the same name. The seed is random, so
// that nobody can prepare a collision; known is false for an entry that was not read to its end.
type print struct {
	sum   uint64
	known bool
}

// printer hashes what passes.
type printer struct {
	r    io.Reader
	h    *maphash.Hash
	done bool
}

func (p *printer) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.h.Write(b[:n])
	p.done = p.done || err == io.EOF
	return n, err
}

// readAll reads at most limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, fault.New(fault.TooLarge, "more than %d bytes", limit)
	}
	return b, err
}

// memberBuffer is enough to see the head of a member; longer reads go past it.
const memberBuffer = 16 << 10

// buffers are the readers in front of members, one for each depth of nesting, used again for each member.
type buffers []*bufio.Reader

func (b *buffers) at(depth int, r io.Reader) *bufio.Reader {
	for len(*b) <= depth {
		*b = append(*b, bufio.NewReaderSize(nil, memberBuffer))
	}
	(*b)[depth].Reset(r)
	return (*b)[depth]
}
