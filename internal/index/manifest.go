package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store"
)

const (
	manifestName   = "manifest.json"
	manifestFormat = 1
)

// manifest says which files make up the index, and of which state of the store.
type manifest struct {
	Format     int            `json:"boamp_index"`
	Revision   int64          `json:"revision"`
	LastUpdate time.Time      `json:"last_update"`
	Notices    int64          `json:"notices"`
	Sequence   int64          `json:"sequence"`
	LastLine   string         `json:"last_line"` // SHA-256 of the ledger line of Sequence
	Catalogue  string         `json:"catalogue"` // segment.Fingerprint
	Small      bool           `json:"small"`
	Segments   []manifestPart `json:"segments"`
	Check      string         `json:"check"` // SHA-256 of the manifest with an empty check
}

type manifestPart struct {
	File    string `json:"file"`
	Build   string `json:"build"`
	Bytes   int64  `json:"bytes"`
	Deleted []byte `json:"deleted,omitempty"` // a roaring bitmap
	Purge   int    `json:"purge,omitempty"`   // part.purge
}

func (m manifest) info() store.Info {
	return store.Info{Revision: m.Revision, LastUpdate: m.LastUpdate, Notices: m.Notices, Sequence: m.Sequence}
}

// sum is the check of a manifest.
func (m manifest) sum() string {
	m.Check = ""
	b, _ := json.Marshal(m) // numbers, texts and lists always go
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// save writes the manifest of the current generation. One with a segment in memory is not written: what is on the disk stays, and
// the next start catches up from it. change is held.
func (x *Index) save() error {
	x.mu.Lock()
	g := x.current
	x.mu.Unlock()
	if g == nil || x.options.Dir == "" || x.options.ReadOnly {
		return nil
	}
	m := manifest{
		Format: manifestFormat, Revision: g.info.Revision, LastUpdate: g.info.LastUpdate, Notices: g.info.Notices, Sequence: g.info.Sequence,
		Catalogue: segment.Fingerprint(x.catalogue), Small: x.options.Small, Segments: []manifestPart{},
	}
	for _, p := range g.parts {
		if p.name == "" {
			return nil
		}
		e := manifestPart{File: p.name, Build: p.build, Bytes: p.seg.Size(), Purge: p.purge}
		if p.deleted != nil {
			var err error
			if e.Deleted, err = p.deleted.ToBytes(); err != nil {
				return fault.Wrap(fault.Internal, err, "the deleted notices of the index cannot be written")
			}
		}
		m.Segments = append(m.Segments, e)
	}
	var err error
	if m.LastLine, err = x.lastLine(m.Sequence); err != nil {
		return err
	}
	m.Check = m.sum()
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the manifest of the index cannot be written")
	}
	err = x.writeWhole(filepath.Join(x.options.Dir, manifestName), func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	})
	if err == nil {
		x.mu.Lock()
		x.failure = nil // whatever it was, all is on the disk
		x.mu.Unlock()
	}
	return err
}

// lastLine is the hash of the ledger line of a sequence; "" when there is none.
func (x *Index) lastLine(sequence int64) (string, error) {
	if sequence == 0 {
		return "", nil
	}
	ctx := context.Background() // one line, at once
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	hash := ""
	for line, e := range s.Ledger(ctx, sequence) {
		if err = e; err == nil && line.Seq == sequence {
			hash = hashLine(line)
		}
		break
	}
	return hash, closed(s, err)
}

func hashLine(l ledger.Line) string {
	l.Time, l.Fetched, l.Published = l.Time.UTC(), l.Fetched.UTC(), l.Published.UTC()
	b, _ := json.Marshal(l)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// load opens what the manifest names, when it fits the store, and catches up from the ledger. NotFound when there is no manifest.
// change is held.
func (x *Index) load(ctx context.Context, s store.Snapshot) error {
	m, err := x.readManifest()
	if err != nil {
		return err
	}
	if x.options.Small = m.Small; m.Small {
		x.lines = segment.Lines(x.catalogue, true)
	}
	parts, err := x.open(m)
	if err != nil {
		return err
	}
	g := newGeneration(m.info(), parts)
	next, err := x.fit(ctx, g, m, s)
	if err != nil {
		g.release()
		return err
	}
	if next != g {
		g.release()
	}
	x.clean(next.parts)
	x.give(next, "")
	if next != g {
		err = x.save()
	}
	if next.purge() && !x.options.ReadOnly { // whoever began it did not come to its end
		x.behind(x.tidy)
	}
	return err
}

func (x *Index) readManifest() (m manifest, err error) {
	path := filepath.Join(x.options.Dir, manifestName)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.Wrap(fault.NotFound, err, "there is no search index")
	}
	if err != nil {
		return m, fault.Wrap(fault.Unavailable, err, "the search index cannot be read")
	}
	if err := json.Unmarshal(b, &m); err != nil || m.Check != m.sum() {
		return m, fault.New(fault.Conflict, "the manifest of the search index is damaged").At(path)
	}
	switch {
	case m.Format != manifestFormat:
		return m, fault.New(fault.Conflict, "the search index has format %d, this program reads %d", m.Format, manifestFormat).At(path)
	case m.Catalogue != segment.Fingerprint(x.catalogue):
		return m, fault.New(fault.Conflict, "the search index is of other fields").At(path)
	case m.Small != x.options.Small && !x.options.AsFound:
		return m, fault.New(fault.Conflict, "the search index was made with other words").At(path)
	}
	return m, nil
}

