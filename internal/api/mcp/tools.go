package mcp

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/notice"
)

// tool is a request of the native API as an agent sees it.
type tool struct {
	name, title, doc string
	args             []argument
	path             func(args map[string]any) (string, error)
	fixed            url.Values // that no argument decides
}

// argument is one value that a tool takes. It goes into the parameter of its name, unless the path takes it.
type argument struct {
	name, kind, doc string // kind is that of JSON Schema: string, boolean, integer, number
	list            bool   // several values, of which one must hold
	enum            []string
	least, most     int // of integers, and characters of strings; both 0 for none
	required        bool
	inPath          bool
}

const api = "/api/v1"

const maxText = 2000 // characters of a text that an agent writes

func tools() []tool {
	id := argument{name: "id", kind: "string", doc: `number of the notice, such as "24-12345"`, least: 1, most: 100, required: true, inPath: true}
	return []tool{
		{
			name: "search_notices", title: "Find procurement notices",
			doc: "Finds notices by words and criteria, latest first, with the exact total. A criterion with several values holds when one does; all criteria hold together. " +
				"Go on with the cursor of the answer. Without criteria: the latest notices.",
			args: searchArguments(), path: fixedPath(api + "/notices"),
		},
		{
			name: "get_notice", title: "Read one notice",
			doc: "One notice in full: parties, lots, amounts, deadlines, criteria, winners, links, with flags where the source is doubtful. " +
				"part=lots gives its lots and results alone, part=links the notices that it belongs together with.",
			args: []argument{
				id,
				{name: "part", kind: "string", doc: "what of it; notice (the default) is everything, typed", enum: []string{"notice", "lots", "links"}, inPath: true},
				{name: "version", kind: "string", doc: "API version that the notice must have, as its hit names it", enum: versions()},
			},
			path: noticePath,
		},
		{
			name: "get_procedure", title: "Follow a procedure over time",
			doc:  "The notices of one procurement procedure in order: call, corrections, award, modifications; each link with its evidence and grade, and what changed field by field.",
			args: []argument{{name: "id", kind: "string", doc: "number of any notice of the procedure, or its European procedure identifier", least: 1, most: 200, required: true, inPath: true}},
			path: func(args map[string]any) (string, error) { return below(api+"/procedures", args["id"]) },
		},
		{
			name: "list_codes", title: "Look up codes and field names",
			doc: "Codes with their labels: what search_notices takes and answers hold. list=fields describes every field that `where`, `fields` and `sort` may name.",
			args: []argument{
				{name: "list", kind: "string", doc: "which list", required: true, inPath: true,
					enum: []string{"cpv", "nuts", "departements", "descripteurs", "natures", "familles", "procedures", "fields"}},
				{name: "q", kind: "string", doc: "words of the label or beginning of the code; not for fields", most: maxText},
				{name: "limit", kind: "integer", doc: "at most so many; not for fields", least: 1, most: 200},
			},
			path: codesPath,
		},
		{
			name: "data_status", title: "State of the data",
			doc:  `How many notices there are and, in "meta", where they come from, under which licence, and when they were last updated.`,
			path: fixedPath(api + "/notices"), fixed: url.Values{"limit": {"1"}, "fields": {"published"}},
		},
	}
}

// searchArguments are the criteria and options of the native API, as its own tables describe them, and an expression.
func searchArguments() []argument {
	var list []argument
	for _, c := range params.Table() {
		a := argument{name: c.Name, kind: "string", doc: c.Doc, enum: c.Enum, list: !c.Once && !c.Whole, most: maxText}
		switch c.Value {
		case "true or false":
			a.kind = "boolean"
		case "euros":
			a.kind = "number"
		}
		list = append(list, a)
	}
	for _, o := range params.Options() {
		a := argument{name: o.Name, kind: "string", doc: o.Doc, most: maxText}
		if o.Name == "limit" {
			a.kind, a.least, a.most = "integer", 1, maxHits
		}
		list = append(list, a)
	}
	return append(list, argument{name: "where", kind: "string", most: maxText,
		doc: `a condition in ODSQL over any field, such as cpv like "4523*" and amount > 100000; list_codes with list=fields has the fields`})
}

// maxHits is the most hits of a page for an agent.
const maxHits = 100

func fixedPath(path string) func(map[string]any) (string, error) {
	return func(map[string]any) (string, error) { return path, nil }
}

func noticePath(args map[string]any) (string, error) {
	path, err := below(api+"/notices", args["id"])
	if part, _ := args["part"].(string); part != "" && part != "notice" {
		path += "/" + part
	}
	return path, err
}

func codesPath(args map[string]any) (string, error) {
	list, _ := args["list"].(string)
	if list != "fields" {
		return api + "/codes/" + list, nil
	}
	if args["q"] != nil || args["limit"] != nil {
		return "", fault.New(fault.Invalid, "the fields come all at once: they take no q and no limit")
	}
	return api + "/fields", nil
}

// below is a path with an id that an agent wrote as its last segment.
func below(path string, id any) (string, error) {
	s, _ := id.(string)
	if s = strings.TrimSpace(s); s == "" || s == "." || s == ".." {
		return "", fault.New(fault.Invalid, "%q is no id", s).At("argument id").WithHint(`a number of a notice such as "24-12345" is expected`)
	}
	return path + "/" + url.PathEscape(s), nil
}

// target is the request for some arguments, which fit the schema.
func (t tool) target(args map[string]any) (string, error) {
	path, err := t.path(args)
	if err != nil {
		return "", err
	}
	values := url.Values{}
	for name, v := range t.fixed {
		values[name] = v
	}
	for _, a := range t.args {
		v, ok := args[a.name]
		if !ok || v == nil || a.inPath {
			continue
		}
		if list, several := v.([]any); several {
			for _, x := range list {
				values.Add(a.name, written(x))
			}
			continue
		}
		values.Set(a.name, written(v))
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	return path, nil
}

// written is a value of JSON as a parameter.
func written(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func versions() []string {
	var list []string
	for _, v := range notice.Versions() {
		list = append(list, string(v))
	}
	return list
}
