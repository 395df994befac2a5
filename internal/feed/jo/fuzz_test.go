package jo_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/jo"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

func seeds(f *testing.F) (docs [][]byte) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		docs = append(docs, feedtest.Part(a, "doc.xml").Data)
	}
	return docs
}

// FuzzRead: any bytes give one notice with an identifier that can be written as JSON, or a fault; the document stays as
// it was, and reading it again gives the same.
func FuzzRead(f *testing.F) {
	for _, doc := range seeds(f) {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		r, err := reader().Read(feed.Document{Bytes: src})
		if !bytes.Equal(before, src) {
			t.Fatal("the reader changed the document")
		}
		if err != nil {
			if k := fault.KindOf(err); k == fault.Internal {
				t.Fatalf("error %v is no fault of the document", err)
			}
			return
		}
		if len(r.Notices) != 1 || r.Notices[0].ID == "" {
			t.Fatalf("%d notices", len(r.Notices))
		}
		got, err := json.Marshal(r.Notices[0])
		if err != nil {
			t.Fatal(err)
		}
		again, _ := reader().Read(feed.Document{Bytes: src})
		if b, _ := json.Marshal(again.Notices[0]); !bytes.Equal(got, b) {
			t.Fatal("a second reading gives another notice")
		}
	})
}

// FuzzBody: any two halves in JSON are read without failure.
func FuzzBody(f *testing.F) {
	for _, doc := range seeds(f) {
		r, err := reader().Read(feed.Document{Bytes: doc})
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(*r.Notices[0].Record.Gestion), []byte(*r.Notices[0].Record.Donnees))
	}
	f.Fuzz(func(t *testing.T, gestion, donnees []byte) {
		g, err := tree.ParseJSON(gestion, "GESTION", tree.Limits{})
		if err != nil {
			return
		}
		d, err := tree.ParseJSON(donnees, "DONNEES", tree.Limits{})
		if err != nil {
			return
		}
		n := &notice.Notice{}
		jo.Body(nil, nil).ReadBody(feed.Body{Gestion: g.Root(), Donnees: d.Root()}, n)
		if n.Stage == "" || n.State == "" {
			t.Fatalf("stage %q, state %q", n.Stage, n.State)
		}
		if _, err := json.Marshal(n); err != nil {
			t.Fatal(err)
		}
	})
}
