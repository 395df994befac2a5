package archive

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// zipCut reads a zip whose directory is missing, as a broken download leaves it, from its beginning: each entry has a
// header of its own before its bytes. It always ends with an error.
func (w *walk) zipCut(s source.Stream, r io.Reader, level int) bool {
	in := &meter{r: r}
	c := newContainer(s, level, true)
	l := &layer{lim: w.lim, in: func() int64 { return in.n }}
	src := &counted{bufio.NewReaderSize(in, streamBuffer), 0}
	for {
		h, err := readLocal(src)
		if err != nil {
			break
		}
		ok, stop := w.admit(c, h.name)
		if stop {
			return false
		}
		data, err := h.data(src)
		if err != nil { // where the next entry begins cannot be told
			if !w.fail(s.Origin+"!"+printable(h.name), err) {
				return false
			}
			break
		}
		g := &guard{r: data, layer: l}
		if ok && !strings.HasSuffix(h.name, "/") && !w.member(c, entry{name: h.name, size: -1, r: g}) {
			return false
		}
		if l.broken != nil {
			return w.fail(s.Origin, l.broken)
		}
		if err := drain(g); err != nil && !errors.Is(err, zip.ErrChecksum) {
			break
		}
	}
	return w.fail(s.Origin, after(fault.New(fault.Invalid, "the zip has no directory at its end: it was cut off"), c.count))
}

// counted is a reader of single bytes, as flate needs to stop at the end of its data, that knows how far it is.
type counted struct {
	*bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// local is the header before an entry's bytes.
type local struct {
	flags, method uint16
	crc           uint32
	size          uint64 // compressed
	name          string
	start         int64
}

var errNoEntry = errors.New("no entry")

func readLocal(src *counted) (local, error) {
	var b [30]byte
	if _, err := io.ReadFull(src, b[:]); err != nil {
		return local{}, err
	}
	if string(b[:4]) != "PK\x03\x04" {
		return local{}, errNoEntry
	}
	le := binary.LittleEndian
	h := local{flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), crc: le.Uint32(b[14:]), size: uint64(le.Uint32(b[18:]))}
	rest := make([]byte, int(le.Uint16(b[26:]))+int(le.Uint16(b[28:])))
	if _, err := io.ReadFull(src, rest); err != nil {
		return local{}, err
	}
	h.name = string(rest[:le.Uint16(b[26:])])
	if h.size == 1<<32-1 {
		h.size = zip64Size(rest[len(h.name):])
	}
	h.start = src.n
	return h, nil
}

// zip64Size finds the compressed size in the extra field of a local header, where it stands after the other size.
func zip64Size(extra []byte) uint64 {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if len(extra) < 4+n {
			break
		}
		if id == 1 && n >= 16 {
			return le.Uint64(extra[12:])
		}
		extra = extra[4+n:]
	}
	return 1<<32 - 1
}

const (
	streamed        = 8 // bit 3 of the flags: size and sum stand after the bytes
	stored, deflate = 0, 8
)

// data gives the expanded bytes of the entry, checked against its sum.
func (h *local) data(src *counted) (io.Reader, error) {
	if h.flags&encrypted != 0 {
		return nil, fault.New(fault.Unsupported, "the entry is encrypted")
	}
	known := h.flags&streamed == 0
	s := &summed{h: crc32.NewIEEE(), want: func() (uint32, error) { return h.crc, nil }}
	switch {
	case h.method == deflate:
		s.r = flate.NewReader(src)
	case h.method == stored && known:
		s.r = &exactly{src, int64(min(h.size, 1<<62))}
	default:
		return nil, explain(zip.ErrAlgorithm)
	}
	if !known {
		s.want = func() (uint32, error) { return h.descriptor(src) }
	}
	return s, nil
}

// descriptor reads the sum that stands after the bytes of a streamed entry.
func (h *local) descriptor(src *counted) (uint32, error) {
	size := uint64(src.n - h.start)
	b, _ := src.Peek(24) // signature (optional), sum, and two sizes of 4 or 8 bytes
	n, le := 0, binary.LittleEndian
	if len(b) >= 4 && string(b[:4]) == "PK\x07\x08" {
		n = 4
	}
	var sum uint32
	if len(b) >= n+4 {
		sum = le.Uint32(b[n:])
	}
	switch {
	case len(b) >= n+12 && uint64(le.Uint32(b[n+4:])) == size:
		n += 12
	case len(b) >= n+20 && le.Uint64(b[n+4:]) == size:
		n += 20
	default:
		return 0, io.ErrUnexpectedEOF
	}
	m, err := src.Discard(n)
	src.n += int64(m)
	return sum, err
}

// summed checks the sum of what passes, at its end.
type summed struct {
	r    io.Reader
	h    hash.Hash32
	want func() (uint32, error) // called once, at the end of the bytes
	err  error
}

func (s *summed) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	s.h.Write(p[:n])
	if err == io.EOF {
		if want, e := s.want(); e != nil {
			err = e
		} else if want != s.h.Sum32() {
			err = zip.ErrChecksum
		}
	}
	s.err = err
	return n, err
}

// exactly reads n bytes, and takes an earlier end for a break.
type exactly struct {
	r io.Reader
	n int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	if e.n -= int64(n); err == io.EOF && e.n > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
