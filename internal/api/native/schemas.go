package native

import (
	_ "embed"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/jsonschema"
	"github.com/boamp/boamp/internal/notice"
)

//go:embed history.tsv
var historyTSV string

func (a *API) schemaRoutes() []Route {
	return []Route{
		{
			Pattern: "GET " + Prefix + "/schema", ID: "listSchemas", Tag: "model", Doc: "the schemas of answers, and those of source documents as history",
			Answers: []Answer{{jsonMedia, "the schemas", SchemasAnswer{}}}, Errors: listErrors, Cache: CacheRevision, handler: a.schemaList,
		},
		{
			Pattern: "GET " + Prefix + "/schema/{name}", ID: "getSchema", Tag: "model", Doc: "JSON Schema (2020-12) of an answer: notice, hit, record and the others",
			Params:  []Param{{Name: "name", In: "path", Type: "string", Value: "name", Doc: "name of the schema, see /schema", Example: "notice", Required: true}},
			Answers: []Answer{{"application/schema+json", "the schema", jsonschema.Schema{}}}, Errors: oneErrors, Cache: CacheProgram, handler: a.schema,
		},
		{
			Pattern: "GET " + Prefix + "/schema/sources/{version}", ID: "getSourceSchema", Tag: "model", Doc: "history: what a generation of source documents looked like, and what its elements become",
			Params:  []Param{{Name: "version", In: "path", Type: "string", Value: "name", Doc: "API version", Enum: versionNames(), Example: "v230", Required: true}},
			Answers: []Answer{{jsonMedia, "the generation", SourceSchema{}}}, Errors: oneErrors, Cache: CacheRevision, handler: a.sourceSchema,
		},
	}
}

// named is a schema by its name.
type named struct {
	name, doc string
	t         reflect.Type
}

// schemas lists those of what answers hold, then of the answers of the routes.
func (a *API) schemas() []named {
	list := []named{
		{"notice", "the typed notice", reflect.TypeFor[notice.Notice]()},
		{"hit", "a notice of a list", reflect.TypeFor[Hit]()},
		{"record", "the flat record of 41 fields", reflect.TypeFor[FlatRecord]()},
		{"problem", "an error (RFC 9457)", reflect.TypeFor[Problem]()},
	}
	for _, r := range a.Routes() {
		for _, answer := range r.Answers {
			t := reflect.TypeOf(answer.Body)
			if t == nil || t.PkgPath() == reflect.TypeFor[jsonschema.Schema]().PkgPath() || slices.ContainsFunc(list, func(n named) bool { return n.t == t }) {
				continue
			}
			list = append(list, named{kebab(t.Name()), "answer of " + r.Path(), t})
		}
	}
	return list
}

// kebab writes the name of a type as it stands in a path: "FacetAnswer" as "facet-answer".
func kebab(s string) string {
	var b strings.Builder
	for i, c := range s {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (a *API) schemaList(w http.ResponseWriter, r *http.Request) error {
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	if a.unchanged(w, r, info) {
		return nil
	}
	body := SchemasAnswer{Meta: meta(info, -1), Links: self(r)}
	for _, s := range a.schemas() {
		body.Schemas = append(body.Schemas, SchemaDoc{s.name, s.doc, Prefix + "/schema/" + s.name})
	}
	for _, v := range notice.Versions() {
		body.Schemas = append(body.Schemas, SchemaDoc{"sources/" + string(v), "source documents of " + string(v) + ": " + generations[v].years, Prefix + "/schema/sources/" + string(v)})
	}
	return writeJSON(w, body)
}

func (a *API) schema(w http.ResponseWriter, r *http.Request) error {
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	var valid []string
	for _, s := range a.schemas() {
		if s.name == r.PathValue("name") {
			if httpx.NotModified(w, r, `"`+s.name+"-"+fingerprint(a.Build)+"-"+Version+`"`) {
				return nil
			}
			doc := a.Schemas("#/$defs/").Document(s.t, Prefix+"/schema/"+s.name, s.name)
			return writeAs(w, "application/schema+json", doc)
		}
		valid = append(valid, s.name)
	}
	f := unknownName("schema", r.PathValue("name"), valid)
	f.Kind = fault.NotFound
	return f.At("path")
}

// generation describes the documents of a version.
type generation struct{ years, root, about string }

// generations never changes.
var generations = map[notice.Version]generation{
	notice.V010:   {"2006 to 2007", "ANNONCE", "Index cards of small contracts (MAPA), with flat children. The text of the notice stood on an HTML page beside the card. No document is public: names follow a reconstruction."},
	notice.V110:   {"2006 to February 2015", "PARUTION_BOAMP, ANNONCE, ANNONCE_REF", "Notices of the printed bulletin: a header (GESTION) and a body (DONNEES) that is mostly free text. No schema is public: names follow a reconstruction."},
	notice.V230:   {"March 2015 to 2021", "ANNONCE", "Notices with structure: header and body, choices written as the names of empty children."},
	notice.V240:   {"2022 to October 2023", "ANNONCE or ann", "As v230 with names added. Neither schema nor documents are public."},
	notice.V325:   {"since October 2023", "ann", "An envelope with a header, and a body that is a national form (FNSimple, MAPA, DSP, DIVERS) or a whole European notice (EFORMS)."},
	notice.EForms: {"since 2023", "ContractNotice, ContractAwardNotice, PriorInformationNotice", "Plain European notices (UBL), as TED publishes them; cbc, cac and efac are the usual prefixes of their namespaces."},
}

// sourceSchema answers with what is known of a generation.
func (a *API) sourceSchema(w http.ResponseWriter, r *http.Request) error {
	version, err := parseVersion(r.PathValue("version"))
	if err != nil || version == "" {
		f := unknownName("generation", r.PathValue("version"), versionNames())
		f.Kind = fault.NotFound
		return f.At("path")
	}
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	if a.unchanged(w, r, info) {
		return nil
	}
	g := generations[version]
	body := SourceSchema{Meta: meta(info, -1), Version: version, Years: g.years, Root: g.root, About: g.about, Elements: []SourceElement{}, Links: self(r)}
	for line := range strings.Lines(historyTSV) {
		if c := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); len(c) == 4 && c[0] == string(version) {
			body.Elements = append(body.Elements, SourceElement{c[1], c[2], c[3]})
		}
	}
	return writeJSON(w, body)
}
