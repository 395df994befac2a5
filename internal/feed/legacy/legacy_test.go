package legacy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/legacy"
	"github.com/boamp/boamp/internal/feed/v110"
	"github.com/boamp/boamp/internal/notice"
)

// invented is a notice of every form that a value takes; names and figures are made up.
const invented = `{
 "annonce": {
  "gestion": {"nojo": "08-910001", "rappel": {"deporigin": null, "dep": ["92", "94"]}, "r2": "3", "r3": "93", "tetierr3": "", "r4": "50",
   "tetierr4": "Avis & appel", "k1": null, "doublon": null, "k9": "24072008", "numann": "12", "nomhtml": "/x.htm"},
  "donnees": {"titreandINFOAndTYPEACTIVITEORG": [
   {"name": "INFO", "declaredType": "Info", "scope": "S", "value": {"travauxandFOURNITURESAndSERVICES": [
     {"name": "SERVICES", "declaredType": "java.lang.String", "scope": "S", "value": "", "nil": false},
     {"name": "PUBLICATIONS", "declaredType": "P", "scope": "S", "value": {"publication": [{"parutionandEDITIONAndANNONCE": [
       {"name": "EDITION", "declaredType": "E", "scope": "S", "value": {"num": "074", "type": "C"}, "nil": false},
       {"name": "ANNONCE", "declaredType": "java.lang.String", "scope": "S", "value": "374", "nil": false},
       {"name": "DATE", "declaredType": "java.lang.String", "scope": "S", "value": "15 mai 2008", "nil": false}]}]}, "nil": false}]}, "nil": false},
   {"name": "IDENT", "declaredType": "I", "scope": "S", "value": {"titreandNOMAndCODEIDENTNATIONAL": [
     {"name": "NOM", "declaredType": "java.lang.String", "scope": "S", "value": "ville <de> Boisneuf,", "nil": false},
     {"name": "AGIT_POUR_AUTRE_COMPTE", "declaredType": "java.lang.Boolean", "scope": "S", "value": false, "nil": false}]}, "nil": false},
   {"name": "CONDITIONS", "declaredType": "C", "scope": "S", "value": {"relativesandPARTICIPATIONAndJUSTIFICATIONS": [
     {"titreandAUTRES": []},
     {"titreandCRITERESCCTPAndCRITERESLISTE": [{"name": "CRITERES_CCTP", "declaredType": "java.lang.Object", "scope": "S",
       "value": "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<CRITERES_CCTP xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>", "nil": false}]}]}, "nil": false},
   {"name": "PROCEDURE", "declaredType": "P", "scope": "S", "value": {"type": "PROCEDURE_ADAPTEE", "titreandJUSTIFURGENCEAndAVIS12MOIS": [
     {"name": "VALEUR_ESTIMEE", "declaredType": "V", "scope": "S", "value": {"value": "17 550 euro", "type": "TTC"}, "nil": false},
     {"name": "URGENT", "declaredType": "java.lang.Object", "scope": "S", "value": null, "nil": true}]}, "nil": false},
   {"name": "DELAI", "declaredType": "D", "scope": "S", "value": {"receptcandidatandRECEPTOFFRESAndLIMITENVOIINVIT": [
     {"name": "RECEPT_OFFRES", "declaredType": "java.lang.String", "scope": "S", "value": "24 juillet 2008", "nil": false},
     {"name": "AUTRES", "declaredType": "java.lang.String", "scope": "S", "value": ", à 12 heures", "nil": false}]}, "nil": false},
   {"name": "DESCRIPTEURS", "declaredType": "D", "scope": "S", "value": {"descripteur": ["Bâtiment"]}, "nil": false},
   {"name": "AUTRES", "declaredType": "java.lang.String", "scope": "S", "value": "93 Entretien à Boisneuf", "nil": false}]}
 },
 "nompublication": "BOMP A", "dateparution": "1 JUIN      2008", "numparution": "20080100"}`

