package inspection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
)

// scan holds every kept document to its hash, and lists what there is. What that means for the documents the journal knows.
func (x *inspection) scan(ctx context.Context) error {
	for _, err := range x.Raw.Verify(ctx) {
		var f *fault.Error
		switch {
		case err == nil:
		case fault.Is(err, fault.Unavailable), ctx.Err() != nil:
			return err
		case errors.As(err, &f) && strings.Contains(f.Pos, "!"):
			x.damaged[f.Pos] = true
		default:
			x.others = append(x.others, err.Error())
		}
	}
	x.listed = &archives{editions: map[string]raw.Edition{}, open: map[string]map[string]raw.Entry{}}
	for e, err := range x.Raw.Editions() {
		if fault.Is(err, fault.Unavailable) {
			return err
		}
		if err != nil {
			x.broken[e.Archive] = err.Error()
			continue
		}
		x.listed.editions[e.Archive] = e
		for entry, err := range e.Entries() {
			switch {
			case err != nil:
				x.broken[e.Archive] = err.Error()
			case entry.Erased != nil:
				x.erased++
				fallthrough
			default:
				x.kept++
			}
		}
	}
	return nil
}

// raw holds that the bytes of every document which the journal knows are kept, or were taken out. A document that was damaged and kept again
// since is no fault, nor is an archive of which all documents are kept elsewhere.
func (x *inspection) raw(ctx context.Context) (Part, error) {
	p := Part{Name: "raw"}
	bad := map[string]ledger.Line{} // by SHA-256, the newest
	for line, err := range x.Journal.Lines(1) {
		if err != nil || line.Seq > x.Last || ctx.Err() != nil {
			break // journal has said so
		}
		if line.Raw == "" || !line.Tells() {
			continue
		}
		if x.missing(line) == "" || line.Outcome == ledger.Erased {
			delete(bad, line.SHA256)
		} else {
			bad[line.SHA256] = line
		}
	}
	p.Facts = fmt.Sprintf("%d archives with %d documents, %d of them taken out", len(x.listed.editions)+len(x.broken), x.kept, x.erased)
	if n := len(x.damaged) + len(x.broken); n > 0 {
		p.Facts += fmt.Sprintf(", %d damaged", n)
	}
	for _, what := range x.others {
		if len(bad) > 0 || !x.closed {
			p.wrong(mendRaw, "%s", what)
		} else {
			p.Facts += "; " + what + ", but all its documents are kept elsewhere"
		}
	}
	for _, l := range slices.SortedFunc(maps.Values(bad), func(a, b ledger.Line) int { return int(a.Seq - b.Seq) }) {
		x.lost[l.SHA256] = Lost{SHA256: l.SHA256, Raw: l.Raw}
		p.wrong(mendRaw, "%s: %s: document %s of edition %s, SHA-256 %s%s", l.Raw, x.missing(l), l.Origin, l.Edition, l.SHA256, notices(l.IDs))
	}
	return p, nil
}

func notices(list []string) string {
	switch {
	case len(list) == 0:
		return ""
	case len(list) > 3:
		return fmt.Sprintf(", notices %s and %d more", strings.Join(list[:3], ", "), len(list)-3)
	}
	return ", notices " + strings.Join(list, ", ")
}

// missing says why the bytes of a line are not there; empty when they are, or are not to be.
func (x *inspection) missing(l ledger.Line) string {
	name, _, _ := strings.Cut(l.Raw, "!")
	if x.broken[name] != "" {
		return "its archive cannot be read"
	}
	entry, ok := x.listed.find(l.Raw)
	switch {
	case !ok:
		return "not in the raw archive"
	case entry.Erased != nil:
		return ""
	case x.damaged[l.Raw]:
		return "damaged"
	case entry.SHA256 != l.SHA256:
		return "another document"
	}
	return ""
}

// archives finds entries by their references. Lines stand in the order in which documents were kept, so a few manifests in memory are
// enough.
type archives struct {
	editions map[string]raw.Edition
	open     map[string]map[string]raw.Entry
	order    []string
}

const openArchives = 16

// find gives the entry of a reference, false when it is not there.
func (a *archives) find(ref string) (raw.Entry, bool) {
	name, _, _ := strings.Cut(ref, "!")
	list, ok := a.open[name]
	if !ok {
		e, known := a.editions[name]
		if !known {
			return raw.Entry{}, false
		}
		list = map[string]raw.Entry{}
		for entry, err := range e.Entries() {
			if err == nil {
				list[entry.Ref] = entry
			}
		}
		if len(a.order) == openArchives {
			delete(a.open, a.order[0])
			a.order = a.order[1:]
		}
		name = strings.Clone(name)
		a.open[name], a.order = list, append(a.order, name)
	}
	entry, ok := list[ref]
	return entry, ok
}
