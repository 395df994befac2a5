package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
)

// page is the answer of the first stage.
type page struct {
	Meta    map[string]any
	Total   int
	Notices []struct{ ID, Version, URL string }
	Cursor  string
	Links   map[string]string
}

func (s *served) page(t *testing.T, path string) page {
	t.Helper()
	res, body := s.get(t, path)
	var p page
	if err := json.Unmarshal([]byte(body), &p); err != nil || res.StatusCode != 200 {
		t.Fatalf("%s: %d %v %s", path, res.StatusCode, err, body)
	}
	return p
}

// TestServe goes through the two stages, the exports and the pages of operators.
func TestServe(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 60))
	seen := map[string]string{} // version by id
	total := 0
	for path := "/api/v1/notices?limit=17"; path != ""; {
		p := s.page(t, path)
		total = p.Total
		for _, n := range p.Notices {
			if _, twice := seen[n.ID]; twice {
				t.Errorf("%s comes twice", n.ID)
			}
			seen[n.ID] = n.Version
			secondStage(t, s, n.ID, n.Version, n.URL)
		}
		path = p.Links["next"]
	}
	if total < 60 || len(seen) != total {
		t.Errorf("pages gave %d of %d notices", len(seen), total)
	}
	versions := map[string]int{}
	for _, v := range seen {
		versions[v]++
	}
	for _, v := range []string{"v010", "v110", "v230", "v240", "v325"} {
		if versions[v] == 0 {
			t.Errorf("no notice of version %s", v)
		}
	}
	exports(t, s, total)
	operators(t, s)
}

// secondStage fetches one notice in every form.
func secondStage(t *testing.T, s *served, id, version, path string) {
	t.Helper()
	res, body := s.get(t, path)
	var full struct {
		Notice struct {
			ID, Version string
			Source      struct{ SHA256 string }
		}
		Links map[string]string
	}
	if err := json.Unmarshal([]byte(body), &full); err != nil || res.StatusCode != 200 || full.Notice.ID != id || full.Notice.Version != version {
		t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	res, body = s.get(t, full.Links["raw"])
	tag := `"` + full.Notice.Source.SHA256 + `"`
	if hash([]byte(body)) != full.Notice.Source.SHA256 || res.Header.Get("ETag") != tag || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/xml") {
		t.Errorf("raw of %s: tag %s, headers %v", id, tag, res.Header)
	}
	if res, body = s.get(t, full.Links["raw"], "If-None-Match", tag); res.StatusCode != 304 || body != "" {
		t.Errorf("raw of %s, known already: %d", id, res.StatusCode)
	}
	var record map[string]any
	_, body = s.get(t, full.Links["record"])
	if err := json.Unmarshal([]byte(body), &record); err != nil || len(record) != 41 {
		t.Errorf("record of %s: %v, %d fields", id, err, len(record))
	}
	wrong := "v110"
	if version == wrong {
		wrong = "v325"
	}
	if res, body = s.get(t, "/api/v1/notices/"+id+"?version="+wrong); res.StatusCode != 404 || !strings.Contains(body, "ask for version="+version) {
		t.Errorf("%s in the wrong version: %d %s", id, res.StatusCode, body)
	}
}

