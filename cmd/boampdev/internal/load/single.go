package load

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Single is a question of the table of targets: some requests of one form.
type Single struct {
	Name   string
	Target time.Duration // of the median
	Paths  []string      // different ones where the form has something to vary
}

// Singles draws the single questions, runs paths each.
func (m *Sample) Singles(runs int) []Single {
	many := func(one func() string) []string {
		paths := make([]string, runs)
		for i := range paths {
			paths[i] = one()
		}
		return paths
	}
	const ms = time.Millisecond
	return []Single{
		{"notice by id", ms, many(func() string { return listPath + "/" + url.PathEscape(pick(m, m.ids)) })},
		{"record by id", ms, many(func() string { return listPath + "/" + url.PathEscape(pick(m, m.ids)) + "/record" })},
		{"filter, total, 20 whole records by date", 5 * ms, many(func() string { return records(m.filter().where) })},
		{"filter, total, 20 hits by date", 5 * ms, many(func() string { return hits(m.filter().params...) })},
		{"two words, total, 20 hits", 5 * ms, many(func() string { return hits("q", m.title(2)) })},
		{"two words of objet, total, 20 whole records", 5 * ms, many(func() string { return records(fmt.Sprintf("objet like %q", m.title(2))) })},
		{"two words by search(), total, 20 whole records", 5 * ms, many(func() string { return records(fmt.Sprintf("search(objet,%q)", m.title(2))) })},
		{"ten facets over everything", ms, many(func() string { return facetsWhere("") })},
		{"ten facets over a twentieth", 8 * ms, many(func() string { return facetsWhere(m.twentieth()) })},
		{"year x kind over everything", 5 * ms, many(func() string { return yearByKind("") })},
		{"a CPV in donnees, total, 20 hits", 5 * ms, many(func() string { return m.inBody(m.cpv) })},
		{"a SIRET in donnees, total, 20 hits", 5 * ms, many(func() string { return m.inBody(m.siret) })},
		{"offset 9,900 of a broad query", 10 * ms, many(func() string { return m.deep("20") })},
		{"offset 9,900, 100 whole records", 0, many(func() string { return m.deep("100") })},
	}
}

// twentieth is a filter that about 5 % of the notices pass: one of the most frequent departments.
func (m *Sample) twentieth() string {
	return fmt.Sprintf("code_departement=%q", m.deps[m.rng.IntN(min(4, len(m.deps)))])
}

// inBody asks for a code somewhere in the body. The rows are short, so that looking is what is measured.
func (m *Sample) inBody(codes []string) string {
	if len(codes) == 0 {
		return hits("q", m.title(1))
	}
	return explorePath + "/records?limit=20&" + query([]string{
		"select", "idweb,objet,nomacheteur,dateparution,famille_libelle,code_departement", "order_by", "dateparution desc",
		"where", fmt.Sprintf("donnees like %q", pick(m, codes)),
	})
}

// deep asks for the end of what the Explore API lets one page to.
func (m *Sample) deep(limit string) string {
	from := 2015 + m.rng.IntN(3)
	if limit == "20" {
		return explorePath + "/records?" + query([]string{
			"limit", limit, "offset", "9900", "select", "idweb,objet,nomacheteur,dateparution,famille_libelle,code_departement",
			"order_by", "dateparution desc", "where", fmt.Sprintf("dateparution>=date'%d-01-01'", from),
		})
	}
	return explorePath + "/records?" + query([]string{
		"limit", limit, "offset", "9900", "order_by", "dateparution desc", "where", fmt.Sprintf("dateparution>=date'%d-01-01'", from),
	})
}

// SingleResult is what a single question took.
type SingleResult struct {
	First     time.Duration // of the first request, with whatever had to be read or built for it
	Latencies Latencies     // of all, one after the other
	Bytes     int64         // of a body, on average
	Found     int64         // records that matched, on average; -1 when the answers do not say
	Processor time.Duration // of the server, a request; the system counts in hundredths of a second, all runs together
	Busy      Shares
}

// patience bounds the time of a single question with all its runs; three are made in any case.
const patience = 20 * time.Second

// Ask asks a single question, one request after the other.
func (q Single) Ask(ctx context.Context, s *Server) (SingleResult, error) {
	var res SingleResult
	var total time.Duration
	var found []int64
	before, start := processorOf(s.PID), time.Now()
	for i, path := range q.Paths {
		begun := time.Now()
		body, err := s.Get(ctx, path)
		took := time.Since(begun)
		if err != nil {
			return res, err
		}
		if i == 0 {
			res.First = took
		}
		res.Latencies = append(res.Latencies, took)
		res.Bytes += int64(len(body))
		if n, ok := totalOf(body); ok {
			found = append(found, n)
		}
		if total += took; total > patience && i >= 2 {
			break
		}
	}
	runs := max(1, len(res.Latencies))
	seconds := time.Since(start).Seconds()
	res.Busy = before.until(processorOf(s.PID), seconds)
	res.Processor = time.Duration(res.Busy.Server * seconds * float64(time.Second) / float64(runs))
	res.Bytes /= int64(runs)
	if res.Found = -1; len(found) > 0 {
		var sum int64
		for _, n := range found {
			sum += n
		}
		res.Found = sum / int64(len(found))
	}
	return res, nil
}

// Slow reports whether a question takes too long to be asked as often as is wanted.
func (q Single) Slow(r SingleResult) bool { return len(r.Latencies) < len(q.Paths) }

// totalOf reads how many records an answer found, when it says so.
func totalOf(body []byte) (int64, bool) {
	var answer struct {
		Total *int64 `json:"total"`
		Count *int64 `json:"total_count"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return 0, false
	}
	for _, v := range []*int64{answer.Total, answer.Count} {
		if v != nil {
			return *v, true
		}
	}
	return 0, false
}
