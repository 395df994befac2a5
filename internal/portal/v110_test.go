package portal_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// original undoes what the portal did to the header of a V110 notice, and finds the parution.
func original(t *testing.T, rec notice.Record) (gestion tree.Node, parution portal.V110Parution) {
	t.Helper()
	index := half(t, rec.Gestion, "GESTION").Child("INDEXATION")
	months := map[int]string{7: "juillet"}
	parution = portal.V110Parution{
		Nompublication: "BOMP " + index.Child("NOMPUBLICATION").Text(),
		Dateparution:   fmt.Sprintf("%d %s %d", rec.Dateparution.Day, months[int(rec.Dateparution.Month)], rec.Dateparution.Year),
		Numparution:    index.Child("NUMPARUTION").Text(),
	}
	before, _, ok := strings.Cut(*rec.Gestion, `, "REFERENCE": {`)
	if !ok {
		t.Fatal("no REFERENCE in the header")
	}
	before += "}"
	return half(t, &before, "GESTION"), parution
}

// precedingID is the idweb of an earlier notice in AVISLIEE, which the portal looked up in its own data.
var precedingID = regexp.MustCompile(`("ANNONCEREF": "[^"]*"), "IDWEB": "[^"]*"`)

// TestSynthesizeV110 rebuilds the portal's header blocks from what the portal had when it made them.
func TestSynthesizeV110(t *testing.T) {
	for idweb, want := range records(t, "v110.jsonl") {
		gestion, parution := original(t, want)
		got := portal.SynthesizeV110(gestion, half(t, want.Donnees, "DONNEES"), parution)
		known := precedingID.ReplaceAllString(*want.Gestion, "$1")
		want.Gestion = &known
		for _, d := range portal.Diff(&got, &want) {
			t.Errorf("%s: %s = %s, the portal has %s", idweb, d.Field, d.Got, d.Want)
		}
	}
}

// TestSynthesizeV110Results checks what must hold for the notices of 2007 to 2009, of which no record is known.
func TestSynthesizeV110Results(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(feedtest.Corpus(t, "xml-v110-derived"), "*.xml"))
	if len(files) != 338 {
		t.Errorf("%d files, want 338", len(files))
	}
	got := map[string]int{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := tree.ParseXML(src, nil, tree.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		root := doc.Root()
		annonce := root.Child("ANNONCE")
		rec := portal.SynthesizeV110(annonce.Child("GESTION"), annonce.Child("DONNEES"), portal.V110Parution{
			Nompublication: root.Attr("nompublication"), Dateparution: root.Attr("dateparution"), Numparution: root.Attr("numparution"),
		})
		if rec.Idweb != strings.TrimSuffix(filepath.Base(file), ".xml") {
			t.Errorf("%s: idweb %q", filepath.Base(file), rec.Idweb)
		}
		if rec.Dateparution.IsZero() || rec.Datefindiffusion.IsZero() || rec.Objet == nil || rec.Nomacheteur == nil || rec.Filename == nil ||
			len(rec.CodeDepartement) == 0 || rec.NatureLibelle == nil {
			t.Errorf("%s: empty fields in %s", rec.Idweb, portal.AppendRecord(nil, &rec))
		}
		got[*rec.Famille]++
		got[*rec.Nature+" "+*rec.Etat]++
	}
	want := map[string]int{"MAPA": 196, "FNS": 142, "ATTRIBUTION INITIAL": 337, "APPEL_OFFRE ANNULATION": 1}
	if !maps.Equal(got, want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
}
