package explorev1

// Parameter is one parameter of the query string or form.
type Parameter struct {
	Name    string // NAME, FIELD and SERIE stand for names of the client's choice
	Type    string
	Default string
	Doc     string
	Note    string // how it deviates from the portal, or what was chosen
}

// Parameters is the table of all parameters. Names that are not in it are ignored.
func Parameters() []Parameter {
	return []Parameter{
		{"dataset", "id", "", "the data set; required", "several different ones: 400"},
		{"q", "version 1 language", "", "condition", ""},
		{"q.NAME", "version 1 language, repeatable", "", "further condition; all must hold", ""},
		{"refine.FIELD", "value, repeatable", "", "records that have the value; of a hierarchy or a date also a level above", ""},
		{"exclude.FIELD", "value, repeatable", "", "records that do not have it", ""},
		{"disjunctive.FIELD", "boolean", "false", "repeated refines of the field are alternatives", ""},
		{"facet", "field, repeatable", "", "facets to count", "unknown names are ignored"},
		{"fields", "list of fields", "all", "columns of the answer", "unknown names are ignored"},
		{"sort", "list of fields, repeatable", "the data set's order", "order: a name alone descends, a minus before it ascends", ""},
		{"rows", "integer", "10; -1 for downloads", "rows, at most 10000; without bound for downloads", "-1 is as many as there may be"},
		{"start", "integer", "0", "rows to skip; with rows at most 10000, without bound for downloads", ""},
		{"format", "name", "json; csv for downloads", "format of the answer", "downloads take the formats of version 2.1 as well"},
		{"callback", "name of a function", "", "what jsonp and geojsonp call", ""},
		{"pretty_print", "boolean", "false", "JSON over several lines", "up to 1000 rows"},
		{"timezone", "name of the tz database", "UTC", "clock of instants in answers and in conditions", ""},
		{"lang", "language", "fr", "language", "without effect but for the header"},
		{"csv_separator", "one character", ";", "csv: between cells", ""},
		{"use_labels_for_header", "boolean", "false", "labels instead of names as headings", ""},
		{"x", "field, repeatable", "", "the field by whose values is aggregated, or a part of its dates (dateparution.year); required", ""},
		{"y.SERIE.func", "function", "", "COUNT, AVG, SUM, MIN, MAX, STDDEV, SUMSQUARES, QUANTILES", ""},
		{"y.SERIE.expr", "number of a record", "", "a field or arithmetic over fields; not read for COUNT", "no functions such as sin()"},
		{"y.SERIE.cumulative", "boolean", "false", "running sums along x", ""},
		{"y.SERIE.subsets", "percentage", "50", "which quantile", "one, not a list"},
		{"maxpoints", "integer", "20000", "points at most", ""},
		{"periodic", "unit", "year", "the longest part of dates: year month week weekday day hour minute", ""},
		{"precision", "unit", "day", "the shortest part of dates", "not shorter than the values of the field are"},
		{"geofilter.distance", "circle", "", "400: no data set here has a place on a map", ""},
		{"geofilter.polygon", "polygon", "", "400: no data set here has a place on a map", ""},
		{"extrametas", "boolean", "false", "adds extra_metas", "which is empty"},
		{"interopmetas", "boolean", "false", "adds interop_metas", "which is empty"},
	}
}
