package v230_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v230"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// fromJSON reads the typed values of a notice from the two halves in the portal's JSON.
func fromJSON(t testing.TB, id, gestion, donnees string) *notice.Notice {
	t.Helper()
	half := func(src, root string) tree.Node {
		if src == "" {
			return tree.Node{}
		}
		d, err := tree.ParseJSON([]byte(src), root, tree.Limits{})
		if err != nil {
			t.Fatalf("%s of %s: %v", root, id, err)
		}
		return d.Root()
	}
	n := &notice.Notice{ID: id}
	v230.Body{}.ReadBody(feed.Body{Gestion: half(gestion, "GESTION"), Donnees: half(donnees, "DONNEES")}, n)
	return n
}

// comparable is a notice as JSON without what must differ between XML and record: the source, the declaration of the id,
// and the prefix of every path.
func comparable(t testing.TB, n *notice.Notice) []byte {
	t.Helper()
	c := *n
	c.Source, c.Version = notice.Source{}, ""
	c.Origins = make(map[string]notice.Origin, len(n.Origins))
	for field, o := range n.Origins {
		if field != "id" {
			c.Origins[field] = o
		}
	}
	text := bytes.ReplaceAll(indented(t, &c), []byte(`"/ANNONCES/ANNONCE/`), []byte(`"/`))
	return bytes.ReplaceAll(text, []byte(`"/ANNONCE/`), []byte(`"/`))
}

// TestBodyFromRecord holds the reading of a document against the reading of the JSON that the portal makes of it.
func TestBodyFromRecord(t *testing.T) {
	for file, a := range feedtest.Fixtures(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			res, err := v230.New().Read(feed.Document{Bytes: feedtest.Part(a, "input.xml").Data})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range res.Notices {
				donnees := ""
				if n.Record.Donnees != nil {
					donnees = *n.Record.Donnees
				} else {
					n.Warnings = nil // that the body is missing is noted by the reader of the document
				}
				want, got := comparable(t, n), comparable(t, fromJSON(t, n.ID, *n.Record.Gestion, donnees))
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs from XML and from JSON", n.ID)
					feedtest.Compare(t, string(want), string(got))
				}
			}
		})
	}
}

// TestLostAlternation reads T T R R, which is what JSON makes of T R T R.
func TestLostAlternation(t *testing.T) {
	const winners = `"TITULAIRE": [{"DENOMINATION": "A"}, {"DENOMINATION": "B"}, {"DENOMINATION": "C"}]`
	for name, c := range map[string]struct {
		infos string
		want  []string // winners of each result
		warn  int
	}{
		"one contract each":       {`[{"MONTANT": "1"}, {"MONTANT": "2"}, {"MONTANT": "3"}]`, []string{"A", "B", "C"}, 0},
		"a consortium":            {`{"MONTANT": "1"}`, []string{"A B C"}, 0},
		"co-contractors":          {`[{"MONTANT": "1", "DATE_ATTRIBUTION": "2016-01-02"}, {"DATE_ATTRIBUTION": "2016-01-02"}, {"DATE_ATTRIBUTION": "2016-01-02"}]`, []string{"A B C"}, 0},
		"fewer contracts":         {`[{"MONTANT": "1"}, {"MONTANT": "2"}]`, []string{"A", "B C"}, 1},
		"more contracts":          {`[{"MONTANT": "1"}, {"MONTANT": "2"}, {"MONTANT": "3"}, {"MONTANT": "4"}]`, []string{"A", "B", "C", ""}, 1},
		"as many tenders for all": {`[{"NB_OFFRE_RECU": "6", "MONTANT_INDEFINI": ""}, {"NB_OFFRE_RECU": "6", "MONTANT_INDEFINI": ""}, {"NB_OFFRE_RECU": "6", "MONTANT_INDEFINI": ""}]`, []string{"A B C"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			n := fromJSON(t, "15-1", "", `{"ATTRIBUTION": {"DECISION": {"ATTRIBUE": "", `+winners+`, "RENSEIGNEMENT": `+c.infos+`}}}`)
			var got []string
			for _, r := range n.Results {
				var names []string
				for _, w := range r.Winners {
					names = append(names, w.Name)
				}
				got = append(got, strings.Join(names, " "))
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") || len(n.Warnings) != c.warn {
				t.Errorf("winners %q, want %q; warnings %v", got, c.want, n.Warnings)
			}
		})
	}
}
