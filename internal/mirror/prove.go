package mirror

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
)

// Proof is the comparison of the copy with the server at one line of the account.
type Proof struct {
	Server, Own State
	Identical   bool
	Differences []Difference // the first of them, by id; empty when only the digests are known to differ
	More        bool         // there are more
}

// Difference is a notice that is not the same here and there. A digest is empty where there is no such notice.
type Difference struct{ ID, Server, Own string }

const (
	rounds          = 10 // in which a server that goes on changing may be met
	showDifferences = 20
)

// Prove follows the server until both stand at the same line, and compares. Errors: Unavailable (the server changes faster than it can be followed).
func (m *Mirror) Prove(ctx context.Context) (p Proof, err error) {
	for range rounds {
		if p.Server, err = m.server(ctx); err != nil {
			return p, err
		}
		if err := m.catchUp(ctx); err != nil {
			return p, err
		}
		if p.Own, err = m.own(ctx); err != nil {
			return p, err
		}
		if p.Own.Sequence != p.Server.Sequence {
			continue
		}
		p.Own.Feed = p.Server.Feed
		if p.Identical = p.Own.Digest == p.Server.Digest && p.Own.Revision == p.Server.Revision; p.Identical {
			return p, nil
		}
		same, err := m.differences(ctx, &p)
		if err != nil || same {
			return p, err
		}
	}
	return p, fault.New(fault.Unavailable, "the server changes faster than it can be followed").WithHint("try again, or follow it: --follow")
}

// differences finds the notices that are not the same. False when the server has changed since.
func (m *Mirror) differences(ctx context.Context, p *Proof) (same bool, err error) {
	path := filepath.Join(m.Temp, "mirror-digests.jsonl")
	if err := os.MkdirAll(m.Temp, 0o755); err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the folder for temporary files cannot be made").At(m.Temp)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the digests of the server cannot be kept").At(path)
	}
	defer func() { f.Close(); _ = os.Remove(path) }()
	if _, err := m.Client.Do(ctx, fetch.Request{URL: m.base() + "/snapshots/current/digests", Limit: 4 << 30, Wait: 10 * time.Minute, Sink: fetch.File(f)}); err != nil {
		return false, err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the digests of the server cannot be read").At(path)
	}
	snap, err := m.Importer.Store.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	defer snap.Close()
	var at int64
	there, stopThere := iter.Pull2(listed(f, &at))
	defer stopThere()
	here, stopHere := iter.Pull2(change.Digests(ctx, snap))
	defer stopHere()
	if err := compare(there, here, p); err != nil {
		return false, err
	}
	return at == p.Server.Sequence, nil
}

// listed reads the server's list; sequence is that of its last line.
func listed(f *os.File, sequence *int64) iter.Seq2[change.Noted, error] {
	return func(yield func(change.Noted, error) bool) {
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var l struct {
				change.Noted
				Sequence int64 `json:"sequence"`
			}
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				yield(change.Noted{}, fault.Wrap(fault.Invalid, err, "the server's list of digests cannot be read"))
				return
			}
			if l.ID == "" {
				*sequence = l.Sequence
				return
			}
			if !yield(l.Noted, nil) {
				return
			}
		}
	}
}

type pull func() (change.Noted, error, bool)

// compare merges two lists in the order of ids.
func compare(there, here pull, p *Proof) error {
	p.Differences, p.More = nil, false
	a, errA, okA := there()
	b, errB, okB := here()
	add := func(d Difference) {
		if p.More = len(p.Differences) == showDifferences; !p.More {
			p.Differences = append(p.Differences, d)
		}
	}
	for okA || okB {
		switch {
		case errA != nil:
			return errA
		case errB != nil:
			return errB
		case okA && (!okB || a.ID < b.ID):
			add(Difference{a.ID, a.Digest, ""})
			a, errA, okA = there()
		case okB && (!okA || b.ID < a.ID):
			add(Difference{b.ID, "", b.Digest})
			b, errB, okB = here()
		default:
			if a.Digest != b.Digest {
				add(Difference{a.ID, a.Digest, b.Digest})
			}
			a, errA, okA = there()
			b, errB, okB = here()
		}
	}
	return nil
}

// Follow keeps the copy in step until ctx ends, and proves it after each change: proved is told. A server that is down is waited for. The
// error is that of ctx, of our own side, or a Conflict of the histories.
func (m *Mirror) Follow(ctx context.Context, proved func(Proof) error) error {
	for failed := 0; ; {
		last, _ := m.Importer.Journal.Last()
		_, err := m.step(ctx, longPoll)
		if err == nil {
			if now, _ := m.Importer.Journal.Last(); now.Seq > last.Seq {
				var p Proof
				if p, err = m.Prove(ctx); err == nil {
					err = proved(p)
				}
			}
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			failed = 0
			if now, _ := m.Importer.Journal.Last(); now.Seq > last.Seq {
				continue
			}
			// A server that is stopping answers at once that there is nothing.
			if err := m.Sleep(ctx, time.Second); err != nil {
				return err
			}
			continue
		case fault.Is(err, fault.Unavailable), fault.Is(err, fault.Timeout), fault.Is(err, fault.NotFound):
			failed++
			m.say("%v; trying again", err)
		default:
			return err
		}
		m.Client.Reset()
		if err := m.Sleep(ctx, time.Second<<min(failed, 6)); err != nil {
			return err
		}
	}
}
