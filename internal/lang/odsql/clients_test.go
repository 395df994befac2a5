package odsql_test

import (
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/lang/odsql"
)

// clientRequests reads the requests that clients of the portal send: those of the Explore API v2 for the data set of the notices.
func clientRequests(t testing.TB) (requests []url.Values, expected []string) {
	t.Helper()
	path := feedtest.Shared(t, "conformance", "explore-queries.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		request, rest, ok := strings.Cut(line, "\t")
		if !ok || !strings.Contains(request, "/catalog/datasets/boamp/") {
			continue
		}
		u, err := url.Parse(request)
		if err != nil {
			t.Errorf("%s: %v", request, err)
			continue
		}
		class, _, _ := strings.Cut(rest, "\t")
		requests, expected = append(requests, u.Query()), append(expected, class)
	}
	if len(requests) < 40 {
		t.Fatalf("only %d requests found", len(requests))
	}
	return requests, expected
}

// request is what the parameters of a URL ask for.
func request(q url.Values) odsql.Request {
	r := odsql.Request{Select: q.Get("select"), Where: q["where"], GroupBy: strings.Join(q["group_by"], ","), OrderBy: strings.Join(q["order_by"], ","), Limit: 10}
	if n, err := strconv.Atoi(q.Get("limit")); err == nil {
		r.Limit = n
	}
	return r
}

func TestClients(t *testing.T) {
	requests, expected := clientRequests(t)
	for i, q := range requests {
		_, err := odsql.Compile(env(t), request(q))
		if (err != nil) != (expected[i] == "error-400") {
			t.Errorf("%s\nwhere %q select %q order %q: error %v, expected %s", q.Encode(), q["where"], q["select"], q["order_by"], err, expected[i])
		}
		if err != nil {
			t.Log(err)
		}
	}
}
