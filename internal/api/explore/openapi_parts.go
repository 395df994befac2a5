package explore

// Values that parameters take.
var (
	catalogFormats = []string{"csv", "data.json", "dcat", "dcat_ap_ch", "dcat_ap_de", "dcat_ap_se", "dcat_ap_sp", "dcat_ap_it", "dcat_ap_vl", "dcat_ap_benap", "dublin_core",
		"json", "rdf", "rss", "ttl"}
	recordFormats = []string{"csv", "fgb", "geojson", "gpx", "json", "jsonl", "jsonld", "kml", "n3", "ov2", "parquet", "rdfxml", "shp", "turtle"}
	dcatProfiles  = []string{"_ap_ch", "_ap_de", "_ap_se", "_ap_sp", "_ap_it", "_ap_vl", "_ap_benap"}
	langs         = []string{"en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"}
)

// spreadsheet is the format of spreadsheets, whose name changed.
func (d description) spreadsheet() string {
	if d.old {
		return "xls"
	}
	return "xlsx"
}

func queryParam(name, doc string, schema object) object {
	return object{"name": name, "in": "query", "description": doc, "schema": schema}
}

func pathParam(name, doc string, schema object) object {
	return object{"name": name, "in": "path", "required": true, "description": doc, "schema": schema}
}

// exploded says whether several values are several parameters.
func exploded(p object, explode bool) object {
	p["style"], p["explode"] = "form", explode
	return p
}

func text() object { return object{"type": "string"} }

func choice(values []string) object { return object{"type": "string", "enum": values} }

func flag(standard bool) object { return object{"type": "boolean", "default": standard} }

func integer(lowest, standard int) object {
	return object{"type": "integer", "minimum": lowest, "default": standard}
}

// parameters are those that several operations share.
func (d description) parameters() object {
	limit := integer(-1, 10)
	limit["maximum"] = 100
	p := object{
		"select":          queryParam("select", "Columns of the answer (ODSQL): fields, expressions, aggregates, each with an alias if wanted. All fields without it.", text()),
		"where":           queryParam("where", "Condition on the records (ODSQL).", text()),
		"order_by":        exploded(queryParam("order_by", "Order of the rows (ODSQL): fields, aliases or aggregates, with asc or desc.", text()), false),
		"group_by":        exploded(queryParam("group_by", "Make rows of groups (ODSQL): fields, functions of dates, ranges.", text()), false),
		"limit":           queryParam("limit", "Rows of the page. With group_by up to 20000, which is then also the default.", limit),
		"limit_export":    queryParam("limit", "Rows of the file; -1 means all.", integer(-1, -1)),
		"offset":          queryParam("offset", "Rows to pass over. With limit at most 10000, with group_by 20000.", integer(0, 0)),
		"refine":          exploded(queryParam("refine", "Keep the records with a value of a facet, written field:value.", text()), true),
		"exclude":         exploded(queryParam("exclude", "Leave out the records with a value of a facet, written field:value.", text()), true),
		"facet":           exploded(queryParam("facet", "A facet to count: the name of a field, or facet(name=\"...\") with options. All facets without it.", text()), true),
		"lang":            object{"name": "lang", "in": "query", "style": "form", "description": "Language of names of days and months.", "schema": choice(langs)},
		"timezone":        queryParam("timezone", "Clock of the times in the answer and in conditions, by its name in the tz database.", object{"type": "string", "default": "UTC"}),
		"use_labels":      queryParam("use_labels", "Head columns by labels instead of names.", flag(false)),
		"compressed":      queryParam("compressed", "Pack the file with gzip.", flag(false)),
		"epsg":            queryParam("epsg", "Projection of geometry, of which there is none.", object{"type": "integer", "default": 4326}),
		"dataset_id":      pathParam("dataset_id", "Identifier of the data set.", text()),
		"record_id":       pathParam("record_id", "Identifier of the record.", text()),
		"format-datasets": object{"name": "format", "in": "path", "required": true, "style": "simple", "description": "Format of the file.", "schema": ref("enum-format-datasets")},
		"format-catalog": object{"name": "format", "in": "path", "required": true, "style": "simple", "description": "Format of the file.",
			"schema": choice(append(catalogFormats[:len(catalogFormats):len(catalogFormats)], d.spreadsheet()))},
		"dcat_format": object{"name": "dcat_ap_format", "in": "path", "required": true, "style": "simple", "description": "National profile.", "schema": choice(dcatProfiles)},
	}
	if !d.old {
		p["include_links"] = queryParam("include_links", "Add links to what belongs together.", flag(false))
		p["include_app_metas"] = queryParam("include_app_metas", "Add identifier, time and size of each record.", flag(false))
	}
	return p
}

func csvParameters(bom bool) []any {
	return []any{
		queryParam("delimiter", "Between cells.", object{"type": "string", "enum": []string{";", ",", "\t", "|"}, "default": ";"}),
		queryParam("list_separator", "Between the values of a list.", object{"type": "string", "default": ","}),
		queryParam("quote_all", "Put every text in quotes.", flag(false)),
		queryParam("with_bom", "Begin with a byte-order mark, by which spreadsheets know UTF-8.", flag(bom)),
	}
}

