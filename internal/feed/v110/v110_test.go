package v110_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v110"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// TestGolden reads the invented documents of testdata. Each archive holds a document, the notices expected of it, the origins of
// the values of the first one, and the parts that could not be read, one a line.
func TestGolden(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			res, err := v110.New().Read(feed.Document{Bytes: feedtest.Part(a, "doc.xml").Data})
			if err != nil {
				t.Fatal(err)
			}
			origins := feedtest.Origins(res.Notices[0].Origins)
			for _, n := range res.Notices {
				n.Origins = nil
			}
			got, err := json.MarshalIndent(res.Notices, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			var rejects strings.Builder
			for _, r := range res.Rejects {
				fmt.Fprintf(&rejects, "%s: %s: %v\n", r.Part, fault.KindOf(r.Err), r.Err)
			}
			if *update {
				feedtest.Part(a, "want.json").Data = got
				feedtest.Part(a, "origins.txt").Data = origins
				feedtest.Part(a, "rejects.txt").Data = []byte(rejects.String())
				feedtest.Rewrite(t, name, a)
			}
			feedtest.Compare(t, string(feedtest.Part(a, "want.json").Data), string(got))
			feedtest.Compare(t, string(feedtest.Part(a, "origins.txt").Data), string(origins))
			feedtest.Compare(t, string(feedtest.Part(a, "rejects.txt").Data), rejects.String())
		})
	}
}

// TestErrors holds the documents that are no parution, or none that can be read.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		kind fault.Kind
		pos  string
	}{
		"empty":            {"", fault.Invalid, "line 1 column 1"},
		"other root":       {"<ANNONCE><id/></ANNONCE>", fault.Unsupported, "/ANNONCE"},
		"no notice":        {`<PARUTION_BOAMP nompublication="MAPA"/>`, fault.Invalid, "/PARUTION_BOAMP"},
		"no body":          {"<PARUTION_BOAMP><ANNONCE><GESTION><NOJO>08-1</NOJO></GESTION></ANNONCE></PARUTION_BOAMP>", fault.Invalid, "/PARUTION_BOAMP/ANNONCE"},
		"no identity":      {"<PARUTION_BOAMP><ANNONCE><GESTION/><DONNEES/></ANNONCE></PARUTION_BOAMP>", fault.Invalid, "/PARUTION_BOAMP/ANNONCE/GESTION/NOJO"},
		"bad identity":     {"<PARUTION_BOAMP><ANNONCE><GESTION><NOJO>../etc</NOJO></GESTION><DONNEES/></ANNONCE></PARUTION_BOAMP>", fault.Invalid, "/PARUTION_BOAMP/ANNONCE/GESTION/NOJO"},
		"cut short":        {"<PARUTION_BOAMP>\n<ANNONCE><GESTION>", fault.Invalid, "line 2 column 19"},
		"bulk, other root": {"<X><ANNONCE_REF/></X>", fault.Unsupported, "/X"},
		"bulk, bad head":   {"<PARUTION_BOAMP a=1><ANNONCE_REF/></PARUTION_BOAMP>", fault.Invalid, "line 1 column 19"},
		"bulk, doctype":    {"<!DOCTYPE PARUTION_BOAMP>\n<PARUTION_BOAMP><ANNONCE_REF/></PARUTION_BOAMP>", fault.Unsupported, "line 1 column 1"},
	} {
		res, err := v110.New().Read(feed.Document{Bytes: []byte(c.src)})
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != c.kind || f.Pos != c.pos || len(res.Notices) != 0 {
			t.Errorf("%s: %d notices, error %v; want %v at %s", name, len(res.Notices), err, c.kind, c.pos)
		}
	}
}

// TestLoneNotice reads a notice that was taken out of its parution.
func TestLoneNotice(t *testing.T) {
	for _, name := range []string{"ANNONCE", "ANNONCE_REF"} {
		src := "<" + name + "><GESTION><NOJO>08-1</NOJO></GESTION><DONNEES><AUTRES>objet</AUTRES></DONNEES></" + name + ">"
		res, err := v110.New().Read(feed.Document{Bytes: []byte(src)})
		if err != nil || len(res.Notices) != 1 || res.Notices[0].ID != "08-1" || res.Notices[0].Title != "objet" || !res.Notices[0].Published.IsZero() {
			t.Errorf("%s: %d notices, %v", name, len(res.Notices), err)
		}
	}
}

