package native

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Limits of the feed.
const (
	feedLimit    = 1000   // changes of a page without limit
	feedMost     = 10_000 // changes of a page
	includedMost = 1000   // changes of a page with notices
	longestWait  = 60     // seconds
)

const linesMedia = "application/jsonl"

func (a *API) changeRoutes() []Route {
	shape := []Param{
		{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: feedMost, Default: "1000", Doc: "at most so many; JSON Lines without it: all that there are"},
		{Name: "wait", In: "query", Type: "integer", Value: "seconds", Min: 0, Max: longestWait, Default: "0", Doc: "wait so long for something to come, when there is nothing yet"},
		{Name: "format", In: "query", Type: "string", Value: "name", Default: "json", Enum: []string{"json", "jsonl"}, Doc: "json; jsonl, one object a line, the last of which has next and more"},
	}
	errors := append(slices.Clone(listErrors), http.StatusConflict)
	return []Route{
		{
			Pattern: "GET " + Prefix + "/changes", ID: "listChanges", Tag: "changes", Doc: "what changed since a token: every insert, update, new reading, removal and erasure of a notice, in order",
			Description: "Complete and in order: nothing is skipped or told twice. Tokens stay good for ever, over restarts, rebuilds and erasures. Keep `next`, or the `token` of the " +
				"last change that you applied, and hand it back as `after`. A token of another server is 409: begin anew with a snapshot. There are no filters, so that a copy can be complete.",
			Params: slices.Concat([]Param{
				{Name: "after", In: "query", Type: "string", Value: "token", Doc: "token behind which to begin; without it the beginning; now for what comes from now on"},
			}, shape, []Param{{Name: "include", In: "query", Type: "string", Value: "name", Enum: []string{"notice"}, Doc: "notice: with each change the notice as it is now, null when it is not served any more"}}),
			Answers: []Answer{{jsonMedia, "a page of changes", ChangesAnswer{}}, {linesMedia, "changes, one a line", nil}}, Errors: errors, Cache: CacheNone, handler: a.changes,
		},
		{
			Pattern: "GET " + Prefix + "/ledger", ID: "listLedger", Tag: "changes", Doc: "the account of documents: a line for each that was met, whatever became of it",
			Params: slices.Concat([]Param{
				{Name: "after", In: "query", Type: "integer", Value: "number", Min: 0, Max: 1 << 53, Default: "0", Doc: "line behind which to begin"},
			}, shape),
			Answers: []Answer{{jsonMedia, "a page of lines", LedgerAnswer{}}, {linesMedia, "lines", nil}}, Errors: errors, Cache: CacheNone, handler: a.ledger,
		},
	}
}

// feedRequest is what a request for a piece of the feed or of the account says.
type feedRequest struct {
	limit   int // 0 for all
	wait    time.Duration
	lines   bool // JSON Lines
	include bool // the notices
}

func readFeed(r *http.Request, values url.Values) (q feedRequest, err error) {
	format, err := choice(values, "format", "json", "jsonl")
	if err != nil {
		return q, err
	}
	q.lines = format == "jsonl"
	if s := values.Get("include"); s != "" && s != "notice" {
		return q, unknownName("value", s, []string{"notice"}).At("parameter include")
	}
	q.include = values.Get("include") != ""
	usual, most := feedLimit, feedMost
	if q.include {
		most = includedMost
	}
	if q.lines {
		usual, most = 0, 1<<31-1
	}
	if q.limit, err = whole(values, "limit", usual, 1, most); err != nil {
		return q, err
	}
	seconds, err := whole(values, "wait", 0, 0, longestWait)
	if r.Method == http.MethodHead {
		seconds = 0
	}
	q.wait = time.Duration(seconds) * time.Second
	return q, err
}

// noFeed is the fault of a server without a feed.
func (a *API) noFeed() error {
	if a.Changes == nil {
		return fault.New(fault.Unavailable, "this server has no change feed")
	}
	return nil
}

// changes answers with a piece of the feed.
func (a *API) changes(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	q, err := readFeed(r, values)
	if err != nil {
		return err
	}
	id, at, err := a.startOf(r.Context(), strings.TrimSpace(values.Get("after")))
	if err != nil {
		return err
	}
	if q.lines {
		return a.changeLines(w, r, q, id, at)
	}
	var page changePage
	err = a.awaited(w, r, q.wait, func(ctx context.Context, snap store.Snapshot) (bool, error) {
		page, err = a.changePage(ctx, snap, q, id, at)
		at = page.end
		return len(page.list) > 0, err
	})
	if err != nil {
		return err
	}
	stamp(w, page.info)
	next := page.end.Token(id)
	if a.pageTag(w, r, "changes-"+next, page.more && !q.include) {
		return nil
	}
	body := ChangesAnswer{meta(page.info, -1), id, page.info.Sequence, page.list, next, page.more, self(r)}
	body.Links["next"] = following(r, next)
	return writeJSON(w, body)
}

