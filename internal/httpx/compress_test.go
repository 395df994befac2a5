package httpx_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/boamp/boamp/internal/httpx"
)

func unpack(t *testing.T, coding string, b []byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(b)
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	case "zstd":
		z, err := zstd.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestCompress(t *testing.T) {
	long := strings.Repeat("avis de marche ", 500)
	for _, c := range []struct {
		name, accept, media, body, preset, want string
	}{
		{"gzip", "gzip, deflate, br", "application/json; charset=utf-8", long, "", "gzip"},
		{"zstd is preferred", "gzip, deflate, br, zstd", "text/csv; charset=utf-8", long, "", "zstd"},
		{"refused", "gzip;q=0, identity", "application/json", long, "", ""},
		{"refused with blanks", "gzip; q=0.0", "application/json", long, "", ""},
		{"weights", "gzip;q=0.5", "application/json", long, "", "gzip"},
		{"anything", "*", "application/json", long, "", "gzip"},
		{"anything but gzip", "*, gzip;q=0", "application/json", long, "", ""},
		{"nothing", "", "application/json", long, "", ""},
		{"short", "gzip", "application/json", "{}", "", ""},
		{"packed formats", "gzip", "application/vnd.apache.parquet", long, "", ""},
		{"packed by the handler", "gzip, zstd", "text/csv", long, "br", "br"},
		{"as it is", "gzip", "text/plain", long, "no-transform", ""},
		{"geojson", "gzip", "application/geo+json", long, "", "gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := httpx.Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.media)
				w.Header().Set("ETag", `"abc"`)
				switch c.preset {
				case "":
				case "no-transform":
					w.Header().Set("Cache-Control", c.preset)
				default:
					w.Header().Set("Content-Encoding", c.preset)
				}
				for part := range strings.SplitAfterSeq(c.body, " ") {
					_, _ = io.WriteString(w, part)
				}
			}))
			res := ask(h, "GET", "/", "Accept-Encoding", c.accept)
			b, _ := io.ReadAll(res.Body)
			coding := res.Header.Get("Content-Encoding")
			if coding != c.want {
				t.Errorf("packed as %q, want %q", coding, c.want)
			}
			if coding == "br" {
				coding = ""
			}
			if got := unpack(t, coding, b); got != c.body {
				t.Errorf("%d bytes became %d", len(c.body), len(got))
			}
			wantTag := `"abc"`
			if coding != "" {
				wantTag = `"abc-` + coding + `"`
			}
			if tag := res.Header.Get("ETag"); tag != wantTag {
				t.Errorf("tag %s, want %s", tag, wantTag)
			}
		})
	}
}

// TestCompressTags: the copy that was packed is known again.
func TestCompressTags(t *testing.T) {
	h := httpx.Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if !httpx.NotModified(w, r, `"abc"`) {
			_, _ = io.WriteString(w, strings.Repeat("x", 5000))
		}
	}))
	for tag, status := range map[string]int{`"abc-gzip"`: 304, `"abc"`: 304, `W/"abc-zstd"`: 304, `"abd-gzip"`: 200} {
		res := ask(h, "GET", "/", "Accept-Encoding", "gzip", "If-None-Match", tag)
		if res.StatusCode != status || status == 304 && res.Header.Get("ETag") != strings.TrimPrefix(tag, "W/") {
			t.Errorf("%s: %d with tag %s", tag, res.StatusCode, res.Header.Get("ETag"))
		}
	}
}

// TestCompressStreams: what the handler flushes arrives before the handler ends, and an answer that breaks off does not look
// whole.
func TestCompressStreams(t *testing.T) {
	goOn := make(chan struct{})
	srv := httptest.NewServer(httpx.Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_, _ = io.WriteString(w, "idweb\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-goOn
		_, _ = io.WriteString(w, strings.Repeat("26-1\n", 1000))
		if r.URL.Path == "/broken" {
			panic(http.ErrAbortHandler)
		}
	})))
	defer srv.Close()
	for _, path := range []string{"/whole", "/broken"} {
		res, err := http.Get(srv.URL + path) // asks for gzip and unpacks
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, 6)
		if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "idweb\n" {
			t.Fatalf("first bytes %q: %v", first, err)
		}
		goOn <- struct{}{}
		rest, err := io.ReadAll(res.Body)
		res.Body.Close()
		if path == "/whole" && (err != nil || len(rest) != 5000) {
			t.Errorf("%d bytes: %v", len(rest), err)
		}
		if path == "/broken" && (err == nil || errors.Is(err, io.EOF)) {
			t.Error("the answer that broke off looks whole")
		}
	}
}

func TestCompressWithoutBody(t *testing.T) {
	h := httpx.Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if r.URL.Path == "/" {
			_, _ = io.WriteString(w, strings.Repeat("x", 5000))
		}
	}))
	if res := ask(h, "HEAD", "/", "Accept-Encoding", "gzip"); res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "" || res.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("HEAD: %d %v", res.StatusCode, res.Header)
	}
	if res := ask(h, "DELETE", "/", "Accept-Encoding", "gzip"); res.StatusCode != 204 || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("no content: %d %v", res.StatusCode, res.Header)
	}
	if res := ask(h, "GET", "/silent", "Accept-Encoding", "gzip"); res.StatusCode != 200 {
		t.Errorf("silent: %d", res.StatusCode)
	}
}
