package load

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/text"
)

const (
	listPath    = "/api/v1/notices"
	explorePath = "/api/explore/v2.1/catalog/datasets/boamp"
)

// months and perMonth bound what is drawn: notices of so many months, the latest of each.
const (
	months   = 60
	perMonth = 60
)

// Sample is what questions are made of: some notices, of all years, as the server gave them.
type Sample struct {
	Notices int64 // in the whole
	rng     *rand.Rand
	rows    []row
	ids     []string
	cpv     []string
	siret   []string
	deps    []string // the departments, most frequent first
}

// row is a notice of the sample.
type row struct {
	ID           string   `json:"idweb"`
	Title        string   `json:"title"`
	Famille      string   `json:"famille"`
	Nature       string   `json:"nature"`
	Published    string   `json:"published"`
	Departements []string `json:"code_departement"`
	Descripteurs []string `json:"descripteur_code"`
	CPV          []string `json:"cpv"`
	Siret        []string `json:"buyer_siret"`

	words []string // of the title, as they are typed by people: longer than three letters
}

// Draw asks a server for a sample.
func Draw(ctx context.Context, s *Server, seed uint64) (*Sample, error) {
	m := &Sample{rng: rand.New(rand.NewPCG(seed, 0x6c6f6164))}
	years, err := m.overview(ctx, s)
	if err != nil {
		return nil, err
	}
	for range months {
		month := fmt.Sprintf("%s-%02d", years[m.rng.IntN(len(years))], 1+m.rng.IntN(12))
		if err := m.drawMonth(ctx, s, month); err != nil {
			return nil, err
		}
	}
	if len(m.rows) == 0 {
		return nil, fmt.Errorf("%s has no notices to ask for", s.URL)
	}
	return m, nil
}

// facet and value are what the Explore API says of a field.
type facet struct {
	Name   string
	Facets []value
}

type value struct {
	Name  string
	Count int64
}

// overview learns the total, the departments and the years of publication, each year as often as its share of the notices.
func (m *Sample) overview(ctx context.Context, s *Server) (years []string, err error) {
	body, err := s.Get(ctx, explorePath+"/facets?facet=dateparution&facet=code_departement")
	if err != nil {
		return nil, err
	}
	var answer struct{ Facets []facet }
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	for _, f := range answer.Facets {
		slices.SortFunc(f.Facets, func(a, b value) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
		for _, v := range f.Facets {
			if f.Name == "code_departement" {
				m.deps = append(m.deps, v.Name)
				continue
			}
			m.Notices += v.Count
		}
		for _, v := range f.Facets {
			if f.Name == "dateparution" {
				years = append(years, slices.Repeat([]string{v.Name}, int(1+v.Count*100/max(1, m.Notices)))...)
			}
		}
	}
	if len(years) == 0 || len(m.deps) == 0 {
		return nil, fmt.Errorf("%s has no notices to ask for", s.URL)
	}
	return years, nil
}

// drawMonth adds notices up to a day of a month.
func (m *Sample) drawMonth(ctx context.Context, s *Server, month string) error {
	last := fmt.Sprintf("%s-%02d", month, 1+m.rng.IntN(28))
	body, err := s.Get(ctx, listPath+".jsonl?"+url.Values{
		"published_from": {month + "-01"}, "published_to": {last}, "limit": {fmt.Sprint(perMonth)},
		"fields": {"idweb,title,famille,nature,published,code_departement,descripteur_code,cpv,buyer_siret"},
	}.Encode())
	if err != nil {
		return err
	}
	for line := range bytes.Lines(body) {
		var r row
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("a line of the sample: %w", err)
		}
		if r.ID == "" {
			continue
		}
		text.EachWord(r.Title, func(word, _ string) {
			if len(word) > 3 && strings.Trim(word, "0123456789") != "" {
				r.words = append(r.words, word)
			}
		})
		m.rows = append(m.rows, r)
		m.ids = append(m.ids, r.ID)
		m.cpv = append(m.cpv, r.CPV...)
		m.siret = append(m.siret, r.Siret...)
	}
	return nil
}

// pick takes one of a list.
func pick[T any](m *Sample, list []T) T { return list[m.rng.IntN(len(list))] }

// notice takes a notice that has what a question needs; after many tries any.
func (m *Sample) notice(has func(r row) bool) row {
	for range 1000 {
		if r := pick(m, m.rows); has(r) {
			return r
		}
	}
	return pick(m, m.rows)
}
