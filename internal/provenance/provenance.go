// Package provenance writes the headers that say where an answer comes from, the same on every surface: what the Licence
// Ouverte asks every reuser to name, and the revision of the data.
package provenance

import (
	"net/http"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/export"
)

// HeaderRevision holds the data revision of an answer.
const HeaderRevision = "Boamp-Revision"

// Stamp sets Boamp-Source, Boamp-Licence, a Link to the licence, Boamp-Revision and, unless the store is empty, Boamp-Last-Update
// (RFC 3339, UTC). A header that is stamped already stays as it is.
func Stamp(h http.Header, m export.Meta) {
	if h.Get(HeaderRevision) != "" {
		return
	}
	h.Set("Boamp-Source", "BOAMP, DILA; "+m.SourceURL)
	h.Set("Boamp-Licence", "Licence Ouverte 2.0")
	h.Add("Link", "<"+m.LicenceURL+`>; rel="license"`)
	h.Set(HeaderRevision, strconv.FormatInt(m.Revision, 10))
	if !m.LastUpdate.IsZero() {
		h.Set("Boamp-Last-Update", m.LastUpdate.Format(time.RFC3339))
	}
}
