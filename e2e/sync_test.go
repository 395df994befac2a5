package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dilafake"
	"github.com/boamp/boamp/internal/synth"
)

// office is DILA's tree, with a gate before it at which requests can be held.
type office struct {
	*dilafake.Server
	url  string
	docs []synth.Document // as they are published: days of the last ones
	dir  string           // the same on this machine

	mu   sync.Mutex
	gate func(r *http.Request)
}

func (o *office) hold(gate func(r *http.Request)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gate = gate
}

// publish opens an office that has published n documents on each of the days before today.
func publish(t *testing.T, days, n int) *office {
	t.Helper()
	o := &office{Server: &dilafake.Server{Tree: dilafake.NewTree(), Now: time.Now, Seed: 1}}
	today := notice.DateOf(time.Now().In(notice.Paris))
	seen := map[string]bool{}
	for _, d := range documents(12 * days * n) {
		name := path.Base(d.Path)
		if k := len(o.docs); k < days*n && d.Path >= "2024" && path.Ext(name) == ".xml" && !seen[name] {
			day := today.AddDays(k/n - days)
			d.Path = strings.ReplaceAll(day.String(), "-", "/") + "/" + name
			o.Tree.Put(d.Path, d.Bytes, dilafake.Rhythm(day, n)[k%n])
			o.docs, seen[name] = append(o.docs, d), true
		}
	}
	if len(o.docs) < days*n {
		t.Fatalf("only %d documents", len(o.docs))
	}
	o.dir = tree(t, o.docs)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		gate := o.gate
		o.mu.Unlock()
		if gate != nil {
			gate(r)
		}
		o.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	o.url = s.URL + dilafake.Root
	return o
}

// sync is the command line of a sync with the office.
func (o *office) sync(data string, more ...string) []string {
	return append([]string{"sync", "--data", data, "--url", o.url, "--pace", "0s"}, more...)
}

// imported gives the contents of a folder into which the same documents were imported from this machine.
func (o *office) imported(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, o.dir)
	return contents(t, data)
}

// sound holds that a folder serves what the office has, that the counts add up, and that all that is kept is what it was.
func (o *office) sound(t *testing.T, data, want string) {
	t.Helper()
	if got := contents(t, data); got != want {
		t.Error("the folder holds other notices than an import of the same documents")
	}
	if aside := must(t, "status", "--data", data, "--check", "--quarantined"); strings.Contains(aside, "missing\t") {
		t.Errorf("missing:\n%s", aside)
	}
	must(t, "audit", "--data", data, "--days", "0", "--share", "1")
}

// TestSync follows a tree through a late file, an outage, and nothing new.
func TestSync(t *testing.T) {
	t.Parallel()
	o, data := publish(t, 4, 10), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	o.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 404, Path: "*.xml", Count: 2})
	r := boamp(t, o.sync(data)...)
	if r.code != 3 || !strings.Contains(r.out, "missing") || number(t, r.out, `\((\d+) new`) != "38" {
		t.Errorf("with two files that are late: %d\n%s%s", r.code, r.out, r.err)
	}
	if out := must(t, o.sync(data)...); number(t, out, `\((\d+) new`) != "2" {
		t.Errorf("when they are there:\n%s", out)
	}
	lines := number(t, must(t, "status", "--data", data), `ledger lines +(\d+)`)
	for range 2 {
		if out := must(t, o.sync(data)...); !strings.Contains(out, "nothing new") {
			t.Errorf("nothing happened:\n%s", out)
		}
	}
	o.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 503, After: "3600"})
	if r := boamp(t, o.sync(data)...); r.code != 3 || !strings.Contains(r.err, "dila was given up") {
		t.Errorf("the source is down: %d\n%s%s", r.code, r.out, r.err)
	}
	if n := number(t, must(t, "status", "--data", data), `ledger lines +(\d+)`); n != lines {
		t.Errorf("%s lines in the ledger, %s when all was there", n, lines)
	}
	o.sound(t, data, want)
	for _, args := range [][]string{{"--from", "yesterday"}, {"--source", "x"}, {"--source", "boamp"}, {"--source", "dila,explore", "--url", "http://x.example"}, {"--again"}, {"x"}} {
		if r := boamp(t, append([]string{"sync", "--data", data}, args...)...); r.code != 2 {
			t.Errorf("sync %v: %d\n%s", args, r.code, r.err)
		}
	}
}