func TestXML(t *testing.T) {
	got, err := legacy.XML([]byte(invented))
	if err != nil {
		t.Fatal(err)
	}
	want := `<PARUTION_BOAMP nompublication="BOMP A" dateparution="1 JUIN      2008" numparution="20080100"><ANNONCE>` +
		`<GESTION><NOJO>08-910001</NOJO><RAPPEL><DEP>92</DEP><DEP>94</DEP></RAPPEL><R2>3</R2><R3>93</R3><TETIER_R3></TETIER_R3><R4>50</R4>` +
		`<TETIER_R4>Avis &amp; appel</TETIER_R4><K9>24072008</K9><NUM_ANN>12</NUM_ANN><NOM_HTML>/x.htm</NOM_HTML></GESTION>` +
		`<DONNEES><INFO><SERVICES></SERVICES><PUBLICATIONS><PUBLICATION><EDITION><NUM>074</NUM><TYPE>C</TYPE></EDITION><ANNONCE>374</ANNONCE>` +
		`<DATE>15 mai 2008</DATE></PUBLICATION></PUBLICATIONS></INFO><IDENT><NOM>ville &lt;de&gt; Boisneuf,</NOM>` +
		`<AGIT_POUR_AUTRE_COMPTE>false</AGIT_POUR_AUTRE_COMPTE></IDENT><CONDITIONS><JUSTIFICATIONS></JUSTIFICATIONS>` +
		`<CRITERES><CRITERES_CCTP></CRITERES_CCTP></CRITERES></CONDITIONS>` +
		`<PROCEDURE type="procedure_adaptee"><VALEUR_ESTIMEE type="TTC">17 550 euro</VALEUR_ESTIMEE><URGENT></URGENT></PROCEDURE>` +
		`<DELAI><RECEPT_OFFRES>24 juillet 2008</RECEPT_OFFRES><AUTRES>, à 12 heures</AUTRES></DELAI>` +
		`<DESCRIPTEURS><DESCRIPTEUR>Bâtiment</DESCRIPTEUR></DESCRIPTEURS><AUTRES>93 Entretien à Boisneuf</AUTRES></DONNEES></ANNONCE></PARUTION_BOAMP>`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRead(t *testing.T) {
	res, err := legacy.New(v110.New()).Read(feed.Document{Bytes: []byte(invented)})
	if err != nil || len(res.Notices) != 1 {
		t.Fatal(len(res.Notices), err)
	}
	n := res.Notices[0]
	if n.ID != "08-910001" || n.Source.Form != "legacy" || n.Title != "Entretien à Boisneuf" || n.Buyers[0].Name != "ville <de> Boisneuf" ||
		n.Deadline == nil || n.Deadline.Wall != "2008-07-24T12:00:00" || len(n.Warnings) > 0 || n.Stage != notice.StageCall {
		t.Errorf("notice %+v", n)
	}
}

func TestErrors(t *testing.T) {
	for src, kind := range map[string]fault.Kind{
		"":                                      fault.Invalid,
		"[]":                                    fault.Unsupported,
		"{}":                                    fault.Unsupported,
		`{"annonce": 1, "nompublication": "x"}`: fault.Unsupported,
		`{"gestion": {}, "donnees": {}}`:        fault.Unsupported,
		invented + "x":                          fault.Invalid,
		invented[:len(invented)-200]:            fault.Invalid,
		strings.Repeat(`{"a":`, 200):            fault.TooLarge,
		strings.Replace(invented, `"name": "AUTRES"`, `"name": "A B"`, 1):   fault.Invalid,
		strings.Replace(invented, `"Bâtiment"`, `"\u0000"`, 1):              fault.Invalid,
		strings.Replace(invented, `"nojo": "08-910001"`, `"nojo": null`, 1): fault.Invalid,
	} {
		if res, err := legacy.New(v110.New()).Read(feed.Document{Bytes: []byte(src)}); !fault.Is(err, kind) || len(res.Notices) != 0 {
			t.Errorf("%.60q: %d notices, error %v, want %v", src, len(res.Notices), err, kind)
		}
	}
}

// TestCorpus reads every real answer and the XML document that others made of the same answer: the notices must be equal.
func TestCorpus(t *testing.T) {
	dir := feedtest.Corpus(t)
	files, err := filepath.Glob(filepath.Join(dir, "legacy-json", "v110", "*.json"))
	if err != nil || len(files) != 338 {
		t.Fatalf("%d answers, 338 are known; %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		fromJSON := read(t, legacy.New(v110.New()), file)
		fromXML := read(t, v110.New(), filepath.Join(dir, "xml-v110-derived", name+".xml"))
		if fromJSON != fromXML {
			t.Errorf("%s: the notice from JSON is another than the one from XML", name)
		}
	}
}

// read gives the notice of a file and its flat record as one text, without what tells the two forms apart.
func read(t *testing.T, r feed.Reader, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the corpus is not whole: ", filepath.Base(file), " is missing")
	}
	res, err := r.Read(feed.Document{Bytes: src})
	if err != nil || len(res.Notices) != 1 {
		t.Fatalf("%s: %d notices, %v", filepath.Base(file), len(res.Notices), err)
	}
	n := *res.Notices[0]
	n.Source = notice.Source{}
	out, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	flat, err := json.Marshal(n.Record)
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + string(flat)
}

// TestV230 refuses the one known V230 answer with its reason.
func TestV230(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(feedtest.Corpus(t), "legacy-json", "v230", "19-50541.json"))
	if err != nil {
		t.Skip("the corpus has no legacy-json/v230")
	}
	if _, err := legacy.XML(src); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "V230") {
		t.Errorf("error %v, want one about V230", err)
	}
}

// FuzzRead feeds the reader with damaged documents.
func FuzzRead(f *testing.F) {
	f.Add([]byte(invented))
	f.Add([]byte(`{"annonce":{"gestion":{"nojo":"08-1"},"donnees":{"x":[{"name":"A","declaredType":"","value":[1,[2]]}]}},"nompublication":""}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		res, err := legacy.New(v110.New()).Read(feed.Document{Bytes: src})
		if (err == nil) != (len(res.Notices) == 1) {
			t.Fatalf("%d notices, error %v", len(res.Notices), err)
		}
	})
}

// BenchmarkRead reads the invented answer.
func BenchmarkRead(b *testing.B) {
	src := []byte(invented)
	b.SetBytes(int64(len(src)))
	r := legacy.New(v110.New())
	for b.Loop() {
		if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}
