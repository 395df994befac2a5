package ingest

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// derivedLines is how many Derived lines are written at once.
const derivedLines = 20_000

// fold holds, for each notice that a replay met, what the account says of it beside what was read: about 100 bytes for each.
type fold map[string]sides

type sides struct {
	says, has [16]byte // digests
	saysSeq   int64    // line that says it; 0: there is no such notice
	hasSeq    int64    // line of the document that it was read from; 0: none was
	older     bool     // that line has no digest, and is another program's
	same      bool     // that line has no digest, and is this program's: nothing can be said
}

// says takes in what a line says.
func (f fold) says(l ledger.Line) {
	letters := l.Changes
	if letters == "" && len(l.Digests) == 0 && served(l) { // before there were letters
		letters = strings.Repeat(string(ledger.Updated), len(l.IDs))
	}
	if len(letters) != len(l.IDs) {
		return
	}
	for i, id := range l.IDs {
		s := f[id]
		switch letters[i] {
		case ledger.Same:
			continue
		case ledger.Removed:
			if l.Outcome == ledger.Erased {
				delete(f, id)
				continue
			}
			s.saysSeq, s.older, s.same = 0, false, false
		default:
			s.saysSeq, s.older, s.same = l.Seq, false, false
			if len(l.Digests) == len(l.IDs) {
				s.says = packed(l.Digests[i])
			} else {
				s.older, s.same = l.Reader != feed.ReaderVersion, l.Reader == feed.ReaderVersion
			}
		}
		f[strings.Clone(id)] = s
	}
}

// has takes in what was read from the document of a line, and put.
func (f fold) has(seq int64, now ledger.Line) {
	for i, letter := range []byte(now.Changes) {
		if letter == ledger.Same {
			continue
		}
		s := f[now.IDs[i]]
		s.has, s.hasSeq = packed(now.Digests[i]), seq
		f[now.IDs[i]] = s
	}
}

func packed(digest string) (b [16]byte) {
	_, _ = hex.Decode(b[:], []byte(digest[:min(len(digest), 32)])) // what is no digest is equal to none
	return b
}

// finding is a notice of which the account is no longer true.
type finding struct {
	seq    int64 // line of its document
	id     string
	letter byte
	digest [16]byte
}

// findings compares both sides.
func (f fold) findings(gone func(id string) bool) (list []finding) {
	for id, s := range f {
		x := finding{seq: s.hasSeq, id: id, letter: ledger.Updated, digest: s.has}
		switch {
		case gone(id):
			continue
		case s.hasSeq == 0 && s.saysSeq == 0:
			continue
		case s.hasSeq == 0:
			x.letter, x.seq, x.digest = ledger.Removed, s.saysSeq, s.says
		case s.saysSeq == 0:
			x.letter = ledger.Inserted
		case s.same, !s.older && s.says == s.has:
			continue
		}
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b finding) int { return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.id, b.id)) })
	return list
}

// derive writes what this program reads otherwise than the one before, so that those who follow the changes hear of it: one line for each
// document, all at one revision.
func (im *Importer) derive(ctx context.Context, f fold, sum *Summary) error {
	list, err := im.confirm(ctx, f.findings(im.gone))
	if err != nil || len(list) == 0 {
		return err
	}
	r, err := im.begin(ctx, source.Edition{}, sum)
	if err != nil {
		return err
	}
	defer func() {
		if r != nil {
			r.drop()
		}
	}()
	r.changed = true
	for line, err := range im.Journal.Lines(list[0].seq) {
		if err != nil {
			return err
		}
		n := 0
		for n < len(list) && list[n].seq == line.Seq {
			n++
		}
		if n == 0 {
			continue
		}
		r.lines = append(r.lines, derived(line, list[:n]))
		r.sum.Derived += n
		if list = list[n:]; len(list) == 0 {
			break
		}
		if len(r.lines) < derivedLines {
			continue
		}
		if err := r.commit(); err != nil {
			return err
		}
		if r, err = im.begin(ctx, source.Edition{}, sum); err != nil { // the revision is the one that the first part made
			return err
		}
	}
	return r.commit()
}

func derived(of ledger.Line, list []finding) ledger.Line {
	l := bare(of)
	l.Outcome, l.Generation = ledger.Derived, of.Generation
	for _, x := range list {
		l.IDs, l.Changes = append(l.IDs, x.id), l.Changes+string(x.letter)
		digest := ""
		if x.letter != ledger.Removed {
			digest = hex.EncodeToString(x.digest[:])
		}
		l.Digests = append(l.Digests, digest)
	}
	return l
}

// confirm looks for notices that were not read: another document may have given them before the replay began.
func (im *Importer) confirm(ctx context.Context, list []finding) (sure []finding, err error) {
	err = im.look(ctx, func(snap store.Snapshot) error {
		for _, x := range list {
			if x.letter == ledger.Removed {
				n, err := snap.Get(ctx, x.id)
				switch {
				case err == nil && packed(n.Source.Digest) == x.digest:
					continue
				case err == nil:
					x.letter, x.digest = ledger.Updated, packed(n.Source.Digest)
				case !fault.Is(err, fault.NotFound):
					return err
				}
			}
			sure = append(sure, x)
		}
		return nil
	})
	return sure, err
}
