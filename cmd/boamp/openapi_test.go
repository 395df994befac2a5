package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/synth"
)

// described is the native API with all that the program serves beside it.
func described(t *testing.T) (*native.API, map[string]string) {
	t.Helper()
	door, raw, ids := invented(t)
	return &native.API{Door: door, Raw: raw, Formats: formats(), Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Beside: beside()}, ids
}

// accounted is a folder into which the same notices were imported, with a snapshot: what a server serves beside notices comes from there.
func accounted(t *testing.T) (p public, snapshot string) {
	t.Helper()
	data, err := openFolder(t.Context(), filepath.Join(t.TempDir(), "data"), datadir.Write, false, indexing{mode: indexOff})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { data.Close() })
	tree := t.TempDir()
	for d := range synth.Generate(synth.Options{Seed: 5, Notices: 150, Today: notice.Date{Year: 2026, Month: 9, Day: 11}}) {
		file := filepath.Join(tree, filepath.FromSlash(d.Path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, d.Bytes, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := data.importer(nil).Import(t.Context(), dir.Source{Paths: []string{tree}, Open: opener()}); err != nil {
		t.Fatal(err)
	}
	m, made, err := data.snapshots().Make(t.Context(), nil)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	return public{changes: data.changes(), bulk: data.snapshots(), watch: data.watch}, m.Snapshot
}

// TestPagesOpenAPI holds docs/openapi.json to the program.
func TestPagesOpenAPI(t *testing.T) {
	api, _ := described(t)
	page(t, "../../docs/openapi.json", func(string) string { return string(api.OpenAPI()) })
}

// spec is what is read of the description.
type spec struct {
	OpenAPI string
	Info    struct{ Version string }
	Tags    []struct{ Name string }
	Paths   map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string
		Tags        []string
		Parameters  []struct {
			Ref string `json:"$ref"`
		}
		Responses map[string]struct {
			Description string
			Content     map[string]struct{ Schema json.RawMessage }
		}
	}
	Components struct {
		Parameters map[string]struct {
			Name, In, Description string
			Schema                map[string]any
		}
		Schemas map[string]json.RawMessage
	}
}

func readSpec(t *testing.T, doc []byte) (s spec, whole any) {
	t.Helper()
	if err := json.Unmarshal(doc, &s); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, &whole); err != nil {
		t.Fatal(err)
	}
	return s, whole
}

// TestOpenAPI: every route is described, every parameter with words, every reference leads somewhere.
func TestOpenAPI(t *testing.T) {
	api, _ := described(t)
	s, whole := readSpec(t, api.OpenAPI())
	if s.OpenAPI != "3.1.0" || s.Info.Version != native.Version {
		t.Errorf("OpenAPI %s, version %s", s.OpenAPI, s.Info.Version)
	}
	checkRefs(t, whole, whole, "")
	ids := map[string]bool{}
	routes := slices.Concat(api.Routes(), api.Beside.Routes)
	for _, r := range routes {
		op, ok := s.Paths[r.Path()][strings.ToLower(r.Method())]
		if !ok {
			t.Errorf("%s is not described", r.Pattern)
			continue
		}
		if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 || !slices.ContainsFunc(s.Tags, func(tag struct{ Name string }) bool { return tag.Name == op.Tags[0] }) {
			t.Errorf("%s: id %q, summary %q, tags %q", r.Pattern, op.OperationID, op.Summary, op.Tags)
		}
		ids[op.OperationID] = true
		var have []string
		for _, ref := range op.Parameters {
			p := s.Components.Parameters[strings.TrimPrefix(ref.Ref, "#/components/parameters/")]
			if p.Description == "" || p.Schema["type"] == nil || p.In != "query" && p.In != "path" {
				t.Errorf("%s: parameter %+v", r.Pattern, p)
			}
			have = append(have, p.In+" "+p.Name)
		}
		for _, p := range r.Params {
			if !slices.Contains(have, p.In+" "+p.Name) {
				t.Errorf("%s: parameter %s is not described", r.Pattern, p.Name)
			}
		}
		for _, word := range strings.Split(r.Path(), "/") {
			if name, ok := strings.CutPrefix(word, "{"); ok && !slices.Contains(have, "path "+strings.Trim(name, "}.")) {
				t.Errorf("%s: the variable %s is no parameter", r.Pattern, name)
			}
		}
		good := op.Responses["200"]
		if good.Description == "" || len(good.Content) == 0 || op.Responses["default"].Description+r.ID == "" {
			t.Errorf("%s: no answer is described", r.Pattern)
		}
	}
	if len(routes) != len(ids) || len(routes) < 20 {
		t.Errorf("%d routes, %d operations", len(routes), len(ids))
	}
}

// checkRefs follows every reference.
func checkRefs(t *testing.T, whole, at any, where string) {
	t.Helper()
	switch v := at.(type) {
	case []any:
		for i, x := range v {
			checkRefs(t, whole, x, fmt.Sprintf("%s/%d", where, i))
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if ref, ok := v[k].(string); ok && k == "$ref" && !resolves(whole, ref) {
				t.Errorf("%s: %s leads nowhere", where, ref)
			}
			checkRefs(t, whole, v[k], where+"/"+k)
		}
	}
}

