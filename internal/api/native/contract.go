package native

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/odshttp"
)

const openapiMedia = "application/vnd.oai.openapi+json;version=3.1"

// contractRoutes are the description of the API and the page made of it.
func (a *API) contractRoutes() []Route {
	return []Route{
		{
			Pattern: "GET " + Prefix + "/openapi.json", ID: "getOpenAPI", Tag: "model", Doc: "this description, OpenAPI 3.1",
			Answers: []Answer{{openapiMedia, "the description", nil}}, Errors: listErrors, Cache: CacheProgram, handler: a.describeSelf,
		},
		{
			Pattern: "GET " + Prefix + "/docs", ID: "getDocs", Tag: "model", Doc: "a page that shows all operations and lets people try them",
			Answers: []Answer{{"text/html", "the page", nil}}, Errors: listErrors, Cache: CacheProgram, handler: a.page,
		},
	}
}

// The page in its three parts. It is served as one, with nothing from elsewhere.
var (
	//go:embed docs.html
	pageHTML string
	//go:embed docs.css
	pageStyle string
	//go:embed docs.js
	pageScript string
)

// page answers with the page to try requests. Its policy lets it run its own script, by its hash, ask this server, and nothing else.
func (a *API) page(w http.ResponseWriter, r *http.Request) error {
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	body := strings.NewReplacer("/*STYLE*/", pageStyle, "/*SCRIPT*/", pageScript).Replace(pageHTML)
	if httpx.NotModified(w, r, odshttp.BodyTag([]byte(body))) {
		return nil
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+hashed(pageScript)+"; style-src "+hashed(pageStyle)+
		"; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	_, err = w.Write([]byte(body))
	return err
}

// hashed names a text in a policy.
func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
