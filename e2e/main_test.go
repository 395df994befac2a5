// Package e2e_test builds the program and uses it as people do: from the shell and over HTTP.
package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

// patience bounds everything that a test waits for.
const patience = 60 * time.Second

// lifetime bounds a process.
const lifetime = 15 * time.Minute

var binary string // the program, built once

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "boamp-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "boamp")
	if out, err := exec.Command("go", "build", "-o", binary, "../cmd/boamp").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// result is what a command did.
type result struct {
	code     int
	out, err string
}

// command prepares the program; it is killed when it takes too long.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, binary, args...)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "BOAMP_DATA=", "TMPDIR="+filepath.Dir(binary)) // what killed servers leave there goes in the end
	return c
}

// boamp runs the program to its end.
func boamp(t *testing.T, args ...string) result {
	t.Helper()
	c := command(t, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("boamp %v: %v", args, err)
	}
	return result{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs the program, which has to end well, and gives what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := boamp(t, args...)
	if r.code != 0 {
		t.Fatalf("boamp %v: exit code %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r.out
}

// served is a running server.
type served struct {
	url  string
	cmd  *exec.Cmd
	logs *lines
	end  func() error // waits for the end of the process
}

// serve starts a server on a free port and waits until it listens.
func serve(t *testing.T, data string, args ...string) *served {
	t.Helper()
	c := command(t, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	logs := newLines()
	c.Stderr = logs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s := &served{cmd: c, logs: logs, end: sync.OnceValue(c.Wait)}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = s.end()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	m := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`).FindString(line)
	if err != nil || m == "" {
		t.Fatalf("the server said %q: %v\n%s", line, err, logs)
	}
	s.url = m
	return s
}

// stop asks the server to end and gives its exit code.
func (s *served) stop(t *testing.T) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := s.end(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return s.cmd.ProcessState.ExitCode()
}

// get asks the server and reads the whole answer.
func (s *served) get(t *testing.T, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Timeout: patience}
	res, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, s.logs)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return res, string(b)
}

// lines is what a process writes, for those who wait for a word.
type lines struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newLines() *lines { return &lines{changed: make(chan struct{}, 1)} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(b)
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait waits until a word was written.
func (l *lines) wait(t *testing.T, word string) {
	t.Helper()
	late := time.After(patience)
	for !strings.Contains(l.String(), word) {
		select {
		case <-l.changed:
		case <-late:
			t.Fatalf("never said %q:\n%s", word, l)
		}
	}
}

// documents makes invented documents of all generations.
func documents(n int) (list []synth.Document) {
	for d := range synth.Generate(synth.Options{Seed: 11, Notices: n, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		list = append(list, d)
	}
	return list
}

// byYear puts documents into folders by year: one edition is large, some twenty are small.
func byYear(docs []synth.Document) []synth.Document {
	for i, d := range docs {
		docs[i].Path = d.Path[:4] + "/" + path.Base(d.Path)
	}
	return docs
}

// flat puts documents into one folder, which is one edition.
func flat(docs []synth.Document) []synth.Document {
	for i, d := range docs {
		docs[i].Path = "all/" + path.Base(d.Path)
	}
	return docs
}

// write writes a file and the folders above it.
func write(t *testing.T, file string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// tree lays documents out as DILA does, yyyy/mm/dd/name.
func tree(t *testing.T, docs []synth.Document) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range docs {
		write(t, filepath.Join(dir, filepath.FromSlash(d.Path)), d.Bytes)
	}
	return dir
}

// number finds the number that stands in a summary behind a word.
func number(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing like %s in:\n%s", pattern, text)
	}
	return strings.Join(m[1:], " ")
}
