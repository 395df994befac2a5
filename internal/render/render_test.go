package render_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/synth"
)

// invented gives notices of all generations that do not exist.
func invented(t testing.TB, n int) (list []*notice.Notice) {
	t.Helper()
	reader := detect.New()
	for d := range synth.Generate(synth.Options{Seed: 7, Notices: n, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		res, err := reader.Read(feed.Document{Bytes: d.Bytes, Name: d.Path, Origin: d.Path})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, res.Notices...)
	}
	return list
}

func BenchmarkHTML(b *testing.B) {
	list := invented(b, 300)
	size := 0
	for i := 0; b.Loop(); i++ {
		size += len(render.HTML(list[i%len(list)]))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
	b.ReportMetric(float64(size)/float64(b.N), "bytes/notice")
}

func BenchmarkSummary(b *testing.B) {
	list := invented(b, 300)
	for i := 0; b.Loop(); i++ {
		render.Summary(list[i%len(list)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
}
