package v110_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v110"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

func documents(t testing.TB) map[string][]byte {
	t.Helper()
	docs := map[string][]byte{}
	for name, src := range feedtest.Files(t, "xml-v110-derived", "*.xml") {
		docs[strings.TrimSuffix(name, ".xml")] = src
	}
	return docs
}

// TestCorpusDocuments checks what must hold for every real document, without knowing any of them.
func TestCorpusDocuments(t *testing.T) {
	docs := documents(t)
	if len(docs) != 338 {
		t.Errorf("%d documents, 338 are known", len(docs))
	}
	for name, src := range docs {
		res, err := v110.New().Read(feed.Document{Bytes: src, Name: name})
		if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 0 {
			t.Errorf("%s: %d notices, rejects %v, error %v", name, len(res.Notices), res.Rejects, err)
			continue
		}
		d, err := tree.ParseXML(src, nil, tree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		n := res.Notices[0]
		if n.ID != name || n.Version != notice.V110 || n.Record.Idweb != name {
			t.Errorf("%s: id %q, version %q, idweb %q", name, n.ID, n.Version, n.Record.Idweb)
		}
		checkNotice(t, n, d.Root())
		checkNothingLost(t, n, d.Root().Child("ANNONCE"))
	}
}

// checkNotice checks the rules of the typed notice against the tree that it came from.
func checkNotice(t *testing.T, n *notice.Notice, roots ...tree.Node) {
	t.Helper()
	if len(n.Warnings) > 0 {
		t.Errorf("%s: warnings %+v", n.ID, n.Warnings)
	}
	if n.Title == "" || len(n.Buyers) == 0 || n.Buyers[0].Name == "" || n.Published.Year < 2006 || len(n.DepartementsPublication) == 0 {
		t.Errorf("%s: title %q, buyers %d, published %v, departments %v", n.ID, n.Title, len(n.Buyers), n.Published, n.DepartementsPublication)
	}
	for _, code := range n.DepartementsPublication {
		if d, ok := codelist.DepartementOf(code); !ok || d.Code != code {
			t.Errorf("%s: department %q", n.ID, code)
		}
	}
	names := []string{n.Title, n.Buyers[0].Name, n.Buyers[0].Contact.Email, n.Buyers[0].Website}
	for _, r := range n.Results {
		for _, w := range r.Winners {
			names = append(names, w.Name)
		}
		if r.Outcome == "" || r.Outcome == notice.OutcomeAwarded && len(r.Winners) == 0 {
			t.Errorf("%s: result %+v", n.ID, r)
		}
	}
	for _, s := range names {
		if s != strings.TrimSpace(s) || strings.HasSuffix(s, ",") || strings.HasPrefix(s, ",") {
			t.Errorf("%s: %q is not tidy", n.ID, s)
		}
	}
	places := map[string]bool{}
	for _, root := range roots {
		for e := range root.Descend() {
			places[e.Path()] = true
			for _, a := range e.Attrs() {
				places[e.Path()+"/@"+a.Name] = true
			}
		}
	}
	for field, o := range n.Origins {
		if !places[o.Path] {
			t.Errorf("%s: %s comes from %q, which the document does not have", n.ID, field, o.Path)
		}
	}
}

// checkNothingLost counts names, amounts and dates of contracts in the document and in the notice.
func checkNothingLost(t *testing.T, n *notice.Notice, annonce tree.Node) {
	t.Helper()
	count := map[string]int{}
	after := false
	for e := range annonce.Child("DONNEES").All() {
		after = after || e.Name() == "PROCEDURE"
		if e.Name() == "IDENT" && after {
			count[winnerOrNone(e.Child("NOM"))]++
		}
		for _, block := range []string{"LOTS", "MARCHES"} {
			for c := range e.Child(block).All() {
				if e.Name() != "PROCEDURE" || c.Text() == "" && c.Name() != "INFRUCTUEUX" && c.Name() != "SANS_SUITE" {
					continue
				}
				switch c.Name() {
				case "NOM":
					count[winnerOrNone(c)]++
				case "MONTANT", "MONTANT_HT":
					count["amount"]++
				case "INFRUCTUEUX", "SANS_SUITE":
					count["none"]++
				case "NB_OFFRES":
					count["tenders"]++
				}
			}
		}
	}
	got := map[string]int{}
	for _, r := range n.Results {
		got["winner"] += len(r.Winners)
		if r.Amount != nil {
			got["amount"]++
		}
		if r.Tenders != nil {
			got["tenders"]++
		}
		if r.Outcome == notice.OutcomeUnsuccessful || r.Outcome == notice.OutcomeAbandoned {
			got["none"]++
		}
	}
	if got["winner"] != count["winner"] || got["amount"] != count["amount"] || got["tenders"] < count["tenders"] || got["none"] < count["none"] {
		t.Errorf("%s: the document has %v, the notice %v", n.ID, count, got)
	}
}

// winnerOrNone tells the remark that there was no award from the name of a winner.
func winnerOrNone(name tree.Node) string {
	if remark.MatchString(name.Text()) {
		return "none"
	}
	return "winner"
}

var remark = regexp.MustCompile(`(?i)infructueux|sans suite|donner suite`)

// TestCorpusRecords reads the typed values of real records and compares them with the flat fields beside them.
func TestCorpusRecords(t *testing.T) {
	read := 0
	for _, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", "v110.jsonl")) {
		var flat struct {
			Idweb, Gestion, Donnees, Dateparution, Datefindiffusion, Datelimitereponse, Etat, Famille, Nature, Nomacheteur string
			Code_departement, Descripteur_code, Type_marche                                                                []string
		}
		if err := json.Unmarshal(line, &flat); err != nil {
			t.Fatal(err)
		}
		read++
		n := fromHalves(t, flat.Idweb, flat.Gestion, flat.Donnees)
		g, _ := tree.ParseJSON([]byte(flat.Gestion), "GESTION", tree.Limits{})
		d, _ := tree.ParseJSON([]byte(flat.Donnees), "DONNEES", tree.Limits{})
		checkNotice(t, n, g.Root(), d.Root())
		var codes, kinds []string
		for _, l := range n.Descripteurs {
			codes = append(codes, l.Code)
		}
		for _, k := range n.Kinds {
			kinds = append(kinds, k.Code())
		}
		deadline := ""
		if n.Deadline != nil {
			deadline = n.Deadline.Wall[:10]
			if n.Deadline.DateOnly || n.Deadline.Instant.IsZero() {
				t.Errorf("%s: deadline %+v has no time; all known ones have one", n.ID, n.Deadline)
			}
		}
		day, _, _ := strings.Cut(flat.Datelimitereponse, "T")
		for _, c := range []struct{ field, got, want string }{
			{"published", n.Published.String(), flat.Dateparution}, {"display end", n.DisplayEnd.String(), flat.Datefindiffusion},
			{"deadline", deadline, day}, {"etat", n.Etat, flat.Etat}, {"famille", n.Famille, flat.Famille}, {"nature", n.Nature, flat.Nature},
			{"departments", strings.Join(n.DepartementsPublication, ","), strings.Join(flat.Code_departement, ",")},
			{"key words", strings.Join(codes, ","), strings.Join(flat.Descripteur_code, ",")},
			{"kinds", strings.Join(kinds, ","), strings.Join(flat.Type_marche, ",")},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s = %q, the flat record has %q", n.ID, c.field, c.got, c.want)
			}
		}
		if !strings.HasPrefix(flat.Nomacheteur, n.Buyers[0].Name) {
			t.Errorf("%s: buyer %q, the flat record has another name", n.ID, n.Buyers[0].Name)
		}
		if (n.State == notice.StateInitial) != (flat.Etat == "INITIAL") || (n.Stage == notice.StageCall) != (flat.Etat == "INITIAL") {
			t.Errorf("%s: stage %q, state %q, etat %q", n.ID, n.Stage, n.State, flat.Etat)
		}
		linked := strings.Count(flat.Gestion, `"AVIS_PRECEDENT"`) > 0
		if linked != slices.ContainsFunc(n.Links, func(l notice.Link) bool { return l.ID != "" }) {
			t.Errorf("%s: links %+v", n.ID, n.Links)
		}
	}
	if read != 14 {
		t.Errorf("%d records read, 14 are known", read)
	}
}

