package detect_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// TestOrigins holds every reader to the contract of package notice: each value that is set has an origin, its own or that of
// a value around it, and every place that an origin, a flag, a warning or a link names is in the document. It reads the
// invented documents of all readers.
func TestOrigins(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	read := 0
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range a.Files {
			if strings.HasSuffix(part.Name, ".xml") {
				read += checkOrigins(t, file, part.Data)
			}
		}
	}
	if read < len(files) {
		t.Errorf("%d notices read from %d fixtures", read, len(files))
	}
}

// TestCorpusOrigins does so for the real documents.
func TestCorpusOrigins(t *testing.T) {
	dir := feedtest.Corpus(t)
	for _, pattern := range []string{"xml-325/*.xml", "xml-v230/*.xml", "xml-v230-derived/*.xml", "xml-v110-derived/*.xml", "eforms/*/*.xml", "eforms/ted-eforms-pairs/eforms/*.xml", "records/*.jsonl"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Errorf("no documents %s: %v", pattern, err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, ".jsonl") {
				checkOrigins(t, filepath.Base(file), src)
				continue
			}
			for line := range bytes.Lines(src) {
				checkOrigins(t, filepath.Base(file), line)
			}
		}
	}
}

// checkOrigins checks the notices of one document and counts them.
func checkOrigins(t *testing.T, name string, src []byte) int {
	t.Helper()
	res, err := detect.New().Read(feed.Document{Bytes: src, Name: "26-1.xml"})
	if err != nil {
		return 0 // the tests of the readers say which documents are refused
	}
	places := placesOf(src)
	if len(places) == 0 {
		return len(res.Notices) // of which a part cannot be read
	}
	for _, n := range res.Notices {
		known := func(path string) bool {
			return places[path] || n.Source.Form == "record" && !strings.HasPrefix(path, "/")
		}
		for field, o := range n.Origins {
			if !known(o.Path) && !n.Flagged(field, notice.FlagMissingID) {
				t.Errorf("%s %s: %s comes from %q, which the document does not have", name, n.ID, field, o.Path)
			}
		}
		for _, f := range n.Flags {
			if f.Code != notice.FlagMissingID && !known(f.Path) {
				t.Errorf("%s %s: flag %+v names a place that the document does not have", name, n.ID, f)
			}
		}
		for _, l := range n.Links {
			if !known(l.Path) {
				t.Errorf("%s %s: link %+v names a place that the document does not have", name, n.ID, l)
			}
		}
		for field := range valuesOf(n) {
			if !hasOrigin(n, field) {
				t.Errorf("%s %s: %s has no origin", name, n.ID, field)
			}
		}
	}
	return len(res.Notices)
}

// placesOf lists the places of elements and attributes in a document, or in the halves of a record.
func placesOf(src []byte) map[string]bool {
	places := map[string]bool{}
	add := func(d *tree.Doc, err error) {
		if err != nil {
			return
		}
		for e := range d.Root().Descend() {
			places[e.Path()] = true
			for _, a := range e.Attrs() {
				places[e.Path()+"/@"+a.Name] = true
			}
		}
	}
	if src = bytes.TrimSpace(src); bytes.HasPrefix(src, []byte("{")) {
		var record struct {
			Fields           *struct{ Gestion, Donnees string }
			Gestion, Donnees string
		}
		if err := json.Unmarshal(src, &record); err == nil {
			if f := record.Fields; f != nil {
				record.Gestion, record.Donnees = f.Gestion, f.Donnees
			}
			add(tree.ParseJSON([]byte(record.Gestion), "GESTION", tree.Limits{}))
			add(tree.ParseJSON([]byte(record.Donnees), "DONNEES", tree.Limits{}))
		}
		return places
	}
	text, _, err := tree.Decode(src)
	if err != nil {
		return places
	}
	d, err := tree.ParseXML(text, tree.UBL, tree.Limits{})
	if err != nil {
		return places
	}
	add(d, nil)
	if ns := d.RootNamespace(); ns != "" { // an envelope whose children are in its namespace too
		bare := maps.Clone(tree.UBL)
		bare[ns] = ""
		add(tree.ParseXML(text, bare, tree.Limits{}))
	}
	return places
}

// valuesOf lists the fields of a notice that are set, by their JSON paths without positions. What every notice has, and an
// outcome that is not known, needs no origin.
func valuesOf(n *notice.Notice) map[string]bool {
	fields := map[string]bool{}
	collect(reflect.ValueOf(*n), "", fields)
	for field := range fields {
		for _, own := range []string{"id", "version", "source", "links", "origins", "flags", "warnings"} {
			if field == own || strings.HasPrefix(field, own+".") {
				delete(fields, field)
			}
		}
	}
	return fields
}

func collect(v reflect.Value, at string, fields map[string]bool) {
	switch {
	case v.IsZero() || v.Type() == reflect.TypeFor[notice.Outcome]() && v.String() == string(notice.OutcomeUnknown):
	case v.Type() == reflect.TypeFor[notice.Date]():
		fields[at] = true
	case v.Kind() == reflect.Pointer:
		collect(v.Elem(), at, fields)
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), at, fields)
		}
	case v.Kind() == reflect.Struct && v.NumField() > 0 && v.Type().PkgPath() == reflect.TypeFor[notice.Notice]().PkgPath():
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			switch {
			case name == "-":
			case name == "": // embedded
				collect(v.Field(i), at, fields)
			default:
				collect(v.Field(i), strings.TrimPrefix(at+"."+name, "."), fields)
			}
		}
	default:
		fields[at] = true
	}
}

func hasOrigin(n *notice.Notice, field string) bool {
	for {
		if _, ok := n.Origins[field]; ok {
			return true
		}
		cut := strings.LastIndexByte(field, '.')
		if cut < 0 {
			return false
		}
		field = field[:cut]
	}
}
