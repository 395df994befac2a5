package native_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/notice"
)

// places makes notices that have the word assainissement in their title, their key words, the name of their buyer or elsewhere.
func places() []*notice.Notice {
	var list []*notice.Notice
	for i, put := range []func(n *notice.Notice){
		func(n *notice.Notice) { n.Description = "Réseau d'assainissement" },
		func(n *notice.Notice) { n.Buyers[0].Name = "Syndicat d'assainissement de l'Exemple" },
		func(n *notice.Notice) {
			n.Record.DescripteurLibelle = []string{"Voirie", "Assainissement"}
			n.Descripteurs = []notice.Label{{Code: "28", Label: "Assainissement"}}
		},
		func(n *notice.Notice) { n.Title = "Assainissement, tranche 4" },
		func(n *notice.Notice) { n.Title = "Travaux d'ASSAINISSEMENT" },
		func(n *notice.Notice) { n.Description = "Curage, assainissement" },
		func(n *notice.Notice) {},
	} {
		n := invented(i+1, notice.V325)
		put(n)
		list = append(list, n)
	}
	list[0].Published.Day, list[5].Published.Day = 15, 15 // the same day: by id
	list[4].Published.Day = 1                             // before 26-4
	return list
}

func TestRelevance(t *testing.T) {
	h := server(t, places()...)
	a := list(t, h, "/api/v1/notices?q=assainissement&sort=relevance")
	var got []string
	for _, raw := range a.Notices {
		var hit struct {
			ID    string `json:"id"`
			Score *int   `json:"score"`
		}
		b, _ := json.Marshal(raw)
		if err := json.Unmarshal(b, &hit); err != nil || hit.Score == nil {
			t.Fatalf("%v: %s", err, b)
		}
		got = append(got, fmt.Sprint(hit.ID, " ", *hit.Score))
	}
	if want := "26-4 8, 26-5 8, 26-3 4, 26-2 2, 26-1 1, 26-6 1"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	for target, want := range map[string]string{
		"/api/v1/notices?sort=relevance":              "add q",
		"/api/v1/notices?sort=relevance&q=-voirie":    "add q",
		"/api/v1/notices.csv?sort=relevance":          "add q",
		"/api/v1/notices?sort=-relevance&q=voirie":    "best first",
		"/api/v1/notices?fields=score&q=voirie":       "sort=relevance",
		"/api/v1/notices.csv?fields=idweb&sort=score": "sort=relevance",
	} {
		res := get(t, h, target)
		var b strings.Builder
		if err := res.Write(&b); err != nil || res.StatusCode != 400 || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %d %v\n%s", target, res.StatusCode, err, b.String())
		}
	}
}

// TestRelevancePages follows the cursors of a ranked answer: each notice comes once, in the order of the whole.
func TestRelevancePages(t *testing.T) {
	h := server(t, append(places(), thirty()[7:]...)...)
	ids := func(a answer) (ids []string) {
		for _, n := range a.Notices {
			ids = append(ids, n["id"].(string))
		}
		return ids
	}
	const target = "/api/v1/notices?q=travaux&q=assainissement&sort=relevance"
	whole := ids(list(t, h, target+"&limit=1000"))
	if len(whole) != 30 {
		t.Fatalf("%d notices, want 30", len(whole))
	}
	var got []string
	for next := target + "&limit=4"; next != ""; {
		a := list(t, h, next)
		got = append(got, ids(a)...)
		next = a.Links["next"]
		if len(got) > len(whole) {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(whole, " ") {
		t.Errorf("the pages give\n%v, the whole is\n%v", got, whole)
	}
}

func TestScoreInAFile(t *testing.T) {
	h := server(t, places()...)
	res := get(t, h, "/api/v1/notices.csv?q=assainissement&sort=relevance&fields=idweb,score&limit=2")
	var b strings.Builder
	if err := res.Write(&b); err != nil || res.StatusCode != http.StatusOK || !strings.Contains(b.String(), "idweb;score\n26-4;8\n26-5;8\n") {
		t.Errorf("%v\n%s", err, b.String())
	}
}
