package jo_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/jo"
	"github.com/boamp/boamp/internal/notice"
)

// record is the part of a flat record that the checks use.
type record struct {
	Idweb             string
	Famille           string
	Etat              string
	Nature            string
	Nomacheteur       string
	Dateparution      string
	Datelimitereponse *string
	Gestion, Donnees  string
}

// records reads the records of this generation, in both forms of the API. The fields that differ between the forms are
// not used here.
func records(t testing.TB) []record {
	t.Helper()
	dir := feedtest.Corpus(t, "records")
	var all []record
	for _, name := range []string{"v325.jsonl", "v325-apiv1.jsonl"} {
		for _, line := range feedtest.Lines(t, filepath.Join(dir, name)) {
			var r struct {
				record
				Fields *record
			}
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(name, err)
			}
			if r.Fields != nil {
				r.record = *r.Fields
			}
			all = append(all, r.record)
		}
	}
	return all
}

// TestCorpusRecords reads every record of the corpus and checks what must hold for any notice. No element of the national
// bodies may be unknown: the corpus is what the table of names was made from.
func TestCorpusRecords(t *testing.T) {
	all := records(t)
	if len(all) < 60 {
		t.Errorf("%d records, want at least 60", len(all))
	}
	for _, r := range all {
		n := fromHalves(t, r.Gestion, r.Donnees)
		check(t, n)
		if n.ID != r.Idweb || n.Famille != r.Famille || n.Etat != r.Etat || n.Nature != r.Nature || n.Published.String() != r.Dateparution {
			t.Errorf("%s: id, famille, etat, nature, published %q %q %q %q %q differ from the record's", r.Idweb, n.ID, n.Famille, n.Etat, n.Nature, n.Published)
		}
		if (n.Deadline != nil) != (r.Datelimitereponse != nil) {
			t.Errorf("%s: deadline %v, that of the record %v", r.Idweb, n.Deadline, r.Datelimitereponse)
		}
		if !national(n) {
			continue
		}
		checkNational(t, n)
		if len(n.Buyers) == 0 || n.Buyers[0].Name == "" {
			t.Errorf("%s: no buyer, where the record has one", r.Idweb)
		}
	}
}

func TestCorpusXML(t *testing.T) {
	for name, src := range feedtest.Files(t, "xml-325", "*.xml") {
		n := read(t, src, name)
		check(t, n)
		if n.ID+".xml" != name || n.Version != notice.V325 || n.Source.Schema != "3.2.5" || n.Source.Partial {
			t.Errorf("%s: id %s, version %s, source %+v", name, n.ID, n.Version, n.Source)
		}
		if n.Record.Idweb != n.ID || n.Record.Donnees == nil {
			t.Errorf("%s: the flat record is not derived", name)
		}
		if national(n) {
			checkNational(t, n)
		}
		html, synthese, err := jo.HTML(feed.Document{Bytes: src})
		if err != nil || html == "" || synthese == "" {
			t.Errorf("%s: renderings of %d and %d bytes, %v", name, len(html), len(synthese), err)
		}
	}
}

func national(n *notice.Notice) bool { return n.Famille != "JOUE" }

// check holds what every notice must hold.
func check(t *testing.T, n *notice.Notice) {
	t.Helper()
	fail := func(format string, args ...any) { t.Helper(); t.Errorf(n.ID+": "+format, args...) }
	if n.ID == "" || n.Title == "" || n.Stage == "" || n.State == "" || n.Published.IsZero() {
		fail("id, title, stage, state or day of publication is missing: %q %q %q %q", n.Title, n.Stage, n.State, n.Published)
	}
	for _, w := range n.Warnings {
		fail("warning %+v", w)
	}
	for _, dep := range append(slices.Clone(n.DepartementsPublication), n.DepartementsPrestation...) {
		if _, ok := codelist.DepartementOf(dep); !ok {
			fail("department %q", dep)
		}
	}
	for _, l := range n.Links {
		if l.ID == "" || l.ID == n.ID || l.Evidence == "" || l.Path == "" {
			fail("link %+v", l)
		}
	}
	for field, o := range n.Origins {
		if o.Path == "" || o.Kind == notice.Derived && o.How == "" {
			fail("origin of %s: %+v", field, o)
		}
	}
	for _, f := range n.Flags {
		if f.Field == "" || f.Path == "" {
			fail("flag %+v", f)
		}
	}
	if strings.Contains(n.Title, "&amp;") || strings.Contains(n.Title, "&#") {
		fail("title %q is still encoded", n.Title)
	}
}

// checkNational holds what the national forms of the corpus hold: each value by its place in the form.
func checkNational(t *testing.T, n *notice.Notice) {
	t.Helper()
	fail := func(format string, args ...any) { t.Helper(); t.Errorf(n.ID+": "+format, args...) }
	b := n.Buyers[0]
	if b.Address.Postcode == "" || b.Address.City == "" || b.Address.Departement == "" {
		fail("address %+v", b.Address)
	}
	switch n.Famille {
	case "FNS":
		if b.ID == nil || b.ID.SIRET == "" {
			fail("identifier %+v; all buyers of FNSimple in the corpus have a good SIRET", b.ID)
		}
		if n.Procedure.Type != notice.ProcedureAdapted && n.Stage == notice.StageCall {
			fail("procedure %+v", n.Procedure)
		}
	case "MAPA":
		if n.Procedure.Type != notice.ProcedureAdapted || n.Profile == "" && b.Contact.Email == "" {
			fail("procedure %+v, profile %q", n.Procedure, n.Profile)
		}
	case "DSP":
		if n.Procedure.Type != notice.ProcedureConcession || n.Deadline.For != notice.DeadlineInterest || n.CPV.Main == "" {
			fail("procedure %+v, deadline %+v, CPV %+v", n.Procedure, n.Deadline, n.CPV)
		}
	}
	switch n.Nature {
	case "APPEL_OFFRE":
		if n.Stage != notice.StageCall || n.State != notice.StateInitial || n.Deadline == nil || n.Deadline.Instant.IsZero() || len(n.Kinds) == 0 {
			fail("a call of stage %s, state %s, deadline %+v, kinds %v", n.Stage, n.State, n.Deadline, n.Kinds)
		}
	case "ATTRIBUTION":
		if n.Stage != notice.StageAward || len(n.Results) == 0 || n.Deadline != nil {
			fail("a result of stage %s with %d results", n.Stage, len(n.Results))
		}
		for _, r := range n.Results {
			if (r.Outcome == notice.OutcomeAwarded) != (len(r.Winners) > 0) || n.Famille == "FNS" && r.Text == "" {
				fail("result %+v", r)
			}
		}
	case "RECTIFICATIF":
		if n.Stage != notice.StageCorrection || n.State != notice.StateCorrected || len(n.Corrections) == 0 || len(n.Links) != 2 {
			fail("a correction of stage %s, state %s, %d corrections, links %v", n.Stage, n.State, len(n.Corrections), n.Links)
		}
	}
	if n.Flagged("deadline", notice.FlagContradiction) {
		fail("header and body disagree on the deadline")
	}
}
