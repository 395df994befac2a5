package e2e_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Client programs that cannot be installed here, re-enacted: what each of them asks, in its own way of writing, and what it reads
// of the answer. What an answer must hold is worked out here from the whole records, with no code of the program.

// portal is a server as clients see it, and what it holds.
type portal struct {
	s       *served
	records []raw
}

func TestReenactments(t *testing.T) {
	t.Parallel()
	data := map[string]func(t *testing.T) portal{
		"invented": func(t *testing.T) portal {
			p := portal{s: serve(t, loaded(t, 400))}
			p.records = ask[[]raw](t, p.s, dataset+"/exports/json", nil)
			return p
		},
		"real": func(t *testing.T) portal {
			files, records := realRecords(t)
			dir := filepath.Join(t.TempDir(), "data")
			must(t, append([]string{"import", "--data", dir}, files...)...)
			return portal{s: serve(t, dir), records: records}
		},
	}
	for name, open := range data {
		t.Run(name, func(t *testing.T) {
			p := open(t)
			if len(p.records) < 100 || p.word() == "" {
				t.Fatalf("%d records with %q: nothing fills a page or can be looked for", len(p.records), p.word())
			}
			for client, run := range reenactments() {
				t.Run(client, func(t *testing.T) { run(t, p) })
			}
		})
	}
}

func reenactments() map[string]func(*testing.T, portal) {
	return map[string]func(*testing.T, portal){
		"muninn": muninn, "boamp-alert": boampAlert, "boamp_veille": boampVeille, "boamp-mcp": boampMCP, "boamp-server": boampServer,
		"France_BOAMP": franceBOAMP, "veille-boamp": veilleBOAMP, "marchia": marchia, "le-marche": leMarche, "boamp_scraper": boampScraper,
		"API_France": apiFrance, "search page": searchPage, "ods-widgets, v1": widgets, "ods-widgets, v2": widgetsV2, "VancouvR": vancouvR,
		"ods_explore": odsExplore, "ukpyn": ukpyn, "koop": koop, "qgis": qgis, "dsfr-data": dsfrData, "opendatasoft-mcp-server": odsMCP,
		"boamp-api-quickStart": quickStart, "boamp-extractor": boampExtractor, "alauzettho/BOAMP": boampDepartment, "BOAMP-api-search": boampAPISearch, "harvester of the first API": harvester,
	}
}

// read asks, checks the status, and decodes strictly: what the client does not know may not be there.
func (p portal) read(t *testing.T, path string, query url.Values, into any, headers ...string) http.Header {
	t.Helper()
	address := path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	res, body := p.s.get(t, address, headers...)
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/") {
		t.Fatalf("%s: %d %s %.300s", address, res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v in %.300s", address, err, body)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("%s: more than one value", address)
	}
	return res.Header
}

// text asks for a file that is no JSON.
func (p portal) text(t *testing.T, path string, query url.Values, headers ...string) (http.Header, string) {
	t.Helper()
	res, body := p.s.get(t, path+"?"+query.Encode(), headers...)
	if res.StatusCode != 200 {
		t.Fatalf("%s?%s: %d %.300s", path, query.Encode(), res.StatusCode, body)
	}
	return res.Header, body
}

// refused asks for what must be refused, with a message that clients show.
func (p portal) refused(t *testing.T, path string, query url.Values, status int, message string) {
	t.Helper()
	res, body := p.s.get(t, path+"?"+query.Encode())
	var e struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil || res.StatusCode != status || e.Code == "" || !strings.Contains(e.Message, message) {
		t.Errorf("%s?%s: %d %s, want %d with %q", path, query.Encode(), res.StatusCode, body, status, message)
	}
}

// recordPage is a page of version 2.1.
type recordPage struct {
	Total   int   `json:"total_count"`
	Results []raw `json:"results"`
}

// holding lists the ids of the records that a predicate holds for, sorted.
func (p portal) holding(holds func(r raw) bool) (ids []string) {
	for _, r := range p.records {
		if holds(r) {
			ids = append(ids, r.str("idweb"))
		}
	}
	slices.Sort(ids)
	return ids
}

// idsOf lists the ids of records, sorted.
func idsOf(records []raw) (ids []string) {
	for _, r := range records {
		ids = append(ids, r.str("idweb"))
	}
	slices.Sort(ids)
	return ids
}

// same compares ids; an expectation of nothing shows nothing and fails as well.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("%s\n got  %v\n want %v", what, got, want)
	}
}

// often gives the most frequent values of a field, of lists each value, the most frequent first.
func (p portal) often(name string) []string {
	counts := map[string]int{}
	for _, r := range p.records {
		for _, v := range r.values(name) {
			counts[v]++
		}
	}
	var list []string
	for v := range counts {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	return list
}

// values gives the value or values of a field, without empty ones.
func (r raw) values(name string) []string {
	if v := r.list(name); len(v) > 0 {
		return slices.DeleteFunc(v, func(s string) bool { return s == "" })
	}
	if v := r.str(name); v != "" {
		return []string{v}
	}
	return nil
}

// middle is the day that half of the dates of a field come before.
func (p portal) middle(name string) string {
	var days []string
	for _, r := range p.records {
		if v := r.str(name); v != "" {
			days = append(days, v[:10])
		}
	}
	slices.Sort(days)
	return days[len(days)/2]
}

// deadline is the instant of an answer, as clients parse it.
func deadline(r raw) time.Time {
	d, _ := time.Parse(time.RFC3339, r.str("datelimitereponse"))
	return d
}

// day is a day at midnight UTC.
func day(s string) time.Time {
	d, _ := time.Parse(time.DateOnly, s)
	return d
}

// word is a word of titles that begins no other word of titles, so that finding it needs no knowledge of stems.
func (p portal) word() string {
	counts := map[string]int{}
	for _, r := range p.records {
		for _, w := range words(r.str("objet")) {
			counts[w]++
		}
	}
	best := ""
	for w, n := range counts {
		alone := len(w) >= 6
		for other := range counts {
			if other != w && len(other) >= 5 && (strings.HasPrefix(other, w[:min(4, len(w))]) || strings.Contains(other, w)) {
				alone = false
			}
		}
		if alone && (n > counts[best] || n == counts[best] && w < best) {
			best = w
		}
	}
	return best
}

// everywhere collects all pages of a request with limit and offset, as most clients do.
func (p portal) everywhere(t *testing.T, path string, query url.Values, size int) (all []raw) {
	t.Helper()
	for offset := 0; ; offset += size {
		query.Set("limit", strconv.Itoa(size))
		query.Set("offset", strconv.Itoa(offset))
		var page recordPage
		p.read(t, path, query, &page)
		all = append(all, page.Results...)
		if len(page.Results) < size {
			if page.Total != len(all) {
				t.Errorf("%v: total_count %d, %d records came", query, page.Total, len(all))
			}
			return all
		}
	}
}
