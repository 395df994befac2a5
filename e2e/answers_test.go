package e2e_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The answers of the Explore API over real records, against answers worked out here from the raw JSON of the same records, with
// no code of the program.

// raw is a record as the portal gave it.
type raw map[string]any

func (r raw) str(f string) string { s, _ := r[f].(string); return s }
func (r raw) null(f string) bool  { return r[f] == nil }
func (r raw) list(f string) (out []string) {
	items, _ := r[f].([]any)
	for _, x := range items {
		out = append(out, fmt.Sprint(x))
	}
	return out
}
func (r raw) has(f, v string) bool { return slices.Contains(r.list(f), v) }

// realRecords reads the real records in full form.
func realRecords(t *testing.T) (files []string, records []raw) {
	t.Helper()
	dir, err := filepath.Abs("../../shared/corpus/records")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"v230.jsonl", "v325.jsonl"} {
		file := filepath.Join(dir, name)
		f, err := os.Open(file)
		if err != nil {
			t.Skipf("the real records are missing: %v", err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var r raw
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
		files = append(files, file)
	}
	return files, records
}

const dataset = "/api/explore/v2.1/catalog/datasets/boamp"

// ask asks and decodes a good answer.
func ask[T any](t *testing.T, s *served, path string, query url.Values) (answer T) {
	t.Helper()
	res, body := s.get(t, path+"?"+query.Encode())
	if res.StatusCode != 200 {
		t.Errorf("%s?%s: %d %s", path, query.Encode(), res.StatusCode, body)
		return answer
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Errorf("%s?%s: %v in %.200s", path, query.Encode(), err, body)
	}
	return answer
}

// words splits a text as a reader would, without accents and case.
func words(s string) []string {
	fold := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "î", "i", "ï", "i", "ô", "o", "ö", "o", "û", "u", "ù", "u", "ü", "u", "ç", "c", "œ", "oe",
		"É", "e", "È", "e", "Ê", "e", "À", "a", "Â", "a", "Î", "i", "Ô", "o", "Û", "u", "Ç", "c", "Œ", "oe")
	return regexp.MustCompile(`[a-z0-9]+`).FindAllString(strings.ToLower(fold.Replace(s)), -1)
}

func hasWord(s string, beginnings ...string) bool {
	return slices.ContainsFunc(words(s), func(w string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(w, b) })
	})
}

