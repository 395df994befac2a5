package v230_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v230"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// realFiles maps the idweb of each real XML document to its bytes.
func realFiles(t testing.TB, folders ...string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, folder := range folders {
		for name, src := range feedtest.Files(t, folder, "*.xml") {
			all[strings.TrimSuffix(name, ".xml")] = src
		}
	}
	return all
}

// halves are gestion and donnees of a real record.
type halves struct {
	Idweb   string `json:"idweb"`
	Gestion string `json:"gestion"`
	Donnees string `json:"donnees"`
}

func realRecords(t testing.TB) map[string]halves {
	t.Helper()
	all := map[string]halves{}
	for _, line := range feedtest.Lines(t, feedtest.Corpus(t, "records", "v230.jsonl")) {
		var h halves
		if err := json.Unmarshal(line, &h); err != nil {
			t.Fatal(err)
		}
		all[h.Idweb] = h
	}
	return all
}

// checkReal asserts what holds for every real notice of V230.
func checkReal(t *testing.T, id string, n *notice.Notice) {
	t.Helper()
	if n.ID != id {
		t.Errorf("%s: id %s", id, n.ID)
	}
	if n.Title == "" || n.Description == "" || len(n.Buyers) == 0 || n.Buyers[0].Name == "" || n.Published.IsZero() {
		t.Errorf("%s: title, description, buyer or day of publication is missing", id)
	}
	if n.Stage == notice.StageOther || n.State == "" || n.Famille == "" || n.Nature == "" {
		t.Errorf("%s: stage %q, state %q, famille %q, nature %q", id, n.Stage, n.State, n.Famille, n.Nature)
	}
	if n.Stage == notice.StageCall && (n.Deadline == nil || n.Deadline.Instant.IsZero()) {
		t.Errorf("%s: a call without deadline", id)
	}
	if n.Stage == notice.StageAward && len(n.Results) == 0 {
		t.Errorf("%s: an award without result", id)
	}
	if n.Stage == notice.StageCorrection && len(n.Links) == 0 {
		t.Errorf("%s: a correction that points at nothing", id)
	}
	if (n.State == notice.StateCorrected) != (n.Etat == "RECTIFICATIF") {
		t.Errorf("%s: state %s although the status is %s", id, n.State, n.Etat)
	}
	for _, b := range n.Buyers {
		if b.Address.Departement == "" {
			t.Errorf("%s: no department for a buyer at %q", id, b.Address.Postcode)
		}
	}
	for _, w := range n.Warnings {
		t.Errorf("%s: unexpected warning %s: %s", id, w.Path, w.Reason)
	}
}

func TestRealDocuments(t *testing.T) {
	documents := realFiles(t, "xml-v230", "xml-v230-derived")
	stages := map[notice.Stage]int{}
	for id, src := range documents {
		res, err := v230.New().Read(feed.Document{Bytes: src, Name: id + ".xml"})
		if err != nil || len(res.Notices) != 1 || len(res.Rejects) != 0 {
			t.Errorf("%s: %d notices, %d rejects, error %v", id, len(res.Notices), len(res.Rejects), err)
			continue
		}
		n := res.Notices[0]
		checkReal(t, id, n)
		if n.Version != notice.V230 || n.Record.Idweb != id || n.Source.Size != int64(len(src)) {
			t.Errorf("%s: version %s, record of %s, size %d", id, n.Version, n.Record.Idweb, n.Source.Size)
		}
		stages[n.Stage]++
	}
	want := map[notice.Stage]int{notice.StageCall: 59, notice.StageAward: 8, notice.StageCorrection: 10}
	for stage, count := range want {
		if stages[stage] != count {
			t.Errorf("%d notices of stage %s, want %d", stages[stage], stage, count)
		}
	}
}

// TestRealAwards holds the sums and counts of the one real result in lots against what its document shows.
func TestRealAwards(t *testing.T) {
	res, err := v230.New().Read(feed.Document{Bytes: realFiles(t, "xml-v230")["17-2599"]})
	if err != nil {
		t.Fatal(err)
	}
	n := res.Notices[0]
	outcomes := map[notice.Outcome]int{}
	for _, r := range n.Results {
		outcomes[r.Outcome]++
	}
	if len(n.Lots) != 21 || outcomes[notice.OutcomeAwarded] != 18 || outcomes[notice.OutcomeUnsuccessful] != 3 {
		t.Errorf("%d lots, outcomes %v", len(n.Lots), outcomes)
	}
	if !n.Awarded.Usable() || n.Awarded.Value != 791500 || n.Origins["awarded"].Kind != notice.Derived {
		t.Errorf("awarded %+v, %+v", n.Awarded, n.Origins["awarded"])
	}
}

// TestRealRecords reads the same notices from their records and holds them against the reading of the rebuilt XML.
func TestRealRecords(t *testing.T) {
	records := realRecords(t)
	documents := realFiles(t, "xml-v230-derived")
	if len(records) != len(documents) {
		t.Errorf("%d records, %d documents", len(records), len(documents))
	}
	for id, h := range records {
		n := fromJSON(t, id, h.Gestion, h.Donnees)
		checkReal(t, id, n)
		res, err := v230.New().Read(feed.Document{Bytes: documents[id]})
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if got, want := comparable(t, n), comparable(t, res.Notices[0]); !bytes.Equal(got, want) {
			t.Errorf("%s differs from XML and from its record", id)
			feedtest.Compare(t, string(want), string(got))
		}
	}
}

// TestRealVersions makes sure that no real notice of V230 holds a name that is taken for one of V240.
func TestRealVersions(t *testing.T) {
	for id, src := range realFiles(t, "xml-v230", "xml-v230-derived") {
		d, err := tree.ParseXML(src, nil, tree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if v := v230.VersionOf(d.Root()); v != notice.V230 {
			t.Errorf("%s is taken for %s", id, v)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	documents := realFiles(b, "xml-v230", "xml-v230-derived")
	size, reader := 0, v230.New()
	for _, src := range documents {
		size += len(src)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for id, src := range documents {
			if _, err := reader.Read(feed.Document{Bytes: src, Name: id}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(documents)*b.N)/b.Elapsed().Seconds(), "notices/s")
}

func FuzzRead(f *testing.F) {
	for _, a := range feedtest.Fixtures(f) {
		f.Add(feedtest.Part(a, "input.xml").Data)
	}
	f.Add([]byte(`<ANNONCE><GESTION><REFERENCE><IDWEB>15-1</IDWEB></REFERENCE></GESTION><DONNEES>x</DONNEES></ANNONCE>`))
	f.Fuzz(func(t *testing.T, src []byte) {
		res, err := v230.New().Read(feed.Document{Bytes: src})
		if err != nil && len(res.Notices) > 0 {
			t.Error("notices and an error")
		}
		for _, n := range res.Notices {
			if n.ID == "" || n.Stage == "" || n.State == "" || n.Record.Idweb != n.ID {
				t.Errorf("notice %q of stage %q and state %q, record of %q", n.ID, n.Stage, n.State, n.Record.Idweb)
			}
			for _, r := range n.Results {
				if r.Outcome == "" {
					t.Error("a result without outcome")
				}
			}
			if _, err := json.Marshal(n); err != nil {
				t.Error(err)
			}
		}
	})
}
