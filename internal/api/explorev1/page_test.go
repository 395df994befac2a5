package explorev1_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/explorev1"
)

var update = flag.Bool("update", false, "write the tables of docs/explore-v1.md instead of comparing them")

// TestPage holds docs/explore-v1.md to the tables of the program.
func TestPage(t *testing.T) {
	const path = "../../../docs/explore-v1.md"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parameters := [][]string{{"parameter", "value", "default", "meaning", "note"}, {"---", "---", "---", "---", "---"}}
	for _, p := range explorev1.Parameters() {
		parameters = append(parameters, []string{"`" + p.Name + "`", p.Type, p.Default, p.Doc, p.Note})
	}
	choices := [][]string{{"open", "chosen", "place in the code"}, {"---", "---", "---"}}
	for _, c := range explorev1.Choices() {
		choices = append(choices, []string{c.Open, c.Chosen, "`" + c.Place + "`"})
	}
	page := string(old)
	for name, rows := range map[string][][]string{"parameters": parameters, "choices": choices} {
		start, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, ok := strings.Cut(page, start)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("marks of %s are missing", name)
		}
		var b strings.Builder
		for _, cells := range rows {
			b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
		}
		page = before + start + b.String() + end + after
	}
	switch {
	case page == string(old):
	case *update:
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is out of date: go test ./internal/api/explorev1 -run TestPage -update", path)
	}
}
