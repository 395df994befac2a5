package dataset_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
)

// Facets of real records count what a look into their JSON counts.
func TestFacetsOfRealRecords(t *testing.T) {
	var raw []map[string]any
	var notices []*notice.Notice
	for _, file := range []string{"v110.jsonl", "v230.jsonl", "v325.jsonl"} {
		src, err := os.ReadFile(feedtest.Corpus(t, "records", file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(src) {
			rec, _, err := portal.ParseRecord(line)
			if err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			if err := json.Unmarshal(line, &m); err != nil {
				t.Fatal(err)
			}
			raw = append(raw, m)
			notices = append(notices, &notice.Notice{ID: rec.Idweb, Record: rec, Published: rec.Dateparution})
		}
	}
	s := boamp(t, notices...)
	groups, err := dataset.Facets(t.Context(), open(t, s), dataset.FacetQuery{Specs: s.DefaultSpecs()})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		want := topLevel(raw, g.Field.Name)
		listed := min(len(want), dataset.DefaultValues)
		if len(g.Facets) != listed {
			t.Errorf("%s has %d values, want %d", g.Field.Name, len(g.Facets), listed)
		}
		for _, f := range g.Facets {
			if want[f.Path] != f.Count {
				t.Errorf("%s: %s has %d records, want %d", g.Field.Name, f.Path, f.Count, want[f.Path])
			}
		}
		t.Logf("%s: %s", g.Field.Name, shown(g.Facets[:min(len(g.Facets), 12)]))
	}
}

// topLevel counts the records that have each value, from the JSON alone.
func topLevel(raw []map[string]any, name string) map[string]int64 {
	counts := map[string]int64{}
	for _, m := range raw {
		values, many := m[name].([]any)
		if !many {
			values = []any{m[name]}
		}
		seen := map[string]bool{}
		for _, v := range values {
			text, _ := v.(string)
			switch name {
			case "dateparution":
				text = text[:4]
			case "nature_categorise_libelle", "procedure_categorise":
				text, _, _ = strings.Cut(text, "/")
			}
			if text != "" && !seen[text] {
				seen[text] = true
				counts[text]++
			}
		}
	}
	return counts
}
