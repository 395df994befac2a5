package load

import (
	"fmt"
	"net/url"
	"strings"
)

// Question is a request of a kind.
type Question struct {
	Kind string
	Path string // with the query string
}

// share is a kind of question with its part of the mixed load, in per cent.
type share struct {
	kind    string
	percent int
	make    func(m *Sample) string
}

// mix is the mixed load. Half of the lists ask boamp's own API for a page of 20 hits (13 columns), half ask the Explore API for a page
// of 20 whole records (41 fields with their bodies), newest first; both give the exact total.
func mix() []share {
	return []share{
		{"find", 35, (*Sample).find},
		{"words", 20, (*Sample).words},
		{"notice", 25, (*Sample).one},
		{"facets", 15, (*Sample).facets},
		{"group", 5, (*Sample).group},
	}
}

// Mixed draws n questions of the mixed load.
func (m *Sample) Mixed(n int) []Question {
	list := make([]Question, n)
	for i := range list {
		at := m.rng.IntN(100)
		for _, s := range mix() {
			if at -= s.percent; at < 0 {
				list[i] = Question{s.kind, s.make(m)}
				break
			}
		}
	}
	return list
}

// hits is a page of boamp's own API.
func hits(params ...string) string { return listPath + "?limit=20&" + query(params) }

// records is a page of whole records of the Explore API.
func records(where string, more ...string) string {
	return explorePath + "/records?limit=20&" + query(append([]string{"order_by", "dateparution desc", "where", where}, more...))
}

// query writes names and values as a query string.
func query(pairs []string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}

// condition is a filter in both languages.
type condition struct {
	params []string // names and values of boamp's own API
	where  string   // ODSQL
}

// filter draws what people filter by: two or three of department, threshold, kind of notice, key word and years. The notice that
// it is drawn from is found.
func (m *Sample) filter() condition {
	r := m.notice(func(r row) bool { return len(r.Departements) > 0 && len(r.Descripteurs) > 0 && len(r.Published) == 10 })
	var c condition
	and := func(name, value, where string) {
		c.params = append(c.params, name, value)
		if c.where != "" {
			c.where += " and "
		}
		c.where += where
	}
	year := r.Published[:min(4, len(r.Published))]
	shape := m.rng.IntN(5)
	if shape != 2 && len(r.Departements) > 0 {
		and("departement", r.Departements[0], fmt.Sprintf("code_departement=%q", r.Departements[0]))
	}
	if shape == 0 || shape == 2 {
		and("famille", r.Famille, fmt.Sprintf("famille=%q", r.Famille))
	}
	if shape == 1 || shape == 4 {
		and("published_from", year+"-01-01", fmt.Sprintf("dateparution>=date'%s-01-01'", year))
		and("published_to", year+"-12-31", fmt.Sprintf("dateparution<=date'%s-12-31'", year))
	}
	if shape == 3 || shape == 4 {
		and("nature", r.Nature, fmt.Sprintf("nature=%q", r.Nature))
	}
	if shape == 2 && len(r.Descripteurs) > 0 {
		and("descripteur", r.Descripteurs[0], fmt.Sprintf("descripteur_code=%q", r.Descripteurs[0]))
	}
	return c
}

func (m *Sample) find() string {
	c := m.filter()
	if m.rng.IntN(2) == 0 {
		return hits(c.params...)
	}
	return records(c.where)
}

// words asks for one word of a title, or two.
func (m *Sample) words() string {
	return m.wordsOf(1 + m.rng.IntN(2))
}

func (m *Sample) wordsOf(n int) string {
	w := m.title(n)
	if m.rng.IntN(2) == 0 {
		return hits("q", w)
	}
	return records(fmt.Sprintf("search(objet,%q)", w))
}

// title draws n words that stand in one title.
func (m *Sample) title(n int) string {
	r := m.notice(func(r row) bool { return len(r.words) >= n })
	m.rng.Shuffle(len(r.words), func(i, j int) { r.words[i], r.words[j] = r.words[j], r.words[i] })
	return strings.Join(r.words[:min(n, len(r.words))], " ")
}

// one asks for a notice: typed, or its record as clients of the Explore API ask for it.
func (m *Sample) one() string {
	id := pick(m, m.ids)
	if m.rng.IntN(3) == 0 {
		return explorePath + "/records?limit=1&" + query([]string{"where", fmt.Sprintf("idweb=%q", id)})
	}
	return listPath + "/" + url.PathEscape(id)
}

// tenFacets are those of the search page of the bulletin and more.
var tenFacets = [10]string{
	"famille", "code_departement", "nature_categorise_libelle", "type_marche", "etat", "procedure_categorise", "criteres", "type_avis",
	"descripteur_code", "dateparution",
}

func facetsWhere(where string) string {
	path := explorePath + "/facets?facet=" + strings.Join(tenFacets[:], "&facet=")
	if where != "" {
		path += "&" + query([]string{"where", where})
	}
	return path
}

func (m *Sample) facets() string { return facetsWhere(m.filter().where) }

// group asks for numbers of notices by year and kind, of all or of a department.
func (m *Sample) group() string {
	if m.rng.IntN(2) == 0 {
		return yearByKind("")
	}
	return yearByKind(fmt.Sprintf("code_departement=%q", pick(m, m.deps)))
}

func yearByKind(where string) string {
	pairs := []string{"select", "count(*) as notices", "group_by", "year(dateparution),nature"}
	if where != "" {
		pairs = append(pairs, "where", where)
	}
	return explorePath + "/records?limit=100&" + query(pairs)
}
