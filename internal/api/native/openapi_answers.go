package native

import (
	"net/http"
	"reflect"
	"strconv"
)

// responses are the good answer and those of errors.
func (d *description) responses(r Route) object {
	good := object{"description": "The answer", "headers": headerRefs(r.Cache)}
	content := object{}
	for _, a := range r.Answers {
		good["description"] = upper(a.Doc)
		media := object{}
		if a.Body != nil {
			media["schema"] = d.schemas.Of(reflect.TypeOf(a.Body))
		}
		content[a.MediaType] = media
	}
	if len(content) > 0 {
		good["content"] = content
	}
	out := object{"200": good, "default": d.problem(r, 0)}
	if r.Cache != CacheNone && r.Cache != "" {
		out["304"] = object{"description": "Not changed since the answer whose entity tag was sent in If-None-Match"}
	}
	for _, status := range r.Errors {
		out[strconv.Itoa(status)] = d.problem(r, status)
	}
	return out
}

// problem is the answer of an error; 0 stands for any other status.
func (d *description) problem(r Route, status int) object {
	name := "default"
	if status != 0 {
		name = strconv.Itoa(status)
	}
	if r.OwnErrors {
		return object{"description": problems()[name].(object)["description"]}
	}
	return object{"$ref": "#/components/responses/" + name}
}

func upper(s string) string {
	if s == "" {
		return "The answer"
	}
	return string(s[0]&^0x20) + s[1:]
}

// headers of answers.
func headers() object {
	text := func(doc string) object { return object{"description": doc, "schema": object{"type": "string"}} }
	return object{
		"Boamp-Source": text("Who produced the data, and where they publish them"), "Boamp-Licence": text("Under which the data may be used"),
		"Boamp-Last-Update": text("When the data changed last, RFC 3339, UTC; absent when there are none"),
		"Boamp-Revision":    object{"description": "Number of that state of the data", "schema": object{"type": "integer"}},
		"X-Request-Id":      text("Id of the request, also in the server's log; the client's own is taken"),
		"Link":              text("The licence; pages: next"),
		"ETag":              text("Of the answer; send it in If-None-Match"),
		"Deprecation":       text("From when the version is deprecated (RFC 9745): @ and seconds since 1970; absent while it is not"),
		"Sunset":            text("When a deprecated version ends (RFC 8594), at least 30 days later"),
	}
}

func headerRefs(c Cache) object {
	out := object{}
	for name := range headers() {
		if name == "ETag" && (c == CacheNone || c == "") {
			continue
		}
		out[name] = object{"$ref": "#/components/headers/" + name}
	}
	return out
}

// problems are the answers of errors, by status.
func problems() object {
	out := object{}
	for status, doc := range map[int]string{
		http.StatusBadRequest: "A parameter or a value is wrong; `errors` says where, and names the nearest valid ones", http.StatusNotFound: "Nothing stands under that name",
		http.StatusConflict: "The state of the data forbids it", http.StatusGone: "It was here and is no more: a version that has ended, or what was taken out; the hint says where to go",
		http.StatusRequestEntityTooLarge: "More than a documented limit", http.StatusServiceUnavailable: "The data cannot be read now; Retry-After says when to try again",
		http.StatusGatewayTimeout: "The answer did not come in time: ask for less", 0: "Any other failure",
	} {
		name := "default"
		if status != 0 {
			name = strconv.Itoa(status)
		}
		out[name] = object{"description": doc, "content": object{"application/problem+json": object{"schema": object{"$ref": schemaPrefix + "Problem"}}}}
	}
	return out
}

// problemSchema is what httpx writes (RFC 9457).
func problemSchema() object {
	text := func(doc string) object { return object{"type": "string", "description": doc} }
	return object{
		"type": "object", "description": "A failure (RFC 9457)", "required": []string{"type", "title", "status", "detail"},
		"properties": object{
			"type": text("about:blank: the status says what it is"), "title": text("The status in words"), "status": object{"type": "integer", "description": "The status"},
			"detail": text("What is wrong, in a sentence"), "instance": text("The path"), "request_id": text("Id of the request, also in the server's log"),
			"errors": object{"type": "array", "description": "Where it is wrong", "items": object{"type": "object", "required": []string{"detail"}, "properties": object{
				"position": text("The parameter, and the character in it"), "detail": text("What is wrong there"), "hint": text("What to do: the nearest valid values"),
			}}},
		},
	}
}
