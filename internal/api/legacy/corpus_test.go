package legacy_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// serialise reads a document and gives the JSON of its only notice.
func serialise(t testing.TB, src []byte) (body []byte, exact bool) {
	t.Helper()
	res, err := detect.New().Read(feed.Document{Bytes: src})
	if err != nil || len(res.Notices) != 1 {
		t.Fatalf("%d notices, %v", len(res.Notices), err)
	}
	return jsonOf(t, res.Notices[0], src)
}

func jsonOf(t testing.TB, n *notice.Notice, src []byte) ([]byte, bool) {
	t.Helper()
	n.Source.Kept = "kept"
	doc, err := legacy.Open(n, func(string) ([]byte, error) { return src, nil })
	if err != nil {
		t.Fatal(err)
	}
	body, exact, err := doc.JSON(paris(t), false)
	if err != nil {
		t.Fatal(err)
	}
	if !jsontext.Value(body).IsValid() {
		t.Fatalf("no JSON: %.300s", body)
	}
	return body, exact
}

// compact is JSON without white space and with the fewest escapes, in its own order.
func compact(t testing.TB, src []byte) []byte {
	t.Helper()
	out, err := jsontext.AppendFormat(nil, src, jsontext.PreserveRawStrings(false))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func difference(got, want []byte) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	cut := func(b []byte) string { return string(b[max(0, i-80):min(len(b), i+120)]) }
	return "got  ..." + cut(got) + "\nwant ..." + cut(want)
}

func files(t testing.TB, pattern string, most int) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(feedtest.Corpus(t), filepath.FromSlash(pattern)))
	if err != nil || len(list) != most {
		t.Fatalf("%s: %d files, %d are known; %v", pattern, len(list), most, err)
	}
	return list
}

func load(t testing.TB, file string) []byte {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestRealV110 makes the JSON of every real V110 answer from its XML, and from the answer itself: both are the answer, byte for byte.
func TestRealV110(t *testing.T) {
	for _, file := range files(t, "legacy-json/v110/*.json", 338) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		src := load(t, file)
		want := compact(t, src)
		if got, _ := serialise(t, src); !bytes.Equal(got, want) {
			t.Errorf("%s, from the JSON itself:\n%s", name, difference(got, want))
		}
		got, exact := serialise(t, load(t, filepath.Join(feedtest.Corpus(t), "xml-v110-derived", name+".xml")))
		if !exact || !bytes.Equal(got, want) {
			t.Errorf("%s, from XML (exact %v):\n%s", name, exact, difference(got, want))
		}
	}
}

// TestRealV230 takes the one real V230 answer back to XML by the classes, which proves keys and types, and makes its JSON again,
// which proves their order and how values are written.
func TestRealV230(t *testing.T) {
	src := load(t, files(t, "legacy-json/v230/19-50541.json", 1)[0])
	want := compact(t, bytes.Replace(src, []byte(`"donnee": {`), []byte(`"donnees": {`), 1)) // its author edited the key
	xml, err := legacy.RebuildV230(want, paris(t))
	if err != nil {
		t.Fatal(err)
	}
	got, exact := serialise(t, []byte(xml))
	if !exact || !bytes.Equal(got, want) {
		t.Errorf("exact %v:\n%s", exact, difference(got, want))
	}
}

// TestV230Halves holds the JSON that is made of a record against the one that is made of the XML rebuilt from it.
func TestV230Halves(t *testing.T) {
	lines := bytes.Split(bytes.TrimSpace(load(t, files(t, "records/v230.jsonl", 1)[0])), []byte("\n"))
	if len(lines) != 65 {
		t.Fatalf("%d records, 65 are known", len(lines))
	}
	for _, line := range lines {
		var record struct{ Idweb string }
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		fromRecord, exact := serialise(t, line)
		fromXML, exactXML := serialise(t, load(t, filepath.Join(feedtest.Corpus(t), "xml-v230-derived", record.Idweb+".xml")))
		if !exact || !exactXML {
			t.Errorf("%s: exact %v from the record, %v from XML", record.Idweb, exact, exactXML)
		}
		if !bytes.Equal(fromRecord, fromXML) {
			t.Errorf("%s:\n%s", record.Idweb, difference(fromRecord, fromXML))
		}
	}
}

