package detect_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
)

const (
	v230 = `<ANNONCE><GESTION><REFERENCE><IDWEB>15-1</IDWEB></REFERENCE></GESTION><DONNEES><IDENTITE/></DONNEES></ANNONCE>`
	v240 = `<ANNONCE><GESTION><REFERENCE><IDWEB>22-1</IDWEB></REFERENCE></GESTION><DONNEES><IDENTITE><INTEGRALITE_DOC_OUI/></IDENTITE></DONNEES></ANNONCE>`
	v010 = `<ANNONCE><id>7000001</id><r2>4</r2><numeroAnnonceOriginal>06-1</numeroAnnonceOriginal></ANNONCE>`
	v110 = `<PARUTION_BOAMP nompublication="MAPA"><ANNONCE><GESTION><NOJO>08-1</NOJO></GESTION><DONNEES/></ANNONCE></PARUTION_BOAMP>`
	ann  = `<x:ann xmlns:x="http://boamp.journal-officiel.gouv.fr/XML/3.2.5"><DONNEES><MAPA><organisme/></MAPA></DONNEES><GESTION><REFERENCE><IDWEB>26-1</IDWEB></REFERENCE></GESTION></x:ann>`
	ubl  = `<ContractNotice xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractNotice-2" xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><b:ID schemeName="notice-id">aaaa</b:ID><b:VersionID>01</b:VersionID></ContractNotice>`
)

func TestByContent(t *testing.T) {
	utf16LE := func(s string) string {
		b := []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	cases := map[string]struct {
		doc  string
		want notice.Version
	}{
		"V230":                     {v230, notice.V230},
		"V230 behind a comment":    {"\ufeff<?xml version=\"1.0\"?>\n<!-- <ann> -->\n" + v230, notice.V230},
		"V230 in UTF-16":           {utf16LE(v230), notice.V230},
		"V240 by its names":        {v240, notice.V240},
		"V010":                     {v010, notice.V010},
		"V110":                     {v110, notice.V110},
		"envelope, any prefix":     {ann, notice.V325},
		"eForms":                   {ubl, notice.EForms},
		"several V230":             {"<lot>" + v230 + strings.Replace(v230, "15-1", "15-2", 1) + "</lot>", notice.V230},
		"record 3.2.5":             {`{"idweb":"26-2","gestion":"{}","donnees":"{\"FNSimple\": {\"organisme\": \"\"}}"}`, notice.V325},
		"record V230":              {`{"idweb":"15-2","gestion":"{\"NOM_HTML\": \"\"}","donnees":"{\"IDENTITE\": \"\"}"}`, notice.V230},
		"record V110":              {`{"idweb":"08-2","gestion":"{\"NOJO\": \"08-2\"}","donnees":"{}"}`, notice.V110},
		"V110 of the first API":    {`{"annonce":{"gestion":{"nojo":"08-3"},"donnees":{}},"nompublication":"MAPA"}`, notice.V110},
		"records of an API answer": {`{"total_count":1,"results":[{"idweb":"26-3","source_schema":"3.2.5"}]}`, notice.V325},
	}
	reader := detect.New()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			res, err := reader.Read(feed.Document{Bytes: []byte(c.doc), Name: "misleading-v110-2009"})
			if err != nil || len(res.Notices) == 0 {
				t.Fatalf("%d notices, error %v, rejects %v", len(res.Notices), err, res.Rejects)
			}
			if got := res.Notices[0].Version; got != c.want {
				t.Errorf("version %s, want %s", got, c.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	cases := map[string]struct {
		doc  string
		kind fault.Kind
		says string
	}{
		"empty":                 {"  \n", fault.Invalid, "empty"},
		"plain text":            {"Bonjour", fault.Unsupported, "Bonjour"},
		"HTML":                  {"<html><body/></html>", fault.Unsupported, "html"},
		"TED before eForms":     {"<TED_EXPORT/>", fault.Unsupported, "TED"},
		"search answer":         {`{"nbItemsRetournes": 2}`, fault.Unsupported, "search answer"},
		"V230 of the first API": {`{ "gestion" : {"reference": {}}, "donnees": {}}`, fault.Unsupported, "V230"},
		"not well formed":       {"<", fault.Invalid, "line 1"},
		"broken in the body":    {`<ANNONCE><GESTION><REFERENCE>`, fault.Invalid, "ends inside"},
	}
	reader := detect.New()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := reader.Read(feed.Document{Bytes: []byte(c.doc)})
			if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v (%s)", err, fault.KindOf(err))
			}
		})
	}
}

// TestCorpus reads every real XML document and record: each gives notices, or a reason that is expected there.
func TestCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no corpus of real documents beside the project (../shared/corpus)")
	}
	reader := detect.New()
	for dir, least := range map[string]int{"xml-v230": 12, "xml-325": 6, "xml-v230-derived": 65, "xml-v110-derived": 338, "records": 148, "eforms": 115, "legacy-json/v110": 338} {
		t.Run(dir, func(t *testing.T) {
			read := 0
			for _, doc := range documents(t, filepath.Join(root, dir)) {
				res, err := reader.Read(doc)
				if err != nil && dir != "eforms" {
					t.Errorf("%s: %v", doc.Origin, err)
				}
				for _, r := range res.Rejects {
					t.Errorf("%s %s: %v", doc.Origin, r.Part, r.Err)
				}
				read += len(res.Notices)
			}
			if read < least {
				t.Errorf("%d notices, at least %d expected", read, least)
			}
		})
	}
}

// documents lists the XML and JSON files and the lines of JSON below a folder.
func documents(t testing.TB, dir string) (docs []feed.Document) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		ext := filepath.Ext(path)
		if ext != ".xml" && ext != ".jsonl" && ext != ".json" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if ext != ".jsonl" {
			docs = append(docs, feed.Document{Bytes: b, Origin: path, Name: strings.TrimSuffix(filepath.Base(path), ext)})
			return nil
		}
		for line := range strings.Lines(string(b)) {
			docs = append(docs, feed.Document{Bytes: []byte(line), Origin: path})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{v230, v240, v010, v110, ann, ubl, `{"idweb":"26-2","gestion":"{}","donnees":"{}"}`, "[", "\xff\xfe<\x00"} {
		f.Add([]byte(s))
	}
	reader := detect.New()
	f.Fuzz(func(t *testing.T, b []byte) {
		res, err := reader.Read(feed.Document{Bytes: b})
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatalf("internal error for bad input: %v", err)
		}
		for _, n := range res.Notices {
			if n.ID == "" || n.Version == "" {
				t.Fatalf("a notice without identity: %+v", n)
			}
		}
	})
}
