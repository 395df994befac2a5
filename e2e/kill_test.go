package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestKill kills imports at moments that nobody chose. The import that is let to its end, and a rebuild after it, give the
// same notices as one that was never disturbed.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 15
	if testing.Short() {
		rounds = 3
	}
	dir := tree(t, byYear(documents(600)))
	calm := filepath.Join(t.TempDir(), "data")
	start := time.Now()
	must(t, "import", "--data", calm, dir)
	whole := time.Since(start)
	want := contents(t, calm)

	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d, an undisturbed import takes %s", seed, whole)
	data := filepath.Join(t.TempDir(), "data")
	killed := 0
	for range rounds {
		if kill(t, time.Duration(rnd.Int64N(int64(whole*2/3))), "import", "--data", data, dir) {
			killed++
		}
		r := boamp(t, "status", "--data", data)
		if r.code != 0 && !strings.Contains(r.err, "there is no data") {
			t.Fatalf("status after a kill: %d %s", r.code, r.err)
		}
	}
	t.Logf("%d of %d imports were killed before their end", killed, rounds)
	if killed == 0 {
		t.Error("no import was killed before its end")
	}
	out := must(t, "import", "--data", data, dir)
	if got := contents(t, data); got != want {
		t.Errorf("after %d kills the notices are others than without\n%s", killed, out)
	}
	checkStatus(t, data, calm)
	kill(t, time.Duration(rnd.Int64N(int64(whole/2))), "rebuild", "--data", data)
	must(t, "import", "--data", data, dir) // goes on where the rebuild was killed
	if got := contents(t, data); got != want {
		t.Error("after a rebuild that was killed the notices are others than without")
	}
	must(t, "rebuild", "--data", data)
	if got := contents(t, data); got != want {
		t.Error("the rebuild gives other notices")
	}
	checkStatus(t, data, calm)
}

// kill runs a command and kills it after a while; it reports whether that was before its end.
func kill(t *testing.T, after time.Duration, args ...string) bool {
	t.Helper()
	c := command(t, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if code := c.ProcessState.ExitCode(); code != -1 && code != 0 {
		t.Fatalf("boamp %v: exit code %d", args, code)
	}
	return err != nil
}

// checkStatus holds that a folder serves as many notices as another, and that its archives hold what its ledger says.
func checkStatus(t *testing.T, data, calm string) {
	t.Helper()
	a, b := must(t, "status", "--data", data), must(t, "status", "--data", calm)
	if n := number(t, a, `notices +(\d+)`); n != number(t, b, `notices +(\d+)`) {
		t.Errorf("status:\n%swant as many notices as\n%s", a, b)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "raw", "*", ".tmp-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if aside := must(t, "status", "--data", data, "--quarantined"); strings.Contains(aside, "\t") {
		t.Errorf("set aside:\n%s", aside)
	}
}

// TestServerKilled: what a server leaves behind that was killed stands in nobody's way.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	docs := documents(20)
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, docs[:10]))
	s := serve(t, data)
	before := s.page(t, "/api/v1/notices").Total
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.end() // killed
	must(t, "import", "--data", data, tree(t, docs))
	after := serve(t, data).page(t, "/api/v1/notices").Total
	if after <= before {
		t.Errorf("%d notices, %d before", after, before)
	}
}

// TestKillsBesideServer kills imports that a server does for others, and the server itself in the middle of one. Readers see whole editions
// only, never an older state after a newer one, and no error from a server that runs.
func TestKillsBesideServer(t *testing.T) {
	t.Parallel()
	rounds, size := 12, 25
	if testing.Short() {
		rounds = 4
	}
	docs := documents(rounds * size)
	calm, data := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")
	var editions []string
	totals := []int{0}
	var longest time.Duration
	for n := range rounds {
		editions = append(editions, tree(t, flat(docs[:(n+1)*size])))
		begun := time.Now()
		must(t, "import", "--data", calm, editions[n])
		longest = max(longest, time.Since(begun))
		totals = append(totals, total(t, calm))
	}
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 3))
	t.Logf("seed %d, an undisturbed import takes up to %s", seed, longest)
	s := serve(t, data)
	r := watch(t, s, totals...)
	killed := 0
	for n := range rounds {
		if kill(t, time.Duration(rnd.Int64N(int64(longest))), "import", "--data", data, editions[n]) {
			killed++
		}
		if n%4 != 3 {
			continue
		}
		c := command(t, "import", "--data", data, editions[n])
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		r.until(t, 5+rnd.IntN(40))
		r.end(t)
		if err := s.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = s.end(), c.Wait() // one was killed, the other says so, or had come to its end
		s = serve(t, data)
		r = watch(t, s, totals...)
	}
	if killed == 0 {
		t.Error("no import was killed before its end")
	}
	must(t, "import", "--data", data, editions[rounds-1])
	r.end(t)
	must(t, "verify", "--data", data)
	if code := s.stop(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.logs)
	}
	must(t, "verify", "--deep", "--data", data)
	if contents(t, data) != contents(t, calm) {
		t.Errorf("after %d kills the notices are others than without", killed)
	}
}

// total counts the notices of a folder.
func total(t *testing.T, data string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(must(t, "query", "--data", data, "--count")))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
