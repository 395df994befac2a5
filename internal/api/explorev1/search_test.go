package explorev1_test

import (
	"encoding/csv"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/boamp/boamp/internal/feed/feedtest"
)

func TestSearch(t *testing.T) {
	h := newAPI(t).Handler()
	for name, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"all, oldest first":                {nil, "24-100 24-200 25-300 25-400 26-500 26-50"},
		"rows and start":                   {[]string{"rows", "2", "start", "1"}, "24-200 25-300"},
		"no rows":                          {[]string{"rows", "0"}, ""},
		"all rows":                         {[]string{"rows", "-1", "start", "4"}, "26-500 26-50"},
		"a name sorts descending":          {[]string{"sort", "dateparution"}, "26-50 26-500 25-400 25-300 24-200 24-100"},
		"a minus sorts ascending":          {[]string{"sort", "-dateparution"}, "24-100 24-200 25-300 25-400 26-500 26-50"},
		"two keys":                         {[]string{"sort", "-famille,dateparution"}, "26-500 25-400 25-300 26-50 24-200 24-100"},
		"two parameters":                   {[]string{"sort", "-famille", "sort", "dateparution"}, "26-500 25-400 25-300 26-50 24-200 24-100"},
		"a field of several values":        {[]string{"sort", "-code_departement", "rows", "2"}, "24-200 24-100"},
		"words":                            {[]string{"q", "strasbourg"}, "25-300"},
		"two words":                        {[]string{"q", "travaux scolaire"}, "24-100"},
		"named filters":                    {[]string{"q.timerange.dateparution", "dateparution:[2024-08-01 TO 2024-12-01]", "q.timerange.datelimitereponse", "datelimitereponse:[2024-10-01 TO 2024-12-01]"}, "24-200"},
		"q and a named filter":             {[]string{"q", "travaux", "q.from_date", "dateparution>=2025"}, "25-400"},
		"open notices":                     {[]string{"q.filtre_etat", `(NOT #null(datelimitereponse) AND datelimitereponse>="2026-09-11") OR (#null(datelimitereponse) AND datefindiffusion>="2026-09-11")`}, "26-500 26-50"},
		"now":                              {[]string{"q", "datefindiffusion>=#now()"}, "26-500"},
		"exact number":                     {[]string{"q", "idweb:26-50"}, "26-50"},
		"beginning of a number":            {[]string{"q", "idweb:26*"}, "26-500 26-50"},
		"codes in the document":            {[]string{"q", "45454000"}, "24-100"},
		"refine":                           {[]string{"refine.famille", "MAPA"}, "24-100 24-200 26-50"},
		"two refines":                      {[]string{"refine.famille", "MAPA", "refine.code_departement", "34"}, "24-200"},
		"refine by a month":                {[]string{"refine.dateparution", "2025/01"}, "25-300 25-400"},
		"refine by a branch":               {[]string{"refine.nature_categorise_libelle", "Résultat de marché"}, "25-300"},
		"repeated refines are all asked":   {[]string{"refine.famille", "MAPA", "refine.famille", "FNS"}, ""},
		"repeated, of one record":          {[]string{"refine.dc", "366", "refine.dc", "270"}, "24-200"},
		"repeated refines as alternatives": {[]string{"refine.famille", "JOUE", "refine.famille", "FNS", "disjunctive.famille", "true"}, "25-300 25-400 26-500"},
		"not disjunctive":                  {[]string{"refine.famille", "JOUE", "refine.famille", "FNS", "disjunctive.famille", "false"}, ""},
		"exclude":                          {[]string{"exclude.famille", "MAPA"}, "25-300 25-400 26-500"},
		"zone of dates":                    {[]string{"q", "datelimitereponse:2024-10-02", "timezone", "Europe/Paris"}, "24-200"},
		"zone is UTC":                      {[]string{"q", "datelimitereponse:2024-10-02"}, ""},
		"unknown parameters":               {[]string{"where", "1=2", "limit", "1", "refine.", "x"}, "24-100 24-200 25-300 25-400 26-500 26-50"},
		"empty parameters":                 {[]string{"q", "", "refine.famille", "", "rows", "", "lang", ""}, "24-100 24-200 25-300 25-400 26-500 26-50"},
	} {
		t.Run(name, func(t *testing.T) {
			p := ask(t, h, search(c.pairs...)).page(t)
			if got := p.ids(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestShape holds an answer as a whole: members, order, spacing.
func TestShape(t *testing.T) {
	h := newAPI(t).Handler()
	got := ask(t, h, search("q", "nettoyage", "rows", "1", "timezone", "Europe/Paris", "sort", "dateparution", "facet", "famille", "facet", "procedure", "refine.famille", "MAPA", "disjunctive.famille", "true")).body
	want := `{"nhits": 1, "parameters": {"dataset": "boamp", "q": "nettoyage", "rows": 1, "start": 0, "sort": ["dateparution"], "facet": ["famille", "procedure"], ` +
		`"refine": {"famille": "MAPA"}, "disjunctive": {"famille": true}, "format": "json", "timezone": "Europe/Paris"}, ` +
		`"records": [{"datasetid": "boamp", "recordid": "a5d32ab5e1cd50cbd4f43fa5f1dfb9a70d9e4f7b", "fields": {"idweb": "24-200", "id": "24_200", ` +
		`"objet": "Nettoyage des locaux; lot \"2\"", "famille": "MAPA", "code_departement": ["34", "67"], "dateparution": "2024-09-10", ` +
		`"datelimitereponse": "2024-10-02T00:30:00+02:00", "nature_categorise_libelle": "Avis de march\u00e9/", "etat": "INITIAL", "dc": ["366", "270"], ` +
		`"type_marche": ["SERVICES"], "type_avis": ["6"]}, "record_timestamp": "2026-09-11T09:30:00+00:00"}], ` +
		`"facet_groups": [{"name": "famille", "facets": [{"name": "MAPA", "path": "MAPA", "count": 1, "state": "refined"}]}]}`
	id := got[strings.Index(got, `"recordid": "`)+13:][:40]
	if got != strings.Replace(want, "a5d32ab5e1cd50cbd4f43fa5f1dfb9a70d9e4f7b", id, 1) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if strings.Trim(id, "0123456789abcdef") != "" {
		t.Errorf("record id %q is not hexadecimal", id)
	}
	for _, r := range ask(t, h, search("rows", "100")).page(t).Records {
		for name, v := range r.Fields {
			if string(v) == "null" {
				t.Errorf("%s of %s is null and not left out", name, r.RecordID)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newAPI(t).Handler()
	a := ask(t, h, search())
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
		"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "X-RateLimit-Limit": "2000000", "X-RateLimit-Reset": "2026-09-12 00:00:00+00:00",
		"Boamp-Revision": "1", "Boamp-Last-Update": "2026-09-11T09:30:00Z", "Content-Language": "fr", "Vary": "Accept-Language, Cookie, Host",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	tag := a.Header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"1-`) {
		t.Errorf("tag %q", tag)
	}
	if again := ask(t, h, search(), "If-None-Match", tag); again.StatusCode != http.StatusNotModified || again.body != "" {
		t.Errorf("the same list again: %d", again.StatusCode)
	}
	if other := ask(t, h, search("rows", "1"), "If-None-Match", tag); other.StatusCode != 200 {
		t.Errorf("another list: %d", other.StatusCode)
	}
	if a := ask(t, h, search("q", "datefindiffusion>=#now()")); a.Header.Get("ETag") != "" {
		t.Error("an answer that depends on the time has a tag")
	}
	if a := ask(t, h, search("lang", "en")); a.Header.Get("Content-Language") != "en" {
		t.Errorf("language %q", a.Header.Get("Content-Language"))
	}
	if a := ask(t, h, search("rows", "x")); a.Header.Get("ETag") != "" || a.Header.Get("X-RateLimit-Limit") != "" || a.Header.Get("Boamp-Revision") != "1" {
		t.Errorf("headers of an error: %v", a.Header)
	}
}

func TestFacets(t *testing.T) {
	h := newAPI(t).Handler()
	show := func(list []facet) string {
		var out []string
		for _, f := range list {
			s := f.Path
			if f.Count != nil {
				s += "=" + string(rune('0'+*f.Count))
			}
			if f.State != "displayed" {
				s += " " + f.State
			}
			for _, g := range f.Facets {
				s += " <" + g.Name + " " + g.Path + ">"
			}
			out = append(out, s)
		}
		return strings.Join(out, ", ")
	}
	for name, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"counts":           {[]string{"facet", "famille"}, "MAPA=3, FNS=2, JOUE=1"},
		"conjunctive":      {[]string{"facet", "famille", "refine.famille", "FNS"}, "FNS=2 refined"},
		"disjunctive":      {[]string{"facet", "famille", "refine.famille", "FNS", "disjunctive.famille", "true"}, "MAPA=3, FNS=2 refined, JOUE=1"},
		"excluded":         {[]string{"facet", "famille", "exclude.famille", "FNS"}, "MAPA=3, JOUE=1, FNS excluded"},
		"dates":            {[]string{"facet", "dateparution", "refine.dateparution", "2025"}, "2025=2 refined <01 2025/01>"},
		"obeys q":          {[]string{"facet", "famille", "q", "travaux"}, "FNS=1, MAPA=1"},
		"no rows":          {[]string{"facet", "famille", "rows", "0"}, "MAPA=3, FNS=2, JOUE=1"},
		"unknown":          {[]string{"facet", "procedure"}, ""},
		"a whole document": {[]string{"facet", "donnees"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := ask(t, h, search(c.pairs...)).page(t)
			got := ""
			for _, g := range p.FacetGroups {
				got += show(g.Facets)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if body := ask(t, h, search()).body; strings.Contains(body, "facet_groups") {
		t.Error("facets that nobody asked for")
	}
}

func TestRefused(t *testing.T) {
	h := newAPI(t).Handler()
	for name, c := range map[string]struct {
		target  string
		status  int
		message string
	}{
		"no data set":             {"/api/records/1.0/search/", 400, "dataset is missing"},
		"two data sets":           {at("/api/records/1.0/search/", "dataset", "boamp", "dataset", "boamp-html"), 400, "One data set"},
		"unknown data set":        {at("/api/records/1.0/search/", "dataset", "joue"), 404, "dataset joue does not exist"},
		"too many rows":           {search("rows", "10001"), 400, "10001 was found but 0 <= rows <= 10000"},
		"beyond the window":       {search("rows", "10", "start", "9991"), 400, "10001 was found but <= 10000"},
		"rows no number":          {search("rows", "dix"), 400, "dix was found but an integer"},
		"negative start":          {search("start", "-1"), 400, "start >= 0"},
		"bad query":               {search("q", "(travaux"), 400, "not closed (at character 0)"},
		"unknown field in q":      {search("q", "dateparutionennouveau:[2026-08-18T00:00:00Z TO NOW]"), 400, "Unknown field: dateparutionennouveau"},
		"unknown field in q.NAME": {search("q.x", "nomacheteurs:ville"), 400, "nomacheteur"},
		"unknown field in sort":   {search("sort", "-dateparutionennouveau"), 400, "Unknown field: dateparutionennouveau in sort"},
		"unknown refine":          {search("refine.cpv", "71"), 400, "Unknown field: cpv in refine.cpv"},
		"unknown exclude":         {search("exclude.cpv", "71"), 400, "Unknown field: cpv in exclude.cpv"},
		"refine by no date":       {search("refine.dateparution", "hier"), 400, "no value of a field of type date"},
		"disjunctive":             {search("disjunctive.famille", "peut-être"), 400, "true or false"},
		"no known column":         {search("fields", "cpv,siret"), 400, "Unknown field"},
		"circle":                  {search("geofilter.distance", "48,2,100"), 400, "no geographic field"},
		"polygon":                 {search("geofilter.polygon", "(48,2)"), 400, "no geographic field"},
		"function of places":      {search("q", `#distance(objet,"48,2",100)`), 400, "no field here is one"},
		"format":                  {search("format", "xml"), 400, "one of json, jsonp"},
		"callback missing":        {search("format", "jsonp"), 400, "the name of a function"},
		"callback is a program":   {search("format", "jsonp", "callback", "alert(1)//"), 400, "the name of a function"},
		"callback too long":       {search("format", "jsonp", "callback", strings.Repeat("a", 200)), 400, "the name of a function"},
		"zone":                    {search("timezone", "Mars/Olympus"), 400, "Mars/Olympus"},
		"language":                {search("lang", "tlh"), 400, "tlh was found but one of en"},
		"clusters":                {"/api/records/1.0/geocluster/?dataset=boamp", 400, "no data set of this server has geographic fields"},
		"preview":                 {"/api/records/1.0/geopreview/?dataset=boamp", 400, "geographic"},
		"polygons":                {"/api/records/1.0/geopolygon/?dataset=boamp", 400, "geographic"},
		"box":                     {"/api/records/1.0/boundingbox/?dataset=boamp", 400, "geographic"},
		"unknown path":            {"/api/records/1.0/nothing", 404, "URI does not exist"},
		"page of a data set":      {"/explore/dataset/boamp/", 404, "URI does not exist"},
		"too many parameters":     {"/api/records/1.0/search/?dataset=boamp" + strings.Repeat("&a=b", 1001), 413, "at most 1000"},
		"too long":                {"/api/records/1.0/search/?dataset=boamp&q=" + strings.Repeat("e", 60_000), 413, "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(t, h, c.target)
			if name == "clusters" {
				c.message = "No data set of this server"
			}
			a.fails(t, c.status, c.message)
		})
	}
}

func TestMethods(t *testing.T) {
	h := newAPI(t).Handler()
	form := httptest.NewRequest(http.MethodPost, host+"/api/records/1.0/search/?rows=1", strings.NewReader("dataset=boamp&q=strasbourg&refine.famille=JOUE"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if p := do(t, h, form).page(t); p.ids() != "25-300" {
		t.Errorf("POST found %q", p.ids())
	}
	if p := do(t, h, httptest.NewRequest(http.MethodPost, host+search("q", "strasbourg"), nil)).page(t); p.ids() != "25-300" {
		t.Errorf("POST without a form found %q", p.ids())
	}
	wrong := httptest.NewRequest(http.MethodPost, host+search(), strings.NewReader("{}"))
	wrong.Header.Set("Content-Type", "application/json")
	do(t, h, wrong).fails(t, 400, "application/x-www-form-urlencoded")
	huge := httptest.NewRequest(http.MethodPost, host+search(), strings.NewReader(strings.Repeat("a", 2<<20)))
	huge.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	do(t, h, huge).fails(t, 413, "at most 1048576 bytes")
	low := httptest.NewRequest(http.MethodPost, host+search(), nil)
	low.Body = http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(strings.Repeat("a", 11))), 10)
	do(t, h, low).fails(t, 413, "at most 10 bytes")
	cut := httptest.NewRequest(http.MethodPost, host+search(), iotest.ErrReader(io.ErrUnexpectedEOF))
	do(t, h, cut).fails(t, 400, "did not come to its end")
	options := do(t, h, httptest.NewRequest(http.MethodOptions, host+"/api/records/1.0/search/", nil))
	if options.StatusCode != 204 || !strings.Contains(options.Header.Get("Access-Control-Allow-Headers"), "ODS-Widgets-Version") {
		t.Errorf("OPTIONS: %d %v", options.StatusCode, options.Header)
	}
	for _, target := range []string{search(), search("format", "rss"), "/explore/dataset/boamp/download/", "/api/records/1.0/download/?dataset=boamp&format=json"} {
		if a := do(t, h, httptest.NewRequest(http.MethodHead, host+target, nil)); a.StatusCode != 200 || a.body != "" || a.Header.Get("X-RateLimit-Limit") == "" {
			t.Errorf("HEAD %s: %d %q", target, a.StatusCode, a.body)
		}
	}
	do(t, h, httptest.NewRequest(http.MethodDelete, host+search(), nil)).fails(t, 405, "DELETE")
}

func TestFormats(t *testing.T) {
	h := newAPI(t).Handler()
	one := []string{"q", "idweb:24-200", "fields", "idweb,code_departement,objet,nothing"}
	with := func(pairs ...string) answer { return ask(t, h, search(append(pairs, one...)...)) }
	if a := with("format", "jsonp", "callback", "ns.list[0]"); a.Header.Get("Content-Type") != "application/javascript; charset=utf-8" ||
		!strings.HasPrefix(a.body, `/**/ns.list[0]({"nhits": 1, `) || !strings.HasSuffix(a.body, "});") {
		t.Errorf("jsonp: %s", a.body)
	}
	if a := with("pretty_print", "true"); !strings.HasPrefix(a.body, "{\n  \"nhits\": 1,\n  \"parameters\": {\n    \"dataset\"") {
		t.Errorf("pretty_print: %s", a.body)
	}
	if a := with("format", "csv"); a.body != "idweb;code_departement;objet\r\n24-200;34,67;\"Nettoyage des locaux; lot \"\"2\"\"\"\r\n" || a.Header.Get("Content-Disposition") != `attachment; filename="boamp.csv"` {
		t.Errorf("csv: %q %v", a.body, a.Header)
	}
	var collection struct {
		Type     string
		Features []struct {
			Geometry   any
			Properties struct{ Idweb string }
		}
	}
	with("format", "geojson").decode(t, &collection)
	if collection.Type != "FeatureCollection" || len(collection.Features) != 1 || collection.Features[0].Properties.Idweb != "24-200" || collection.Features[0].Geometry != nil {
		t.Errorf("geojson: %+v", collection)
	}
	if a := with("format", "geojsonp", "callback", "f"); !strings.HasPrefix(a.body, `/**/f({"type": "FeatureCollection"`) || !strings.HasSuffix(a.body, ");") {
		t.Errorf("geojsonp: %s", a.body)
	}
	var rss struct {
		Items []struct {
			Title string `xml:"title"`
			Link  string `xml:"link"`
			Date  string `xml:"pubDate"`
			GUID  string `xml:"guid"`
		} `xml:"channel>item"`
	}
	a := ask(t, h, search("format", "rss", "sort", "-dateparution", "rows", "2"))
	if err := xml.Unmarshal([]byte(a.body), &rss); err != nil || a.Header.Get("Content-Type") != "application/rss+xml; charset=utf-8" {
		t.Fatalf("rss: %v %s", err, a.body)
	}
	if len(rss.Items) != 2 || rss.Items[0].Link != "https://avis.example/24-100" || rss.Items[0].Date != "Mon, 05 Aug 2024 00:00:00 +0000" ||
		rss.Items[1].Title != `Nettoyage des locaux; lot "2"` || rss.Items[1].Link != host+"/api/datasets/1.0/boamp/records/"+rss.Items[1].GUID {
		t.Errorf("rss: %+v", rss.Items)
	}
	var atom struct {
		Entries []struct {
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	a = ask(t, h, search("format", "atom", "rows", "1", "fields", "objet,donnees"))
	if err := xml.Unmarshal([]byte(a.body), &atom); err != nil || len(atom.Entries) != 1 || atom.Entries[0].Updated != "2024-08-05T00:00:00Z" ||
		atom.Entries[0].Content != "<ul><li>Objet: Travaux de rénovation énergétique du groupe scolaire</li></ul>" {
		t.Errorf("atom: %v %s", err, a.body)
	}
}

// TestRecordedRequests sends the requests of version 1 that programs were seen to send.
func TestRecordedRequests(t *testing.T) {
	file, err := os.Open(feedtest.Shared(t, "conformance", "explore-queries.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	h := newAPI(t).Handler()
	sent := 0
	for _, row := range rows {
		if !strings.HasPrefix(row[0], "/api/records/1.0/") && !strings.HasPrefix(row[0], "/api/datasets/1.0/") && !strings.HasPrefix(row[0], "/explore/dataset/") {
			continue
		}
		sent++
		a := ask(t, h, row[0])
		if row[1] == "error-400" {
			a.fails(t, 400, "")
		} else if a.StatusCode != 200 {
			t.Errorf("%s: %d %s", row[0], a.StatusCode, a.body)
		}
	}
	if sent < 5 {
		t.Errorf("only %d requests found", sent)
	}
}
