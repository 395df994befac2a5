package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/datadir"
)

// loaded is a data folder with invented notices, and the documents they came from.
func loaded(t *testing.T, n int) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, byYear(documents(n))))
	return data
}

// TestHelp asks every command what it does.
func TestHelp(t *testing.T) {
	t.Parallel()
	list := must(t, "help")
	var names []string
	for line := range strings.Lines(list) {
		if f := strings.Fields(line); strings.HasPrefix(line, "  ") && len(f) > 1 {
			names = append(names, f[0])
		}
	}
	if len(names) < 8 || must(t) != list || must(t, "--help") != list {
		t.Errorf("%d commands in:\n%s", len(names), list)
	}
	for _, name := range names {
		help := must(t, name, "--help")
		if !strings.HasPrefix(help, "usage: boamp "+name) || help != must(t, "help", name) {
			t.Errorf("help of %s:\n%s", name, help)
		}
		if r := boamp(t, name, "--no-such-flag"); r.code != 2 || !strings.Contains(r.err, "no-such-flag") || !strings.Contains(r.err, "boamp "+name+" --help") || r.out != "" {
			t.Errorf("%s with a flag that is none: %d\n%s%s", name, r.code, r.out, r.err)
		}
	}
}

// TestWrongUsage: every mistake has its exit code and says what to do.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	data := loaded(t, 5)
	none := filepath.Join(t.TempDir(), "none")
	for _, c := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"unknown command", []string{"imprt"}, 2, []string{`unknown command "imprt"`, "did you mean import", "boamp help"}},
		{"nothing like it", []string{"xyzzyxyzzy"}, 2, []string{"unknown command", "boamp help"}},
		{"help on what is not there", []string{"help", "qery"}, 2, []string{"did you mean query"}},
		{"no path", []string{"import"}, 2, []string{"no path to import", "hint: boamp import"}},
		{"no id", []string{"get", "--data", data}, 2, []string{"one notice id expected"}},
		{"an argument too much", []string{"query", "--data", data, "voirie"}, 2, []string{`argument "voirie" is not expected`}},
		{"check without a word", []string{"check", "x"}, 2, []string{"boamp check corpus"}},
		{"no such path", []string{"import", "--data", none, "missing.xml"}, 1, []string{"missing.xml", "no such file"}},
		{"no data folder", []string{"query", "--data", none + "2"}, 1, []string{"there is no data folder", "hint: boamp import"}},
		{"no data folder to serve", []string{"serve", "--data", none + "2", "--read-only", "--listen", "127.0.0.1:0"}, 1, []string{"there is no data folder"}},
		{"unknown value", []string{"query", "--data", data, "--kind", "workz"}, 1, []string{"workz", "hint: did you mean works"}},
		{"unknown field", []string{"query", "--data", data, "--fields", "titel"}, 1, []string{"titel", "title"}},
		{"unknown format", []string{"query", "--data", data, "--format", "pdf"}, 1, []string{`format "pdf"`, "csv"}},
		{"bad day", []string{"query", "--data", data, "--published-from", "2026-02-30"}, 1, []string{"published_from"}},
		{"no such notice", []string{"get", "--data", data, "99-1"}, 1, []string{"99-1"}},
		{"unknown form", []string{"get", "--data", data, "--as", "pdf", anID(t, data)}, 1, []string{`unknown form "pdf"`, "record"}},
		{"a file that cannot be written", []string{"query", "--data", data, "--o", filepath.Join(none+"3", "x.csv")}, 1, []string{"cannot be written"}},
	} {
		r := boamp(t, c.args...)
		if r.code != c.code || r.out != "" && c.name != "no such path" {
			t.Errorf("%s: exit code %d, want %d\n%s%s", c.name, r.code, c.code, r.out, r.err)
		}
		for _, want := range c.says {
			if !strings.Contains(r.err, want) {
				t.Errorf("%s: lacks %q:\n%s", c.name, want, r.err)
			}
		}
		if strings.Contains(r.err, "panic") || strings.Contains(r.err, "goroutine") {
			t.Errorf("%s:\n%s", c.name, r.err)
		}
	}
	for _, made := range []string{none + "2", none + "3"} {
		if _, err := os.Stat(made); err == nil {
			t.Errorf("%s was made", made)
		}
	}
}

// anID is the id of one notice.
func anID(t *testing.T, data string) string {
	t.Helper()
	out := strings.Fields(must(t, "query", "--data", data, "--format", "csv", "--fields", "idweb", "--limit", "1", "--version", "v325"))
	return out[len(out)-1]
}

