package tree_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/tree"
)

// TestAppendJSONCrowd checks that elements with few and with many children are gathered alike: by name, in the order of the
// first of each name.
func TestAppendJSONCrowd(t *testing.T) {
	for _, names := range []int{3, 31, 32, 33, 500} {
		var src strings.Builder
		src.WriteString("<r>")
		for round := range 2 {
			for i := range names {
				fmt.Fprintf(&src, "<n%d>%d</n%d>", i, round, i)
			}
		}
		src.WriteString("<last/></r>")
		doc, err := tree.ParseXML([]byte(src.String()), nil, tree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want := "{"
		for i := range names {
			want += fmt.Sprintf(`"n%d": ["0", "1"], `, i)
		}
		want += `"last": ""}`
		if got := string(doc.Root().AppendJSON(nil)); got != want {
			t.Errorf("%d names: %.200s, want %.200s", names, got, want)
		}
	}
}
