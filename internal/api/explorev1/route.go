package explorev1

import (
	"net/http"
	"net/url"
	"strings"
)

// Route is one path of the API.
type Route struct {
	Path   string   // "/api/datasets/1.0/{dataset}/records/{record}"; a slash at the end is optional
	Doc    string   // what it answers
	Params []string // names in Parameters
	Note   string   // how it deviates from the portal, or what was chosen
	answer func(q *request) error
}

// lists of parameters that several routes share.
var (
	filters = []string{"dataset", "q", "q.NAME", "refine.FIELD", "exclude.FIELD", "disjunctive.FIELD", "geofilter.distance", "geofilter.polygon", "timezone", "lang"}
	shapes  = []string{"format", "callback", "pretty_print"}
)

func concat(parts ...[]string) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Routes is the table of everything that is answered. Handler routes by it and the documentation can be made of it.
func Routes() []Route {
	const noGeometry = "400: no data set here has a place on a map"
	download := concat(filters[1:], []string{"facet", "fields", "sort", "rows", "start", "csv_separator", "use_labels_for_header"}, shapes)
	return []Route{
		{"/api/records/1.0/search", "records of a data set, with facets", concat(filters, []string{"facet", "fields", "sort", "rows", "start"}, shapes), "", searchRecords},
		{"/api/records/1.0/analyze", "values aggregated by the values of fields", concat(filters, []string{"x", "y.SERIE.func", "y.SERIE.expr", "y.SERIE.cumulative",
			"y.SERIE.subsets", "maxpoints", "periodic", "precision", "sort", "csv_separator"}, shapes), "expressions have + - * / and parentheses, no functions", analyze},
		{"/api/records/1.0/download", "all records as a file, streamed", concat(filters[:1], download), "", downloadRecords},
		{"/api/records/1.0/geocluster", "clusters on a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/geopreview", "a preview of a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/geopolygon", "shapes on a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/boundingbox", "the box that holds the records", nil, noGeometry, noPlace},
		{"/api/datasets/1.0/search", "data sets, with facets", concat([]string{"q", "q.NAME", "refine.FIELD", "exclude.FIELD", "disjunctive.FIELD", "facet", "sort", "rows", "start",
			"extrametas", "interopmetas", "csv_separator"}, shapes), "", searchDatasets},
		{"/api/datasets/1.0/{dataset}", "one data set", concat(shapes, []string{"extrametas", "interopmetas"}), "its shape is only partly known", lookupDataset},
		{"/api/datasets/1.0/{dataset}/records/{record}", "one record", concat(shapes, []string{"timezone"}), "", lookupRecord},
		{"/api/datasets/1.0/{dataset}/files/{file}", "a file of a record", nil, "404: no data set here has any", noFile},
		{"/api/datasets/1.0/{dataset}/attachments/{file}", "an attached file", nil, "404: no data set here has any", noFile},
		{"/explore/dataset/{dataset}/download", "all records as a file, as the portal's page offers it", download, "", downloadRecords},
	}
}

// variables are what a path says beside its words, unescaped.
type variables struct{ dataset, record string }

// find reads the path of a request as it was escaped: the id of a data set may hold a slash.
func find(routes []Route, r *http.Request) (*Route, variables, error) {
	words := pathWords(r.URL.EscapedPath())
	for i := range routes {
		if vars, ok := routes[i].matches(words); ok {
			return &routes[i], vars, nil
		}
	}
	return nil, variables{}, &refusal{http.StatusNotFound, "The requested URI does not exist."}
}

// pathWords divides a path. The id of a data set takes the empty words behind it as slashes at its end, as in
// "/api/datasets/1.0/liste//records/"; elsewhere empty words are nothing.
func pathWords(path string) []string {
	var words []string
	list := strings.Split(path, "/")
	for i := 0; i < len(list); i++ {
		word, err := url.PathUnescape(list[i])
		if err != nil {
			word = list[i]
		}
		if word == "" {
			continue
		}
		before := strings.Join(words, "/")
		if before == "api/datasets/1.0" || before == "explore/dataset" {
			for i+2 < len(list) && list[i+1] == "" {
				word += "/"
				i++
			}
		}
		words = append(words, word)
	}
	return words
}

func (r *Route) matches(words []string) (variables, bool) {
	var vars variables
	pattern := strings.Split(strings.Trim(r.Path, "/"), "/")
	if len(words) != len(pattern) {
		return vars, false
	}
	for i, p := range pattern {
		switch p {
		case "{dataset}":
			vars.dataset = words[i]
		case "{record}":
			vars.record = words[i]
		case "{file}":
		default:
			if words[i] != p {
				return vars, false
			}
		}
	}
	return vars, true
}

func (r *Route) inDataset() bool { return strings.Contains(r.Path, "{dataset}") }

func noPlace(q *request) error {
	return &refusal{http.StatusBadRequest, "No data set of this server has geographic fields: there is nothing to show on a map."}
}

func noFile(q *request) error {
	return &refusal{http.StatusNotFound, "The data set " + q.set.ID + " has no files."}
}