// TestAsk asks from the shell in every form.
func TestAsk(t *testing.T) {
	t.Parallel()
	data := loaded(t, 40)
	count := strings.TrimSpace(must(t, "query", "--data", data, "--count"))
	table := must(t, "query", "--data", data, "--limit", "3", "--sort", "idweb")
	if !strings.HasPrefix(table, "idweb ") || !strings.Contains(table, "3 of "+count+" notices.") || !strings.Contains(table, "Licence Ouverte") {
		t.Errorf("table:\n%s", table)
	}
	csv := must(t, "query", "--data", data, "--format", "csv", "--fields", "idweb,title")
	if rows := strings.Count(csv, "\n"); !strings.HasPrefix(csv, "idweb;title") && !strings.HasPrefix(csv, "idweb,title") || rows < 40 {
		t.Errorf("csv of %d rows: %.200s", rows, csv)
	}
	lines := strings.Split(strings.TrimSpace(must(t, "query", "--data", data, "--format", "jsonl", "--fields", "idweb")), "\n")
	if !strings.Contains(count, "4") || len(lines) < 40 || !json.Valid([]byte(lines[0])) {
		t.Errorf("jsonl of %d lines, count %s: %s", len(lines), count, lines[0])
	}
	var body struct {
		Meta    map[string]any
		Notices []map[string]any
	}
	if err := json.Unmarshal([]byte(must(t, "query", "--data", data, "--format", "json", "--limit", "2")), &body); err != nil || len(body.Notices) != 2 || body.Meta["licence"] == nil {
		t.Errorf("json: %v %+v", err, body.Meta)
	}
	file := filepath.Join(t.TempDir(), "out.xlsx")
	if out := must(t, "query", "--data", data, "--format", "xlsx", "--o", file); out != "" {
		t.Errorf("xlsx to a file prints %q", out)
	}
	if b, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("xlsx: %v, begins %.4q", err, b)
	}

	id := anID(t, data)
	var n struct {
		ID     string
		Source struct{ SHA256 string }
	}
	if err := json.Unmarshal([]byte(must(t, "get", id, "--data", data)), &n); err != nil || n.ID != id {
		t.Errorf("get: %v %+v", err, n)
	}
	if raw := must(t, "get", "--data", data, "--as", "raw", id); hash([]byte(raw)) != n.Source.SHA256 {
		t.Errorf("raw bytes: %.60s", raw)
	}
	var record map[string]any
	if err := json.Unmarshal([]byte(must(t, "get", "--data", data, "--as", "record", id)), &record); err != nil || len(record) != 41 || record["idweb"] != id {
		t.Errorf("record: %v, %d fields", err, len(record))
	}
	if r := boamp(t, "get", "--data", data, "--version", "v110", id); r.code != 1 || !strings.Contains(r.err, "ask for version=v325") {
		t.Errorf("the wrong version: %d %s", r.code, r.err)
	}
	if out := must(t, "version"); !strings.Contains(out, "reader ") || !strings.Contains(out, "data format ") {
		t.Errorf("version:\n%s", out)
	}
}

// TestOneWriter: a folder that another process writes to is refused, and said to be.
func TestOneWriter(t *testing.T) {
	t.Parallel()
	data := loaded(t, 5)
	dir := tree(t, documents(8))
	folder, err := datadir.Open(data, datadir.Write, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"import", "--data", data, dir}, {"rebuild", "--data", data}, {"serve", "--data", data, "--listen", "127.0.0.1:0"}} {
		if r := boamp(t, args...); r.code != 1 || !strings.Contains(r.err, "another process writes to the data folder (pid ") || !strings.Contains(r.err, "hint:") {
			t.Errorf("%s beside a writer: %d %s", args[0], r.code, r.err)
		}
	}
	if got := must(t, "query", "--data", data, "--count"); got == "0\n" {
		t.Error("a refused command changed the data")
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--data", data, dir)
}

// TestNewerFolder: a folder of a newer program is left alone.
func TestNewerFolder(t *testing.T) {
	t.Parallel()
	data := loaded(t, 5)
	write(t, filepath.Join(data, "FORMAT"), []byte("boamp-data 99\n"))
	for _, args := range [][]string{{"import", "--data", data, "x"}, {"rebuild", "--data", data}, {"query", "--data", data}, {"get", "--data", data, "1"},
		{"status", "--data", data}, {"serve", "--data", data, "--listen", "127.0.0.1:0"}} {
		if r := boamp(t, args...); r.code != 1 || !strings.Contains(r.err, "has format 99, this program reads formats up to") || !strings.Contains(r.err, "hint: use the newer boamp") {
			t.Errorf("%s: %d %s", args[0], r.code, r.err)
		}
	}
	write(t, filepath.Join(data, "FORMAT"), []byte("boamp-data 1\n"))
	if got := must(t, "query", "--data", data, "--count"); got == "0\n" {
		t.Error("the data are gone")
	}
}

// TestDemo loads the demonstration and leaves nothing behind.
func TestDemo(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	c := command(t, "demo", "--load-only", "--notices", "60")
	c.Env = append(c.Env, "TMPDIR="+tmp)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := string(out)
	if number(t, text, `set aside +(\d+)`) != "0" || !strings.Contains(text, "v325 JOUE") || !strings.Contains(text, "v110 MAPA") || !strings.Contains(text, "v230") || !strings.Contains(text, "v010") {
		t.Errorf("summary:\n%s", text)
	}
	if left, _ := os.ReadDir(tmp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