// filters are requests that select records, and what selects them by hand.
func filters() map[string]struct {
	query url.Values
	holds func(r raw) bool
} {
	type filter = struct {
		query url.Values
		holds func(r raw) bool
	}
	all := map[string]filter{}
	where := func(text string, holds func(r raw) bool) {
		all["where="+text] = filter{url.Values{"where": {text}}, holds}
	}
	refine := func(holds func(r raw) bool, specs ...string) {
		all["refine="+strings.Join(specs, "&")] = filter{url.Values{"refine": specs}, holds}
	}
	where(`nature="APPEL_OFFRE"`, func(r raw) bool { return r.str("nature") == "APPEL_OFFRE" })
	where(`nature:'ATTRIBUTION'`, func(r raw) bool { return r.str("nature") == "ATTRIBUTION" })
	where(`type_procedure != "OUVERT"`, func(r raw) bool { return !r.null("type_procedure") && r.str("type_procedure") != "OUVERT" })
	where(`NOT type_procedure = "OUVERT"`, func(r raw) bool { return r.str("type_procedure") != "OUVERT" })
	where(`type_procedure is null`, func(r raw) bool { return r.null("type_procedure") })
	where(`datelimitereponse is not null and famille="FNS"`, func(r raw) bool { return !r.null("datelimitereponse") && r.str("famille") == "FNS" })
	where(`code_departement="69"`, func(r raw) bool { return r.has("code_departement", "69") })
	where(`code_departement=69 and type_marche="SERVICES"`, func(r raw) bool { return r.has("code_departement", "69") && r.has("type_marche", "SERVICES") })
	where(`code_departement in ("44","49","53","72","85")`, func(r raw) bool {
		return slices.ContainsFunc(r.list("code_departement"), func(d string) bool { return slices.Contains([]string{"44", "49", "53", "72", "85"}, d) })
	})
	where(`"163" in descripteur_code or '186' IN dc`, func(r raw) bool { return r.has("descripteur_code", "163") || r.has("dc", "186") })
	where(`not code_departement in ("69", "75")`, func(r raw) bool { return !r.has("code_departement", "69") && !r.has("code_departement", "75") })
	where(`code_departement != "75"`, func(r raw) bool {
		return slices.ContainsFunc(r.list("code_departement"), func(d string) bool { return d != "75" })
	})
	where(`dateparution >= date'2026-04-01'`, func(r raw) bool { return r.str("dateparution") >= "2026-04-01" })
	where(`dateparution >= '2026-03-20' and dateparution < "2026-04-03"`, func(r raw) bool { return r.str("dateparution") >= "2026-03-20" && r.str("dateparution") < "2026-04-03" })
	where(`dateparution in [date'2015-03-02' .. date'2015-03-10']`, func(r raw) bool {
		return r.str("dateparution") >= "2015-03-02" && r.str("dateparution") <= "2015-03-10"
	})
	where(`dateparution:['2015-03-02' TO '2015-03-10'[`, func(r raw) bool { return r.str("dateparution") >= "2015-03-02" && r.str("dateparution") < "2015-03-10" })
	where(`year(dateparution)=2015`, func(r raw) bool { return strings.HasPrefix(r.str("dateparution"), "2015") })
	where(`date_format(dateparution,'MM') = '04' and date_format(dateparution, 'dd') = '07'`, func(r raw) bool { return strings.HasSuffix(r.str("dateparution"), "-04-07") })
	where(`datelimitereponse > "2026-04-20T10:00:00Z"`, func(r raw) bool {
		d, err := time.Parse(time.RFC3339, r.str("datelimitereponse"))
		return err == nil && d.After(time.Date(2026, 4, 20, 10, 0, 0, 0, time.UTC))
	})
	where(`datefindiffusion > dateparution and etat="INITIAL"`, func(r raw) bool {
		return r.str("datefindiffusion") > r.str("dateparution") && r.str("etat") == "INITIAL"
	})
	where(`idweb="26-35205"`, func(r raw) bool { return r.str("idweb") == "26-35205" })
	where(`startswith(idweb, "26-3")`, func(r raw) bool { return strings.HasPrefix(r.str("idweb"), "26-3") })
	where(`startswith(nature_categorise_libelle, "Résultat de marché")`, func(r raw) bool { return strings.HasPrefix(r.str("nature_categorise_libelle"), "Résultat de marché") })
	where(`nature_categorise_libelle="Résultat de marché"`, func(r raw) bool { return false })
	where(`nature_categorise_libelle like "rectifi"`, func(r raw) bool { return hasWord(r.str("nature_categorise_libelle"), "rectifi") })
	where(`criteres="environnementaux" and not criteres="sociaux"`, func(r raw) bool { return r.has("criteres", "environnementaux") && !r.has("criteres", "sociaux") })
	where(`(famille="FNS" or famille="MAPA") and (criteres is not null or annonce_lie is not null)`, func(r raw) bool {
		return (r.str("famille") == "FNS" || r.str("famille") == "MAPA") && (!r.null("criteres") || !r.null("annonce_lie"))
	})
	where(`objet like "%voirie%"`, func(r raw) bool { return strings.Contains(strings.Join(words(r.str("objet")), " "), "voirie") })
	where(`nomacheteur LIKE 'commune%'`, func(r raw) bool { return hasWord(r.str("nomacheteur"), "commune") })
	where(`suggest(nomacheteur, "ville")`, func(r raw) bool { return hasWord(r.str("nomacheteur"), "ville") })
	where(`length(objet) >= 100`, func(r raw) bool { return len([]rune(r.str("objet"))) >= 100 })
	where(`lower(famille)="joue"`, func(r raw) bool { return r.str("famille") == "JOUE" })
	where(`ifnull(type_procedure, "AUCUNE")="AUCUNE"`, func(r raw) bool { return r.null("type_procedure") })
	where(`titulaire is not null`, func(r raw) bool { return !r.null("titulaire") })
	where(`source_schema="3.2.5" and contractfolderid is null`, func(r raw) bool { return r.str("source_schema") == "3.2.5" && r.null("contractfolderid") })
	where(`nature="NOPE"`, func(r raw) bool { return false })
	refine(func(r raw) bool { return r.str("famille") == "MAPA" }, "famille:MAPA")
	refine(func(r raw) bool { return r.str("famille") == "MAPA" || r.str("famille") == "DSP" }, "famille:MAPA", `famille:"DSP"`)
	refine(func(r raw) bool { return strings.HasPrefix(r.str("dateparution"), "2015") }, "dateparution:2015")
	refine(func(r raw) bool { return strings.HasPrefix(r.str("dateparution"), "2026-04") }, `dateparution:"2026/04"`)
	refine(func(r raw) bool { return r.str("dateparution") == "2026-04-07" }, "dateparution:2026/04/07")
	refine(func(r raw) bool { return strings.HasPrefix(r.str("nature_categorise_libelle"), "Avis de marché/") }, `nature_categorise_libelle:"Avis de marché"`)
	refine(func(r raw) bool { return r.has("criteres", "sociaux") && r.has("criteres", "environnementaux") }, "criteres:sociaux", "criteres:environnementaux")
	refine(func(r raw) bool { return r.has("code_departement", "69") && r.has("type_marche_facette", "Services") }, "code_departement:69", "type_marche_facette:Services")
	all["exclude=famille:JOUE"] = filter{url.Values{"exclude": {"famille:JOUE"}}, func(r raw) bool { return r.str("famille") != "JOUE" }}
	all["two where"] = filter{url.Values{"where": {`famille="FNS"`, `etat="INITIAL"`}}, func(r raw) bool { return r.str("famille") == "FNS" && r.str("etat") == "INITIAL" }}
	all["qv1"] = filter{url.Values{"qv1": {`(famille:FNS AND NOT #null(criteres))`}}, func(r raw) bool { return r.str("famille") == "FNS" && !r.null("criteres") }}
	return all
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	files, records := realRecords(t)
	data := filepath.Join(t.TempDir(), "data")
	must(t, append([]string{"import", "--data", data}, files...)...)
	s := serve(t, data)
	cases := filters()
	if len(cases) < 40 {
		t.Fatalf("only %d requests", len(cases))
	}
	found := 0
	for name, c := range cases {
		var want []string
		for _, r := range records {
			if c.holds(r) {
				want = append(want, r.str("idweb"))
			}
		}
		slices.Sort(want)
		checkFilter(t, s, name, c.query, want)
		found += min(1, len(want))
	}
	if found < len(cases)-3 {
		t.Errorf("only %d of %d requests find something", found, len(cases))
	}
	checkWhole(t, s, records)
	checkOrder(t, s, records)
	checkGroups(t, s, records)
	checkFacets(t, s, records)
}

