package native_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/export/rdf"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store/memory"
)

var now = time.Date(2026, 3, 20, 11, 0, 0, 0, time.UTC)

type rawMap map[string][]byte

func (m rawMap) Get(ref string) ([]byte, error) {
	if b, ok := m[ref]; ok {
		return b, nil
	}
	return nil, fault.New(fault.NotFound, "%s is not in the raw archive", ref)
}

// invented makes a call that is open until a day in April, or until yesterday.
func invented(i int, version notice.Version) *notice.Notice {
	id := fmt.Sprintf("26-%d", i)
	n := &notice.Notice{
		ID: id, Version: version, Stage: notice.StageCall, State: notice.StateInitial, Famille: "FNS", Nature: "APPEL_OFFRE", Etat: "INITIAL",
		Title: fmt.Sprintf("Travaux de voirie, tranche %d", i), Kinds: []notice.Kind{notice.Works},
		Buyers: []notice.Party{{Name: "Commune de Saint-Exemple", ID: &notice.CompanyID{Written: "35600000000048", Scheme: "siret", SIRET: "35600000000048", SIREN: "356000000"}}},
		CPV:    notice.CPV{Main: "45233140"}, DepartementsPublication: []string{"44"},
		Published: notice.Date{Year: 2026, Month: 3, Day: 1 + i%15},
		Source:    notice.Source{SHA256: fmt.Sprintf("%064x", i), Kept: "a.zip!" + id, Form: "xml", Reader: 1},
		Record:    notice.Record{Idweb: id, ID: strings.ReplaceAll(id, "-", "_")},
	}
	day := notice.Date{Year: 2026, Month: 4, Day: 16}
	if i%3 == 0 {
		day = notice.Date{Year: 2026, Month: 3, Day: 19}
	}
	n.Deadline = &notice.Deadline{Written: day.String(), Instant: day.In(notice.Paris).Add(12 * time.Hour).UTC(), For: notice.DeadlineTenders}
	if i%2 == 0 {
		n.Estimated = &notice.Amount{Value: float64(1000 * i), Currency: "EUR"}
	}
	return n
}

func server(t *testing.T, notices ...*notice.Notice) http.Handler {
	t.Helper()
	catalogue := field.NewCatalogue()
	db := memory.New(catalogue)
	tx, err := db.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(context.Background(), notices); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(context.Background(), now); err != nil {
		t.Fatal(err)
	}
	raw := rawMap{}
	for _, n := range notices {
		raw[n.Source.Kept] = []byte("<ANNONCE>" + n.ID + "</ANNONCE>")
	}
	log := slog.New(slog.DiscardHandler)
	api := &native.API{
		Door: &search.Door{Store: db, Fields: catalogue}, Raw: raw, Formats: append(append(export.Formats(), rdf.Formats()...), parquet.Format(), xlsx.Format()),
		Now: func() time.Time { return now }, Log: log,
	}
	return httpx.Middleware(api.Handler(), log, func() time.Time { return now })
}

func thirty() []*notice.Notice {
	var list []*notice.Notice
	for i := 1; i <= 30; i++ {
		list = append(list, invented(i, notice.V325))
	}
	return list
}

