package native

import (
	"slices"
	"strconv"

	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/notice"
)

// Routes lists the routes of the API. This table decides what is served; descriptions for machines are made from it.
func (a *API) Routes() []Route {
	return slices.Concat(a.noticeRoutes(), a.exportRoutes(), a.procedureRoutes(), a.linkRoutes(), a.facetRoutes(), a.statsRoutes(), a.partyRoutes(), a.codeRoutes(), a.fieldRoutes(), a.schemaRoutes(), a.changeRoutes(), a.snapshotRoutes(), a.completenessRoutes(), a.contractRoutes())
}

const jsonMedia = "application/json"

func (a *API) noticeRoutes() []Route {
	id := Param{Name: "id", In: "path", Type: "string", Value: "idweb", Doc: "id of the notice: its number in the BOAMP", Example: "24-12345", Required: true}
	version := Param{Name: "version", In: "query", Type: "string", Value: "name", Doc: "API version that the notice must have; without it any", Enum: versionNames()}
	one := []Param{id, version}
	return []Route{
		{
			Pattern: "GET " + Prefix + "/notices", ID: "listNotices", Tag: "notices", Doc: "find notices by criteria: a page of hits with the exact total",
			Params: slices.Concat(a.criteria(), a.options("sort", "limit", "cursor", "fields")), Answers: []Answer{{jsonMedia, "a page of hits", List{}}},
			Errors: listErrors, Cache: CacheRevision, handler: a.list,
		},
		{
			Pattern: "GET " + Prefix + "/notices/{id}", ID: "getNotice", Tag: "notices", Doc: "one notice in full, typed; ?version= names its API version",
			Params: one, Answers: []Answer{{jsonMedia, "the notice", One{}}}, Errors: noticeErrors, Cache: CacheDocument, handler: a.notice,
		},
		{
			Pattern: "GET " + Prefix + "/notices/{id}/raw", ID: "getNoticeSource", Tag: "notices", Doc: "the very bytes of the source document",
			Params: one, Answers: []Answer{{"application/xml", "an XML document", nil}, {jsonMedia, "a JSON record", nil}}, Errors: noticeErrors, Cache: CacheDocument, handler: a.raw,
		},
		{
			Pattern: "GET " + Prefix + "/notices/{id}/record", ID: "getNoticeRecord", Tag: "notices", Doc: "the flat record of 41 fields",
			Params: one, Answers: []Answer{{jsonMedia, "the record, as the Explore API 2.1 writes it", FlatRecord{}}}, Errors: noticeErrors, Cache: CacheDocument, handler: a.record,
		},
		{
			Pattern: "GET " + Prefix + "/notices/{id}/html", ID: "getNoticePage", Tag: "notices", Doc: "the notice as a page in French, made by boamp",
			Params: one, Answers: []Answer{{"text/html; charset=utf-8", "a page", nil}}, Errors: noticeErrors, Cache: CacheDocument, handler: a.html,
		},
		{
			Pattern: "GET " + Prefix + "/notices/{id}/lots", ID: "getNoticeLots", Tag: "notices", Doc: "the lots of the notice, and of an award the results",
			Params: one, Answers: []Answer{{jsonMedia, "lots and results", LotsAnswer{}}}, Errors: noticeErrors, Cache: CacheRevision, handler: a.lots,
		},
	}
}

func (a *API) exportRoutes() []Route {
	var list []Route
	shape := slices.Concat(a.criteria(), a.options("sort", "limit", "fields"), fileParams())
	for i := range shape {
		if shape[i].Name == "limit" {
			shape[i].Max, shape[i].Default, shape[i].Doc = 1<<31-1, "", "at most so many notices; without it all"
		}
	}
	for _, f := range a.Formats {
		list = append(list, Route{
			Pattern: "GET " + Prefix + "/notices." + f.Name, ID: "export" + title(f.Name), Tag: "notices", Doc: "all the notices that match, as " + f.Name,
			Params: shape, Answers: []Answer{{f.MediaType, "the file", nil}}, Errors: listErrors, Cache: CacheRevision, handler: a.export(f),
		})
	}
	return list
}

func title(s string) string { return string(s[0]-'a'+'A') + s[1:] }

// criteria are the parameters that choose notices.
func (a *API) criteria() []Param {
	var list []Param
	for _, c := range slices.Concat(params.Table(), params.OfFields(a.Door.Fields)) {
		p := Param{Name: c.Name, In: "query", Value: c.Value, Doc: c.Doc, Example: c.Example, Repeated: !c.Once, Whole: c.Whole, Enum: c.Enum, Generic: c.Generic, Of: c.Of}
		p.Type, p.Format = jsonType(c.Value)
		list = append(list, p)
	}
	return append(list, Param{Name: "where", In: "query", Type: "string", Value: "ODSQL", Repeated: true, Whole: true, Example: `startswith(cpv, "4523") and amount > 100000`,
		Doc: "a condition in ODSQL over all fields; given several times, all hold. Dates and times without offset are those of Paris"})
}

// jsonType is the type and format of JSON Schema of a form of value.
func jsonType(value string) (name, format string) {
	switch value {
	case "true or false":
		return "boolean", ""
	case "euros", "number":
		return "number", ""
	case "yyyy-mm-dd":
		return "string", "date"
	}
	return "string", ""
}

// options are parameters that shape an answer.
func (a *API) options(names ...string) []Param {
	var list []Param
	for _, o := range params.Options() {
		if !slices.Contains(names, o.Name) {
			continue
		}
		p := Param{Name: o.Name, In: "query", Type: "string", Value: o.Value, Doc: o.Doc}
		switch o.Name {
		case "limit":
			p.Type, p.Min, p.Max, p.Default, p.Example = "integer", 1, params.MaxLimit, strconv.Itoa(params.DefaultLimit), "50"
		case "sort":
			p.Example = "-published,idweb"
		case "fields":
			p.Example = "title,buyer_name,amount"
		}
		list = append(list, p)
	}
	return list
}

// fileParams shape a file.
func fileParams() []Param {
	flag := func(name, doc string) Param {
		return Param{Name: name, In: "query", Type: "boolean", Value: "true or false", Default: "false", Doc: doc}
	}
	return []Param{
		{Name: "delimiter", In: "query", Type: "string", Value: "character", Default: ";", Doc: "csv: between cells"},
		{Name: "list_separator", In: "query", Type: "string", Value: "text", Default: ",", Doc: "csv, xlsx: between the values of one cell"},
		flag("quote_all", "csv: quotes around every heading, text, date and list"),
		flag("with_bom", "csv: begins with a byte-order mark"),
		flag("use_labels", "French labels instead of names"),
		flag("spreadsheet", "csv: texts that a spreadsheet would take for formulas start with an apostrophe"),
		{Name: "flavour", In: "query", Type: "string", Value: "name", Default: "raw", Enum: []string{"raw", "tableur"}, Doc: "csv: raw, for programs; tableur, for people with a spreadsheet"},
		{Name: "parquet_compression", In: "query", Type: "string", Value: "name", Default: "snappy", Enum: []string{"snappy", "zstd"}, Doc: "parquet: how columns are packed"},
		{Name: "timezone", In: "query", Type: "string", Value: "zone", Example: "Europe/Paris", Doc: "clock on which instants are shown; default UTC, in xlsx Europe/Paris"},
	}
}

func versionNames() []string {
	var list []string
	for _, v := range notice.Versions() {
		list = append(list, string(v))
	}
	return list
}
