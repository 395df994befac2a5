package eforms_test

import (
	"encoding/json"
	"flag"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

func read(t testing.TB, src []byte) *notice.Notice {
	t.Helper()
	r, err := eforms.New().Read(feed.Document{Bytes: src})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notices) != 1 || len(r.Rejects) != 0 {
		t.Fatalf("%d notices and %d rejects, want one notice", len(r.Notices), len(r.Rejects))
	}
	return r.Notices[0]
}

// fixtures gives the invented documents of testdata by name.
func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	docs := make(map[string][]byte)
	for name, a := range feedtest.Fixtures(t) {
		docs[name] = feedtest.Part(a, "doc.xml").Data
	}
	return docs
}

// TestGolden reads the invented documents of testdata. Each archive holds a document, the notice expected of it, and the
// origins of its values, one a line.
func TestGolden(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			n := read(t, feedtest.Part(a, "doc.xml").Data)
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

// TestBodyOfRecord: the JSON that a record keeps of a notice gives the same typed values as its XML.
func TestBodyOfRecord(t *testing.T) {
	for name, src := range fixtures(t) {
		if name == "envelope" { // other prefixes, which JSON cannot resolve
			continue
		}
		t.Run(name, func(t *testing.T) {
			want := read(t, src)
			d, err := tree.ParseJSON([]byte(*want.Record.Donnees), "donnees", tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := &notice.Notice{ID: want.ID, Version: notice.EForms, Source: want.Source}
			eforms.Body().ReadBody(feed.Body{Donnees: d.Root()}, got)
			got.SortMarks()
			feedtest.Compare(t, values(t, want), strings.ReplaceAll(values(t, got), `"/donnees/EFORMS/`, `"/`))
		})
	}
}

func values(t *testing.T, n *notice.Notice) string {
	t.Helper()
	n.Origins = nil
	b, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestHeaderStands: what a header of the BOAMP has set stays, but for what the notice knows better.
func TestHeaderStands(t *testing.T) {
	d, err := tree.ParseXML(fixtures(t)["cancellation"], tree.UBL, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	deadline, _, _ := notice.ParseDeadline("2025-05-05T10:00:00")
	n := &notice.Notice{
		ID: "25-1234", Version: notice.V325, Famille: "DSP", Perimetre: "DSP", Nature: "APPEL_OFFRE", SousNature: "STANDARD", Etat: "INITIAL",
		Title: "Concession (annulation)", State: notice.StateInitial, Stage: notice.StageCorrection, Deadline: &deadline,
		Published: notice.Date{Year: 2025, Month: 3, Day: 9}, DepartementsPrestation: []string{"26"},
	}
	eforms.Body().ReadBody(feed.Body{Donnees: d.Root()}, n)
	for _, c := range []struct{ what, got, want string }{
		{"famille", n.Famille, "DSP"}, {"perimetre", n.Perimetre, "DSP"}, {"nature", n.Nature, "APPEL_OFFRE"},
		{"sous-nature", n.SousNature, "STANDARD"}, {"etat", n.Etat, "INITIAL"}, {"published", n.Published.String(), "2025-03-09"},
		{"deadline", n.Deadline.Wall, "2025-05-05T10:00:00"}, {"departments", strings.Join(n.DepartementsPrestation, " "), "26"},
		{"state", string(n.State), "cancelled"}, {"stage", string(n.Stage), "call"}, {"title", n.Title, "Concession de restauration"},
		{"notice id", n.NoticeID, "66666666-6666-4666-8666-666666666666"}, {"buyer", n.Buyers[0].Name, "Ville de Valmont"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if !n.Flagged("deadline", notice.FlagContradiction) {
		t.Error("header and lots disagree on the deadline, and no flag says so")
	}
}

// TestRecord looks at the flat record that we make of plain notices.
func TestRecord(t *testing.T) {
	rec := read(t, fixtures(t)["award-groups"]).Record
	deref := func(p *string) string {
		if p == nil {
			return "<null>"
		}
		return *p
	}
	for _, c := range []struct{ what, got, want string }{
		{"idweb", rec.Idweb, "11111111-1111-4111-8111-111111111111-01"},
		{"contractfolderid", deref(rec.Contractfolderid), "22222222-2222-4222-8222-222222222222"},
		{"objet", deref(rec.Objet), "Rénovation de la mairie"},
		{"famille_libelle", deref(rec.FamilleLibelle), "Marchés européens"},
		{"perimetre", deref(rec.Perimetre), "DIRECTIVE-24"},
		{"nature_libelle", deref(rec.NatureLibelle), "Résultat de marché"},
		{"nature_categorise", deref(rec.NatureCategorise), "attribution/standard"},
		{"etat", deref(rec.Etat), "INITIAL"},
		{"dateparution", rec.Dateparution.String(), "2025-03-03"},
		{"nomacheteur", deref(rec.Nomacheteur), "Ville de Valmont"},
		{"titulaire", strings.Join(rec.Titulaire, "|"), "Maçonnerie Dupuis|Bâtir SARL|Maçonnerie Dupuis|Bâtir SARL|Couleurs et Fils|Estuary Floors Ltd|Estuary Floors Ltd"},
		{"type_marche_facette", strings.Join(rec.TypeMarcheFacette, "|"), "Travaux"},
		{"procedure_libelle", deref(rec.ProcedureLibelle), "Procédure Ouverte"},
		{"source_schema", deref(rec.SourceSchema), "eforms-sdk-1.13"},
		{"gestion", deref(rec.Gestion), "<null>"}, {"url_avis", deref(rec.URLAvis), "<null>"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if !strings.HasPrefix(deref(rec.Donnees), `{"EFORMS": {"ContractAwardNotice": {"ext:UBLExtensions": `) {
		t.Errorf("donnees begins %.80q", deref(rec.Donnees))
	}
	long := strings.Replace(string(fixtures(t)["veat"]), "Maintenance du logiciel", strings.Repeat("é", 250), 1)
	if objet := deref(read(t, []byte(long)).Record.Objet); objet != strings.Repeat("é", 197)+"..." {
		t.Errorf("a long title is cut to %q", objet)
	}
}

// TestErrors: documents that give no notice say why and where.
func TestErrors(t *testing.T) {
	call := string(fixtures(t)["call-lots"])
	noID := strings.Replace(call, `<cbc:ID schemeName="notice-id">11111111-1111-4111-8111-111111111111</cbc:ID>`, "", 1)
	for _, c := range []struct {
		name, src string
		kind      fault.Kind
		says      string
	}{
		{"empty", "", fault.Invalid, "no root element"},
		{"other document", "<ANNONCE><GESTION/></ANNONCE>", fault.Unsupported, "the root element is ANNONCE"},
		{"cut", call[:len(call)/2], fault.Invalid, "ends inside"},
		{"no id", noID, fault.Invalid, "/ContractNotice/cbc:ID: a notice without identifier"},
		{"entities", `<!DOCTYPE x [<!ENTITY e "x">]>` + "<ContractNotice/>", fault.Unsupported, "document type"},
	} {
		_, err := eforms.New().Read(feed.Document{Bytes: []byte(c.src)})
		if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %v saying %q", c.name, err, c.kind, c.says)
		}
	}
	published := strings.Replace(noID, "<efac:Organizations>", `<efac:Publication><efbc:NoticePublicationID>00012345-2025</efbc:NoticePublicationID></efac:Publication><efac:Organizations>`, 1)
	if n := read(t, []byte(published)); n.ID != "12345-2025" {
		t.Errorf("without notice id the id is %q, want the publication number", n.ID)
	}
}

// TestClassify: what a notice is follows from the form type, else from what stands in for it.
func TestClassify(t *testing.T) {
	doc := func(root, code, subtype string) string {
		return `<` + root + ` xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
 xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1" xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
<efac:NoticeSubType><cbc:SubTypeCode>` + subtype + `</cbc:SubTypeCode></efac:NoticeSubType></efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:ID>x</cbc:ID>` + code + `</` + root + `>`
	}
	for _, c := range []struct {
		name, root, code, subtype string
		form                      string
		stage                     notice.Stage
		nature                    string
	}{
		{"prior information as a call", "PriorInformationNotice", `<cbc:NoticeTypeCode listName="competition">pin-cfc-social</cbc:NoticeTypeCode>`, "12", "competition", notice.StageCall, "APPEL_OFFRE"},
		{"completion in an award", "ContractAwardNotice", `<cbc:NoticeTypeCode listName="completion">compl</cbc:NoticeTypeCode>`, "E5", "completion", notice.StageCompletion, "AUTRE"},
		{"unknown form type", "ContractAwardNotice", `<cbc:NoticeTypeCode listName="x">veat</cbc:NoticeTypeCode>`, "", "dir-awa-pre", notice.StageIntention, "INTENTION_CONCLURE"},
		{"subtype alone", "ContractAwardNotice", `<cbc:NoticeTypeCode>y</cbc:NoticeTypeCode>`, "38", "cont-modif", notice.StageModification, "MODIFICATION"},
		{"root alone", "PriorInformationNotice", "", "", "planning", notice.StagePlanning, "PRE-INFORMATION"},
		{"registration", "BusinessRegistrationInformationNotice", `<cbc:NoticeTypeCode listName="bri">brin-ecs</cbc:NoticeTypeCode>`, "X02", "bri", notice.StageOther, "AUTRE"},
		{"consultation", "PriorInformationNotice", `<cbc:NoticeTypeCode listName="consultation">pmc</cbc:NoticeTypeCode>`, "E1", "consultation", notice.StagePlanning, "PRE-INFORMATION"},
	} {
		n := read(t, []byte(doc(c.root, c.code, c.subtype)))
		if n.FormType != c.form || n.Stage != c.stage || n.Nature != c.nature {
			t.Errorf("%s: form %q, stage %q, nature %q; want %q, %q, %q", c.name, n.FormType, n.Stage, n.Nature, c.form, c.stage, c.nature)
		}
	}
}
