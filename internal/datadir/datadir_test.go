package datadir_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
)

var day = time.Date(2026, 9, 11, 4, 46, 10, 0, time.UTC)

// TestMain makes the test binary the second process of TestSecondProcess when the environment says so: it opens the
// folder, prints the outcome, and holds it until its standard input ends.
func TestMain(m *testing.M) {
	path := os.Getenv("DATADIR_TEST_OPEN")
	if path == "" {
		os.Exit(m.Run())
	}
	mode := datadir.Read
	if os.Getenv("DATADIR_TEST_MODE") == "write" {
		mode = datadir.Write
	}
	_, err := datadir.Open(path, mode, day)
	fmt.Printf("%s|%v\n", fault.KindOf(err), err)
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// process starts a second process and gives what it printed, and a way to end it.
func process(t *testing.T, path, mode string) (outcome string, kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "DATADIR_TEST_OPEN="+path, "DATADIR_TEST_MODE="+mode)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	kill = func() {
		stdin.Close()
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	t.Cleanup(kill)
	return strings.TrimSpace(line), kill
}

func open(t *testing.T, path string, mode datadir.Mode) *datadir.Folder {
	t.Helper()
	f, err := datadir.Open(path, mode, day)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	first := open(t, path, datadir.Write)
	outcome, _ := process(t, path, "write")
	if !strings.HasPrefix(outcome, "conflict|") || !strings.Contains(outcome, fmt.Sprintf("(pid %d since 2026-09-11T04:46:10Z)", os.Getpid())) {
		t.Errorf("a second process that writes: %s", outcome)
	}
	if outcome, _ := process(t, path, "read"); outcome != "internal|<nil>" {
		t.Errorf("a second process that reads: %s", outcome)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	outcome, kill := process(t, path, "write")
	if outcome != "internal|<nil>" {
		t.Fatalf("after Close: %s", outcome)
	}
	if _, err := datadir.Open(path, datadir.Write, day); !fault.Is(err, fault.Conflict) {
		t.Errorf("while the other process writes: %v", err)
	}
	open(t, path, datadir.Read)
	kill() // without Close: the system frees the lock
	open(t, path, datadir.Write)
}

func TestSameProcess(t *testing.T) {
	path := t.TempDir()
	open(t, path, datadir.Write)
	if _, err := datadir.Open(path, datadir.Write, day); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second time: %v", err)
	}
}

func TestOpen(t *testing.T) {
	for _, c := range []struct {
		name        string
		files       map[string]string // nil: the folder does not exist
		read, write string            // kind and part of the error; empty for none
	}{
		{"missing", nil, "not_found there is no data folder", ""},
		{"empty", map[string]string{}, "not_found there is no data folder", ""},
		{"ours", map[string]string{"FORMAT": "boamp-data 1\n", "raw/": "", "notes.txt": "mine"}, "", ""},
		{"ours without line feed", map[string]string{"FORMAT": "boamp-data 1"}, "", ""},
		{"newer", map[string]string{"FORMAT": "boamp-data 2\n"}, "conflict the data folder has format 2, this program reads formats up to 1", "conflict the data folder has format 2"},
		{"another's FORMAT", map[string]string{"FORMAT": "12\n"}, "conflict the folder is not a data folder of boamp: its file FORMAT says", "conflict the folder is not a data folder"},
		{"nonsense in FORMAT", map[string]string{"FORMAT": "boamp-data x"}, "conflict", "conflict"},
		{"empty FORMAT", map[string]string{"FORMAT": ""}, "conflict", "conflict"},
		{"somebody else's", map[string]string{"thesis.doc": "x"}, "not_found", `conflict the folder is not empty and not a data folder of boamp: it holds "thesis.doc"`},
		{"a crash while it was created", map[string]string{"LOCK": "pid 1", "FORMAT.tmp": "boa"}, "not_found", ""},
		{"FORMAT was lost", map[string]string{"raw/": "", "LOCK": ""}, "not_found", "conflict the folder holds data of boamp, but its file FORMAT is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a", "data")
			for name, body := range c.files {
				p := filepath.Join(path, name)
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(name, "/") {
					_ = os.Mkdir(p, 0o755)
				} else if err := os.WriteFile(p, []byte(body), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if c.files != nil && len(c.files) == 0 {
				_ = os.MkdirAll(path, 0o755)
			}
			before := names(path)
			check(t, path, datadir.Read, c.read)
			if after := names(path); after != before {
				t.Errorf("reading changed %s to %s", before, after)
			}
			check(t, path, datadir.Write, c.write)
			if after := names(path); c.write != "" && after != before {
				t.Errorf("a folder that was refused was changed from %s to %s", before, after)
			}
			if c.write == "" {
				check(t, path, datadir.Read, "")
				if b, _ := os.ReadFile(filepath.Join(path, "FORMAT")); strings.TrimSpace(string(b)) != "boamp-data 1" {
					t.Errorf("FORMAT says %q", b)
				}
			}
		})
	}
}

func check(t *testing.T, path string, mode datadir.Mode, want string) {
	t.Helper()
	f, err := datadir.Open(path, mode, day)
	if err == nil {
		defer f.Close()
		if f.Mode() != mode || f.Path() != path || f.Raw() != filepath.Join(path, "raw") || f.Ledger() != filepath.Join(path, "ledger") || f.Store() != filepath.Join(path, "store.duckdb") {
			t.Errorf("opened %+v", f)
		}
	}
	kind, text, _ := strings.Cut(want, " ")
	if (err == nil) != (want == "") || err != nil && (fault.KindOf(err).String() != kind || !strings.Contains(err.Error(), text) || !strings.Contains(err.Error(), path)) {
		t.Errorf("mode %d: %v, want %s", mode, err, want)
	}
}

func names(path string) string {
	entries, _ := os.ReadDir(path)
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(e.Name() + " ")
	}
	return b.String()
}

func TestNotAFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []datadir.Mode{datadir.Read, datadir.Write} {
		if _, err := datadir.Open(path, mode, day); !fault.Is(err, fault.Unavailable) {
			t.Errorf("mode %d: %v", mode, err)
		}
	}
}
