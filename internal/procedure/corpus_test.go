package procedure_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
)

// corpus is the folder of real documents beside the project.
func corpus(t testing.TB) string {
	root := filepath.Join("..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no corpus of real documents beside the project (../shared/corpus)")
	}
	return root
}

// real reads the notices of some folders of the corpus; of several documents of one notice the best source stands.
func real(t testing.TB, dirs ...string) []*notice.Notice {
	byID := map[string]*notice.Notice{}
	reader := detect.New()
	take := func(doc feed.Document) {
		res, err := reader.Read(doc)
		if err != nil {
			return // package detect asserts which documents cannot be read
		}
		for _, n := range res.Notices {
			if was := byID[n.ID]; was == nil || was.Source.Rank() < n.Source.Rank() {
				byID[n.ID] = n
			}
		}
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(corpus(t), dir), func(path string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || d.IsDir() || ext != ".xml" && ext != ".jsonl" && ext != ".json" {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if ext != ".jsonl" {
				take(feed.Document{Bytes: b, Origin: path, Name: strings.TrimSuffix(filepath.Base(path), ext)})
				return nil
			}
			for line := range strings.Lines(string(b)) {
				take(feed.Document{Bytes: []byte(line), Origin: path})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Collect(maps.Values(byID))
}

// quarter makes notices of the monthly tables of January to March 2021: number, day, buyer, state and linked notices are real.
func quarter(t testing.TB) (list []*notice.Notice) {
	f, err := os.Open(filepath.Join(corpus(t), "flat-2021q1", "notices.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct {
			Idweb, Objet, Dateparution, Nature, Etat, Nomacheteur string
			AnnonceLie                                            []string `json:"annonce_lie"`
			Buyer                                                 struct {
				ID string `json:"siret_or_id"`
			} `json:"_buyer"`
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		day, _ := notice.ParseDate(r.Dateparution)
		n := &notice.Notice{
			ID: r.Idweb, Version: notice.V230, Published: day, Title: r.Objet, Stage: notice.StageOfNature(r.Nature, ""),
			State: notice.StrongestState(notice.StateOfEtat(r.Etat), notice.StateOfNature(r.Nature)),
		}
		id, _ := notice.ParseCompanyID(r.Buyer.ID)
		n.Buyers = []notice.Party{{Name: r.Nomacheteur, ID: id}}
		n.Record.AnnonceLie = r.AnnonceLie
		list = append(list, n)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCorpus judges every link of the real documents. Counts are those that docs/links.md gives: what changes them is to be looked at.
// With BOAMP_LIST_LINKS naming a file, each link is written there.
func TestCorpus(t *testing.T) {
	for _, c := range []struct {
		name    string
		notices []*notice.Notice
		want    map[string]int
	}{
		{"documents of the BOAMP", real(t, "xml-v230", "xml-325", "xml-v230-derived", "xml-v110-derived", "records"), map[string]int{
			"annonce-anterieure joined certain":        2,
			"annonce-anterieure missing":               214,
			"avis-initial missing":                     15,
			"changed-notice-identifier joined certain": 1,
			"changed-notice-identifier missing":        2,
			"contract-folder-id joined certain":        1,
			"previous-notice missing":                  3,
			"publication-reference missing":            179,
		}},
		{"eForms of other countries", real(t, "eforms"), map[string]int{
			"changed-notice-identifier joined certain": 2,
			"changed-notice-identifier missing":        7,
			"contract-folder-id joined certain":        1,
			"contract-folder-id joined strong":         6,
			"contract-folder-id rejected":              1,
			"notice-identifier joined strong":          1,
			"previous-notice missing":                  10,
			"previous-notice rejected":                 5,
		}},
		{"three months of 2021", quarter(t), map[string]int{
			"annonce-anterieure joined certain": 2355,
			"annonce-anterieure joined strong":  69,
			"annonce-anterieure joined weak":    1,
			"annonce-anterieure missing":        6255,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			edges := procedure.Among(c.notices)
			got := map[string]int{}
			for _, e := range edges {
				if (e.Status == procedure.Rejected || e.Grade == procedure.Weak) && e.Reason == "" {
					t.Errorf("%s -> %s is %s %s without a reason", e.From, e.To, e.Status, e.Grade)
				}
				for _, g := range e.Evidence {
					got[strings.TrimSpace(fmt.Sprintf("%s %s %s", g.Kind, e.Status, e.Grade))]++
				}
			}
			list(t, c.name, edges, c.notices)
			if !maps.Equal(got, c.want) {
				for _, k := range slices.Sorted(maps.Keys(got)) {
					t.Errorf("%q: %d,", k, got[k])
				}
			}
		})
	}
}

// list appends what there is to see of each link to a file, when one is named.
func list(t *testing.T, name string, edges []procedure.Edge, notices []*notice.Notice) {
	path := os.Getenv("BOAMP_LIST_LINKS")
	if path == "" {
		return
	}
	byID := map[string]*notice.Notice{}
	for _, n := range notices {
		byID[n.ID] = n
	}
	show := func(id string) string {
		n := byID[id]
		if n == nil {
			return id
		}
		buyer := ""
		if len(n.Buyers) > 0 {
			buyer = n.Buyers[0].Name
		}
		return fmt.Sprintf("%s (%s %s %s, %s: %.80s)", id, n.Published, n.Stage, n.State, buyer, n.Title)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, e := range edges {
		fmt.Fprintf(f, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%v\n", name, e.Status, e.Grade, e.Relation, show(e.From), show(e.To), e.Reason, e.Evidence)
	}
}
