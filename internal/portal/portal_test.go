package portal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// header is an invented header of 3.2.5; index and reference are further members of the two blocks.
func header(nature, published, reference, index string) string {
	if published == "" {
		published = "2025-05-06"
	}
	return fmt.Sprintf(`{"REFERENCE": {"IDWEB": "25-1", "TYPE_AVIS": {"FAMILLE": {"FNS": ""}, "PERIMETRE": {"FNSimple": ""}, "NATURE": %s,`+
		` "STATUT": {"INITIAL": ""}}%s}, "INDEXATION": {"SCHEMA": "3.2.5", "DATE_PUBLICATION": "%s", "RESUME_OBJET": " Fourniture de sel \n"%s}}`,
		nature, reference, published, index)
}

func deriveFrom(t *testing.T, gestion, donnees, schema string) notice.Record {
	t.Helper()
	in := portal.Input{Gestion: half(t, &gestion, "GESTION"), Schema: schema}
	if donnees != "" {
		in.Donnees = half(t, &donnees, "DONNEES")
	}
	return portal.Derive(in)
}

// show gives the value of one field as JSON.
func show(t *testing.T, rec notice.Record, field string) string {
	t.Helper()
	for _, d := range portal.Diff(&rec, &notice.Record{}) {
		if d.Field == field {
			return d.Got
		}
	}
	return "null"
}

const call = `{"APPEL_OFFRE": ""}`

func TestKinds(t *testing.T) {
	tests := []struct {
		name, nature, published string
		sousnature, libelle     string
		category, categoryLabel string
		typeAvis                string
	}{
		{"call", call, "2026-04-08", "null", `"Avis de marché"`, `"appeloffre/standard"`, `"Avis de marché/"`, `["5", "1"]`},
		{"call before April 2026", call, "2026-03-31", "null", `"Avis de marché"`, `"appeloffre/standard"`, `"Avis de marché/"`, `["5", "1", ""]`},
		{"call with subtype", `{"APPEL_OFFRE": {"STANDARD": ""}}`, "", `"STANDARD"`, `"Avis de marché"`, `"appeloffre/standard"`, `"Avis de marché/"`, `["5", "1", ""]`},
		{"contest", `{"APPEL_OFFRE": {"CONCOURS": ""}}`, "", `"CONCOURS"`, `"Avis de marché"`, `"appeloffre/concours"`, `"Avis de marché/"`, `["5", "1", ""]`},
		{"concession", `{"APPEL_OFFRE": {"CONCESSION": ""}}`, "", `"CONCESSION"`, `"Avis de marché"`, `"appeloffre/concession"`, `"Avis de marché/Concession"`, `["5", "1", "2", ""]`},
		{"concession awarded", `{"ATTRIBUTION": {"CONCESSION": ""}}`, "2026-05-01", `"CONCESSION"`, `"Résultat de marché"`, `"attribution/concession"`, `"Résultat de marché/Concession"`, `["10", "6", "8"]`},
		{"result", `{"ATTRIBUTION": ""}`, "", "null", `"Résultat de marché"`, `"attribution/standard"`, `"Résultat de marché/"`, `["", "10", "6"]`},
		{"no award", `{"ATTRIBUTION": {"STANDARD_INFRUCTUEUX_SANS_SUITE": ""}}`, "2026-05-01", `"STANDARD_INFRUCTUEUX_SANS_SUITE"`, `"Résultat de marché"`, `"attribution/standardinfructueuxsanssuite"`, `"Résultat de marché/"`, `["10", "6"]`},
		{"prior information", `{"PRE-INFORMATION": {"STANDARD": ""}}`, "", `"STANDARD"`, `"Avis informatif"`, `"information/standard"`, `"Avis informatif/"`, `["5", "", "3"]`},
		{"correction", `{"RECTIFICATIF": ""}`, "", "null", `"Rectificatif"`, `"rectificatif/standard"`, `"Rectificatif/"`, "null"},
		{"cancellation", `{"ANNULATION": ""}`, "", "null", `"Annulation"`, `"annulation/standard"`, `"Annulation/"`, "null"},
		{"modification", `{"MODIFICATION": ""}`, "", "null", `"Modification"`, `"modification/standard"`, `"Modification/"`, "null"},
		{"intention", `{"INTENTION_CONCLURE": ""}`, "", "null", `"Avis d'intention de conclure"`, `"intentionconclure/standard"`, `"Avis d'intention de conclure/"`, `["", "10", "7"]`},
		{"qualification", `{"QUALIFICATION": {"MISE_EN_CONCURRENCE": ""}}`, "2026-05-01", `"MISE_EN_CONCURRENCE"`, `"Système de qualification"`, `"qualification/miseenconcurrence"`, `"Système de qualification/"`, `["5", "4"]`},
		{"other with text", `{"AUTRE": "avis spécial"}`, "2026-05-01", "null", `"Autre avis"`, `"autre/standard"`, `"Autre avis/"`, `["5", "4"]`},
		{"unknown nature", `{"SONDAGE": ""}`, "", "null", "null", `"sondage/standard"`, "null", "null"},
		{"no nature", `""`, "", "null", "null", "null", "null", "null"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := deriveFrom(t, header(tt.nature, tt.published, "", ""), "", "3.2.5")
			for _, f := range [][2]string{{"sousnature", tt.sousnature}, {"nature_libelle", tt.libelle}, {"nature_categorise", tt.category},
				{"nature_categorise_libelle", tt.categoryLabel}, {"type_avis", tt.typeAvis}} {
				if got := show(t, rec, f[0]); got != f[1] {
					t.Errorf("%s = %s, want %s", f[0], got, f[1])
				}
			}
		})
	}
}

