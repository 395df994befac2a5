package native_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store/memory"
)

// accounted is a server whose ledger has three days of dila and a file imported by hand.
type accounted struct {
	http.Handler
	db *memory.Store
	t  *testing.T
	n  int64
}

func newAccounted(t *testing.T) *accounted {
	t.Helper()
	catalogue := field.NewCatalogue()
	a := &accounted{db: memory.New(catalogue), t: t}
	a.day("2026/03/17", 3, "a served", "b served", "c erased")
	a.day("2026/03/18", 4, "d served", "e quarantined", "f partial", "g missing")
	a.day("2026/03/19", 3, "h served", "i gone", "j served") // one is without account
	a.record(ledger.Line{Edition: "/tmp/boamp  é.csv", Origin: "k", Outcome: ledger.Quarantined, Kind: "invalid", Reason: "no notice", SHA256: "k"})
	a.record(ledger.Line{Edition: "2026/03/19", Origin: "l", Outcome: ledger.Served, IDs: []string{"26-9"}, SHA256: "l"})
	api := &native.API{Door: &search.Door{Store: a.db, Fields: catalogue}, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Watch: &completeness.Watch{
		Fold: completeness.New(), Open: a.db.Snapshot, Settings: completeness.Defaults(), Now: func() time.Time { return now },
		Following: func() []completeness.Following {
			return []completeness.Following{{Source: "dila", Last: now, Failures: 4, Error: "no route"}}
		},
	}}
	a.Handler = api.Handler()
	return a
}

// day records a folder of dila and its listing.
func (a *accounted) day(edition string, listed int64, documents ...string) {
	day := completeness.Day(edition)
	at := time.Date(day.Year, day.Month, day.Day, 4, 0, 0, 0, time.UTC)
	var lines []ledger.Line
	for _, text := range documents {
		origin, outcome, _ := strings.Cut(text, " ")
		l := ledger.Line{Time: at, Source: "dila", Edition: edition, Origin: "https://source.example/" + origin, Outcome: ledger.Outcome(outcome), Published: at.Add(-10 * time.Minute), SHA256: origin, IDs: []string{"26-" + origin}}
		switch l.Outcome {
		case ledger.Missing:
			l.SHA256, l.IDs, l.Kind, l.Reason = "", nil, "not_found", "404"
		case ledger.Quarantined:
			l.IDs, l.Kind, l.Reason = nil, "invalid", "no XML"
		case ledger.Partial:
			l.Kind, l.Reason = "invalid", "half of it"
		case ledger.Gone:
			l.SHA256, l.IDs = "", nil
		}
		lines = append(lines, l)
	}
	a.record(append([]ledger.Line{{Time: at, Source: "dila", Edition: edition, Origin: "listing", Outcome: ledger.Listing, Listed: listed}}, lines...)...)
}

