package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
)

// archiveForm is the name of a raw archive. Names come from the server, and become paths here.
var archiveForm = regexp.MustCompile(`^[0-9]{4}/[0-9]{6,}-[A-Za-z0-9._-]+\.zip$`)

// archive fetches a raw archive of a snapshot of the server, current for what it has now, in the place of one that may be here. want is its
// SHA-256, "" when only the server's entity tag says it.
func (m *Mirror) archive(ctx context.Context, snapshot, name, want string) error {
	if !archiveForm.MatchString(name) || strings.Contains(name, "..") {
		return fault.New(fault.Invalid, "the server names an archive %.200q, which cannot be one", name)
	}
	place := filepath.Join(m.Raw, filepath.FromSlash(name))
	if want != "" && hashOf(place) == want {
		return nil
	}
	if m.fetched++; m.fetched%100 == 0 {
		m.say("%d archives, %s the last", m.fetched, name)
	}
	return m.download(ctx, m.base()+"/snapshots/"+snapshot+"/raw/"+name, place, want)
}

// hashOf is the SHA-256 of a file, "" when it cannot be read.
func hashOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := f.WriteTo(h); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// check compares the documents that lines name with their hashes. An archive that does not hold them is fetched once more: it may have been
// damaged here. Those of fresh have just come.
func (m *Mirror) check(ctx context.Context, lines []ledger.Line, fresh map[string]bool) error {
	seen := map[string]bool{}
	for _, l := range lines {
		if l.Raw == "" || l.Outcome == ledger.Erased || seen[l.Raw] {
			continue
		}
		seen[l.Raw] = true
		err := m.holds(ctx, l, fresh)
		if archive := archiveOf(l.Raw); err != nil && !fresh[archive] {
			fresh[archive] = true
			if err = m.archive(ctx, "current", archive, ""); err == nil {
				err = m.holds(ctx, l, fresh)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// holds checks that a document of a line is kept as the line says, or was taken out since. What is left of it then is fetched, too.
func (m *Mirror) holds(ctx context.Context, l ledger.Line, fresh map[string]bool) error {
	ref := l.Raw
	for range 100 { // a document that lost one notice after the other
		b, err := m.Importer.Raw.Get(ref)
		switch {
		case errors.Is(err, raw.ErrErased):
		case l.Outcome == ledger.Quarantined && l.Kind == fault.Conflict.String():
			return nil // the server says itself that it is damaged
		case err != nil:
			return err
		case ref != l.Raw:
			return nil
		default:
			if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != l.SHA256 {
				return fault.New(fault.Conflict, "the server's archive holds other bytes than its account says").At(l.Raw)
			}
			return nil
		}
		e, err := m.Importer.Raw.Stat(ref)
		if err != nil || e.Erased == nil || e.Erased.Rest == "" {
			return err
		}
		ref = e.Erased.Rest
		if archive := archiveOf(ref); !fresh[archive] {
			if _, err := os.Stat(filepath.Join(m.Raw, filepath.FromSlash(archive))); err == nil {
				continue
			}
			fresh[archive] = true
			if err := m.archive(ctx, "current", archive, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// archiveOf is the archive that a reference is to; "" for none.
func archiveOf(ref string) string {
	archive, _, ok := strings.Cut(ref, "!")
	if !ok {
		return ""
	}
	return archive
}
