package explore_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// TestEntityTags: a client that has the answer of this revision is told so.
func TestEntityTags(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp"
	id := ask(t, h, records("limit", "1", "select", "recordid")).page(t).Results[0]["recordid"].(string)
	for target, weak := range map[string]bool{
		records("limit", "2"): true, base + "/facets": true, base: true, v21 + "/catalog/datasets": true, v21 + "/catalog/facets": true,
		base + "/records/" + id: false, v20 + "/catalog/datasets/boamp/records/" + id: false, v21 + "/catalog/datasets/liste-departements/records": true,
	} {
		a := ask(t, h, target)
		tag := a.header.Get("ETag")
		if a.status != 200 || tag == "" || strings.HasPrefix(tag, "W/") != weak {
			t.Errorf("%s: %d, tag %s", target, a.status, tag)
		}
		b := ask(t, h, target, "If-None-Match", tag)
		if b.status != 304 || b.body != "" || b.header.Get("X-Ratelimit-Limit") != "" || b.header.Get("Boamp-Revision") != "1" {
			t.Errorf("%s: %d %v", target, b.status, b.header)
		}
		if c := ask(t, h, target, "If-None-Match", `"other"`); c.status != 200 || c.body != a.body {
			t.Errorf("%s: %d with another tag", target, c.status)
		}
	}
	if tag := ask(t, h, records("where", "datelimitereponse > now()")).header.Get("ETag"); tag != "" {
		t.Errorf("an answer that depends on the time has the tag %s", tag)
	}
	if a, b := ask(t, h, records("limit", "2")), ask(t, h, records("limit", "3")); a.header.Get("ETag") == b.header.Get("ETag") {
		t.Error("two requests, one tag")
	}
}

// TestProvenance: every answer says where it comes from, errors too.
func TestProvenance(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp"
	for _, target := range []string{
		records(), base, base + "/facets", base + "/exports", base + "/exports/csv?limit=1", base + "/exports/xlsx?limit=1", base + "/attachments", v21 + "/catalog/datasets",
		v21 + "/catalog/facets", v21 + "/catalog/exports", v21 + "/catalog/exports/csv", v21 + "/catalog/exports/dcat", v21 + "/catalog/exports/json", v21 + "/", v21 + "/swagger.json",
		v21 + "/console", v20 + "/catalog/datasets/boamp/aggregates?select=count(*)",
		v21 + "/nowhere", records("limit", "101"), records("where", "("), base + "/exports/csv?select=nope", v21 + "/catalog/datasets/nope", "/api/explore/v3/",
	} {
		a := ask(t, h, target)
		if a.status >= 500 || a.header.Get("Boamp-Revision") != "1" || a.header.Get("Boamp-Last-Update") != "2026-09-11T09:30:00Z" || a.header.Get("Boamp-Source") == "" || a.header.Get("Boamp-Licence") == "" {
			t.Errorf("%s: %d %v", target, a.status, a.header)
		}
		if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Vary") != "Accept-Language, Cookie, Host" {
			t.Errorf("%s: %v", target, a.header)
		}
		if given := a.header.Get("X-Ratelimit-Limit") != ""; given != (a.status == 200) {
			t.Errorf("%s: status %d, rate limit %t", target, a.status, given)
		}
	}
}

// TestProvenanceOfLists: a list that the program holds tells the day on which it was compiled.
func TestProvenanceOfLists(t *testing.T) {
	a := ask(t, server(t), v21+"/catalog/datasets/liste-departements/records")
	if a.header.Get("Boamp-Revision") == "" || a.header.Get("Boamp-Source") == "" || !strings.HasSuffix(a.header.Get("Boamp-Last-Update"), "T00:00:00Z") {
		t.Errorf("%v", a.header)
	}
}

