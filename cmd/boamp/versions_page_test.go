package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/lifecycle"
)

// TestPagesVersions holds the page of the versions to the registry.
func TestPagesVersions(t *testing.T) {
	registry, err := lifecycle.Boamp()
	if err != nil {
		t.Fatal(err)
	}
	page(t, "../../docs/versions.md", func(old string) string {
		old = section(t, old, "versions", versionRows(registry))
		return section(t, old, "changes", changeRows(registry))
	})
}

// versionRows has days, from which a reader tells the status; the program tells it at /api/versions.
func versionRows(r *lifecycle.Registry) string {
	var b strings.Builder
	b.WriteString("| version | what | paths | since | deprecated | ends | go to | page |\n|---|---|---|---|---|---|---|---|\n")
	for _, v := range r.Versions() {
		doc := strings.TrimPrefix(v.Docs, "docs/")
		what := v.Title
		if v.Note != "" {
			what += "; " + v.Note
		}
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s | %s | %s | [%s](%s) |\n", v.ID, what, strings.Join(v.Paths, "`, `"), v.Since.Format(time.DateOnly),
			dayOr(v.Deprecated), dayOr(v.Sunset), orDash(v.Successor), doc, doc)
	}
	return b.String()
}

func dayOr(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return "`" + s + "`"
}

func changeRows(r *lifecycle.Registry) string {
	var b strings.Builder
	b.WriteString("| day | kind | versions | what |\n|---|---|---|---|\n")
	for _, c := range r.Changes(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s: %s |\n", c.Date.Format(time.DateOnly), c.Kind, strings.Join(c.Versions, "`, `"), c.Title, c.Text)
	}
	return b.String()
}
