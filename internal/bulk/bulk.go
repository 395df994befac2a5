// Package bulk makes snapshots of the data as files for download: all notices, all records, the account of documents and the archives
// of their bytes, with a manifest that names each by its SHA-256 and says where in the change feed to go on. A snapshot never changes. One
// that holds what has been erased since is withdrawn.
//
//	snapshots/812-2026-09-11/            revision and day
//	  notices.jsonl.gz                   typed notices, one a line
//	  records.parquet                    flat records
//	  ledger.jsonl.gz                    the account up to the snapshot
//	  manifest.json                      written last
//	snapshots/700-2026-05-02.withdrawn   what is left of one that was withdrawn: when and why, JSON
//	snapshots/hashes.json                SHA-256 of raw archives, so that each is read once
//
// The archives are not copied: they never change either, but for erasures, and are served from their own folder.
package bulk

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
)

// Folder holds the snapshots of a data folder. It is safe for concurrent use; one process makes them.
type Folder struct {
	Dir      string // of the snapshots
	Raw      string // of the raw archives
	ReadOnly bool   // nothing is made or withdrawn: snapshots that should be are not served
	Disk     disk.Disk
	Store    store.Reader
	Fields   *field.Catalogue
	Feed     *change.Feed
	Records  export.Format                     // of the flat records
	Meta     func(info store.Info) export.Meta // where the data come from
	Program  string                            // version of it
	Now      func() time.Time

	making sync.Mutex // held by whoever makes or withdraws
	mu     sync.Mutex
	swept  int64           // lines of the account in which erasures have been looked for
	hashes map[string]hash // of raw archives; nil before they are read
}

// Manifest describes a snapshot.
type Manifest struct {
	Snapshot   string    `json:"snapshot"`    // its name: revision and day
	Feed       string    `json:"feed"`        // id of the change feed
	Revision   int64     `json:"revision"`    // of the data
	Sequence   int64     `json:"sequence"`    // newest line of the account that it holds
	Token      string    `json:"token"`       // behind which the change feed goes on
	Time       time.Time `json:"time"`        // when it was made, UTC
	LastUpdate time.Time `json:"last_update"` // when the data changed last, UTC
	Notices    int64     `json:"notices"`     // how many it holds
	Digest     string    `json:"digest"`      // of all notices, in any order
	Reader     int       `json:"reader"`      // version of the readers of documents
	Program    string    `json:"program"`     // version of boamp
	Source     string    `json:"source"`      // who produced the data
	SourceURL  string    `json:"source_url"`  // where they publish them
	Licence    string    `json:"licence"`     // under which the data may be used
	LicenceURL string    `json:"licence_url"` // its text
	Files      []File    `json:"files"`       // what can be downloaded below the address of the manifest
}

// File is one file of a snapshot.
type File struct {
	Path      string `json:"path"`           // below the address of the manifest
	Doc       string `json:"doc"`            // what it holds
	MediaType string `json:"media_type"`     // of its content
	Size      int64  `json:"size"`           // bytes
	SHA256    string `json:"sha256"`         // lower-case hexadecimal
	Rows      int64  `json:"rows,omitempty"` // notices, records or lines; absent for archives
}

// Withdrawn is what is left of a snapshot that was taken back.
type Withdrawn struct {
	Snapshot string    `json:"snapshot"` // its name
	Revision int64     `json:"revision"` // of the data that it held
	Sequence int64     `json:"sequence"` // newest line of the account that it held
	Time     time.Time `json:"time"`     // when it was withdrawn, UTC
	Reason   string    `json:"reason"`   // for people
	Line     int64     `json:"line"`     // of the account: the erasure
}

// Names of files in a snapshot.
const (
	ManifestName = "manifest.json"
	NoticesName  = "notices.jsonl.gz"
	LedgerName   = "ledger.jsonl.gz"
	RecordsName  = "records" // and the extension of the format
	RawPrefix    = "raw/"

	withdrawnExt = ".withdrawn"
	tempPrefix   = ".tmp-"
	hashesName   = "hashes.json"
	maxManifest  = 64 << 20
	keepWithdraw = 50 // are remembered
)

var nameForm = regexp.MustCompile(`^[0-9]+-[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]+)?$`)

// ErrWithdrawn is in the chain of the fault of kind NotFound that a withdrawn snapshot gives.
var ErrWithdrawn = errors.New("withdrawn")

// entries are the names of the folder: snapshots (those that are whole) and what is left of withdrawn ones.
func (f *Folder) entries() (whole, withdrawn []string, err error) {
	list, err := os.ReadDir(f.Dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, nil, fault.Wrap(fault.Unavailable, err, "the snapshots cannot be listed")
	}
	for _, e := range list {
		if name, ok := strings.CutSuffix(e.Name(), withdrawnExt); ok && nameForm.MatchString(name) {
			withdrawn = append(withdrawn, name)
		}
	}
	for _, e := range list {
		if e.IsDir() && nameForm.MatchString(e.Name()) && !slices.Contains(withdrawn, e.Name()) {
			whole = append(whole, e.Name())
		}
	}
	return whole, withdrawn, nil
}

// read reads a small JSON file of the folder.
func (f *Folder) read(name string, into any) error {
	path := filepath.Join(f.Dir, name)
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxManifest {
		return fault.New(fault.TooLarge, "the file is too large to be what it should be").At(name)
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(path)
	}
	switch {
	case os.IsNotExist(err):
		return fault.Wrap(fault.NotFound, err, "there is no such file").At(name)
	case err != nil:
		return fault.Wrap(fault.Unavailable, err, "the file cannot be read").At(name)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fault.Wrap(fault.Conflict, err, "the file is damaged").At(name).WithHint("remove the snapshot's folder and make another: boamp snapshot")
	}
	return nil
}

// write writes a small JSON file of the folder whole.
func (f *Folder) write(name string, value any) error {
	b, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the file %s", name)
	}
	path := filepath.Join(f.Dir, name)
	temp := filepath.Join(filepath.Dir(path), tempPrefix+filepath.Base(path))
	err = f.Disk.Remove(temp)
	if err == nil {
		err = f.file(temp, func(w disk.File) error { _, err := w.Write(append(b, '\n')); return err })
	}
	if err == nil {
		err = f.Disk.Rename(temp, path)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the file cannot be written").At(name)
	}
	return nil
}

// file writes a new file and makes it safe.
func (f *Folder) file(path string, write func(w disk.File) error) error {
	w, err := f.Disk.Create(path)
	if err != nil {
		return err
	}
	if err = write(w); err == nil {
		err = w.Sync()
	}
	if e := w.Close(); err == nil {
		err = e
	}
	return err
}