func exports(t *testing.T, s *served, total int) {
	t.Helper()
	for _, format := range []string{"csv", "json", "jsonl", "xlsx"} {
		res, body := s.get(t, "/api/v1/notices."+format)
		if res.StatusCode != 200 || res.Header.Get("Boamp-Revision") == "" || res.Header.Get("Boamp-Licence") == "" || res.Header.Get("Boamp-Last-Update") == "" ||
			!strings.Contains(res.Header.Get("Content-Disposition"), "boamp."+format) {
			t.Errorf("%s: %d %v", format, res.StatusCode, res.Header)
		}
		rows := 0
		switch format {
		case "csv":
			r := csv.NewReader(strings.NewReader(body))
			r.Comma = rune(body[strings.IndexAny(body, ",;")])
			list, err := r.ReadAll()
			if err != nil {
				t.Error(err)
			}
			rows = len(list) - 1
		case "json":
			var p page
			if err := json.Unmarshal([]byte(body), &p); err != nil || p.Meta["revision"] == nil {
				t.Error(err)
			}
			rows = len(p.Notices)
		case "jsonl":
			rows = strings.Count(body, "\n")
		case "xlsx":
			book, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
			if err != nil {
				t.Fatal(err)
			}
			list, err := book.GetRows("Avis")
			if err != nil {
				t.Error(err)
			}
			rows = len(list) - 1
		}
		if rows != total {
			t.Errorf("%s has %d notices of %d", format, rows, total)
		}
	}
}

func operators(t *testing.T, s *served) {
	t.Helper()
	for path, want := range map[string]string{"/healthz": `"ok"`, "/readyz": `"ready"`, "/version": `"reader"`, "/": "/api/v1/notices"} {
		if res, body := s.get(t, path); res.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/notices?departements=44":         "departement",
		"/api/v1/notices?kind=workz":              "works",
		"/api/v1/notices?published_from=30/02/26": "published_from",
		"/api/v1/notices?sort=titel":              "title",
		"/api/v1/notices?limit=0":                 "limit",
		"/api/v1/notices?limit=100000":            "limit",
		"/api/v1/notices?cursor=xyz":              "cursor",
		"/api/v1/notices.csv?cursor=xyz":          "cursor",
		"/api/v1/notices?q=%ff":                   "",
	} {
		res, body := s.get(t, path)
		if res.StatusCode != 400 || res.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, want) || !strings.Contains(body, "request_id") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	for path, status := range map[string]int{"/api/v1/notices/99-1": 404, "/nothing": 404, "/api/v1/notices/..%2f..%2fetc": 404} {
		if res, body := s.get(t, path); res.StatusCode != status || strings.Contains(body, "/tmp") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

// TestForgedPlaces sends cursors that were opened and changed: the engine gets values that its fields do not have.
func TestForgedPlaces(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 30))
	odd := []any{nil, []any{}, []any{map[string]any{"Str": "zzz"}}, []any{map[string]any{"Str": "9999-99-99"}}, []any{map[string]any{"Str": "\x00"}}, []any{map[string]any{"Num": 1e308}},
		[]any{map[string]any{"Time": "9999-12-31T23:59:59Z"}}, []any{map[string]any{"Time": "0001-01-01T00:00:00Z"}}}
	for _, order := range []string{"published", "-deadline", "amount", "title", "framework", "-datefindiffusion"} {
		p := s.page(t, "/api/v1/notices?limit=3&sort="+order)
		raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range odd {
			var c map[string]any
			if err := json.Unmarshal(raw, &c); err != nil {
				t.Fatal(err)
			}
			c["k"] = []any{key}
			b, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			res, body := s.get(t, "/api/v1/notices?limit=3&sort="+order+"&cursor="+url.QueryEscape(base64.RawURLEncoding.EncodeToString(b)))
			if res.StatusCode != 200 && res.StatusCode != 400 {
				t.Errorf("sort=%s behind %v: %d %s", order, key, res.StatusCode, body)
			}
		}
	}
	if res, _ := s.get(t, "/readyz"); res.StatusCode != 200 {
		t.Error("the server is not well any more")
	}
}

