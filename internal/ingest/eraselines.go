package ingest

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
)

// write makes the lines: one for each notice, one for each origin that stood for a document, and one for what is left of a document that
// no origin stands for any more.
func (e *erasure) write() {
	now := e.im.Now().UTC()
	for _, x := range e.list {
		if e.done[x.ID].Outcome == ledger.Erased && !e.change[x.ID] {
			continue
		}
		letter := string(ledger.Same)
		if e.change[x.ID] {
			letter = string(ledger.Removed)
		}
		e.lines = append(e.lines, ledger.Line{Source: ledger.ErasureSource, Edition: ledger.ErasureEdition, Origin: x.ID, Fetched: now, IDs: []string{x.ID}, Changes: letter,
			Reader: feed.ReaderVersion, Outcome: ledger.Erased, Reason: e.im.reason(x.ID)})
	}
	for _, l := range e.stand {
		e.lines = append(e.lines, e.standing(l))
	}
	e.buried()
	for _, h := range e.order {
		if h.rest != nil && !h.told {
			e.lines = append(e.lines, e.remaining(ledger.Line{Source: ledger.ErasureSource, Edition: ledger.ErasureEdition, Origin: h.line.Origin, Name: h.line.Name, Fetched: h.line.Fetched}, h))
		}
		var lost []string
		for _, id := range h.others {
			if e.change[id] {
				lost = append(lost, id)
			}
		}
		if len(lost) > 0 {
			l := bare(h.line)
			l.Outcome, l.IDs, l.Changes, l.Reason = ledger.Derived, lost, strings.Repeat(string(ledger.Removed), len(lost)), h.failed.Error()
			e.lines = append(e.lines, l)
		}
	}
}

// buried makes lines for the documents that become tombstones and that no origin's line names as such.
func (e *erasure) buried() {
	named := map[string]bool{}
	for _, l := range e.lines {
		if l.Outcome == ledger.Erased {
			named[l.Raw] = true
		}
	}
	for _, h := range e.order {
		origin := h.sha
		for _, s := range e.stones {
			if named[s.ref] || !slices.Contains(h.refs, s.ref) {
				continue
			}
			e.lines = append(e.lines, ledger.Line{Source: ledger.ErasureSource, Edition: ledger.ErasureEdition, Origin: origin, Name: h.line.Name, Fetched: h.line.Fetched, SHA256: h.sha,
				Size: h.line.Size, Raw: s.ref, IDs: h.ids, Changes: strings.Repeat(string(ledger.Same), len(h.ids)), Reader: feed.ReaderVersion, Outcome: ledger.Erased,
				Reason: e.im.reason(h.ids[0])})
			named[s.ref], origin = true, origin+"!" // these bytes were kept twice
		}
	}
}

// bare is a line for the document of another one.
func bare(l ledger.Line) ledger.Line {
	l.Seq, l.Listed, l.Generation, l.IDs, l.Changes, l.Digests, l.Kind, l.Reason, l.Reader = 0, 0, "", nil, "", nil, "", "", feed.ReaderVersion
	return l
}

// standing is the line that an origin gets in place of the one which stands.
func (e *erasure) standing(l ledger.Line) ledger.Line {
	h, now := e.held[l.SHA256], bare(l)
	switch {
	case h != nil && h.rest != nil:
		return e.remaining(now, h)
	case h != nil && h.failed != nil:
		now.Outcome = ledger.Quarantined
		now.Kind, now.Reason = explain(h.failed)
		e.aside(&now)
		return now
	}
	e.sum.Erased++
	now.Outcome = ledger.Erased
	now.IDs = slices.DeleteFunc(slices.Clone(l.IDs), func(id string) bool { return !e.im.gone(id) })
	now.Changes, now.Reason = strings.Repeat(string(ledger.Same), len(now.IDs)), e.im.reason(now.IDs[0])
	return now
}

// remaining is a line for what is left of a document. It is Unchanged, because a replay applies the rest in the place of the document.
func (e *erasure) remaining(now ledger.Line, h *held) ledger.Line {
	left := h.left
	now.SHA256, now.Size, now.Raw, now.Generation, now.IDs, now.Digests = left.SHA256, left.Size, left.Raw, left.Generation, left.IDs, left.Digests
	now.Reader, now.Outcome, now.Kind, now.Reason = left.Reader, ledger.Unchanged, left.Kind, left.Reason
	if !h.told {
		h.told, now.Changes = true, left.Changes
	}
	return now
}
