package portal_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
)

func TestParseRecord(t *testing.T) {
	const slim = `{"idweb": "25-1", "objet": "Sel", "dateparution": "2025-05-06"}`
	tests := []struct {
		name, src, field, want string
		warnings               string // fields warned about
	}{
		{"slim", slim, "objet", `"Sel"`, ""},
		{"wrapped as in v2.0", `{"links": [], "record": {"id": "a", "timestamp": "2025", "fields": ` + slim + `}}`, "idweb", `"25-1"`, ""},
		{"wrapped as in v1", `{"datasetid": "boamp", "recordid": "9c", "fields": ` + slim + `, "record_timestamp": "x"}`, "dateparution", `"2025-05-06"`, ""},
		{"record alone", `{"record": ` + slim + `}`, "idweb", `"25-1"`, ""},
		{"null", `{"idweb": "25-1", "titulaire": null}`, "titulaire", "null", ""},
		{"empty text", `{"idweb": "25-1", "filename": ""}`, "filename", "null", ""},
		{"array", `{"idweb": "25-1", "type_avis": ["5", "1", ""]}`, "type_avis", `["5", "1", ""]`, ""},
		{"joined", `{"idweb": "25-1", "type_avis": "5,1,"}`, "type_avis", `["5", "1", ""]`, ""},
		{"joined labels", `{"idweb": "25-1", "descripteur_libelle": "Cloison, faux plafond,Démolition"}`, "descripteur_libelle", `["Cloison, faux plafond", "Démolition"]`, ""},
		{"joined codes with blanks", `{"idweb": "25-1", "dc": "61, 63"}`, "dc", `["61", "63"]`, ""},
		{"array as text", `{"idweb": "25-1", "dc": "[\"61\", \"63\"]"}`, "dc", `["61", "63"]`, ""},
		{"empty array", `{"idweb": "25-1", "dc": []}`, "dc", "null", ""},
		{"numbers in an array", `{"idweb": "25-1", "dc": [61, null, "63"]}`, "dc", `["61", "63"]`, "dc dc"},
		{"number for text", `{"idweb": "25-1", "objet": 7}`, "objet", `"7"`, "objet"},
		{"number for an array", `{"idweb": "25-1", "code_departement": 75}`, "code_departement", `["75"]`, "code_departement code_departement"},
		{"object for text", `{"idweb": "25-1", "donnees": {"MAPA":{"a":["b","c"]}}}`, "donnees", `"{\"MAPA\": {\"a\": [\"b\", \"c\"]}}"`, "donnees"},
		{"Paris offset", `{"idweb": "25-1", "datelimitereponse": "2025-12-08T12:00:00+01:00"}`, "datelimitereponse", `"2025-12-08T11:00:00+00:00"`, ""},
		{"no instant", `{"idweb": "25-1", "datelimitereponse": "bientôt"}`, "datelimitereponse", "null", "datelimitereponse"},
		{"no date", `{"idweb": "25-1", "dateparution": "06/05/2025"}`, "dateparution", "null", "dateparution"},
		{"unknown field", `{"idweb": "25-1", "_buyer": {"cp": "1"}, "x": null}`, "idweb", `"25-1"`, "_buyer"},
		{"own field called fields", `{"idweb": "25-1", "fields": {"objet": "x"}}`, "objet", "null", "fields"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, warnings, err := portal.ParseRecord([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(t, rec, tt.field); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.field, got, tt.want)
			}
			var fields []string
			for _, w := range warnings {
				fields = append(fields, w.Path)
			}
			if got := strings.Join(fields, " "); got != tt.warnings {
				t.Errorf("warnings about %q, want %q", got, tt.warnings)
			}
		})
	}
}

func TestParseRecordRefuses(t *testing.T) {
	for name, src := range map[string]string{
		"nothing": "", "array": "[]", "text": `"25-1"`, "cut": `{"idweb": "25-`, "two": `{"idweb": "25-1"} {}`, "twice": `{"idweb": "25-1", "idweb": "25-2"}`,
		"no UTF-8": "{\"idweb\": \"25-1\xff\"}", "null": "null",
	} {
		if _, _, err := portal.ParseRecord([]byte(src)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error %v, want one of kind invalid", name, err)
		}
	}
}

func gunzipped(t *testing.T, path string, each func(line []byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		each(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestParseKeptRecords reads two collections of records that others kept: few fields, and one field of their own.
func TestParseKeptRecords(t *testing.T) {
	for _, f := range []struct {
		dir, name        string
		records, warning int
	}{{"titles", "slim-2017-2024.jsonl.gz", 9999, 0}, {"flat-2021q1", "notices.jsonl.gz", 34517, 34517}} {
		records, warnings := 0, 0
		gunzipped(t, feedtest.Corpus(t, f.dir, f.name), func(line []byte) {
			rec, w, err := portal.ParseRecord(line)
			if err != nil || rec.Idweb == "" || rec.Objet == nil || rec.Dateparution.IsZero() {
				t.Fatalf("%s: %v in %.200s", f.name, err, line)
			}
			for _, x := range w {
				if x.Path != "_buyer" {
					t.Fatalf("%s: %+v", rec.Idweb, x)
				}
			}
			records++
			warnings += len(w)
		})
		if records != f.records || warnings != f.warning {
			t.Errorf("%s: %d records with %d warnings, want %d with %d", f.name, records, warnings, f.records, f.warning)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte(`{"idweb": "25-1", "type_avis": ["5", null, 3], "dateparution": "2025-05-06", "datelimitereponse": "2025-12-08T12:00:00+01:00"}`))
	f.Add([]byte(`{"recordid": "9c", "fields": {"idweb": "25-1", "dc": "61,63,", "donnees": {"a": [1, {"b": null}]}}}`))
	f.Add([]byte(`{"record": {"fields": {"idweb": 7, "x": [[[]]]}}}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		rec, _, err := portal.ParseRecord(src)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("fault of kind %v", fault.KindOf(err))
			}
			return
		}
		same(t, rec)
	})
}

func BenchmarkDerive(b *testing.B) {
	gestion := header(call, "", "", `, "DATE_LIMITE_REPONSE": "2026-04-17T12:00:00.000+02:00", "DESCRIPTEURS": {"DESCRIPTEUR": {"CODE": "118", "LIBELLE": "Etude"}}`)
	t := &testing.T{}
	g := half(t, &gestion, "GESTION")
	var rec notice.Record
	for b.Loop() {
		rec = portal.Derive(portal.Input{Gestion: g, Schema: portal.Schema325})
	}
	if rec.Idweb == "" {
		b.Error("nothing derived")
	}
}
