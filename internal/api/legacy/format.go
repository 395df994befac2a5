package legacy

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// format is one of the two that answers come in.
type format string

const (
	asJSON   format = "json"
	asXMLDoc format = "xml"
)

func (f format) contentType() string {
	if f == asXMLDoc {
		return "application/xml;charset=UTF-8"
	}
	return "application/json;charset=UTF-8"
}

// accepted is the format that a request asks for: XML when it ranks above JSON in Accept, or before it among equals. What accepts
// neither gets JSON.
func accepted(r *http.Request) format {
	best, weight := asJSON, 0.0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		f := asJSON
		switch {
		case kind == "application/xml" || kind == "text/xml" || strings.HasSuffix(kind, "+xml") && kind != "application/xhtml+xml":
			f = asXMLDoc
		case kind == "application/json" || strings.HasSuffix(kind, "+json") || kind == "*/*" || kind == "application/*":
		default:
			continue
		}
		q := 1.0
		if s, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(s, 64); err != nil {
				continue
			}
		}
		if q > weight {
			best, weight = f, q
		}
	}
	return best
}
