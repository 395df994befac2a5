package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"status":"as it is"}`))
	}))
	ask := func(url string) (int, string) {
		var out, errs bytes.Buffer
		code := run(t.Context(), stdio{out: &out, err: &errs}, []string{"health", "--url", url})
		return code, out.String() + errs.String()
	}
	if code, text := ask(srv.URL); code != 0 || !strings.Contains(text, "as it is") {
		t.Errorf("ready: %d %s", code, text)
	}
	status = http.StatusServiceUnavailable
	if code, text := ask(srv.URL); code != 1 || !strings.Contains(text, "not ready") {
		t.Errorf("not ready: %d %s", code, text)
	}
	srv.Close()
	if code, text := ask(srv.URL); code != 1 || !strings.Contains(text, "does not answer") {
		t.Errorf("not there: %d %s", code, text)
	}
	if code, _ := ask("nonsense"); code == 0 {
		t.Errorf("nonsense is well")
	}
}
