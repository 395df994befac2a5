package native

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// maxListed bounds an edition whose documents are listed: they are sorted in memory. DILA's have some hundreds.
const maxListed = 200_000

// editionDocuments answers with the documents of one edition.
func (a *API) editionDocuments(w http.ResponseWriter, r *http.Request) error {
	return a.documents(w, r, states(), func(values url.Values, report completeness.Report) ([]completeness.Edition, error) {
		source, err := knownSource(values, report)
		if err != nil {
			return nil, err
		}
		var found []completeness.Edition
		var names []string
		for _, e := range report.Account.Editions {
			if name := completeness.SourceName(e.Source); e.Name == r.PathValue("edition") && (source == "" || source == name) {
				found, names = append(found, e), append(names, name)
			}
		}
		switch len(found) {
		case 0:
			return nil, fault.New(fault.NotFound, "there is no edition %q", r.PathValue("edition")).At("path").WithHint("%s/completeness?by=edition lists them", Prefix)
		case 1:
			return found, nil
		}
		return nil, fault.New(fault.Invalid, "several sources have an edition of that name").At("parameter source").WithHint("sources are: %s", strings.Join(names, ", "))
	})
}

// quarantine answers with the documents of all editions that are set aside.
func (a *API) quarantine(w http.ResponseWriter, r *http.Request) error {
	return a.documents(w, r, []string{string(completeness.Quarantined), string(completeness.Partial)}, func(values url.Values, report completeness.Report) ([]completeness.Edition, error) {
		c, err := chosen(values, report)
		if err != nil {
			return nil, err
		}
		list := report.Account.Choose(c)
		slices.SortFunc(list, func(a, b completeness.Edition) int {
			return cmp.Or(b.Day.Compare(a.Day), cmp.Compare(a.Source, b.Source), cmp.Compare(b.Name, a.Name))
		})
		return list, nil
	})
}

// documents answers with a page of the documents of some editions. Those of editions before the page are only counted.
func (a *API) documents(w http.ResponseWriter, r *http.Request, usual []string, choose func(url.Values, completeness.Report) ([]completeness.Edition, error)) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	limit, err := whole(values, "limit", defaultAccountRows, 1, maxAccountRows)
	if err != nil {
		return err
	}
	wanted, err := wantedStates(values, usual)
	if err != nil {
		return err
	}
	return a.looked(r, func(ctx context.Context, snap store.Snapshot, report completeness.Report) error {
		editions, err := choose(values, report)
		if err != nil {
			return err
		}
		total := 0
		for _, e := range editions {
			total += e.In(wanted...)
		}
		state := report.Info
		state.Revision = state.Sequence // pages are bound to the state of the ledger
		start, err := resume(r, values, state, total)
		if err != nil {
			return err
		}
		stamp(w, report.Info)
		body := DocumentsAnswer{Meta: meta(report.Info, -1), Sequence: report.Account.Sequence, Total: total, Documents: []DocumentEntry{}}
		body.Links, body.Cursor = paging(w, r, state, start, limit, total)
		for _, e := range editions {
			n := e.In(wanted...)
			if start >= n || len(body.Documents) == limit {
				start = max(0, start-n)
				continue
			}
			list, err := documentsOf(ctx, snap, e, wanted)
			if err != nil {
				return err
			}
			body.Documents = append(body.Documents, list[start:min(start+limit-len(body.Documents), len(list))]...)
			start = 0
		}
		return writeTagged(w, r, body)
	})
}

func wantedStates(values url.Values, usual []string) ([]completeness.State, error) {
	given := names(values["state"])
	if len(given) == 0 {
		given = usual
	}
	var list []completeness.State
	for _, s := range given {
		if !slices.Contains(states(), s) {
			return nil, unknownName("state", s, states()).At("parameter state")
		}
		if !slices.Contains(list, completeness.State(s)) {
			list = append(list, completeness.State(s))
		}
	}
	return list, nil
}

// documentsOf lists the documents of an edition that are in some states, by origin.
func documentsOf(ctx context.Context, snap store.Snapshot, e completeness.Edition, wanted []completeness.State) ([]DocumentEntry, error) {
	if n := e.In(completeness.States()...); n > maxListed {
		return nil, fault.New(fault.TooLarge, "the edition %q has %d documents: those of up to %d are listed", e.Name, n, maxListed).
			WithHint("%s/ledger has a line for each", Prefix)
	}
	lines, err := snap.Edition(ctx, e.Source, e.Name)
	if err != nil {
		return nil, err
	}
	var list []DocumentEntry
	for _, l := range lines {
		if l.Outcome == ledger.Listing {
			continue
		}
		state := completeness.StateOf(l)
		if !slices.Contains(wanted, state) {
			continue
		}
		list = append(list, DocumentEntry{Source: completeness.SourceName(l.Source), Edition: l.Edition, Origin: l.Origin, State: string(state), Kind: l.Kind, Reason: l.Reason, Notices: append([]string{}, l.IDs...),
			SHA256: l.SHA256, Size: l.Size, Published: instant(l.Published), Time: l.Time.UTC(), Sequence: l.Seq, Reader: l.Reader})
	}
	slices.SortFunc(list, func(a, b DocumentEntry) int { return strings.Compare(a.Origin, b.Origin) })
	return list, nil
}
