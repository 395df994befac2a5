package render_test

import (
	"encoding/json"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/render"
)

var update = flag.Bool("update", false, "rewrite the HTML of the fixtures")

// TestGolden renders invented notices, which stand in the fixtures as the native API gives them.
func TestGolden(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			var n notice.Notice
			if err := json.Unmarshal(feedtest.Part(a, "notice.json").Data, &n); err != nil {
				t.Fatal(err)
			}
			for part, got := range map[string]string{"notice.html": render.HTML(&n), "summary.html": render.Summary(&n)} {
				check(t, got)
				want := feedtest.Part(a, part)
				if *update {
					want.Data = []byte(got)
					continue
				}
				feedtest.Compare(t, string(want.Data), got)
			}
			if *update {
				feedtest.Rewrite(t, name, a)
			}
		})
	}
}

// TestFrench has the values whose form French rules.
func TestFrench(t *testing.T) {
	winter := time.Date(2026, 1, 5, 11, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		n    notice.Notice
		want string
	}{
		{"first of a month", notice.Notice{Published: notice.Date{Year: 2024, Month: 8, Day: 1}}, `<time datetime="2024-08-01">1er août 2024</time>`},
		{"amount", notice.Notice{Estimated: &notice.Amount{Value: 1234567.5, Currency: "EUR"}}, "1\u202f234\u202f567,50\u00a0€"},
		{"whole amount", notice.Notice{Estimated: &notice.Amount{Value: 900, Currency: "XPF"}}, "900\u00a0XPF"},
		{"framework ceiling", notice.Notice{Maximum: &notice.Amount{Value: 1000, Currency: "EUR"}}, "Valeur maximale hors TVA (plafond)</dt><dd>1\u202f000\u00a0€"},
		{"summed award", notice.Notice{Awarded: &notice.Amount{Value: 10, Currency: "EUR"}, Origins: map[string]notice.Origin{"awarded": {Kind: notice.Derived}}}, "10\u00a0€ <small class=\"note\">(calculé)</small>"},
		{"bad amount", notice.Notice{Estimated: &notice.Amount{Currency: "EUR", Written: "9 %", Flag: notice.FlagBadAmount}}, `9 % € <small class="note">(montant inutilisable)</small>`},
		{"deadline in winter", notice.Notice{Deadline: &notice.Deadline{Written: "2026-01-05T12:05:00+01:00", Wall: "2026-01-05T12:05:00", Offset: "+01:00", Instant: winter, For: notice.DeadlineTenders}},
			`<dt>Date limite de remise des offres</dt><dd><time datetime="2026-01-05T12:05:00+01:00">5 janvier 2026 à 12 h 05 (heure de Paris)</time></dd>`},
		{"deadline of an overseas clock", notice.Notice{Deadline: &notice.Deadline{Written: "2026-01-05T07:05:00-04:00", Wall: "2026-01-05T07:05:00", Offset: "-04:00", Instant: winter.Add(5 * time.Minute)}},
			"12 h 10 (heure de Paris)</time> <small class=\"note\">(écrit : 2026-01-05T07:05:00-04:00)</small>"},
		{"deadline without a time", notice.Notice{Deadline: &notice.Deadline{Written: "2026-01-05", Wall: "2026-01-05", DateOnly: true, Instant: time.Date(2026, 1, 5, 22, 59, 59, 0, time.UTC)}},
			`<dt>Date limite</dt><dd><time datetime="2026-01-05">5 janvier 2026</time></dd>`},
		{"impossible deadline", notice.Notice{Deadline: &notice.Deadline{Written: "7017-01-05T12:00:00"}, Flags: []notice.Flag{{Field: "deadline", Code: notice.FlagImpossibleDate, Value: "7017-01-05T12:00:00"}}},
			`<dd>7017-01-05T12:00:00 <small class="note">(date impossible)</small></dd>`},
		{"date that stands in a flag alone", notice.Notice{Flags: []notice.Flag{{Field: "dispatched", Code: notice.FlagDummyDate, Value: "2000-01-01"}}},
			`<dt>Date d&#39;envoi</dt><dd>2000-01-01 <small class="note">(date de remplissage)</small></dd>`},
		{"weights", notice.Notice{Criteria: []notice.Criterion{{Name: "Prix", Type: "price", Weight: 40, Unit: "percent"}, {Name: "Délai", Weight: 2, Unit: "rank"}}},
			"<dd>Prix (40\u00a0%)</dd><dd>Délai (rang 2)</dd>"},
		{"duration", notice.Notice{Duration: &notice.Duration{Value: 1, Unit: "year", Renewal: "deux fois"}}, "<dd>1 an</dd><dt>Reconduction</dt><dd>deux fois</dd>"},
		{"no tender", notice.Notice{Results: []notice.Result{{Outcome: notice.OutcomeUnsuccessful, Tenders: new(int)}}}, "<dt>Offres reçues</dt><dd>0</dd>"},
		{"path of the server", notice.Notice{Source: notice.Source{Origin: "/srv/secret/26-1.xml"}}, "<dt>Provenance</dt><dd>26-1.xml</dd>"},
	} {
		got := render.HTML(&c.n)
		check(t, got)
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: no\n%s\nin\n%s", c.name, c.want, got)
		}
	}
}

// TestSummaryIsShort has lists that are cut.
func TestSummaryIsShort(t *testing.T) {
	n := &notice.Notice{Lots: slices.Repeat([]notice.Lot{{Number: "1", Title: "Lot"}}, 25)}
	got := render.Summary(n)
	if strings.Count(got, "1 : Lot") != 10 || !strings.Contains(got, "<dd>et 15 autres lots</dd>") {
		t.Error(got)
	}
}

// TestCorpus renders every notice of the corpus that stands one a line: well formed, with its title and buyer in it.
func TestCorpus(t *testing.T) {
	reader, count := detect.New(), 0
	for _, file := range []string{"v110.jsonl", "v230.jsonl", "v325.jsonl"} {
		for _, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", file)) {
			res, err := reader.Read(feed.Document{Bytes: line, Name: file, Origin: file})
			if err != nil {
				continue // that it cannot be read is a matter of the readers
			}
			for _, n := range res.Notices {
				count++
				whole, short := check(t, render.HTML(n)), check(t, render.Summary(n))
				flat := strings.Join(strings.Fields(whole), "")
				for _, want := range []string{n.ID, n.Title, n.Description} {
					if !strings.Contains(flat, strings.Join(strings.Fields(want), "")) {
						t.Errorf("%s: %q is missing", n.ID, want)
					}
				}
				if n.Title != "" && short == "" {
					t.Errorf("%s: no summary", n.ID)
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d notices rendered", count)
	}
}
