// Package jsonschema makes JSON Schemas (2020-12) of Go types: members by their json tags, descriptions and enumerations by the
// comments and constants of the source, so that a schema cannot say other than the type.
package jsonschema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Dialect is the address of the version of JSON Schema.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is one schema. Zero members are not written.
type Schema struct {
	Schema      string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        Types              `json:"type,omitzero"`
	Format      string             `json:"format,omitempty"`
	Enum        []any              `json:"enum,omitempty"`
	Default     any                `json:"default,omitempty"`
	Minimum     *float64           `json:"minimum,omitempty"`
	Maximum     *float64           `json:"maximum,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  *Schema            `json:"additionalProperties,omitempty"`
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	Defs        map[string]*Schema `json:"$defs,omitempty"`
}

// Types are the JSON types of a value: written as a string when there is one.
type Types []string

// MarshalJSON writes one type as a string, several as a list.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// IsZero reports whether there is no type.
func (t Types) IsZero() bool { return len(t) == 0 }

// Text makes the schema of a string.
func Text(description, format string) *Schema {
	return &Schema{Type: Types{"string"}, Format: format, Description: description}
}

// Nullable lets a schema be null, too.
func Nullable(s *Schema) *Schema {
	if s.Ref != "" {
		return &Schema{AnyOf: []*Schema{s, {Type: Types{"null"}}}, Description: s.Description}
	}
	out := *s
	if !slices.Contains(out.Type, "null") {
		out.Type = append(slices.Clone(out.Type), "null")
	}
	return &out
}

// Generator makes schemas. Structs become definitions that are referred to.
type Generator struct {
	Docs   Docs
	Prefix string                   // of references: "#/$defs/"
	Known  map[reflect.Type]*Schema // types that write their own JSON
	Defs   map[string]*Schema       // what was defined so far, by name
	Names  map[reflect.Type]string  // of definitions, where the name of the type would not do

	types map[string]reflect.Type // of definitions
}

// Document makes a schema that stands alone, with what it refers to.
func (g *Generator) Document(t reflect.Type, id, title string) *Schema {
	root := *g.Of(t)
	root.Schema, root.ID, root.Title = Dialect, id, title
	if root.Description == "" {
		root.Description = g.Docs.Types[typeName(t)]
	}
	root.Defs = g.Defs
	return &root
}

// Of makes the schema of a type: of a struct a reference to its definition.
func (g *Generator) Of(t reflect.Type) *Schema {
	if s, ok := g.Known[t]; ok {
		copied := *s
		return &copied
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return Text("instant, RFC 3339", "date-time")
	case reflect.TypeFor[json.RawMessage]():
		return &Schema{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.Of(t.Elem())
	case reflect.Slice, reflect.Array:
		return &Schema{Type: Types{"array"}, Items: g.Of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: Types{"object"}, Additional: g.Of(t.Elem())}
	case reflect.Struct:
		return g.object(t)
	case reflect.String:
		return g.named(t)
	case reflect.Bool:
		return &Schema{Type: Types{"boolean"}}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: Types{"integer"}}
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: Types{"number"}}
	}
	return &Schema{} // any value
}

// named is the schema of a type of text: its constants are the values that there are.
func (g *Generator) named(t reflect.Type) *Schema {
	s := &Schema{Type: Types{"string"}}
	for _, c := range g.Docs.Constants[typeName(t)] {
		s.Enum = append(s.Enum, c)
	}
	if len(s.Enum) > 0 {
		s.Description = g.Docs.Types[typeName(t)]
	}
	return s
}

func typeName(t reflect.Type) string {
	pkg := t.PkgPath()
	return pkg[strings.LastIndexByte(pkg, '/')+1:] + "." + t.Name()
}

// object defines a struct and refers to it; a struct without a name stands where it is.
func (g *Generator) object(t reflect.Type) *Schema {
	name := g.Names[t]
	if name == "" {
		name = t.Name()
	}
	if name == "" {
		s := &Schema{}
		g.members(s, t)
		return s
	}
	if g.Defs == nil {
		g.Defs, g.types = map[string]*Schema{}, map[string]reflect.Type{}
	}
	if other, ok := g.types[name]; ok && other != t { // the same name in another package
		pkg, _, _ := strings.Cut(typeName(t), ".")
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	if g.Defs[name] == nil {
		g.types[name] = t
		s := &Schema{Description: g.Docs.Types[typeName(t)]}
		g.Defs[name] = s // before its members: types may hold themselves
		g.members(s, t)
	}
	return &Schema{Ref: g.Prefix + name}
}

func (g *Generator) members(s *Schema, t reflect.Type) {
	s.Type = Types{"object"}
	if s.Properties == nil {
		s.Properties = map[string]*Schema{}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Pointer: // its members are absent when it is nil
			required := slices.Clone(s.Required)
			g.members(s, f.Type.Elem())
			s.Required = required
			continue
		case f.Anonymous && name == "":
			g.members(s, f.Type)
			continue
		case name == "":
			name = f.Name
		}
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		m := g.Of(f.Type)
		if doc := g.Docs.Types[typeName(t)+"."+f.Name]; doc != "" {
			m.Description = doc
		}
		if f.Type.Kind() == reflect.Pointer && !optional {
			m = Nullable(m)
		}
		s.Properties[name] = m
		if !optional {
			s.Required = append(s.Required, name)
		}
	}
}
