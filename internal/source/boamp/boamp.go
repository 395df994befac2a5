// Package boamp follows another server that runs boamp, by its change feed: of each change the document is fetched and read anew, by this
// program's readers, into a history of its own. What the other server erases is erased here, too. (For an exact copy with the same history see
// `boamp mirror`.)
//
// An edition is that of the other server, as far as its changes stand together. Where the feed goes on is kept in the ledger, as the validator
// of the listing of an edition of its own, Feed, after the editions that it stands behind: a pass that is cut off asks some changes again, which
// are known then.
package boamp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

const (
	Name = "boamp"   // what the ledger calls this source
	Feed = "changes" // edition that holds the place in the feed
)

const (
	pageChanges = 1000     // asked for at once
	pageBytes   = 64 << 20 // of a page at most
	maxDocument = 64 << 20 // bytes
	keepEvery   = 20       // editions after which the place in the feed is kept
)

// Source is another server. It implements source.Source; one pass at a time.
type Source struct {
	URL    string // of the server
	Client *fetch.Client
	Now    func() time.Time
	// Known gives the newest line of each origin of an edition of this source. Nil: nothing is known, the feed is read from its beginning.
	Known func(ctx context.Context, edition string) (map[string]ledger.Line, error)

	Documents int   // of an edition that are gathered at most before they are applied; default 2000
	Bytes     int64 // of these; default 64 MiB
}

var _ source.Source = (*Source)(nil)

// change is what is read of an entry of the feed.
type change struct {
	Token     string    `json:"token"`
	Time      time.Time `json:"time"`
	Op        string    `json:"op"`
	ID        string    `json:"id"`
	SHA256    string    `json:"sha256"`
	Edition   string    `json:"edition"`
	Name      string    `json:"name"`
	Published time.Time `json:"published"`
	Reason    string    `json:"reason"`
}

// page is a piece of the feed.
type page struct {
	Changes []change `json:"changes"`
	Next    string   `json:"next"`
	More    bool     `json:"more"`
}

var hexHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Editions gives what changed at the other server since the last pass. All that is downloaded for an edition is there before it is given.
// An error ends the sequence: what comes later must not be applied before what failed.
func (s *Source) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		token, err := s.token(ctx)
		if err != nil {
			yield(source.Edition{Source: Name}, err)
			return
		}
		p := pass{s: s, ctx: ctx, yield: yield, kept: token}
		if err := p.run(token); err != nil && !errors.Is(err, errEnough) {
			yield(source.Edition{Source: Name, Name: p.name}, err)
		}
	}
}

// token is where the last pass ended.
func (s *Source) token(ctx context.Context) (string, error) {
	if s.Known == nil {
		return "", nil
	}
	lines, err := s.Known(ctx, Feed)
	return lines[s.feed()].Validator, err
}

func (s *Source) base() string { return strings.TrimRight(s.URL, "/") + "/api/v1" }

// feed is the address of the change feed, the origin of the line that keeps the place in it.
func (s *Source) feed() string { return s.base() + "/changes" }

// page asks for a piece of the feed. When the token is of another history the feed is read from its beginning: what is known already changes
// nothing.
func (s *Source) page(ctx context.Context, token string) (page, error) {
	address := s.feed() + "?limit=1000"
	if token != "" {
		address += "&after=" + url.QueryEscape(token)
	}
	r, err := s.Client.Do(ctx, fetch.Request{URL: address, Accept: "application/json", Limit: pageBytes})
	if fault.Is(err, fault.Conflict) && token != "" {
		return s.page(ctx, "")
	}
	if err != nil {
		return page{}, err
	}
	var p page
	if err := json.Unmarshal(r.Body, &p); err != nil || p.Next == "" {
		return page{}, fault.Wrap(fault.Invalid, err, "the server does not answer as boamp does").At(address)
	}
	if len(p.Changes) > pageChanges || p.More && (len(p.Changes) == 0 || p.Next == token) {
		return page{}, fault.New(fault.Invalid, "the server gives %d changes and the token %.20q for the next: the feed would never end", len(p.Changes), p.Next).At(address)
	}
	return p, nil
}

// fetch gets the bytes of a document. They must be those of the hash.
func (s *Source) fetch(ctx context.Context, sha string) ([]byte, error) {
	address := s.base() + "/documents/" + sha
	r, err := s.Client.Get(ctx, address, fetch.Condition{}, maxDocument)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(r.Body); hex.EncodeToString(sum[:]) != sha {
		return nil, fault.New(fault.Invalid, "the bytes that came are not those of the hash").At(address)
	}
	return r.Body, nil
}
