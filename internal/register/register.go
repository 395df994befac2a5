// Package register is the list of what was taken out of a data folder and must not come back: notices that somebody asked to erase, and
// the hashes of the documents that held them. It stands beside everything that can be made anew, so that it outlives a rebuild, and a
// backup that is older than an erasure.
//
//	ERASED.jsonl    {"id":"26-1","sha256":["9f2c..."],"reason":"court order","time":"2026-09-11T05:00:00Z"}
//
// Lines are only ever added. Several of one id are one: the latest reason counts, and the hashes of all.
package register

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Entry is one notice that was taken out.
type Entry struct {
	ID     string    `json:"id"`
	SHA256 []string  `json:"sha256,omitempty"` // of the documents that held it, lower-case hexadecimal
	Reason string    `json:"reason"`           // for people; whoever asks for the notice reads it
	Time   time.Time `json:"time"`             // UTC
}

// Limits of a line, for lists that come from outside.
const (
	maxLine   = 1 << 20 // bytes
	maxID     = 200     // bytes
	maxReason = 1000    // bytes
)

var hexHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Check says whether an entry can be one; if not, it is Invalid.
func (e Entry) Check() error {
	switch {
	case e.ID == "" || len(e.ID) > maxID || !utf8.ValidString(e.ID) || strings.TrimSpace(e.ID) != e.ID:
		return fault.New(fault.Invalid, "%.50q is no id of a notice", e.ID)
	case strings.TrimSpace(e.Reason) == "":
		return fault.New(fault.Invalid, "the erasure of %s has no reason", e.ID)
	case len(e.Reason) > maxReason || !utf8.ValidString(e.Reason):
		return fault.New(fault.Invalid, "the reason for the erasure of %s is no text of at most %d bytes", e.ID, maxReason)
	case e.Time.IsZero():
		return fault.New(fault.Invalid, "the erasure of %s has no time", e.ID)
	}
	for _, h := range e.SHA256 {
		if !hexHash.MatchString(h) {
			return fault.New(fault.Invalid, "%.80q is no SHA-256 in lower-case hexadecimal", h).At(e.ID)
		}
	}
	return nil
}

// Register is the register of a data folder. It is safe for concurrent use; one process writes.
type Register struct {
	path     string
	disk     disk.Disk
	readOnly bool

	mu     sync.RWMutex
	byID   map[string]Entry
	byHash map[string]string // an id that the document held
	size   int64             // up to the end of the last line that counts
	open   bool              // that line has no line feed
	err    error             // a failed append could not be undone
}

// Open reads the register at path, which need not be there. What a crash left of a last line is removed, or passed over when reading
// only; a last line that is whole but for its line feed, as editors leave it, counts. Errors: Conflict (damaged), Unavailable (the disk).
func Open(d disk.Disk, path string, readOnly bool) (*Register, error) {
	r := &Register{path: path, disk: d, readOnly: readOnly, byID: map[string]Entry{}, byHash: map[string]string{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the register of erasures cannot be read").At(path)
	}
	whole := b[:bytes.LastIndexByte(b, '\n')+1]
	list, err := Read(bytes.NewReader(whole), time.Time{})
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, err, "the register of erasures is damaged").At(path).WithHint("restore it from a backup: what it lists must not come back")
	}
	r.take(list)
	r.size = int64(len(whole))
	if last, err := Read(bytes.NewReader(b[len(whole):]), time.Time{}); err == nil && len(last) > 0 {
		r.take(last)
		r.size, r.open = int64(len(b)), true
	} else if !readOnly && len(whole) < len(b) {
		return r, r.cut()
	}
	return r, nil
}

// cut takes a torn end off.
func (r *Register) cut() error {
	f, err := r.disk.Append(r.path)
	if err == nil {
		if err = f.Truncate(r.size); err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the torn end of the register of erasures cannot be cut off").At(r.path)
	}
	return nil
}

