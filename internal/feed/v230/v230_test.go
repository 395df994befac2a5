package v230_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v230"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// result is what a fixture expects.
type result struct {
	Notices []*notice.Notice  `json:"notices"`
	Rejects map[string]string `json:"rejects,omitempty"`
}

func indented(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			res, err := v230.New().Read(feed.Document{Bytes: feedtest.Part(a, "input.xml").Data, Name: "invented.xml"})
			if err != nil {
				t.Fatal(err)
			}
			got := result{Notices: res.Notices}
			for _, r := range res.Rejects {
				if got.Rejects == nil {
					got.Rejects = map[string]string{}
				}
				got.Rejects[r.Part] = r.Err.Error()
			}
			text := indented(t, got)
			if *update {
				a.Files = []txtar.File{{Name: "input.xml", Data: feedtest.Part(a, "input.xml").Data}, {Name: "want.json", Data: text}}
				feedtest.Rewrite(t, name, a)
				return
			}
			feedtest.Compare(t, string(feedtest.Part(a, "want.json").Data), string(text))
		})
	}
}

// TestRecord looks at the flat record: its rules are tested in package portal, here that it is there.
func TestRecord(t *testing.T) {
	doc := feed.Document{Bytes: feedtest.Part(feedtest.Fixtures(t)["fns-call"], "input.xml").Data, Name: "BOAMP-N-AO_2018_165001.taz"}
	res, err := v230.New().Read(doc)
	if err != nil {
		t.Fatal(err)
	}
	r := res.Notices[0].Record
	if r.Idweb != "18-99001" || r.ID != "18_99001" || *r.SourceSchema != "Boamp_v230.xsd" || *r.Filename != "BOAMP-N-AO_2018_165001" {
		t.Errorf("record %s %s %s %s", r.Idweb, r.ID, *r.SourceSchema, *r.Filename)
	}
	if !strings.HasPrefix(*r.Gestion, `{"REFERENCE": {"IDWEB": "18-99001"`) || !strings.HasPrefix(*r.Donnees, `{"IDENTITE": `) {
		t.Errorf("halves %.60s and %.60s", *r.Gestion, *r.Donnees)
	}
}

func TestReadRefuses(t *testing.T) {
	const header = `<GESTION><REFERENCE><IDWEB>15-1</IDWEB></REFERENCE></GESTION>`
	for name, c := range map[string]struct {
		src  string
		kind fault.Kind
		at   string
	}{
		"no XML":             {`{"idweb": "15-1"}`, fault.Invalid, "line 1 column 1"},
		"cut":                {`<ANNONCE>` + header + `<DONN`, fault.Invalid, "line 1 column"},
		"another root":       {`<jo:ann xmlns:jo="http://boamp.journal-officiel.gouv.fr/XML/3.2.5"/>`, fault.Unsupported, "/jo:ann"},
		"V010":               {`<ANNONCE><id>1</id><r2>x</r2></ANNONCE>`, fault.Unsupported, "/ANNONCE"},
		"no identifier":      {`<ANNONCE><GESTION><REFERENCE/></GESTION><DONNEES/></ANNONCE>`, fault.Invalid, "/ANNONCE/GESTION/REFERENCE/IDWEB"},
		"unusable":           {`<ANNONCE><GESTION><REFERENCE><IDWEB>../15-1</IDWEB></REFERENCE></GESTION></ANNONCE>`, fault.Invalid, "/ANNONCE/GESTION/REFERENCE/IDWEB"},
		"document type":      {`<!DOCTYPE ANNONCE><ANNONCE>` + header + `</ANNONCE>`, fault.Unsupported, "line 1 column 1"},
		"nothing in several": {`<LISTE><AVIS/></LISTE>`, fault.Unsupported, "/LISTE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v230.New().Read(feed.Document{Bytes: []byte(c.src)})
			if !fault.Is(err, c.kind) || !strings.Contains(err.Error(), c.at) {
				t.Errorf("error %v, want %v at %q", err, c.kind, c.at)
			}
		})
	}
}

// TestEncodings reads the same notice in three encodings, one of which the document does not declare.
func TestEncodings(t *testing.T) {
	const body = `<ANNONCE><GESTION><REFERENCE><IDWEB>15-1</IDWEB></REFERENCE></GESTION>` +
		"<DONNEES><IDENTITE><DENOMINATION>Cit\xe9 de l'\xcele</DENOMINATION></IDENTITE></DONNEES></ANNONCE>"
	for name, c := range map[string]struct {
		src      string
		repaired bool
	}{
		"declared":        {`<?xml version="1.0" encoding="ISO-8859-1"?>` + body, false},
		"claimed UTF-8":   {`<?xml version="1.0" encoding="UTF-8"?>` + body, true},
		"byte order mark": {"\xef\xbb\xbf" + strings.NewReplacer("\xe9", "é", "\xce", "Î").Replace(body), false},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := v230.New().Read(feed.Document{Bytes: []byte(c.src)})
			if err != nil {
				t.Fatal(err)
			}
			n := res.Notices[0]
			if got := n.Buyers[0].Name; got != "Cité de l'Île" || n.Flagged("source", notice.FlagRepairedEncoding) != c.repaired {
				t.Errorf("buyer %q, flags %v", got, n.Flags)
			}
		})
	}
}

func TestVersionOf(t *testing.T) {
	for src, want := range map[string]notice.Version{
		`<DONNEES><IDENTITE><DENOMINATION>x</DENOMINATION></IDENTITE></DONNEES>`: notice.V230,
		`<DONNEES><IDENTITE><INTEGRALITE_DOC_OUI/></IDENTITE></DONNEES>`:         notice.V240,
		`<DONNEES/>`: notice.V230,
	} {
		d, err := tree.ParseXML([]byte(src), nil, tree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := v230.VersionOf(tree.Node{}, d.Root()); got != want {
			t.Errorf("%s is %s, want %s", src, got, want)
		}
	}
}

// TestBodyWithoutHeader reads a body alone, as another envelope around it gives it: the header's values are there already.
func TestBodyWithoutHeader(t *testing.T) {
	d, err := tree.ParseXML([]byte(`<DONNEES><IDENTITE><DENOMINATION>x</DENOMINATION></IDENTITE><RECTIF/></DONNEES>`), nil, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n := notice.Notice{ID: "22-1", Nature: "APPEL_OFFRE", Etat: "RECTIFICATIF"}
	v230.Body{}.ReadBody(feed.Body{Donnees: d.Root()}, &n)
	if n.Stage != notice.StageCorrection || n.State != notice.StateCorrected || n.Buyers[0].Name != "x" || len(n.Warnings) > 0 {
		t.Errorf("stage %s, state %s, buyers %v, warnings %v", n.Stage, n.State, n.Buyers, n.Warnings)
	}
}
