package e2e_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what the examples of the guides printed instead of comparing it")

// example is a block of code of a guide, with the block below it: what it printed.
type example struct {
	language, code, output string
	line                   int // of the page
}

// runners say how examples are run: the name of the file, then the command. Shell examples are run as people paste them, but stop at the
// first failure.
var runners = map[string][]string{
	"sh":     {"example.sh", "bash", "-euo", "pipefail", "example.sh"},
	"python": {"example.py", "python3", "example.py"},
	"r":      {"example.R", "Rscript", "--vanilla", "example.R"},
	"go":     {"example.go", "go", "run", "example.go"},
}

// needed is what the language of an example needs beside its runner.
var needed = map[string][]string{"sh": {"curl", "--version"}, "r": {"Rscript", "-e", "library(jsonlite)"}}

var exampleBlocks = regexp.MustCompile("(?ms)^```(sh|python|r|go)\n(.*?)^```\n\n```text\n(.*?)^```\n")

// examplesOf reads the examples of a page. A block of code without a block of text below it is a mistake.
func examplesOf(t *testing.T, page string) (list []example) {
	t.Helper()
	for _, m := range exampleBlocks.FindAllStringSubmatchIndex(page, -1) {
		list = append(list, example{page[m[2]:m[3]], page[m[4]:m[5]], page[m[6]:m[7]], 1 + strings.Count(page[:m[0]], "\n")})
	}
	if blocks := regexp.MustCompile("(?m)^```(sh|python|r|go)$").FindAllString(page, -1); len(blocks) != len(list) || len(list) < 20 {
		t.Fatalf("%d blocks of code, %d with what they print", len(blocks), len(list))
	}
	return list
}

// TestGuide runs every example of the guide and compares what it prints with what stands below it; the guides of both languages have the
// same examples. Languages that are not installed are left out, unless BOAMP_GUIDE=all says that they have to be there.
func TestGuide(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for _, name := range []string{"guide.md", "guide.fr.md"} {
		b, err := os.ReadFile(filepath.Join("..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(b)
	}
	list := examplesOf(t, pages["guide.md"])
	printed := map[string]string{} // by code
	t.Run("run", func(t *testing.T) {
		s := serve(t, loaded(t, 400))
		dir := t.TempDir()
		for language := range runners {
			missing := missingFor(language)
			if missing != "" && os.Getenv("BOAMP_GUIDE") == "all" {
				t.Fatalf("examples in %s cannot run: %s", language, missing)
			}
			t.Run(language, func(t *testing.T) {
				if missing != "" {
					t.Skipf("the examples in %s are not run: %s", language, missing)
				}
				for _, e := range list {
					if e.language == language {
						printed[e.code] = e.run(t, dir, s.url)
					}
				}
			})
		}
	})
	french := examplesOf(t, pages["guide.fr.md"])
	if !slices.EqualFunc(list, french, func(a, b example) bool { return a.language == b.language && a.code == b.code }) {
		t.Error("the guides in English and French have different examples")
	}
	for name, page := range pages {
		checkPrinted(t, name, page, printed)
	}
}

// checkPrinted compares what the examples of a page say with what they printed.
func checkPrinted(t *testing.T, name, page string, printed map[string]string) {
	t.Helper()
	updated := exampleBlocks.ReplaceAllStringFunc(page, func(block string) string {
		m := exampleBlocks.FindStringSubmatch(block)
		got, ran := printed[m[2]]
		if !ran || got == m[3] {
			return block
		}
		if !*update {
			t.Errorf("docs/%s: this example printed\n%s\nthe page says\n%s\n%s\nif that is right: go test ./e2e -run TestGuide -update", name, got, m[3], m[2])
		}
		return "```" + m[1] + "\n" + m[2] + "```\n\n```text\n" + got + "```\n"
	})
	if *update && updated != page {
		if err := os.WriteFile(filepath.Join("..", "docs", name), []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// missingFor says what the examples of a language miss, "" when nothing.
func missingFor(language string) string {
	if runner := runners[language][1]; !installed(runner) {
		return runner + " is not installed"
	}
	if test := needed[language]; test != nil {
		if out, err := exec.Command(test[0], test[1:]...).CombinedOutput(); err != nil {
			return strings.Join(test, " ") + ": " + err.Error() + " " + string(out)
		}
	}
	return ""
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// run runs the example and gives what it printed on the standard output. It has to end well.
func (e *example) run(t *testing.T, dir, url string) string {
	t.Helper()
	runner := runners[e.language]
	file := write(t, filepath.Join(dir, runner[0]), []byte(e.code))
	defer os.Remove(file)
	c := exec.Command(runner[1], runner[2:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), "BOAMP="+url, "LC_ALL=C.UTF-8", "PYTHONIOENCODING=utf-8", "GOFLAGS=-mod=mod", "GOWORK=off", "no_proxy=127.0.0.1")
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	timer := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	if err := c.Run(); err != nil {
		t.Errorf("the example in line %d of docs/guide.md: %v\n%s%s\n%s", e.line, err, out.String(), errs.String(), e.code)
	}
	if out.Len() == 0 {
		t.Errorf("the example in line %d of docs/guide.md prints nothing", e.line)
	}
	return strings.ReplaceAll(out.String(), "\r", "")
}
