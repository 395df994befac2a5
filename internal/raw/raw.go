// Package raw keeps the bytes of every document, unchanged, before anything reads them. All else in a data folder can be
// made again from here.
//
// Documents lie in archives, one for each edition that was applied (or for each part of a large one): standard zip files
// that any program opens, written once and never changed but for an erasure, which puts a tombstone in the place of a document.
//
//	2026/000123-2026-09-11.zip       year in which it was kept, sequence over the life of the data folder, edition
//	  00000000-26-35205.xml          offset of the entry in the archive, in hexadecimal, and name of the document
//	  00000d3f-26-35206.xml
//	  manifest.jsonl                 what every entry is: origin, name, SHA-256, size, time
//
// The offset in an entry's name lets Get read one document without the archive's directory, and each entry carries its
// SHA-256 in an extra field, so that it is checked without the manifest. Both are a short way only: an archive that was
// packed again is read by its directory and manifest.
//
// DILA's own archives (`.taz`) are not kept as they came, though their documents are. They would have to be kept beside
// these archives rather than in their place, because half of the feed comes as single files; the container adds nothing
// to a document but its name, which the manifest keeps as the origin; and the pages in them are their documents once
// more, made ready for display.
package raw

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Options are the settings of an archive.
type Options struct {
	// Write allows Begin and removes what a crash left behind. Only one process may write, see package datadir.
	Write bool
	Disk  disk.Disk        // default disk.OS
	Now   func() time.Time // default time.Now
}

// Archive is the raw part of a data folder. It is safe for concurrent use; one edition is written at a time.
type Archive struct {
	dir  string
	opts Options

	mu      sync.Mutex
	last    int  // sequence of the newest archive
	writing bool // an edition is begun
	broken  error
}

// Open opens the archives below dir, which need not exist yet. An unreadable folder is Unavailable.
func Open(dir string, opts Options) (*Archive, error) {
	if opts.Disk == nil {
		opts.Disk = disk.OS{}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	a := &Archive{dir: dir, opts: opts}
	files, leftovers, err := a.list()
	if err != nil {
		return nil, err
	}
	if n := len(files); n > 0 {
		a.last = files[n-1].sequence
	}
	if opts.Write {
		for _, p := range leftovers {
			if err := opts.Disk.Remove(p); err != nil {
				return nil, fault.Wrap(fault.Unavailable, err, "what a crash left behind cannot be removed: %s", filepath.Base(p))
			}
		}
	}
	return a, nil
}

// archiveFile is an archive on disk.
type archiveFile struct {
	name     string // "2026/000123-2026-09-11.zip"
	sequence int
}

var (
	yearFolder  = regexp.MustCompile(`^[0-9]{4}$`)
	archiveName = regexp.MustCompile(`^([0-9]{6,})-[A-Za-z0-9._-]+\.zip$`)
)

// tempPrefix begins the name of an archive that is being written.
const tempPrefix = ".tmp-"

// list finds the archives in their order, and what crashes left behind.
func (a *Archive) list() (files []archiveFile, leftovers []string, err error) {
	years, err := os.ReadDir(a.dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, nil, fault.Wrap(fault.Unavailable, err, "the raw archives cannot be listed")
	}
	for _, y := range years {
		if !y.IsDir() || !yearFolder.MatchString(y.Name()) {
			continue
		}
		entries, err := os.ReadDir(filepath.Join(a.dir, y.Name()))
		if err != nil {
			return nil, nil, fault.Wrap(fault.Unavailable, err, "the raw archives of %s cannot be listed", y.Name())
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), tempPrefix) {
				leftovers = append(leftovers, filepath.Join(a.dir, y.Name(), e.Name()))
			} else if m := archiveName.FindStringSubmatch(e.Name()); m != nil {
				n, err := strconv.Atoi(m[1])
				if err == nil {
					files = append(files, archiveFile{name: y.Name() + "/" + e.Name(), sequence: n})
				}
			}
		}
	}
	slices.SortFunc(files, func(x, y archiveFile) int {
		return cmp.Or(cmp.Compare(x.sequence, y.sequence), cmp.Compare(x.name, y.name))
	})
	return files, leftovers, nil
}

func (a *Archive) path(name string) string { return filepath.Join(a.dir, filepath.FromSlash(name)) }

// safe makes a piece of a file name of any text: letters, digits, dot, dash and underscore remain.
func safe(s string, most int) string {
	var b strings.Builder
	for _, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_'
		switch {
		case ok:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= most {
			break
		}
	}
	s = strings.Trim(b.String(), "-.")
	if s == "" {
		return "x"
	}
	return s
}
