package dila

import (
	"errors"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// document is one that was had.
type document struct {
	origin    string
	entry     Entry // by which it was asked for
	body      []byte
	at, size  int64 // in the file, when body is nil
	fetched   time.Time
	published time.Time
	validator string
	err       error // it is there, and of no use
	same      bool  // it is as it is known
}

// spool holds the documents of a day until all are there: so many bytes in memory, the others in a file.
type spool struct {
	dir    string
	memory int64 // left
	docs   map[string]*document
	same   map[string]*document // asked for, and not new
	file   *os.File
	end    int64
}

func newSpool(dir string, memory int64) *spool {
	return &spool{dir: dir, memory: memory, docs: map[string]*document{}, same: map[string]*document{}}
}

// put keeps a document in the place of one of the same origin.
func (s *spool) put(d *document) error {
	if d.same {
		s.same[d.origin] = d
		return nil
	}
	if s.memory -= d.size; s.memory < 0 && d.body != nil {
		if err := s.write(d); err != nil {
			return diskFault(err)
		}
	}
	s.docs[d.origin] = d
	return nil
}

func (s *spool) write(d *document) (err error) {
	if s.file == nil {
		if s.file, err = temporary(s.dir); err != nil {
			return err
		}
	}
	if _, err := s.file.WriteAt(d.body, s.end); err != nil {
		return err
	}
	d.at, d.body = s.end, nil
	s.end += d.size
	return nil
}

// get gives a document that was had, or nil.
func (s *spool) get(origin string) *document {
	if d := s.docs[origin]; d != nil {
		return d
	}
	return s.same[origin]
}

func (s *spool) sorted() []*document {
	return slices.SortedFunc(maps.Values(s.docs), func(a, b *document) int {
		return compareDocuments(a.entry.Wall, b.entry.Wall, a.entry.Name, b.entry.Name)
	})
}

func (s *spool) read(d *document) ([]byte, error) {
	if d.body != nil || d.err != nil {
		return d.body, nil
	}
	b := make([]byte, d.size)
	if _, err := s.file.ReadAt(b, d.at); err != nil {
		return nil, diskFault(err)
	}
	return b, nil
}

// temporary makes a file that is for a moment only.
func temporary(dir string) (*os.File, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	return os.CreateTemp(dir, "boamp-*.part")
}

// errDisk is in the chain of errors of our own disk, which end a pass: what comes would fail as well.
var errDisk = errors.New("the disk failed")

func diskFault(err error) error {
	return fault.Wrap(fault.Unavailable, errors.Join(errDisk, err), "what is fetched cannot be kept in a file for a moment").WithHint("see to the disk")
}

func (s *spool) close() {
	if s.file != nil {
		_ = errors.Join(s.file.Close(), os.Remove(s.file.Name())) // a temporary file
	}
}
