// Package mirror makes a data folder an exact copy of that of another server and keeps it so: the same archives of source documents, the
// same account line by line, and from both the same notices at the same revisions, read by this program. Then it proves that: the
// digest of all notices is that of the server.
//
// What is copied is bytes and the account of them; the database is made from these here, as a rebuild makes it. The first copy takes the
// newest snapshot of the server, when there is one, and goes on with its account from there.
package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// Mirror copies one server. It is for one goroutine.
type Mirror struct {
	URL      string        // of the server
	Client   *fetch.Client // for its answers
	HTTP     *http.Client  // for its files
	Agent    string        // that says who asks for them
	Importer *ingest.Importer
	Raw      string // folder of the raw archives
	Temp     string // folder for files on their way
	Disk     disk.Disk
	Sleep    func(ctx context.Context, d time.Duration) error
	// Adopt is told the id of the server's change feed before anything is copied; it refuses one that is not the folder's.
	Adopt func(feed string) error
	// Alone calls do while nobody else changes the folder. Nil: nobody does.
	Alone  func(ctx context.Context, do func() error) error
	Report func(format string, args ...any) // of steps, for people; nil tells nobody
	Batch  int                              // lines applied at once, about; default 5000

	fetched int // archives
}

// State is the state of data, here or there.
type State struct {
	Feed     string `json:"feed"`
	Revision int64  `json:"revision"`
	Sequence int64  `json:"sequence"`
	Notices  int64  `json:"notices"`
	Digest   string `json:"digest"`
	Reader   int    `json:"reader"`
	Program  string `json:"program"`
}

const (
	answerBytes = 256 << 20 // of a piece of the account at most
	pageLines   = 2000      // of the account, asked for at once
	longPoll    = 60        // seconds
	pollMargin  = 30 * time.Second
)

func (m *Mirror) say(format string, args ...any) {
	if m.Report != nil {
		m.Report(format, args...)
	}
}

func (m *Mirror) base() string { return strings.TrimRight(m.URL, "/") + "/api/v1" }

// ask gets an answer in JSON.
func (m *Mirror) ask(ctx context.Context, path string, wait time.Duration, into any) error {
	r, err := m.Client.Do(ctx, fetch.Request{URL: m.base() + path, Accept: "application/json", Limit: answerBytes, Wait: wait})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		return fault.Wrap(fault.Invalid, err, "the server does not answer as boamp does").At(m.base() + path)
	}
	return nil
}

// server is the state of the server.
func (m *Mirror) server(ctx context.Context) (s State, err error) {
	err = m.ask(ctx, "/snapshots/current", 5*time.Minute, &s) // it may have to read all notices for it
	if err == nil && (s.Feed == "" || s.Digest == "") {
		err = fault.New(fault.Invalid, "the server does not say of what state its data are").At(m.base() + "/snapshots/current")
	}
	return s, err
}

// own is the state of the copy.
func (m *Mirror) own(ctx context.Context) (s State, err error) {
	snap, err := m.Importer.Store.Snapshot(ctx)
	if err != nil {
		return s, err
	}
	defer snap.Close()
	digest, err := snap.Digest(ctx)
	info := snap.Info()
	return State{Revision: info.Revision, Sequence: info.Sequence, Notices: info.Notices, Digest: digest.String(), Reader: feed.ReaderVersion}, err
}

// Clone brings the copy to where the server stands: from a snapshot when it is empty, then line by line. What an interrupted Clone left is
// used. Errors: Conflict (the folder is no copy of this server, or the server was put back), NotFound and Unavailable (of the server), and
// those of our own side.
func (m *Mirror) Clone(ctx context.Context) error {
	s, err := m.server(ctx)
	if err != nil {
		return err
	}
	if err := m.Adopt(s.Feed); err != nil {
		return err
	}
	if s.Reader != feed.ReaderVersion {
		m.say("the server's readers of documents have version %d, those of this program %d: notices may be read otherwise", s.Reader, feed.ReaderVersion)
	}
	if err := m.alone(ctx, func() error { _, err := m.Importer.Replay(ctx); return err }); err != nil {
		return err
	}
	if last, ok := m.Importer.Journal.Last(); !ok {
		if err := m.fromSnapshot(ctx, s.Feed); err != nil {
			return err
		}
	} else if err := m.sameHistory(ctx, last); err != nil {
		return err
	}
	return m.catchUp(ctx)
}

func (m *Mirror) alone(ctx context.Context, do func() error) error {
	if m.Alone == nil {
		return do()
	}
	return m.Alone(ctx, do)
}

// piece is a part of the account.
type piece struct {
	Feed     string        `json:"feed"`
	Sequence int64         `json:"sequence"`
	Lines    []ledger.Line `json:"lines"`
	Next     int64         `json:"next"`
	More     bool          `json:"more"`
}

