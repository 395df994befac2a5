package explore

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed console.html
var consoleHTML string

// consolePage shows the endpoints and a form for records.
var consolePage = template.Must(template.New("console").Parse(consoleHTML))

// console answers with a page to try requests. It needs no script.
func console(q *request) error {
	info, err := q.api.info(q.r)
	if err != nil {
		return err
	}
	var list []Endpoint
	for _, e := range Endpoints() {
		if e.v[q.v] != nil {
			list = append(list, e)
		}
	}
	var ids []string
	for _, s := range q.api.Sets.Sets {
		ids = append(ids, s.ID)
	}
	var b bytes.Buffer
	if err := consolePage.Execute(&b, struct {
		Base, Version string
		Endpoints     []Endpoint
		Sets          []string
	}{q.base, q.v.String(), list, ids}); err != nil {
		return err
	}
	q.success("text/html; charset=utf-8", info)
	q.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	_, err = q.w.Write(b.Bytes())
	return err
}

// swagger answers with the description of this server.
func swagger(q *request) error {
	info, err := q.api.info(q.r)
	if err != nil {
		return err
	}
	if q.unchanged(info) {
		return nil
	}
	q.success("application/json; charset=utf-8", info)
	_, err = q.w.Write(OpenAPI(q.v.String(), q.base))
	return err
}