func (a *accounted) record(lines ...ledger.Line) {
	a.t.Helper()
	for i := range lines {
		a.n++
		lines[i].Seq = a.n
		if lines[i].Time.IsZero() {
			lines[i].Time = now.Add(-time.Hour)
		}
	}
	tx, err := a.db.Begin(a.t.Context())
	if err == nil {
		err = tx.Record(a.t.Context(), lines)
	}
	if err == nil {
		_, err = tx.Commit(a.t.Context(), now)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

func ask[T any](t *testing.T, h http.Handler, target string, status int) (body T) {
	t.Helper()
	res := get(t, h, target)
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		t.Fatalf("%s: %d %s", target, res.StatusCode, b)
	}
	if err := json.Unmarshal(b, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestCompleteness(t *testing.T) {
	h := newAccounted(t)
	for target, want := range map[string]string{
		"":                               "dila 2026-03-19  3 2 0 0 1 0 | import 2026-03-19  1 1 0 0 0 0 | dila 2026-03-18  4 2 1 0 0 1 | dila 2026-03-17  3 2 0 1 0 0 | import   1 0 1 0 0 0 = 12",
		"?by=year":                       "dila 2026  10 6 1 1 1 1 | import 2026  1 1 0 0 0 0 | import   1 0 1 0 0 0 = 12",
		"?by=month&source=dila":          "dila 2026-03  10 6 1 1 1 1 = 10",
		"?by=edition&source=import":      "import 2026-03-19 2026/03/19 1 1 0 0 0 0 | import  /tmp/boamp  é.csv 1 0 1 0 0 0 = 2",
		"?from=2026-03-18&to=2026-03-18": "dila 2026-03-18  4 2 1 0 0 1 = 4",
		"?only=incomplete":               "dila 2026-03-19  3 2 0 0 1 0 | dila 2026-03-18  4 2 1 0 0 1 | import   1 0 1 0 0 0 = 8",
		"?limit=1":                       "dila 2026-03-19  3 2 0 0 1 0 = 12",
	} {
		body := ask[native.CompletenessAnswer](t, h, "/api/v1/completeness"+target, 200)
		var rows []string
		for _, r := range body.Rows {
			rows = append(rows, fmt.Sprint(r.Source, " ", r.Period, " ", r.Edition, " ", r.Listed, r.Served, r.Quarantined, r.Erased, r.Unaccounted, r.Missing))
		}
		if got := fmt.Sprintf("%s = %d", strings.Join(rows, " | "), body.Total.Listed); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", target, got, want)
		}
		var alarms []string
		for _, x := range body.Alarms {
			alarms = append(alarms, x.Kind)
		}
		if body.State != "incomplete" || !slices.Equal(alarms, []string{"unaccounted", "missing", "late", "passes"}) || body.Sequence != h.n || len(body.Sources) != 1 || !body.Sources[0].Followed || body.Audit != nil || body.Meta.Source == "" {
			t.Errorf("%s: %s %v at %d, sources %+v, audit %v", target, body.State, alarms, body.Sequence, body.Sources, body.Audit)
		}
	}
	day := ask[native.CompletenessAnswer](t, h, "/api/v1/completeness?from=2026-03-18&to=2026-03-18", 200).Rows[0]
	if day.Fetched != 3 || day.Read != 2 || day.Partial != 1 || day.Notices != 2 || day.Lag == nil || *day.Lag != (native.Lag{Documents: 2, P50: 600, P95: 600, Worst: 600}) || day.ListedAt == nil {
		t.Errorf("%+v, lag %+v", day, day.Lag)
	}
}

// TestCompletenessPages: pages join without gap, and a page of an older state of the ledger is refused, although no notice has changed.
func TestCompletenessPages(t *testing.T) {
	h := newAccounted(t)
	whole := ask[native.DocumentsAnswer](t, h, "/api/v1/quarantine?state=served,partial,quarantined,erased,missing,gone", 200)
	var got []native.DocumentEntry
	target, cursor := "/api/v1/quarantine?limit=3&state=served,partial,quarantined,erased,missing,gone", ""
	for {
		page := ask[native.DocumentsAnswer](t, h, target+"&cursor="+cursor, 200)
		got = append(got, page.Documents...)
		if page.Total != 12 || len(page.Documents) > 3 {
			t.Fatalf("%d of %d documents", len(page.Documents), page.Total)
		}
		if page.Cursor == "" {
			break
		}
		cursor = page.Cursor
	}
	if a, b := fmt.Sprint(got), fmt.Sprint(whole.Documents); len(got) != 12 || a == "" || len(a) != len(b) {
		t.Errorf("pages\n%s\nwhole\n%s", a, b)
	}
	for i := range got {
		if got[i].Origin != whole.Documents[i].Origin {
			t.Errorf("document %d is %s, want %s", i, got[i].Origin, whole.Documents[i].Origin)
		}
	}
	before := get(t, h, "/api/v1/completeness").Header.Get("ETag")
	rows := ask[native.CompletenessAnswer](t, h, "/api/v1/completeness?limit=1", 200).Cursor
	h.record(ledger.Line{Source: "dila", Edition: "2026/03/19", Origin: "late", Outcome: ledger.Missing})
	ask[native.Problem](t, h, "/api/v1/completeness?limit=1&cursor="+rows, 400)
	ask[native.Problem](t, h, target+"&cursor="+cursor, 400)
	if res := get(t, h, "/api/v1/completeness", "If-None-Match", before); before == "" || res.StatusCode != 200 {
		t.Errorf("the tag %q holds for another state of the ledger: %d", before, res.StatusCode)
	}
	if after := ask[native.CompletenessAnswer](t, h, "/api/v1/completeness", 200); after.Sequence != h.n || after.Total.Missing != 2 {
		t.Errorf("after a line: %d missing at %d", after.Total.Missing, after.Sequence)
	}
}

func TestEditionDocuments(t *testing.T) {
	h := newAccounted(t)
	for target, want := range map[string]string{
		"/api/v1/completeness/2026/03/18":                                            "d served, e quarantined no XML, f partial half of it, g missing 404",
		"/api/v1/completeness/2026/03/18?state=missing&state=partial":                "f partial half of it, g missing 404",
		"/api/v1/completeness/2026/03/19?source=dila":                                "h served, i gone, j served",
		"/api/v1/completeness/2026/03/19?source=import":                              "l served",
		"/api/v1/completeness/" + url.PathEscape("/tmp/boamp  é.csv"):                "k quarantined no notice",
		"/api/v1/quarantine":                                                         "e quarantined no XML, f partial half of it, k quarantined no notice",
		"/api/v1/quarantine?source=dila&state=missing&from=2026-03-18&to=2026-03-18": "g missing 404",
	} {
		body := ask[native.DocumentsAnswer](t, h, target, 200)
		var list []string
		for _, d := range body.Documents {
			list = append(list, strings.TrimSpace(strings.TrimPrefix(d.Origin, "https://source.example/")+" "+d.State+" "+d.Reason))
		}
		if got := strings.Join(list, ", "); got != want || body.Total != len(list) {
			t.Errorf("%s: %d\ngot  %s\nwant %s", target, body.Total, got, want)
		}
	}
	for _, row := range ask[native.CompletenessAnswer](t, h, "/api/v1/completeness?by=edition", 200).Rows {
		if n := ask[native.DocumentsAnswer](t, h, row.URL, 200); len(n.Documents) == 0 || n.Documents[0].Edition != row.Edition {
			t.Errorf("%s: %+v", row.URL, n)
		}
	}
}

func TestCompletenessRefuses(t *testing.T) {
	h := newAccounted(t)
	for target, where := range map[string]string{
		"?by=week": "parameter by", "?from=2026-3-1": "parameter from", "?to=yesterday": "parameter to", "?from=2026-03-02&to=2026-03-01": "parameter from", "?source=dilla": "parameter source",
		"?only=complete": "parameter only", "?limit=0": "parameter limit", "?limit=5000": "parameter limit", "?cursor=x": "parameter cursor", "?form=csv": "parameter form", "?by=day&by=year": "parameter by",
		".csv?limit=3": "parameter limit", ".csv?delimiter=ab": "parameter delimiter", "/2026/03/18?state=lost": "parameter state", "/2026/03/19": "parameter source", "/2026/03/18?by=day": "parameter by",
	} {
		if p := ask[native.Problem](t, h, "/api/v1/completeness"+target, 400); len(p.Errors) != 1 || p.Errors[0].Position != where {
			t.Errorf("%s: %+v", target, p)
		}
	}
	ask[native.Problem](t, h, "/api/v1/completeness/2026/03/20", 404)
	ask[native.Problem](t, h, "/api/v1/completeness/2026/03/18?source=import", 404)
	ask[native.Problem](t, server(t), "/api/v1/completeness", 503)
}

func TestCompletenessFile(t *testing.T) {
	h := newAccounted(t)
	res := get(t, h, "/api/v1/completeness.csv?by=edition&delimiter=,")
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(res.Header.Get("Content-Disposition"), "completeness.csv") {
		t.Fatalf("%d %v %v", res.StatusCode, res.Header, err)
	}
	body := ask[native.CompletenessAnswer](t, h, "/api/v1/completeness?by=edition", 200)
	if len(rows) != 1+len(body.Rows) {
		t.Fatalf("%d lines for %d rows", len(rows), len(body.Rows))
	}
	at := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	for i, want := range body.Rows {
		row := rows[i+1]
		got := fmt.Sprint(at(row, "source"), at(row, "edition"), at(row, "listed"), at(row, "served"), at(row, "unaccounted"), at(row, "gone"), at(row, "first_seen"))
		if got != fmt.Sprint(want.Source, want.Edition, fmt.Sprint(want.Listed), fmt.Sprint(want.Served), fmt.Sprint(want.Unaccounted), fmt.Sprint(want.Gone), want.FirstSeen.Format(time.RFC3339)) {
			t.Errorf("line %v\nrow  %+v", row, want)
		}
	}
}
