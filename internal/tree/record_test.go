package tree_test

import (
	"fmt"
	"testing"

	"github.com/boamp/boamp/internal/tree"
)

// difference shows where two texts part.
func difference(want, got string) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-40):min(len(s), i+40)] }
	return fmt.Sprintf("at byte %d: want %q, got %q", i, cut(want), cut(got))
}

// TestRecordRoundTrip: what the portal wrote comes back byte for byte.
func TestRecordRoundTrip(t *testing.T) {
	for _, file := range []string{"v110.jsonl", "v230.jsonl", "v325.jsonl", "v325-apiv1.jsonl"} {
		t.Run(file, func(t *testing.T) {
			for _, r := range records(t, file) {
				for field, want := range map[string]string{"gestion": r.Gestion, "donnees": r.Donnees} {
					d, err := tree.ParseJSON([]byte(want), field, tree.Limits{})
					if err != nil {
						t.Errorf("%s %s: %v", r.IDWeb, field, err)
						continue
					}
					if got := string(d.Root().AppendJSON(nil)); got != want {
						t.Errorf("%s %s %s", r.IDWeb, field, difference(want, got))
					}
				}
			}
		})
	}
}

// TestRecordFromXML: the XML of a notice gives the JSON of its record byte for byte.
func TestRecordFromXML(t *testing.T) {
	files := xmlFiles(t, "xml-v230-derived")
	compared := 0
	for _, r := range records(t, "v230.jsonl") {
		src, ok := files[r.IDWeb+".xml"]
		if !ok {
			t.Errorf("%s: no XML", r.IDWeb)
			continue
		}
		d, err := tree.ParseXML(src, nil, tree.Limits{})
		if err != nil {
			t.Errorf("%s: %v", r.IDWeb, err)
			continue
		}
		for name, want := range map[string]string{"GESTION": r.Gestion, "DONNEES": r.Donnees} {
			for _, got := range [][]byte{d.Root().Child(name).AppendJSON(nil), d.Root().Child(name).AppendJSONTrimmed(nil)} {
				if string(got) != want {
					t.Errorf("%s %s %s", r.IDWeb, name, difference(want, string(got)))
				}
			}
		}
		compared++
	}
	if compared != 65 {
		t.Errorf("compared %d notices, 65 were expected", compared)
	}
}

// TestCorpusTrees: encoding/xml reads the real documents as the same trees.
func TestCorpusTrees(t *testing.T) {
	for _, folder := range []string{
		"xml-325", "xml-v230", "xml-v230-derived", "xml-v110-derived", "eforms/ted-real", "eforms/norway-poland", "eforms/sdk-examples",
	} {
		t.Run(folder, func(t *testing.T) {
			for name, src := range xmlFiles(t, folder) {
				reference, err := standardTree(src)
				if err != nil {
					t.Errorf("%s: encoding/xml: %v", name, err)
					continue
				}
				d, err := tree.ParseXML(src, nil, tree.Limits{})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if want, got := standardOutline(reference.children[0]), standardForm(d.Root()); want != got {
					t.Errorf("%s %s", name, difference(want, got))
				}
				checkTree(t, d)
				checkBack(t, d)
			}
		})
	}
}
