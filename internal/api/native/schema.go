package native

import (
	_ "embed"
	"reflect"
	"slices"
	"sync"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/jsonschema"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
	"github.com/boamp/boamp/internal/query"
)

//go:embed answers.go
var answersSource string

// docs reads the comments of the types that answers consist of. Sources that do not parse are a mistake of ours.
var docs = sync.OnceValue(func() jsonschema.Docs {
	d, err := jsonschema.ReadDocs(slices.Concat(notice.Sources(), procedure.Sources(), ledger.Sources(), change.Sources(), bulk.Sources(), []string{answersSource, procedureAnswerSource, changesAnswerSource, completenessAnswerSource})...)
	if err != nil {
		panic(err)
	}
	return d
})

// Schemas makes JSON Schemas of the types that answers consist of. References begin with prefix: "#/$defs/" in a document of its own,
// "#/components/schemas/" in a description of the API.
func (a *API) Schemas(prefix string) *jsonschema.Generator {
	g := &jsonschema.Generator{Docs: docs(), Prefix: prefix, Known: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[notice.Date]():    jsonschema.Text("day", "date"),
		reflect.TypeFor[procedure.Role](): {Type: jsonschema.Types{"string"}, Enum: roles(), Description: "a stage, or correction or cancellation"},
	}}
	g.Known[reflect.TypeFor[jsonschema.Schema]()] = &jsonschema.Schema{Type: jsonschema.Types{"object"}, Description: "a schema, JSON Schema 2020-12"}
	g.Known[reflect.TypeFor[Hit]()] = a.hitSchema()
	g.Known[reflect.TypeFor[FlatRecord]()] = a.recordSchema()
	return g
}

// roles are what a notice may be in a procedure: stages, and what is no stage.
func roles() []any {
	list := []any{string(procedure.RoleCorrection), string(procedure.RoleCancellation)}
	for _, stage := range docs().Constants["notice.Stage"] {
		if !slices.Contains(list, any(stage)) {
			list = append(list, stage)
		}
	}
	return list
}

// Schema makes the schema of the JSON of an answer (Answer.Body), which stands alone.
func (a *API) Schema(body any, id, title string) *jsonschema.Schema {
	t := reflect.TypeOf(body)
	return a.Schemas("#/$defs/").Document(t, id, title)
}

// hitSchema describes a hit: id, version, url, then any columns.
func (a *API) hitSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: jsonschema.Types{"object"}, Properties: map[string]*jsonschema.Schema{}, Required: []string{"id", "version", "url"},
		Description: "a notice of a list: id, version and url, then the columns asked for (fields)"}
	for _, f := range a.Door.Fields.Columns() {
		s.Properties[f.Name] = fieldSchema(f)
	}
	s.Properties["id"] = jsonschema.Text("id of the notice", "")
	s.Properties["version"] = jsonschema.Text("API version to ask the notice with", "")
	s.Properties["url"] = jsonschema.Text("address of the notice in full", "uri-reference")
	s.Properties[query.ScoreField] = &jsonschema.Schema{Type: jsonschema.Types{"integer"}, Description: "with sort=relevance: for each word of q 8 when it is in the title, else 4 in key words, 2 in the buyer's name, 1 elsewhere"}
	return s
}

func (a *API) recordSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: jsonschema.Types{"object"}, Properties: map[string]*jsonschema.Schema{}, Description: "the 41 flat fields of the Explore data set, with the portal's values"}
	for _, f := range a.Door.Fields.Flat() {
		s.Properties[f.Name] = fieldSchema(f)
		s.Required = append(s.Required, f.Name)
	}
	return s
}

// fieldSchema describes a column: null stands for no value.
func fieldSchema(f *field.Field) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: jsonschema.Types{"string"}}
	switch f.Type {
	case field.Date:
		s.Format = "date"
	case field.DateTime:
		s.Format = "date-time"
	case field.Number:
		s.Type = jsonschema.Types{"number"}
	case field.Int:
		s.Type = jsonschema.Types{"integer"}
	case field.Bool:
		s.Type = jsonschema.Types{"boolean"}
	case field.JSON:
		s.Type = nil
	}
	if f.Multi {
		s = &jsonschema.Schema{Type: jsonschema.Types{"array"}, Items: s}
	}
	s = jsonschema.Nullable(s)
	s.Description = f.LabelEN + ": " + f.Doc
	return s
}
