package dcat_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export/dcat"
	"github.com/boamp/boamp/internal/fault"
)

var update = flag.Bool("update", false, "rewrite testdata")

func catalog() *dcat.Catalog {
	files := []dcat.Export{{Name: "csv", MediaType: "text/csv; charset=utf-8"}, {Name: "jsonl", MediaType: "application/jsonl"}}
	return &dcat.Catalog{
		Base: "https://boamp.example", Title: "Avis", Description: "<p>Les jeux de données</p>", Publisher: "Service d'essai", Language: "fr",
		Modified: time.Date(2026, 9, 11, 8, 30, 0, 0, time.UTC),
		Sets: []dcat.Set{
			{ID: "avis", Title: "Avis & résultats", Description: "<p>Tous les avis, <b>depuis</b> 2006 &amp; avant</p>", Theme: []string{"Marchés"}, Keyword: []string{"achat"},
				Publisher: "Service d'essai", License: "Licence libre", LicenseURL: "https://licence.example/", Language: "fr", References: "https://origine.example/a b",
				Frequency: "DAILY_2", Modified: time.Date(2026, 9, 11, 10, 30, 0, 0, time.FixedZone("", 7200)), Records: 3, Exports: files},
			{ID: "liste/", Title: "Liste", Description: "Sans balise, 1 < 2 > 0", Publisher: "Autre", License: "Voir l'éditeur", References: "un livre", Records: -1, Exports: files[:1]},
		},
	}
}

// hostile is a catalogue whose texts hold what the formats have their signs from.
func hostile() *dcat.Catalog {
	bad := "]]>\"'<&>\\ \x00\x1b\n\t\u00e9@fr^^xsd:int . <http://x>"
	return &dcat.Catalog{Base: "https://boamp.example", Title: bad, Description: bad, Publisher: bad, Language: "fr", Sets: []dcat.Set{
		{ID: bad, Title: bad, Description: bad, Theme: []string{bad}, Keyword: []string{bad}, Publisher: bad, License: bad, LicenseURL: "https://a.example/\"<>{}|^`\\", References: "javascript:alert(1)",
			Language: "fr", Frequency: bad, Exports: []dcat.Export{{Name: bad, MediaType: bad}}},
	}}
}

func write(t *testing.T, name string, c *dcat.Catalog, o dcat.Options) string {
	t.Helper()
	f, ok := dcat.Find(name)
	if !ok {
		t.Fatalf("no format %s", name)
	}
	var out bytes.Buffer
	if err := f.Write(&out, c, o); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"data.json", "dcat", "dublin_core", "rss", "ttl"} {
		got := write(t, name, catalog(), dcat.Options{Labels: true})
		file := filepath.Join("testdata", "datasets."+name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs from %s (-update rewrites it):\n%s", name, file, got)
		}
	}
}

// TestWellFormed reads every format of plain and of hostile catalogues, and an empty one.
func TestWellFormed(t *testing.T) {
	for _, f := range dcat.Formats() {
		for what, c := range map[string]*dcat.Catalog{"plain": catalog(), "hostile": hostile(), "empty": {Base: "https://boamp.example"}} {
			doc := write(t, f.Name, c, dcat.Options{})
			switch {
			case f.Extension == "json":
				if !json.Valid([]byte(doc)) {
					t.Errorf("%s of the %s catalogue is no JSON", f.Name, what)
				}
			case f.Extension == "ttl": // checked against RDF/XML by TestSameStatements
			default:
				d := xml.NewDecoder(strings.NewReader(doc))
				var text strings.Builder
				for {
					tok, err := d.Token()
					if err == io.EOF {
						break
					}
					if err != nil {
						t.Fatalf("%s of the %s catalogue: %v\n%s", f.Name, what, err, doc)
					}
					if c, ok := tok.(xml.CharData); ok {
						text.Write(c)
					}
				}
				if what == "hostile" && !strings.Contains(text.String(), `]]>"'<&>\ `) {
					t.Errorf("%s lost a hostile title:\n%s", f.Name, doc)
				}
			}
		}
	}
}

// TestSameStatements counts the statements about data sets and files in both writings of the graph.
func TestSameStatements(t *testing.T) {
	x, ttl := write(t, "rdf", catalog(), dcat.Options{}), write(t, "ttl", catalog(), dcat.Options{})
	for _, name := range []string{"dct:title", "dcat:keyword", "dcat:downloadURL", "dct:license", "foaf:name", "dct:modified", "dcat:dataset", "dcat:distribution"} {
		if n, m := strings.Count(x, "<"+name+">")+strings.Count(x, "<"+name+" "), strings.Count(ttl, name+" "); n != m || n == 0 {
			t.Errorf("%s: %d statements in RDF/XML, %d in Turtle", name, n, m)
		}
	}
	if bad := write(t, "ttl", hostile(), dcat.Options{}); strings.Contains(bad, "\x00") || strings.Count(bad, "dct:title") != 3 {
		t.Error(bad)
	}
}

func TestExportsAsked(t *testing.T) {
	for _, c := range []struct {
		name string
		o    dcat.Options
		want map[string]int
	}{
		{"all", dcat.Options{}, map[string]int{"/exports/csv\"": 2 * 2, "/exports/jsonl\"": 2, "use_labels": 0}},
		{"one", dcat.Options{Exports: []string{"jsonl"}}, map[string]int{"/exports/csv": 0, "/exports/jsonl\"": 2}},
		{"none", dcat.Options{Exports: []string{}}, map[string]int{"/exports/": 0}},
		{"labels", dcat.Options{Exports: []string{"jsonl"}, Labels: true}, map[string]int{"/exports/jsonl?use_labels=true\"": 2}},
	} {
		doc := write(t, "dcat", catalog(), c.o)
		for text, n := range c.want {
			if got := strings.Count(doc, text); got != n {
				t.Errorf("%s: %s %d times, want %d", c.name, text, got, n)
			}
		}
	}
}

// TestNames has the names under which clients ask, and the choice to answer the formats of countries by the European profile.
func TestNames(t *testing.T) {
	plain := write(t, "dcat", catalog(), dcat.Options{})
	for _, name := range []string{"dcat_ap_ch", "dcat-ap-it", "dcat-ap-v1", "dcat_ap", "dcat_ap_benap", "rdf"} {
		if write(t, name, catalog(), dcat.Options{}) != plain {
			t.Errorf("%s is not the profile", name)
		}
	}
	for _, name := range []string{"", "csv", "dcat_ap_", "dcat_ap_xx", "dcat_apv1x", "ttl2"} {
		if f, ok := dcat.Find(name); ok {
			t.Errorf("%q is the format %s", name, f.Name)
		}
	}
}

func TestErrors(t *testing.T) {
	f, _ := dcat.Find("ttl")
	for _, base := range []string{"", "boamp.example", "ftp://boamp.example", "https://", "javascript:alert(1)", "https://a b"} {
		if err := f.Write(io.Discard, &dcat.Catalog{Base: base}, dcat.Options{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("base %q: %v", base, err)
		}
	}
	if err := (dcat.Format{}).Write(io.Discard, catalog(), dcat.Options{}); !fault.Is(err, fault.Internal) {
		t.Errorf("no format: %v", err)
	}
	broken := errors.New("gone away")
	for _, f := range dcat.Formats() {
		if err := f.Write(failing{broken}, catalog(), dcat.Options{}); !errors.Is(err, broken) {
			t.Errorf("%s hides the error of the writer: %v", f.Name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
