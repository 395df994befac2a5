package storetest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/store/storetest"
)

var update = flag.Bool("update", false, "write what the reference gives into the scripts; check it by eye")

// TestScripts holds the reference against the scripts that the engines are held against.
func TestScripts(t *testing.T) {
	for _, s := range storetest.Scripts(t) {
		var text strings.Builder
		for i, b := range s.Blocks {
			got := b.Expected()
			if got != b.Want && !*update {
				t.Errorf("%s:%d\n got\n%s\nwant\n%s", s.Name, b.Line, got, b.Want)
			}
			if i > 0 {
				text.WriteByte('\n')
			}
			text.WriteString(b.Head + "\n--\n" + got + "\n")
		}
		if *update {
			if err := os.WriteFile(filepath.Join("scripts", s.Name), []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
