package main

import (
	"reflect"
	"strings"

	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/api/ops"
	"github.com/boamp/boamp/internal/api/versions"
)

// alive is the answer of /healthz.
type alive struct {
	Status string `json:"status"`
}

// ready is the answer of /readyz.
type ready struct {
	Status     string `json:"status"`
	Revision   int64  `json:"revision"`
	Notices    int64  `json:"notices"`
	LastUpdate string `json:"last_update,omitempty"`
}

// beside describes what the program serves beside the native API, for its description and the page made of it. The Explore API has
// descriptions of its own.
func beside() native.Beside {
	json := func(doc string, body any) []native.Answer {
		return []native.Answer{{MediaType: "application/json", Doc: doc, Body: body}}
	}
	return native.Beside{
		Sources: []string{versions.Source()}, Names: map[reflect.Type]string{
			reflect.TypeFor[versions.List](): "Versions", reflect.TypeFor[versions.Version](): "APIVersion", reflect.TypeFor[versions.Change](): "APIChange",
			reflect.TypeFor[ops.Build](): "Program", reflect.TypeFor[alive](): "Alive", reflect.TypeFor[ready](): "Ready",
		},
		Routes: append(legacyRoutes(), []native.Route{
			{
				Pattern: "GET " + versions.Path, ID: "listVersions", Tag: "versions", Doc: "versions of all APIs: status, days, where to go on; and what changed",
				Answers: json("the versions and the changes", versions.List{}), Errors: []int{503}, Cache: native.CacheProgram,
			},
			{
				Pattern: "GET " + versions.FeedPath, ID: "getChangesFeed", Tag: "versions", Doc: "what changed, as a feed (Atom, RFC 4287)",
				Answers: []native.Answer{{MediaType: "application/atom+xml", Doc: "the feed"}}, Errors: []int{503}, Cache: native.CacheProgram,
			},
			{Pattern: "GET /healthz", ID: "getHealth", Tag: "operation", Doc: "the process lives", Answers: json("it does", alive{}), Cache: native.CacheNone},
			{Pattern: "GET /readyz", ID: "getReadiness", Tag: "operation", Doc: "the data answer; 503 when not", Answers: json("they do", ready{}), Cache: native.CacheNone},
			{Pattern: "GET /version", ID: "getProgram", Tag: "operation", Doc: "program, readers, data format", Answers: json("the program", ops.Build{}), Cache: native.CacheNone},
		}...),
	}
}

// legacyRoutes are those of DILA's first API. Its answers are on a page of their own: their members are those of the source documents.
func legacyRoutes() []native.Route {
	answers := []native.Answer{{MediaType: "application/json", Doc: "the answer"}, {MediaType: "application/xml", Doc: "the answer, for those who ask for XML"}}
	var list []native.Route
	for i, r := range legacy.Routes() {
		route := native.Route{
			Pattern: "GET " + r.Path, ID: []string{"legacySearch", "legacyNotice"}[i], Tag: "legacy", Doc: "DILA's first API: " + r.Doc, Answers: answers,
			Errors: []int{400, 404}, Cache: native.CacheRevision,
		}
		for _, p := range r.Params {
			param := native.Param{Name: p.Name, In: "query", Type: "string", Doc: p.Doc, Required: p.Name == "criterion"}
			if p.Name == "criterion" {
				param.Example = "#all"
			}
			route.Params = append(route.Params, param)
		}
		for _, name := range []string{"version", "id"} {
			if strings.Contains(r.Path, "{"+name+"}") {
				route.Params = append(route.Params, native.Param{Name: name, In: "path", Type: "string", Required: true, Example: map[string]string{"version": "v230", "id": "19-12345"}[name],
					Doc: map[string]string{"version": "version that the schema of the search item names", "id": "id of the notice"}[name]})
			}
		}
		list = append(list, route)
	}
	return list
}
