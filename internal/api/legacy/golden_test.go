package legacy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
)

var update = flag.Bool("update", false, "write the goldens instead of comparing them")

// TestGoldens makes the JSON of invented notices of each generation: goldens in testdata, one a fixture.
func TestGoldens(t *testing.T) {
	for generation, names := range map[string][]string{
		"v010":   {"call", "award"},
		"v110":   {"bulk", "mapa-award-lots", "call-lots"},
		"v230":   {"fns-call", "fns-correction", "joue-award", "joue-prior-information", "v240-call"},
		"jo":     {"fnsimple-initial", "mapa-attribution", "eforms", "v240"},
		"eforms": {"withheld"},
	} {
		docs := inputs(t, generation)
		for _, name := range names {
			name = generation + "-" + name
			t.Run(name, func(t *testing.T) {
				src, ok := docs[name]
				if !ok {
					t.Fatal("no such fixture")
				}
				res, err := detect.New().Read(feed.Document{Bytes: src})
				if err != nil {
					t.Fatal(err)
				}
				body, _ := jsonOf(t, res.Notices[0], src)
				var got bytes.Buffer
				if err := json.Indent(&got, body, "", " "); err != nil {
					t.Fatal(err)
				}
				got.WriteByte('\n')
				golden(t, filepath.Join("testdata", name+".json"), got.Bytes())
			})
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := load(t, file); !bytes.Equal(got, want) {
		t.Errorf("%s (-update writes it):\n%s", file, difference(got, want))
	}
}

// TestFixtures makes JSON and XML of every invented notice, and reads the XML again: it gives the same JSON.
func TestFixtures(t *testing.T) {
	seen := 0
	for _, generation := range []string{"v010", "v110", "v230", "jo", "eforms"} {
		for name, src := range inputs(t, generation) {
			res, err := detect.New().Read(feed.Document{Bytes: src})
			if name == "eforms-envelope" { // a fixture of its reader alone: nothing is published in such a root
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, n := range res.Notices {
				seen++
				body, _ := jsonOf(t, n, src)
				xml := xmlOf(t, n, src)
				again, err := detect.New().Read(feed.Document{Bytes: xml})
				if err != nil || len(again.Notices) != 1 || again.Notices[0].ID != n.ID {
					t.Errorf("%s %s: the XML holds %d notices, %v", name, n.ID, len(again.Notices), err)
					continue
				}
				if other, _ := jsonOf(t, again.Notices[0], xml); !bytes.Equal(other, body) {
					t.Errorf("%s %s:\n%s", name, n.ID, difference(other, body))
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("%d notices, more are invented", seen)
	}
}

// FuzzNotice makes JSON and XML of damaged documents: what is read as a notice has both, and the JSON is JSON.
func FuzzNotice(f *testing.F) {
	for _, generation := range []string{"v010", "v110", "v230", "jo", "eforms"} {
		for _, src := range inputs(f, generation) {
			f.Add(src)
		}
	}
	f.Add([]byte(`<ANNONCE><GESTION><REFERENCE><IDWEB>18-1</IDWEB></REFERENCE></GESTION><DONNEES><A B="1"><B/><b_/></A><IDENTITE x="y">t<VALUE/></IDENTITE></DONNEES></ANNONCE>`))
	f.Add([]byte(`{"idweb":"24-1","gestion":"{\"REFERENCE\":{\"IDWEB\":\"24-1\"},\"A\":[{\"@x:y\":\"1\",\"#text\":\"b\"},2]}","donnees":"{\"MAPA\":{\"<\":\"\\u0001\"}}"}`))
	reader := detect.New()
	f.Fuzz(func(t *testing.T, src []byte) {
		res, err := reader.Read(feed.Document{Bytes: src})
		if err != nil {
			return
		}
		for _, n := range res.Notices[:min(3, len(res.Notices))] {
			n.Source.Kept = "kept"
			doc, err := legacy.Open(n, func(string) ([]byte, error) { return src, nil })
			if err != nil {
				if !fault.Is(err, fault.NotFound) {
					t.Fatal(err)
				}
				continue
			}
			if body, _, err := doc.JSON(notice.Paris, len(src)%2 == 0); err != nil || !jsontext.Value(body).IsValid() {
				t.Fatalf("%v: %.300s", err, body)
			}
			if _, err := doc.XML(); err != nil && !fault.Is(err, fault.Unsupported) {
				t.Fatal(err)
			}
		}
	})
}