func get(t *testing.T, h http.Handler, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

type answer struct {
	Meta    map[string]any
	Total   int
	Notices []map[string]any
	Cursor  string
	Links   map[string]string
}

func list(t *testing.T, h http.Handler, target string) answer {
	t.Helper()
	res := get(t, h, target)
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d\n%s", target, res.StatusCode, body)
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTwoStages(t *testing.T) {
	h := server(t, invented(1, notice.V230), invented(2, notice.V325))
	a := list(t, h, "/api/v1/notices?q=voirie&sort=idweb")
	if a.Total != 2 || a.Notices[0]["id"] != "26-1" || a.Notices[0]["version"] != "v230" || a.Meta["revision"] != 1.0 {
		t.Fatalf("answer %+v", a)
	}
	second := get(t, h, a.Notices[0]["url"].(string))
	var full struct {
		Notice notice.Notice
		Meta   map[string]any
	}
	if err := json.NewDecoder(second.Body).Decode(&full); err != nil {
		t.Fatal(err)
	}
	if full.Notice.Title != "Travaux de voirie, tranche 1" || full.Meta["licence"] != "Licence Ouverte 2.0 (Etalab)" {
		t.Errorf("second stage: %+v", full)
	}
	for name, want := range map[string]string{
		"Boamp-Licence": "Licence Ouverte 2.0", "Boamp-Revision": "1", "Boamp-Last-Update": "2026-03-20T11:00:00Z", "Access-Control-Allow-Origin": "*",
	} {
		if got := second.Header.Get(name); got != want {
			t.Errorf("header %s = %q, want %q", name, got, want)
		}
	}
	wrong := get(t, h, "/api/v1/notices/26-1?version=v325")
	body, _ := io.ReadAll(wrong.Body)
	if wrong.StatusCode != 404 || !bytes.Contains(body, []byte("ask for version=v230")) {
		t.Errorf("wrong version: %d %s", wrong.StatusCode, body)
	}
}

func TestPagesCoverEverythingOnce(t *testing.T) {
	h := server(t, thirty()...)
	for _, order := range []string{"", "&sort=-amount", "&sort=amount", "&sort=deadline,-title"} {
		var ids []string
		for target := "/api/v1/notices?limit=7&open=true" + order; target != ""; {
			a := list(t, h, target)
			if a.Total != 20 {
				t.Fatalf("total %d, want 20", a.Total)
			}
			for _, n := range a.Notices {
				ids = append(ids, n["id"].(string))
			}
			target = a.Links["next"]
		}
		slices.Sort(ids)
		if len(ids) != 20 || len(slices.Compact(ids)) != 20 {
			t.Errorf("order %q: pages gave %d notices", order, len(ids))
		}
	}
}

func TestCriteria(t *testing.T) {
	h := server(t, thirty()...)
	for target, want := range map[string]int{
		"":                                   30,
		"open=true":                          20,
		"open=false":                         10,
		"amount_min=20000":                   6,
		"amount_min=20000&include_unknown=1": 21,
		"departement=44&cpv=45":              30,
		"departement=75":                     0,
		"siret=356000000":                    30,
		"buyer=exemple&kind=travaux":         30,
		`q="tranche+7"`:                      1,
		"q=voirie+-tranche":                  0,
		"published_from=2026-03-10":          12,
		"version=v230":                       0,
	} {
		if a := list(t, h, "/api/v1/notices?"+target); a.Total != want {
			t.Errorf("%s: %d notices, want %d", target, a.Total, want)
		}
	}
}

func TestRawAndRecord(t *testing.T) {
	h := server(t, invented(1, notice.V325))
	res := get(t, h, "/api/v1/notices/26-1/raw")
	body, _ := io.ReadAll(res.Body)
	tag := res.Header.Get("ETag")
	if string(body) != "<ANNONCE>26-1</ANNONCE>" || tag != fmt.Sprintf(`"%064x"`, 1) {
		t.Errorf("raw: %s, tag %s", body, tag)
	}
	if again := get(t, h, "/api/v1/notices/26-1/raw", "If-None-Match", tag); again.StatusCode != 304 {
		t.Errorf("a known tag gives %d", again.StatusCode)
	}
	lost := invented(2, notice.V325)
	lost.Source.Kept = ""
	if gone := get(t, server(t, lost), "/api/v1/notices/26-2/raw"); gone.StatusCode != 404 {
		t.Errorf("a document that was not kept gives %d", gone.StatusCode)
	}
	res = get(t, h, "/api/v1/notices/26-1/record")
	var record map[string]any
	if err := json.NewDecoder(res.Body).Decode(&record); err != nil {
		t.Fatal(err)
	}
	if len(record) != 41 || record["id"] != "26_1" {
		t.Errorf("record of %d fields: %v", len(record), record)
	}
}

func TestExports(t *testing.T) {
	h := server(t, thirty()...)
	res := get(t, h, "/api/v1/notices.csv?fields=idweb,amount&sort=idweb&delimiter=,")
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || len(rows) != 31 || rows[0][1] != "amount" || rows[1][0] != "26-1" {
		t.Errorf("csv: %v %v", err, rows[:min(2, len(rows))])
	}
	if got := res.Header.Get("Boamp-Revision"); got != "1" {
		t.Errorf("csv: revision header %q", got)
	}
	res = get(t, h, "/api/v1/notices.json?open=true")
	var a answer
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil || len(a.Notices) != 20 || a.Meta["total"] != 20.0 {
		t.Errorf("json: %v, %d notices, meta %v", err, len(a.Notices), a.Meta)
	}
	res = get(t, h, "/api/v1/notices.xlsx?limit=5")
	book, err := excelize.OpenReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if rows, _ := book.GetRows("Avis"); len(rows) != 6 {
		t.Errorf("xlsx: %d rows, want 6", len(rows))
	}
}

// TestEveryFormat asks for every format, and for each option that shapes one.
func TestEveryFormat(t *testing.T) {
	h := server(t, thirty()...)
	for target, want := range map[string]string{
		"csv?flavour=tableur":              "\uFEFFidweb;deadline\n26-1;2026-04-16T10:00:00Z\n",
		"csv?quote_all=true":               "\"idweb\";\"deadline\"\n\"26-1\";\"2026-04-16T10:00:00Z\"\n",
		"csv?delimiter=%09":                "idweb\tdeadline\n",
		"csv?timezone=Europe/Paris":        "26-1;2026-04-16T12:00:00+02:00\n",
		"jsonl?timezone=Europe/Paris":      `{"idweb":"26-1","deadline":"2026-04-16T12:00:00+02:00"}`,
		"geojson":                          `{"type":"Feature","geometry":null,"properties":{"idweb":"26-1"`,
		"jsonld":                           `"@id":"http://example.com/api/v1/notices/26-1"`,
		"n3":                               "<http://example.com/api/v1/notices/26-1>",
		"turtle":                           `f:deadline "2026-04-16T10:00:00Z"^^xsd:dateTime`,
		"rdfxml":                           `rdf:about="http://example.com/api/v1/notices/26-1"`,
		"parquet":                          "PAR1",
		"parquet?parquet_compression=zstd": "PAR1",
		"xlsx":                             "PK",
		"json":                             `"idweb":"26-1"`,
	} {
		name, query, _ := strings.Cut(target, "?")
		res := get(t, h, "/api/v1/notices."+name+"?fields=idweb,deadline&sort=idweb&limit=1&"+query)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 || !bytes.Contains(body, []byte(want)) {
			t.Errorf("%s: %d\n%s", target, res.StatusCode, body)
		}
		if res.Header.Get("Content-Type") == "" || !strings.Contains(res.Header.Get("Content-Disposition"), `filename="boamp.`) {
			t.Errorf("%s: headers %v", target, res.Header)
		}
	}
}

func TestMistakes(t *testing.T) {
	h := server(t, invented(1, notice.V325))
	cases := []struct {
		target string
		status int
		hint   string
	}{
		{"/api/v1/notices?departments=44", 400, "departement"},
		{"/api/v1/notices?sort=cpv", 400, "several values"},
		{"/api/v1/notices?cursor=xyz", 400, "cursor"},
		{"/api/v1/notices?q=%zz", 400, "query string"},
		{"/api/v1/notices?a;b", 400, "query string"},
		{"/api/v1/notices/26-2", 404, "26-2"},
		{"/api/v1/notices/26-1?version=v9", 400, "v325"},
		{"/api/v1/notices/26-1?versions=v325", 400, "version"},
		{"/api/v1/notices.csv?delimiter=ab", 400, "delimiter"},
		{"/api/v1/notices.csv?cursor=ab", 400, "unknown parameter"},
		{"/api/v1/notices.csv?flavour=excel", 400, "tableur"},
		{"/api/v1/notices.csv?quote_all=yes", 400, "neither true nor false"},
		{"/api/v1/notices.csv?timezone=Paris", 400, "Europe/Paris"},
		{"/api/v1/notices.csv?timezone=Local", 400, "Europe/Paris"},
		{"/api/v1/notices.parquet?parquet_compression=lzo", 400, "zstd"},
		{"/api/v1/notices.kml", 400, "geometry"},
		{"/api/v1/notices.xls", 400, "xlsx"},
		{"/api/v1/notices.docx", 404, "/api/v1/notices.parquet"},
		{"/api/v1/nothing", 404, "/api/v1/notices/{id}"},
	}
	for _, c := range cases {
		res := get(t, h, c.target)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != c.status || !strings.Contains(string(body), c.hint) {
			t.Errorf("%s: %d %s", c.target, res.StatusCode, body)
		}
		if res.Header.Get("Boamp-Revision") != "1" {
			t.Errorf("%s: the answer does not say where the data come from", c.target)
		}
		if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s: content type %q", c.target, ct)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/notices", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 405 || w.Header().Get("Allow") == "" {
		t.Errorf("POST: %d %s", w.Code, w.Body)
	}
}

func TestCursorOfAnotherQuery(t *testing.T) {
	h := server(t, thirty()...)
	a := list(t, h, "/api/v1/notices?limit=5")
	res := get(t, h, "/api/v1/notices?limit=5&famille=FNS&cursor="+a.Cursor)
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 400 || !bytes.Contains(body, []byte("another query")) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestRequestIDAndHead(t *testing.T) {
	h := server(t, invented(1, notice.V325))
	res := get(t, h, "/api/v1/notices", "X-Request-Id", "abc-1")
	if res.Header.Get("X-Request-Id") != "abc-1" {
		t.Error("the caller's request id is not taken")
	}
	if id := get(t, h, "/api/v1/notices", "X-Request-Id", "bad id\"").Header.Get("X-Request-Id"); len(id) != 16 {
		t.Errorf("request id %q", id)
	}
	r := httptest.NewRequest(http.MethodHead, "/api/v1/notices/26-1", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 || w.Header().Get("ETag") == "" {
		t.Errorf("HEAD: %d, tag %q", w.Code, w.Header().Get("ETag"))
	}
}

func TestListsAreTaggedUnlessTheTimeDecides(t *testing.T) {
	h := server(t, thirty()...)
	for target, tagged := range map[string]bool{"/api/v1/notices": true, "/api/v1/notices?departement=44&limit=3": true, "/api/v1/notices?open=true": false} {
		res := get(t, h, target)
		tag := res.Header.Get("ETag")
		if strings.HasPrefix(tag, `W/"1-`) != tagged || tag == "" {
			t.Errorf("%s: tag %q", target, tag)
		}
		if again := get(t, h, target, "If-None-Match", tag); again.StatusCode != 304 || again.Header.Get("Boamp-Revision") != "1" {
			t.Errorf("%s: a known tag gives %d", target, again.StatusCode)
		}
		if other := get(t, h, target, "If-None-Match", `W/"1-0000000000000000"`); other.StatusCode != 200 {
			t.Errorf("%s: another tag gives %d", target, other.StatusCode)
		}
	}
}