// TestRealXML makes JSON of every document as DILA distributed it: V230 without anything that the classes lack, later ones whole.
func TestRealXML(t *testing.T) {
	for _, file := range files(t, "xml-v230/*.xml", 12) {
		if _, exact := serialise(t, load(t, file)); !exact {
			t.Errorf("%s holds what no class has", filepath.Base(file))
		}
	}
	for _, file := range files(t, "xml-325/*.xml", 6) {
		body, _ := serialise(t, load(t, file))
		var n struct {
			Gestion struct {
				Reference  struct{ Idweb string }
				Indexation struct{ Resumeobjet string }
			}
			Donnees map[string]any
		}
		if err := json.Unmarshal(body, &n); err != nil || n.Gestion.Reference.Idweb == "" || n.Gestion.Indexation.Resumeobjet == "" || len(n.Donnees) != 1 {
			t.Errorf("%s: %v, %+v", filepath.Base(file), err, n.Gestion)
		}
	}
}

func xmlOf(t testing.TB, n *notice.Notice, src []byte) []byte {
	t.Helper()
	n.Source.Kept = "kept"
	doc, err := legacy.Open(n, func(string) ([]byte, error) { return src, nil })
	if err != nil {
		t.Fatal(err)
	}
	xml, err := doc.XML()
	if err != nil {
		t.Fatal(err)
	}
	return xml
}

// TestRecordsAsXML makes XML of every real record, and reads it again: it gives the JSON that the record gives.
func TestRecordsAsXML(t *testing.T) {
	count := 0
	for _, file := range files(t, "records/v*.jsonl", 4) {
		for _, line := range bytes.Split(bytes.TrimSpace(load(t, file)), []byte("\n")) {
			res, err := detect.New().Read(feed.Document{Bytes: line})
			if err != nil || len(res.Notices) != 1 {
				t.Fatalf("%s: %d notices, %v", filepath.Base(file), len(res.Notices), err)
			}
			n := res.Notices[0]
			want, _ := jsonOf(t, n, line)
			xml := xmlOf(t, n, line)
			again, err := detect.New().Read(feed.Document{Bytes: xml})
			if err != nil || len(again.Notices) != 1 || again.Notices[0].ID != n.ID {
				t.Errorf("%s: %d notices, %v", n.ID, len(again.Notices), err)
				continue
			}
			count++
			if got, _ := jsonOf(t, again.Notices[0], xml); !bytes.Equal(got, want) {
				t.Errorf("%s %s:\n%s", n.ID, n.Version, difference(got, want))
			}
		}
	}
	if count != 148 {
		t.Errorf("%d records, 148 are known", count)
	}
}

// TestRealItems holds the items of the real search answers against those that a search gives of the notices of the corpus.
func TestRealItems(t *testing.T) {
	docs := map[string][]byte{}
	for _, file := range files(t, "legacy-json/v110/*.json", 338) {
		docs[filepath.Base(file)] = load(t, file)
	}
	h := serve(t, docs)
	var ours struct {
		Exist int               `json:"nbItemsExistants"`
		Item  []json.RawMessage `json:"item"`
	}
	res := ask(t, h, find("source_cat:v1"))
	if err := json.Unmarshal([]byte(res.body), &ours); err != nil || ours.Exist != 338 || len(ours.Item) != 338 {
		t.Fatalf("%d items of %d, %v", len(ours.Item), ours.Exist, err)
	}
	byID := map[string]string{}
	for _, item := range ours.Item {
		var id struct{ Value string }
		if err := json.Unmarshal(item, &id); err != nil {
			t.Fatal(err)
		}
		byID[id.Value] = string(item)
	}
	met := map[string]bool{}
	for _, file := range files(t, "legacy-search/*.gz", 81) {
		var theirs struct{ Item []json.RawMessage }
		if err := json.Unmarshal(unpack(t, file), &theirs); err != nil {
			t.Fatal(err)
		}
		for _, item := range theirs.Item {
			var id struct{ Value string }
			if err := json.Unmarshal(item, &id); err != nil {
				t.Fatal(err)
			}
			got, ok := byID[id.Value]
			if !ok {
				continue
			}
			met[id.Value] = true
			if want := string(compact(t, item)); got != want {
				t.Errorf("%s:\n got %s\nwant %s", id.Value, got, want)
			}
		}
	}
	if len(met) != 75 {
		t.Errorf("%d notices of the corpus are in real answers, 75 are known", len(met))
	}
}

func unpack(t testing.TB, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
