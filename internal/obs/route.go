package obs

import (
	"net/http"
	"strings"
)

// Routes tells what requests are about by the patterns of http.ServeMux.
type Routes struct {
	mux     *http.ServeMux
	surface map[string]string // of each pattern
}

// NewRoutes makes an empty table.
func NewRoutes() *Routes { return &Routes{http.NewServeMux(), map[string]string{}} }

// Add adds a path of a surface, with or without a method in front. One that is there stays.
func (t *Routes) Add(surface, pattern string) {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	if _, ok := t.surface[pattern]; ok {
		return
	}
	t.surface[pattern] = surface
	t.mux.Handle(pattern, http.NotFoundHandler())
}

// Other is the surface and the pattern of what is nowhere.
const Other = "other"

// Find is a Route.
func (t *Routes) Find(r *http.Request) (surface, pattern string) {
	_, pattern = t.mux.Handler(r)
	surface, ok := t.surface[pattern]
	if !ok {
		return Other, Other
	}
	return surface, strings.TrimSuffix(pattern, "{$}")
}
