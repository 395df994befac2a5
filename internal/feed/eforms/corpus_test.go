package eforms_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// plainDocuments gives the plain eForms notices of the corpus by path below its folder.
func plainDocuments(t testing.TB) map[string][]byte {
	t.Helper()
	return feedtest.Files(t, "eforms", "sdk-examples/*.xml", "ted-real/*.xml", "norway-poland/*.xml", "ted-eforms-pairs/eforms/*.xml")
}

// boampBodies gives the bodies of the corpus's BOAMP records and documents that are eForms notices, by idweb.
func boampBodies(t testing.TB) map[string]tree.Node {
	t.Helper()
	bodies := make(map[string]tree.Node)
	for _, name := range []string{"v325.jsonl", "v325-apiv1.jsonl"} {
		for _, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", name)) {
			type record struct{ Idweb, Donnees string }
			var r struct {
				record
				Fields *record
			}
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(name, err)
			}
			if r.Fields != nil {
				r.record = *r.Fields
			}
			if !strings.HasPrefix(r.Donnees, `{"EFORMS"`) {
				continue
			}
			d, err := tree.ParseJSON([]byte(r.Donnees), "DONNEES", tree.Limits{})
			if err != nil {
				t.Fatal(r.Idweb, err)
			}
			bodies[r.Idweb] = d.Root()
		}
	}
	src, err := os.ReadFile(filepath.Join(feedtest.Corpus(t, "xml-325"), "26-87466.xml"))
	if err != nil {
		t.Skip("the corpus file 26-87466.xml is missing")
	}
	d, err := tree.ParseXML(src, tree.UBL, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	bodies["26-87466"] = d.Root().Child("DONNEES")
	return bodies
}

// TestCorpusPlain reads every plain notice. Six of the SDK's invalid examples carry no identifier at all; every other is a
// notice.
func TestCorpusPlain(t *testing.T) {
	docs := plainDocuments(t)
	if len(docs) != 122 {
		t.Errorf("%d documents, want 122", len(docs))
	}
	read, stages := 0, map[notice.Stage]int{}
	for name, src := range docs {
		r, err := eforms.New().Read(feed.Document{Bytes: src, Name: filepath.Base(name)})
		if err != nil {
			if !strings.Contains(name, "INVALID_") || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		n := r.Notices[0]
		read++
		stages[n.Stage]++
		invariants(t, name, n)
		if n.Record.Idweb != n.ID || n.Record.Donnees == nil || n.Record.Famille == nil || n.Record.Nature == nil || n.Record.Dateparution.IsZero() {
			t.Errorf("%s: the record lacks what every notice has", name)
		}
		if n.Title == "" && n.FormType != "bri" {
			t.Errorf("%s: no title", name)
		}
		if len(n.Buyers) == 0 && n.FormType != "bri" {
			t.Errorf("%s: no buyer", name)
		}
	}
	if read != 116 {
		t.Errorf("%d notices read, want 116", read)
	}
	for stage, want := range map[notice.Stage]int{
		notice.StagePlanning: 22, notice.StageCall: 51, notice.StageAward: 29, notice.StageIntention: 8,
		notice.StageModification: 5, notice.StageOther: 1,
	} {
		if stages[stage] != want {
			t.Errorf("%d notices of stage %s, want %d", stages[stage], stage, want)
		}
	}
}

// TestCorpusBOAMP reads every eForms body of the BOAMP documents and records. One of the two corrections is INITIAL in its
// header.
func TestCorpusBOAMP(t *testing.T) {
	bodies := boampBodies(t)
	if len(bodies) != 21 {
		t.Errorf("%d bodies, want 21", len(bodies))
	}
	states := map[notice.State]int{}
	for idweb, body := range bodies {
		n := &notice.Notice{ID: idweb, Version: notice.V325}
		eforms.Body().ReadBody(feed.Body{Donnees: body}, n)
		invariants(t, idweb, n)
		states[n.State]++
		for _, w := range n.Warnings {
			if w.Reason == "unknown element" || w.Reason == "reference without target" {
				t.Errorf("%s: %s at %s: %s", idweb, w.Reason, w.Path, w.Value)
			}
		}
		if n.Title == "" || len(n.Buyers) == 0 || n.CPV.Main == "" || n.NoticeID == "" || n.Language != "FRA" {
			t.Errorf("%s: title, buyer, CPV, notice id or language is missing", idweb)
		}
		if n.Stage == notice.StageCall && (n.Deadline == nil || len(n.Lots) == 0) {
			t.Errorf("%s: a call without deadline or lots", idweb)
		}
		if n.Stage == notice.StageAward && len(n.Results) == 0 {
			t.Errorf("%s: an award without results", idweb)
		}
	}
	for state, want := range map[notice.State]int{notice.StateInitial: 18, notice.StateCorrected: 2, notice.StateCancelled: 1} {
		if states[state] != want {
			t.Errorf("%d notices in state %s, want %d", states[state], state, want)
		}
	}
}

// invariants checks what must hold of every notice of the corpus.
func invariants(t *testing.T, name string, n *notice.Notice) {
	t.Helper()
	sane(t, name, n)
	lots := map[string]bool{}
	for _, l := range n.Lots {
		lots[l.Number], lots[l.ID] = true, true
		if l.ID == "" {
			t.Errorf("%s: a lot without id", name)
		}
	}
	for _, r := range n.Results {
		if r.Lot != "" && len(lots) > 0 && !lots[r.Lot] {
			t.Errorf("%s: a result of lot %q, which the notice does not have", name, r.Lot)
		}
		for _, w := range r.Winners {
			if w.Name == "" {
				t.Errorf("%s: a winner without name", name)
			}
		}
	}
}

// TestCorpusWinners: winners are tenderers that the notice names, and nobody else: not its subcontractors, reviewers, or
// buyers, checked against the document itself.
func TestCorpusWinners(t *testing.T) {
	for name, src := range plainDocuments(t) {
		r, err := eforms.New().Read(feed.Document{Bytes: src})
		if err != nil {
			continue
		}
		d, err := tree.ParseXML(src, tree.UBL, tree.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		tenderers, names := map[string]bool{}, map[string]bool{}
		for e := range d.Root().Descend() {
			if e.Name() == "efac:Tenderer" {
				tenderers[e.Child("cbc:ID").Text()] = true
			}
		}
		for e := range d.Root().Descend() {
			if (e.Name() == "efac:Company" || e.Name() == "efac:TouchPoint") && tenderers[e.Child("cac:PartyIdentification", "cbc:ID").Text()] {
				for x := range e.Descend() {
					if x.Name() == "cbc:Name" && x.Parent().Name() == "cac:PartyName" {
						names[x.Text()] = true
					}
				}
			}
		}
		for _, res := range r.Notices[0].Results {
			for _, w := range res.Winners {
				if !names[w.Name] {
					t.Errorf("%s: a winner that is no tenderer", name)
				}
			}
		}
	}
}

// TestCorpusKnown: every name of an element in real notices is known.
func TestCorpusKnown(t *testing.T) {
	for name, src := range plainDocuments(t) {
		r, err := eforms.New().Read(feed.Document{Bytes: src})
		if err != nil {
			continue
		}
		for _, w := range r.Notices[0].Warnings {
			if w.Reason == "unknown element" {
				t.Errorf("%s: %s", name, w.Path)
			}
		}
	}
}
