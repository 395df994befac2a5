package explore

import "slices"

// Endpoint is one path of the API, below the address of a version.
type Endpoint struct {
	Path   string // "/catalog/datasets/{dataset_id}/records"
	Doc    string
	Params []string // names in Parameters
	State  State
	Note   string // how it deviates, or what was chosen
	below  bool   // stands for every path below, too, none of which exists
	gone   bool   // in version 2.1
	v      [2]func(q *request) error
}

// State says how an endpoint, a parameter or a function stands to the portal's.
type State string

const (
	Done     State = "done"
	Deviates State = "deviates" // the note says why
	Unknown  State = "unknown"  // what the portal does is not known; the note says what was chosen
)

// Versions names the versions that have the endpoint.
func (e *Endpoint) Versions() string {
	switch {
	case e.v[v20] == nil:
		return "2.1"
	case e.v[v21] == nil:
		return "2.0"
	}
	return "2.1, 2.0"
}

func (e *Endpoint) answer(q *request) error {
	if f := e.v[q.v]; f != nil {
		return f(q)
	}
	return notFoundURI()
}

// Parameter is one parameter of the query string.
type Parameter struct {
	Name    string
	Type    string
	Default string
	Doc     string
	State   State
	Note    string
}

// lists of parameters that several endpoints share.
var (
	filters = []string{"where", "qv1", "refine", "exclude", "facet"}
	shows   = []string{"lang", "timezone"}
	lists   = slices.Concat([]string{"select", "group_by", "order_by", "limit", "offset"}, filters, shows, []string{"include_links", "include_app_metas"})
	files   = slices.Concat([]string{"select", "group_by", "order_by", "limit", "offset", "rows", "start"}, filters, shows, []string{"use_labels", "compressed", "epsg",
		"delimiter", "list_separator", "quote_all", "with_bom", "spreadsheet", "parquet_compression", "name_field", "description_field_list", "use_extension"})
)

func both(f func(q *request) error) [2]func(q *request) error {
	return [2]func(q *request) error{f, f}
}

// Answers reports whether version 2.1 answers the path, and not only with an error.
func (e *Endpoint) Answers() bool { return !e.below && !e.gone }

// Endpoints is the table of everything that is answered. Handler routes by it and docs/explore-compatibility.md is made of it.
func Endpoints() []Endpoint {
	return []Endpoint{
		{Path: "/", Doc: "entry point: links", State: Unknown, Note: "that it is a list of links is documented, which links is not", v: both(entry)},
		{Path: "/catalog", Doc: "entry point of the catalogue: links", State: Unknown, Note: "as above", v: both(entryCatalog)},
		{Path: "/catalog/datasets", Doc: "the data sets, filtered, ordered, grouped", Params: lists, State: Done, v: both(datasets)},
		{Path: "/catalog/datasets/{dataset_id}", Doc: "one data set: fields and metadata", Params: slices.Concat([]string{"select"}, shows, []string{"include_links", "include_app_metas"}),
			State: Done, v: both(oneDataset)},
		{Path: "/catalog/datasets/{dataset_id}/records", Doc: "a page of records or groups", Params: lists, State: Done, v: both(records)},
		{Path: "/catalog/datasets/{dataset_id}/records/{record_id}", Doc: "one record", Params: slices.Concat([]string{"select"}, shows, []string{"include_links", "include_app_metas"}),
			State: Done, v: both(oneRecord)},
		{Path: "/catalog/datasets/{dataset_id}/exports", Doc: "the formats of exports: links", State: Done, v: both(exportList)},
		{Path: "/catalog/datasets/{dataset_id}/exports/{format}", Doc: "all records or groups as a file, streamed", Params: files, State: Deviates,
			Note: "formats that need geometry answer 400: no data set here has any", v: both(exportRecords)},
		{Path: "/catalog/datasets/{dataset_id}/facets", Doc: "values of facets with their counts", Params: slices.Concat(filters, shows), State: Done, v: both(facets)},
		{Path: "/catalog/datasets/{dataset_id}/attachments", Doc: "attached files", State: Done, Note: "no data set here has any", v: both(attachments)},
		{Path: "/catalog/datasets/{dataset_id}/aggregates", Doc: "groups or one row of aggregates; 410 in version 2.1", Params: slices.Concat([]string{"select", "group_by", "order_by", "limit", "offset"}, filters, shows),
			State: Done, gone: true, v: [2]func(*request) error{v21: choiceGone, v20: aggregates}},
		{Path: "/catalog/datasets/{dataset_id}/query", Doc: "records or groups without wrapping; 410 in version 2.1", Params: lists, State: Done,
			Note: "the shape of records in version 2.1, which clients read", gone: true, v: [2]func(*request) error{v21: choiceGone, v20: bareQuery}},
		{Path: "/catalog/aggregates", Doc: "aggregates over the data sets; 410 in version 2.1", Params: slices.Concat([]string{"select", "group_by", "order_by", "limit", "offset"}, filters, shows),
			State: Done, gone: true, v: [2]func(*request) error{v21: choiceGone, v20: aggregates}},
		{Path: "/catalog/query", Doc: "the data sets without wrapping; 410 in version 2.1", Params: lists, State: Done,
			Note: "the shape of /catalog/datasets in version 2.1, which clients read", gone: true, v: [2]func(*request) error{v21: choiceGone, v20: bareDatasets}},
		{Path: "/catalog/facets", Doc: "facets of the catalogue", Params: slices.Concat(filters, shows), State: Done, v: both(facets)},
		{Path: "/catalog/exports", Doc: "the formats of exports of the catalogue: links", State: Done, v: both(exportList)},
		{Path: "/catalog/exports/{format}", Doc: "the catalogue as a file", Params: slices.Concat([]string{"select", "group_by", "order_by", "limit", "offset"}, filters, shows,
			[]string{"use_labels", "delimiter", "list_separator", "quote_all", "with_bom", "include_exports", "use_labels_in_exports"}), State: Done, v: both(exportCatalog)},
		{Path: "/catalog/assets", Doc: "undocumented: 404", State: Unknown, Note: "404 NotFoundURI", below: true, v: both(choiceNoSource)},
		{Path: "/monitoring", Doc: "statistics of the portal: 404", State: Deviates, Note: "a mirror of the BOAMP has none", below: true, v: both(choiceNoSource)},
		{Path: "/opendatasoft", Doc: "the platform's data network: 404", State: Deviates, Note: "not of the BOAMP", below: true, v: both(choiceNoSource)},
		{Path: "/swagger.json", Doc: "OpenAPI description of this server", State: Done, Note: "in our own words", v: both(swagger)},
		{Path: "/console", Doc: "a page to try requests", State: Deviates, Note: "a small page of our own", v: both(console)},
	}
}

