package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// encrypted is bit 0 of an entry's general purpose flags.
const encrypted = 1

// zip gives the files of a zip. Without random access it is held in memory, up to a limit.
func (w *walk) zip(s source.Stream, level int) bool {
	at, size := s.At, s.Size
	if at == nil {
		b, err := readAll(s.R, w.lim.Nested)
		if fault.Is(err, fault.TooLarge) {
			err = fault.New(fault.TooLarge, "a zip inside another archive of more than %d bytes", w.lim.Nested).
				WithHint("unpack the outer archive first and import the folder")
		}
		if err != nil {
			return w.fail(s.Origin, explain(err))
		}
		at, size = bytes.NewReader(b), int64(len(b))
	}
	d := &directoryMeter{r: at, left: w.entries}
	z, err := zip.NewReader(d, size)
	d.done = true
	switch {
	case d.broken:
		return w.fail(s.Origin, fault.New(fault.TooLarge, "the archive has more than %d entries", w.lim.Entries))
	case errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF):
		return w.zipCut(s, io.NewSectionReader(at, 0, size), level)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are checked by admit
		return w.fail(s.Origin, explain(err))
	}
	return w.zipEntries(newContainer(s, level, true), z, size)
}

func (w *walk) zipEntries(c *container, z *zip.Reader, size int64) bool {
	var read int64 // compressed bytes of the entries so far
	l := &layer{lim: w.lim, in: func() int64 { return min(read, size) }}
	for _, f := range z.File {
		ok, stop := w.admit(c, f.Name)
		switch {
		case stop:
			return false
		case !ok || f.Mode().IsDir():
			continue
		}
		r, err := openEntry(f)
		if err != nil {
			if !w.fail(c.Origin+"!"+printable(f.Name), err) {
				return false
			}
			continue
		}
		read += int64(min(f.CompressedSize64, uint64(size)))
		g := &guard{r: r, layer: l, ownMax: w.ownMax(f.CompressedSize64, size)}
		goOn := w.member(c, entry{name: f.Name, size: int64(min(f.UncompressedSize64, 1<<62)), r: g})
		r.Close() // frees the decompressor; the entry's errors came with Read
		if !goOn {
			return false
		}
		if l.broken != nil {
			return w.fail(c.Origin, l.broken)
		}
	}
	return true
}

// ownMax is how large one entry may become.
func (w *walk) ownMax(compressed uint64, size int64) int64 {
	return max(w.lim.RatioFrom, w.lim.Ratio*int64(min(compressed, uint64(size))))
}

func openEntry(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&encrypted != 0 {
		return nil, fault.New(fault.Unsupported, "the entry is encrypted")
	}
	if m := f.Mode(); !m.IsRegular() {
		what := "a special file"
		if m&fs.ModeSymlink != 0 {
			what = "a symbolic link"
		}
		return nil, fault.New(fault.Unsupported, "%s, not a file", what)
	}
	r, err := f.Open()
	if err != nil {
		return nil, explain(err)
	}
	return r, nil
}

// directoryMeter stands between archive/zip and the file while the directory at the end is read, all of which is kept in
// memory: it counts the entries that pass and breaks off when they are too many. The count in the zip's own end record
// may say anything. An entry whose signature falls across two reads is missed, one in a hundred.
type directoryMeter struct {
	r      io.ReaderAt
	left   int
	done   bool
	broken bool
}

var directorySignature = []byte("PK\x01\x02")

func (d *directoryMeter) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.r.ReadAt(p, off)
	if d.done {
		return n, err
	}
	// The end record is looked for in the last 65 kB, twice: entries that stand there are counted again.
	const again = 4096
	d.left -= bytes.Count(p[:n], directorySignature)
	if d.broken = d.broken || d.left < -again; d.broken {
		return 0, fault.New(fault.TooLarge, "too many entries")
	}
	return n, err
}
