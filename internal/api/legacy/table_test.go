package legacy_test

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
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

// simpleTypes are the types of the descriptions for the Java types that are no classes of the old service.
var simpleTypes = map[string]string{
	"String": "", "Object": "o", "BigDecimal": "n", "BigInteger": "i", "int": "i", "long": "i", "byte": "i", "boolean": "b", "Boolean": "b",
	"XMLGregorianCalendar": "d", "TypeCPVBaseSupplementaire": "e", "EnumCodePays": "e", "EnumDevise": "e", "EnumLangue": "e", "EnumTypeProcedure": "e",
}

// TestMembers holds the descriptions against the keys of the old service: every class with its members, in the order of its JSON,
// with kind, name and type.
func TestMembers(t *testing.T) {
	for generation, count := range map[string]int{"v010": 32, "v110": 101, "v230": 773} {
		src, err := os.ReadFile(filepath.Join(feedtest.Corpus(t), "..", "schema", generation+"-jsonkeys.tsv"))
		if err != nil {
			t.Skipf("the reference has no schema/%s-jsonkeys.tsv", generation)
		}
		got := legacy.Members(generation)
		want, late := map[string][]string{}, map[string][]string{}
		rows := strings.Split(strings.TrimRight(strings.ReplaceAll(string(src), `\u00c7`, "Ç"), "\n"), "\n")[1:]
		for _, row := range rows {
			cells := strings.Split(row, "\t")
			class, key, kind, names, typ, card := cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]
			if simple, ok := simpleTypes[typ]; ok && got[typ] == nil { // V230 has a class of the name of one of V110's lists
				typ = simple
			}
			to := want
			switch kind {
			case "value":
				names = ""
			case "refs", "elems": // in the JSON they come last
				list := strings.Split(names, "|")
				slices.Sort(list)
				names, typ, to = strings.Join(list, "|"), "", late
			}
			to[class] = append(to[class], strings.Join([]string{key, kind, names, typ, card}, " "))
		}
		for class, list := range late {
			want[class] = append(want[class], list...)
		}
		if len(rows) != count || len(got) != len(want) {
			t.Errorf("%s: %d members of %d classes, %d members are known; %d classes are described", generation, len(rows), len(want), count, len(got))
		}
		for class, list := range want {
			if !slices.Equal(got[class], list) {
				t.Errorf("%s %s:\n got %q\nwant %q", generation, class, got[class], list)
			}
		}
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