// TestEncoding reads a document in the encoding that it declares, and one that declares none.
func TestEncoding(t *testing.T) {
	body := "<PARUTION_BOAMP dateparution=\"08 F\xc9VRIER 2008\"><ANNONCE><GESTION><NOJO>08-1</NOJO></GESTION>" +
		"<DONNEES><AUTRES>cr\xe8che \xe0 Angers</AUTRES></DONNEES></ANNONCE></PARUTION_BOAMP>"
	for head, repaired := range map[string]bool{`<?xml version="1.0" encoding="ISO-8859-1"?>`: false, "": true} {
		res, err := v110.New().Read(feed.Document{Bytes: []byte(head + body)})
		if err != nil || len(res.Notices) != 1 {
			t.Fatal(len(res.Notices), err)
		}
		n := res.Notices[0]
		if n.Title != "crèche à Angers" || n.Published.String() != "2008-02-08" || n.Flagged("source", notice.FlagRepairedEncoding) != repaired {
			t.Errorf("head %q: title %q, published %v, flags %+v", head, n.Title, n.Published, n.Flags)
		}
	}
}

// TestBulkDamage cuts a bulk file short and breaks parts of it: what is whole stands, what is not is named with its place.
func TestBulkDamage(t *testing.T) {
	one := func(id string) string {
		return "<ANNONCE_REF><GESTION><NOJO>" + id + "</NOJO></GESTION><DONNEES/></ANNONCE_REF>\n"
	}
	const head, tail = "<PARUTION_BOAMP>\n", "</PARUTION_BOAMP>\n"
	for name, c := range map[string]struct {
		src     string
		ids     string
		rejects []string
	}{
		"whole":      {head + one("08-1") + one("08-2") + tail, "08-1 08-2", nil},
		"cut short":  {head + one("08-1") + one("08-2")[:40], "08-1", []string{"ANNONCE_REF 2 (08-2): line 3 column 1", "bytes outside the notices: line 3 column 41"}},
		"not closed": {head + strings.TrimSuffix(one("08-1"), "</ANNONCE_REF>\n") + "\n" + one("08-2") + tail, "08-2", []string{"ANNONCE_REF 1 (08-1): line 2 column 1"}},
		"no end tag": {head + one("08-1"), "08-1", []string{"bytes outside the notices: line 3 column 1"}},
		"open CDATA": {head + "<ANNONCE_REF><![CDATA[</ANNONCE_REF>\n" + one("08-2") + tail, "08-2", []string{"ANNONCE_REF 1: line 2 column 14"}},
		"wrong name": {head + "<ANNONCE_REFS/>" + one("08-2") + tail, "08-2", []string{"bytes outside the notices: line 2 column 1"}},
		"zero byte":  {head + one("08-1") + strings.Replace(one("08-2"), "DONNEES", "\x00DONNEES", 1) + one("08-3") + tail, "08-1 08-3", []string{"ANNONCE_REF 2 (08-2): line 3 column 51"}},
		"after it":   {head + one("08-1") + tail + "<x/>", "08-1", []string{"bytes outside the notices: line 4 column 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := v110.New().Read(feed.Document{Bytes: []byte(c.src)})
			if err != nil {
				t.Fatal(err)
			}
			var ids, rejects []string
			for _, n := range res.Notices {
				ids = append(ids, n.ID)
			}
			for _, r := range res.Rejects {
				rejects = append(rejects, r.Part+": "+r.Err.(*fault.Error).Pos)
			}
			if got := strings.Join(ids, " "); got != c.ids {
				t.Errorf("notices %q, want %q", got, c.ids)
			}
			if !slices.Equal(rejects, c.rejects) {
				t.Errorf("rejects %q, want %q", rejects, c.rejects)
			}
		})
	}
}

// TestCrowded reads documents that are made to cost: each ends, and in about the time of its size. A reader that looks at
// everything for each of its parts would take hours.
func TestCrowded(t *testing.T) {
	repeat := func(s string) string { return strings.Repeat(s, 50_000) }
	in := func(body string) string {
		return "<PARUTION_BOAMP><ANNONCE><GESTION><NOJO>08-1</NOJO><R4>9</R4></GESTION><DONNEES>" + body + "</DONNEES></ANNONCE></PARUTION_BOAMP>"
	}
	for name, c := range map[string]struct {
		src     string
		notices int
	}{
		"winners of one lot":       {in("<PROCEDURE><LOTS>" + repeat("<AUTRES>a</AUTRES>") + repeat("<NOM>n</NOM>") + "</LOTS></PROCEDURE>"), 1},
		"references":               {in("<RECTIF>" + repeat("<NO_ANN>1</NO_ANN><DATE>1 mai 2008</DATE>") + "</RECTIF>"), 1},
		"unknown elements":         {in(repeat("<U/>")), 1},
		"parts without end":        {"<PARUTION_BOAMP>" + repeat("<ANNONCE_REF>"), 0},
		"comments without end":     {"<PARUTION_BOAMP><ANNONCE_REF>" + repeat("<!--"), 0},
		"parts that are all bad":   {"<PARUTION_BOAMP>\n" + repeat("<ANNONCE_REF><x></ANNONCE_REF>\n") + "</PARUTION_BOAMP>", 0},
		"comments between parts":   {"<PARUTION_BOAMP>" + repeat("<!-- -->") + "<ANNONCE_REF/></PARUTION_BOAMP>", 0},
		"instructions, no endings": {repeat("<?") + "<PARUTION_BOAMP><ANNONCE_REF/></PARUTION_BOAMP>", 0},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := v110.New().Read(feed.Document{Bytes: []byte(c.src)})
			if len(res.Notices) != c.notices || c.notices == 0 && err == nil && len(res.Rejects) == 0 {
				t.Errorf("%d notices, %d rejects, error %v", len(res.Notices), len(res.Rejects), err)
			}
		})
	}
}