// TestSyncKilled kills a sync of a history at moments that nobody chose; the last one is let to its end.
func TestSyncKilled(t *testing.T) {
	t.Parallel()
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	o, data := publish(t, 12, 10), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	rnd := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	from := notice.DateOf(time.Now()).AddDays(-20).String()
	for range rounds {
		c := command(t, o.sync(data, "--from", from)...)
		left, later := rnd.IntN(20), time.Duration(rnd.Int64N(int64(40*time.Millisecond)))
		var mu sync.Mutex
		o.hold(func(r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if path.Ext(r.URL.Path) == ".xml" && left >= 0 {
				if left--; left < 0 {
					time.AfterFunc(later, func() { _ = c.Process.Kill() })
				}
			}
		})
		_ = c.Run()
		t.Logf("exit code %d, %d requests so far", c.ProcessState.ExitCode(), o.Requests("*.xml"))
	}
	o.hold(nil)
	must(t, o.sync(data, "--from", from)...)
	o.sound(t, data, want)
}

// TestSyncStopped ends a sync with SIGTERM in the middle of a day: the day is not there, those before it are, and the next sync makes up
// for it.
func TestSyncStopped(t *testing.T) {
	t.Parallel()
	o, data := publish(t, 3, 10), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	c := command(t, o.sync(data, "--concurrency", "1")...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	n := 0
	release := make(chan struct{})
	o.hold(func(r *http.Request) {
		if path.Ext(r.URL.Path) != ".xml" {
			return
		}
		if n++; n == 15 {
			_ = c.Process.Signal(syscall.SIGTERM)
			<-release
		}
	})
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	close(release)
	o.hold(nil)
	if code := c.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
	if got := number(t, must(t, "status", "--data", data), `notices +(\d+)`); got != "10" {
		t.Errorf("%s notices after a stop in the second day of ten, want 10", got)
	}
	must(t, o.sync(data)...)
	o.sound(t, data, want)
}

// TestSyncTurns starts two syncs beside a server: the second says who is at work and waits, and readers do not.
func TestSyncTurns(t *testing.T) {
	t.Parallel()
	o, data := publish(t, 3, 10), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	s := serve(t, data)
	release, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	o.hold(func(r *http.Request) {
		if path.Ext(r.URL.Path) == ".xml" {
			once.Do(func() { close(held) })
			<-release
		}
	})
	var wait sync.WaitGroup
	codes := make([]int, 2)
	second := newLines()
	start := func(i int, errs *lines) {
		c := command(t, o.sync(data)...)
		c.Stderr = errs
		if err := c.Start(); err != nil {
			t.Error(err)
			return
		}
		wait.Go(func() {
			_ = c.Wait()
			codes[i] = c.ProcessState.ExitCode()
		})
	}
	start(0, newLines())
	<-held
	start(1, second)
	second.wait(t, "waiting: boamp sync changes the data folder since")
	for range 5 {
		if p := s.page(t, "/api/v1/notices"); p.Total != 0 {
			t.Errorf("%d notices while the first day is on its way", p.Total)
		}
	}
	close(release)
	wait.Wait()
	if codes[0] != 0 || codes[1] != 0 {
		t.Errorf("exit codes %v\n%s", codes, second)
	}
	if n := o.Requests("*.xml"); n != len(o.docs) {
		t.Errorf("%d requests for %d documents", n, len(o.docs))
	}
	if p := s.page(t, "/api/v1/notices"); p.Total != len(o.docs) {
		t.Errorf("%d notices of %d", p.Total, len(o.docs))
	}
	s.stop(t)
	o.sound(t, data, want)
}

// TestDamagedArchive spoils archives of kept documents, of one day a byte, of another all: verify names them, has them fetched again, and what
// was served stays served throughout.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	o, data := publish(t, 4, 6), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	must(t, o.sync(data)...)
	archives, _ := filepath.Glob(filepath.Join(data, "raw", "*", "*.zip"))
	if len(archives) != 4 {
		t.Fatalf("archives: %v", archives)
	}
	b := read(t, archives[1])
	b[len(b)/2] ^= 0xFF
	write(t, archives[1], b)
	write(t, archives[2], b[:len(b)/3])
	r := boamp(t, "verify", "--data", data)
	for _, file := range archives[1:3] {
		if !strings.Contains(r.out, filepath.Base(file)) || r.code != 1 || !strings.Contains(r.out, "boamp verify --mend, then boamp sync") {
			t.Errorf("exit code %d, want %s named\n%s", r.code, file, r.out)
		}
	}
	if r := boamp(t, "verify", "--mend", "--data", data); r.code != 1 || number(t, r.out, `(\d+) damaged documents entered`) != "7" {
		t.Errorf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	if got := contents(t, data); got != want {
		t.Error("what was served is not any more")
	}
	requests := o.Requests("*.xml")
	must(t, o.sync(data)...)
	if n := o.Requests("*.xml") - requests; n != 7 {
		t.Errorf("%d documents were fetched again, 7 are damaged", n)
	}
	if r := boamp(t, "verify", "--data", data); r.code != 0 {
		t.Errorf("exit code %d\n%s", r.code, r.out)
	}
	must(t, "rebuild", "--data", data)
	o.sound(t, data, want)
}

// TestServeSync: a server keeps itself in step, shows how it goes, and stops in the middle of a pass when told to.
func TestServeSync(t *testing.T) {
	t.Parallel()
	o, data := publish(t, 3, 10), filepath.Join(t.TempDir(), "data")
	want := o.imported(t)
	s := serve(t, data, "--sync", "--sync-url", o.url, "--sync-pace", "0s", "--every", "1m")
	s.logs.wait(t, `"inserted":30,"updated":0`)
	o.sound(t, data, want) // inside of the server
	if _, body := s.get(t, "/api/v1/completeness"); !regexp.MustCompile(`"source": ?"dila"`).MatchString(body) {
		t.Errorf("how complete it is: %.600s", body)
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.logs)
	}

	fresh := filepath.Join(t.TempDir(), "data")
	held := make(chan struct{})
	release := make(chan struct{})
	var once sync.Once
	o.hold(func(r *http.Request) {
		if path.Ext(r.URL.Path) == ".xml" {
			once.Do(func() { close(held) })
			<-release
		}
	})
	s = serve(t, fresh, "--sync", "--sync-url", o.url, "--sync-pace", "0s")
	<-held
	code := s.stop(t)
	close(release)
	o.hold(nil)
	if code != 0 {
		t.Errorf("stopped in the middle of a pass: exit code %d\n%s", code, s.logs)
	}
	must(t, o.sync(fresh)...)
	o.sound(t, fresh, want)
	for _, args := range [][]string{{"--sync", "--read-only"}, {"--sync", "--every", "1s"}, {"--sync", "--sync-source", "x"}} {
		if r := boamp(t, append([]string{"serve", "--data", data}, args...)...); r.code != 2 {
			t.Errorf("serve %v: %d\n%s", args, r.code, r.err)
		}
	}
}

