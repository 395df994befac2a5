package synth_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

var options = synth.Options{Seed: 1, Notices: 300, Today: notice.Date{Year: 2026, Month: time.November, Day: 24}}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := slices.Collect(synth.Generate(options)), slices.Collect(synth.Generate(options))
	if len(a) < options.Notices || len(a) != len(b) {
		t.Fatalf("%d and %d documents", len(a), len(b))
	}
	for i := range a {
		if a[i].Path != b[i].Path || !bytes.Equal(a[i].Bytes, b[i].Bytes) {
			t.Fatalf("document %d differs", i)
		}
	}
	other := options
	other.Seed = 2
	if c := slices.Collect(synth.Generate(other)); bytes.Equal(a[0].Bytes, c[0].Bytes) {
		t.Error("another seed gives the same bytes")
	}
}

// TestEveryGenerationAndKind reads what is made with the real readers: all of it is served, nothing is warned about, and
// the demonstration shows every generation, family and stage.
func TestEveryGenerationAndKind(t *testing.T) {
	reader := detect.New()
	seen := map[string]int{}
	links := 0
	for d := range synth.Generate(options) {
		res, err := reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: strings.TrimSuffix(d.Path, ".xml")})
		if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 0 {
			t.Fatalf("%s: %d notices, error %v", d.Path, len(res.Notices), err)
		}
		n := res.Notices[0]
		for _, w := range n.Warnings {
			t.Errorf("%s: %s: %s", d.Path, w.Path, w.Reason)
		}
		for _, f := range n.Flags {
			if f.Code != notice.FlagContradiction { // a status INITIAL on a changed eForms notice, as platforms write it
				t.Errorf("%s: %s is flagged %s (%s)", d.Path, f.Field, f.Code, f.Value)
			}
		}
		if n.Title == "" || len(n.Buyers) == 0 || n.Published.IsZero() && n.Version != notice.EForms {
			t.Errorf("%s: no title, buyer or date", d.Path)
		}
		seen[string(n.Version)]++
		seen[n.Famille]++
		seen[string(n.Stage)]++
		seen[string(n.State)]++
		links += len(n.Links)
		if len(n.Lots) > 1 {
			seen["lots"]++
		}
	}
	for _, want := range []string{
		"v010", "v110", "v230", "v240", "v325", "eforms", "MAPA", "FNS", "JOUE", "DSP", "DIVERS", "planning", "call", "award", "correction",
		"initial", "corrected", "cancelled", "lots",
	} {
		if seen[want] < 2 {
			t.Errorf("%s: %d notices", want, seen[want])
		}
	}
	if links < 50 {
		t.Errorf("only %d links", links)
	}
}
