package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated page instead of comparing it")

// TestPages holds the page of the developers' commands to what the program says of itself.
func TestPages(t *testing.T) {
	const path = "../../docs/boampdev.md"
	var b strings.Builder
	b.WriteString("# Developers' commands\n\nThis page is generated from the program: `go test ./cmd/boampdev -run TestPages -update`.\n")
	help := func(args ...string) {
		var out bytes.Buffer
		if code := run(context.Background(), stdio{&out, &out}, args); code != 0 {
			t.Fatalf("boampdev %v: code %d\n%s", args, code, out.String())
		}
		fmt.Fprintf(&b, "\n```\n%s\n```\n", strings.TrimSpace(out.String()))
	}
	help("help")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\n## boampdev %s\n", c.name)
		help(c.name, "--help")
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old, err := os.ReadFile(path); err != nil || string(old) != b.String() {
		t.Errorf("%s is out of date (%v): go test ./cmd/boampdev -run TestPages -update", path, err)
	}
}
