package segment

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/go-json-experiment/json"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Expect is what a segment must have been made as to be opened.
type Expect struct {
	Catalogue *field.Catalogue
	Build     string // "" for any
}

// Open maps a file. A fault of kind Conflict when it is no segment, is damaged, or is not what is expected; NotFound when
// there is none. The file must stay as it is while it is open (one that another replaces by its name does).
func Open(path string, e Expect) (Segment, error) {
	h, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.NotFound, err, "there is no search index %s", path)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the search index %s cannot be opened", path)
	}
	info, err := h.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a file")
	}
	if err != nil {
		h.Close()
		return nil, fault.Wrap(fault.Unavailable, err, "the search index %s cannot be opened", path)
	}
	f := &file{name: path, handle: h, unmap: func() error { return nil }}
	if info.Size() > 0 {
		if f.data, f.unmap, err = mapFile(h, int(info.Size())); err != nil {
			h.Close()
			return nil, fault.Wrap(fault.Unavailable, err, "the search index %s cannot be mapped into memory", path)
		}
	}
	s, err := f.open(e)
	if err != nil {
		f.close()
		return nil, err
	}
	return s, nil
}

// Load reads a segment from memory, which must not change any more.
func Load(data []byte, e Expect) (Segment, error) {
	if uintptr(unsafe.Pointer(unsafe.SliceData(data)))%8 != 0 {
		data = slices.Clone(data)
	}
	f := &file{name: "in memory", data: data, unmap: func() error { return nil }}
	s, err := f.open(e)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (f *file) close() error {
	err := f.unmap()
	f.data = nil
	if f.handle != nil {
		err = errors.Join(err, f.handle.Close())
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the search index %s cannot be closed", f.name)
	}
	return nil
}

// littleEndian reports whether this machine keeps numbers as the file does.
func littleEndian() bool {
	n := uint16(1)
	return *(*byte)(unsafe.Pointer(&n)) == 1
}

// open reads trailer and directory and holds them against what is expected.
func (f *file) open(e Expect) (*coded, error) {
	if !littleEndian() {
		return nil, fault.New(fault.Unsupported, "the search index is for processors that keep the low byte first")
	}
	t, err := readTrailer(f.data, int64(len(f.data)))
	if err != nil {
		var known *fault.Error
		errors.As(err, &known)
		return nil, f.damaged("%s", known.Message)
	}
	sums, text := f.data[t.sums:t.directory], f.data[t.directory:int64(len(f.data))-trailerSize]
	if checksum(sums) != t.sumsSum || checksum(text) != t.dirSum {
		return nil, f.damaged("the checksum of its directory is wrong")
	}
	f.blocks = t.blocks
	if len(sums) > 0 {
		f.sums = make([]uint32, len(sums)/4)
		copy(bytesOf(f.sums), sums)
	}
	f.blocksTo = t.sums
	f.good = make([]atomic.Uint32, (len(f.sums)+31)/32)
	s := &coded{file: f, columns: map[string]*lazyColumn{}, words: map[string]*lazyWords{}}
	if err := json.Unmarshal(text, &s.dir); err != nil {
		return nil, f.damaged("its directory is not readable")
	}
	switch info := s.dir.Info; {
	case info.Catalogue != Fingerprint(e.Catalogue):
		return nil, foreign(f.name, "it is of other fields")
	case e.Build != "" && info.Build != e.Build:
		return nil, foreign(f.name, "it is of another state of the data")
	}
	return s, s.prepare(e.Catalogue)
}

func foreign(name, what string) error {
	return fault.New(fault.Conflict, "the search index %s does not fit: %s", name, what).WithHint("it is made anew from the data")
}
