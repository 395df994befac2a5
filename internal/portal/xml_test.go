package portal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

func records(t *testing.T, file string) map[string]notice.Record {
	t.Helper()
	m := map[string]notice.Record{}
	for _, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", file)) {
		rec, _, err := portal.ParseRecord(line)
		if err != nil {
			t.Fatal(err)
		}
		m[rec.Idweb] = rec
	}
	return m
}

// TestXMLOfV230 derives records from the XML of notices whose records the portal gave: all 41 fields, the two halves as
// JSON included.
func TestXMLOfV230(t *testing.T) {
	dir := feedtest.Corpus(t, "xml-v230-derived")
	real := records(t, "v230.jsonl")
	files, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
	if len(files) != 65 {
		t.Errorf("%d files, want 65", len(files))
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := tree.ParseXML(src, nil, tree.Limits{})
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		want, ok := real[strings.TrimSuffix(filepath.Base(file), ".xml")]
		if !ok {
			t.Errorf("%s: no record of that notice", filepath.Base(file))
			continue
		}
		got := portal.Derive(portal.Input{
			Gestion: doc.Root().Child("GESTION"), Donnees: doc.Root().Child("DONNEES"),
			Schema: portal.SchemaV230, Filename: *want.Filename + ".taz",
		})
		for _, d := range portal.Diff(&got, &want) {
			t.Errorf("%s: %s = %.300s, the portal has %.300s", want.Idweb, d.Field, d.Got, d.Want)
		}
	}
}
