package native

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/jsonschema"
	"github.com/boamp/boamp/internal/odshttp"
)

// Beside is what the program serves beside this API and describes with it: the account of versions, the pages of operators.
type Beside struct {
	Routes  []Route                 // only described here, not served
	Sources []string                // Go sources of the types of their answers
	Names   map[reflect.Type]string // of schemas, where the names of types would not do
}

// object is a JSON object in the making.
type object = map[string]any

const (
	schemaPrefix    = "#/components/schemas/"
	parameterPrefix = "#/components/parameters/"
)

// OpenAPI describes the API in OpenAPI 3.1, made from the table of routes and the types of their answers. Addresses are relative to that
// of the document, so that it is the same on every server.
func (a *API) OpenAPI() []byte {
	d := a.describe()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(d); err != nil {
		panic("native: " + err.Error()) // maps of texts always encode
	}
	return b.Bytes()
}

// description makes the document.
type description struct {
	schemas    *jsonschema.Generator
	fields     *field.Catalogue
	parameters map[string]object // by name in the document
	names      map[string]string // of parameters, by their JSON
}

func (a *API) describe() object {
	d := &description{a.Schemas(schemaPrefix), a.Door.Fields, map[string]object{}, map[string]string{}}
	d.beside(a.Beside)
	paths := object{}
	for _, r := range slices.Concat(a.Routes(), a.Beside.Routes) {
		path := strings.ReplaceAll(strings.TrimSuffix(r.Path(), "{$}"), "...}", "}")
		item, ok := paths[path].(object)
		if !ok {
			item = object{}
			paths[path] = item
		}
		item[strings.ToLower(r.Method())] = d.operation(r)
	}
	components := object{"parameters": d.parameters, "headers": headers(), "responses": problems(), "schemas": d.definitions()}
	return object{
		"openapi": "3.1.0", "jsonSchemaDialect": jsonschema.Dialect, "servers": []any{object{"url": "/"}}, "tags": tags(), "paths": paths, "components": components,
		"info": object{
			"title": "boamp", "version": Version, "summary": "Notices of the BOAMP, the French official bulletin of public procurement",
			"description": "Two stages: a query gives ids, each with its API version; a second call gives the whole notice. The API only reads: GET, and HEAD on " +
				"every path that has GET. No key is needed. JSON answers say in `meta` where the data come from, all answers in headers.",
			"license": object{"name": "Licence Ouverte 2.0 (data)", "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence"},
		},
	}
}

func (d *description) beside(b Beside) {
	if len(b.Sources) > 0 {
		more, err := jsonschema.ReadDocs(b.Sources...)
		if err != nil {
			panic("native: " + err.Error()) // sources of the program
		}
		merged := jsonschema.Docs{Types: maps.Clone(d.schemas.Docs.Types), Constants: maps.Clone(d.schemas.Docs.Constants)}
		maps.Copy(merged.Types, more.Types)
		maps.Copy(merged.Constants, more.Constants)
		d.schemas.Docs = merged
	}
	if d.schemas.Names == nil {
		d.schemas.Names = map[reflect.Type]string{}
	}
	maps.Copy(d.schemas.Names, b.Names)
}

// definitions are the schemas that answers refer to, and that of problems.
func (d *description) definitions() object {
	out := object{"Problem": problemSchema()}
	for name, s := range d.schemas.Defs {
		out[name] = s
	}
	return out
}

func tags() []any {
	var list []any
	for _, t := range [][2]string{
		{"notices", "Find notices, fetch them, take them away as files"}, {"procedures", "The notices of a procedure and how they hang together"},
		{"parties", "Buyers and suppliers"}, {"data", "Counts over many notices"}, {"changes", "What changed, snapshots, and all that a copy of the server needs"}, {"completeness", "What became of all that the sources listed"}, {"model", "Fields, codes and schemas"},
		{"versions", "Versions of the APIs and changes"}, {"legacy", "The two-stage API of DILA"}, {"operation", "For operators"},
	} {
		list = append(list, object{"name": t[0], "description": t[1]})
	}
	return list
}

