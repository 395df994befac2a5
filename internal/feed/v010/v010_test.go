package v010_test

import (
	"encoding/json"
	"flag"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/v010"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// TestGolden reads the documents of testdata, all invented: no document of V010 is public. Each archive holds the typed notice
// and the flat record expected of its document.
func TestGolden(t *testing.T) {
	for name, a := range feedtest.Fixtures(t) {
		t.Run(name, func(t *testing.T) {
			res, err := v010.New().Read(feed.Document{Bytes: feedtest.Part(a, "doc.xml").Data})
			if err != nil || len(res.Notices) != 1 {
				t.Fatal(len(res.Notices), err)
			}
			typed, err := json.MarshalIndent(res.Notices[0], "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			typed = append(typed, '\n')
			flat := append(portal.AppendRecord(nil, &res.Notices[0].Record), '\n')
			if *update {
				feedtest.Part(a, "want.json").Data = typed
				feedtest.Part(a, "record.json").Data = flat
				feedtest.Rewrite(t, name, a)
			}
			for file, got := range map[string][]byte{"want.json": typed, "record.json": flat} {
				if want := string(feedtest.Part(a, file).Data); want != string(got) {
					t.Errorf("%s differs (-update rewrites the fixture):\n%s", file, got)
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for src, kind := range map[string]fault.Kind{
		"":                                      fault.Invalid,
		"<PARUTION_BOAMP/>":                     fault.Unsupported,
		"<ANNONCE><GESTION/></ANNONCE>":         fault.Unsupported,
		"<ANNONCE><id>12</ANNONCE>":             fault.Invalid,
		"<ANNONCE><resume>x</resume></ANNONCE>": fault.Invalid,
		"<ANNONCE><id>a/b</id></ANNONCE>":       fault.Invalid,
	} {
		if res, err := v010.New().Read(feed.Document{Bytes: []byte(src)}); !fault.Is(err, kind) || len(res.Notices) != 0 {
			t.Errorf("%q: %d notices, error %v, want %v", src, len(res.Notices), err, kind)
		}
	}
}

// FuzzRead feeds the reader with damaged documents.
func FuzzRead(f *testing.F) {
	for _, a := range feedtest.Fixtures(f) {
		f.Add(feedtest.Part(a, "doc.xml").Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		res, err := v010.New().Read(feed.Document{Bytes: src})
		if (err == nil) != (len(res.Notices) == 1) {
			t.Fatalf("%d notices, error %v", len(res.Notices), err)
		}
		for _, n := range res.Notices {
			if n.ID == "" || n.Version != notice.V010 || n.Record.Idweb != n.ID {
				t.Errorf("notice %q, record %q", n.ID, n.Record.Idweb)
			}
		}
	})
}

// BenchmarkRead reads an invented card; there is no real one.
func BenchmarkRead(b *testing.B) {
	src := feedtest.Part(feedtest.Fixtures(b)["call"], "doc.xml").Data
	b.SetBytes(int64(len(src)))
	r := v010.New()
	for b.Loop() {
		if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}
