package native

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
)

// Route is one path of the API, described as far as a machine-readable description needs it. The table of routes is the one place where
// a path and its parameters are named: what is not in it is refused.
type Route struct {
	Pattern     string // of http.ServeMux: method, blank, path
	ID          string // of the operation, camel case, never changed: "listNotices"
	Tag         string // group of operations: notices, parties, procedures, data, model
	Doc         string // one line
	Description string // more of it, Markdown; "" for nothing more
	Params      []Param
	Answers     []Answer // what 200 holds, one for each media type
	Errors      []int    // statuses that it may answer with besides, as problem details
	OwnErrors   bool     // in a form of its own instead
	Cache       Cache
	handler     httpx.Handler
}

// Method is that of the pattern.
func (r Route) Method() string { m, _, _ := strings.Cut(r.Pattern, " "); return m }

// Path is that of the pattern, with {name} for parameters, also for one that may hold slashes.
func (r Route) Path() string {
	_, p, _ := strings.Cut(r.Pattern, " ")
	return strings.ReplaceAll(p, "...}", "}")
}

// Param is a parameter of a route.
type Param struct {
	Name     string
	In       string // "query" or "path"
	Type     string // of JSON Schema: string, integer, number, boolean
	Format   string // of JSON Schema: date, date-time; "" for none
	Value    string // form of the value in words: "yyyy-mm-dd", "euros"
	Doc      string
	Example  string
	Default  string   // in words or as a value; "" for none
	Repeated bool     // may be given several times, or (unless Whole) as a list separated by commas
	Whole    bool     // commas belong to the value
	Enum     []string // values that there are; nil when no list bounds them
	Min, Max int      // of integers; both 0 for none
	Required bool
	Generic  bool     // made from a field, not a criterion with a name of its own
	Of       []string // fields that the criterion decides about
}

// Answer is the content of an answer with status 200.
type Answer struct {
	MediaType string
	Doc       string
	Body      any // zero value of the Go type whose JSON the answer is (API.Schema describes it); nil for other media
}

// Cache says how long an answer stays good.
type Cache string

const (
	// CacheRevision answers carry a weak tag of address and revision: they change with the data only.
	CacheRevision Cache = "revision"
	// CacheDocument answers carry a tag of the source document.
	CacheDocument Cache = "document"
	// CacheProgram answers change with the program only; the tag says its build.
	CacheProgram Cache = "program"
	// CacheBody answers depend on the time, too: they carry a tag of what they say.
	CacheBody Cache = "body"
	// CacheNone answers carry no tag.
	CacheNone Cache = "none"
)

// Errors that routes share.
var (
	listErrors = []int{http.StatusBadRequest, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
	oneErrors  = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

	// noticeErrors are those of an answer about one notice, which may have been taken out.
	noticeErrors = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
)

// checked is the handler of a route behind the check of its parameters.
func (r Route) checked() httpx.Handler {
	return func(w http.ResponseWriter, req *http.Request) error {
		values, err := readQuery(req)
		if err != nil {
			return err
		}
		if err := r.check(values); err != nil {
			return err
		}
		return r.handler(w, req)
	}
}

// check refuses parameters that the route does not have, those that are given too often, and the lack of those that it needs.
func (r Route) check(values url.Values) error {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		i := slices.IndexFunc(r.Params, func(p Param) bool { return p.In == "query" && p.Name == name })
		if i < 0 {
			return r.unknown(name)
		}
		if n := len(values[name]); n > 1 && !r.Params[i].Repeated {
			return fault.New(fault.Invalid, "%s is given %d times, once expected", name, n).At("parameter " + name)
		}
	}
	for _, p := range r.Params {
		if p.Required && p.In == "query" && strings.TrimSpace(values.Get(p.Name)) == "" {
			return fault.New(fault.Invalid, "%s is missing", p.Name).At("parameter "+p.Name).WithHint("%s", p.Doc)
		}
	}
	return nil
}

func (r Route) unknown(name string) error {
	var names, short []string
	for _, p := range r.Params {
		if p.In == "query" {
			names = append(names, p.Name)
			if !p.Generic {
				short = append(short, p.Name)
			}
		}
	}
	err := fault.New(fault.Invalid, "unknown parameter %q", name).At("parameter " + name)
	switch near := field.Nearest(name, names, 3); {
	case len(near) > 0:
		return err.WithHint("did you mean %s?", strings.Join(near, ", "))
	case len(names) == 0:
		return err.WithHint("this path takes no parameters")
	case len(short) < len(names):
		return err.WithHint("parameters are: %s, and every field of %s/fields", strings.Join(short, ", "), Prefix)
	}
	return err.WithHint("parameters are: %s", strings.Join(short, ", "))
}
