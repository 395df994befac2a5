package explore

import "encoding/json"

// OpenAPI gives the description of the Explore API as a JSON document (OpenAPI 3.0.3): version is "v2.1" or "v2.0", base the address of
// the API without a slash at the end, "https://boamp.example/api/explore/v2.1". nil for another version.
//
// Paths, operations, parameters and their values are those of the platform's own descriptions, so that clients generated from either
// fit both; the words are ours. What the server answers beyond (qv1, facet on records, the paths of Endpoints that the platform does
// not describe) is in docs/explore-compatibility.md. Responses are described as this server gives them: TestOpenAPI has the differences.
func OpenAPI(version, base string) []byte {
	if version != v21.String() && version != v20.String() {
		return nil
	}
	d := description{old: version == v20.String()}
	doc, err := json.MarshalIndent(d.document(version, base), "", "  ")
	if err != nil {
		panic("explore: " + err.Error()) // maps of texts always encode
	}
	return append(doc, '\n')
}

// object is a JSON object in the making.
type object = map[string]any

// description makes the document of a version.
type description struct {
	old bool // 2.0
}

func (d description) document(version, base string) object {
	return object{
		"openapi": "3.0.3",
		"info": object{
			"title": "Explore API", "version": version,
			"description": "Search, count and export the notices of the BOAMP and the lists that go with them, as the portal of the DILA answers. " +
				"Every path takes GET and nothing else. Conditions, columns and groups are written in ODSQL.",
			"license": object{"name": "Licence Ouverte 2.0 (data)", "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence"},
		},
		"servers": []any{object{"url": base}},
		"tags": []any{
			object{"name": "Catalog", "description": "The data sets"},
			object{"name": "Dataset", "description": "The records of one data set"},
		},
		"security":   []any{object{}, object{"apikey": []string{}}},
		"paths":      d.paths(),
		"components": object{"securitySchemes": securitySchemes(), "parameters": d.parameters(), "schemas": d.schemas(), "responses": errorResponses()},
	}
}

func securitySchemes() object {
	return object{"apikey": object{"type": "apiKey", "in": "query", "name": "apikey", "description": "Accepted and ignored: nothing here needs a key."}}
}

// operation is one path.
type operation struct {
	path, id, tag, summary string
	params                 []any // names of shared parameters, or parameters of its own
	answer                 object
}

// operations lists the paths in the order of the platform's description.
func (d description) operations() []operation {
	const set = "/catalog/datasets/{dataset_id}"
	page := []any{"select", "where", "order_by", "limit", "offset", "refine", "exclude", "lang", "timezone"}
	file := []any{"select", "where", "order_by", "limit_export", "refine", "exclude", "lang", "timezone"}
	one := []any{"dataset_id", "select", "lang", "timezone"}
	records := append([]any{"dataset_id"}, page...)
	records = append(records, "group_by")
	if !d.old {
		page = append(page, "group_by", "include_links", "include_app_metas")
		records = append(records, "include_links", "include_app_metas")
		file = append(file, "group_by")
		one = append(one, "include_links", "include_app_metas")
	}
	csv := csvParameters(!d.old)
	return []operation{
		{"/catalog/datasets", "getDatasets", "Catalog", "A page of the data sets", page, ok(typeJSON, ref("datasets"))},
		{"/catalog/exports", "listExportFormats", "Catalog", "The formats in which the catalogue is to be had", nil, ok(typeJSON, links())},
		{"/catalog/exports/{format}", "exportDatasets", "Catalog", "The catalogue as a file", append([]any{"format-catalog", "offset"}, file...), okFile("", "")},
		{"/catalog/exports/csv", "exportCatalogCSV", "Catalog", "The catalogue as CSV", csv, okFile("text/csv", "text")},
		{"/catalog/exports/dcat{dcat_ap_format}", "exportCatalogDCAT", "Catalog", "The catalogue by a national profile of DCAT-AP, here by the European one",
			append([]any{"dcat_format"}, dcatParameters()...), okFile("application/rdf+xml", "text")},
		{"/catalog/facets", "getDatasetsFacets", "Catalog", "Values of facets of the catalogue, with how many data sets have them",
			[]any{"facet", "refine", "exclude", "where", "timezone"}, ok(typeJSON, listOf("facets", "facet_enumeration"))},
		{set + "/records", "getRecords", "Dataset", "A page of records, or of groups", records, ok(typeJSON, ref("records"))},
		{set + "/exports", "listDatasetExportFormats", "Dataset", "The formats in which the records are to be had", []any{"dataset_id"}, ok(typeJSON, links())},
		{set + "/exports/{format}", "exportRecords", "Dataset", "All records that match as a file; formats of geometry are refused, for there is none",
			append(append([]any{"dataset_id", "format-datasets"}, file...), "use_labels", "compressed", "epsg"), okFile("", "")},
		{set + "/exports/csv", "exportRecordsCSV", "Dataset", "All records as CSV", append([]any{"dataset_id"}, csv...), okFile("text/csv", "text")},
		{set + "/exports/parquet", "exportRecordsParquet", "Dataset", "All records as Parquet", append([]any{"dataset_id"}, parquetParameters()...), okFile("application/vnd.apache.parquet", "binary")},
		{set + "/exports/gpx", "exportRecordsGPX", "Dataset", "Refused: GPX needs geometry, and there is none", append([]any{"dataset_id"}, gpxParameters(!d.old)...), okFile("", "")},
		{set, "getDataset", "Catalog", "One data set: its fields and metadata", one, ok(typeJSON, ref("dataset"))},
		{set + "/facets", "getRecordsFacets", "Dataset", "Values of facets, with how many records have them",
			[]any{"dataset_id", "where", "refine", "exclude", "facet", "lang", "timezone"}, ok(typeJSON, listOf("facets", "facet_enumeration"))},
		{set + "/attachments", "getDatasetAttachments", "Dataset", "Files attached to a data set: none", []any{"dataset_id"}, ok(typeJSON, listOf("attachments", "attachment"))},
		{set + "/records/{record_id}", "getRecord", "Dataset", "One record", []any{"dataset_id", "record_id", "select", "lang", "timezone"}, ok(typeJSON, ref("record"))},
	}
}