func TestDeadlines(t *testing.T) {
	tests := []struct{ name, written, want string }{
		{"local time", "2026-04-17T12:00:00", `"2026-04-17T12:00:00+00:00"`},
		{"local time with milliseconds", "2026-04-17T12:00:00.000", `"2026-04-17T12:00:00+00:00"`},
		{"milliseconds hide the offset", "2026-05-05T11:00:00.000+02:00", `"2026-05-05T11:00:00+00:00"`},
		{"offset", "2026-04-17T12:00:00+02:00", `"2026-04-17T10:00:00+00:00"`},
		{"offset of winter in summer", "2015-04-16T17:00:00+01:00", `"2015-04-16T16:00:00+00:00"`},
		{"offset over midnight", "2026-04-17T00:30:00+02:00", `"2026-04-16T22:30:00+00:00"`},
		{"overseas", "2026-04-17T22:00:00-04:00", `"2026-04-18T02:00:00+00:00"`},
		{"Z", "2026-04-24T12:00:00Z", `"2026-04-24T12:00:00+00:00"`},
		{"Z with milliseconds", "2026-04-24T12:00:00.000Z", `"2026-04-24T12:00:00+00:00"`},
		{"no seconds", "2026-04-24T12:00", `"2026-04-24T12:00:00+00:00"`},
		{"day", "2006-09-01", `"2006-09-01T00:00:00+00:00"`},
		{"day without padding", "2006-08-2", `"2006-08-02T00:00:00+00:00"`},
		{"impossible year stays as the portal has it", "7017-01-01T12:00:00", `"7017-01-01T12:00:00+00:00"`},
		{"empty", "", "null"},
		{"text", "à définir", "null"},
		{"day that no calendar has", "2026-02-30T12:00:00", "null"},
		{"clock that no day has", "2026-02-03T25:00:00", "null"},
		{"garbage after the clock", "2026-02-03T12:00:00 env.", "null"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := deriveFrom(t, header(call, "", "", `, "DATE_LIMITE_REPONSE": "`+tt.written+`"`), "", "3.2.5")
			if got := show(t, rec, "datelimitereponse"); got != tt.want {
				t.Errorf("%q gives %s, want %s", tt.written, got, tt.want)
			}
		})
	}
}

