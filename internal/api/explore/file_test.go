package explore_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// cell reads a cell of a workbook.
func cell(t testing.TB, a answer, sheet, at string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatalf("%d: %v", a.status, err)
	}
	defer f.Close()
	got, err := f.GetCellValue(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestSheet: the sheet is called after the data set, and claims no number of records that nobody counted.
func TestSheet(t *testing.T) {
	h := server(t)
	a := ask(t, h, v21+"/catalog/datasets/boamp/exports/xlsx?limit=1&select=idweb")
	if got := cell(t, a, "boamp", "A1"); got != "idweb" {
		t.Errorf("heading %q", got)
	}
	if got := cell(t, a, "Source", "A7"); got != "Lignes dans ce fichier" {
		t.Errorf("behind the revision stands %q", got)
	}
}

// TestPackedCatalogue: every table of the catalogue is packed when that is asked for, also the one that is not made of rows.
func TestPackedCatalogue(t *testing.T) {
	h := server(t)
	for _, format := range []string{"json", "csv"} {
		plain := ask(t, h, v21+"/catalog/exports/"+format)
		packed := ask(t, h, v21+"/catalog/exports/"+format+"?compressed=true")
		r, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != plain.body || packed.header.Get("Content-Disposition") != `attachment; filename="datasets.`+format+`.gzip"` {
			t.Errorf("%s: %v, %d bytes instead of %d, %v", format, err, len(got), len(plain.body), packed.header)
		}
	}
}

// TestUnchangedFiles: files have the weak tag of lists, so that who has one need not fetch it again.
func TestUnchangedFiles(t *testing.T) {
	h := server(t)
	for _, path := range []string{"/catalog/datasets/boamp/exports/csv", "/catalog/exports/json", "/catalog/exports/csv", "/catalog/exports/dcat"} {
		a := ask(t, h, v21+path)
		tag := a.header.Get("ETag")
		if a.status != http.StatusOK || !strings.HasPrefix(tag, `W/"`) {
			t.Errorf("%s: %d, tag %q", path, a.status, tag)
			continue
		}
		if b := ask(t, h, v21+path, "If-None-Match", tag); b.status != http.StatusNotModified || b.body != "" {
			t.Errorf("%s again: %d, %d bytes", path, b.status, len(b.body))
		}
	}
}

// TestJSONFormatByFormat: json_format gives JSON to the formats that can hold it, and the text to the others.
func TestJSONFormatByFormat(t *testing.T) {
	h := server(t)
	for format, want := range map[string]string{"turtle": "^^rdf:JSON", "jsonl": `{"g": {"`, "csv": `"{""`} {
		a := ask(t, h, at(v21+"/catalog/datasets/boamp/exports/"+format, "select", "json_format(gestion) as g", "where", "gestion is not null", "limit", "1", "with_bom", "false"))
		if a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, no %s in %.300s", format, a.status, want, a.body)
		}
	}
	if a := ask(t, h, at(v21+"/catalog/datasets/boamp/exports/parquet", "select", "json_format(gestion) as g", "limit", "1")); a.status != http.StatusOK || !bytes.HasPrefix([]byte(a.body), []byte("PAR1")) {
		t.Errorf("parquet: %d", a.status)
	}
}

// many is a view that claims more records than paging reaches.
type many struct{ store.View }

func (many) Count(context.Context, query.Expr) (int64, error) { return 25000, nil }

// TestLastPage: the links of a page lead to pages that can be asked for, also when the limit does not divide the window.
func TestLastPage(t *testing.T) {
	api := newAPI(t)
	set, _ := api.Sets.Find("boamp")
	other := *set
	other.Open = func(ctx context.Context) (store.View, error) {
		v, err := set.Open(ctx)
		return many{v}, err
	}
	api.Sets = &dataset.Catalogue{Sets: []*dataset.Set{&other}}
	h := api.Handler()
	for _, limit := range []string{"7", "100"} {
		var page struct {
			Links []struct{ Rel, Href string } `json:"_links"`
		}
		if err := json.Unmarshal([]byte(ask(t, h, records("limit", limit, "include_links", "true", "select", "idweb")).body), &page); err != nil {
			t.Fatal(err)
		}
		if len(page.Links) != 4 {
			t.Errorf("limit %s: links %+v", limit, page.Links)
		}
		for _, l := range page.Links {
			if a := ask(t, h, strings.TrimPrefix(l.Href, host)); a.status != http.StatusOK {
				t.Errorf("limit %s, %s: %d %s", limit, l.Rel, a.status, a.body)
			}
		}
	}
}
