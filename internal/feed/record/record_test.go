package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/record"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// bodies stands in for the readers of the generations: it knows the shapes and sets the title.
func bodies(gestion, donnees tree.Node, schema string) (notice.Version, feed.BodyReader) {
	body := feed.BodyReaderFunc(func(b feed.Body, n *notice.Notice) {
		n.Title = "from the body"
		n.Declare("title", b.Donnees.Path())
	})
	switch {
	case gestion.Child("INDEXATION").Has("SCHEMA"):
		return notice.V325, body
	case gestion.Has("NOJO"):
		return notice.V110, body
	case gestion.Has("REFERENCE"):
		return notice.V230, body
	}
	return "", nil
}

func read(t *testing.T, src string) (feed.Result, error) {
	t.Helper()
	doc := feed.Document{Bytes: []byte(src), SHA256: "ab", Origin: "export.json", Name: "export"}
	return record.New(bodies).Read(doc)
}

// one reads a document that must be one notice.
func one(t *testing.T, src string) *notice.Notice {
	t.Helper()
	res, err := read(t, src)
	if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 0 {
		t.Fatalf("%d notices, %d rejects, error %v", len(res.Notices), len(res.Rejects), err)
	}
	return res.Notices[0]
}

const (
	slim  = `{"idweb": "25-1", "objet": "Sel de déneigement", "dateparution": "2025-05-06"}`
	other = `{"idweb": "25-2", "objet": "Sable", "dateparution": "2025-05-07"}`
	noID  = `{"objet": "Gravier"}`
)