// FuzzRead feeds the reader with damaged documents: no panic, an error or notices with an identity.
func FuzzRead(f *testing.F) {
	for _, a := range feedtest.Fixtures(f) {
		f.Add(feedtest.Part(a, "doc.xml").Data)
	}
	f.Add([]byte("<PARUTION_BOAMP><ANNONCE_REF><![CDATA[</ANNONCE_REF>--><!--</PARUTION_BOAMP>"))
	f.Add([]byte("<!-- <ANNONCE_REF> --><PARUTION_BOAMP></PARUTION_BOAMP>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		before := string(src)
		res, err := v110.New().Read(feed.Document{Bytes: src})
		if string(src) != before {
			t.Error("the reader changed the document")
		}
		if err != nil && len(res.Notices) > 0 {
			t.Errorf("notices and an error: %v", err)
		}
		if err == nil && len(res.Notices)+len(res.Rejects) == 0 {
			t.Error("neither notices nor an error")
		}
		for _, n := range res.Notices {
			if n.ID == "" || n.Stage == "" || n.State == "" {
				t.Errorf("notice %q of stage %q and state %q", n.ID, n.Stage, n.State)
			}
			if _, err := json.Marshal(n); err != nil {
				t.Error(err)
			}
		}
	})
}

// BenchmarkRead reads all real documents, each as a file of its own.
func BenchmarkRead(b *testing.B) {
	docs := documents(b)
	var total int64
	for _, src := range docs {
		total += int64(len(src))
	}
	b.SetBytes(total)
	b.ReportAllocs()
	r := v110.New()
	for b.Loop() {
		for _, src := range docs {
			if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "notices/s")
}

// BenchmarkBulk reads the same notices as one bulk file of about 30 MB.
func BenchmarkBulk(b *testing.B) {
	var src strings.Builder
	src.WriteString(`<PARUTION_BOAMP nompublication="BOMP C" dateparution="1 mars 2010" numparution="20100001">`)
	notices := 0
	docs := documents(b)
	for src.Len() < 30<<20 {
		for _, doc := range docs {
			s := string(doc)
			from, to := strings.Index(s, "<GESTION>"), strings.LastIndex(s, "</DONNEES>")+len("</DONNEES>")
			src.WriteString("<ANNONCE_REF>" + s[from:to] + "</ANNONCE_REF>\n")
			notices++
		}
	}
	src.WriteString("</PARUTION_BOAMP>")
	file := []byte(src.String())
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		res, err := v110.New().Read(feed.Document{Bytes: file})
		if err != nil || len(res.Notices) != notices {
			b.Fatal(len(res.Notices), len(res.Rejects), err)
		}
	}
	b.ReportMetric(float64(notices*b.N)/b.Elapsed().Seconds(), "notices/s")
}