// piece asks for lines behind one.
func (m *Mirror) piece(ctx context.Context, after int64, limit, wait int) (p piece, err error) {
	path := fmt.Sprintf("/ledger?after=%d&limit=%d", after, limit)
	if wait > 0 {
		path += fmt.Sprintf("&wait=%d", wait)
	}
	if err = m.ask(ctx, path, time.Duration(wait)*time.Second+pollMargin, &p); err != nil {
		return p, err
	}
	for i, l := range p.Lines {
		if l.Seq != after+1+int64(i) {
			return p, fault.New(fault.Invalid, "the server gives line %d of its account behind %d", l.Seq, after+int64(i)).At(m.base() + path)
		}
	}
	if p.More && len(p.Lines) == 0 {
		return p, fault.New(fault.Invalid, "the server says that there is more and gives nothing").At(m.base() + path)
	}
	return p, nil
}

// sameHistory compares the newest line of the copy with the server's: one that was put back to a backup has another history since.
func (m *Mirror) sameHistory(ctx context.Context, last ledger.Line) error {
	p, err := m.piece(ctx, last.Seq-1, 1, 0)
	other := fault.New(fault.Conflict, "the server's account is another one from line %d on: it was put back to a backup, or is another server", last.Seq).
		WithHint("make the copy anew in an empty folder")
	switch {
	case fault.Is(err, fault.Conflict):
		return other
	case err != nil:
		return err
	case len(p.Lines) == 0 || !sameLine(p.Lines[0], last):
		return other
	}
	return nil
}

func sameLine(a, b ledger.Line) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// catchUp applies the account up to its end.
func (m *Mirror) catchUp(ctx context.Context) error {
	for {
		more, err := m.step(ctx, 0)
		if err != nil || !more {
			return err
		}
	}
}

// step applies the next lines of the account, as many as were committed together at least, and says whether there are more. With wait it
// waits so many seconds for some.
func (m *Mirror) step(ctx context.Context, wait int) (more bool, err error) {
	last, _ := m.Importer.Journal.Last()
	var lines []ledger.Line
	for {
		p, err := m.piece(ctx, last.Seq+int64(len(lines)), pageLines, wait)
		if err != nil {
			return false, err
		}
		lines, more, wait = append(lines, p.Lines...), p.More, 0
		if n := whole(lines, more); n > 0 && (n >= m.batch() || !more) {
			return more, m.apply(ctx, lines[:n])
		}
		if !more {
			return false, nil // nothing came
		}
	}
}

func (m *Mirror) batch() int {
	if m.Batch <= 0 {
		return 5000
	}
	return m.Batch
}

// whole is how many of some lines end with a whole commit. When more follow, the last commit may not be whole.
func whole(lines []ledger.Line, more bool) int {
	if !more {
		return len(lines)
	}
	for i := len(lines) - 1; i > 0; i-- {
		if !ingest.Together(lines[i-1], lines[i]) {
			return i
		}
	}
	return 0
}

// apply fetches what lines name, and takes them over.
func (m *Mirror) apply(ctx context.Context, lines []ledger.Line) error {
	if err := m.archives(ctx, lines); err != nil {
		return err
	}
	err := m.alone(ctx, func() error { _, err := m.Importer.Follow(ctx, lines); return err })
	if err == nil {
		m.say("line %d of the account, of %s", lines[len(lines)-1].Seq, lines[len(lines)-1].Time.Format(time.DateTime))
	}
	return err
}

// archives fetches the raw archives that lines name and that are not here, and again those in which something was erased: the server's have
// tombstones there.
func (m *Mirror) archives(ctx context.Context, lines []ledger.Line) error {
	again, err := m.touched(ctx, lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if archive := archiveOf(l.Raw); archive != "" {
			if _, err := os.Stat(filepath.Join(m.Raw, filepath.FromSlash(archive))); err != nil {
				again[archive] = true
			}
		}
	}
	for _, archive := range slices.Sorted(maps.Keys(again)) {
		if err := m.archive(ctx, "current", archive, ""); err != nil {
			return err
		}
	}
	return m.check(ctx, lines, again)
}

// touched are the archives of documents that lines say were erased, wherever a line names them: one before, or one of these.
func (m *Mirror) touched(ctx context.Context, lines []ledger.Line) (archives map[string]bool, err error) {
	archives = map[string]bool{}
	ids, hashes := map[string]bool{}, map[string]bool{}
	for _, l := range lines {
		if l.Outcome != ledger.Erased {
			continue
		}
		if l.SHA256 != "" {
			hashes[l.SHA256] = true
		}
		for _, id := range l.IDs {
			ids[id] = true
		}
	}
	if len(ids)+len(hashes) == 0 {
		return archives, nil
	}
	about, err := m.about(ctx, ids, hashes)
	if err != nil {
		return nil, err
	}
	for _, l := range slices.Concat(about, lines) {
		named := hashes[l.SHA256] || slices.ContainsFunc(l.IDs, func(id string) bool { return ids[id] })
		if archive := archiveOf(l.Raw); named && archive != "" {
			archives[archive] = true
		}
	}
	return archives, nil
}

// about lists the lines that are here and name one of some notices or documents.
func (m *Mirror) about(ctx context.Context, ids, hashes map[string]bool) (list []ledger.Line, err error) {
	snap, err := m.Importer.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	for id := range ids {
		about, err := snap.About(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, about...)
	}
	if by, ok := snap.(store.Knower); ok {
		known, err := by.Known(ctx, slices.Collect(maps.Keys(hashes)))
		if err != nil {
			return nil, err
		}
		list = slices.AppendSeq(list, maps.Values(known))
	}
	return list, nil
}
