package portal_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

func half(t *testing.T, text *string, root string) tree.Node {
	t.Helper()
	if text == nil {
		return tree.Node{}
	}
	doc, err := tree.ParseJSON([]byte(*text), root, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root()
}

// derive makes the record from the two halves of a real one.
func derive(t *testing.T, rec notice.Record) notice.Record {
	t.Helper()
	in := portal.Input{Gestion: half(t, rec.Gestion, "GESTION"), Donnees: half(t, rec.Donnees, "DONNEES")}
	if rec.SourceSchema != nil {
		in.Schema = *rec.SourceSchema
	}
	if rec.Filename != nil {
		in.Filename = *rec.Filename + ".taz"
	}
	return portal.Derive(in)
}

// TestRealRecords derives every field of every complete real record from its two halves and compares.
func TestRealRecords(t *testing.T) {
	files := []struct {
		name    string
		records int
	}{{"v325.jsonl", 66}, {"v230.jsonl", 65}, {"v110.jsonl", 14}, {"v325-apiv1.jsonl", 3}}
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			all := feedtest.Lines(t, feedtest.Corpus(t, "records", f.name))
			if len(all) != f.records {
				t.Errorf("%d records, want %d", len(all), f.records)
			}
			for i, line := range all {
				rec, warnings, err := portal.ParseRecord(line)
				if err != nil {
					t.Fatalf("line %d: %v", i+1, err)
				}
				if len(warnings) > 0 {
					t.Errorf("line %d: warnings %+v", i+1, warnings)
				}
				got := derive(t, rec)
				for _, d := range portal.Diff(&got, &rec) {
					t.Errorf("%s: %s = %s, the portal has %s", rec.Idweb, d.Field, d.Got, d.Want)
				}
			}
		})
	}
}

// TestRenderRealRecords writes the records again: the bytes of every record of 41 fields must come back.
func TestRenderRealRecords(t *testing.T) {
	for _, name := range []string{"v325.jsonl", "v230.jsonl"} {
		same := 0
		for i, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", name)) {
			if strings.Contains(string(line), `"annonce_reference_schema_v110"`) {
				continue // an answer of 2024 with other fields
			}
			rec, _, err := portal.ParseRecord(line)
			if err != nil {
				t.Fatal(err)
			}
			if got := portal.AppendRecord(nil, &rec); string(got) != string(line) {
				t.Errorf("%s line %d:\n%.300s\nwant\n%.300s", name, i+1, got, line)
			}
			same++
		}
		if same < 60 {
			t.Errorf("%s: only %d records compared", name, same)
		}
	}
}
