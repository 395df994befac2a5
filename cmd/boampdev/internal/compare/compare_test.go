package compare_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/boamp/boamp/cmd/boampdev/internal/compare"
)

// corpus makes records of two departments, newest last.
func corpus(n int) iter.Seq2[*compare.Record, error] {
	return func(yield func(*compare.Record, error) bool) {
		for i := range n {
			id := fmt.Sprintf("24-%d", i)
			r := &compare.Record{
				ID: id, Day: fmt.Sprintf("2024-03-%02d", 1+i%28), Objet: "Réfection des voiries", Famille: "FNS", Nature: "APPEL_OFFRE", Etat: "INITIAL",
				Donnees: fmt.Sprintf(`{"cpv": "4523314%d"}`, i%2), JSON: `{"idweb": "` + id + `"}`,
			}
			r.Lists[0], r.Lists[1] = []string{[]string{"44", "75"}[i%2]}, []string{"33", ""}
			if i%3 == 0 {
				r.Famille = ""
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func openSQLite(t *testing.T, n int) *compare.SQLite {
	s, err := compare.OpenSQLite(t.TempDir())
	if err != nil && strings.Contains(err.Error(), "-tags sqlite_fts5") {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Load(context.Background(), corpus(n)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	s := openSQLite(t, 90)
	for _, c := range []struct {
		question compare.Question
		total    int64
		first    string
		count    string
	}{
		{compare.Question{ID: "24-7", Form: compare.One, Whole: true}, 1, "24-7", ""},
		{compare.Question{Departement: "44"}, 45, "24-26", ""},
		{compare.Question{Departement: "44", Famille: "FNS", Whole: true}, 30, "24-26", ""},
		{compare.Question{Departement: "44", Descripteur: "33", From: "2024-03-28"}, 0, "", ""},
		{compare.Question{Nature: "APPEL_OFFRE", From: "2024-03-28", To: "2024-03-28"}, 3, "24-27", ""},
		{compare.Question{Words: []string{"voirie", "refections"}, Offset: 89}, 90, "24-84", ""},
		{compare.Question{Code: "45233141"}, 45, "24-27", ""},
		{compare.Question{Form: compare.Years}, 0, "", "2024 APPEL_OFFRE=90"},
		{compare.Question{Form: compare.Facets}, 0, "", "famille=FNS=60"},
		{compare.Question{Form: compare.Facets, Departement: "75"}, 0, "", "descripteur_code=33=45"},
	} {
		a, err := s.Ask(context.Background(), c.question)
		if err != nil {
			t.Errorf("%+v: %v", c.question, err)
			continue
		}
		first := ""
		if len(a.IDs) > 0 {
			first = a.IDs[0]
		}
		if a.Total != c.total || first != c.first {
			t.Errorf("%+v: %d found, %q first, want %d, %q", c.question, a.Total, first, c.total, c.first)
		}
		if k := strings.LastIndexByte(c.count, '='); k > 0 && fmt.Sprint(a.Counts[c.count[:k]]) != c.count[k+1:] {
			t.Errorf("%+v: counts %v, want %s", c.question, a.Counts, c.count)
		}
	}
}

func TestDiffer(t *testing.T) {
	one := compare.Answer{Total: 2, IDs: []string{"a", "b"}, Counts: map[string]int64{"x": 1}}
	for _, c := range []struct {
		name  string
		other compare.Answer
		want  string
	}{
		{"equal", one, ""},
		{"another total", compare.Answer{Total: 3, IDs: one.IDs, Counts: one.Counts}, "3 found, not 2"},
		{"another order", compare.Answer{Total: 2, IDs: []string{"b", "a"}, Counts: one.Counts}, "ids [b a], not [a b]"},
		{"another count", compare.Answer{Total: 2, IDs: one.IDs, Counts: map[string]int64{"x": 2, "y": 1}}, "x is 2, not 1; y is 1, not there before"},
	} {
		if got := compare.Differ(one, c.other); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestQuestionsAreDrawnFromTheCorpus(t *testing.T) {
	d := compare.NewDrawer()
	for range d.Watch(corpus(50)) {
	}
	sets := d.Sets(5, 1)
	if len(sets) != 12 {
		t.Fatalf("%d questions, want twelve", len(sets))
	}
	s := openSQLite(t, 50)
	for _, set := range sets {
		kept, difference, err := compare.Agreeing(context.Background(), []compare.Engine{s, s}, set)
		if err != nil || len(kept) != 5 || difference != "" {
			t.Errorf("%s: %d variants, %s, %v", set.Name, len(kept), difference, err)
		}
		a, err := s.Ask(context.Background(), set.Variants[0])
		if err != nil || a.Total == 0 && a.Counts == nil && set.Variants[0].Offset == 0 {
			t.Errorf("%s finds nothing: %+v, %v", set.Name, set.Variants[0], err)
		}
	}
}