// open opens the segments of a manifest.
func (x *Index) open(m manifest) (parts []*part, err error) {
	defer func() {
		if err != nil {
			for _, p := range parts {
				_ = p.seg.Close() // it was for reading only
			}
		}
	}()
	for _, e := range m.Segments {
		seg, err := segment.Open(filepath.Join(x.options.Dir, filepath.Base(e.File)), segment.Expect{Catalogue: x.catalogue, Build: e.Build})
		if err != nil {
			if fault.Is(err, fault.NotFound) { // there is a manifest, so this is damage
				err = fault.Wrap(fault.Conflict, err, "a segment of the search index is missing")
			}
			return parts, err
		}
		p := &part{handle: newHandle(seg, e.File, e.Build), purge: e.Purge}
		parts = append(parts, p)
		if len(e.Deleted) > 0 {
			p.deleted = roaring.New()
			if err := p.deleted.UnmarshalBinary(e.Deleted); err != nil {
				return parts, fault.Wrap(fault.Conflict, err, "the deleted notices of the index cannot be read")
			}
		}
	}
	return parts, nil
}

// fit brings a generation from the disk to the state of the store.
func (x *Index) fit(ctx context.Context, g *generation, m manifest, s store.Snapshot) (*generation, error) {
	info := s.Info()
	stale := func(why string) error {
		return fault.New(fault.Conflict, "the search index does not fit the data: %s", why)
	}
	total := int64(0)
	for _, p := range g.parts {
		total += p.size()
	}
	switch {
	case total != g.info.Notices:
		return nil, stale("it misses notices")
	case info.Revision < g.info.Revision || info.Sequence < g.info.Sequence:
		return nil, stale("it is of a later state")
	case info.Revision == g.info.Revision && (!info.LastUpdate.Equal(g.info.LastUpdate) || info.Notices != g.info.Notices):
		return nil, stale("it is of other data")
	}
	changed, err := x.missed(ctx, m, s)
	if err != nil {
		return nil, err
	}
	if err := x.sample(ctx, g, s, changed); err != nil {
		return nil, err
	}
	if info == g.info {
		return g, nil
	}
	return x.after(ctx, g, s, changed)
}

// missed gives the notices that the ledger says were changed since a manifest was written; those that are true were taken out.
func (x *Index) missed(ctx context.Context, m manifest, s store.Snapshot) (map[string]bool, error) {
	other := fault.New(fault.Conflict, "the search index does not fit the data: the ledger is another")
	found := map[string]bool{}
	last, revision := "", m.Revision
	for line, err := range s.Ledger(ctx, max(m.Sequence, 1)) {
		if err != nil {
			return nil, err
		}
		if line.Seq == m.Sequence {
			last = hashLine(line)
			continue
		}
		if line.Revision <= m.Revision {
			continue
		}
		if line.Revision > revision+1 { // a change that no line tells of
			return nil, other
		}
		revision = line.Revision
		if !changes(line) {
			continue
		}
		for i, id := range line.IDs {
			removed := line.Outcome == ledger.Erased || i < len(line.Changes) && line.Changes[i] == ledger.Removed
			found[id] = found[id] || removed
		}
		if len(found) > maxChanged {
			return nil, fault.New(fault.Conflict, "the search index is too far behind the data")
		}
	}
	if last != m.LastLine || revision != s.Info().Revision {
		return nil, other
	}
	return found, nil
}

// changes reports whether the notices that a line names may be others than before it. Lines of a program that knew no letters have none.
func changes(l ledger.Line) bool {
	switch l.Outcome {
	case ledger.Served, ledger.Partial, ledger.Derived, ledger.Erased:
		return true
	}
	return strings.Trim(l.Changes, string(ledger.Same)) != "" // what is left of a document after an erasure
}