// TestImportBesideServer: other commands work on the folder of a running server, and what they bring is served.
func TestImportBesideServer(t *testing.T) {
	t.Parallel()
	docs := documents(40)
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, docs[:10]))
	s := serve(t, data)
	before := s.page(t, "/api/v1/notices").Total
	dir := tree(t, docs)
	c := command(t, "import", "--data", data, filepath.Base(dir)) // a path that is relative to where it was typed
	c.Dir = filepath.Dir(dir)
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "documents read") {
		t.Fatalf("import: %v\n%s", err, out)
	}
	after := s.page(t, "/api/v1/notices")
	if before >= after.Total || after.Total < 39 {
		t.Errorf("%d notices before, %d after", before, after.Total)
	}
	id := after.Notices[0].ID
	if got := must(t, "get", "--data", data, id); !strings.Contains(got, id) {
		t.Errorf("get beside a server: %s", got)
	}
	if r := boamp(t, "get", "--data", data, "99-1"); r.code != 1 || !strings.Contains(r.err, "99-1") {
		t.Errorf("get of what is not there: %d %s", r.code, r.err)
	}
	file := filepath.Join(t.TempDir(), "out.csv")
	must(t, "query", "--data", data, "--format", "csv", "--o", file)
	if b, err := os.ReadFile(file); err != nil || !bytes.Contains(b, []byte(id)) {
		t.Errorf("query into a file beside a server: %v, %d bytes", err, len(b))
	}
	if r := boamp(t, "rebuild", "--data", data); r.code != 1 || !strings.Contains(r.err, "another process writes") {
		t.Errorf("rebuild beside a server: %d %s", r.code, r.err)
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := strings.TrimSpace(must(t, "query", "--data", data, "--count")); got == "0" {
		t.Error("nothing is there after the end of the server")
	}
}

// TestImportsAtOnce: imports into one server at the same time take turns.
func TestImportsAtOnce(t *testing.T) {
	t.Parallel()
	docs := documents(90)
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data)
	var parts []string
	for i := range 3 {
		parts = append(parts, tree(t, docs[i*30:(i+1)*30]))
	}
	results := make([]result, len(parts))
	var wait sync.WaitGroup
	for i, dir := range parts {
		wait.Go(func() { results[i] = boamp(t, "import", "--data", data, dir) })
	}
	wait.Wait()
	for i, r := range results {
		if r.code != 0 {
			t.Errorf("import %d: %d %s", i, r.code, r.err)
		}
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	calm := filepath.Join(t.TempDir(), "data")
	must(t, append([]string{"import", "--data", calm}, parts...)...)
	if contents(t, data) != contents(t, calm) {
		t.Error("other notices than when the same is imported in turn")
	}
}

// TestGracefulStop sends SIGTERM while an export is running: it comes to its end, and nothing new is taken.
func TestGracefulStop(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 1500))
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	whole := len(exportOf(t, s.url))
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET "+slowExport()+" HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1024) // the answer has begun, and most of it waits for us
	if _, err := io.ReadFull(conn, first); err != nil {
		t.Fatal(err)
	}
	code := make(chan int)
	go func() { code <- s.stop(t) }()
	s.logs.wait(t, "stopping")
	if strings.Contains(s.logs.String(), `"request_id":"slow"`) {
		t.Error("the export had ended before: this test shows nothing")
	}
	rest, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("the export was cut off after %d bytes: %v", len(rest), err)
	}
	answer := append(first, rest...)
	if !strings.Contains(s.logs.String(), `"request_id":"slow"`) || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200 ")) || !bytes.HasSuffix(answer, []byte("0\r\n\r\n")) || len(answer) < whole {
		t.Errorf("%d bytes of %d, ends %q", len(answer), whole, answer[len(answer)-20:])
	}
	if got := <-code; got != 0 {
		t.Errorf("exit code %d\n%s", got, s.logs)
	}
	if _, err := http.Get(s.url + "/healthz"); err == nil {
		t.Error("the server still answers")
	}
	if strings.Contains(s.logs.String(), `"level":"ERROR"`) {
		t.Errorf("logs:\n%s", s.logs)
	}
}

// slowExport asks for more than the system buffers for a client that does not read.
func slowExport() string {
	return "/api/v1/notices.jsonl?fields=" + strings.Join(columns(), ",")
}

func exportOf(t *testing.T, base string) []byte {
	t.Helper()
	res, err := http.Get(base + slowExport())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
