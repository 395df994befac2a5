package record_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/feed/record"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
)

// corpus reads a file of the shared corpus, unpacked, or skips the test where the corpus is not at hand.
func corpus(t *testing.T, path ...string) []byte {
	t.Helper()
	name := feedtest.Corpus(t, path...)
	b, err := os.ReadFile(name)
	check(t, err)
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		check(t, err)
		b, err = io.ReadAll(z)
		check(t, err)
	}
	return b
}

func corpusLines(t *testing.T, path ...string) [][]byte {
	t.Helper()
	return bytes.Split(bytes.TrimSuffix(corpus(t, path...), []byte("\n")), []byte("\n"))
}

// TestCorpus reads each file of records as one document.
func TestCorpus(t *testing.T) {
	for _, tt := range []struct {
		path             []string
		notices, partial int
		versions         map[notice.Version]int
	}{
		{[]string{"records", "v325.jsonl"}, 66, 0, map[notice.Version]int{notice.V325: 66}},
		{[]string{"records", "v230.jsonl"}, 65, 0, map[notice.Version]int{notice.V230: 65}},
		{[]string{"records", "v110.jsonl"}, 14, 0, map[notice.Version]int{notice.V110: 14}},
		{[]string{"records", "v325-apiv1.jsonl"}, 3, 0, map[notice.Version]int{notice.V325: 3}},
		{[]string{"titles", "slim-2017-2024.jsonl.gz"}, 9999, 9999, nil},
		{[]string{"flat-2021q1", "notices.jsonl.gz"}, 5000, 5000, map[notice.Version]int{notice.V230: 5000}},
	} {
		t.Run(tt.path[1], func(t *testing.T) {
			all := corpusLines(t, tt.path...)
			src := bytes.Join(all[:min(len(all), tt.notices)], []byte("\n")) // package portal reads the longest to its end
			res, err := record.New(bodies).Read(feed.Document{Bytes: src})
			check(t, err)
			if len(res.Notices) != tt.notices || len(res.Rejects) != 0 {
				t.Errorf("%d notices, %d rejects, want %d and none", len(res.Notices), len(res.Rejects), tt.notices)
			}
			partial := 0
			versions := map[notice.Version]int{}
			for _, n := range res.Notices {
				if n.Source.Partial {
					partial++
					if n.Title == "" || n.Published.IsZero() {
						t.Errorf("%s: no title or date", n.ID)
					}
				}
				versions[n.Version]++
			}
			if partial != tt.partial {
				t.Errorf("%d partial, want %d", partial, tt.partial)
			}
			for v, n := range tt.versions {
				if versions[v] != n {
					t.Errorf("versions %v, want %v", versions, tt.versions)
				}
			}
		})
	}
}

// TestCorpusKept checks that the flat record of a notice is the one that was given, byte for byte.
func TestCorpusKept(t *testing.T) {
	for i, line := range corpusLines(t, "records", "v230.jsonl") {
		res, err := record.New(bodies).Read(feed.Document{Bytes: line})
		check(t, err)
		if got := portal.AppendRecord(nil, &res.Notices[0].Record); !bytes.Equal(got, line) {
			t.Errorf("line %d:\n%.300s\nwant\n%.300s", i+1, got, line)
		}
	}
}

// BenchmarkRead reads records whole, with the two halves parsed and no body read.
func BenchmarkRead(b *testing.B) {
	src := []byte(full(""))
	r := record.New(bodies)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := r.Read(feed.Document{Bytes: src}); err != nil {
			b.Fatal(err)
		}
	}
}
