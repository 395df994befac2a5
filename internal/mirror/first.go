package mirror

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// fromSnapshot fills an empty folder from the newest snapshot of the server. One that is withdrawn meanwhile is given up for the next; without
// one the account tells all from its beginning.
func (m *Mirror) fromSnapshot(ctx context.Context, feed string) error {
	for range 3 {
		var list struct {
			Snapshots []struct{ Snapshot string }
		}
		err := m.ask(ctx, "/snapshots", 0, &list)
		if err != nil {
			return err
		}
		if len(list.Snapshots) == 0 {
			break
		}
		if err := m.snapshot(ctx, list.Snapshots[0].Snapshot, feed); !fault.Is(err, fault.NotFound) {
			return err
		}
		m.say("the snapshot %s was withdrawn", list.Snapshots[0].Snapshot)
	}
	m.say("the server has no snapshot: its account is read from the beginning")
	return nil
}

// snapshot fills the folder from one: first the archives, then the account.
func (m *Mirror) snapshot(ctx context.Context, name, feed string) error {
	var s bulk.Manifest
	path := "/snapshots/" + url.PathEscape(name)
	if err := m.ask(ctx, path, 0, &s); err != nil {
		return err
	}
	i := slices.IndexFunc(s.Files, func(f bulk.File) bool { return f.Path == bulk.LedgerName })
	if i < 0 || s.Feed != feed || len(s.Files[i].SHA256) != 64 {
		return fault.New(fault.Invalid, "the manifest of the snapshot %s is not one of this server's", name).At(m.base() + path)
	}
	m.say("snapshot %s: %d notices, %d files", name, s.Notices, len(s.Files))
	account := filepath.Join(m.Temp, "mirror-"+s.Files[i].SHA256[:16]+".jsonl.gz")
	if err := m.download(ctx, m.base()+path+"/"+bulk.LedgerName, account, s.Files[i].SHA256); err != nil {
		return err
	}
	for _, f := range s.Files {
		if archive, ok := strings.CutPrefix(f.Path, bulk.RawPrefix); ok {
			if err := m.archive(ctx, url.PathEscape(name), archive, f.SHA256); err != nil {
				return err
			}
		}
	}
	if err := m.account(ctx, account, s.Sequence); err != nil {
		return err
	}
	return os.Remove(account)
}

// account takes over the lines of a file.
func (m *Mirror) account(ctx context.Context, path string, last int64) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the account cannot be read").At(path)
	}
	defer f.Close()
	packed, err := gzip.NewReader(bufio.NewReaderSize(f, 256<<10))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the account of the snapshot is not packed").At(path)
	}
	dec := json.NewDecoder(packed)
	var lines []ledger.Line
	take := func(n int) error {
		if n == 0 {
			return nil
		}
		err := m.alone(ctx, func() error { _, err := m.Importer.Follow(ctx, lines[:n]); return err })
		m.say("line %d of %d", lines[n-1].Seq, last)
		lines = slices.Clone(lines[n:])
		return err
	}
	for {
		var l ledger.Line
		err := dec.Decode(&l)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "the account of the snapshot cannot be read").At(path)
		}
		if lines = append(lines, l); len(lines)%m.batch() == 0 {
			if err := take(whole(lines, true)); err != nil {
				return err
			}
		}
	}
	return take(len(lines))
}
