package datadir

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

const (
	feedName      = "FEED"
	mirrorName    = "MIRROR"
	snapshotsName = "snapshots"
	feedWord      = "boamp-feed"
	feedBytes     = 16
)

// Snapshots is the folder of the bulk files that are offered for download: package bulk.
func (f *Folder) Snapshots() string { return filepath.Join(f.path, snapshotsName) }

// Feed is the id of the folder's change feed, 32 hexadecimal digits. It is made once, from random, in mode Write, and moves with the folder
// and its backups: tokens of clients are bound to it. Errors: NotFound (mode Read, and there is none yet), Conflict (the file is damaged),
// Unavailable (the disk).
func (f *Folder) Feed(random io.Reader) (string, error) {
	path := filepath.Join(f.path, feedName)
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) && f.mode == Write {
		id := make([]byte, feedBytes)
		if _, err := io.ReadFull(random, id); err != nil {
			return "", fault.Wrap(fault.Unavailable, err, "no random id of the change feed")
		}
		return hex.EncodeToString(id), f.SetFeed(hex.EncodeToString(id))
	}
	if os.IsNotExist(err) {
		return "", fault.Wrap(fault.NotFound, err, "the data folder has no change feed yet").At(feedName).WithHint("serve it once without --read-only, or import something")
	}
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "the id of the change feed cannot be read").At(feedName)
	}
	id, ok := strings.CutPrefix(strings.TrimSpace(string(b)), feedWord+" ")
	if !ok || !isFeed(id) {
		return "", fault.New(fault.Conflict, "the file FEED is damaged: it says %.60q", b).At(feedName).
			WithHint("restore it from a backup; without it, remove it: clients of the change feed then begin anew")
	}
	return id, nil
}

// SetFeed gives the folder the id of another's feed, of which it is becoming a copy, or a new one.
func (f *Folder) SetFeed(id string) error {
	if !isFeed(id) {
		return fault.New(fault.Invalid, "%.60q is no id of a change feed", id)
	}
	return f.put(feedName, feedWord+" "+id+"\n")
}

func isFeed(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == feedBytes && strings.ToLower(id) == id
}

// Mirror says of which server a folder is a copy. Such a folder takes documents from there only.
type Mirror struct {
	URL   string    `json:"url"`
	Feed  string    `json:"feed"`
	Since time.Time `json:"since"` // UTC
}

// Mirror reads it; false when the folder is none.
func (f *Folder) Mirror() (m Mirror, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(f.path, mirrorName))
	if os.IsNotExist(err) {
		return m, false, nil
	}
	if err != nil {
		return m, false, fault.Wrap(fault.Unavailable, err, "the file MIRROR cannot be read").At(f.path)
	}
	if err := json.Unmarshal(b, &m); err != nil || !isFeed(m.Feed) || m.URL == "" {
		return m, false, fault.Wrap(fault.Conflict, err, "the file MIRROR is damaged: it says %.100q", b).At(f.path).WithHint("restore it from a backup, or run `boamp mirror` again")
	}
	return m, true, nil
}

// SetMirror makes the folder a mirror.
func (f *Folder) SetMirror(m Mirror) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the file MIRROR")
	}
	return f.put(mirrorName, string(b)+"\n")
}

// Detach makes a mirror a folder of its own, with a new feed: what comes next is its own history.
func (f *Folder) Detach(random io.Reader) error {
	id := make([]byte, feedBytes)
	if _, err := io.ReadFull(random, id); err != nil {
		return fault.Wrap(fault.Unavailable, err, "no random id of the change feed")
	}
	if err := f.SetFeed(hex.EncodeToString(id)); err != nil {
		return err
	}
	if err := (disk.OS{}).Remove(filepath.Join(f.path, mirrorName)); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the file MIRROR cannot be removed").At(f.path)
	}
	return nil
}

// put writes a small file whole.
func (f *Folder) put(name, text string) error {
	if f.mode != Write {
		return fault.New(fault.Conflict, "the data folder is open for reading only").At(name)
	}
	if err := f.writeSmall(name, text); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the file %s cannot be written", name).At(f.path)
	}
	return nil
}
