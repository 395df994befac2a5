package datadir

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

const catchUpName = "CATCHUP"

// CatchUp says that the store is being made up from the ledger, and has not come to the end.
type CatchUp struct {
	From   int64 `json:"from"`   // first line that is applied anew
	Reader int   `json:"reader"` // version of the readers that do it
}

// CatchUp reads it; false when nothing is under way.
func (f *Folder) CatchUp() (c CatchUp, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(f.path, catchUpName))
	if os.IsNotExist(err) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fault.Wrap(fault.Unavailable, err, "the file %s cannot be read", catchUpName).At(f.path)
	}
	if err := json.Unmarshal(b, &c); err != nil || c.From < 1 {
		return CatchUp{From: 1}, true, nil // by nobody's readers: all of it is done again
	}
	return c, true, nil
}

// CatchingUp notes that it begins. One that did not come to its end began earlier, and is not over.
func (f *Folder) CatchingUp(from int64, reader int) error {
	c, ok, err := f.CatchUp()
	if err != nil {
		return err
	}
	if ok {
		from = min(from, c.From)
	}
	b, err := json.Marshal(CatchUp{from, reader})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the file %s", catchUpName)
	}
	return f.put(catchUpName, string(b)+"\n")
}

// CaughtUp notes that it came to its end.
func (f *Folder) CaughtUp() error {
	err := (disk.OS{}).Remove(filepath.Join(f.path, catchUpName))
	if err != nil && !os.IsNotExist(err) {
		return fault.Wrap(fault.Unavailable, err, "the file %s cannot be removed", catchUpName).At(f.path)
	}
	return nil
}
