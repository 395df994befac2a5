package jsonschema_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/jsonschema"
)

type kind string

type base struct {
	ID string `json:"id"`
}

type extra struct {
	Note string `json:"note"`
}

type animal struct {
	base
	*extra
	Kind    kind              `json:"kind"`
	Parents []*animal         `json:"parents,omitempty"`
	Owner   *owner            `json:"owner"`
	Weight  *float64          `json:"weight"`
	Born    time.Time         `json:"born"`
	Tags    map[string][]int  `json:"tags,omitempty"`
	Inline  struct{ On bool } `json:"inline"`
	Secret  string            `json:"-"`
}

type owner struct {
	Name string `json:"name"`
}

const source = `package jsonschema_test

import "example.org/other"

// animal lives.
type animal struct {
	Kind kind // what it is
}

const (
	cat  kind       = "cat"
	bird kind       = "bird"
	sort other.Sort = "new"
	none            = "of no type"
)
`

// TestGenerator: members by tags, of embedded structs, too; what may be null; words and values by the source.
func TestGenerator(t *testing.T) {
	docs, err := jsonschema.ReadDocs(source)
	if err != nil {
		t.Fatal(err)
	}
	if len(docs.Constants) != 2 || docs.Constants["other.Sort"][0] != "new" {
		t.Errorf("constants %v", docs.Constants)
	}
	g := jsonschema.Generator{Docs: docs, Prefix: "#/components/schemas/"}
	if s := g.Of(reflect.TypeFor[[]animal]()); s.Items.Ref != "#/components/schemas/animal" {
		t.Errorf("%+v", s)
	}
	got, err := json.Marshal(g.Defs["animal"])
	want := `{"description":"animal lives.","type":"object","properties":{"born":{"description":"instant, RFC 3339","type":"string","format":"date-time"},` +
		`"id":{"type":"string"},"inline":{"type":"object","properties":{"On":{"type":"boolean"}},"required":["On"]},` +
		`"kind":{"description":"what it is","type":"string","enum":["cat","bird"]},"note":{"type":"string"},` +
		`"owner":{"anyOf":[{"$ref":"#/components/schemas/owner"},{"type":"null"}]},"parents":{"type":"array","items":{"$ref":"#/components/schemas/animal"}},` +
		`"tags":{"type":"object","additionalProperties":{"type":"array","items":{"type":"integer"}}},"weight":{"type":["number","null"]}},` +
		`"required":["id","kind","owner","weight","born","inline"]}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	if _, err := jsonschema.ReadDocs("package"); err == nil {
		t.Error("a source that does not parse is read")
	}
	_, _ = animal{extra: nil}.extra, animal{}.Secret
}
