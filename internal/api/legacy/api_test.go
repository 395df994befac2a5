package legacy_test

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
)

// page is a search answer, with the names that clients read.
type page struct {
	XMLName   xml.Name `json:"-"`
	Retournes *int     `json:"nbItemsRetournes" xml:"nbItemsRetournes,attr"`
	Existants *int     `json:"nbItemsExistants" xml:"nbItemsExistants,attr"`
	Item      []item   `json:"item" xml:"item"`
}

type item struct {
	ID          string `json:"id" xml:"id,attr"`
	Value       string `json:"value" xml:"value,attr"`
	Schema      string `json:"schema" xml:"schema,attr"`
	Description string `json:"description" xml:"description,attr"`
}

func (p page) ids() string {
	var list []string
	for _, i := range p.Item {
		list = append(list, i.Value)
	}
	return strings.Join(list, " ")
}

func (a answer) page(t testing.TB) page {
	t.Helper()
	var p page
	var err error
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/xml") {
		err = xml.Unmarshal([]byte(a.body), &p)
	} else {
		err = json.Unmarshal([]byte(a.body), &p)
	}
	if err != nil || a.StatusCode != 200 || p.Retournes == nil || p.Existants == nil || *p.Retournes != len(p.Item) {
		t.Fatalf("%d %v: %.400s", a.StatusCode, err, a.body)
	}
	return p
}

// fails checks that the answer is an error in the form of this API.
func (a answer) fails(t testing.TB, status int, message, hint string) {
	t.Helper()
	var e struct {
		Error string
		Hint  string
	}
	if a.StatusCode != status || json.Unmarshal([]byte(a.body), &e) != nil || !strings.Contains(e.Error, message) || !strings.Contains(e.Hint, hint) {
		t.Errorf("%d %s, want %d with an error like %q and a hint like %q", a.StatusCode, a.body, status, message, hint)
	}
}

// invented are the invented notices of all generations.
func invented(t testing.TB) map[string][]byte {
	docs := map[string][]byte{}
	for _, generation := range []string{"v010", "v110", "v230", "jo", "eforms"} {
		maps.Copy(docs, inputs(t, generation))
	}
	delete(docs, "eforms-envelope")
	return docs
}

// TestTwoStages walks like an old client: it searches, takes the version from the schema of each item, and fetches the notice.
func TestTwoStages(t *testing.T) {
	h := serve(t, invented(t))
	all := ask(t, h, find("#all")).page(t)
	versions := map[string]int{}
	for _, i := range all.Item {
		if i.ID != "idweb" || i.Description == "" && !strings.Contains(i.Schema, "eforms") {
			t.Errorf("item %+v", i)
		}
		version := i.Schema[len(i.Schema)-8 : len(i.Schema)-4]
		versions[version]++
		res := ask(t, h, "/"+version+"/"+i.Value)
		if res.StatusCode != 200 || !json.Valid([]byte(res.body)) || res.Header.Get("Content-Type") != "application/json;charset=UTF-8" {
			t.Errorf("%s %s: %d %.200s", version, i.Value, res.StatusCode, res.body)
		}
		res = ask(t, h, "/"+version+"/"+i.Value, "Accept", "application/xml")
		if res.StatusCode != 200 || xml.Unmarshal([]byte(res.body), new(struct{})) != nil || res.Header.Get("Content-Type") != "application/xml;charset=UTF-8" {
			t.Errorf("%s %s: %d %.200s", version, i.Value, res.StatusCode, res.body)
		}
	}
	for _, v := range []string{"v010", "v110", "v230", "v240", "v325", "orms"} {
		if versions[v] == 0 {
			t.Errorf("no notice of %s among %v", v, versions)
		}
	}
	if *all.Existants != len(all.Item) || len(all.Item) < 50 {
		t.Errorf("%d of %d items", len(all.Item), *all.Existants)
	}
}

