package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Journal is the ledger on disk: a folder of JSON Lines files, one for each month, to which lines are only ever added.
//
//	ledger/2026-09.jsonl    {"seq":1,...}
//	ledger/2026-10.jsonl    {"seq":41870,...}
//
// Seq goes up by one from line to line through all files. The file of a line is that of the month of its Time, but never an
// earlier one than that of the line before, so that the order of files is that of Seq even when a clock was put back.
//
// A Journal is safe for concurrent use. Only one process may write (package datadir); others may read at the same time.
type Journal struct {
	dir      string
	disk     disk.Disk
	readOnly bool

	mu   sync.Mutex
	last Line
	file disk.File // the file that is appended to, nil before the first Append
	name string    // its base name
	size int64     // up to the end of the last whole line
	err  error     // a failed append could not be undone
}

var monthFile = regexp.MustCompile(`^[0-9]{4,}-[0-9]{2}\.jsonl$`)

// written is a line as it stands in a file. More says that the next line was appended together with this one.
type written struct {
	Line
	More bool `json:"more,omitempty"`
}

// Open opens the journal in dir, which need not exist. Only the end of the newest file is read. What a crash left there in
// the middle of an Append is cut off, or passed over when reading only, because nobody was told that it was written: bytes
// after the last line feed, lines of zeros, and whole lines whose Append did not come to its end.
//
// Errors: Conflict (the last line is damaged), Unavailable (the disk).
func Open(dir string, readOnly bool) (*Journal, error) { return OpenOn(disk.OS{}, dir, readOnly) }

// OpenOn is Open on a given disk.
func OpenOn(d disk.Disk, dir string, readOnly bool) (*Journal, error) {
	j := &Journal{dir: dir, disk: d, readOnly: readOnly}
	names, err := j.files()
	if err != nil {
		return nil, err
	}
	for i := len(names) - 1; i >= 0; i-- {
		end, err := j.readEnd(names[i])
		if err != nil {
			return nil, err
		}
		if !readOnly && end.torn > 0 {
			if err := j.cut(names[i], end.size); err != nil {
				return nil, err
			}
		}
		if j.name == "" {
			j.name, j.size = names[i], end.size
		}
		if end.lines { // else the first append to this file was torn
			j.last = end.last
			break
		}
	}
	return j, nil
}

// files gives the names of the journal's files in order.
func (j *Journal) files() ([]string, error) {
	entries, err := os.ReadDir(j.dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, fault.Wrap(fault.Unavailable, err, "the ledger cannot be listed")
	}
	var names []string
	for _, e := range entries {
		if monthFile.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func (j *Journal) path(name string) string { return filepath.Join(j.dir, name) }

// cut takes the torn end off a file.
func (j *Journal) cut(name string, size int64) error {
	f, err := j.disk.Append(j.path(name))
	if err == nil {
		if err = f.Truncate(size); err == nil {
			err = f.Sync()
		}
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the torn end of the ledger cannot be cut off").At(name)
	}
	return nil
}

// Last gives the newest line; false when there is none.
func (j *Journal) Last() (Line, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last, j.last.Seq > 0
}

// Append adds lines in their order, fills in their Seq, and returns when they are safe on the disk. Time must be set. After a
// crash all lines of one call are in the ledger, or none.
//
// Errors: Invalid (a line without Time; nothing was written), Conflict (reading only), Unavailable (the disk: none of the
// lines is in the ledger, and when that could not be made sure, all later calls fail until the journal is opened again).
func (j *Journal) Append(lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.readOnly:
		return fault.New(fault.Conflict, "the data folder is open for reading only")
	case j.err != nil:
		return j.err
	}
	b, err := j.encode(lines)
	if err != nil {
		return err
	}
	if err := j.turn(lines[0].Time.UTC().Format("2006-01") + ".jsonl"); err != nil {
		return err
	}
	if err := j.write(b); err != nil {
		return err
	}
	j.size += int64(len(b))
	for i := range lines {
		lines[i].Seq = j.last.Seq + 1 + int64(i)
	}
	j.last = lines[len(lines)-1]
	j.last.IDs = slices.Clone(j.last.IDs)
	return nil
}

func (j *Journal) encode(lines []Line) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for i, l := range lines {
		if l.Time.IsZero() {
			return nil, fault.New(fault.Invalid, "a line of the ledger without its time").At(l.Origin)
		}
		l.Seq, l.Time, l.Fetched = j.last.Seq+1+int64(i), l.Time.UTC(), l.Fetched.UTC()
		start := b.Len()
		if err := enc.Encode(written{l, i < len(lines)-1}); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "a line of the ledger cannot be written").At(l.Origin)
		}
		if b.Len()-start > maxLine {
			return nil, fault.New(fault.TooLarge, "a line of the ledger of more than %d bytes", maxLine).At(l.Origin)
		}
	}
	return b.Bytes(), nil
}

// turn opens the file for appending, when another one than the open one is due.
func (j *Journal) turn(name string) error {
	name = max(name, j.name)
	if j.file != nil && name == j.name {
		return nil
	}
	f, err := j.disk.Append(j.path(name))
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the ledger cannot be written").At(name)
	}
	if j.file != nil {
		_ = j.file.Close() // all of it was synced
	}
	if name != j.name {
		j.size = 0
	}
	j.file, j.name = f, name
	return nil
}

// write writes and syncs, or puts the file back to what it was.
func (j *Journal) write(b []byte) error {
	_, err := j.file.Write(b)
	if err == nil {
		err = j.file.Sync()
	}
	if err == nil {
		return nil
	}
	undo := j.file.Truncate(j.size)
	if undo == nil {
		undo = j.file.Sync()
	}
	failed := fault.Wrap(fault.Unavailable, err, "the ledger cannot be written").At(j.name)
	if undo != nil {
		j.err = failed.WithHint("see to the disk, then open the data folder again")
	}
	return failed
}

// Close closes the file that is appended to. Reading goes on.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.readOnly = true
	if j.file == nil {
		return nil
	}
	err := j.file.Close()
	j.file = nil
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the ledger cannot be closed")
	}
	return nil
}

// damaged is the fault of a line that is not what was written.
func damaged(name string, line int, cause error, format string, args ...any) error {
	pos := name
	if line > 0 {
		pos = fmt.Sprintf("%s line %d", name, line)
	}
	return fault.Wrap(fault.Conflict, cause, format, args...).At(pos).WithHint("restore the file from a backup; boamp rebuild makes everything but the ledger again")
}

// readFault is the fault of a file that the system does not let us read.
func readFault(name string, err error) error {
	return fault.Wrap(fault.Unavailable, err, "the ledger cannot be read").At(name)
}
