package duckdb_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

// Each round of the process that gets killed rewrites all notices with its number, so that a mixture shows.
const (
	killNotices = 300
	killFolder  = "BOAMP_TEST_KILL_FOLDER" // tells the test binary to be that process
)

// TestKill kills a process that commits without pause, at random moments, and looks at what it leaves: the state before or
// after a commit, never less than what was reported as committed.
func TestKill(t *testing.T) {
	if dir := os.Getenv(killFolder); dir != "" {
		commitForever(dir)
	}
	if testing.Short() {
		t.Skip("kills processes for some seconds")
	}
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 1))
	for round := range 8 {
		reported := killOne(t, dir, time.Duration(rng.IntN(400))*time.Millisecond)
		db, err := duckdb.Open(options(dir))
		if err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		checkOneState(t, db, reported)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("seed %d, round %d", seed, round)
		}
	}
}

// killOne starts the process, lets it go on for some time after its first commit, kills it, and gives the last revision that
// it reported.
func killOne(t *testing.T, dir string, after time.Duration) (reported int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKill$")
	cmd.Env = append(os.Environ(), killFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "revision %d", &reported); err != nil {
			t.Fatalf("the process says %q", lines.Text())
		}
		if after >= 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
			after = -1
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return reported
}

func checkOneState(t *testing.T, db *duckdb.Store, reported int64) {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	info := s.Info()
	if info.Revision < reported || info.Revision > reported+1 || info.Notices != killNotices {
		t.Errorf("the process reported revision %d, it left %+v", reported, info)
	}
	title, rows := field.Str(fmt.Sprintf("tour %d", info.Revision)), 0
	fields := options("").Catalogue.Columns()
	at := slices.IndexFunc(fields, func(f *field.Field) bool { return f.Name == field.Title })
	for r, err := range s.Rows(t.Context(), query.Query{Limit: -1}, fields) {
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Values[at]; len(got) != 1 || got[0] != title {
			t.Errorf("revision %d has a notice %v", info.Revision, got)
		}
		rows++
	}
	if rows != killNotices {
		t.Errorf("%d rows, want %d", rows, killNotices)
	}
}

// commitForever is the process that gets killed.
func commitForever(dir string) {
	db, err := duckdb.Open(options(dir))
	fail := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	fail(err)
	s, err := db.Snapshot(context.Background())
	fail(err)
	round := s.Info().Revision
	fail(s.Close())
	notices := storetest.NewGenerator(9).Notices(killNotices)
	for {
		round++
		batch := make([]*notice.Notice, len(notices))
		for i, n := range notices {
			c := *n
			c.Title = fmt.Sprintf("tour %d", round)
			c.Source.SHA256 = fmt.Sprintf("%064x", round)
			batch[i] = &c
		}
		tx, err := db.Begin(context.Background())
		fail(err)
		_, err = tx.Put(context.Background(), batch)
		fail(err)
		info, err := tx.Commit(context.Background(), time.Now())
		fail(err)
		fmt.Println("revision", info.Revision)
	}
}

const holdFile = "BOAMP_TEST_HOLD_FILE" // tells the test binary to hold a database open as a plain DuckDB

// TestOpenElsewhere has another program, which knows nothing of boamp's lock, hold the file open.
func TestOpenElsewhere(t *testing.T) {
	if path := os.Getenv(holdFile); path != "" {
		hold(path)
	}
	dir, path := made(t, 1)
	cmd := exec.Command(os.Args[0], "-test.run", "^TestOpenElsewhere$")
	cmd.Env = append(os.Environ(), holdFile+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("the other program says %q (%v)", line, err)
	}
	db, err := duckdb.Open(options(dir))
	if err == nil {
		db.Close()
	}
	if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), fmt.Sprintf("PID %d", cmd.Process.Pid)) {
		t.Errorf("%v, want a fault of kind conflict that names process %d", err, cmd.Process.Pid)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	opened(t, options(dir))
}

// hold is the other program.
func hold(path string) {
	var db bindings.Database
	if bindings.Open(path, &db) == bindings.StateError {
		fmt.Println("cannot open")
		os.Exit(1)
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}