// TestSyncExplore follows one boamp by another, over the API that stands in for the portal; then a folder beside it.
func TestSyncExplore(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 150))
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"sync", "--data", data, "--source", "explore=" + s.url, "--pace", "0s", "--from", "1990-01-01"}
	must(t, args...)
	var total struct {
		TotalCount int `json:"total_count"`
	}
	_, body := s.get(t, "/api/explore/v2.1/catalog/datasets/boamp/records?limit=0&where=dateparution+is+not+null")
	if err := json.Unmarshal([]byte(body), &total); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if got := number(t, must(t, "status", "--data", data), `notices +(\d+)`); got != fmt.Sprint(total.TotalCount) || total.TotalCount < 100 {
		t.Errorf("%s notices, there are %d", got, total.TotalCount)
	}
	if out := must(t, args...); !strings.Contains(out, "nothing new") {
		t.Errorf("again:\n%s", out)
	}
	all := "/api/explore/v2.1/catalog/datasets/boamp/exports/jsonl?order_by=idweb&where=dateparution+is+not+null"
	copied := serve(t, data)
	_, there := s.get(t, all)
	_, here := copied.get(t, all)
	if there != here || len(there) < 100_000 {
		t.Errorf("the records differ: %d bytes there, %d here", len(there), len(here))
	}
	copied.stop(t)

	dir := tree(t, documents(40))
	args = []string{"sync", "--data", data, "--source", "folder", "--url", dir}
	if out := must(t, args...); !regexp.MustCompile(`folder:.*\n`).MatchString(out) || strings.Contains(out, "nothing new") {
		t.Errorf("a folder:\n%s", out)
	}
	if out := must(t, args...); !strings.Contains(out, "nothing new") {
		t.Errorf("a folder again:\n%s", out)
	}
	must(t, "status", "--data", data, "--check")
}