// Read reads a list of erasures in the form of the register: one JSON object a line, empty lines between. Entries without a time get now;
// a zero now makes that an error. Errors: Invalid, with the line.
func Read(in io.Reader, now time.Time) (list []Entry, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "line %d of the list of erasures is no JSON object of one", n).
				WithHint(`a line is {"id":"26-1","sha256":["..."],"reason":"...","time":"2026-09-11T05:00:00Z"}; sha256 and time may be left out`)
		}
		if e.Time.IsZero() {
			e.Time = now
		}
		e.Time = e.Time.UTC()
		if err := e.Check(); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "line %d of the list of erasures: %v", n, err)
		}
		list = append(list, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the list of erasures cannot be read behind line %d", n)
	}
	return list, nil
}

// take merges entries into what is known.
func (r *Register) take(list []Entry) {
	for _, e := range list {
		old := r.byID[e.ID]
		e.SHA256 = slices.Compact(slices.Sorted(slices.Values(slices.Concat(old.SHA256, e.SHA256))))
		if !old.Time.IsZero() && old.Time.After(e.Time) {
			e.Reason, e.Time = old.Reason, old.Time
		}
		r.byID[e.ID] = e
		for _, h := range e.SHA256 {
			r.byHash[h] = e.ID
		}
	}
}

// Add enters erasures and returns when they are safe on the disk; those that say nothing new are passed over. Errors: Invalid (an entry
// without id, reason or time; nothing is entered), Conflict (reading only), Unavailable (the disk; nothing is entered, and when that
// cannot be made sure all later calls fail).
func (r *Register) Add(list []Entry) error {
	if r == nil {
		return fault.New(fault.Internal, "there is no register of erasures")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	var fresh []Entry
	for _, e := range list {
		e.Time = e.Time.UTC()
		if err := e.Check(); err != nil {
			return err
		}
		if r.holds(e) {
			continue
		}
		if err := enc.Encode(e); err != nil {
			return fault.Wrap(fault.Invalid, err, "an erasure cannot be written").At(e.ID)
		}
		fresh = append(fresh, e)
	}
	switch {
	case len(fresh) == 0:
		return nil
	case r.readOnly:
		return fault.New(fault.Conflict, "the data folder is open for reading only")
	case r.err != nil:
		return r.err
	}
	if err := r.append(b.Bytes()); err != nil {
		return err
	}
	r.take(fresh)
	return nil
}

// holds reports that an entry says nothing new.
func (r *Register) holds(e Entry) bool {
	old, ok := r.byID[e.ID]
	if !ok || e.Time.After(old.Time) && e.Reason != old.Reason {
		return false
	}
	for _, h := range e.SHA256 {
		if !slices.Contains(old.SHA256, h) {
			return false
		}
	}
	return true
}

// append writes and syncs, or puts the file back to what it was.
func (r *Register) append(b []byte) error {
	f, err := r.disk.Append(r.path)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the register of erasures cannot be written").At(r.path)
	}
	defer f.Close() // all of it is synced or taken back
	if r.open {
		b = append([]byte{'\n'}, b...)
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err == nil {
		r.size, r.open = r.size+int64(len(b)), false
		return nil
	}
	failed := fault.Wrap(fault.Unavailable, err, "the register of erasures cannot be written").At(r.path)
	undo := f.Truncate(r.size)
	if undo == nil {
		undo = f.Sync()
	}
	if undo != nil {
		r.err = failed.WithHint("see to the disk, then open the data folder again")
	}
	return failed
}

// Len counts the notices.
func (r *Register) Len() int {
	if r == nil {
		return 0
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.byID)
}

// Get gives the entry of a notice.
func (r *Register) Get(id string) (Entry, bool) {
	if r == nil {
		return Entry{}, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	e, ok := r.byID[id]
	return e, ok
}

// Held gives the entry of a notice that a document held, by the document's SHA-256.
func (r *Register) Held(sha256 string) (Entry, bool) {
	if r == nil {
		return Entry{}, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	id, ok := r.byHash[sha256]
	return r.byID[id], ok
}

// All lists the entries in order of time.
func (r *Register) All() []Entry {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.SortedFunc(maps.Values(r.byID), func(a, b Entry) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
}
