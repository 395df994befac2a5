// Package backup copies what of a data folder cannot be made again (source bytes, the account of them, what was erased, the id of the
// change feed; on request the database) into a folder or a tar file, while the data folder is in use, and brings it back.
//
// A backup is laid out like a data folder, with a manifest that holds the size and the SHA-256 of every file and says which state of the
// data it is. The manifest comes last: what has none is no backup. A backup into a folder that holds one already copies only what is new or
// has changed; the earlier backup counts until the new one is whole:
//
//	MANIFEST.json         of the backup that counts
//	MANIFEST.json.new     of one that is whole and whose files only have to take their names; it counts before the other
//	raw/2026/000123-2026-09-11.zip
//	ledger/2026-09.jsonl
//	ledger/2026-09.jsonl.new    the file of MANIFEST.json.new in the place of the one above
package backup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

const (
	format       = 1
	manifestName = "MANIFEST.json"
	newSuffix    = ".new"

	// maxManifest bounds a manifest in bytes: a million archives have 200 MB.
	maxManifest = 1 << 30
)

// State is the state of the data that a backup holds.
type State struct {
	Program  string    `json:"program"` // that made the backup
	Reader   int       `json:"reader"`  // version of its readers
	Revision int64     `json:"revision"`
	Sequence int64     `json:"sequence"` // of the newest line of the ledger in it
	Notices  int64     `json:"notices"`
	Updated  time.Time `json:"updated,omitzero"` // when the data last changed, UTC
	Digest   string    `json:"digest"`           // of all notices, see store.Digest
}

// Manifest describes a backup.
type Manifest struct {
	Format int       `json:"boamp_backup"`
	Made   time.Time `json:"made"` // UTC
	State
	Database bool   `json:"database"` // store.duckdb is in it
	Files    []File `json:"files"`    // in the order of their paths
}

// File is a file of a backup.
type File struct {
	Path     string    `json:"path"` // below the folder, with slashes
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Modified time.Time `json:"modified"` // of the file that it is a copy of: by size and time it is known again
}

// Bytes is the size of all files.
func (m *Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// find gives a file by its path.
func (m *Manifest) find(path string) (File, bool) {
	if m == nil {
		return File{}, false
	}
	for low, high := 0, len(m.Files); low < high; {
		middle := (low + high) / 2
		switch f := m.Files[middle]; {
		case f.Path == path:
			return f, true
		case f.Path < path:
			low = middle + 1
		default:
			high = middle
		}
	}
	return File{}, false
}

// allowed are the files that a backup may hold. Nothing else is taken from one, whatever a manifest says.
var allowed = regexp.MustCompile(`^(FORMAT|FEED|MIRROR|CATCHUP|ERASED\.jsonl|store\.duckdb(\.wal)?|ledger/[0-9]{4,}-[0-9]{2}\.jsonl|raw/[0-9]{4}/[0-9]{6,}-[A-Za-z0-9._-]+\.zip|audit/[A-Za-z0-9][A-Za-z0-9._-]*)$`)

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// parseManifest reads a manifest and checks all of it.
func parseManifest(b []byte) (*Manifest, error) {
	wrong := func(format string, args ...any) error {
		return fault.New(fault.Conflict, "the manifest is damaged: "+format, args...).At(manifestName)
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&m); err != nil || m.Format < 1 {
		return nil, wrong("it is not that of a backup of boamp")
	}
	if m.Format > format {
		return nil, fault.New(fault.Conflict, "the backup has format %d, this program reads formats up to %d", m.Format, format).At(manifestName).WithHint("use the newer boamp that made it")
	}
	last := ""
	for _, f := range m.Files {
		if !allowed.MatchString(f.Path) || !hexSum.MatchString(f.SHA256) || f.Size < 0 || f.Path <= last {
			return nil, wrong("the file %.80q cannot be in a backup", f.Path)
		}
		last = f.Path
	}
	if _, ok := m.find("FORMAT"); !ok {
		return nil, wrong("it names no file FORMAT")
	}
	return &m, nil
}

// encode writes a manifest.
func (m *Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the manifest cannot be written")
	}
	return append(b, '\n'), nil
}

// readManifest reads a manifest file; nil when there is none.
func readManifest(dir, name string) (*Manifest, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the manifest of the backup cannot be read").At(dir)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the manifest of the backup cannot be read").At(dir)
	}
	return parseManifest(b)
}

// existing is a backup in a folder: its manifest, and where its files stand.
type existing struct {
	*Manifest
	dir     string
	renamed bool // MANIFEST.json.new counts: files may stand beside their names
}

// open opens the backup in a folder. One that has none gives a Manifest that is nil.
func open(dir string) (existing, error) {
	m, err := readManifest(dir, manifestName+newSuffix)
	if err == nil && m != nil {
		return existing{m, dir, true}, nil
	}
	if err != nil {
		return existing{}, err
	}
	m, err = readManifest(dir, manifestName)
	return existing{m, dir, false}, err
}

// path is where a file of the backup stands.
func (e existing) path(name string) string {
	p := filepath.Join(e.dir, filepath.FromSlash(name))
	if e.renamed {
		if _, err := os.Stat(p + newSuffix); err == nil {
			return p + newSuffix
		}
	}
	return p
}

// noBackup is the fault of what is none.
func noBackup(where string) error {
	return fault.New(fault.NotFound, "there is no backup").At(where).WithHint("a backup that was interrupted has no manifest and is none: make it again")
}

// damagedFile is the fault of a file of a backup.
func damagedFile(f File, how string) error {
	return fault.New(fault.Conflict, "the backup is damaged: %s", how).At(f.Path).WithHint("take an older backup; a backup of the same folder into this one repairs it while that folder lives")
}

// Summary says what a backup did.
type Summary struct {
	Manifest
	Copied, CopiedBytes int64 // files and bytes that were written
	Kept                int64 // files that the backup held already
	Dropped             int64 // files that are no longer part of it
}

// String is for people.
func (s Summary) String() string {
	return fmt.Sprintf("%d files, %d bytes; %d copied (%d bytes), %d kept, %d dropped", len(s.Files), s.Bytes(), s.Copied, s.CopiedBytes, s.Kept, s.Dropped)
}

// slashed joins names of a backup.
func slashed(elements ...string) string { return path.Join(elements...) }

// missing reports whether an error says that a file is not there.
func missing(err error) bool { return err != nil && (os.IsNotExist(err) || err == fs.ErrNotExist) }