func TestFields(t *testing.T) {
	const v230 = `{"REFERENCE": {"IDWEB": "16-2", "TYPE_AVIS": {"FAMILLE": {"DSP": ""}, "PERIMETRE": {"AUTRE": "ordonnance"}, "NATURE": {"APPEL_OFFRE": ""}}}, ` +
		`"MARCHE": {"ANNONCE_ANTERIEUR": [{"REFERENCE": {"IDWEB": "15-9"}}, {"REFERENCE": {"IDWEB": "15-9"}}]}, "INDEXATION": {"DEP_PUBLICATION": ["06", "0", "2A", "20B"], "DEP_PRESTATION": "06"}}`
	const one = `{"MARCHE": {"ANNONCE_ANTERIEUR": {"REFERENCE": {"IDWEB": "15-9"}}}}`
	tests := []struct {
		name, gestion, donnees, field, want string
	}{
		{"objet is trimmed", header(call, "", "", ""), "", "objet", `"Fourniture de sel"`},
		{"id", header(call, "", "", ""), "", "id", `"25_1"`},
		{"filename of 3.2.5", header(call, "", "", ""), "", "filename", `"25-1"`},
		{"address", header(call, "", "", ""), "", "url_avis", `"https://www.boamp.fr/pages/avis/?q=idweb:25-1"`},
		{"label of famille", header(call, "", "", ""), "", "famille_libelle", `"Marchés entre 90 k€ et seuils européens"`},
		{"no procedure", header(call, "", "", ""), "", "procedure_libelle", `"Procédure NC"`},
		{"no procedure, category", header(call, "", "", ""), "", "procedure_categorise", `"/"`},
		{"procedure of the index", header(call, "", "", `, "TYPE_PROCEDURE": {"RESTREINT": ""}`), "", "procedure_libelle", `"Procédure Restreinte"`},
		{"procedure with detail", header(call, "", "", ""), `{"PROCEDURE": {"TYPE_PROCEDURE": {"NEGOCIE": {"SANS_PUB_PREALABLE": ""}}}}`, "procedure_categorise", `"NEGOCIE/"`},
		{"procedure beyond the list", header(call, "", "", `, "TYPE_PROCEDURE": {"DIALOGUE_COMPETITIF": ""}`), "", "procedure_libelle", `"Procédure NC"`},
		{"empty kind of contract", header(call, "", "", `, "NATURE_MARCHE": ""`), "", "type_marche", "null"},
		{"two kinds of contract", header(call, "", "", `, "NATURE_MARCHE": {"TRAVAUX": "", "SERVICES": ""}`), "", "type_marche_facette", `["Travaux", "Services"]`},
		{"kinds of two objects", header(call, "", "", ""), `{"OBJET": [{"TYPE_MARCHE": {"SERVICE": "27"}}, {"TYPE_MARCHE": {"SERVICE": "1", "FOURNITURES": {"ACHAT": ""}}}]}`, "type_marche", `["SERVICES", "FOURNITURES"]`},
		{"one descriptor", header(call, "", "", `, "DESCRIPTEURS": {"DESCRIPTEUR": {"CODE": "118", "LIBELLE": "Etude"}}`), "", "dc", `["118"]`},
		{"several descriptors", header(call, "", "", `, "DESCRIPTEURS": {"DESCRIPTEUR": [{"CODE": "118", "LIBELLE": "Etude"}, {"CODE": "2", "LIBELLE": "Abonnement"}]}`), "", "descripteur_libelle", `["Etude", "Abonnement"]`},
		{"no descriptors", header(call, "", "", `, "DESCRIPTEURS": ""`), "", "descripteur_code", "null"},
		{"criteria", header(call, "", "", `, "CRITERES_SOCIAUX_ENV": {"SOCIAUX": "", "ENVIRONNEMENTAUX": ""}`), "", "criteres", `["sociaux", "environnementaux"]`},
		{"no criteria", header(call, "", "", `, "CRITERES_SOCIAUX_ENV": ""`), "", "criteres", "null"},
		{"winners twice", header(call, "", "", `, "TITULAIRES": {"DENOMINATION": ["SARL Un", "SARL Un"]}`), "", "titulaire", `["SARL Un", "SARL Un"]`},
		{"links", header(call, "", `, "ANNONCE_ANTERIEUR": [{"IDWEB": "24-7"}, {"IDWEB": "24-8"}]`, ""), "", "annonce_lie", `["24-7", "24-8"]`},
		{"buyer of 3.2.5", header(call, "", "", `, "NOMORGANISME": "Commune de Test "`), `{"IDENTITE": {"DENOMINATION": "autre"}}`, "nomacheteur", `"Commune de Test"`},
		{"buyer of V230", header(call, "", "", ""), `{"IDENTITE": {"DENOMINATION": "Ville de Test"}}`, "nomacheteur", `"Ville de Test"`},
		{"procedure id", header(call, "", "", ""), `{"EFORMS": {"ContractNotice": {"cbc:ContractFolderID": "8b1f"}}}`, "contractfolderid", `"8b1f"`},
		{"procedure id with attribute", header(call, "", "", ""), `{"EFORMS": {"ContractNotice": {"cbc:ContractFolderID": {"@schemeName": "x", "#text": "8b1f"}}}}`, "contractfolderid", `"8b1f"`},
		{"end of display that is no date", header(call, "", "", `, "DATE_FIN_DIFFUSION": "indéfinie"`), "", "datefindiffusion", "null"},
		{"end of display with zone", header(call, "", "", `, "DATE_FIN_DIFFUSION": "2026-05-01+02:00"`), "", "datefindiffusion", `"2026-05-01"`},
		{"departments", v230, "", "code_departement", `["6", "0", "2A", "20B"]`},
		{"department of performance", v230, "", "code_departement_prestation", `"06"`},
		{"legal basis as text", v230, "", "perimetre", `"AUTRE"`},
		{"no status", v230, "", "etat", "null"},
		{"no status, nature", v230, "", "nature", `"APPEL_OFFRE"`},
		{"call of a delegated service", v230, "", "type_avis", `["5", "1", "2", ""]`},
		{"links twice", v230, "", "annonce_lie", `["15-9", "15-9"]`},
		{"earlier notices", v230, "", "annonces_anterieures", `"[{\"REFERENCE\": {\"IDWEB\": \"15-9\"}}, {\"REFERENCE\": {\"IDWEB\": \"15-9\"}}]"`},
		{"one earlier notice", one, "", "annonces_anterieures", `"{\"REFERENCE\": {\"IDWEB\": \"15-9\"}}"`},
		{"header without reference", one, "", "idweb", `null`},
		{"filename that is no parution", v230, "", "filename", "null"},
		{"deleted notice", header(call, "", "", ""), "{}", "donnees", `"\"\""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := deriveFrom(t, tt.gestion, tt.donnees, "")
			if got := show(t, rec, tt.field); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.field, got, tt.want)
			}
		})
	}
}

func TestFilename(t *testing.T) {
	gestion := `{"REFERENCE": {"IDWEB": "15-2"}}`
	for name, want := range map[string]string{
		"BOAMP-J-AO_2015_062009.taz":    `"BOAMP-J-AO_2015_062009"`,
		"MAPA-IC-AA_2021_001001.tar.gz": `"MAPA-IC-AA_2021_001001"`,
		"BOAMP-N-AO_2015_062009":        `"BOAMP-N-AO_2015_062009"`,
		"15-2.xml":                      "null",
		"export.jsonl":                  "null",
		"":                              "null",
	} {
		rec := portal.Derive(portal.Input{Gestion: half(t, &gestion, "GESTION"), Schema: portal.SchemaV230, Filename: name})
		if got := show(t, rec, "filename"); got != want {
			t.Errorf("filename of %q is %s, want %s", name, got, want)
		}
	}
}

func TestDeriveOfNothing(t *testing.T) {
	rec := portal.Derive(portal.Input{})
	want := []portal.Difference{
		{"procedure_libelle", `"Procédure NC"`, "null"},
		{"procedure_categorise", `"/"`, "null"},
	}
	if got := portal.Diff(&rec, &notice.Record{}); !slices.Equal(got, want) {
		t.Errorf("the record of nothing has %v", got)
	}
}

func TestNames(t *testing.T) {
	names := portal.Names()
	if len(names) != 41 || names[0] != "idweb" || names[40] != "url_avis" {
		t.Errorf("%d names: %s", len(names), strings.Join(names, " "))
	}
	if !portal.Multi("type_avis") || portal.Multi("objet") || portal.Multi("nothing") {
		t.Error("Multi is wrong about type_avis, objet or an unknown name")
	}
}

func TestParseInstant(t *testing.T) {
	noon := time.Date(2025, 12, 8, 11, 0, 0, 0, time.UTC)
	for _, s := range []string{"2025-12-08T12:00:00+01:00", "2025-12-08T11:00:00+00:00", "2025-12-08T11:00:00Z", "2025-12-08T11:00:00", "2025-12-08T12:00:00.500+01:00", "2025-12-08 11:00"} {
		if got, ok := portal.ParseInstant(s); !ok || !got.Equal(noon) {
			t.Errorf("%s is %v, %v", s, got, ok)
		}
	}
	if _, ok := portal.ParseInstant("demain"); ok {
		t.Error("\"demain\" is no instant")
	}
}

func FuzzDerive(f *testing.F) {
	f.Add([]byte(header(call, "", "", `, "DATE_LIMITE_REPONSE": "2026-04-17T12:00:00.000+02:00"`)), []byte(`{"IDENTITE": {"DENOMINATION": "x"}}`))
	f.Add([]byte(`{"NOJO": "08-1", "R4": "20", "K9": "010108"}`), []byte(`{"RECTIF": {"NO_ANN": "1", "DATE": "1er mai 2008"}, "PROCEDURE": {"@type": "ouvert"}}`))
	f.Fuzz(func(t *testing.T, gestion, donnees []byte) {
		g, err := tree.ParseJSON(gestion, "GESTION", tree.Limits{})
		if err != nil {
			return
		}
		d, err := tree.ParseJSON(donnees, "DONNEES", tree.Limits{})
		if err != nil {
			return
		}
		rec := portal.Derive(portal.Input{Gestion: g.Root(), Donnees: d.Root()})
		same(t, rec)
		same(t, portal.SynthesizeV110(g.Root(), d.Root(), portal.V110Parution{Nompublication: "BOMP A", Dateparution: "1er mai 2008", Numparution: "1"}))
	})
}

// same checks that a record survives being written and read.
func same(t *testing.T, rec notice.Record) {
	t.Helper()
	line := portal.AppendRecord(nil, &rec)
	back, _, err := portal.ParseRecord(line)
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	if d := portal.Diff(&back, &rec); len(d) > 0 {
		t.Errorf("not the same after writing and reading: %v", d)
	}
}
