package completeness

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Results are the audits of a data folder, each a file named after its time: audit/2026-09-11T030000Z.json. They are no lines of the
// ledger, because they tell of no document and mean nothing to those who follow.
type Results struct {
	Dir  string
	Disk disk.Disk
}

const resultLayout = "2006-01-02T150405Z"

var resultName = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z\.json$`)

// maxResult bounds a file in bytes: a thousand findings have less.
const maxResult = 16 << 20

// Keep writes a result. Errors: Unavailable (the disk).
func (s Results) Keep(r Result) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the result of the audit cannot be written")
	}
	name := filepath.Join(s.Dir, r.Time.UTC().Format(resultLayout)+".json")
	temp := name + ".tmp"
	err = s.Disk.Remove(temp)
	if err == nil {
		err = s.write(temp, append(b, '\n'))
	}
	if err == nil {
		err = s.Disk.Rename(temp, name)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the result of the audit cannot be written").At(name)
	}
	return nil
}

func (s Results) write(name string, b []byte) error {
	f, err := s.Disk.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// Newest gives the last audit; nil when there is none. Errors: Conflict (the file is damaged), Unavailable (the disk).
func (s Results) Newest() (*Result, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, fault.Wrap(fault.Unavailable, err, "the audits cannot be listed").At(s.Dir)
	}
	for _, e := range slices.Backward(entries) { // in the order of their names, which is that of time
		if resultName.MatchString(e.Name()) {
			return readResult(filepath.Join(s.Dir, e.Name()))
		}
	}
	return nil, nil
}

func readResult(name string) (*Result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the result of the audit cannot be read").At(name)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxResult))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the result of the audit cannot be read").At(name)
	}
	r, err := ParseResult(b)
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, err, "the result of the audit is damaged").At(name).WithHint("remove it, then `boamp audit`")
	}
	return r, nil
}

// ParseResult reads what Keep wrote.
func ParseResult(b []byte) (*Result, error) {
	var r Result
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	if r.Time.IsZero() {
		return nil, fault.New(fault.Invalid, "the result of an audit has no time")
	}
	return &r, nil
}