// TestRecordForm reads the fixtures twice, from XML and from the two halves as the record holds them: the values must be the
// same, but for what the index of the record adds and for lots that share a name.
func TestRecordForm(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		if name == "bulk" || name == "bomp-award-lots" || name == "mapa-award-lots" || name == "call-lots" || name == "rectificatif" {
			continue // the order of values of lots and changes is lost in a record
		}
		t.Run(name, func(t *testing.T) {
			res, err := v110.New().Read(feed.Document{Bytes: feedtest.Part(a, "doc.xml").Data})
			if err != nil {
				t.Fatal(err)
			}
			fromXML := res.Notices[0]
			fromRecord := fromHalves(t, fromXML.ID, *fromXML.Record.Gestion, *fromXML.Record.Donnees)
			feedtest.Compare(t, values(t, fromXML), values(t, fromRecord))
		})
	}
}

func fromHalves(t *testing.T, id, gestion, donnees string) *notice.Notice {
	t.Helper()
	g, err := tree.ParseJSON([]byte(gestion), "GESTION", tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := tree.ParseJSON([]byte(donnees), "DONNEES", tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n := &notice.Notice{ID: id, Version: notice.V110}
	v110.Body().ReadBody(feed.Body{Gestion: g.Root(), Donnees: d.Root()}, n)
	return n
}

// values is a notice as JSON, without places and without what the index of a record adds or says in other words.
func values(t *testing.T, n *notice.Notice) string {
	t.Helper()
	c := *n
	c.Source, c.Origins, c.DisplayEnd, c.Links = notice.Source{}, nil, notice.Date{}, nil
	c.Flags = slices.Clone(n.Flags)
	for i := range c.Flags {
		c.Flags[i].Path = ""
	}
	out, err := json.MarshalIndent(&c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestRecordLots reads lots whose values were gathered by name.
func TestRecordLots(t *testing.T) {
	n := fromHalves(t, "06-1", `{"NOJO": "06-1", "R4": "50"}`, `{"LOTS": {"TITRE": "Lots :", "AUTRES": ["", "traitement", "transport"],
		"NUM_LOT": ["1", "4"], "NOMENC_LOT": "45316110.", "INFOS_COMPLEMENTAIRES": ["ferme", "option"]}}`)
	got := fmt.Sprintf("%+v", n.Lots)
	for i, want := range []notice.Lot{
		{Number: "1", Title: "traitement", Description: "ferme"}, {Number: "4", Title: "transport", Description: "option"},
	} {
		if len(n.Lots) != 2 || n.Lots[i].Number != want.Number || n.Lots[i].Title != want.Title || n.Lots[i].Description != want.Description {
			t.Fatalf("lots = %s", got)
		}
	}
	if len(n.Warnings) != 1 || n.Warnings[0].Path != "/DONNEES/LOTS/NOMENC_LOT" {
		t.Errorf("warnings = %+v, want one about the code of an unknown lot", n.Warnings)
	}
}

// TestRecordResult reads a short result from a record: the buyer is the first organisation, the others won.
func TestRecordResult(t *testing.T) {
	n := fromHalves(t, "06-1", `{"NOJO": "06-1", "R4": "6"}`, `{"IDENT": [{"NOM": "ville"}, {"NOM": "Un,"}, {"NOM": "Deux."}], "PROCEDURE": {"@type": "ouvert"}}`)
	if len(n.Buyers) != 1 || n.Buyers[0].Name != "ville" || len(n.Results) != 2 || n.Results[1].Winners[0].Name != "Deux" {
		t.Errorf("buyers %+v, results %+v", n.Buyers, n.Results)
	}
}
