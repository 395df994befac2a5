package native

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// place is the position of a page of a list that is made anew for each revision (codes, parties): what stands before it. It is bound to
// the request and, since such a list may change its order with the data, to the revision.
type place struct {
	Query    string `json:"q"`
	Revision int64  `json:"r"`
	Before   int    `json:"n"`
}

// resume reads the cursor of a request: the number of entries before the page.
func resume(r *http.Request, values url.Values, info store.Info, total int) (int, error) {
	s := strings.TrimSpace(values.Get("cursor"))
	if s == "" {
		return 0, nil
	}
	bad := func(reason string) error {
		return fault.New(fault.Invalid, "the cursor %s", reason).At("parameter cursor").
			WithHint("take the cursor from the answer before, unchanged, with the same parameters; begin again without one when the data have changed")
	}
	if len(s) > 1024 {
		return 0, bad("is too long")
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	var p place
	if err != nil || json.Unmarshal(b, &p) != nil || p.Before < 0 {
		return 0, bad("is not one of ours")
	}
	switch {
	case p.Query != request(r, values):
		return 0, bad("belongs to another query")
	case p.Revision != info.Revision:
		return 0, bad("belongs to an earlier state of the data")
	case p.Before > total:
		return 0, bad("is not one of ours")
	}
	return p.Before, nil
}

// paging gives the links and the cursor of a page, and sets the header Link.
func paging(w http.ResponseWriter, r *http.Request, info store.Info, start, limit, total int) (map[string]string, string) {
	cursor := ""
	if start+limit < total {
		b, err := json.Marshal(place{request(r, r.URL.Query()), info.Revision, start + limit})
		if err != nil {
			panic(err) // a text and numbers
		}
		cursor = base64.RawURLEncoding.EncodeToString(b)
	}
	return links(w, r, cursor), cursor
}

// links are the addresses of a page, those of the first and the next also in the header Link (RFC 8288).
func links(w http.ResponseWriter, r *http.Request, cursor string) map[string]string {
	out := self(r)
	out["first"] = pageURL(r.URL, "")
	w.Header().Add("Link", "<"+out["first"]+`>; rel="first"`)
	if cursor != "" {
		out["next"] = pageURL(r.URL, cursor)
		w.Header().Add("Link", "<"+out["next"]+`>; rel="next"`)
	}
	return out
}

// pageURL is the address of a page of a request.
func pageURL(u *url.URL, cursor string) string {
	values := u.Query()
	if values.Del("cursor"); cursor != "" {
		values.Set("cursor", cursor)
	}
	if len(values) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + values.Encode()
}

// request is a fingerprint of path and parameters, page and size apart.
func request(r *http.Request, values url.Values) string {
	same := url.Values{}
	for name, list := range values {
		if name != "cursor" && name != "limit" {
			same[name] = list
		}
	}
	sum := sha256.Sum256([]byte(r.URL.EscapedPath() + "?" + same.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
