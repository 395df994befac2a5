package native

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// documentBytes answers with the bytes of a kept document.
func (a *API) documentBytes(w http.ResponseWriter, r *http.Request) error {
	sha := strings.ToLower(r.PathValue("sha256"))
	if b, err := hex.DecodeString(sha); err != nil || len(b) != 32 {
		return fault.New(fault.Invalid, "%.100q is no SHA-256: 64 hexadecimal digits expected", sha).At("path")
	}
	var line ledger.Line
	var known bool
	err := a.Door.Ask(r.Context(), func(ctx context.Context, snap store.Snapshot) error {
		stamp(w, snap.Info())
		by, ok := snap.(store.Knower)
		if !ok {
			return fault.New(fault.Unsupported, "this server does not find documents by their bytes")
		}
		lines, err := by.Known(ctx, []string{sha})
		line, known = lines[sha]
		return err
	})
	switch {
	case err != nil:
		return err
	case known && line.Outcome == ledger.Erased:
		return a.goneOr(w, r, fault.Wrap(fault.NotFound, raw.ErrErased, "the document was taken out on %s", line.Time.UTC().Format("2006-01-02")))
	case !known || line.Raw == "":
		return fault.New(fault.NotFound, "no document of this SHA-256 is kept")
	}
	b, err := a.Raw.Get(line.Raw)
	if err != nil {
		return a.goneOr(w, r, err)
	}
	if httpx.NotModified(w, r, `"`+sha+`"`) {
		return nil
	}
	mediaType := "application/octet-stream"
	switch source.FormOf(b[:min(len(b), source.HeadSize)]) {
	case source.XML:
		mediaType = "application/xml"
	case source.JSON:
		mediaType = jsonMedia
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-transform") // packed, the bytes would no longer be those of the tag
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, err = w.Write(b)
	return err
}
