package provenance_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/provenance"
)

func TestStamp(t *testing.T) {
	h := http.Header{"Link": {`</next>; rel="next"`}}
	m := export.Meta{SourceURL: "https://source.example", LicenceURL: "https://licence.example", Revision: 7, LastUpdate: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	provenance.Stamp(h, m)
	provenance.Stamp(h, m)
	if h.Get("Boamp-Revision") != "7" || h.Get("Boamp-Last-Update") != "2026-03-01T08:00:00Z" || h.Get("Boamp-Source") == "" || h.Get("Boamp-Licence") == "" {
		t.Errorf("headers %v", h)
	}
	if links := h.Values("Link"); len(links) != 2 || links[1] != `<https://licence.example>; rel="license"` {
		t.Errorf("links %q", links)
	}
	empty := http.Header{}
	provenance.Stamp(empty, export.Meta{})
	if _, ok := empty["Boamp-Last-Update"]; ok || empty.Get("Boamp-Revision") != "0" {
		t.Errorf("of an empty store: %v", empty)
	}
}
