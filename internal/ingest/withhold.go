package ingest

import (
	"errors"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/redact"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/source"
)

// What was erased comes in no way: not by the hash of a document, not by the id of a notice, whatever bytes hold it. A document of several
// notices is kept without those that were erased; of one that holds no other, or of which they cannot be told apart, nothing is kept.

// gone reports that a notice was erased.
func (im *Importer) gone(id string) bool {
	_, ok := im.Erased.Get(id)
	return ok
}

// bars reports that a document held a notice that was erased.
func (im *Importer) bars(sha string, ids []string) bool {
	_, ok := im.Erased.Held(sha)
	return ok || slices.ContainsFunc(ids, im.gone)
}

// withheld reports that nothing of a document is kept.
func (d *document) withheld() bool { return len(d.barred) > 0 && d.redacts == "" }

// barred lists the erased notices that a document holds, as far as it can be read: else its hash tells, or its name.
func (im *Importer) barred(d *document) (ids []string) {
	for _, id := range named(d.result, im.gone) {
		if im.gone(id) && !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
	}
	if len(ids) > 0 {
		return ids
	}
	if e, ok := im.Erased.Held(d.sha); ok {
		return []string{e.ID}
	}
	if d.failed != nil && im.gone(d.item.Name) {
		return []string{d.item.Name}
	}
	return nil
}

// named lists the notices of a result, and of the parts that could not be read those for which also holds.
func named(res feed.Result, also func(id string) bool) (ids []string) {
	for _, n := range res.Notices {
		ids = append(ids, n.ID)
	}
	for _, x := range res.Rejects {
		id := x.Part
		if _, inner, ok := strings.Cut(x.Part, "("); ok { // "ANNONCE_REF 3 (08-123)"
			id = strings.TrimSuffix(inner, ")")
		}
		if also(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// withhold keeps erased notices out of the batch, which has been read.
func (r *run) withhold() error {
	var cut []*document
	for _, d := range r.batch {
		if d.item.Note != source.Document || d.err != nil || d.settled {
			continue
		}
		if d.barred = r.im.barred(d); len(d.barred) == 0 {
			continue
		}
		if kept := d.ref; kept != "" { // by a program that could not read it
			r.stones = append(r.stones, stone{ref: kept, of: d.barred[0], rest: d})
		}
		if r.im.cut(d) {
			cut = append(cut, d)
		}
	}
	if err := r.lookUp(cut); err != nil {
		return err
	}
	for _, d := range cut {
		if d.settled {
			d.result = feed.Result{}
		}
	}
	return nil
}

// cut makes a document one without its erased notices. False, when nothing of it is to be kept: then it has no bytes any more.
func (im *Importer) cut(d *document) bool {
	read := func(src []byte) []string {
		doc := d.document()
		doc.Bytes, doc.SHA256 = src, ""
		res, err := im.read(doc)
		if err != nil {
			return nil
		}
		return named(res, im.gone)
	}
	others := d.failed == nil && slices.ContainsFunc(d.result.Notices, func(n *notice.Notice) bool { return !im.gone(n.ID) })
	rest, ok := []byte(nil), false
	if others {
		rest, ok = redact.Without(d.item.Bytes, im.gone, read)
	}
	if !ok {
		d.item.Bytes, d.result, d.failed = nil, feed.Result{}, nil
		if others {
			d.failed = fault.New(fault.Unsupported, "the document holds notice %s, which was erased, and could not be kept without it", d.barred[0]).
				WithHint("import its other notices from another document")
		}
		return false
	}
	d.redacts, d.sha = d.sha, hashOf(rest)
	d.item.Bytes, d.size, d.ref, d.known = rest, int64(len(rest)), "", nil
	d.result, d.failed = im.read(d.document())
	return true
}

// withheld accounts for a document of which nothing is kept.
func (r *run) withheld(line *ledger.Line, d *document) {
	if d.failed != nil {
		r.quarantine(line, d.failed)
		return
	}
	r.sum.Erased++
	line.Outcome, line.IDs, line.Changes = ledger.Erased, d.barred, strings.Repeat(string(ledger.Same), len(d.barred))
	line.Reason = r.im.reason(d.barred[0])
}

func (im *Importer) reason(id string) string {
	e, _ := im.Erased.Get(id)
	return e.Reason
}

// redaction says for people what a document lacks.
func (im *Importer) redaction(sha string, barred []string) string {
	return "what is left of " + sha + " without " + strings.Join(barred, ", ") + ": " + im.reason(barred[0])
}

// told notes what a source that is followed has erased.
func (r *run) told(line *ledger.Line, ids []string) {
	line.Kind = ""
	if line.Reason == "" {
		line.Reason = "erased at the source"
	}
	for _, id := range ids {
		e := register.Entry{ID: id, Reason: line.Reason, Time: r.im.Now().UTC()}
		if err := e.Check(); err != nil {
			r.quarantine(line, err)
			return
		}
		if line.IDs = append(line.IDs, id); !r.im.gone(id) {
			r.noted = append(r.noted, e)
		}
	}
	line.Changes = strings.Repeat(string(ledger.Same), len(line.IDs)) // the removal has a line of its own
	r.sum.Erased++
}

// stone is a tombstone to be set.
type stone struct {
	ref  string
	of   string    // the erased notice
	rest *document // what is left, when it redacts something
}

// bury sets the tombstones. An archive that is no zip any more is named in the summary: it cannot be rewritten, and nothing can be read from
// it by us.
func (r *run) bury() error {
	byArchive := map[string]map[string]raw.Tombstone{}
	for _, s := range r.stones {
		e, _ := r.im.Erased.Get(s.of)
		t := raw.Tombstone{Time: e.Time, Reason: e.Reason}
		if s.rest != nil && s.rest.redacts != "" {
			t.Rest = s.rest.ref
		}
		archive, _, _ := strings.Cut(s.ref, "!")
		if byArchive[archive] == nil {
			byArchive[archive] = map[string]raw.Tombstone{}
		}
		byArchive[archive][s.ref] = t
	}
	for archive, stones := range byArchive {
		err := r.im.Raw.Erase(stones)
		if fault.Is(err, fault.Conflict) {
			r.sum.Damaged = append(r.sum.Damaged, archive)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// live gives the bytes behind a reference and where they are: behind a tombstone, what is left of the document.
func (im *Importer) live(ref string) (b []byte, at string, err error) {
	for range 100 { // a document that lost one notice after the other
		if b, err = im.Raw.Get(ref); !errors.Is(err, raw.ErrErased) {
			return b, ref, err
		}
		e, statErr := im.Raw.Stat(ref)
		if statErr != nil || e.Erased == nil || e.Erased.Rest == "" {
			return nil, ref, err
		}
		ref = e.Erased.Rest
	}
	return nil, ref, err
}
