package eforms_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// FuzzRead: any bytes give one notice with an identifier that can be written as JSON, or a fault of the document; the
// document stays as it was, and reading it again gives the same. No usable amount is negative.
func FuzzRead(f *testing.F) {
	for _, doc := range fixtures(f) {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		r, err := eforms.New().Read(feed.Document{Bytes: src})
		if !bytes.Equal(before, src) {
			t.Fatal("the reader changed the document")
		}
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
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
		if bytes.Contains(got, []byte(`"value":-`)) {
			t.Fatal("a negative value")
		}
		again, _ := eforms.New().Read(feed.Document{Bytes: src})
		if b, _ := json.Marshal(again.Notices[0]); !bytes.Equal(got, b) {
			t.Fatal("a second reading gives another notice")
		}
	})
}

// FuzzBody: any body in JSON is read without failure and says what it is.
func FuzzBody(f *testing.F) {
	for name, doc := range fixtures(f) {
		if name != "envelope" {
			f.Add(*read(f, doc).Record.Donnees)
		}
	}
	f.Fuzz(func(t *testing.T, donnees string) {
		d, err := tree.ParseJSON([]byte(donnees), "DONNEES", tree.Limits{})
		if err != nil {
			return
		}
		n := &notice.Notice{}
		eforms.Body().ReadBody(feed.Body{Donnees: d.Root()}, n)
		if n.Stage == "" && len(n.Warnings) == 0 {
			t.Fatal("no stage and no warning")
		}
		if b, err := json.Marshal(n); err != nil || strings.Contains(string(b), `"value":-`) {
			t.Fatal("a negative value, or", err)
		}
	})
}
