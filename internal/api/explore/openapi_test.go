package explore_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/explore"
)

// spec is what two descriptions are compared by.
type spec struct {
	OpenAPI string                          `json:"openapi"`
	Servers []struct{ URL string }          `json:"servers"`
	Paths   map[string]map[string]operation `json:"paths"`
	Parts   struct {
		Parameters map[string]parameter      `json:"parameters"`
		Schemas    map[string]map[string]any `json:"schemas"`
		Responses  map[string]any            `json:"responses"`
	} `json:"components"`
}

type operation struct {
	ID         string         `json:"operationId"`
	Tags       []string       `json:"tags"`
	Parameters []parameter    `json:"parameters"`
	Responses  map[string]any `json:"responses"`
}

type parameter struct {
	Ref      string         `json:"$ref"`
	Name     string         `json:"name"`
	In       string         `json:"in"`
	Required bool           `json:"required"`
	Style    string         `json:"style"`
	Explode  *bool          `json:"explode"`
	Schema   map[string]any `json:"schema"`
}

func readSpec(t *testing.T, doc []byte) spec {
	t.Helper()
	var s spec
	if err := json.Unmarshal(doc, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// facts lists what a description says that clients are generated from, a line each.
func (s spec) facts() []string {
	var lines []string
	for path, methods := range s.Paths {
		for method, op := range methods {
			lines = append(lines, fmt.Sprintf("%s %s is %s of %s", method, path, op.ID, strings.Join(op.Tags, ",")))
			for _, p := range op.Parameters {
				if p.Ref != "" {
					p = s.Parts.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
				}
				lines = append(lines, fmt.Sprintf("%s takes %s", op.ID, s.parameter(p)))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func (s spec) parameter(p parameter) string {
	schema := p.Schema
	if ref, ok := schema["$ref"].(string); ok {
		schema = s.Parts.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
	}
	explode := ""
	if p.Explode != nil {
		explode = fmt.Sprint(" explode ", *p.Explode)
	}
	line := fmt.Sprintf("%s in %s required %v style %q%s", p.Name, p.In, p.Required, p.Style, explode)
	for _, key := range []string{"type", "enum", "default", "minimum", "maximum"} {
		if v, ok := schema[key]; ok {
			line += fmt.Sprintf(" %s %v", key, v)
		}
	}
	return line
}

// TestOpenAPI compares our descriptions with the platform's: paths, operations, parameters with their types, defaults, bounds and
// values are the same; nothing differs there.
func TestOpenAPI(t *testing.T) {
	for _, version := range []string{"v2.1", "v2.0"} {
		t.Run(version, func(t *testing.T) {
			file := filepath.Join("..", "..", "..", "..", "shared", "reference", "explore-"+version+".swagger.json")
			genuine, err := os.ReadFile(file)
			if err != nil {
				t.Skipf("the platform's description is not here: %s is missing", file)
			}
			ours, theirs := readSpec(t, explore.OpenAPI(version, "https://boamp.example/api/explore/"+version)).facts(), readSpec(t, genuine).facts()
			for _, line := range theirs {
				if !slices.Contains(ours, line) {
					t.Errorf("missing: %s", line)
				}
			}
			for _, line := range ours {
				if !slices.Contains(theirs, line) {
					t.Errorf("not the platform's: %s", line)
				}
			}
		})
	}
}

// TestOpenAPIOwnWords finds no text of the platform's description in ours.
func TestOpenAPIOwnWords(t *testing.T) {
	var words func(v any, found map[string]bool)
	words = func(v any, found map[string]bool) {
		switch v := v.(type) {
		case map[string]any:
			for key, x := range v {
				if s, ok := x.(string); ok && (key == "description" || key == "summary") && len(s) > 20 {
					found[s] = true
				}
				words(x, found)
			}
		case []any:
			for _, x := range v {
				words(x, found)
			}
		}
	}
	for _, version := range []string{"v2.1", "v2.0"} {
		genuine, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "reference", "explore-"+version+".swagger.json"))
		if err != nil {
			t.Skip("the platform's description is not here: ../shared/reference is missing")
		}
		ours, theirs := map[string]bool{}, map[string]bool{}
		for _, d := range []struct {
			doc   []byte
			found map[string]bool
		}{{genuine, theirs}, {explore.OpenAPI(version, "https://boamp.example"), ours}} {
			var v any
			if err := json.Unmarshal(d.doc, &v); err != nil {
				t.Fatal(err)
			}
			words(v, d.found)
		}
		for text := range ours {
			if theirs[text] {
				t.Errorf("%s has a text of the platform's: %q", version, text)
			}
		}
		if len(ours) < 20 || len(theirs) < 20 {
			t.Errorf("only %d texts of ours and %d of theirs compared", len(ours), len(theirs))
		}
	}
}

// TestOpenAPIHolds follows every reference and looks for what every operation must have.
func TestOpenAPIHolds(t *testing.T) {
	for _, version := range []string{"v2.1", "v2.0"} {
		doc := explore.OpenAPI(version, "https://boamp.example/api/explore/"+version)
		s := readSpec(t, doc)
		if s.OpenAPI != "3.0.3" || len(s.Servers) != 1 || s.Servers[0].URL != "https://boamp.example/api/explore/"+version || len(s.Paths) != 16 {
			t.Errorf("%s: version %s, servers %v, %d paths", version, s.OpenAPI, s.Servers, len(s.Paths))
		}
		var whole any
		if err := json.Unmarshal(doc, &whole); err != nil {
			t.Fatal(err)
		}
		for _, r := range references(whole) {
			if !resolves(whole, r) {
				t.Errorf("%s: %s leads nowhere", version, r)
			}
		}
		for path, methods := range s.Paths {
			op := methods["get"]
			if codes := slices.Sorted(maps.Keys(op.Responses)); !reflect.DeepEqual(codes, []string{"200", "304", "400", "401", "404", "429", "500", "default"}) {
				t.Errorf("%s %s answers %v", version, path, codes)
			}
			for _, name := range []string{"dataset_id", "record_id", "format", "dcat_ap_format"} {
				named := slices.ContainsFunc(op.Parameters, func(p parameter) bool {
					if p.Ref != "" {
						p = s.Parts.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
					}
					return p.Name == name && p.In == "path" && p.Required
				})
				if named != strings.Contains(path, "{"+name+"}") {
					t.Errorf("%s %s: parameter %s of the path", version, path, name)
				}
			}
		}
	}
	if doc := explore.OpenAPI("v1", "https://boamp.example"); doc != nil {
		t.Errorf("a description of version 1: %s", doc)
	}
}

func references(v any) (list []string) {
	switch v := v.(type) {
	case map[string]any:
		if r, ok := v["$ref"].(string); ok {
			list = append(list, r)
		}
		for _, x := range v {
			list = append(list, references(x)...)
		}
	case []any:
		for _, x := range v {
			list = append(list, references(x)...)
		}
	}
	return list
}

func resolves(v any, reference string) bool {
	for _, name := range strings.Split(strings.TrimPrefix(reference, "#/"), "/") {
		m, ok := v.(map[string]any)
		if !ok {
			return false
		}
		if v, ok = m[name]; !ok {
			return false
		}
	}
	return true
}
