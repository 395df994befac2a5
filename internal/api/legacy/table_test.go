package legacy_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/feed/feedtest"
)

func TestClasses(t *testing.T) {
	if list := legacy.UnknownClasses(); len(list) > 0 {
		t.Errorf("classes that nobody described: %v", list)
	}
}

// TestConstants holds the rule for the names of Java constants against the lists of the old schemas.
func TestConstants(t *testing.T) {
	for _, generation := range []string{"v110", "v230"} {
		f, err := os.Open(filepath.Join(feedtest.Corpus(t), "..", "schema", generation+"-enums.tsv"))
		if err != nil {
			t.Skip("the reference has no schema/", generation, "-enums.tsv")
		}
		defer f.Close()
		checked := 0
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			cells := strings.Split(lines.Text(), "\t")
			if len(cells) != 3 || cells[0] == "enum" {
				continue
			}
			checked++
			if got := legacy.Constant(cells[2]); got != cells[1] {
				t.Errorf("%s %s: constant %s, want %s", cells[0], cells[2], got, cells[1])
			}
		}
		if checked == 0 {
			t.Errorf("%s: no constant was compared", generation)
		}
	}
}
