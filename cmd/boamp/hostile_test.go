package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// errorsLogged counts lines of level ERROR: panics, and mistakes of the server.
type errorsLogged struct {
	mu    sync.Mutex
	lines []string
}

func (e *errorsLogged) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if strings.Contains(string(b), `"level":"ERROR"`) {
		e.lines = append(e.lines, string(b))
	}
	return len(b), nil
}

// TestHostileRequests sends what no honest client sends, byte by byte, to the whole server: it is answered, refused or cut off, and never a mistake of the
// server's.
func TestHostileRequests(t *testing.T) {
	door, raw, ids := invented(t)
	var logged errorsLogged
	h, err := handler(door, raw, slog.New(slog.NewJSONHandler(&logged, nil)), public{cache: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	l := newLimits()
	s.Config.MaxHeaderBytes = l.bounds.URL + l.bounds.Headers + 4<<10
	s.Start()
	defer s.Close()
	send := func(name, request string) (statuses []int) {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(conn, request) // a server that has refused does not read the rest
			if !strings.Contains(request, "\r\n\r\n") {
				_ = conn.(*net.TCPConn).CloseWrite() // it would wait for the rest
			}
		}()
		in := bufio.NewReader(conn)
		for {
			res, err := http.ReadResponse(in, nil)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: no end in a minute", name)
			}
			if err != nil {
				return statuses
			}
			_, _ = io.Copy(io.Discard, res.Body)
			statuses = append(statuses, res.StatusCode)
			if res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented && res.StatusCode != http.StatusHTTPVersionNotSupported {
				t.Errorf("%s: %d", name, res.StatusCode)
			}
			if res.Header.Get("Server") != "" {
				t.Errorf("%s: Server: %s", name, res.Header.Get("Server"))
			}
			if res.Close {
				return statuses
			}
		}
	}
	for name, c := range oddRequests() {
		if got := fmt.Sprint(send(name, c.text)); c.want != "" && !strings.Contains(c.want, got) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for _, path := range oddPaths(ids["v230"]) {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "PATCH"} {
			send(method+" "+path[:min(80, len(path))], method+" "+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		}
	}
	for _, line := range logged.lines {
		t.Errorf("logged: %.500s", line)
	}
}

// oddRequests are requests against the rules of HTTP, with the lists of statuses that may come of them; "" is any below 500.
func oddRequests() map[string]struct{ text, want string } {
	const get, host, end = "GET /healthz HTTP/1.1\r\n", "Host: a\r\n", "Connection: close\r\n\r\n"
	type odd = struct{ text, want string }
	return map[string]odd{
		"as usual":                  {get + host + end, "[200]"},
		"no host":                   {get + end, "[400]"},
		"two hosts":                 {get + host + "Host: b\r\n" + end, "[400]"},
		"a host with quotes":        {get + "Host: a\"b\r\n" + end, "[400]"},
		"a host with a path":        {get + "Host: a/b\r\n" + end, "[400]"},
		"absolute form":             {"GET http://evil.example/healthz HTTP/1.1\r\n" + host + end, "[200]"},
		"absolute form of another":  {"GET https://user:pass@evil.example:1/healthz HTTP/1.1\r\n" + host + end, "[200] [400]"},
		"authority form":            {"CONNECT evil.example:443 HTTP/1.1\r\n" + host + end, "[405]"},
		"asterisk form":             {"OPTIONS * HTTP/1.1\r\n" + host + end, ""},
		"TRACE":                     {"TRACE /healthz HTTP/1.1\r\n" + host + end, "[405]"},
		"a method of its own":       {"BREW /api/v1/notices HTTP/1.1\r\n" + host + end, "[405]"},
		"a method that is none":     {"G(T /healthz HTTP/1.1\r\n" + host + end, "[400]"},
		"two lengths":               {"POST /mcp HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n" + end + "ab", "[400]"},
		"a length and pieces":       {"POST /mcp HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" + end + "0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n", "[400] [403]"},
		"pieces that are none":      {"POST /mcp HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n" + end + "zz\r\n", "[400] [403]"},
		"another transfer encoding": {"POST /mcp HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n" + end, "[501] [400]"},
		"a negative length":         {"POST /mcp HTTP/1.1\r\n" + host + "Content-Length: -1\r\n" + end, "[400]"},
		"a body too long":           {"POST /mcp HTTP/1.1\r\n" + host + "Content-Length: 99999999999\r\n" + end, "[413]"},
		"a blank before a colon":    {get + host + "X-A : b\r\n" + end, "[400]"},
		"a folded header":           {get + host + "X-A: b\r\n c\r\n" + end, "[400] [200]"},
		"a header without name":     {get + host + ": b\r\n" + end, "[400]"},
		"code zero in a header":     {get + host + "X-A: b\x00c\r\n" + end, "[400]"},
		"HTTP/0.9":                  {"GET /healthz\r\n\r\n", "[400]"},
		"HTTP/1.0":                  {"GET /healthz HTTP/1.0\r\n\r\n", "[200]"},
		"HTTP/9.9":                  {"GET /healthz HTTP/9.9\r\n" + host + end, "[505] [400]"},
		"the beginning of HTTP/2":   {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""},
		"an upgrade":                {get + host + "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n" + get + host + end, "[200 200]"},
		"many headers":              {get + host + strings.Repeat("A: b\r\n", 200) + end, "[431]"},
		"long headers":              {get + host + "A: " + strings.Repeat("b", 40<<10) + "\r\n" + end, "[431]"},
		"endless headers":           {get + host + "A: " + strings.Repeat("b", 400<<10) + "\r\n" + end, "[431]"},
		"a long address":            {"GET /" + strings.Repeat("a", 60<<10) + " HTTP/1.1\r\n" + host + end, "[414]"},
		"many parameters":           {"GET /api/v1/notices?" + strings.Repeat("a=b&", 5000) + " HTTP/1.1\r\n" + host + end, "[414]"},
		"a path that ends early":    {"GET /api/v1/notices%2", ""},
		"nonsense":                  {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "[400]"},
		"several at once":           {strings.Repeat(get+host+"\r\n", 5) + get + host + end, "[200 200 200 200 200 200]"},
	}
}

// oddPaths are addresses that mean mischief, for each surface.
func oddPaths(id string) []string {
	deep := func(open, inner, closing string, n int) string {
		return url.QueryEscape(strings.Repeat(open, n) + inner + strings.Repeat(closing, n))
	}
	wheres := []string{
		deep("(", "idweb is not null", ")", 5000), deep("not ", "idweb is null", "", 5000), deep("not(", "1=1", ")", 3000),
		url.QueryEscape(strings.Repeat("idweb='x' or ", 2500) + "idweb='y'"), url.QueryEscape("objet like '" + strings.Repeat("%a", 2000) + "'"),
		url.QueryEscape(`search("` + strings.Repeat("a ", 5000) + `")`), url.QueryEscape("idweb in (" + strings.Repeat("'x',", 5000) + "'y')"),
		"%00", "%ff%fe", "'", "%22", url.QueryEscape("1=1; drop table notices"), url.QueryEscape("year(dateparution) = 99999999999999999999999999"), url.QueryEscape("idweb = \u202e"),
	}
	paths := []string{
		"/%00", "/api/v1/notices/%00", "/api/v1/notices/..%2f..%2fetc%2fpasswd", "/../../etc/passwd", "//api/v1/notices", "/api/v1//notices", "/api/v1/notices/" + id + "%00/raw",
		"/api/v1/notices/" + strings.Repeat("%2e%2e%2f", 500), "/api/v1/notices?limit=99999999999999999999", "/api/v1/notices?limit=-1", "/api/v1/notices?limit=1e3", "/api/v1/notices?cursor=%00",
		"/api/v1/notices?cursor=" + strings.Repeat("A", 30000), "/api/v1/notices?amount_min=NaN", "/api/v1/notices?amount_min=1e999", "/api/v1/notices?published_from=0000-00-00",
		"/api/v1/notices?published_from=99999-99-99", "/api/v1/notices?q=" + strings.Repeat("%C3%A9+", 4000), "/api/v1/notices?q=%80", "/api/v1/notices?%00=1", "/api/v1/notices?a;b=1",
		"/api/v1/notices.csv?delimiter=%00", "/api/v1/notices.%2e%2e", "/api/v1/codes/..%2f", "/api/v1/stats?group_by=%00", "/api/v1/notices?sort=" + strings.Repeat("published,", 900),
		"/api/explore/v2.1/catalog/datasets/%00/records", "/api/explore/v2.1/catalog/datasets/boamp/records?limit=-99999999999999999999", "/api/explore/v2.1/catalog/datasets/boamp/records?offset=9223372036854775807",
		"/api/explore/v2.1/catalog/datasets/boamp/records?timezone=..%2f..%2fetc%2fpasswd", "/api/explore/v2.1/catalog/datasets/boamp/records?select=" + deep("upper(", "idweb", ")", 2000),
		"/api/explore/v2.1/catalog/datasets/boamp/records?group_by=" + strings.Repeat("idweb,", 900) + "idweb", "/api/explore/v2.1/catalog/datasets/boamp/exports/%00",
		"/api/records/1.0/search/?dataset=boamp&q=" + deep("(", "a", ")", 5000), "/api/records/1.0/search/?dataset=boamp&rows=1e9", "/api/records/1.0/search/?dataset=boamp&callback=%3Cscript%3E",
		"/api/records/1.0/analyze/?dataset=boamp&x=%00&y.a.func=COUNT", "/opendata/api-boamp/annonces/search?criterion=" + deep("(", "idweb:1", ")", 5000),
		"/opendata/api-boamp/annonces/search?criterion=%00&curseur=99999999999999999999", "/opendata/api-boamp/annonces/v230/%00", "/opendata/api-boamp/annonces/%2e%2e/%2e%2e", "/mcp?%00", "/%2e%2e%2f", "/?" + strings.Repeat("&", 900),
	}
	for _, w := range wheres {
		paths = append(paths, "/api/v1/notices?where="+w, "/api/explore/v2.1/catalog/datasets/boamp/records?where="+w, "/api/v2/catalog/datasets/boamp/aggregates?select=count(*)&where="+w,
			"/api/v1/notices?q="+w, "/api/records/1.0/search/?dataset=boamp&q="+w, "/opendata/api-boamp/annonces/search?criterion="+w)
	}
	return paths
}