func (d *description) operation(r Route) object {
	op := object{"operationId": r.ID, "tags": []string{r.Tag}, "summary": r.Doc, "responses": d.responses(r)}
	if r.Description != "" {
		op["description"] = r.Description
	}
	var params []any
	for _, p := range r.Params {
		params = append(params, object{"$ref": parameterPrefix + d.parameter(p)})
	}
	if params != nil {
		op["parameters"] = params
	}
	return op
}

// parameter defines a parameter and gives its name in the document. Those of one name that differ are numbered.
func (d *description) parameter(p Param) string {
	o := p.object()
	if label := d.french(p); label != "" {
		o["x-label-fr"] = label
	}
	key, err := json.Marshal(o)
	if err != nil {
		panic("native: " + err.Error())
	}
	if name, ok := d.names[string(key)]; ok {
		return name
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, p.Name)
	for i := 2; d.parameters[name] != nil; i++ {
		name = p.Name + "-" + strconv.Itoa(i)
	}
	d.names[string(key)], d.parameters[name] = name, o
	return name
}

// french is the French label of a parameter, for pages: its own, or that of the one field that it is about.
func (d *description) french(p Param) string {
	if label := frenchLabels[p.Name]; label != "" {
		return label
	}
	name := p.Name
	if len(p.Of) == 1 {
		name = p.Of[0]
	}
	if f, ok := d.fields.Lookup(name); ok {
		return f.Label
	}
	return ""
}

// object describes the parameter.
func (p Param) object() object {
	schema := object{"type": p.Type}
	if p.Type == "" {
		schema["type"] = "string"
	}
	if p.Format != "" {
		schema["format"] = p.Format
	}
	if p.Enum != nil {
		schema["enum"] = p.Enum
	}
	if p.Min != 0 || p.Max != 0 {
		schema["minimum"], schema["maximum"] = p.Min, p.Max
	}
	if v, ok := p.typed(p.Default); ok {
		schema["default"] = v
	}
	if p.Repeated {
		schema = object{"type": "array", "items": schema}
	}
	o := object{"name": p.Name, "in": p.In, "description": p.describe(), "schema": schema}
	if p.Required || p.In == "path" {
		o["required"] = true
	}
	if p.Repeated {
		o["style"], o["explode"] = "form", true
	}
	if v, ok := p.typed(p.Example); ok && !p.Repeated {
		o["example"] = v
	} else if ok {
		o["example"] = []any{v}
	}
	if p.Generic {
		o["x-field"] = true // a page may show those with names of their own first
	}
	return o
}

// describe says what it is, and in which form it is written.
func (p Param) describe() string {
	text := p.Doc
	if p.Value != "" {
		text += " (" + p.Value + ")"
	}
	if _, ok := p.typed(p.Default); p.Default != "" && !ok {
		text += "; default " + p.Default
	}
	switch {
	case p.Repeated && p.Whole:
		text += ". May be given several times"
	case p.Repeated:
		text += ". May be given several times, or as a list separated by commas: any of the values"
	}
	return text
}

// typed gives a default or an example in the type of the parameter; false when it is words or nothing.
func (p Param) typed(s string) (any, bool) {
	switch {
	case s == "":
		return nil, false
	case p.Type == "integer":
		n, err := strconv.Atoi(s)
		return n, err == nil
	case p.Type == "number":
		n, err := strconv.ParseFloat(s, 64)
		return n, err == nil
	case p.Type == "boolean":
		b, err := strconv.ParseBool(s)
		return b, err == nil
	case p.Enum != nil:
		return s, slices.Contains(p.Enum, s)
	}
	return s, true
}

// openapi is the document of this program, made once: it does not change while the program runs.
type openapi struct {
	once sync.Once
	body []byte
}

// describeSelf answers with the document.
func (a *API) describeSelf(w http.ResponseWriter, r *http.Request) error {
	a.document.once.Do(func() { a.document.body = a.OpenAPI() })
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	if httpx.NotModified(w, r, odshttp.BodyTag(a.document.body)) {
		return nil
	}
	w.Header().Set("Content-Type", openapiMedia)
	_, err = w.Write(a.document.body)
	return err
}
