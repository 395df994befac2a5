package party_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/party"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

func id(siret string) *notice.CompanyID {
	return &notice.CompanyID{Written: siret, Scheme: "siret", SIRET: siret, SIREN: siret[:9]}
}

// made is a small bulletin: a town that writes its name in two ways, a town of the same name, a grouping, winners beside one another.
func made() []*notice.Notice {
	town, syndicate := notice.Party{Name: "Ville d'Exemple", ID: id("11111111100011")}, notice.Party{Name: "Syndicat des Eaux", ID: id("22222222200022")}
	shouting, namesake := notice.Party{Name: "VILLE D'EXEMPLE", ID: id("11111111100011")}, notice.Party{Name: "Ville d’Exemple", ID: id("33333333300033")}
	anonymous := notice.Party{Name: "Ville d'exemple"}
	mason, painter := notice.Winner{Party: notice.Party{Name: "Maçonnerie Dupont", ID: id("44444444400044")}}, notice.Winner{Party: notice.Party{Name: "Peinture Martin", ID: id("55555555500055")}}
	var list []*notice.Notice
	add := func(day int, awarded float64, buyers []notice.Party, winners ...notice.Winner) {
		n := &notice.Notice{ID: fmt.Sprintf("26-%d", len(list)+1), Version: notice.V325, Stage: notice.StageCall, Buyers: buyers, Kinds: []notice.Kind{notice.Works},
			Published: notice.Date{Year: 2026, Month: 3, Day: day}, Source: notice.Source{SHA256: fmt.Sprintf("%064d", len(list))}}
		n.Record.Idweb = n.ID
		if awarded > 0 {
			n.Stage, n.Awarded = notice.StageAward, &notice.Amount{Value: awarded, Currency: "EUR"}
			n.Results = []notice.Result{{Winners: winners}}
		}
		list = append(list, n)
	}
	add(1, 0, []notice.Party{town})
	add(2, 1000, []notice.Party{shouting}, mason)
	add(3, 500, []notice.Party{town, syndicate}, mason, painter)
	add(4, 0, []notice.Party{syndicate})
	add(5, 0, []notice.Party{namesake})
	add(6, 0, []notice.Party{anonymous})
	return list
}

func view(t *testing.T) (store.View, *field.Catalogue) {
	t.Helper()
	c := field.NewCatalogue()
	db := memory.New(c)
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), made()); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	v, err := db.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v, c
}

func show(list []party.Entry) string {
	s := ""
	for _, e := range list {
		amount := "-"
		if e.Amount != nil {
			amount = fmt.Sprint(*e.Amount)
		}
		s += fmt.Sprintf("%s %d %s %s; ", e.Key, e.Count, e.Last, amount)
	}
	return s
}

func TestList(t *testing.T) {
	v, c := view(t)
	for _, x := range []struct {
		name string
		side func(*field.Catalogue) party.Side
		req  party.Request
		q    [2]string // words, number
		want string
	}{
		{"buyers", party.Buyers, party.Request{}, [2]string{}, "11111111100011 3 2026-03-03 1500; 22222222200022 2 2026-03-04 500; 33333333300033 1 2026-03-05 -; "},
		{"the latest first", party.Buyers, party.Request{Sort: "last"}, [2]string{}, "33333333300033 1 2026-03-05 -; 22222222200022 2 2026-03-04 500; 11111111100011 3 2026-03-03 1500; "},
		{"by name, however written", party.Buyers, party.Request{ByName: true}, [2]string{}, "ville-d-exemple 5 2026-03-06 1500; syndicat-des-eaux 2 2026-03-04 500; "},
		{"a word of one of two buyers", party.Buyers, party.Request{}, [2]string{"eaux"}, "22222222200022 2 2026-03-04 500; "},
		{"words of a winner beside another", party.Suppliers, party.Request{}, [2]string{"peinture"}, "55555555500055 1 2026-03-03 500; "},
		{"a word by name", party.Suppliers, party.Request{ByName: true}, [2]string{"maconneries"}, "maconnerie-dupont 2 2026-03-03 1500; "},
		{"a number", party.Suppliers, party.Request{}, [2]string{"", "444444444"}, "44444444400044 2 2026-03-03 1500; "},
		{"a number and a word of another", party.Suppliers, party.Request{}, [2]string{"peinture", "444444444"}, ""},
		{"names of a number", party.Buyers, party.Request{ByName: true}, [2]string{"", "22222222200022"}, "syndicat-des-eaux 2 2026-03-04 500; "},
		{"names of a number that have a word", party.Buyers, party.Request{ByName: true}, [2]string{"ville", "222222222"}, ""},
		{"a word that only one of a number's names has", party.Buyers, party.Request{}, [2]string{"ville"}, "11111111100011 3 2026-03-03 1500; 33333333300033 1 2026-03-05 -; "},
	} {
		list, err := listed(t, v, c, x.side(c), x.req, x.q)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		if got := show(list); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.name, got, x.want)
		}
	}
	for _, q := range [][2]string{{"!!", ""}, {"", "12"}, {"", "ville"}} {
		if _, err := party.ParseChoice(q[0], q[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", q, err)
		}
	}
}