func TestSearch(t *testing.T) {
	h := serve(t, invented(t))
	all := ask(t, h, find("#all")).page(t)
	exactly := func(criterion string, count int) page {
		t.Helper()
		p := ask(t, h, find(criterion)).page(t)
		if *p.Existants != count {
			t.Errorf("%s finds %d: %s; want %d", criterion, *p.Existants, p.ids(), count)
		}
		return p
	}
	p := exactly("idweb:18-99001", 1)
	if want := "http://schemas.journal-officiel.gouv.fr/schemabook/boamp/Boamp_v230.xsd"; p.Item[0].Schema != want {
		t.Errorf("schema %s", p.Item[0].Schema)
	}
	exactly("source_cat:v2 AND idweb:18-99001 ET dateparution:2018/06", 1)
	exactly("idweb:18-99001 numerodepartement:2A", 1)
	exactly("idweb:18-99001 numeroregion:94", 1)
	exactly("idweb:18-99001 numeroregion:93", 1)
	exactly("idweb:18-99001 numeroregion:42", 0)
	exactly("idweb:18-99001 dateparution>2018/06/13 dateparution<=20180614", 1)
	exactly("idweb:18-99001 dateparution>2018/06", 0)
	exactly("idweb:99-1", 0)
	if p := exactly("(idweb:18-99001 OU idweb:99-1) SAUF famille_cat:JOUE", 1); p.Item[0].Value != "18-99001" {
		t.Errorf("found %s", p.ids())
	}

	// Pages begin at a position and together are the whole, in one order.
	var ids []string
	for first := 1; ; {
		p := ask(t, h, find("#all", "curseur", strconv.Itoa(first), "nbItemParPage", "7")).page(t)
		if *p.Existants != len(all.Item) {
			t.Fatalf("%d exist, want %d", *p.Existants, len(all.Item))
		}
		if len(p.Item) == 0 {
			break
		}
		first += len(p.Item)
		ids = append(ids, p.ids())
	}
	if got := strings.Join(ids, " "); got != all.ids() {
		t.Errorf("pages hold\n%s\nand one page\n%s", got, all.ids())
	}
	if got := ask(t, h, find("#all", "curseur", "0", "nbItemParPage", "5000")).page(t); got.ids() != all.ids() {
		t.Error("position 0 is not the first, or 5000 items are not 1000")
	}
	const beyond = "99999999999999999999"
	if got := ask(t, h, find("#all", "nbItemParPage", beyond)).page(t); got.ids() != all.ids() {
		t.Error("more items than can be counted are not 1000")
	}
	if got := ask(t, h, find("#all", "curseur", beyond)).page(t); len(got.Item) != 0 || *got.Existants != len(all.Item) {
		t.Errorf("behind the end: %d items of %d", len(got.Item), *got.Existants)
	}
	byID := ask(t, h, find("source_cat:v2", "sort", "idweb")).page(t)
	if list := strings.Fields(byID.ids()); !slices.IsSorted(list) || len(list) < 10 {
		t.Errorf("sorted by idweb: %v", list)
	}
}

// TestDescriptions checks the suffixes of corrections and cancellations, and that others have none.
func TestDescriptions(t *testing.T) {
	h := serve(t, invented(t))
	for criterion, suffix := range map[string]string{
		"source_cat:v2 etat:RECTIFICATIF": " (rectificatif)", "source_cat:v2 etat:ANNULATION": " (annulation)", "source_cat:v2 etat:INITIAL": "", "source_cat:v325 etat:RECTIFICATIF": " (rectificatif)",
	} {
		p := ask(t, h, find(criterion)).page(t)
		if len(p.Item) == 0 {
			t.Errorf("%s finds nothing", criterion)
		}
		for _, i := range p.Item {
			count := strings.Count(i.Description, "(rectificatif)") + strings.Count(i.Description, "(annulation)")
			if !strings.HasSuffix(i.Description, suffix) || count != min(len(suffix), 1) {
				t.Errorf("%s: %q, want one %q at the end", i.Value, i.Description, suffix)
			}
		}
	}
}