// startOf is the feed's id and the position that a request begins behind.
func (a *API) startOf(ctx context.Context, after string) (id string, at change.Position, err error) {
	if err := a.noFeed(); err != nil {
		return "", at, err
	}
	if id, err = a.Changes.ID(); err != nil {
		return "", at, err
	}
	switch after {
	case "":
	case "now":
		info, infoErr := a.Door.Info(ctx)
		if infoErr != nil {
			return "", at, infoErr
		}
		at, err = a.Changes.Behind(info.Sequence)
	default:
		at, err = change.ParseToken(id, after)
	}
	return id, at, err
}

// following is the address of the next piece.
func following(r *http.Request, next string) string {
	values := r.URL.Query()
	values.Set("after", next)
	return r.URL.Path + "?" + values.Encode()
}

// pageTag marks a page: a full one of the past never changes, what is at the end may. True when the client has it.
func (a *API) pageTag(w http.ResponseWriter, r *http.Request, name string, full bool) bool {
	if !full {
		w.Header().Set("Cache-Control", "no-store")
		return false
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	return httpx.NotModified(w, r, `W/"`+name+"-"+r.URL.Query().Get("limit")+"-"+fingerprint(a.Build)+`"`)
}

// changePage is a page before it is written.
type changePage struct {
	info store.Info
	list []Change
	end  change.Position
	more bool
}

func (a *API) changePage(ctx context.Context, snap store.Snapshot, q feedRequest, id string, at change.Position) (p changePage, err error) {
	p = changePage{info: snap.Info(), list: []Change{}, end: at}
	for e, err := range a.Changes.Read(&at, p.info.Sequence) {
		if err != nil {
			return p, err
		}
		if p.more = len(p.list) == q.limit; p.more {
			break
		}
		c, err := presented(ctx, snap, q, id, e)
		if err != nil {
			return p, err
		}
		p.list, p.end = append(p.list, c), e.At
	}
	if !p.more {
		p.end = at
	}
	return p, nil
}

// presented is a change as it is written.
func presented(ctx context.Context, snap store.Snapshot, q feedRequest, id string, e change.Entry) (Change, error) {
	c := Change{
		Token: e.At.Token(id), Seq: e.Seq, Revision: e.Revision, Time: e.Time, Op: e.Op, ID: e.ID, Version: notice.Version(e.Version), SHA256: e.SHA256, Digest: e.Digest,
		Source: e.Source, Edition: e.Edition, Name: e.Name, Reason: e.Reason,
	}
	if !e.Published.IsZero() {
		c.Published = &e.Published
	}
	if !e.Op.Gone() {
		c.URL = noticeURL(e.ID, e.Version)
		c.Document = Prefix + "/documents/" + e.SHA256
	}
	if !q.include {
		return c, nil
	}
	n, err := snap.Get(ctx, e.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return c, err
	}
	c.Included = &Included{n}
	return c, nil
}

// changeLines streams changes as JSON Lines; the last line says where to go on.
func (a *API) changeLines(w http.ResponseWriter, r *http.Request, q feedRequest, id string, at change.Position) error {
	return a.stream(w, r, q, func(ctx context.Context, snap store.Snapshot) (bool, error) {
		ahead := at
		for _, err := range a.Changes.Read(&ahead, snap.Info().Sequence) {
			return err == nil, err
		}
		at = ahead
		return false, nil
	}, func(ctx context.Context, snap store.Snapshot, put func(any) error) (last any, err error) {
		end, n, more := at, 0, false
		for e, err := range a.Changes.Read(&at, snap.Info().Sequence) {
			if err != nil {
				return nil, err
			}
			if more = q.limit > 0 && n == q.limit; more {
				break
			}
			c, err := presented(ctx, snap, q, id, e)
			if err == nil {
				err = put(c)
			}
			if err != nil {
				return nil, err
			}
			n, end = n+1, e.At
		}
		if !more {
			end = at
		}
		return struct {
			Next string `json:"next"`
			More bool   `json:"more"`
			Feed string `json:"feed"`
			Meta Meta   `json:"meta"`
		}{end.Token(id), more, id, meta(snap.Info(), -1)}, nil
	})
}

// stream writes JSON Lines of one state of the data: waits until any says that there is something, then writes all.
func (a *API) stream(w http.ResponseWriter, r *http.Request, q feedRequest, anything func(context.Context, store.Snapshot) (bool, error), all func(ctx context.Context, snap store.Snapshot, put func(any) error) (last any, err error)) error {
	if q.wait > 0 {
		if err := a.awaited(w, r, q.wait, anything); err != nil {
			return err
		}
	}
	snap, err := a.Door.Store.Snapshot(r.Context())
	if err != nil {
		return err
	}
	defer snap.Close()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	begun := false
	begin := func() {
		if !begun {
			begun = true
			stamp(w, snap.Info())
			w.Header().Set("Content-Type", linesMedia)
			w.Header().Set("Cache-Control", "no-store")
		}
	}
	last, err := all(r.Context(), snap, func(v any) error {
		begin()
		return enc.Encode(v)
	})
	if err != nil {
		return err
	}
	begin()
	return enc.Encode(last)
}

// afterLine reads the line that a request begins behind.
func afterLine(values url.Values) (int64, error) {
	s := strings.TrimSpace(values.Get("after"))
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return 0, fault.New(fault.Invalid, "%.50q is no line of the account: a whole number from 0 expected", s).At("parameter after").WithHint("hand back next of the answer before")
	}
	return n, nil
}
