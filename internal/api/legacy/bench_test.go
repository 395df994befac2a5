package legacy_test

import (
	"testing"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
)

// BenchmarkJSON makes the JSON of an invented award of V230 from its XML, parsing included.
func BenchmarkJSON(b *testing.B) {
	src := inputs(b, "v230")["v230-joue-award"]
	res, err := detect.New().Read(feed.Document{Bytes: src})
	if err != nil {
		b.Fatal(err)
	}
	n := res.Notices[0]
	n.Source.Kept = "kept"
	b.ReportAllocs()
	for b.Loop() {
		doc, err := legacy.Open(n, func(string) ([]byte, error) { return src, nil })
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := doc.JSON(notice.Paris, false); err != nil {
			b.Fatal(err)
		}
	}
}