// checkFilter compares the count, the page and the export of one request with the expected ids.
func checkFilter(t *testing.T, s *served, name string, query url.Values, want []string) {
	t.Helper()
	q := maps.Clone(query)
	q.Set("select", "idweb")
	q.Set("order_by", "idweb")
	q.Set("limit", "100")
	answer := ask[struct {
		Total   int `json:"total_count"`
		Results []struct{ Idweb string }
	}](t, s, dataset+"/records", q)
	q.Del("limit")
	export := ask[[]struct{ Idweb string }](t, s, dataset+"/exports/json", q)
	var page, whole []string
	for _, r := range answer.Results {
		page = append(page, r.Idweb)
	}
	for _, r := range export {
		whole = append(whole, r.Idweb)
	}
	if answer.Total != len(want) || !slices.Equal(page, want[:min(100, len(want))]) || !slices.Equal(whole, want) {
		t.Errorf("%s: total %d, want %d\n got  %v\n want %v", name, answer.Total, len(want), whole, want)
	}
}

// checkWhole compares every value of every record.
func checkWhole(t *testing.T, s *served, records []raw) {
	t.Helper()
	values := 0
	for _, want := range records {
		answer := ask[struct{ Results []raw }](t, s, dataset+"/records", url.Values{"where": {`idweb="` + want.str("idweb") + `"`}})
		if len(answer.Results) != 1 {
			t.Errorf("%s: %d records", want.str("idweb"), len(answer.Results))
			continue
		}
		for name, got := range answer.Results[0] {
			if !reflect.DeepEqual(got, want[name]) {
				t.Errorf("%s: %s is %.80v, want %.80v", want.str("idweb"), name, got, want[name])
			}
			values++
		}
	}
	if values != 41*len(records) {
		t.Errorf("%d values compared, want %d", values, 41*len(records))
	}
}