func TestMethods(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp"
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE"} {
		a := do(t, h, method, base+"/records")
		a.fails(t, 405, "MethodNotAllowed", "")
		if a.header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: Allow %q", method, a.header.Get("Allow"))
		}
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	for path, status := range map[string]int{base + "/records": 200, base + "/exports/csv": 200, base + "/records?limit=1000": 400, v21 + "/nowhere": 404} {
		res, err := http.Head(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != status || len(b) > 0 {
			t.Errorf("HEAD %s: %d with %d bytes, %v", path, res.StatusCode, len(b), err)
		}
	}
}

// TestTolerance: requests as clients send them, not as they should.
func TestTolerance(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp"
	plain := ask(t, h, base+"/records?limit=2&where=nature='APPEL_OFFRE'")
	for _, target := range []string{
		base + `/records?limit=2&where=nature = "APPEL_OFFRE"`,
		base + `/records?limit=2&where=nature%20=%20%22APPEL_OFFRE%22`,
		base + `/records?limit=2&where=nature+%3d+'APPEL_OFFRE'`,
		base + `/records/?limit=2&where=(nature:"APPEL_OFFRE")`,
		base + `/records?&&limit=2&&where=nature='APPEL_OFFRE'&=x&apikey=K&access_token=T`,
		base + `/records?limit=2&where=nature='APPEL_OFFRE'&where=&where=famille is not null`,
		"/api/explore/v2.1/catalog//datasets/boamp//records?limit=2&where=nature='APPEL_OFFRE'",
	} {
		if a := ask(t, h, target); a.status != 200 || a.body != plain.body {
			t.Errorf("%s: %d %.300s", target, a.status, a.body)
		}
	}
	for _, target := range []string{
		base + "/records?where=%&select=%zz&q=%e9", base + "/records?where=%00", base + "/records?;;;", base + "/records?where='", base + "/records?refine=%ff:%fe", base + "/records?limit=999999999999999999999",
		base + "/records?offset=-1", base + "/records?limit=-2", base + "/records/%00", base + "/exports/%2e%2e", v21 + "/catalog/datasets/%2F%2F",
	} {
		if a := ask(t, h, target); a.status >= 500 {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	for _, limit := range []string{"", "&limit=-1"} {
		if a := ask(t, h, base+"/records?group_by=idweb&offset=10"+limit); a.status != 200 || len(a.page(t).Results) < 100 {
			t.Errorf("groups from the tenth on%s: %d", limit, a.status)
		}
	}
	ask(t, h, base+"/records?group_by=idweb&offset=10&limit=20000").fails(t, 400, "InvalidRESTParameterError",
		"Invalid value for sum of offset + limit API parameter: 20010 was found but <= 20000 is expected.")
	for spelling, want := range map[string]bool{"true": true, "True": true, "1": true, "yes": true, "on": true, "false": false, "False": false, "0": false, "no": false, "off": false} {
		a := ask(t, h, records("limit", "1", "include_app_metas", spelling))
		if a.status != 200 || strings.Contains(a.body, `"_id"`) != want {
			t.Errorf("%s: %d %.100s", spelling, a.status, a.body)
		}
	}
	ask(t, h, records("include_links", "maybe")).fails(t, 400, "InvalidRESTParameterError", "Invalid value for include_links API parameter: maybe was found but true or false is expected.")
	ask(t, h, records("where", strings.Repeat("x", 50_000))).fails(t, 414, "InvalidRESTParameterError", "")
	ask(t, h, base+"/records?"+strings.Repeat("a=1&", 2000)).fails(t, 414, "InvalidRESTParameterError", "")
	joined := ask(t, h, base+"/records?group_by=famille&group_by=nature&order_by=famille&order_by=-nature")
	if listed := ask(t, h, base+"/records?group_by=famille,nature&order_by=famille,-nature"); joined.status != 200 || joined.body != listed.body {
		t.Errorf("repeated lists: %d %.200s", joined.status, joined.body)
	}
}

// TestVersion20 holds the wrapped shapes.
func TestVersion20(t *testing.T) {
	h := server(t)
	var list struct {
		TotalCount int `json:"total_count"`
		Links      []struct{ Rel, Href string }
		Records    []struct {
			Links  []struct{ Rel string }
			Record struct {
				ID, Timestamp string
				Size          int
				Fields        map[string]any
			}
		}
	}
	for _, prefix := range []string{v20, "/api/v2"} {
		a := ask(t, h, prefix+"/catalog/datasets/boamp/records?limit=3&offset=3&select=idweb")
		a.decode(t, &list)
		if len(list.Records) != 3 || len(list.Records[0].Record.ID) != 40 || !strings.HasSuffix(list.Records[0].Record.Timestamp, "Z") || len(list.Records[0].Record.Fields) != 1 || list.Records[0].Record.Size == 0 {
			t.Errorf("%s: %s", prefix, a.body)
		}
		if l := list.Links; len(l) != 5 || l[3].Rel != "next" || l[3].Href != host+prefix+"/catalog/datasets/boamp/records?include_app_metas=False&limit=3&offset=6&select=idweb" {
			t.Errorf("%s: links %v", prefix, l)
		}
		if d := a.header.Get("ODS-Explore-API-Deprecation"); d != "deprecated API version (v2.0), please use the current v2.1 version" {
			t.Errorf("deprecation %q", d)
		}
		if links := a.header.Values("Link"); len(links) != 2 || !strings.Contains(links[0], `rel="deprecation"; type="text/html"`) {
			t.Errorf("links %q", links)
		}
	}
	one := ask(t, h, v20+"/catalog/datasets/boamp/records/"+list.Records[0].Record.ID+"?select=idweb").body
	if !strings.HasPrefix(one, `{"links": [{"rel": "self", `) || !strings.Contains(one, `"record": {"id": "`+list.Records[0].Record.ID) {
		t.Errorf("record %s", one)
	}
	for target, want := range map[string]string{
		"/catalog/datasets/boamp?select=default.title":                                  `"dataset": {"default.title": "BOAMP"}}`,
		"/catalog/datasets?limit=1":                                                     `"datasets": [{"links": [{"rel": "self", "href": "https://boamp.example/api/explore/v2.0/catalog/datasets/boamp"}`,
		"/catalog/datasets?limit=1&select=dataset_id":                                   `"dataset": {"dataset_id": "boamp"}}]}`,
		"/catalog/datasets?limit=1&select=dataset_id,fields":                            `"dataset": {"dataset_id": "boamp", "fields": [{"name": "idweb", `,
		"/catalog/datasets/boamp?select=visibility,attachments":                         `"dataset": {"visibility": "domain", "attachments": []}}`,
		"/catalog/datasets/boamp/records?group_by=famille&limit=1":                      `{"links": [], "records": [{"famille": "DIVERS"}]}`,
		"/catalog/datasets/boamp/records?group_by=contractfolderid&limit=1":             `{"links": [], "records": [{"contractfolderid": "`,
		"/catalog/datasets/boamp/aggregates?select=count(*)%20as%20n&where=famille='X'": `{"aggregations": [{"n": 0}]}`,
	} {
		if a := ask(t, h, v20+target); a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	ask(t, h, v20+"/catalog/datasets/boamp/aggregates").fails(t, 400, "ODSQLError", "")
	a := ask(t, h, v20+"/catalog/datasets/boamp/exports/csv?limit=1&select=idweb&group_by=famille")
	if !strings.HasPrefix(a.body, "idweb\r\n") {
		t.Errorf("CSV of version 2.0: %q", a.body)
	}
	if a := ask(t, h, v20+"/nowhere"); a.header.Get("ODS-Explore-API-Deprecation") == "" {
		t.Error("an error of version 2.0 does not say that it is deprecated")
	}
	if a := ask(t, h, records()); a.header.Get("ODS-Explore-API-Deprecation") != "" {
		t.Error("version 2.1 says that it is deprecated")
	}
}

// TestExports holds the options of files.
func TestExports(t *testing.T) {
	h := server(t)
	base := v21 + "/catalog/datasets/boamp/exports/"
	for target, want := range map[string]string{
		"csv?select=idweb,famille&limit=1":                                    "\uFEFFidweb;famille\r\n06-900056;MAPA\r\n",
		"csv?select=idweb,famille&limit=1&with_bom=false&delimiter=,":         "idweb,famille\r\n06-900056,MAPA\r\n",
		"csv?select=idweb,famille&limit=1&with_bom=false&delimiter=%09":       "idweb\tfamille\r\n06-900056\tMAPA\r\n",
		"csv?select=idweb,famille&limit=1&with_bom=false&delimiter=;":         "idweb;famille\r\n06-900056;MAPA\r\n",
		"csv?select=idweb,famille&limit=1&with_bom=false&quote_all=true":      "\"idweb\";\"famille\"\r\n\"06-900056\";\"MAPA\"\r\n",
		"csv?select=idweb&limit=0&with_bom=false":                             "idweb\r\n",
		"csv?select=idweb&rows=1&with_bom=0":                                  "idweb\r\n06-900056\r\n",
		"csv?select=idweb&where=idweb='x'&with_bom=0":                         "idweb\r\n",
		"json?where=idweb='x'":                                                "[]",
		"jsonl?where=idweb='x'":                                               "",
		"json?select=idweb&limit=1&use_labels=true":                           `[{"R\u00e9f\u00e9rence de l'annonce": "06-900056"}]`,
		"json?select=count(*)%20as%20n&where=famille='MAPA'%20and%20etat='X'": `[{"n": 0}]`,
	} {
		if a := ask(t, h, base+target, "Accept", "text/html"); a.status != 200 || a.body != want {
			t.Errorf("%s: %d %q, want %q", target, a.status, a.body, want)
		}
	}
	for _, target := range []string{"csv?delimiter=ab", `csv?delimiter="`, "parquet?parquet_compression=lzo", "csv?limit=-2", "csv?limit=x", "csv?offset=-1", "csv?epsg=x", "csv?with_bom=x"} {
		ask(t, h, base+target).fails(t, 400, "InvalidRESTParameterError", "")
	}
	whole := ask(t, h, base+"csv?with_bom=false")
	packed := ask(t, h, base+"csv?with_bom=false&compressed=true")
	z, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != whole.body {
		t.Errorf("the packed file has %d bytes of %d: %v", len(b), len(whole.body), err)
	}
	second := ask(t, h, base+"csv?with_bom=false&rows=1&start=1&select=idweb").body
	if all := ask(t, h, base+"csv?with_bom=false&select=idweb").body; strings.Split(all, "\r\n")[2] != strings.Split(second, "\r\n")[1] {
		t.Errorf("start=1 gives %q", second)
	}
	if a := ask(t, h, v21+"/catalog/datasets/liste-mots-descripteurs-boamp%2F/exports/csv"); a.header.Get("Content-Disposition") != `attachment; filename="liste-mots-descripteurs-boamp.csv"` {
		t.Errorf("name of the file: %s", a.header.Get("Content-Disposition"))
	}
	if a := ask(t, h, records("limit", "1", "select", "json_format(gestion) as g", "where", "gestion is not null")); !strings.Contains(a.body, `{"g": {"`) {
		t.Errorf("json_format: %.200s", a.body)
	}
	if a := ask(t, h, base+"csv?limit=1&select=json_format(gestion)%20as%20g&with_bom=0&where=gestion%20is%20not%20null"); !strings.Contains(a.body, `"{""`) {
		t.Errorf("json_format in a CSV: %.200s", a.body)
	}
}

func TestCatalogue(t *testing.T) {
	h := server(t)
	var list struct {
		TotalCount int `json:"total_count"`
		Results    []map[string]any
	}
	ask(t, h, at(v21+"/catalog/datasets", "where", "datasetid:\"boamp\" or default.title like \"liste\"")).decode(t, &list)
	if list.TotalCount < 2 || list.Results[0]["dataset_id"] != "boamp" {
		t.Errorf("%d data sets, first %v", list.TotalCount, list.Results[0]["dataset_id"])
	}
	ask(t, h, at(v21+"/catalog/datasets", "where", "metas = 'x'")).fails(t, 400, "ODSQLError", "ODSQL query is malformed: Unknown field: metas. Clause(s) containing the error(s): where.")
	ask(t, h, v21+"/catalog/datasets?limit=101").fails(t, 400, "InvalidRESTParameterError", "")
	var formats struct{ Links []struct{ Rel, Href string } }
	ask(t, h, v21+"/catalog/exports").decode(t, &formats)
	if len(formats.Links) < 8 {
		t.Errorf("formats %v", formats.Links)
	}
	for _, l := range formats.Links[2:] {
		a := ask(t, h, strings.TrimPrefix(l.Href, host))
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Disposition"), `attachment; filename="datasets.`) || len(a.body) < 100 {
			t.Errorf("%s: %d %v", l.Rel, a.status, a.header)
		}
	}
	few := ask(t, h, at(v21+"/catalog/exports/dcat", "where", `datasetid="boamp"`, "include_exports", "csv")).body
	if strings.Count(few, "<dcat:Dataset") != 1 || strings.Count(few, "<dcat:Distribution") != 1 {
		t.Errorf("dcat of one data set and one format: %.2000s", few)
	}
	var sets []map[string]any
	ask(t, h, v21+"/catalog/exports/json").decode(t, &sets)
	if len(sets) < 5 || sets[0]["dataset_id"] != "boamp" {
		t.Errorf("%d data sets", len(sets))
	}
	for _, v := range []string{v21, v20} {
		a := ask(t, h, v+"/swagger.json")
		if !json.Valid([]byte(a.body)) || a.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("description of %s: %.100s", v, a.body)
		}
		if page := ask(t, h, v+"/console"); !strings.Contains(page.body, "<title>Explore API") || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("console of %s: %.100s", v, page.body)
		}
	}
}

// slow is a view whose rows come when the test lets them, and which notes when its reader is gone.
type slow struct {
	store.View
	go1    chan struct{}
	gone   chan struct{}
	err    error
	panics bool
}

func (s *slow) Rows(ctx context.Context, q query.Query, fields []*field.Field) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		defer close(s.gone)
		select {
		case <-s.go1:
		case <-ctx.Done():
			yield(store.Row{}, fault.Wrap(fault.Timeout, ctx.Err(), "given up"))
			return
		}
		if s.panics {
			panic("a mistake in an engine")
		}
		if s.err != nil {
			yield(store.Row{}, s.err)
			return
		}
		for {
			if ctx.Err() != nil {
				yield(store.Row{}, fault.Wrap(fault.Timeout, ctx.Err(), "given up"))
				return
			}
			if !yield(store.Row{Values: make([][]field.Value, len(fields))}, nil) {
				return
			}
		}
	}
}

// slowly serves boamp from a slow view.
func slowly(t *testing.T, s *slow) *explore.API {
	a := newAPI(t)
	set, _ := a.Sets.Find("boamp")
	other := *set
	other.Open = func(ctx context.Context) (store.View, error) {
		v, err := set.Open(ctx)
		s.View = v
		return s, err
	}
	a.Sets = &dataset.Catalogue{Sets: []*dataset.Set{&other}}
	return a
}

// TestStreaming: the header comes before the first row, and a client that goes away ends the work.
func TestStreaming(t *testing.T) {
	s := &slow{go1: make(chan struct{}), gone: make(chan struct{})}
	srv := httptest.NewServer(httpx.Compress(slowly(t, s).Handler()))
	defer srv.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+v21+"/catalog/datasets/boamp/exports/csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r) // comes back with the header, before any row
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	close(s.go1)
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "\uFEFFidweb;id;") {
		t.Errorf("first line %q: %v", line, err)
	}
	leave()
	select {
	case <-s.gone:
	case <-time.After(10 * time.Second):
		t.Fatal("the work goes on without a reader")
	}
}

// TestFailureBeforeTheFirstRow is answered as an error, whatever the format.
func TestFailureBeforeTheFirstRow(t *testing.T) {
	for _, format := range []string{"csv", "json", "parquet", "xlsx", "csv?compressed=true"} {
		s := &slow{go1: make(chan struct{}), gone: make(chan struct{}), err: fault.New(fault.Unavailable, "the store is closed")}
		close(s.go1)
		a := ask(t, slowly(t, s).Handler(), v21+"/catalog/datasets/boamp/exports/"+format)
		a.fails(t, 503, "ServiceUnavailable", "the store is closed")
		if a.header.Get("Content-Disposition") != "" {
			t.Errorf("headers %v", a.header)
		}
	}
}

// TestPanicInTheBackground: a mistake of an engine fails the request and not the process.
func TestPanicInTheBackground(t *testing.T) {
	s := &slow{go1: make(chan struct{}), gone: make(chan struct{}), panics: true}
	close(s.go1)
	h := httpx.Middleware(slowly(t, s).Handler(), slog.New(slog.DiscardHandler), time.Now)
	if a := ask(t, h, v21+"/catalog/datasets/boamp/exports/csv"); a.status != 500 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestTimeout: a page that takes too long is given up with an error that says so.
func TestTimeout(t *testing.T) {
	s := &slow{go1: make(chan struct{}), gone: make(chan struct{})}
	a := slowly(t, s)
	a.Timeout = time.Millisecond
	ask(t, a.Handler(), records()).fails(t, 504, "TimeoutError", "given up")
}

func TestConditionsTogether(t *testing.T) {
	h := server(t)
	total := func(pairs ...string) int {
		return *ask(t, h, records(append(pairs, "limit", "0")...)).page(t).TotalCount
	}
	mapa, works := total("where", "famille='MAPA'"), total("refine", "type_marche:TRAVAUX")
	both := total("where", "famille='MAPA'", "refine", "type_marche:TRAVAUX")
	if both == 0 || both >= mapa || both >= works {
		t.Errorf("%d and %d give %d", mapa, works, both)
	}
	for _, pairs := range [][]string{
		{"where", "famille='MAPA'", "where", "type_marche='TRAVAUX'"},
		{"where", "famille='MAPA'", "qv1", "(type_marche:TRAVAUX)"},
		{"refine", "famille:MAPA", "refine", `type_marche:"TRAVAUX"`},
		{"refine", "famille:MAPA", "qv1", "type_marche:TRAVAUX"},
	} {
		if n := total(pairs...); n != both {
			t.Errorf("%v: %d, want %d", pairs, n, both)
		}
	}
	if n, fns := total("refine", "famille:MAPA", "refine", "famille:FNS"), total("refine", "famille:FNS"); n != mapa+fns {
		t.Errorf("two refines of a disjunctive facet: %d, want %d", n, mapa+fns)
	}
	if n := total("refine", "nature:APPEL_OFFRE", "refine", "nature:ATTRIBUTION"); n != 0 {
		t.Errorf("two refines of a conjunctive facet: %d", n)
	}
	if n := total("refine", "nature:APPEL_OFFRE", "refine", "nature:ATTRIBUTION", "facet", `facet(name="nature", disjunctive=true)`); n == 0 {
		t.Error("facet(disjunctive=true) changes nothing")
	}
	if n := total("exclude", "famille:MAPA"); n != total()-mapa {
		t.Errorf("exclude leaves %d", n)
	}
}

// TestRecordsAreRows: records of the API are those of the exports.
func TestRecordsAreRows(t *testing.T) {
	h := server(t)
	var page struct{ Results []json.RawMessage }
	ask(t, h, records("limit", "100", "order_by", "-dateparution")).decode(t, &page)
	file := ask(t, h, v21+"/catalog/datasets/boamp/exports/json?limit=100&order_by=-dateparution").body
	joined := "[" + string(bytes.Join(slices.Collect(func(yield func([]byte) bool) {
		for _, r := range page.Results {
			if !yield(r) {
				return
			}
		}
	}), []byte(","))) + "]"
	if joined != file {
		t.Errorf("page\n%.500s\nfile\n%.500s", joined, file)
	}
}
