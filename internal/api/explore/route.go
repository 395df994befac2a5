package explore

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/odshttp"
)

// route is a path that was read.
type route struct {
	v                       version
	prefix                  string
	endpoint                *Endpoint
	dataset, record, format string // unescaped
}

// route reads the path of a request as it was escaped: the id of a data set may hold a slash. The route without an endpoint comes
// with an error and tells the version.
func readRoute(r *http.Request, endpoints []Endpoint) (*route, error) {
	path := r.URL.EscapedPath()
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(path, p.path)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		rt := &route{v: p.v, prefix: p.path}
		words := odshttp.PathWords(rest, inSets)
		for i := range endpoints {
			if e := &endpoints[i]; e.matches(words, rt) {
				rt.endpoint = e
				return rt, nil
			}
		}
		return rt, notFoundURI()
	}
	return nil, notFoundURI()
}

// inSets reports that the next word of a path is the id of a data set.
func inSets(words []string) bool {
	return len(words) == 2 && words[0] == "catalog" && words[1] == "datasets"
}

// matches compares words with the pattern of an endpoint and takes what its variables stand for.
func (e *Endpoint) matches(words []string, rt *route) bool {
	pattern := strings.Split(strings.Trim(e.Path, "/"), "/")
	if e.Path == "/" {
		pattern = nil
	}
	if len(words) != len(pattern) && !(e.below && len(words) > len(pattern)) {
		return false
	}
	for i, p := range pattern {
		switch p {
		case "{dataset_id}":
			rt.dataset = words[i]
		case "{record_id}":
			rt.record = words[i]
		case "{format}":
			rt.format = words[i]
		default:
			if words[i] != p {
				return false
			}
		}
	}
	return true
}

func (e *Endpoint) inDataset() bool { return strings.Contains(e.Path, "{dataset_id}") }

// find looks for a data set by the id in a path.
func (a *API) find(id string) (*dataset.Set, error) {
	if s, ok := a.Sets.FindPath(id); ok {
		return s, nil
	}
	return nil, notFoundDataset(id)
}

// datasetURL is the address of the data set.
func (q *request) datasetURL() string {
	return q.base + "/catalog/datasets/" + url.PathEscape(q.set.ID)
}