// checkOrder compares orders: nulls stand last in either direction, ties by idweb when it is the last key.
func checkOrder(t *testing.T, s *served, records []raw) {
	t.Helper()
	for order, compare := range map[string]func(a, b raw) int{
		"datelimitereponse, idweb":      func(a, b raw) int { return nullsLast(a, b, "datelimitereponse", 1) },
		"datelimitereponse desc, idweb": func(a, b raw) int { return nullsLast(a, b, "datelimitereponse", -1) },
		"-dateparution, idweb":          func(a, b raw) int { return cmp.Compare(b.str("dateparution"), a.str("dateparution")) },
		"famille, nature desc, idweb": func(a, b raw) int {
			return cmp.Or(cmp.Compare(a.str("famille"), b.str("famille")), cmp.Compare(b.str("nature"), a.str("nature")))
		},
	} {
		sorted := slices.SortedFunc(slices.Values(records), func(a, b raw) int { return cmp.Or(compare(a, b), cmp.Compare(a.str("idweb"), b.str("idweb"))) })
		var want, got []string
		for _, r := range sorted {
			want = append(want, r.str("idweb"))
		}
		for _, r := range ask[[]struct{ Idweb string }](t, s, dataset+"/exports/json", url.Values{"select": {"idweb"}, "order_by": {order}}) {
			got = append(got, r.Idweb)
		}
		if !slices.Equal(got, want) {
			t.Errorf("order_by=%s\n got  %v\n want %v", order, got, want)
		}
	}
}

func nullsLast(a, b raw, f string, sign int) int {
	switch {
	case a.null(f) || b.null(f):
		return cmp.Compare(btoi(a.null(f)), btoi(b.null(f)))
	}
	return sign * cmp.Compare(a.str(f), b.str(f)) // all of one offset, so texts sort as times
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkGroups compares counts by group.
func checkGroups(t *testing.T, s *served, records []raw) {
	t.Helper()
	for group, keys := range map[string]func(r raw) []string{
		"nature":                               func(r raw) []string { return []string{r.str("nature")} },
		"type_procedure":                       func(r raw) []string { return []string{r.str("type_procedure")} },
		"code_departement":                     func(r raw) []string { return r.list("code_departement") },
		"year(dateparution)":                   func(r raw) []string { return []string{r.str("dateparution")[:4]} },
		"date_format(dateparution, 'yyyy-MM')": func(r raw) []string { return []string{r.str("dateparution")[:7]} },
		"lower(famille)":                       func(r raw) []string { return []string{strings.ToLower(r.str("famille"))} },
	} {
		want, got := map[string]int{}, map[string]int{}
		for _, r := range records {
			list := keys(r)
			if len(list) == 0 {
				list = []string{""}
			}
			for _, k := range slices.Compact(slices.Sorted(slices.Values(list))) {
				want[k]++
			}
		}
		rows := ask[struct{ Results []map[string]any }](t, s, dataset+"/records", url.Values{"select": {"count(*) as n"}, "group_by": {group}})
		for _, row := range rows.Results {
			key := ""
			if v := row[group]; v != nil {
				key = strings.TrimSuffix(fmt.Sprint(v), ".0")
			}
			n, _ := row["n"].(float64)
			got[key] += int(n)
		}
		if !maps.Equal(got, want) {
			t.Errorf("group_by=%s\n got  %v\n want %v", group, got, want)
		}
	}
}

// checkFacets compares the counts of facets.
func checkFacets(t *testing.T, s *served, records []raw) {
	t.Helper()
	type value struct {
		Name, State, Value string
		Count              int
	}
	answer := ask[struct {
		Facets []struct {
			Name   string
			Facets []value
		}
	}](t, s, dataset+"/facets", url.Values{"facet": {"famille", "descripteur_libelle", "dateparution"}, "refine": {"famille:FNS"}})
	if len(answer.Facets) != 3 {
		t.Fatalf("facets: %+v", answer)
	}
	count := func(keys func(r raw) []string, only func(r raw) bool) map[string]int {
		m := map[string]int{}
		for _, r := range records {
			if only(r) {
				for _, k := range slices.Compact(slices.Sorted(slices.Values(keys(r)))) {
					m[k]++
				}
			}
		}
		return m
	}
	fns := func(r raw) bool { return r.str("famille") == "FNS" }
	want := []map[string]int{
		count(func(r raw) []string { return []string{r.str("famille")} }, func(raw) bool { return true }), // disjunctive: without its own refine
		count(func(r raw) []string { return r.list("descripteur_libelle") }, fns),
		count(func(r raw) []string { return []string{r.str("dateparution")[:4]} }, fns),
	}
	for i, f := range answer.Facets {
		got := map[string]int{}
		for k, v := range f.Facets {
			got[v.Value] = v.Count
			if k > 0 && v.Count > f.Facets[k-1].Count {
				t.Errorf("facet %s is not in descending order", f.Name)
			}
		}
		if !maps.Equal(got, want[i]) {
			t.Errorf("facet %s\n got  %v\n want %v", f.Name, got, want[i])
		}
	}
}
