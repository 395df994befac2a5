package native

import (
	_ "embed"
	"net/http"
)

// contractRoutes are the description of the API and the page made of it.
func (a *API) contractRoutes() []Route {
	return []Route{
		{
			Pattern: "GET " + Prefix + "/openapi.json", ID: "getOpenAPI", Tag: "model", Doc: "this description, OpenAPI 3.1",
			Answers: []Answer{{"application/vnd.oai.openapi+json;version=3.1", "the description", nil}}, Errors: listErrors, Cache: CacheProgram, handler: a.describeSelf,
		},
		{
			Pattern: "GET " + Prefix + "/docs", ID: "getDocs", Tag: "model", Doc: "a page that shows all operations and lets people try them",
			Answers: []Answer{{"text/html", "the page", nil}}, Errors: listErrors, Cache: CacheProgram, handler: a.page,
		},
	}
}

//go:embed docs.html
var docsPage []byte

// pagePolicy lets the page run its own script and ask this server, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
