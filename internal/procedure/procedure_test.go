package procedure_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

const (
	alpha  = "110000015" // SIREN of invented buyers
	beta   = "130000013"
	gamma  = "150000011"
	folder = "5b1d1f3e-0c7a-4a55-9d1e-6a2f8c3b7e10"
)

// data is a store with some notices.
type data struct {
	t      *testing.T
	store  *memory.Store
	fields *field.Catalogue
}

func newData(t *testing.T, list ...*notice.Notice) *data {
	c := field.NewCatalogue()
	d := &data{t, memory.New(c), c}
	d.put(list...)
	return d
}

func (d *data) put(list ...*notice.Notice) {
	d.t.Helper()
	tx, err := d.store.Begin(d.t.Context())
	if err == nil {
		_, err = tx.Put(d.t.Context(), list)
	}
	if err == nil {
		_, err = tx.Commit(d.t.Context(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *data) find(id string) (*procedure.Timeline, error) {
	d.t.Helper()
	snap, err := d.store.Snapshot(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	defer snap.Close()
	return procedure.Find(d.t.Context(), snap, d.fields, id)
}

// show writes a procedure as text: canonical id, notices, links.
func (d *data) show(id string) string {
	d.t.Helper()
	p, err := d.find(id)
	if err != nil {
		return fault.KindOf(err).String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", p.ID)
	for _, m := range p.Notices {
		fmt.Fprintf(&b, " %s", m.ID)
	}
	for _, l := range p.Links {
		fmt.Fprintf(&b, "\n%s %s %s %s %s", l.From, l.Relation, l.To, l.Status, l.Grade)
		for _, e := range l.Evidence {
			fmt.Fprintf(&b, " [%s]", e.Kind)
		}
	}
	return b.String()
}

// a is a notice: id, day "01-31" of 2026, SIREN of the buyer, and what else.
func a(id, day, siren string, more ...func(*notice.Notice)) *notice.Notice {
	d, _ := notice.ParseDate("2026-" + day)
	n := &notice.Notice{ID: id, Version: notice.V325, Stage: notice.StageCall, State: notice.StateInitial, Published: d, Title: "Entretien"}
	if siren != "" {
		name := map[string]string{alpha: "Commune de Valmont", beta: "Ville de Brignac", gamma: "Syndicat du Lézard"}[siren]
		n.Buyers = []notice.Party{{Name: name, ID: &notice.CompanyID{Written: siren, Scheme: "siren", SIREN: siren}}}
	}
	for _, f := range more {
		f(n)
	}
	return n
}

func to(evidence notice.Evidence, ids ...string) func(*notice.Notice) {
	return func(n *notice.Notice) {
		for _, id := range ids {
			n.Links = append(n.Links, notice.Link{ID: id, Evidence: evidence, Path: "/x/IDWEB"})
		}
	}
}

func after(ids ...string) func(*notice.Notice) { return to(notice.EvidenceAnteriorNotice, ids...) }

func corrected(n *notice.Notice) { n.Stage, n.State = notice.StageCorrection, notice.StateCorrected }
func cancelled(n *notice.Notice) { n.Stage, n.State = notice.StageCorrection, notice.StateCancelled }
func award(n *notice.Notice)     { n.Stage = notice.StageAward }
func modified(n *notice.Notice) {
	n.Stage, n.State = notice.StageModification, notice.StateModified
}

func buyer(name string) func(*notice.Notice) {
	return func(n *notice.Notice) { n.Buyers = []notice.Party{{Name: name}} }
}

func in(folder string) func(*notice.Notice) { return func(n *notice.Notice) { n.ProcedureID = folder } }

func eforms(id, version string) func(*notice.Notice) {
	return func(n *notice.Notice) { n.NoticeID, n.NoticeVersion, n.NoticeType = id, version, "cn-standard" }
}

func due(day, clock string) func(*notice.Notice) {
	return func(n *notice.Notice) {
		d, _, _ := notice.ParseDeadline("2026-" + day + "T" + clock)
		n.Deadline = &d
	}
}

func TestFind(t *testing.T) {
	reference := func(journal, edition, number string) func(*notice.Notice) {
		return func(n *notice.Notice) {
			n.Links = append(n.Links, notice.Link{Evidence: notice.EvidencePublication, Path: "/x/PUBLICATION",
				Publication: &notice.Publication{Journal: journal, Edition: edition, Number: number}})
		}
	}
	changes := func(id string) func(*notice.Notice) {
		return func(n *notice.Notice) {
			n.State = notice.StateCorrected
			n.Links = append(n.Links, notice.Link{NoticeID: id, Evidence: notice.EvidenceChangedNotice, Path: "/x/efac:Changes"})
		}
	}
	const uuid = "0e6a35a4-77b1-4b8e-9d52-d8b7f2a10c11"
	for _, c := range []struct {
		name    string
		notices []*notice.Notice
		ask     string
		want    string
	}{
		{"alone", []*notice.Notice{a("26-1", "01-05", alpha)}, "26-1", "26-1: 26-1"},
		{"unknown", []*notice.Notice{a("26-1", "01-05", alpha)}, "26-2", "not_found"},
		{"call, correction, award, modification", []*notice.Notice{
			a("26-1", "01-05", alpha), a("26-2", "01-10", alpha, corrected, after("26-1"), to(notice.EvidenceInitialNotice, "26-1")),
			a("26-3", "02-20", alpha, award, after("26-1")), a("26-4", "02-25", alpha, modified, after("26-3")),
		}, "26-3", `26-1: 26-1 26-2 26-3 26-4
26-2 corrects 26-1 joined certain [annonce-anterieure] [avis-initial]
26-3 awards 26-1 joined certain [annonce-anterieure]
26-4 modifies 26-3 joined certain [annonce-anterieure]`},
		{"chain of three corrections", []*notice.Notice{
			a("26-1", "01-05", alpha), a("26-2", "01-10", alpha, corrected, after("26-1")),
			a("26-3", "01-12", alpha, corrected, after("26-2")), a("26-4", "01-14", alpha, corrected, after("26-1", "26-3")),
		}, "26-4", `26-1: 26-1 26-2 26-3 26-4
26-2 corrects 26-1 joined certain [annonce-anterieure]
26-3 corrects 26-2 joined certain [annonce-anterieure]
26-4 corrects 26-1 joined certain [annonce-anterieure]
26-4 corrects 26-3 joined certain [annonce-anterieure]`},
		{"award of two calls", []*notice.Notice{
			a("26-1", "01-05", alpha), a("26-2", "01-06", alpha), a("26-3", "02-20", alpha, award, after("26-1", "26-2")),
		}, "26-2", `26-1: 26-1 26-2 26-3
26-3 awards 26-1 joined certain [annonce-anterieure]
26-3 awards 26-2 joined certain [annonce-anterieure]`},
		{"missing target, two followers of one buyer", []*notice.Notice{
			a("26-2", "01-10", alpha, corrected, after("26-1")), a("26-3", "02-20", alpha, award, after("26-1")),
			a("26-4", "02-20", beta, award, after("26-1")),
		}, "26-3", `26-2: 26-2 26-3
26-2 corrects 26-1 missing  [annonce-anterieure]
26-3 awards 26-1 missing  [annonce-anterieure]`},
		{"two say that the other is earlier", []*notice.Notice{
			a("26-1", "01-05", alpha, after("26-2")), a("26-2", "01-05", alpha, corrected, after("26-1")),
		}, "26-1", `26-1: 26-1 26-2
26-1 follows 26-2 rejected  [annonce-anterieure]
26-2 corrects 26-1 joined certain [annonce-anterieure]`},
		{"circle of three on different days", []*notice.Notice{
			a("26-1", "01-05", alpha, after("26-3")), a("26-2", "01-10", alpha, corrected, after("26-1")), a("26-3", "01-12", alpha, award, after("26-2")),
		}, "26-2", `26-1: 26-1 26-2 26-3
26-1 follows 26-3 rejected  [annonce-anterieure]
26-2 corrects 26-1 joined certain [annonce-anterieure]
26-3 awards 26-2 joined certain [annonce-anterieure]`},
		{"circle of three on one day", []*notice.Notice{
			a("26-1", "01-05", alpha, after("26-3")), a("26-2", "01-05", alpha, after("26-1")), a("26-3", "01-05", alpha, after("26-2")),
		}, "26-3", `26-1: 26-1 26-2 26-3
26-1 follows 26-3 rejected  [annonce-anterieure]
26-2 follows 26-1 joined certain [annonce-anterieure]
26-3 follows 26-2 joined certain [annonce-anterieure]`},
		{"itself", []*notice.Notice{a("26-1", "01-05", alpha, after("26-1"))}, "26-1", "26-1: 26-1\n26-1 follows 26-1 rejected  [annonce-anterieure]"},
		{"another buyer", []*notice.Notice{a("26-1", "01-05", alpha), a("26-2", "01-10", beta, award, after("26-1"))}, "26-2",
			"26-2: 26-2\n26-2 awards 26-1 rejected  [annonce-anterieure]"},
		{"another buyer, seen from the call", []*notice.Notice{a("26-1", "01-05", alpha), a("26-2", "01-10", beta, award, after("26-1"))}, "26-1",
			"26-1: 26-1\n26-2 awards 26-1 rejected  [annonce-anterieure]"},
		{"another buyer in the same procedure", []*notice.Notice{
			a("26-1", "01-05", alpha, in(folder)), a("26-2", "01-10", beta, award, after("26-1"), in(folder)),
		}, "26-1", "26-1: 26-1 26-2\n26-2 awards 26-1 joined weak [annonce-anterieure] [contract-folder-id]"},
		{"name of the buyer cut short", []*notice.Notice{
			a("26-1", "01-05", "", buyer("Communauté d'agglomération de Langnemoulins")),
			a("26-2", "01-10", "", buyer("Communauté d'agglomération de Langnemo"), award, after("26-1")),
		}, "26-1", "26-1: 26-1 26-2\n26-2 awards 26-1 joined certain [annonce-anterieure]"},
		{"names that only say what kind of buyer it is", []*notice.Notice{
			a("26-1", "01-05", "", buyer("Centre hospitalier universitaire de Brignac")),
			a("26-2", "01-10", "", buyer("Centre hospitalier universitaire"), award, after("26-1")),
		}, "26-1", "26-1: 26-1 26-2\n26-2 awards 26-1 joined weak [annonce-anterieure]"},
		{"buyer not named", []*notice.Notice{a("26-1", "01-05", alpha), a("26-2", "01-10", "", award, after("26-1"))}, "26-1",
			"26-1: 26-1 26-2\n26-2 awards 26-1 joined strong [annonce-anterieure]"},
		{"procedure identifier", []*notice.Notice{
			a("26-1", "01-05", alpha, in(folder)), a("26-2", "02-20", alpha, award, in(strings.ToUpper(folder))),
		}, folder, folder + ": 26-1 26-2\n26-2 same-procedure 26-1 joined strong [contract-folder-id]"},
		{"filler as procedure identifier", []*notice.Notice{
			a("26-1", "01-05", alpha, in(folder)), a("26-2", "01-06", beta, in(folder)), a("26-3", "01-07", gamma, in(folder)), a("26-4", "01-08", alpha, in(folder)),
		}, "26-4", `26-4: 26-4
26-4 same-procedure 26-1 rejected  [contract-folder-id]`},
		{"asked for the filler", []*notice.Notice{a("26-1", "01-05", alpha, in(folder)), a("26-2", "01-06", beta, in(folder))}, folder, "not_found"},
		{"no UUID as procedure identifier", []*notice.Notice{
			a("26-1", "01-05", alpha, in("00000000-0000-0000-0000-000000000000")), a("26-2", "01-06", alpha, in("00000000-0000-0000-0000-000000000000")),
		}, "26-1", "26-1: 26-1"},
		{"eForms change", []*notice.Notice{
			a("26-1", "01-05", alpha, in(folder), eforms(uuid, "01")),
			a("26-2", "01-10", alpha, in(folder), eforms("5a2f7c1e-90d3-4a0e-8f4e-1b2c3d4e5f60", "01"), changes(strings.ToUpper(uuid)+"-01")),
		}, uuid, folder + ": 26-1 26-2\n26-2 corrects 26-1 joined certain [changed-notice-identifier] [contract-folder-id]"},
		{"prior information of a lot is another procedure", []*notice.Notice{
			a("26-1", "01-05", alpha, eforms(uuid, "01")), a("26-2", "02-10", alpha, func(n *notice.Notice) {
				n.Links = []notice.Link{{NoticeID: uuid + "-01", Evidence: notice.EvidencePreviousNotice, Path: "/ContractNotice/cac:ProcurementProjectLot/cbc:ID"}}
			}),
		}, "26-2", "26-2: 26-2\n26-2 uses 26-1 related certain [previous-notice]"},
		{"journal number", []*notice.Notice{
			a("26-1", "01-05", alpha, func(n *notice.Notice) {
				n.Publications = []notice.Publication{{Journal: notice.JournalJOUE, Number: "123-2026"}}
			}),
			a("26-2", "02-10", alpha, award, reference(notice.JournalJOUE, "", "123-2026")),
			a("26-3", "02-10", beta, award, reference(notice.JournalJOUE, "", "123-2026")),
		}, "26-1", `26-1: 26-1 26-2
26-2 awards 26-1 joined strong [publication-reference]
26-3 awards 26-1 rejected  [publication-reference]`},
		{"reference without number", []*notice.Notice{a("26-1", "01-05", alpha, reference(notice.JournalBOAMP, "B/146", ""))}, "26-1",
			"26-1: 26-1\n26-1 follows boamp/B/146 missing  [publication-reference]"},
		{"named by the record alone", []*notice.Notice{
			a("26-1", "01-05", alpha), a("26-2", "01-10", alpha, award, func(n *notice.Notice) { n.Record.AnnonceLie = []string{"26-1"} }),
		}, "26-1", "26-1: 26-1 26-2\n26-2 awards 26-1 joined certain [annonce-anterieure]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newData(t, c.notices...).show(c.ask); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// TestAnyMember asks for a procedure by each of its notices: the answer is the same.
func TestAnyMember(t *testing.T) {
	d := newData(t, a("26-1", "01-05", alpha, in(folder)), a("26-2", "01-10", alpha, corrected, after("26-1")),
		a("26-3", "02-20", alpha, award, after("26-2")), a("26-4", "02-25", alpha, modified, after("26-3"), in(folder)))
	want := d.show(folder)
	for _, id := range []string{"26-1", "26-2", "26-3", "26-4"} {
		if got := d.show(id); got != want {
			t.Errorf("by %s:\n%s\nby the ContractFolderID:\n%s", id, got, want)
		}
	}
}

// TestLateArrival lets the call come after what follows it, and a notice in between last.
func TestLateArrival(t *testing.T) {
	d := newData(t, a("26-3", "02-20", alpha, award, after("26-2")))
	if got, want := d.show("26-3"), "26-3: 26-3\n26-3 awards 26-2 missing  [annonce-anterieure]"; got != want {
		t.Errorf("award alone:\n%s", got)
	}
	d.put(a("26-1", "01-05", alpha))
	d.put(a("26-2", "01-10", alpha, corrected, after("26-1")))
	want := "26-1: 26-1 26-2 26-3\n26-2 corrects 26-1 joined certain [annonce-anterieure]\n26-3 awards 26-2 joined certain [annonce-anterieure]"
	if got := d.show("26-3"); got != want {
		t.Errorf("after all came:\n%s", got)
	}
}

// TestReasons asserts that what is rejected or less than certain says why.
func TestReasons(t *testing.T) {
	named := a("26-3", "01-12", alpha, award)
	named.Links = []notice.Link{{ID: "26-1", Evidence: notice.EvidenceInitialNotice, Path: "/x", Date: notice.Date{Year: 2026, Month: 1, Day: 4}}}
	d := newData(t, a("26-1", "01-05", alpha, after("26-2")), a("26-2", "01-10", beta, after("26-1")), named)
	p, err := d.find("26-1")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"published on 2026-01-10, after", "the buyers differ (SIREN 130000013 and SIREN 110000015)", "the document says that it was published on 2026-01-04"}
	for i, l := range p.Links {
		if i >= len(want) || !strings.Contains(l.Reason, want[i]) {
			t.Errorf("link %s -> %s: %q", l.From, l.To, l.Reason)
		}
	}
	if len(p.Links) != len(want) {
		t.Errorf("%d links, want %d", len(p.Links), len(want))
	}
}

// TestBounded asks for a procedure with more notices than are shown.
func TestBounded(t *testing.T) {
	list := []*notice.Notice{a("26-1", "01-05", alpha)}
	for i := range 3 * procedure.MaxNotices {
		list = append(list, a(fmt.Sprintf("26-%d", i+2), "01-06", alpha, corrected, after("26-1")))
	}
	p, err := newData(t, list...).find("26-1")
	if err != nil || !p.Truncated || len(p.Notices) != procedure.MaxNotices || p.ID != "26-1" {
		t.Errorf("truncated %v, %d notices, id %s, %v", p.Truncated, len(p.Notices), p.ID, err)
	}
}

// counted counts the notices that are fetched from a snapshot.
type counted struct {
	store.Snapshot
	gets int
}

func (c *counted) Get(ctx context.Context, id string) (*notice.Notice, error) {
	c.gets++
	return c.Snapshot.Get(ctx, id)
}

// TestHubs bounds the work for a notice that names thousands others, for one that thousands name without belonging to it, and for a
// row of notices that each name many.
func TestHubs(t *testing.T) {
	const most = 2500 // notices fetched, those that are missing with them
	id := func(i int) string { return fmt.Sprintf("26-%d", i) }
	numbers := func(from, to int) (list []string) {
		for i := from; i < to; i++ {
			list = append(list, id(i))
		}
		return list
	}
	names := []*notice.Notice{a(id(1), "02-01", alpha, award, after(numbers(2, 5_002)...))}
	names[0].Record.AnnonceLie = numbers(2, 5_002)
	named := []*notice.Notice{a(id(1), "01-01", alpha)}
	for i := range 600 {
		names = append(names, a(id(i+2002), "01-05", beta))
		named = append(named, a(id(i+2), "01-05", beta, award, after(id(1))))
	}
	var row []*notice.Notice
	for i := range 40 {
		row = append(row, a(id(i+2), "01-05", alpha, after(id(i+1)), after(numbers(400*(i+1), 400*(i+2))...)))
	}
	for name, c := range map[string]struct {
		list  []*notice.Notice
		links int
	}{"names thousands": {names, 5_000}, "is named by thousands": {named, 400}, "each names hundreds": {row, 0}} {
		d := newData(t, c.list...)
		snap, err := d.store.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		counting := &counted{Snapshot: snap}
		p, err := procedure.Find(t.Context(), counting, d.fields, c.list[0].ID)
		if err != nil || !p.Truncated || counting.gets > most {
			t.Errorf("%s: truncated %v, %d notices fetched, %v", name, p != nil && p.Truncated, counting.gets, err)
			continue
		}
		if c.links > 0 && (len(p.Links) != c.links || len(p.Notices) != 1) {
			t.Errorf("%s: %d links and %d notices, want %d and 1", name, len(p.Links), len(p.Notices), c.links)
		}
		last := p.Links[len(p.Links)-1]
		if last.Status == procedure.Missing && last.Reason == "" {
			t.Errorf("%s: %s was not looked for and is shown as missing", name, last.To)
		}
		snap.Close()
	}
}

func TestStands(t *testing.T) {
	d := newData(t, a("26-1", "01-05", alpha, due("02-10", "12:00:00")), a("26-2", "01-10", alpha, corrected, after("26-1"), due("02-14", "12:00:00")),
		a("26-3", "01-12", alpha, corrected, after("26-1")), a("26-4", "01-20", alpha, cancelled, after("26-1")))
	p, err := d.find("26-1")
	if err != nil {
		t.Fatal(err)
	}
	if p.Deadline == nil || p.Deadline.Wall != "2026-02-14T12:00:00" || p.Deadline.StatedBy != "26-2" || p.Cancelled != "26-4" {
		t.Errorf("deadline %+v, cancelled by %q", p.Deadline, p.Cancelled)
	}
	roles := []procedure.Role{"call", procedure.RoleCorrection, procedure.RoleCorrection, procedure.RoleCancellation}
	if !slices.EqualFunc(p.Notices, roles, func(m procedure.Member, r procedure.Role) bool { return m.Role == r }) {
		t.Errorf("roles of %+v", p.Notices)
	}
}

// TestDeadlineInDates reads a deadline from the dates that a correction exchanges, and points at one that stands in words.
func TestDeadlineInDates(t *testing.T) {
	exchange := func(before, after string) func(*notice.Notice) {
		return func(n *notice.Notice) {
			n.Corrections = []notice.Correction{{Section: "IV.3.4", DateBefore: before, DateAfter: after}}
		}
	}
	words := func(n *notice.Notice) {
		n.Corrections = []notice.Correction{{Text: "La date limite de remise des offres est reportée au 3 mars."}}
	}
	d := newData(t, a("26-1", "01-05", alpha, due("02-10", "12:00:00")),
		a("26-2", "01-10", alpha, corrected, after("26-1"), exchange("2026-02-10T12:00:00", "2026-02-17T12:00:00")),
		a("26-3", "01-11", alpha, corrected, after("26-1"), exchange("2026-01-01T12:00:00", "2026-01-02T12:00:00")), // dates of something else
		a("26-4", "01-12", alpha, corrected, after("26-1"), words))
	p, err := d.find("26-1")
	if err != nil {
		t.Fatal(err)
	}
	if p.Deadline == nil || p.Deadline.Wall != "2026-02-17T12:00:00" || p.Deadline.StatedBy != "26-2" || !slices.Equal(p.Deadline.InWords, []string{"26-4"}) {
		t.Errorf("deadline %+v", p.Deadline)
	}
	if f := p.Changes[0].Fields; len(f) != 1 || f[0].After != "2026-02-17T12:00:00" || !f[0].Announced {
		t.Errorf("change %+v", f)
	}
	if len(p.Changes[1].Fields)+len(p.Changes[2].Fields) != 0 {
		t.Errorf("changes without a deadline: %+v", p.Changes[1:])
	}
}
