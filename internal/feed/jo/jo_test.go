package jo_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/jo"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// eformsStub reads a title and what a correction says of itself, as the reader of eForms would.
func eformsStub(b feed.Body, n *notice.Notice) {
	feed.SetText(n, &n.ProcedureID, "procedure_id", b.Donnees.Child("cbc:ContractFolderID"))
	feed.SetText(n, &n.Title, "title", b.Donnees.Child("cac:ProcurementProject", "cbc:Name"))
	n.Stage, n.State = notice.StageCall, notice.StateCorrected
	n.Derive("state", b.Donnees.Path(), "the stub says so")
}

// v230Stub reads a title and the buyer.
func v230Stub(b feed.Body, n *notice.Notice) {
	feed.SetText(n, &n.Title, "title", b.Donnees.Child("OBJET", "TITRE_MARCHE"))
	if b.Gestion.Exists() {
		n.Warn(b.Gestion.Path(), "", "the header was read already")
	}
}

func reader() *jo.Reader {
	return jo.New(feed.BodyReaderFunc(eformsStub), feed.BodyReaderFunc(v230Stub))
}

func read(t *testing.T, src []byte, name string) *notice.Notice {
	t.Helper()
	r, err := reader().Read(feed.Document{Bytes: src, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notices) != 1 || len(r.Rejects) != 0 {
		t.Fatalf("%d notices and %d rejects, want one notice", len(r.Notices), len(r.Rejects))
	}
	return r.Notices[0]
}

// TestGolden reads the invented documents of testdata. Each archive holds a document, the notice expected of it, and the
// origins of its values, one a line.
func TestGolden(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			n := read(t, feedtest.Part(a, "doc.xml").Data, "")
			origins := feedtest.Origins(n.Origins)
			n.Origins = nil
			got, err := json.MarshalIndent(n, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			if *update {
				feedtest.Part(a, "want.json").Data, feedtest.Part(a, "origins.txt").Data = got, origins
				feedtest.Rewrite(t, name, a)
			}
			feedtest.Compare(t, string(feedtest.Part(a, "want.json").Data), string(got))
			feedtest.Compare(t, string(feedtest.Part(a, "origins.txt").Data), string(origins))
		})
	}
}

// TestRecordForm reads each fixture twice, from XML and from the JSON that the portal makes of the two halves: the values
// must be the same.
func TestRecordForm(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		if name == "v240" || name == "mapa-rectificatif" {
			continue // the prefix is part of the JSON's names; the order of repeated groups is lost
		}
		t.Run(name, func(t *testing.T) {
			fromXML := read(t, feedtest.Part(a, "doc.xml").Data, "")
			fromJSON := fromHalves(t, *fromXML.Record.Gestion, *fromXML.Record.Donnees)
			fromJSON.Version, fromJSON.Source = fromXML.Version, fromXML.Source
			feedtest.Compare(t, withoutPaths(t, fromXML), withoutPaths(t, fromJSON))
		})
	}
}

