package explorev1_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestDownload(t *testing.T) {
	h := newAPI(t).Handler()
	for _, path := range []string{"/api/records/1.0/download/?dataset=boamp&", "/api/records/1.0/download?dataset=boamp&", "/explore/dataset/boamp/download/?", "/explore/dataset/boamp/download?"} {
		a := ask(t, h, path+"fields=idweb,code_departement&q=nettoyage")
		if a.StatusCode != 200 || a.body != "idweb;code_departement\r\n24-200;34,67\r\n" || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
			a.Header.Get("Content-Disposition") != `attachment; filename="boamp.csv"` {
			t.Errorf("%s: %d %q %v", path, a.StatusCode, a.body, a.Header)
		}
	}
	for name, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"everything":           {nil, "24-100 24-200 25-300 25-400 26-500 26-50"},
		"order is version 1's": {[]string{"sort", "dateparution"}, "26-50 26-500 25-400 25-300 24-200 24-100"},
		"rows and start":       {[]string{"rows", "1", "start", "2"}, "25-300"},
		"refined":              {[]string{"refine.famille", "FNS"}, "25-400 26-500"},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(t, h, at("/api/records/1.0/download/", append([]string{"dataset", "boamp", "fields", "idweb"}, c.pairs...)...))
			if got := strings.Join(strings.Fields(a.body)[1:], " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	labels := ask(t, h, "/explore/dataset/boamp/download/?format=csv&timezone=Europe%2FParis&use_labels_for_header=true&csv_separator=%3B&q=nettoyage")
	if lines := strings.Split(labels.body, "\r\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "Référence de l'annonce;Identifiant;") || !strings.Contains(lines[1], "2024-10-02T00:30:00+02:00") {
		t.Errorf("labels: %q", labels.body)
	}
	if tabs := ask(t, h, "/api/records/1.0/download/?dataset=boamp&fields=idweb,famille&rows=1&csv_separator=%09").body; tabs != "idweb\tfamille\r\n24-100\tMAPA\r\n" {
		t.Errorf("tabs: %q", tabs)
	}
	if none := ask(t, h, "/api/records/1.0/download/?dataset=boamp&fields=idweb&q=zzz").body; none != "idweb\r\n" {
		t.Errorf("no record: %q", none)
	}
}

// TestDownloadUnchanged: who has a file need not fetch it again.
func TestDownloadUnchanged(t *testing.T) {
	h := newAPI(t).Handler()
	const path = "/api/records/1.0/download/?dataset=boamp&fields=idweb"
	tag := ask(t, h, path).Header.Get("ETag")
	if a := ask(t, h, path, "If-None-Match", tag); tag == "" || a.StatusCode != 304 || a.body != "" {
		t.Errorf("tag %q, then %d %q", tag, a.StatusCode, a.body)
	}
}

func TestDownloadFormats(t *testing.T) {
	h := newAPI(t).Handler()
	var list []struct {
		DatasetID string `json:"datasetid"`
		Fields    map[string]any
	}
	a := ask(t, h, "/api/records/1.0/download/?dataset=boamp&format=json&fields=idweb")
	a.decode(t, &list)
	if len(list) != 6 || list[5].Fields["idweb"] != "26-50" || list[5].DatasetID != "boamp" || a.Header.Get("Content-Disposition") != `attachment; filename="boamp.json"` {
		t.Errorf("json: %s", a.body)
	}
	if a := ask(t, h, "/api/records/1.0/download/?dataset=boamp&format=json&q=zzz"); a.body != "[]" {
		t.Errorf("no record: %q", a.body)
	}
	if a := ask(t, h, "/api/records/1.0/download/?dataset=boamp&format=jsonp&callback=f&q=zzz"); a.body != "/**/f([]);" || a.Header.Get("Content-Disposition") != "" {
		t.Errorf("jsonp: %q", a.body)
	}
	if a := ask(t, h, "/api/records/1.0/download/?dataset=boamp&format=geojson"); !json.Valid([]byte(a.body)) || a.Header.Get("Content-Type") != "application/geo+json" {
		t.Errorf("geojson: %q", a.body)
	}
	if a := ask(t, h, "/explore/dataset/boamp/download/?format=xlsx"); !strings.HasPrefix(a.body, "PK") || a.Header.Get("Content-Disposition") != `attachment; filename="boamp.xlsx"` {
		t.Errorf("xlsx: %d %v", a.StatusCode, a.Header)
	}
	book, err := excelize.OpenReader(strings.NewReader(ask(t, h, "/explore/dataset/boamp/download/?format=xlsx").body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"boamp", "Source"}) {
		t.Errorf("sheets %q", got)
	}
	ask(t, h, "/explore/dataset/boamp/download/?format=shp").fails(t, 400, "shp")
	ask(t, h, "/explore/dataset/boamp/download/?csv_separator=ab").fails(t, 400, "delimiter")
	ask(t, h, "/explore/dataset/boamp/download/?use_labels_for_header=oui").fails(t, 400, "true or false")
	ask(t, h, "/explore/dataset/boamp/download/?rows=-2").fails(t, 400, "-1 <= rows")
	ask(t, h, "/explore/dataset/boamp/download/?start=-2").fails(t, 400, "start >= 0")
	ask(t, h, "/explore/dataset/boamp/download/?refine.cpv=1").fails(t, 400, "Unknown field: cpv")
	ask(t, h, "/explore/dataset/nothing/download/").fails(t, 404, "nothing does not exist")
}

func TestLookupDataset(t *testing.T) {
	h := newAPI(t).Handler()
	var d struct {
		DatasetID  string `json:"datasetid"`
		Metas      map[string]any
		HasRecords bool `json:"has_records"`
		Fields     []struct {
			Name, Label, Type string
			Annotations       []struct {
				Name string
				Args []string
			}
		}
	}
	for _, path := range []string{"/api/datasets/1.0/boamp", "/api/datasets/1.0/boamp/", "/api/datasets/1.0/boamp/?pretty_print=true&extrametas=true&interopmetas=true"} {
		a := ask(t, h, path)
		a.decode(t, &d)
		if d.DatasetID != "boamp" || !d.HasRecords || len(d.Fields) != 41 || d.Metas["records_count"] != 6.0 || d.Metas["title"] == "" {
			t.Errorf("%s: %.300s", path, a.body)
		}
	}
	if a := ask(t, h, "/api/datasets/1.0/boamp/?extrametas=true&interopmetas=true"); !strings.HasSuffix(a.body, `, "extra_metas": {}, "interop_metas": {}}`) {
		t.Errorf("further metadata: %s", a.body[max(0, len(a.body)-100):])
	}
	for _, f := range d.Fields {
		if f.Name != "code_departement" {
			continue
		}
		var names []string
		for _, a := range f.Annotations {
			names = append(names, a.Name+strings.Join(a.Args, ""))
		}
		if got := strings.Join(names, " "); got != "facet disjunctive multivalued," || f.Type != "text" || f.Label != "Département de publication" {
			t.Errorf("code_departement: %+v", f)
		}
	}
	for _, path := range []string{"/api/datasets/1.0/liste-mots-descripteurs-boamp%2F/", "/api/datasets/1.0/liste-mots-descripteurs-boamp//", "/api/datasets/1.0/liste-mots-descripteurs-boamp/"} {
		if a := ask(t, h, path); !strings.Contains(a.body, `{"datasetid": "liste-mots-descripteurs-boamp/"`) {
			t.Errorf("%s: %.200s", path, a.body)
		}
	}
	if a := ask(t, h, "/explore/dataset/liste-mots-descripteurs-boamp%2F/download/?rows=1"); a.Header.Get("Content-Disposition") != `attachment; filename="liste-mots-descripteurs-boamp.csv"` {
		t.Errorf("download of a list: %d %v", a.StatusCode, a.Header)
	}
	if p := ask(t, h, "/api/records/1.0/search/?rows=3&dataset="+url.QueryEscape("liste-mots-descripteurs-boamp/")).page(t); p.NHits < 100 || len(p.Records) != 3 {
		t.Errorf("list: %d hits, %d rows", p.NHits, len(p.Records))
	}
	ask(t, h, "/api/datasets/1.0/nothing/").fails(t, 404, "nothing does not exist")
	ask(t, h, "/api/datasets/1.0/boamp/?format=csv").fails(t, 400, "one of json, jsonp")
	ask(t, h, "/api/datasets/1.0/boamp/files/abc/").fails(t, 404, "no files")
	ask(t, h, "/api/datasets/1.0/boamp/attachments/abc/").fails(t, 404, "no files")
}

func TestLookupRecord(t *testing.T) {
	h := newAPI(t).Handler()
	id := ask(t, h, search("q", "idweb:25-300")).page(t).Records[0].RecordID
	path := "/api/datasets/1.0/boamp/records/" + id
	a := ask(t, h, path+"/")
	if !strings.HasPrefix(a.body, `{"datasetid": "boamp", "recordid": "`+id+`", "fields": {"idweb": "25-300"`) || !strings.Contains(a.body, `"titulaire": ["Soci\u00e9t\u00e9 A", "Soci\u00e9t\u00e9 B"]`) {
		t.Errorf("record: %s", a.body)
	}
	tag := a.Header.Get("ETag")
	if strings.HasPrefix(tag, "W/") || tag == "" || ask(t, h, path, "If-None-Match", tag).StatusCode != 304 {
		t.Errorf("tag %q", tag)
	}
	if a := ask(t, h, path+"?format=jsonp&callback=f"); !strings.HasPrefix(a.body, `/**/f({"datasetid"`) {
		t.Errorf("jsonp: %s", a.body)
	}
	ask(t, h, "/api/datasets/1.0/boamp/records/0123").fails(t, 404, "record 0123 does not exist")
}

func TestSearchDatasets(t *testing.T) {
	h := newAPI(t).Handler()
	all := ask(t, h, "/api/datasets/1.0/search/?rows=100").page(t)
	if all.NHits < 5 || len(all.Datasets) != all.NHits || all.Datasets[0].DatasetID != "boamp" {
		t.Errorf("all: %d of %d", len(all.Datasets), all.NHits)
	}
	for name, c := range map[string]struct {
		pairs []string
		hits  int
	}{
		"one by id":  {[]string{"q", "datasetid:boamp-html"}, 1},
		"by records": {[]string{"q", "records_count >= 50"}, 0},
		"nothing":    {[]string{"q", "zzz"}, 0},
		"columns":    {[]string{"q", "datasetid:boamp-html", "fields", "title"}, 1},
	} {
		p := ask(t, h, at("/api/datasets/1.0/search", c.pairs...)).page(t)
		if name == "by records" {
			if p.NHits == 0 || p.NHits >= all.NHits {
				t.Errorf("%s: %d", name, p.NHits)
			}
		} else if p.NHits != c.hits || len(p.Datasets) != c.hits {
			t.Errorf("%s: %d hits", name, p.NHits)
		}
	}
	sorted := ask(t, h, "/api/datasets/1.0/search/?sort=records_count&rows=1").page(t)
	if sorted.Datasets[0].DatasetID == "boamp" {
		t.Error("six notices are not the largest data set")
	}
	if p := ask(t, h, "/api/datasets/1.0/search/?facet=publisher&facet=nothing&rows=0").page(t); len(p.FacetGroups) != 1 || p.FacetGroups[0].Name != "publisher" {
		t.Errorf("facets: %+v", p.FacetGroups)
	}
	if a := ask(t, h, "/api/datasets/1.0/search/?format=csv&fields=title,datasetid&rows=1"); !strings.HasPrefix(a.body, "title;datasetid\r\n") || !strings.HasSuffix(a.body, ";boamp\r\n") {
		t.Errorf("csv: %q", a.body)
	}
	if a := ask(t, h, "/api/datasets/1.0/search/?format=rss&rows=1"); !strings.Contains(a.body, "<link>"+host+"/api/datasets/1.0/boamp/</link>") {
		t.Errorf("rss: %s", a.body)
	}
	ask(t, h, "/api/datasets/1.0/search/?sort=nothing").fails(t, 400, "Unknown field: nothing in sort")
	ask(t, h, "/api/datasets/1.0/search/?refine.nothing=1").fails(t, 400, "Unknown field: nothing in refine.nothing")
}