// TestSummaries cuts a summary of more than 203 characters, and takes the number of the notice's own department from the front of one of
// V110, but no other number, and none of V230.
func TestSummaries(t *testing.T) {
	call := string(invented(t)["v230-fns-call"])
	before, rest, _ := strings.Cut(call, "<RESUME_OBJET>")
	_, after, ok := strings.Cut(rest, "</RESUME_OBJET>")
	if !ok {
		t.Fatal("the fixture has no RESUME_OBJET")
	}
	v230 := func(summary string) string { return before + "<RESUME_OBJET>" + summary + "</RESUME_OBJET>" + after }
	v110 := func(department, summary string) string {
		return `<PARUTION_BOAMP nompublication="BOAMP-A" dateparution="08 JANVIER 2008" numparution="0800001"><ANNONCE_REF><GESTION><NOJO>08-1</NOJO><R3>` +
			department + "</R3></GESTION><DONNEES><AUTRES>" + summary + "</AUTRES></DONNEES></ANNONCE_REF></PARUTION_BOAMP>"
	}
	letters := strings.Repeat("é", 200)
	for _, c := range []struct{ src, want string }{
		{v230(letters + "abc"), letters + "abc"},
		{v230(letters + "abcd"), letters + ".."},
		{v230("2A logements"), "2A logements"},
		{v110("92", "92 Voirie"), "Voirie"},
		{v110("1", "01 Voirie"), "Voirie"},
		{v110("20B", "20B Voirie"), "Voirie"},
		{v110("94", "92 Voirie"), "92 Voirie"},
		{v110("92", "92 92 logements"), "92 logements"},
		{v110("1", "1"), "1"},
	} {
		p := ask(t, serve(t, map[string][]byte{"one": []byte(c.src)}), find("#all")).page(t)
		if len(p.Item) != 1 || p.Item[0].Description != c.want {
			t.Errorf("%+v, want %q", p.Item, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	h := serve(t, invented(t))
	ask(t, h, "/search").fails(t, 400, "criterion is missing", "%23all")
	ask(t, h, find("")).fails(t, 400, "empty", "#all")
	ask(t, h, find("zone:3")).fails(t, 400, "unknown field zone", "numeroregion")
	ask(t, h, find("#all", "nbItemParPage", "0")).fails(t, 400, "nbItemParPage", "")
	ask(t, h, find("#all", "nbItemParPage", "-1")).fails(t, 400, "nbItemParPage", "")
	ask(t, h, find("#all", "nbItemParPage", "-99999999999999999999")).fails(t, 400, "nbItemParPage", "")
	ask(t, h, find("#all", "curseur", "x")).fails(t, 400, "curseur", "")
	ask(t, h, find("#all", "curseur", "-1")).fails(t, 400, "0 or more", "")
	ask(t, h, find("#all", "sort", "prix")).fails(t, 400, "prix", "dateparution")
	ask(t, h, "/search?criterion=%zz").fails(t, 400, "query string", "%26")
	ask(t, h, "/v230/99-1").fails(t, 404, "99-1", "")
	ask(t, h, "/v999/18-99001").fails(t, 404, "v999", "v325")
	ask(t, h, "/V230/18-99001").fails(t, 404, "V230", "v230")
	ask(t, h, "/v110/18-99001").fails(t, 404, "has version v230, not v110", legacy.Prefix+"/v230/18-99001")
	ask(t, h, "/nothing").fails(t, 404, "no such path", legacy.Prefix+"/search")
	do(t, h, http.MethodPost, find("#all")).fails(t, 405, "POST", "GET")

	res := ask(t, h, find("voirie zone:3"))
	if want := `{"error":"unknown field zone","position":8,`; !strings.HasPrefix(res.body, want) {
		t.Errorf("%s, want %s...", res.body, want)
	}
	res = ask(t, h, find("voirie zone:<3"), "Accept", "application/xml")
	if res.StatusCode != 400 || !strings.Contains(res.body, `<error position="8" hint="`) || xml.Unmarshal([]byte(res.body), new(struct{})) != nil {
		t.Errorf("%d %s", res.StatusCode, res.body)
	}
}

// TestNewerAsV230 gives a notice of V240 as one of V230 when that has a member for all that it holds, else the address that fits.
func TestNewerAsV230(t *testing.T) {
	docs := invented(t)
	h := serve(t, docs)
	ids := strings.Fields(ask(t, h, find("source_cat:v240")).page(t).ids())
	if len(ids) < 2 {
		t.Fatalf("notices of V240: %v", ids)
	}
	refused := 0
	for _, id := range ids {
		res, right := ask(t, h, "/v230/"+id), ask(t, h, "/v240/"+id)
		if res.StatusCode != 200 {
			refused++
			res.fails(t, 404, "has version v240, not v230", "/v240/"+id)
		} else if res.body != right.body {
			t.Errorf("%s as v230: %.200s", id, res.body)
		}
	}
	if refused == 0 || refused == len(ids) {
		t.Errorf("%d of %d notices refused as v230: some hold names of V240 and some none", refused, len(ids))
	}
	plain := strings.Replace(string(docs["v230-fns-call"]), "Boamp_v230.xsd", "Boamp_v240.xsd", 1)
	h = serve(t, map[string][]byte{"plain": []byte(plain)})
	res, same := ask(t, h, "/v230/18-99001"), ask(t, h, "/v240/18-99001")
	if res.StatusCode != 200 || res.body != same.body || res.Header.Get("Etag") == same.Header.Get("Etag") {
		t.Errorf("%d %.200s", res.StatusCode, res.body)
	}
}

// TestOneOfMany takes notices out of a file of many, in which a byte that no text has damaged one: the others are given, each by itself.
func TestOneOfMany(t *testing.T) {
	one := func(id, text string) string {
		return "<ANNONCE_REF><GESTION><NOJO>" + id + "</NOJO></GESTION><DONNEES><AUTRES>" + text + "</AUTRES></DONNEES></ANNONCE_REF>"
	}
	src := []byte(`<?xml version="1.0" encoding="UTF-8"?><PARUTION_BOAMP nompublication="BOAMP-A" dateparution="08 JANVIER 2008" numparution="0800001">` +
		one("08-1", "first") + one("08-2", "sec\x00ond") + one("08-3", "third") + "</PARUTION_BOAMP>")
	h := serve(t, map[string][]byte{"many": src})
	if ids := ask(t, h, find("#all", "sort", "idweb")).page(t).ids(); ids != "08-1 08-3" {
		t.Fatalf("notices %s", ids)
	}
	for id, text := range map[string]string{"08-1": "first", "08-3": "third"} {
		for accept, member := range map[string]string{"application/json": `"nojo":"` + id + `"`, "application/xml": "<NOJO>" + id + "</NOJO>"} {
			res := ask(t, h, "/v110/"+id, "Accept", accept)
			if res.StatusCode != 200 || !strings.Contains(res.body, member) || !strings.Contains(res.body, text) || strings.Count(res.body, text) != 1 || len(res.body) > 700 {
				t.Errorf("%s as %s: %d %s", id, accept, res.StatusCode, res.body)
			}
		}
	}
}

// TestNoticeOfAnother keeps a document that does not hold the notice: nothing is given for it.
func TestNoticeOfAnother(t *testing.T) {
	const many = "<ANNONCES><ANNONCE><GESTION><REFERENCE><IDWEB>18-1</IDWEB></REFERENCE></GESTION></ANNONCE>" +
		"<ANNONCE><GESTION><REFERENCE><IDWEB>18-2</IDWEB></REFERENCE></GESTION></ANNONCE></ANNONCES>"
	for id, want := range map[string]bool{"18-1": true, "18-2": true, "18-3": false} {
		n := &notice.Notice{ID: id, Version: notice.V230, Source: notice.Source{Kept: "many", Form: "xml"}}
		doc, err := legacy.Open(n, func(string) ([]byte, error) { return []byte(many), nil })
		if !want {
			if !fault.Is(err, fault.Internal) {
				t.Errorf("%s: %v", id, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if body, err := doc.XML(); err != nil || !strings.Contains(string(body), "<IDWEB>"+id+"</IDWEB>") || strings.Count(string(body), "<IDWEB>") != 1 {
			t.Errorf("%s: %v %s", id, err, body)
		}
	}
}

// TestFlags asks for empty elements as true.
func TestFlags(t *testing.T) {
	h := serve(t, invented(t))
	usual, plain := ask(t, h, "/v230/18-99001"), ask(t, h, "/v230/18-99001?flags=true")
	if !strings.Contains(plain.body, `"fns":true,`) || strings.Contains(plain.body, "UTF-16") || !strings.Contains(usual.body, "<FNS ") || usual.Header.Get("Etag") == plain.Header.Get("Etag") {
		t.Errorf("%.300s\n%.300s", usual.body, plain.body)
	}
	ask(t, h, "/v230/18-99001?flags=yes").fails(t, 400, `flags is "yes"`, "")
}

func TestNegotiation(t *testing.T) {
	h := serve(t, invented(t))
	for accept, want := range map[string]string{
		"": "json", "*/*": "json", "application/json": "json", "application/xml": "xml", "text/xml": "xml", "application/json, application/xml": "json",
		"application/xml;q=0.5, application/json;q=0.4": "xml", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "xml", "text/csv": "json",
		"application/xml;q=0": "json", "application/xml;q=x": "json", ";;": "json",
	} {
		for _, path := range []string{find("#all", "nbItemParPage", "1"), "/v230/18-99001"} {
			res := ask(t, h, path, "Accept", accept)
			if got := res.Header.Get("Content-Type"); got != "application/"+want+";charset=UTF-8" || res.Header.Get("Vary") != "Accept" {
				t.Errorf("Accept %q: %s, Vary %q", accept, got, res.Header.Get("Vary"))
			}
		}
	}
}

// TestPlumbing checks tags, HEAD, OPTIONS and provenance.
func TestPlumbing(t *testing.T) {
	h := serve(t, invented(t))
	for _, path := range []string{find("#all", "nbItemParPage", "3"), "/v230/18-99001"} {
		asJSON, asXML := ask(t, h, path), ask(t, h, path, "Accept", "application/xml")
		tag := asJSON.Header.Get("Etag")
		if tag == "" || tag == asXML.Header.Get("Etag") {
			t.Errorf("%s: tags %s and %s", path, tag, asXML.Header.Get("Etag"))
		}
		if res := ask(t, h, path, "If-None-Match", tag); res.StatusCode != 304 || res.body != "" {
			t.Errorf("%s: %d for its own tag", path, res.StatusCode)
		}
		if res := ask(t, h, path, "If-None-Match", tag, "Accept", "application/xml"); res.StatusCode != 200 {
			t.Errorf("%s: %d for the tag of the other format", path, res.StatusCode)
		}
		if res := do(t, h, http.MethodHead, path); res.StatusCode != 200 || res.Header.Get("Content-Length") != strconv.Itoa(len(asJSON.body)) {
			t.Errorf("%s: HEAD %d, length %s", path, res.StatusCode, res.Header.Get("Content-Length"))
		}
		if res := do(t, h, http.MethodOptions, path); res.StatusCode != 204 {
			t.Errorf("%s: OPTIONS %d", path, res.StatusCode)
		}
		for _, header := range []string{"Boamp-Source", "Boamp-Licence", "Boamp-Revision", "Boamp-Last-Update"} {
			if asJSON.Header.Get(header) == "" {
				t.Errorf("%s: no %s", path, header)
			}
		}
	}
	if res := ask(t, h, "/v230/99-1"); res.Header.Get("Boamp-Revision") == "" || res.Header.Get("Etag") != "" {
		t.Errorf("headers of an error: %v", res.Header)
	}
}