func fromHalves(t *testing.T, gestion, donnees string) *notice.Notice {
	t.Helper()
	g, err := tree.ParseJSON([]byte(gestion), "GESTION", tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := tree.ParseJSON([]byte(donnees), "DONNEES", tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n := &notice.Notice{}
	jo.Body(feed.BodyReaderFunc(eformsStub), feed.BodyReaderFunc(v230Stub)).ReadBody(feed.Body{Gestion: g.Root(), Donnees: d.Root()}, n)
	n.SortMarks()
	return n
}

// withoutPaths is a notice as JSON, without what says where the values stand.
func withoutPaths(t *testing.T, n *notice.Notice) string {
	t.Helper()
	c := *n
	c.Origins = nil
	c.Links, c.Flags, c.Warnings = slices.Clone(n.Links), slices.Clone(n.Flags), slices.Clone(n.Warnings)
	for i := range c.Links {
		c.Links[i].Path = ""
	}
	for i := range c.Flags {
		c.Flags[i].Path = ""
	}
	for i := range c.Warnings {
		c.Warnings[i].Path = c.Warnings[i].Path[strings.LastIndexByte(c.Warnings[i].Path, '/'):]
	}
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const ann = `<jo:ann xmlns:jo="http://boamp.journal-officiel.gouv.fr/XML/3.2.5">`

func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		name, src, file, pos string
		kind                 fault.Kind
	}{
		{"other root", `<ANNONCE/>`, "", "", fault.Unsupported},
		{"other namespace", `<ann xmlns="http://example.org/XML/3.2.5"/>`, "", "", fault.Unsupported},
		{"root of the namespace, other name", `<avis xmlns="http://boamp.journal-officiel.gouv.fr/XML/3.2.5"/>`, "", "", fault.Unsupported},
		{"no identifier", ann + `<GESTION/></jo:ann>`, "notice.xml", "/jo:ann/GESTION/REFERENCE/IDWEB", fault.Invalid},
		{"not well formed", ann + "\n<HTML><![CDATA[\n\n]]></HTML>\n<GESTION></jo:ann>", "", "line 5 column 10", fault.Invalid},
		{"empty", "", "", "", fault.Invalid},
		{"document type", `<!DOCTYPE ann>` + ann + `</jo:ann>`, "", "", fault.Unsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := reader().Read(feed.Document{Bytes: []byte(c.src), Name: c.file})
			if fault.KindOf(err) != c.kind {
				t.Fatalf("error %v, want %v", err, c.kind)
			}
			if c.pos != "" && !strings.HasPrefix(err.Error(), c.pos) {
				t.Errorf("error %q does not stand at %s", err, c.pos)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]notice.Version{
		"3.2.5": notice.V325, "3.2.5.1": notice.V325, "4.0": notice.V325, "2.4.0": notice.V240, "1.7": notice.V240, "v1.7": notice.V240, "": notice.V325,
	} {
		src := strings.Replace(ann, "3.2.5", version, 1) + `<GESTION><REFERENCE><IDWEB>25-1</IDWEB></REFERENCE></GESTION></jo:ann>`
		n := read(t, []byte(src), "")
		if n.Version != want || n.Source.Schema != version {
			t.Errorf("namespace %q: version %s, schema %q; want %s", version, n.Version, n.Source.Schema, want)
		}
		if !n.Source.Partial {
			t.Errorf("namespace %q: a notice without body is not marked as partial", version)
		}
	}
}

func TestIdentifierOfFileName(t *testing.T) {
	n := read(t, []byte(ann+`<DONNEES><MAPA><initial/></MAPA></DONNEES></jo:ann>`), "25-123.xml")
	if n.ID != "25-123" || n.Record.Idweb != "25-123" || n.Record.ID != "25_123" {
		t.Errorf("id %q, record %q, %q", n.ID, n.Record.Idweb, n.Record.ID)
	}
	if !n.Flagged("id", notice.FlagMissingID) || !n.Source.Partial {
		t.Error("a notice without header is not flagged and partial")
	}
	if n.Stage != notice.StageCall || n.State != notice.StateInitial {
		t.Errorf("stage %s, state %s", n.Stage, n.State)
	}
}

func TestHTML(t *testing.T) {
	page := "<html>\r\n<p>&eacute;</p>\x0c</html>" // a form feed would not pass in the values
	src := []byte(ann + `<GESTION><REFERENCE><IDWEB>25-1</IDWEB></REFERENCE></GESTION><HTML><![CDATA[` + page + `]]></HTML>` +
		`<HTMLSYNTHESE><![CDATA[<h3>x</h3>]]></HTMLSYNTHESE></jo:ann>`)
	if n := read(t, src, ""); n.ID != "25-1" || len(n.Warnings) != 0 {
		t.Errorf("id %q, warnings %v", n.ID, n.Warnings)
	}
	src = []byte(strings.ReplaceAll(string(src), "\x0c", ""))
	html, synthese, err := jo.HTML(feed.Document{Bytes: src})
	if err != nil || html != "<html>\n<p>&eacute;</p></html>" || synthese != "<h3>x</h3>" {
		t.Errorf("html %q, synthese %q, error %v", html, synthese, err)
	}
	if _, _, err := jo.HTML(feed.Document{Bytes: []byte("<x/>")}); !fault.Is(err, fault.Unsupported) {
		t.Errorf("error %v for another root", err)
	}
}

// TestBodyMarks checks what a body that is missing, unknown or unreadable leaves behind.
func TestBodyMarks(t *testing.T) {
	const head = ann + `<GESTION><REFERENCE><IDWEB>25-1</IDWEB></REFERENCE></GESTION>`
	for _, c := range []struct{ name, src, warning string }{
		{"unknown body", `<DONNEES><INEDIT><x>1</x></INEDIT></DONNEES>`, "/jo:ann/DONNEES/INEDIT unknown body"},
		{"unknown section", `<DONNEES><MAPA><inedit><description><objet>A</objet></description></inedit></MAPA></DONNEES>`, "/jo:ann/DONNEES/MAPA/inedit unknown element"},
		{"unknown part", `<DONNEES/><INEDIT/>`, "/jo:ann/INEDIT unknown element"},
		{"link to itself", `<DONNEES><MAPA><rectificatif><avisInitial><idWeb>25-1</idWeb></avisInitial></rectificatif></MAPA></DONNEES>`, "/jo:ann/DONNEES/MAPA/rectificatif/avisInitial/idWeb a notice that links to itself"},
		{"link that is a sentence", `<DONNEES><MAPA><rectificatif><avisInitial><idWeb>avis 25-2 du 3 mai</idWeb></avisInitial></rectificatif></MAPA></DONNEES>`, "/jo:ann/DONNEES/MAPA/rectificatif/avisInitial/idWeb no identifier of a notice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := read(t, []byte(head+c.src+"</jo:ann>"), "")
			if len(n.Warnings) != 1 || n.Warnings[0].Path+" "+n.Warnings[0].Reason != c.warning {
				t.Errorf("warnings %+v, want %s", n.Warnings, c.warning)
			}
			if len(n.Links) != 0 {
				t.Errorf("links %v", n.Links)
			}
		})
	}
}

// TestCrowded reads a document that repeats what is compared with all others of its kind: the time must not grow with the
// square of it, and what found no room must be told.
func TestCrowded(t *testing.T) {
	var b strings.Builder
	b.WriteString(ann + `<GESTION><REFERENCE><IDWEB>25-1</IDWEB>`)
	for i := range 10_000 {
		fmt.Fprintf(&b, "<ANNONCE_ANTERIEUR><IDWEB>24-%d</IDWEB></ANNONCE_ANTERIEUR>", i)
	}
	b.WriteString(`</REFERENCE><INDEXATION>`)
	for i := range 10_000 {
		fmt.Fprintf(&b, "<DEP_PUBLICATION>X%d</DEP_PUBLICATION>", i)
	}
	b.WriteString(`</INDEXATION></GESTION><DONNEES><MAPA><attribution><attribution>`)
	for i := range 10_000 {
		fmt.Fprintf(&b, "<lotMarche><numLot>%d</numLot><description>d</description><resultat><infructueux/></resultat></lotMarche>", i)
	}
	b.WriteString(`</attribution></attribution></MAPA></DONNEES></jo:ann>`)
	n := read(t, []byte(b.String()), "")
	if len(n.Links) != 2000 || len(n.DepartementsPublication) != 500 || len(n.Lots) != 10_000 || len(n.Results) != 10_000 {
		t.Errorf("%d links, %d departments, %d lots, %d results", len(n.Links), len(n.DepartementsPublication), len(n.Lots), len(n.Results))
	}
	if len(n.Warnings) != 2 {
		t.Errorf("warnings %v", n.Warnings)
	}
}