func TestForms(t *testing.T) {
	tests := []struct {
		name, src string
		ids       string // of the notices
		rejects   string // their parts
	}{
		{"one", slim, "25-1", ""},
		{"byte order mark", "\xef\xbb\xbf" + slim, "25-1", ""},
		{"array", "[" + slim + "," + other + "]", "25-1 25-2", ""},
		{"empty array", "[]", "", ""},
		{"answer of v2.1", `{"total_count": 2, "results": [` + slim + ", " + other + `]}`, "25-1 25-2", ""},
		{"answer of v2.0", `{"total_count": 1, "links": [], "records": [{"links": [], "record": {"id": "x", "fields": ` + slim + `}}]}`, "25-1", ""},
		{"answer of v1", `{"nhits": 1, "parameters": {"rows": 1}, "records": [{"datasetid": "boamp", "recordid": "9c", "fields": ` + slim + `}], "facet_groups": []}`, "25-1", ""},
		{"record of v1", `{"datasetid": "boamp", "recordid": "9c", "fields": ` + slim + `}`, "25-1", ""},
		{"empty answer", `{"total_count": 0, "results": []}`, "", ""},
		{"lines", slim + "\n" + other + "\n", "25-1 25-2", ""},
		{"no blank between", slim + other, "25-1 25-2", ""},
		{"pretty", "{\n  \"idweb\": \"25-1\"\n}\n{\n  \"idweb\": \"25-2\"\n}", "25-1 25-2", ""},
		{"one bad of an array", "[" + slim + "," + noID + "," + other + "]", "25-1 25-2", "#2"},
		{"no object", "[" + slim + `, 7, "x", null]`, "25-1", "#2 #3 #4"},
		{"broken line", slim + "\n{\"idweb\": \"25-\n" + other, "25-1 25-2", "#2"},
		{"broken element on a line", "[\n" + slim + ",\n{\"idweb\": },\n" + other + "\n]\n", "25-1 25-2", "#2"},
		{"broken element of an answer", "{\"results\": [\n" + slim + ",\n{\"idweb\": },\n" + other + "\n]}\n", "25-1 25-2", "#2"},
		{"cut array", "[" + slim + "," + other[:20], "25-1", "#2"},
		{"name twice", "[" + slim + `, {"idweb": "25-3", "idweb": "25-4"}]`, "25-1", "#2"},
		{"bad characters", "[" + slim + ", {\"idweb\": \"25-3\", \"objet\": \"\xe9\"}]", "25-1", "#2"},
		{"array of bad ones", "[" + noID + "]", "", "#1"},
		{"id instead", `{"id": "25_1"}`, "25-1", ""},
		{"old identifier", `{"idweb": "BWP06181000031P"}`, "BWP06181000031P", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := read(t, tt.src)
			if err != nil {
				t.Fatal(err)
			}
			var ids, parts []string
			for _, n := range res.Notices {
				ids = append(ids, n.ID)
			}
			for _, r := range res.Rejects {
				parts = append(parts, r.Part)
				if !fault.Is(r.Err, fault.Invalid) {
					t.Errorf("reject %s: kind %v of %v", r.Part, fault.KindOf(r.Err), r.Err)
				}
			}
			if got := strings.Join(ids, " "); got != tt.ids {
				t.Errorf("notices %q, want %q", got, tt.ids)
			}
			if got := strings.Join(parts, " "); got != tt.rejects {
				t.Errorf("rejects %q, want %q", got, tt.rejects)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ src, want string }{
		"nothing":      {"", "no record: the document is empty"},
		"blanks":       {" \n", "no record: the document is empty"},
		"no id":        {noID, "idweb: the record has no idweb"},
		"text":         {`"25-1"`, "a record must be a JSON object"},
		"cut":          {slim[:30], "line 1, byte 30: not well-formed JSON"},
		"bad id":       {`{"idweb": "../../etc"}`, `idweb: "../../etc" is no identifier of a notice`},
		"no JSON":      {"idweb;objet", "not well-formed JSON"},
		"old format":   {`{"annonce": {"gestion": {}}, "nompublication": "MAPA"}`, "the record has no idweb"},
		"bad UTF-8":    {"{\"idweb\": \"25-1\xff\"}", "not well-formed JSON"},
		"name twice":   {`{"idweb": "25-1", "idweb": "25-2"}`, "not well-formed JSON"},
		"text at once": {slim + "x", ""},
	} {
		res, err := read(t, tt.src)
		if tt.want == "" {
			if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 1 {
				t.Errorf("%s: %d notices, %d rejects, error %v", name, len(res.Notices), len(res.Rejects), err)
			}
			continue
		}
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

// full is an invented record with both halves.
func full(extra string) string {
	gestion := `{"REFERENCE": {"IDWEB": "25-1", "TYPE_AVIS": {"FAMILLE": {"FNS": ""}}}, "INDEXATION": {"SCHEMA": "3.2.5", "DATE_PUBLICATION": "2025-05-06"}}`
	donnees := `{"FNSimple": {"organisme": {"nomOfficiel": "Commune de Test"}}}`
	return `{"idweb": "25-1", "source_schema": "3.2.5", "objet": "Sel", "gestion": ` + string(portal.AppendText(nil, gestion)) +
		`, "donnees": ` + string(portal.AppendText(nil, donnees)) + extra + `}`
}

func TestBody(t *testing.T) {
	n := one(t, full(""))
	if n.Title != "from the body" || n.Version != notice.V325 || n.Source.Partial || n.Source.Form != "record" || n.Source.Schema != "3.2.5" ||
		n.Source.SHA256 != "ab" || len(n.Warnings) != 0 {
		t.Errorf("%+v", n)
	}
	if n.Record.Objet == nil || *n.Record.Objet != "Sel" || n.Record.Famille != nil {
		t.Error("the flat record is not the one that was given")
	}
	if n.Stage != "" {
		t.Error("flat fields fill a notice that is complete")
	}
}

func TestBodyMissing(t *testing.T) {
	tests := []struct {
		name, src string
		version   notice.Version
		warned    string
	}{
		{"no halves", slim, notice.V325, ""},
		{"header alone", strings.Replace(full(""), `"donnees"`, `"x"`, 1), notice.V325, "x"},
		{"deleted notice", `{"idweb": "23-9", "dateparution": "2023-01-12", "donnees": "{}"}`, notice.V240, "donnees"},
		{"half that is no JSON", `{"idweb": "23-9", "dateparution": "2023-01-12", "gestion": "<GESTION/>"}`, notice.V240, "gestion"},
		{"schema", `{"idweb": "15-9", "source_schema": "Boamp_v230.xsd"}`, notice.V230, ""},
		{"schema of V110", `{"idweb": "08-9", "source_schema": "Boamp_v110.xsd"}`, notice.V110, ""},
		{"year", `{"idweb": "17-9"}`, notice.V230, ""},
		{"date", `{"idweb": "14-9", "dateparution": "2015-03-02"}`, notice.V230, ""},
		{"date of V110", `{"idweb": "14-9", "dateparution": "2015-02-27"}`, notice.V110, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := one(t, tt.src)
			if n.Version != tt.version || !n.Source.Partial {
				t.Errorf("version %s, partial %v", n.Version, n.Source.Partial)
			}
			var paths []string
			for _, w := range n.Warnings {
				paths = append(paths, w.Path)
			}
			if got := strings.Join(paths, " "); got != tt.warned {
				t.Errorf("warnings about %q, want %q", got, tt.warned)
			}
		})
	}
}

func TestFill(t *testing.T) {
	n := one(t, `{"idweb": "21-7", "objet": "Sel &amp; sable", "contractfolderid": "f0", "famille": "JOUE", "perimetre": "DIRECTIVE-24", "nature": "ATTRIBUTION",
		"sousnature": "STANDARD", "etat": "RECTIFICATIF", "nomacheteur": " Commune de Test", "type_procedure": "RESTREINT", "dateparution": "2021-06-01",
		"datefindiffusion": "7017-01-01", "datelimitereponse": "2021-07-05T11:00:00+00:00", "descripteur_code": ["118", "2"], "descripteur_libelle": ["Etude"],
		"type_marche": ["SERVICES", "AUTRES"], "code_departement": ["6", "83"], "code_departement_prestation": "06", "criteres": ["sociaux"],
		"titulaire": ["SARL Un", "SA Deux"], "annonce_lie": ["21-1", "21-1", ""]}`)
	check := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("%s: %+v", what, n)
		}
	}
	check("title", n.Title == "Sel & sable" && n.Origins["title"] == notice.Origin{Kind: notice.Declared, Path: "objet"})
	check("class", n.Famille == "JOUE" && n.LegalBasis == "32014L0024" && n.Stage == notice.StageAward && n.State == notice.StateCorrected && n.SousNature == "STANDARD")
	check("ids", n.ProcedureID == "f0" && n.ID == "21-7")
	check("buyer", len(n.Buyers) == 1 && n.Buyers[0].Name == "Commune de Test")
	check("procedure", n.Procedure.Written == "RESTREINT" && n.Procedure.Type == notice.ProcedureRestricted)
	check("dates", n.Published.String() == "2021-06-01" && n.DisplayEnd.IsZero() && n.Flagged("display_end", notice.FlagImpossibleDate))
	// Written 12:00+01:00 in a summer of V230: noon in Paris, whatever the portal made of it.
	check("deadline", n.Deadline != nil && n.Deadline.Instant.Equal(time.Date(2021, 7, 5, 10, 0, 0, 0, time.UTC)) && n.Deadline.Wall == "2021-07-05T12:00:00" &&
		n.Origins["deadline"].Kind == notice.Derived)
	check("descriptors", slices.Equal(n.Descripteurs, []notice.Label{{Code: "118", Label: "Etude"}, {Code: "2"}}))
	check("kinds", slices.Equal(n.Kinds, []notice.Kind{notice.Services}) && n.Flagged("kinds", notice.FlagUnknownCode))
	check("departments", slices.Equal(n.DepartementsPublication, []string{"6", "83"}) && slices.Equal(n.DepartementsPrestation, []string{"6"}))
	check("clauses", n.Clauses.Social && !n.Clauses.Environmental)
	check("winners", len(n.Results) == 1 && len(n.Results[0].Winners) == 2 && n.Results[0].Winners[1].Name == "SA Deux")
	check("links", len(n.Links) == 1 && n.Links[0].ID == "21-1" && n.Links[0].Evidence == notice.EvidenceAnteriorNotice)
	check("record", n.Record.Datefindiffusion.Year == 7017 && len(n.Record.AnnonceLie) == 3)
}

func TestFillDoubts(t *testing.T) {
	n := one(t, `{"idweb": "25-7", "famille": "FNS", "nature": "APPEL_OFFRE", "type_procedure": "OUVERT", "dateparution": "2025-06-01", "datelimitereponse": "2025-07-05T12:00:00+00:00"}`)
	if n.Deadline == nil || n.Deadline.Wall != "2025-07-05T12:00:00" || !n.Flagged("deadline", notice.FlagDoubtfulZone) {
		t.Errorf("deadline %+v, flags %v", n.Deadline, n.Flags)
	}
	if n.Procedure.Written != "OUVERT" || n.Procedure.Type != "" {
		t.Errorf("procedure %+v: the header of FNS calls always says OUVERT", n.Procedure)
	}
	n = one(t, `{"idweb": "08-7", "source_schema": "Boamp_v110.xsd", "datelimitereponse": "2008-07-05T00:00:00+00:00"}`)
	if n.Deadline == nil || !n.Deadline.DateOnly {
		t.Errorf("deadline %+v of V110", n.Deadline)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{slim, "[" + slim + "," + noID + "]", `{"results": [` + slim + `]}`, slim + "\n{\"idweb\": \"25-\n" + other, full(""), "[[[{", "{\"records\": [\n{\n{}]}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		res, err := record.New(bodies).Read(feed.Document{Bytes: src})
		if err != nil && (fault.KindOf(err) == fault.Internal || len(res.Notices)+len(res.Rejects) > 0) {
			t.Errorf("%v beside %d notices", err, len(res.Notices))
		}
		for _, n := range res.Notices {
			if n.ID == "" || n.Version == "" {
				t.Errorf("notice without id or version: %+v", n)
			}
		}
		for _, r := range res.Rejects {
			if r.Err == nil || r.Part == "" {
				t.Errorf("reject %+v", r)
			}
		}
	})
}

// TestFormer reads the two fields that the data set had with the notices of V110.
func TestFormer(t *testing.T) {
	const earlier = `"{\"DATEPARUTION\": \"2 juin 2006\", \"IDWEB\": \"BWP06151100199C\"},{\"IDWEB\": \"06-2\"},{\"IDWEB\": \"06-2\"}"`
	n := one(t, `{"idweb": "06-9", "dateparution": "2006-07-04", "source_schema": "Boamp_v110.xsd", "annonce_lie": ["06-2"],
		"annonce_reference_schema_v110": "A/20060126/47", "annonces_anterieures_schema_v110": `+earlier+`}`)
	day := notice.Date{Year: 2006, Month: time.July, Day: 4}
	if want := notice.NewBOAMP("A", "126", "47", day); len(n.Publications) != 1 || n.Publications[0] != want {
		t.Errorf("publications %+v, want %+v", n.Publications, want)
	}
	if len(n.Links) != 2 || n.Links[1].ID != "BWP06151100199C" || n.Links[1].Date.String() != "2006-06-02" {
		t.Errorf("links %+v", n.Links)
	}
	if len(n.Warnings) != 0 {
		t.Errorf("warnings %v", n.Warnings)
	}
	n = one(t, `{"idweb": "06-9", "dateparution": "2006-07-04", "annonce_reference_schema_v110": "47", "annonces_anterieures_schema_v110": "{"}`)
	if len(n.Publications) != 0 || len(n.Links) != 0 || len(n.Warnings) != 2 {
		t.Errorf("publications %v, links %v, warnings %v", n.Publications, n.Links, n.Warnings)
	}
}

// TestFillCodes reads the codes that tables of others and the years have.
func TestFillCodes(t *testing.T) {
	for _, c := range []struct {
		fields    string
		stage     notice.Stage
		state     notice.State
		procedure string
		flagged   bool
	}{
		{`"nature": "APPELOFFRE", "type_procedure": "OUVERT"`, notice.StageCall, notice.StateInitial, notice.ProcedureOpen, false},
		{`"nature": "PREINFORMATION", "sousnature": "MISEENCONCURRENCE"`, notice.StageCall, notice.StateInitial, "", false},
		{`"nature": "INTENTIONCONCLURE", "etat": "RECTIFICATIF"`, notice.StageIntention, notice.StateCorrected, "", false},
		{`"etat": "RECTIFANNUL", "nature": "RECTIFICATIF"`, notice.StageCorrection, notice.StateCancelled, "", false},
		{`"nature": "INEDIT", "type_procedure": "INEDITE"`, notice.StageOther, notice.StateInitial, "", true},
	} {
		n := one(t, `{"idweb": "21-1", "dateparution": "2021-02-01", `+c.fields+`}`)
		if n.Stage != c.stage || n.State != c.state || n.Procedure.Type != c.procedure || n.Flagged("procedure.type", notice.FlagUnknownCode) != c.flagged {
			t.Errorf("%s: stage %s, state %s, procedure %q, flags %v", c.fields, n.Stage, n.State, n.Procedure.Type, n.Flags)
		}
	}
}
