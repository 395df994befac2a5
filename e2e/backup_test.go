package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBackupDrill is the drill of docs/operations.md: a folder is backed up beside a running server while an import goes on, is lost, and comes
// back; every answer is what it was. What was erased is not in the backup that was made after it.
func TestBackupDrill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, to := filepath.Join(dir, "data"), filepath.Join(dir, "backup")
	docs := byYear(documents(90))
	must(t, "import", "--data", data, tree(t, docs[:30]))
	s := serve(t, data)

	done := make(chan result, 1)
	more := tree(t, docs)
	go func() { done <- boamp(t, "import", "--data", data, more) }()
	for running, made := true, 0; running || made < 2; made++ {
		select {
		case r := <-done:
			if running = false; r.code != 0 {
				t.Fatalf("import: %s", r.err)
			}
		default:
		}
		must(t, "backup", "--data", data, to)
		if out := must(t, "backup", "--verify", to); !strings.HasPrefix(out, "the backup is whole") {
			t.Errorf("verify: %s", out)
		}
	}

	id := erased(t, s, data)
	must(t, "backup", "--data", data, to)
	must(t, "backup", "--data", data, "--database", filepath.Join(dir, "whole.tar"))
	want, digest := contents(t, data), digestOf(t, "backup", "--verify", to)
	s.stop(t)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}

	for i, from := range []string{to, filepath.Join(dir, "whole.tar")} {
		again := filepath.Join(dir, "restored", string(rune('a'+i)))
		if got := digestOf(t, "restore", "--data", again, from); got != digest {
			t.Errorf("%s: digest %s, want %s", from, got, digest)
		}
		if got := contents(t, again); got != want {
			t.Errorf("%s: the answers are others", from)
		}
		if r := boamp(t, "get", "--data", again, id); r.code == 0 {
			t.Errorf("%s: %s came back", from, id)
		}
		if sum := must(t, "import", "--data", again, more); !matches(sum, `\(0 new, 0 updated`) {
			t.Errorf("%s: what was imported is not known any more:\n%s", from, sum)
		}
		if r := boamp(t, "restore", "--data", again, from); r.code != 1 || !strings.Contains(r.err, "not empty") {
			t.Errorf("a restore over data: %d %s", r.code, r.err)
		}
	}
	damage(t, to, filepath.Join(dir, "never"))
}

func matches(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// erased takes a notice out, beside the server.
func erased(t *testing.T, s *served, data string) (id string) {
	t.Helper()
	_, body := s.get(t, "/api/v1/notices?limit=1&fields=idweb")
	var page struct{ Notices []struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Notices) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	must(t, "erase", "--data", data, "--reason", "a drill", page.Notices[0].ID)
	return page.Notices[0].ID
}

// digestOf is the digest that a command prints.
func digestOf(t *testing.T, args ...string) string {
	t.Helper()
	return number(t, must(t, args...), `digest ([0-9]+-[0-9a-f]{64})`)
}

// damage changes one byte of an archive of a backup: it is named, and nothing is served of it.
func damage(t *testing.T, backup, to string) {
	t.Helper()
	archives, err := filepath.Glob(filepath.Join(backup, "raw", "*", "*.zip"))
	if err != nil || len(archives) < 2 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	b, err := os.ReadFile(archives[1])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	write(t, archives[1], b)
	for _, args := range [][]string{{"backup", "--verify", backup}, {"restore", "--data", to, backup}} {
		if r := boamp(t, args...); r.code != 1 || !strings.Contains(r.err, filepath.Base(archives[1])) {
			t.Errorf("boamp %v: %d %s", args, r.code, r.err)
		}
	}
}