func resolves(whole any, ref string) bool {
	at := whole
	for _, word := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(map[string]any)
		if at = m[word]; !ok || at == nil {
			return false
		}
	}
	return true
}

// TestOpenAPIAnswers asks every path that answers JSON and holds the answer to its schema. Members that no schema names are found, too.
func TestOpenAPIAnswers(t *testing.T) {
	api, ids := described(t)
	shown, snapshot := accounted(t)
	h, err := handler(api.Door, api.Raw, api.Log, shown)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := readSpec(t, api.OpenAPI())
	checked := 0
	for _, hit := range strings.Split(request(h, "/api/v1/notices?limit=1000&fields=title").body, `"id": "`)[1:] { // all of them, not only one of a version
		id, _, _ := strings.Cut(hit, `"`)
		ids["notice "+id] = id
	}
	for _, r := range slices.Concat(api.Routes(), api.Beside.Routes) {
		var schema json.RawMessage
		for media, content := range s.Paths[r.Path()]["get"].Responses["200"].Content {
			if strings.HasSuffix(media, "json") && len(content.Schema) > 0 {
				schema = content.Schema
			}
		}
		if schema == nil {
			continue
		}
		resolved := resolve(t, s, schema)
		for _, path := range examples(r, ids) {
			a := request(h, path)
			switch r.ID {
			case "getSnapshot": // the example is of other data
				a = request(h, "/api/v1/snapshots/"+snapshot)
			case "getSupplier": // the example is a buyer
				a = request(h, "/api/v1/suppliers/"+between(request(h, "/api/v1/suppliers?limit=1").body, `"key": "`, `"`))
			}
			var body any
			if err := json.Unmarshal([]byte(a.body), &body); err != nil || a.status != 200 {
				t.Errorf("%s: %d %v %.300s", path, a.status, err, a.body)
				continue
			}
			if err := resolved.Validate(body); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			checked++
		}
	}
	problem := resolve(t, s, []byte(`{"$ref":"#/components/schemas/Problem"}`))
	for _, path := range []string{"/api/v1/notices?nowhere=1", "/api/v1/notices/none", "/api/v1/nowhere"} {
		var body any
		if err := json.Unmarshal([]byte(request(h, path).body), &body); err != nil {
			t.Fatal(err)
		}
		if err := problem.Validate(body); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if checked < 300 {
		t.Errorf("only %d answers were checked", checked)
	}
}

// between is the text between two others.
func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

// resolve makes a schema with all definitions, closed: an object has no members but those described.
func resolve(t *testing.T, s spec, schema json.RawMessage) *jsonschema.Resolved {
	t.Helper()
	doc := map[string]any{"$defs": s.Components.Schemas, "allOf": []any{schema}}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var root jsonschema.Schema
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("#/components/schemas/"), []byte("#/$defs/")), &root); err != nil {
		t.Fatal(err)
	}
	for _, def := range root.Defs {
		closeObjects(def)
	}
	resolved, err := root.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

func closeObjects(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Properties != nil && s.AdditionalProperties == nil {
		s.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
	}
	for _, p := range s.Properties {
		closeObjects(p)
	}
	closeObjects(s.Items)
}

// examples are addresses of a route: with the example of every parameter that is needed, and where an id is asked for, those of notices of every version.
func examples(r native.Route, ids map[string]string) (list []string) {
	query, path := "", r.Path()
	for _, p := range r.Params {
		switch {
		case p.In == "path" && p.Name != "id":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", p.Example)
		case p.In == "query" && p.Required:
			query += "&" + p.Name + "=" + p.Example
		}
	}
	if query != "" {
		path += "?" + query[1:]
	}
	if !strings.Contains(path, "{id}") {
		return []string{path}
	}
	for _, v := range slices.Sorted(maps.Keys(ids)) {
		list = append(list, strings.ReplaceAll(path, "{id}", ids[v]))
	}
	return list
}

// TestDocsPage: the page comes whole, with a policy that names its own script and lets nothing else run.
func TestDocsPage(t *testing.T) {
	door, raw, _ := invented(t)
	h, err := handler(door, raw, slog.New(slog.NewTextHandler(io.Discard, nil)), public{})
	if err != nil {
		t.Fatal(err)
	}
	a := request(h, "/api/v1/docs")
	policy := a.header.Get("Content-Security-Policy")
	if a.status != 200 || a.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(policy, "default-src 'none'; script-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("%d %v", a.status, a.header)
	}
	for _, word := range []string{"/*STYLE*/", "/*SCRIPT*/", "http://", "https://", "innerHTML"} {
		if strings.Contains(a.body, word) {
			t.Errorf("the page holds %s", word)
		}
	}
	_, script, _ := strings.Cut(a.body, "<script>")
	script, _, _ = strings.Cut(script, "</script>")
	if sum := sha256.Sum256([]byte(script)); !strings.Contains(policy, "script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Error("the policy names another script")
	}
	golden, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if served := request(h, "/api/v1/openapi.json"); served.status != 200 || served.body != string(golden) {
		t.Errorf("openapi.json is not served as it is in docs: %d, %d bytes", served.status, len(served.body))
	}
}
