package legacy

import (
	"net/http"
	"strconv"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
)

// notice answers the second stage: one notice in the version that it has.
func (a *API) notice(w http.ResponseWriter, r *http.Request) error {
	version, err := parseVersion(r.PathValue("version"))
	if err != nil {
		return err
	}
	n, info, err := a.Door.Get(r.Context(), r.PathValue("id"), "")
	if err != nil {
		return err
	}
	stamp(w, info)
	// A notice of V240 is one of V230, too, as long as it holds nothing that V230 has no member for.
	mapped := version == notice.V230 && n.Version == notice.V240
	if version != n.Version && !mapped {
		return wrongVersion(n, version)
	}
	plain := false
	switch flags := r.URL.Query().Get("flags"); flags {
	case "", "xml":
	case "true":
		plain = true
	default:
		return fault.New(fault.Invalid, "flags is %q: xml or true is expected", flags)
	}
	f := accepted(r)
	tag := a.tag(n.Source.SHA256[:min(16, len(n.Source.SHA256))], strconv.Itoa(n.Source.Reader), string(version), string(f), strconv.FormatBool(plain))
	if !mapped && httpx.NotModified(w, r, tag) {
		return nil
	}
	body, err := a.body(n, f, mapped, plain)
	if err != nil || mapped && httpx.NotModified(w, r, tag) {
		return err
	}
	return send(w, f, body)
}

// body is the notice in a format. mapped asks for one of V240 as one of V230.
func (a *API) body(n *notice.Notice, f format, mapped, plain bool) ([]byte, error) {
	doc, err := Open(n, a.Raw.Get)
	if err != nil {
		return nil, err
	}
	if f == asXMLDoc && !mapped {
		return doc.XML()
	}
	body, exact, err := doc.JSON(a.Zone, plain)
	switch {
	case err != nil:
		return nil, err
	case mapped && !exact:
		return nil, wrongVersion(n, notice.V230)
	case f == asXMLDoc:
		return doc.XML()
	}
	return body, nil
}

// wrongVersion says which version fits.
func wrongVersion(n *notice.Notice, asked notice.Version) error {
	return fault.New(fault.NotFound, "notice %s has version %s, not %s", n.ID, n.Version, asked).
		WithHint("ask for %s/%s/%s", Prefix, n.Version, n.ID)
}
