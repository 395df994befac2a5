package explorev1_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/explorev1"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

const host = "https://boamp.example"

var now = time.Date(2026, time.September, 11, 10, 30, 0, 0, time.UTC)

func ptr(s string) *string { return &s }

func day(s string) notice.Date {
	d, ok := notice.ParseDate(s)
	if !ok {
		panic(s)
	}
	return d
}

// invented are six notices that nobody published.
func invented() []*notice.Notice {
	at := func(s string) time.Time {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return t
	}
	list := []notice.Record{
		{Idweb: "24-100", Objet: ptr("Travaux de rénovation énergétique du groupe scolaire"), Famille: ptr("MAPA"), CodeDepartement: []string{"67"},
			Dateparution: day("2024-08-05"), Datelimitereponse: at("2024-09-20T10:00:00Z"), TypeMarche: []string{"TRAVAUX"}, DC: []string{"365"}, TypeAvis: []string{"8"},
			NatureCategoriseLibelle: ptr("Avis de marché/"), Etat: ptr("INITIAL"), Donnees: ptr(`{"OBJET":{"CPV":"45454000"}}`), URLAvis: ptr("https://avis.example/24-100")},
		{Idweb: "24-200", Objet: ptr("Nettoyage des locaux; lot \"2\""), Famille: ptr("MAPA"), CodeDepartement: []string{"34", "67"},
			Dateparution: day("2024-09-10"), Datelimitereponse: at("2024-10-01T22:30:00Z"), TypeMarche: []string{"SERVICES"}, DC: []string{"366", "270"}, TypeAvis: []string{"6"},
			NatureCategoriseLibelle: ptr("Avis de marché/"), Etat: ptr("INITIAL")},
		{Idweb: "25-300", Objet: ptr("Fourniture de repas à Strasbourg"), Famille: ptr("JOUE"), CodeDepartement: []string{"67"},
			Dateparution: day("2025-01-15"), Datefindiffusion: day("2025-03-01"), TypeMarche: []string{"FOURNITURES"}, DC: []string{"365"},
			NatureCategoriseLibelle: ptr("Résultat de marché/Concession"), Etat: ptr("INITIAL"), Titulaire: []string{"Société A", "Société B"}},
		{Idweb: "25-400", Objet: ptr("Rectificatif : travaux"), Famille: ptr("FNS"), CodeDepartement: []string{"75"},
			Dateparution: day("2025-01-20"), Datelimitereponse: at("2025-02-14T11:00:00Z"), TypeMarche: []string{"TRAVAUX"}, NatureCategoriseLibelle: ptr("Rectificatif/"), Etat: ptr("INITIAL")},
		{Idweb: "26-500", Objet: ptr("Étude"), Famille: ptr("FNS"), Dateparution: day("2026-09-07"), Datefindiffusion: day("2026-10-07"), Etat: ptr("AVIS_ANNULE")},
		{Idweb: "26-50", Dateparution: day("2026-09-10"), Datelimitereponse: at("2026-10-12T10:00:00Z"), Famille: ptr("MAPA")},
	}
	var out []*notice.Notice
	for i, r := range list {
		r.ID = strings.ReplaceAll(r.Idweb, "-", "_")
		n := &notice.Notice{ID: r.Idweb, Record: r}
		n.Source.Fetched = now.Add(-time.Duration(i) * time.Hour)
		out = append(out, n)
	}
	return out
}

func newAPI(t testing.TB) *explorev1.API {
	t.Helper()
	fields := field.NewCatalogue()
	db := memory.New(fields)
	t.Cleanup(func() { db.Close() })
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), invented()); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	page := func(n *notice.Notice) string { return "<p>" + n.ID + "</p>" }
	open := func(ctx context.Context) (store.View, error) { return db.Snapshot(ctx) }
	sets, err := dataset.Build(dataset.Options{Fields: fields, HTML: page, Summary: page, Open: open})
	if err != nil {
		t.Fatal(err)
	}
	return &explorev1.API{
		Sets: sets, Formats: append(export.Formats(), xlsx.Format()), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Base: host,
		Info: func(ctx context.Context) (store.Info, error) {
			v, err := open(ctx)
			if err != nil {
				return store.Info{}, err
			}
			defer v.Close()
			return v.Info(), nil
		},
	}
}

// answer is what the server said.
type answer struct {
	*http.Response
	body string
}

func ask(t testing.TB, h http.Handler, target string, headers ...string) answer {
	t.Helper()
	return do(t, h, httptest.NewRequest(http.MethodGet, host+target, nil), headers...)
}

func do(t testing.TB, h http.Handler, r *http.Request, headers ...string) answer {
	t.Helper()
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(b)}
}

// search is the address of a search in the data set boamp.
func search(pairs ...string) string {
	return at("/api/records/1.0/search/", append([]string{"dataset", "boamp"}, pairs...)...)
}

func at(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return path + "?" + v.Encode()
}

// page is the answer of a search.
type page struct {
	NHits      int                        `json:"nhits"`
	Parameters map[string]json.RawMessage `json:"parameters"`
	Records    []struct {
		DatasetID string                     `json:"datasetid"`
		RecordID  string                     `json:"recordid"`
		Fields    map[string]json.RawMessage `json:"fields"`
		Timestamp string                     `json:"record_timestamp"`
	} `json:"records"`
	Datasets []struct {
		DatasetID string `json:"datasetid"`
	} `json:"datasets"`
	FacetGroups []struct {
		Name   string  `json:"name"`
		Facets []facet `json:"facets"`
	} `json:"facet_groups"`
}

type facet struct {
	Name, Path, State string
	Count             *int
	Facets            []facet
}

// ids are the notices of a page in order.
func (p page) ids() string {
	var list []string
	for _, r := range p.Records {
		list = append(list, strings.Trim(string(r.Fields["idweb"]), `"`))
	}
	return strings.Join(list, " ")
}

func (a answer) page(t testing.TB) page {
	t.Helper()
	var p page
	a.decode(t, &p)
	return p
}

func (a answer) decode(t testing.TB, to any) {
	t.Helper()
	if a.StatusCode != 200 {
		t.Fatalf("%d: %s", a.StatusCode, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatalf("%v: %.300s", err, a.body)
	}
}

// fails checks that the answer is an error in the form of version 1.
func (a answer) fails(t testing.TB, status int, message string) {
	t.Helper()
	var e struct{ Error string }
	if a.StatusCode != status || json.Unmarshal([]byte(a.body), &e) != nil || !strings.Contains(e.Error, message) {
		t.Errorf("%d %s, want %d with an error like %q", a.StatusCode, a.body, status, message)
	}
	if ct := a.Header.Get("Content-Type"); ct != "application/json; charset=utf-8" {
		t.Errorf("error of type %q", ct)
	}
}
