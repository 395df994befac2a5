package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// Summary counts what an import did.
type Summary struct {
	Editions    int
	Documents   int   // met
	Companions  int   // pages beside notices, which hold nothing of their own
	Bytes       int64 // of these documents
	Inserted    int   // notices
	Updated     int   // notices
	Unchanged   int   // notices whose bytes were known, in documents read again or not
	Quarantined int   // documents and parts of documents set aside
	Missing     int   // documents that the source lists and that could not be had
	Gone        int   // documents that the source lists no more
	Erased      int   // documents of which nothing is kept, because what they hold was erased
	Removed     int   // notices taken out
	Derived     int   // notices that this program reads otherwise than an older one
	Warnings    int
	Groups      map[Group]int // notices read, by generation and famille
	Reasons     map[string]int
	Damaged     []string // raw archives that are no zip, and may still hold the bytes of what was erased
	Revision    int64
	Elapsed     time.Duration
}

// Group is a generation and a famille.
type Group struct{ Generation, Famille string }

// NewSummary starts a count.
func NewSummary() Summary {
	return Summary{Groups: map[Group]int{}, Reasons: map[string]int{}}
}

// clone makes a copy that grows by itself.
func (s Summary) clone() Summary {
	s.Groups, s.Reasons, s.Damaged = maps.Clone(s.Groups), maps.Clone(s.Reasons), slices.Clone(s.Damaged)
	return s
}

// Served counts the notices that are in the store after the import and came with it.
func (s Summary) Served() int { return s.Inserted + s.Updated + s.Unchanged }

// SortedGroups lists the groups in order.
func (s Summary) SortedGroups() []Group {
	return slices.SortedFunc(maps.Keys(s.Groups), func(a, b Group) int {
		return strings.Compare(a.Generation+"/"+a.Famille, b.Generation+"/"+b.Famille)
	})
}

// account writes the ledger line of a document, or of what the source says beside its documents, and counts it. Time, revision and
// sequence are those of the commit.
func (r *run) account(d *document, outcomes []store.Outcome) {
	line := r.line(d)
	switch {
	case d.item.Note != source.Document:
		r.note(&line, d)
	case d.err != nil:
		r.quarantine(&line, d.err)
	case d.withheld():
		r.withheld(&line, d)
	case d.settled:
		r.repeat(&line, d.known)
	case d.failed != nil:
		r.quarantine(&line, d.failed)
	default:
		r.served(&line, d, outcomes)
	}
	if d.item.Note == source.Document {
		r.sum.Documents++
		r.sum.Bytes += line.Size
	}
	if d.redacts != "" && line.Reason == "" {
		line.Reason = r.im.redaction(d.redacts, d.barred)
	}
	r.lines = append(r.lines, line)
}

// line begins the line of a document.
func (r *run) line(d *document) ledger.Line {
	line := ledger.Line{
		Source: r.edition.Source, Edition: r.edition.Name, Origin: d.item.Origin, Name: d.item.Name, Published: d.item.Published.UTC(), Fetched: d.item.Fetched.UTC(),
		Validator: d.item.Validator, SHA256: d.sha, Size: d.size, Raw: d.ref, Reader: feed.ReaderVersion,
	}
	if d.was != nil {
		line.Source, line.Edition = d.was.Source, d.was.Edition
	}
	return line
}

// note accounts for what is no document.
func (r *run) note(line *ledger.Line, d *document) {
	line.Outcome = ledger.Outcome(d.item.Note)
	if d.err != nil {
		line.Kind, line.Reason = explain(d.err)
	}
	switch d.item.Note {
	case source.Missing:
		r.sum.Missing++
	case source.Gone:
		r.sum.Gone++
	case source.Listing:
		line.Listed = d.item.Listed
	case source.Erased:
		r.told(line, d.item.IDs)
	}
}

func (r *run) quarantine(line *ledger.Line, err error) {
	line.Outcome = ledger.Quarantined
	line.Kind, line.Reason = explain(err)
	r.aside(line)
}

func (r *run) aside(line *ledger.Line) {
	r.sum.Quarantined++
	r.sum.Reasons[line.Kind+": "+shorten(line.Reason)]++
}

// repeat accounts for bytes that were read before: what came of them then is what comes of them now.
func (r *run) repeat(line, known *ledger.Line) {
	line.IDs, line.Digests, line.Generation, line.Kind, line.Reason = known.IDs, known.Digests, known.Generation, known.Kind, known.Reason
	line.Outcome = ledger.Unchanged
	r.sum.Unchanged += len(line.IDs)
	if line.Kind != "" {
		r.aside(line)
	}
	if len(line.IDs) == 0 {
		line.Outcome = ledger.Quarantined
	}
}

func (r *run) served(line *ledger.Line, d *document, outcomes []store.Outcome) {
	line.Outcome = ledger.Unchanged
	letters := make([]byte, len(d.result.Notices))
	for i, n := range d.result.Notices {
		line.IDs = append(line.IDs, strings.Clone(n.ID)) // a piece of the document, which would stay in memory with it
		line.Digests = append(line.Digests, n.Source.Digest)
		line.Generation = string(n.Version)
		r.sum.Groups[Group{string(n.Version), n.Famille}]++
		r.sum.Warnings += len(n.Warnings)
		r.changed = r.changed || outcomes[i] != store.Unchanged
		switch outcomes[i] {
		case store.Inserted:
			r.sum.Inserted++
			line.Outcome, letters[i] = ledger.Served, ledger.Inserted
		case store.Updated:
			r.sum.Updated++
			line.Outcome, letters[i] = ledger.Served, ledger.Updated
		default:
			r.sum.Unchanged++
			letters[i] = ledger.Same
		}
	}
	if line.Outcome == ledger.Served {
		line.Changes = string(letters)
	}
	if len(d.result.Rejects) == 0 {
		return
	}
	line.Outcome = ledger.Partial
	if len(line.IDs) == 0 {
		line.Outcome = ledger.Quarantined
	}
	var reasons []string
	for _, x := range d.result.Rejects {
		kind, reason := explain(x.Err)
		line.Kind = kind
		reasons = append(reasons, x.Part+": "+reason)
		r.sum.Quarantined++
		r.sum.Reasons[kind+": "+shorten(reason)]++
	}
	line.Reason = strings.Join(reasons, "; ")
}

// explain gives kind and reason of an error for the ledger: message, position and hint, without the cause's stack.
func explain(err error) (kind, reason string) {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fault.Internal.String(), err.Error()
	}
	reason = f.Message
	if f.Pos != "" {
		reason = f.Pos + ": " + reason
	}
	if f.Hint != "" {
		reason += " (" + f.Hint + ")"
	}
	return f.Kind.String(), reason
}

// shorten makes like reasons countable together: positions at the front are dropped.
func shorten(reason string) string {
	if before, after, ok := strings.Cut(reason, ": "); ok && (strings.HasPrefix(before, "line ") || strings.HasPrefix(before, "/")) {
		reason = after
	}
	if len(reason) > 120 {
		return fmt.Sprintf("%.120s…", reason)
	}
	return reason
}