// listed asks for a list as a caller does.
func listed(t *testing.T, v store.View, c *field.Catalogue, side party.Side, r party.Request, q [2]string) ([]party.Entry, error) {
	choice, err := party.ParseChoice(q[0], q[1])
	if err != nil {
		return nil, err
	}
	list, err := side.List(t.Context(), v, c, r)
	if err != nil {
		return nil, err
	}
	var names *party.Names
	if choice.NeedsNames(r.ByName) {
		if names, err = side.Names(t.Context(), v); err != nil {
			return nil, err
		}
	}
	return party.Choose(list, r.ByName, choice, names), nil
}

// TestDescribe: the name that stands beside a number, and not that of another party of the notice.
func TestDescribe(t *testing.T) {
	v, c := view(t)
	side := party.Suppliers(c)
	list, err := side.List(t.Context(), v, c, party.Request{})
	if err == nil {
		err = side.Describe(t.Context(), v, nil, c.Must("published"), list)
	}
	if err != nil || len(list) != 2 || list[0].Name != "Maçonnerie Dupont" || list[1].Name != "Peinture Martin" {
		t.Errorf("%v %+v", err, list)
	}
}

func TestProfile(t *testing.T) {
	v, c := view(t)
	key, err := party.ParseKey("111 111 111 00011")
	if err != nil {
		t.Fatal(err)
	}
	p, err := party.Buyers(c).Profile(t.Context(), v, c, key)
	if err != nil {
		t.Fatal(err)
	}
	if p.Count != 3 || p.First != "2026-03-01" || p.Last != "2026-03-03" || *p.Sums.Awarded != 1500 || *p.Sums.Median != 750 || p.Sums.Known != 2 {
		t.Errorf("%+v", p)
	}
	if fmt.Sprint(p.Names) != "[{Ville d'Exemple 2} {VILLE D'EXEMPLE 1}]" || fmt.Sprint(p.SIRETs) != "[{11111111100011 3}]" {
		t.Errorf("names %v, numbers %v", p.Names, p.SIRETs)
	}
	if len(p.Others) != 2 || p.Others[0].Value != "Maçonnerie Dupont" || p.Others[0].Count != 2 || len(p.Years) != 1 || p.Years[0].Value != "2026" {
		t.Errorf("others %v, years %v", p.Others, p.Years)
	}
	named, err := party.Buyers(c).Profile(t.Context(), v, c, party.Key{Slug: "ville-d-exemple"})
	if err != nil || named.Count != 5 || fmt.Sprint(named.SIRETs) != "[{11111111100011 3} {33333333300033 1}]" {
		t.Errorf("%v %+v", err, named)
	}
	for _, k := range []party.Key{{Slug: "exemple"}, {SIRET: "99999999900099"}, {Slug: "ville"}} {
		if _, err := party.Buyers(c).Profile(t.Context(), v, c, k); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Ville de Saint-Étienne": "ville-de-saint-etienne", "CHU  (Nulle-Part)": "chu-nulle-part", "L'Œuvre n°3": "l-oeuvre-n-3", "!!": "", "": "",
	} {
		if got := party.Slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
		if want != "" && party.Slug(want) != want {
			t.Errorf("the slug of %q is not stable", want)
		}
	}
	if _, err := party.ParseKey("??"); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}
