package synth_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

var today = notice.Date{Year: 2026, Month: time.November, Day: 24}

// sample is a corpus read by the real readers.
var sample = sync.OnceValues(func() ([]*notice.Notice, error) {
	reader := detect.New()
	var list []*notice.Notice
	for d := range synth.NewCorpus(synth.Options{Seed: 3, Notices: 8000, Today: today}).Documents() {
		res, err := reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: strings.TrimSuffix(d.Path, ".xml")})
		if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 0 {
			return nil, fmt.Errorf("%s: %d notices, error %w", d.Path, len(res.Notices), err)
		}
		list = append(list, res.Notices[0])
	}
	return list, nil
})

func notices(t *testing.T) []*notice.Notice {
	t.Helper()
	list, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCorpusReadsWithoutWarning reads every document with the real readers.
func TestCorpusReadsWithoutWarning(t *testing.T) {
	ids := map[string]bool{}
	for _, n := range notices(t) {
		for _, w := range n.Warnings {
			t.Errorf("%s: %s: %s", n.ID, w.Path, w.Reason)
		}
		if n.Title == "" || len(n.Buyers) == 0 || n.Published.IsZero() {
			t.Errorf("%s: no title, buyer or date", n.ID)
		}
		if ids[n.ID] {
			t.Errorf("%s twice", n.ID)
		}
		ids[n.ID] = true
	}
}

// TestCorpusIsDeterministic compares two runs, documents made out of turn, and corpora of different sizes.
func TestCorpusIsDeterministic(t *testing.T) {
	o := synth.Options{Seed: 5, Notices: 600, Today: today}
	a, b := synth.NewCorpus(o), synth.NewCorpus(o)
	if a.Len() != o.Notices {
		t.Fatalf("%d notices", a.Len())
	}
	for i := a.Len() - 1; i >= 0; i-- {
		if x, y := a.Document(i), b.Document(i); x.Path != y.Path || !bytes.Equal(x.Bytes, y.Bytes) {
			t.Fatalf("document %d differs", i)
		}
	}
	o.Notices *= 2
	titles := map[string]bool{}
	for d := range synth.NewCorpus(o).Documents() {
		titles[titleOf(d.Bytes)] = true
	}
	for i := range a.Len() {
		if title := titleOf(a.Document(i).Bytes); !titles[title] {
			t.Errorf("%q is not in the larger corpus", title)
		}
	}
}

func titleOf(doc []byte) string {
	for _, tag := range []string{"RESUME_OBJET", "OBJET_COMPLET"} {
		if _, after, ok := bytes.Cut(doc, []byte("<"+tag+">")); ok {
			title, _, _ := bytes.Cut(after, []byte("</"+tag+">"))
			return string(title)
		}
	}
	return ""
}

// share is a share of notices with what it should be, in percent, and how far it may be off.
type share struct {
	name      string
	want, off float64
	has       func(n *notice.Notice) bool
}

// TestCorpusShares holds the corpus to the counts of the real data set.
func TestCorpusShares(t *testing.T) {
	family := func(f string) func(*notice.Notice) bool { return func(n *notice.Notice) bool { return n.Famille == f } }
	stage := func(s notice.Stage) func(*notice.Notice) bool {
		return func(n *notice.Notice) bool { return n.Stage == s }
	}
	state := func(s notice.State) func(*notice.Notice) bool {
		return func(n *notice.Notice) bool { return n.State == s }
	}
	departments := func(k int) func(*notice.Notice) bool {
		return func(n *notice.Notice) bool { return len(n.Record.CodeDepartement) == k }
	}
	words := func(k int) func(*notice.Notice) bool {
		return func(n *notice.Notice) bool { return len(n.Record.DescripteurCode) == k }
	}
	kind := func(k string) func(*notice.Notice) bool {
		return func(n *notice.Notice) bool { return slices.Contains(n.Record.TypeMarche, k) }
	}
	for _, s := range []share{
		{"famille JOUE", 48.4, 3, family("JOUE")},
		{"famille FNS", 38.5, 3, family("FNS")},
		{"famille MAPA", 12.3, 1.5, family("MAPA")},
		{"famille DSP or DIVERS", 0.8, 0.5, func(n *notice.Notice) bool { return n.Famille == "DSP" || n.Famille == "DIVERS" }},
		{"calls", 68, 5, stage(notice.StageCall)},
		{"awards", 27.3, 3, stage(notice.StageAward)},
		{"state initial", 92.1, 1.5, state(notice.StateInitial)},
		{"state corrected", 7.6, 1.5, state(notice.StateCorrected)},
		{"state cancelled", 0.21, 0.3, state(notice.StateCancelled)},
		{"one department", 82.8, 2.5, departments(1)},
		{"two departments", 6.9, 2, departments(2)},
		{"nine departments", 0.9, 0.7, departments(9)},
		{"one key word", 70.5, 4, words(1)},
		{"two key words", 17.7, 4, words(2)},
		{"works", 19.4, 6, kind("TRAVAUX")},
		{"services", 46.6, 8, kind("SERVICES")},
		{"supplies", 17.4, 6, kind("FOURNITURES")},
		{"Paris", 9.9, 3, func(n *notice.Notice) bool { return slices.Contains(n.Record.CodeDepartement, "75") }},
		{"environmental criteria", 16, 4, func(n *notice.Notice) bool { return slices.Contains(n.Record.Criteres, "environnementaux") }},
		{"no earlier notice", 78.8, 3, func(n *notice.Notice) bool { return len(n.Record.AnnonceLie) == 0 }},
		{"one earlier notice", 18.1, 3, func(n *notice.Notice) bool { return len(n.Record.AnnonceLie) == 1 }},
		{"titles in capitals", 10.9, 2, func(n *notice.Notice) bool { return n.Title == strings.ToUpper(n.Title) }},
		{"titles that are cut", 0.8, 0.7, func(n *notice.Notice) bool { return strings.HasSuffix(n.Title, "-.") }},
	} {
		count := 0
		for _, n := range notices(t) {
			if s.has(n) {
				count++
			}
		}
		if got := 100 * float64(count) / float64(len(notices(t))); math.Abs(got-s.want) > s.off {
			t.Errorf("%s: %.2f %%, want %.2f ± %.2f", s.name, got, s.want, s.off)
		} else if testing.Verbose() {
			t.Logf("%s: %.2f %% (%.2f)", s.name, got, s.want)
		}
	}
}

// TestCorpusQuantiles holds sizes, delays and the tail of buyers to the real ones.
func TestCorpusQuantiles(t *testing.T) {
	var titles, bodies, waits, buyers []float64
	byBuyer := map[string]float64{}
	for _, n := range notices(t) {
		titles = append(titles, float64(utf8.RuneCountInString(n.Title)))
		if n.Record.Donnees != nil {
			bodies = append(bodies, float64(utf8.RuneCountInString(*n.Record.Donnees)))
		}
		if d := n.Deadline; d != nil && !d.Instant.IsZero() && n.Famille != "JOUE" && n.Stage == notice.StageCall {
			waits = append(waits, d.Instant.Sub(n.Published.In(time.UTC)).Hours()/24)
		}
		byBuyer[n.Buyers[0].Name]++
	}
	for _, n := range byBuyer {
		buyers = append(buyers, n)
	}
	for _, q := range []struct {
		name      string
		values    []float64
		at        float64
		want, off float64
	}{
		{"title", titles, 0.05, 36, 8}, {"title", titles, 0.25, 69, 8}, {"title", titles, 0.5, 99, 10}, {"title", titles, 0.75, 136, 10},
		{"title", titles, 0.95, 187, 8}, {"title", titles, 1, 203, 5},
		{"donnees", bodies, 0.5, 4000, 1200}, {"donnees", bodies, 0.75, 7788, 1800}, {"donnees", bodies, 0.9, 14_000, 4000}, {"donnees", bodies, 1, 67_000, 25_000},
		{"wait", waits, 0.05, 18, 3}, {"wait", waits, 0.5, 28, 2}, {"wait", waits, 0.95, 42, 4},
		{"buyer", buyers, 0.5, 1, 1}, {"buyer", buyers, 0.99, 14, 6}, // of 8,000 notices
	} {
		slices.Sort(q.values)
		got := q.values[int(q.at*float64(len(q.values)-1))]
		if math.Abs(got-q.want) > q.off {
			t.Errorf("%s at %g: %g, want %g ± %g", q.name, q.at, got, q.want, q.off)
		}
	}
	sum := 0.0
	for _, b := range bodies {
		sum += b
	}
	if mean := sum / float64(len(bodies)); mean < 5500 || mean > 8500 {
		t.Errorf("donnees: mean %.0f, want about 7,000", mean)
	}
	if len(byBuyer) < 2000 {
		t.Errorf("only %d buyers", len(byBuyer))
	}
}

// TestCorpusLinks holds what follows a call to it: later, of the same buyer, after the days that are usual.
func TestCorpusLinks(t *testing.T) {
	byID := map[string]*notice.Notice{}
	for _, n := range notices(t) {
		byID[n.ID] = n
	}
	delays := map[notice.Stage][]int{}
	for _, n := range notices(t) {
		for _, id := range n.Record.AnnonceLie {
			before := byID[id]
			if before == nil {
				t.Errorf("%s names %s, which is not there", n.ID, id)
				continue
			}
			days := int(n.Published.In(time.UTC).Sub(before.Published.In(time.UTC)).Hours() / 24)
			if days < 0 || n.Title != before.Title && n.Version == before.Version {
				t.Errorf("%s names %s: %d days, %q and %q", n.ID, id, days, n.Title, before.Title)
			}
			stage := n.Stage
			if n.State == notice.StateCorrected {
				stage = notice.StageCorrection
			}
			delays[stage] = append(delays[stage], days)
		}
	}
	for stage, want := range map[notice.Stage][2]int{notice.StageCorrection: {14, 26}, notice.StageAward: {80, 140}} {
		slices.SortFunc(delays[stage], cmp.Compare[int])
		if n := len(delays[stage]); n < 100 || delays[stage][n/2] < want[0] || delays[stage][n/2] > want[1] {
			t.Errorf("%s: %d links, median outside of %v", stage, n, want)
		}
	}
}

// TestCorpusDays holds the days of publication to the real ones: Friday most, then Thursday and Wednesday, Monday least, and
// TestCorpusIdentifiers asserts that no two notices have one eForms identifier, and no two buyers one procedure.
func TestCorpusIdentifiers(t *testing.T) {
	byID, byFolder := map[string]*notice.Notice{}, map[string]*notice.Notice{}
	for _, n := range notices(t) {
		if was := byID[n.NoticeID]; n.NoticeID != "" && was != nil {
			t.Errorf("%s and %s have the identifier %s", was.ID, n.ID, n.NoticeID)
		}
		byID[n.NoticeID] = n
		if was := byFolder[n.ProcedureID]; n.ProcedureID != "" && was != nil && was.Buyers[0].Name != n.Buyers[0].Name {
			t.Errorf("%s of %s and %s of %s have the procedure %s", was.ID, was.Buyers[0].Name, n.ID, n.Buyers[0].Name, n.ProcedureID)
		}
		byFolder[n.ProcedureID] = n
	}
	if len(byFolder) < 100 {
		t.Fatalf("only %d procedures have identifiers", len(byFolder))
	}
}

// years alike but for those that are not whole.
func TestCorpusDays(t *testing.T) {
	week, years := [7]float64{}, map[int]float64{}
	for _, n := range notices(t) {
		week[n.Published.In(time.UTC).Weekday()]++
		years[n.Published.Year]++
	}
	total := float64(len(notices(t)))
	for day, want := range [7]float64{178, 170, 215, 335, 350, 429, 191} {
		if got := week[day] / total * 1868; math.Abs(got-want) > 45 {
			t.Errorf("%s: %.0f notices, want about %.0f", time.Weekday(day), got, want)
		}
	}
	for year := 2015; year <= 2026; year++ {
		if share := 100 * years[year] / total; share < 5.5 || share > 11.5 {
			t.Errorf("%d: %.1f %% of the notices", year, share)
		}
	}
}
