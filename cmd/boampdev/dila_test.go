package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dilaRun starts the command and gives the address that it prints.
func dilaRun(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, stdio{w, io.Discard}, append([]string{"dila"}, args...))
		w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("code %d", code)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil || !strings.HasSuffix(line, "/OPENDATA/BOAMP/\n") {
		t.Fatalf("%q, %v", line, err)
	}
	return strings.TrimSpace(line)
}

func dilaGet(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestDila serves the days of a few notices, and what was published until the time of the clock.
func TestDila(t *testing.T) {
	base := dilaRun(t, "--notices", "60", "--days", "3", "--clock", "2026-09-11T12:00", "--faults", "status=404,path=2026/09/10/,count=1")
	if code, _ := dilaGet(t, base+"2026/09/10/"); code != 404 {
		t.Errorf("the rule is not followed: %d", code)
	}
	n := 0
	for _, day := range []string{"09", "10", "11"} {
		code, page := dilaGet(t, base+"2026/09/"+day+"/")
		if code != 200 || !strings.Contains(page, "2026-09-"+day+" 04:46") || strings.Contains(page, "2026-09-11 12:15") {
			t.Errorf("%d\n%s", code, page)
		}
		n += strings.Count(page, ".xml</a>")
	}
	if n < 20 || n > 200 {
		t.Errorf("%d notices", n)
	}
	if code, _ := dilaGet(t, base+"2026/09/08/"); code != 404 {
		t.Errorf("a day too many: %d", code)
	}
}

// TestDilaFolder serves a folder as it is.
func TestDilaFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "2020/01"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "2020/01/x.xml")
	if err := os.WriteFile(file, []byte("<ann/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	base := dilaRun(t, "--from", dir, "--style", "table")
	if code, text := dilaGet(t, base+"2020/01/x.xml"); code != 200 || text != "<ann/>" {
		t.Errorf("%d %s", code, text)
	}
	if _, page := dilaGet(t, base+"2020/01/"); !strings.Contains(page, "2020-01-02 04:04") || !strings.Contains(page, "<table>") {
		t.Errorf("%s", page)
	}
}

func TestDilaUsage(t *testing.T) {
	for _, args := range [][]string{{"--faults", "flood"}, {"--clock", "noon"}, {"--speed", "0"}, {"--style", "x"}, {"--from", "/does/not/exist"}, {"--listen", "nowhere:x"}} {
		var errs strings.Builder
		if code := run(context.Background(), stdio{io.Discard, &errs}, append([]string{"dila", "--notices", "1"}, args...)); code != 1 || errs.Len() == 0 {
			t.Errorf("%v: code %d, %s", args, code, errs.String())
		}
	}
}
