package explore_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
)

// TestClients sends what public client programs were seen to send, and compares the class of every answer.
func TestClients(t *testing.T) {
	list, err := os.ReadFile(feedtest.Shared(t, "conformance", "explore-queries.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	h := server(t)
	sent := 0
	for line := range strings.Lines(string(list)) {
		request, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		class, note, _ := strings.Cut(rest, "\t")
		if !strings.HasPrefix(request, "/api/explore/") && !strings.HasPrefix(request, "/api/v2/") {
			continue
		}
		sent++
		t.Run(request, func(t *testing.T) {
			a := ask(t, h, request, "Accept", "application/json, application/json", "Authorization", "ApiKey K, ApiKey K")
			switch {
			case class == "error-400":
				var f failure
				if err := json.Unmarshal([]byte(a.body), &f); err != nil || a.status != 400 || f.Code == "" || f.Message == "" {
					t.Errorf("%d %.300s (%s)", a.status, a.body, note)
				}
			case strings.Contains(request, "/datasets/joue/"):
				a.fails(t, 404, "NotFoundResource", "The requested dataset joue does not exist.")
			case a.status != 200:
				t.Errorf("%d %.300s (%s)", a.status, a.body, note)
			default:
				hasShape(t, request, a)
			}
			if class == "ok-with-ignored-params" {
				without := strings.NewReplacer("&q=", "&ignored=", "facets=", "ignored=").Replace(request)
				if b := ask(t, h, without); b.body != a.body {
					t.Errorf("a parameter had an effect (%s)", note)
				}
			}
		})
	}
	if sent < 60 {
		t.Errorf("only %d requests", sent)
	}
}

// hasShape checks the shape that a path promises.
func hasShape(t *testing.T, request string, a answer) {
	t.Helper()
	path, _, _ := strings.Cut(request, "?")
	if strings.HasSuffix(path, "/exports/csv") {
		if !strings.HasPrefix(a.body, "\uFEFF") || !strings.Contains(a.body, "\r\n") || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("no CSV with a byte-order mark: %.100q", a.body)
		}
		return
	}
	var doc any
	a.decode(t, &doc)
	if strings.HasSuffix(path, "/exports/json") {
		if _, ok := doc.([]any); !ok {
			t.Errorf("no array: %.100s", a.body)
		}
		return
	}
	want := map[string][]string{"records": {"total_count", "results"}, "facets": {"links", "facets"}, "boamp": {"fields", "metas"}}[path[strings.LastIndex(path, "/")+1:]]
	if strings.HasSuffix(path, "/records") && !strings.Contains(path, "v2.1") {
		want = []string{"total_count", "links", "records"}
	}
	for _, key := range want {
		if _, ok := doc.(map[string]any)[key]; !ok {
			t.Errorf("no %s in %.200s", key, a.body)
		}
	}
	if len(want) == 0 {
		t.Errorf("nothing is known of the shape of %s", path)
	}
}
