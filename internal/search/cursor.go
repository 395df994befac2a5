package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// cursor is the position behind the last row of a page, bound to the query that made it. It holds the sort values, not an
// offset, so pages neither skip nor repeat notices that stay while others come and go.
type cursor struct {
	Query string          `json:"q"` // fingerprint of predicate and order
	At    int64           `json:"t"` // instant of the first page, Unix seconds: what "now" means on all pages
	Keys  [][]field.Value `json:"k"` // null when they are too long for an address: the notice is looked up then
	ID    string          `json:"i"`
	Rev   int64           `json:"r,omitempty"` // data revision of the first page: a later one goes on in the data of its own time, and says so
}

// maxCursor bounds what a caller may send, maxKeys our own cursors with their sort values, both in bytes. Sort values are
// codes, dates, numbers and titles as a rule; whole bodies can be sorted by, too.
const (
	maxCursor = 8 << 10
	maxKeys   = 2 << 10
)

func formatCursor(p query.Position, q query.Query, at time.Time, revision int64) string {
	b := encode(cursor{fingerprint(q), at.Unix(), p.Keys, p.ID, revision})
	if len(b) > maxKeys {
		b = encode(cursor{fingerprint(q), at.Unix(), nil, p.ID, revision})
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func encode(c cursor) []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, finite numbers and times always marshal
	}
	return b
}

// Now is the instant that "now" means for a request: that of the first page for a later one, else now. Surfaces ask it
// before they turn "open now" into a predicate, so that all pages see one result.
func Now(cursor string, now time.Time) time.Time {
	if c, err := decodeCursor(cursor); cursor != "" && err == nil {
		return time.Unix(c.At, 0).UTC()
	}
	return now.UTC().Truncate(time.Second)
}

// firstRevision is the data revision of the first page of a cursor, 0 when it does not say.
func firstRevision(s string) int64 {
	c, err := decodeCursor(s)
	if err != nil {
		return 0
	}
	return c.Rev
}

// parseCursor gives the position of a cursor. Without keys it is where the notice of that id stands now.
func parseCursor(s string, q query.Query) (query.Position, error) {
	c, err := decodeCursor(s)
	if err != nil {
		return query.Position{}, err
	}
	if c.Query != fingerprint(q) || c.Keys != nil && len(c.Keys) != len(q.Sort) {
		return query.Position{}, badCursor("belongs to another query")
	}
	return query.Position{Keys: c.Keys, ID: c.ID}, nil
}

func badCursor(reason string) *fault.Error {
	return fault.New(fault.Invalid, "the cursor %s", reason).At("parameter cursor").
		WithHint("take the cursor from the answer before, unchanged, with the same filters and sort")
}

func decodeCursor(s string) (c cursor, err error) {
	if len(s) > maxCursor {
		return c, badCursor("is too long")
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, badCursor("is not one of ours")
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil || dec.More() || c.Query == "" || c.Rev < 0 || c.At < 0 || c.At > maxTime {
		return c, badCursor("is not one of ours")
	}
	for _, k := range c.Keys {
		if len(k) > 1 {
			return c, badCursor("is not one of ours")
		}
	}
	return c, nil
}

// maxTime is the end of the year 9999, the last that can be written, in Unix seconds.
const maxTime = 253402300799

func fingerprint(q query.Query) string {
	h := sha256.New()
	fmt.Fprintln(h, query.Canonical(q.Where))
	for _, k := range q.Sort {
		fmt.Fprintln(h, k)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}