// Parameters is the table of all parameters. Names that are not in it are ignored.
func Parameters() []Parameter {
	return []Parameter{
		{"select", "ODSQL", "all fields", "columns of the answer", Done, ""},
		{"where", "ODSQL, repeatable", "", "condition; several must all hold", Done, ""},
		{"qv1", "version 1 language, repeatable", "", "further condition, on records, facets and exports", Done, "undocumented at the portal"},
		{"group_by", "ODSQL list", "", "rows are groups; repeated values are joined", Done, "not on exports of version 2.0, where it is ignored"},
		{"order_by", "ODSQL list", "the data set's order", "order; repeated values are joined", Done, ""},
		{"limit", "integer", "10; 20000 with group_by; -1 on exports", "rows; -1 to 100, to 20000 with group_by, without bound on exports", Done, ""},
		{"offset", "integer", "0", "rows to skip; with limit at most 10000, 20000 with group_by, without bound on exports", Done, ""},
		{"rows", "integer", "-1", "limit on exports when there is none; ignored elsewhere", Done, ""},
		{"start", "integer", "0", "offset on exports when there is none; ignored elsewhere", Done, ""},
		{"refine", "FIELD:VALUE, repeatable", "", "records that have a value of a facet", Done, ""},
		{"exclude", "FIELD:VALUE, repeatable", "", "records that do not have it", Done, ""},
		{"facet", "name or facet(...), repeatable", "all facets", "facets wanted; with its options also what a refine means, on records and exports", Done, ""},
		{"lang", "en fr nl pt it ar de es ca eu sv", "fr", "language of names of days and months", Unknown, "another value: 400 InvalidRESTParameterError"},
		{"timezone", "name of the tz database", "UTC", "clock of instants in answers and in conditions", Unknown, "another value: 400 InvalidRESTParameterError"},
		{"include_links", "boolean", "false", "adds _links", Unknown, "links self and dataset; version 2.0 always has links"},
		{"include_app_metas", "boolean", "false", "adds _id, _timestamp, _size before the fields", Done, "ignored in version 2.0, which always has them"},
		{"use_labels", "boolean", "false", "labels instead of names as headings and keys", Done, ""},
		{"compressed", "boolean", "false", "the file is packed with gzip, its name ends in .gzip", Done, ""},
		{"epsg", "integer", "4326", "projection of geometry", Deviates, "read, without effect: there is no geometry"},
		{"delimiter", "one character", ";", "csv: between cells", Done, "any character that can be told from a quote or line end"},
		{"list_separator", "text", ",", "csv, xlsx: between the values of a list", Done, ""},
		{"quote_all", "boolean", "false", "csv: quotes around every text", Done, ""},
		{"with_bom", "boolean", "true in version 2.1, false in 2.0", "csv: begins with a byte-order mark", Done, ""},
		{"spreadsheet", "boolean", "false", "csv: what a spreadsheet would take for a formula is defused", Deviates, "our addition"},
		{"parquet_compression", "snappy zstd", "snappy", "parquet: packing of the columns", Done, ""},
		{"name_field", "field", "", "gpx", Deviates, "without effect: gpx needs geometry"},
		{"description_field_list", "fields", "", "gpx", Deviates, "without effect: gpx needs geometry"},
		{"use_extension", "boolean", "true in version 2.1, false in 2.0", "gpx", Deviates, "without effect: gpx needs geometry"},
		{"include_exports", "list of formats", "all", "dcat: exports that become distributions", Done, ""},
		{"use_labels_in_exports", "boolean", "true", "dcat: distributions have labels as headings", Done, ""},
		{"apikey", "text", "", "accepted in every form (parameter, Authorization header, access_token) and ignored: nothing needs a key", Done, ""},
	}
}
