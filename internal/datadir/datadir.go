// Package datadir is the data folder of one boamp: what lies where in it, which format it has, and who may write.
//
//	FORMAT          "boamp-data 1": the number goes up when an older program could no longer read or write the folder
//	LOCK            held by the one process that writes; its text says which
//	raw/            source bytes: package raw
//	ledger/         account of every document: package ledger
//	store.duckdb    notices, derived: can be made again from raw
//	ERASED.jsonl    notices that were taken out and must not come back: package register
//	index/          search index, derived: can be made again from store.duckdb; package index
//	FEED            id of the change feed, made once
//	CATCHUP         while the store is being made up from the ledger: from which line, by which readers
//	MIRROR          in a copy of another server's data: of which
//	snapshots/      bulk files for download, derived: package bulk
//	audit/          results of audits: package completeness
//	tmp/            what does not fit into memory
//
// Whatever else lies there is left alone.
package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Format is the number that this program writes and the highest that it reads.
const Format = 1

// Mode says what a process wants of a data folder.
type Mode int

const (
	Read  Mode = iota // any number of processes, beside one that writes; nothing is created or changed
	Write             // one process at a time; the folder is created when it is missing or empty
)

const (
	formatName = "FORMAT"
	lockName   = "LOCK"
	rawName    = "raw"
	ledgerName = "ledger"
	storeName  = "store.duckdb"
	erasedName = "ERASED.jsonl"
	indexName  = "index"
	tempName   = "tmp"
	formatWord = "boamp-data"
)

// Folder is an opened data folder. In mode Write it holds the lock until Close.
type Folder struct {
	path string
	mode Mode
	lock *os.File
}

// Open opens the data folder at path; now is the time that the lock tells others.
//
// Errors: NotFound (Read, and there is no data folder), Conflict (another process writes; the folder was made by a newer
// program; it is not empty and not boamp's), Unavailable (the disk).
func Open(path string, mode Mode, now time.Time) (*Folder, error) {
	f := &Folder{path: path, mode: mode}
	if mode == Read {
		found, err := f.checkFormat()
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, fault.New(fault.NotFound, "there is no data folder of boamp").At(path).WithHint("boamp import creates one, --data names another")
		}
		return f, nil
	}
	if err := f.create(now); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// create locks the folder, and makes it a data folder when it is empty. FORMAT comes last, so that a crash meanwhile leaves
// an empty folder but for names of ours.
func (f *Folder) create(now time.Time) error {
	if err := f.mayCreate(); err != nil {
		return err
	}
	if err := os.MkdirAll(f.path, 0o755); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder cannot be created").At(f.path)
	}
	if err := f.takeLock(now); err != nil {
		return err
	}
	found, err := f.checkFormat()
	if err != nil || found {
		return err
	}
	if err := f.writeSmall(formatName, formatText()+"\n"); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder cannot be created").At(f.path)
	}
	return nil
}

// mayCreate refuses folders that are somebody else's, before anything is written there.
func (f *Folder) mayCreate() error {
	found, err := f.checkFormat()
	if err != nil || found {
		return err
	}
	entries, err := os.ReadDir(f.path)
	if err != nil && !os.IsNotExist(err) {
		return fault.Wrap(fault.Unavailable, err, "the data folder cannot be read").At(f.path)
	}
	for _, e := range entries {
		switch e.Name() {
		case lockName, formatName + ".tmp", erasedName: // a register may be there before what it takes out
		case rawName, ledgerName, storeName:
			return fault.New(fault.Conflict, "the folder holds data of boamp, but its file FORMAT is missing").At(f.path).
				WithHint("restore FORMAT from a backup; for this program it says %q", formatText())
		default:
			return fault.New(fault.Conflict, "the folder is not empty and not a data folder of boamp: it holds %q", e.Name()).At(f.path).
				WithHint("name an empty folder, or one that does not exist yet")
		}
	}
	return nil
}

func formatText() string { return fmt.Sprintf("%s %d", formatWord, Format) }

// writeSmall writes a small file of the folder whole, in the place of one that was there.
func (f *Folder) writeSmall(name, text string) error {
	var d disk.OS
	temp := filepath.Join(f.path, name+".tmp")
	if err := d.Remove(temp); err != nil {
		return err
	}
	file, err := d.Create(temp)
	if err != nil {
		return err
	}
	_, err = file.Write([]byte(text))
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return d.Rename(temp, filepath.Join(f.path, name))
}

// checkFormat reports whether there is a data folder that this program understands.
func (f *Folder) checkFormat() (bool, error) {
	b, err := os.ReadFile(filepath.Join(f.path, formatName))
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the data folder cannot be read").At(f.path)
	}
	number, ok := strings.CutPrefix(strings.TrimSpace(string(b)), formatWord+" ")
	n, err := strconv.Atoi(number)
	switch {
	case !ok || err != nil || n < 1:
		return false, fault.New(fault.Conflict, "the folder is not a data folder of boamp: its file FORMAT says %.40q", b).At(f.path)
	case n > Format:
		return false, fault.New(fault.Conflict, "the data folder has format %d, this program reads formats up to %d", n, Format).At(f.path).
			WithHint("use the newer boamp that made it, or import into another folder")
	}
	return true, nil
}

// takeLock makes this process the one that writes.
func (f *Folder) takeLock(now time.Time) error {
	file, err := os.OpenFile(filepath.Join(f.path, lockName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder cannot be locked").At(f.path)
	}
	got, err := tryLock(file)
	if err != nil || !got {
		holder := holderOf(file)
		file.Close()
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "the data folder cannot be locked").At(f.path)
		}
		return fault.New(fault.Conflict, "another process writes to the data folder%s", holder).At(f.path).
			WithHint("wait until it is done, or stop it; commands that only read may run meanwhile")
	}
	f.lock = file
	// The text is for people only: that it cannot be written is no reason to stop.
	_ = file.Truncate(0)
	_, _ = file.WriteAt(fmt.Appendf(nil, "pid %d since %s\n", os.Getpid(), now.UTC().Format(time.RFC3339)), 0)
	return nil
}

// holderOf says who holds the lock, as far as its file tells.
func holderOf(file *os.File) string {
	b := make([]byte, 100)
	n, _ := file.ReadAt(b, 0)
	text := strings.TrimSpace(string(b[:n]))
	if !strings.HasPrefix(text, "pid ") {
		return ""
	}
	return " (" + text + ")"
}

// Close gives up the lock. The file LOCK stays: to remove it would let two processes lock two files of one name.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	_ = f.lock.Truncate(0)
	err := f.lock.Close()
	f.lock = nil
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the lock of the data folder cannot be given up").At(f.path)
	}
	return nil
}

// Path is the folder itself.
func (f *Folder) Path() string { return f.path }

// Mode is the mode in which it was opened.
func (f *Folder) Mode() Mode { return f.mode }

// Raw is the folder of source bytes.
func (f *Folder) Raw() string { return filepath.Join(f.path, rawName) }

// Ledger is the folder of the journal.
func (f *Folder) Ledger() string { return filepath.Join(f.path, ledgerName) }

// Erased is the file of the register of erasures. It need not be there.
func (f *Folder) Erased() string { return filepath.Join(f.path, erasedName) }

// Store is the file of the embedded notice store.
func (f *Folder) Store() string { return filepath.Join(f.path, storeName) }

// Index is the folder of the search index.
func (f *Folder) Index() string { return filepath.Join(f.path, indexName) }

// Temp is the folder of what does not fit into memory. It need not be there.
func (f *Folder) Temp() string { return filepath.Join(f.path, tempName) }
