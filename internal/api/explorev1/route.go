package explorev1

import (
	"net/http"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/odshttp"
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

// Routes is the table of everything that is answered. Handler routes by it and the documentation can be made of it.
func Routes() []Route {
	const noGeometry = "400: no data set here has a place on a map"
	download := slices.Concat(filters[1:], []string{"facet", "fields", "sort", "rows", "start", "csv_separator", "use_labels_for_header"}, shapes)
	return []Route{
		{"/api/records/1.0/search", "records of a data set, with facets", slices.Concat(filters, []string{"facet", "fields", "sort", "rows", "start"}, shapes), "", searchRecords},
		{"/api/records/1.0/analyze", "values aggregated by the values of fields", slices.Concat(filters, []string{"x", "y.SERIE.func", "y.SERIE.expr", "y.SERIE.cumulative",
			"y.SERIE.subsets", "maxpoints", "periodic", "precision", "sort", "csv_separator"}, shapes), "expressions have + - * / and parentheses, no functions", analyze},
		{"/api/records/1.0/download", "all records as a file, streamed", slices.Concat(filters[:1], download), "", downloadRecords},
		{"/api/records/1.0/geocluster", "clusters on a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/geopreview", "a preview of a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/geopolygon", "shapes on a map", nil, noGeometry, noPlace},
		{"/api/records/1.0/boundingbox", "the box that holds the records", nil, noGeometry, noPlace},
		{"/api/datasets/1.0/search", "data sets, with facets", slices.Concat([]string{"q", "q.NAME", "refine.FIELD", "exclude.FIELD", "disjunctive.FIELD", "facet", "sort", "rows", "start",
			"extrametas", "interopmetas", "csv_separator"}, shapes), "", searchDatasets},
		{"/api/datasets/1.0/{dataset}", "one data set", slices.Concat(shapes, []string{"extrametas", "interopmetas"}), "its shape is only partly known", lookupDataset},
		{"/api/datasets/1.0/{dataset}/records/{record}", "one record", slices.Concat(shapes, []string{"timezone"}), "", lookupRecord},
		{"/api/datasets/1.0/{dataset}/files/{file}", "a file of a record", nil, "404: no data set here has any", noFile},
		{"/api/datasets/1.0/{dataset}/attachments/{file}", "an attached file", nil, "404: no data set here has any", noFile},
		{"/explore/dataset/{dataset}/download", "all records as a file, as the portal's page offers it", download, "", downloadRecords},
	}
}

// variables are what a path says beside its words, unescaped.
type variables struct{ dataset, record string }

// find reads the path of a request as it was escaped: the id of a data set may hold a slash.
func find(routes []Route, r *http.Request) (*Route, variables, error) {
	words := odshttp.PathWords(r.URL.EscapedPath(), inSets)
	for i := range routes {
		if vars, ok := routes[i].matches(words); ok {
			return &routes[i], vars, nil
		}
	}
	return nil, variables{}, &refusal{http.StatusNotFound, "The requested URI does not exist."}
}

// inSets reports that the next word of a path is the id of a data set.
func inSets(words []string) bool {
	before := strings.Join(words, "/")
	return before == "api/datasets/1.0" || before == "explore/dataset"
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