func (d description) paths() object {
	paths := object{}
	for _, o := range d.operations() {
		op := object{"operationId": o.id, "tags": []string{o.tag}, "summary": o.summary, "responses": responses(o.answer)}
		var params []any
		for _, p := range o.params {
			if name, shared := p.(string); shared {
				p = object{"$ref": "#/components/parameters/" + name}
			}
			params = append(params, p)
		}
		if params != nil {
			op["parameters"] = params
		}
		paths[o.path] = object{"get": op}
	}
	return paths
}

// ok is the good answer in a media type.
func ok(mediaType string, schema object) object {
	return object{"description": "The answer", "content": object{mediaType: object{"schema": schema}}}
}

// okFile is a file; without a media type the format of the path says what it is.
func okFile(mediaType, kind string) object {
	schema := object{"type": "string"}
	switch {
	case mediaType == "":
		return object{"description": "The file, streamed"}
	case kind == "binary":
		schema["format"] = "binary"
	}
	return object{"description": "The file, streamed", "content": object{mediaType: object{"schema": schema}}}
}

func ref(schema string) object { return object{"$ref": "#/components/schemas/" + schema} }

func array(items object) object { return object{"type": "array", "items": items} }

// links is the answer that is a list of links.
func links() object {
	return object{"type": "object", "properties": object{"links": array(ref("links"))}}
}

// listOf is the answer that has links and a list.
func listOf(name, schema string) object {
	return object{"type": "object", "required": []string{"links", name}, "properties": object{"links": array(ref("links")), name: array(ref(schema))}}
}

// responses are the good answer and those of errors.
func responses(good object) object {
	errorRef := func(name string) object { return object{"$ref": "#/components/responses/" + name} }
	return object{
		"200": good, "304": object{"description": "Not changed since the answer whose entity tag was sent"},
		"400": errorRef("bad_request"), "401": errorRef("problem"), "404": errorRef("not_found"), "429": errorRef("quota"), "500": errorRef("problem"), "default": errorRef("problem"),
	}
}

func errorResponses() object {
	problem := func(what string) object {
		return object{"description": what, "content": object{"application/json": object{"schema": ref("error")}}}
	}
	quota := object{
		"type": "object", "required": []string{"errorcode", "reset_time", "limit_time_unit", "call_limit", "error"},
		"properties": object{
			"errorcode": object{"type": "number"}, "reset_time": object{"type": "string", "minLength": 1}, "limit_time_unit": object{"type": "string", "minLength": 1},
			"call_limit": object{"type": "number"}, "error": object{"type": "string", "minLength": 1},
		},
	}
	return object{
		"bad_request": problem("A parameter or a query that cannot be"), "not_found": problem("No such data set, record or path"), "problem": problem("Any other failure"),
		"quota": object{"description": "Too many requests", "content": object{"application/json": object{"schema": object{"anyOf": []any{quota, ref("error")}}}}},
	}
}