func dcatParameters() []any {
	return []any{
		queryParam("include_exports", "Formats that become distributions; all without it.", ref("enum-format-datasets")),
		queryParam("use_labels_in_exports", "Point at files whose columns are headed by labels.", flag(true)),
	}
}

func parquetParameters() []any {
	return []any{queryParam("parquet_compression", "Packing of the columns.", object{"type": "string", "enum": []string{"snappy", "zstd"}, "default": "snappy"})}
}

func gpxParameters(extension bool) []any {
	return []any{
		queryParam("name_field", "Field for the names of points.", text()),
		queryParam("description_field_list", "Fields for the descriptions of points.", text()),
		queryParam("use_extension", "Put the fields into extensions.", flag(extension)),
	}
}

// schemas are the shapes of answers.
func (d description) schemas() object {
	facet := object{"type": "object", "required": []string{"name", "state", "value"}, "properties": object{
		"name": text(), "count": object{"type": "integer"}, "value": text(), "state": choice([]string{"displayed", "refined", "excluded"}), "facets": array(ref("facet_value_enumeration")),
	}}
	s := object{
		"links": object{"type": "object", "required": []string{"href", "rel"}, "properties": object{"href": object{"type": "string", "format": "uri"}, "rel": text()}},
		"error": object{"type": "object", "required": []string{"message", "error_code"}, "properties": object{
			"message": object{"type": "string", "minLength": 1}, "error_code": object{"type": "string", "minLength": 1}}},
		"enum-format-datasets":    choice(append(recordFormats[:len(recordFormats):len(recordFormats)], d.spreadsheet())),
		"facet_value_enumeration": facet,
		"facet_enumeration":       object{"type": "object", "required": []string{"name", "facets"}, "properties": object{"name": text(), "facets": array(ref("facet_value_enumeration"))}},
		"attachment": object{"type": "object", "properties": object{"href": text(), "metas": object{"type": "object", "properties": object{
			"mime-type": text(), "title": text(), "url": text(), "id": text()}}}},
	}
	if d.old {
		oldShapes(s)
	} else {
		newShapes(s)
	}
	return s
}

// metaProperties are the technical values of a record, by their names behind a prefix.
func metaProperties(prefix string) object {
	return object{prefix + "id": text(), prefix + "timestamp": object{"type": "string", "format": "date-time", "nullable": true}, prefix + "size": object{"type": "integer", "format": "int64"}}
}

// datasetProperties tell of a data set. Any of them is missing, and others are there, when select names columns.
func datasetProperties() object {
	field := object{"type": "object", "required": []string{"name", "label", "type", "annotations"}, "properties": object{
		"name": text(), "description": object{"type": "string", "nullable": true}, "label": text(), "type": text(), "annotations": object{"type": "object"}}}
	file := object{"type": "object", "properties": object{"mimetype": text(), "url": text(), "id": text(), "title": text()}}
	return object{
		"visibility": text(), "dataset_id": text(), "dataset_uid": object{"type": "string", "readOnly": true}, "attachments": array(file), "alternative_exports": array(object{}),
		"has_records": object{"type": "boolean"}, "data_visible": object{"type": "boolean"},
		"features": object{"type": "array", "nullable": true, "items": text()}, "metas": object{"type": "object"}, "fields": array(field),
	}
}

// newShapes are those of version 2.1: fields stand in the record itself. Groups have no total_count.
func newShapes(s object) {
	dataset, record := datasetProperties(), metaProperties("_")
	for name, p := range metaProperties("_") {
		dataset[name] = p
	}
	dataset["_links"], record["_links"] = array(ref("links")), array(ref("links"))
	s["dataset"] = object{"type": "object", "additionalProperties": true, "properties": dataset}
	s["record"] = object{"type": "object", "additionalProperties": true, "properties": record}
	list := func(of string) object {
		return object{"type": "object", "required": []string{"results"}, "properties": object{
			"total_count": object{"type": "integer"}, "_links": array(ref("links")), "results": array(ref(of))}}
	}
	s["datasets"], s["records"] = list("dataset"), list("record")
}

// oldShapes are those of version 2.0: everything is wrapped with its links; groups are not.
func oldShapes(s object) {
	inner := metaProperties("")
	inner["fields"] = object{"type": "object", "additionalProperties": true}
	s["dataset"] = object{"type": "object", "required": []string{"links", "dataset"}, "properties": object{
		"links": array(ref("links")), "dataset": object{"type": "object", "additionalProperties": true, "properties": datasetProperties()}}}
	s["record"] = object{"type": "object", "required": []string{"links", "record"}, "properties": object{
		"links": array(ref("links")), "record": object{"type": "object", "required": []string{"fields"}, "properties": inner}}}
	s["aggregation"] = object{"type": "object", "additionalProperties": true}
	list := func(name, of string) object {
		return object{"type": "object", "required": []string{"links", name}, "properties": object{
			"total_count": object{"type": "integer"}, "links": array(ref("links")), name: array(object{"anyOf": []any{ref(of), ref("aggregation")}})}}
	}
	s["datasets"], s["records"] = list("datasets", "dataset"), list("records", "record")
}
