package tree_test

import (
	"encoding/json"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
)

// xmlFiles reads the XML documents of one corpus folder, by base name.
func xmlFiles(tb testing.TB, folder string) map[string][]byte {
	tb.Helper()
	return feedtest.Files(tb, folder, "*.xml")
}

// record is what the tests use of a record of the Explore API.
type record struct {
	IDWeb   string `json:"idweb"`
	Gestion string `json:"gestion"`
	Donnees string `json:"donnees"`
}

// records reads the records of one file of the corpus.
func records(tb testing.TB, name string) []record {
	tb.Helper()
	var list []record
	for _, line := range feedtest.Lines(tb, feedtest.Corpus(tb, "records", name)) {
		if len(line) == 0 {
			continue
		}
		var r struct {
			record
			Fields *record `json:"fields"` // API v1 wraps the fields
		}
		if err := json.Unmarshal(line, &r); err != nil {
			tb.Fatal(err)
		}
		if r.Fields != nil {
			r.record = *r.Fields
		}
		list = append(list, r.record)
	}
	if len(list) == 0 {
		tb.Fatalf("%s is empty", name)
	}
	return list
}
