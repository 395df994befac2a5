package dila

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/source"
)

// maxPage is the size of a listing. A day has some 60 kB, a year of archives 400 kB.
const maxPage = 16 << 20

// listing is a folder as it was listed at a moment.
type listing struct {
	Index
	path      string // below the base
	url       string
	validator string
	seen      time.Time // by our clock or the server's, whichever is behind, so that no day is taken for closed by a clock that runs ahead
	same      bool      // the server says that nothing changed; there are no entries
}

// rereads is how often a listing is asked for again that came cut off or kept changing.
const rereads = 3

// list lists the folder at a path below the base. A listing whose end is missing is none.
//
// Errors: those of fetch, Invalid (no listing, or cut off every time).
func (p *pass) list(ctx context.Context, path string, cond fetch.Condition) (*listing, error) {
	u := p.base.JoinPath(path).String()
	if !strings.HasSuffix(u, "/") {
		u += "/"
	}
	for n := 0; ; n++ {
		resp, err := p.Fetch.Do(ctx, fetch.Request{URL: u, Condition: cond, Limit: maxPage, Accept: "text/html"})
		if err != nil {
			return nil, err
		}
		l := &listing{path: path, url: resp.URL, validator: resp.Validator, seen: p.seen(resp), same: resp.NotModified}
		if l.same {
			return l, nil
		}
		if l.Index, err = readIndex(resp); err != nil {
			return nil, err
		}
		if l.Complete {
			return l, nil
		}
		if n == rereads {
			return nil, fault.New(fault.Invalid, "the listing is cut off").At(u)
		}
	}
}

func (p *pass) seen(resp *fetch.Response) time.Time {
	now := p.now()
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil && t.Before(now) {
		return t.UTC()
	}
	return now
}

func readIndex(resp *fetch.Response) (Index, error) {
	base, err := url.Parse(resp.URL)
	if err != nil || !strings.HasSuffix(base.Path, "/") {
		return Index{}, fault.New(fault.Invalid, "a redirect to what is no folder").At(resp.URL)
	}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && t != "text/html" && t != "application/xhtml+xml" {
		return Index{}, fault.New(fault.Invalid, "not the listing of a folder but %s", t).At(base.Redacted())
	}
	return ParseIndex(base, resp.Body)
}

// describe says what a page is that is no listing.
func describe(page []byte) string {
	const longest = 100
	if i := indexFold(page, "<title>"); i >= 0 {
		title, _, _ := bytes.Cut(page[i+len("<title>"):], []byte("<"))
		text := strings.Join(strings.Fields(html.UnescapeString(utf8Of(string(title[:min(len(title), longest)])))), " ")
		return fmt.Sprintf("the page %q", text)
	}
	return source.Describe(page[:min(len(page), source.HeadSize)])
}

// agree reports whether two listings show the same documents.
func agree(a, b map[string]Entry) bool {
	if len(a) != len(b) {
		return false
	}
	for name, x := range a {
		y, ok := b[name]
		if !ok || x.Size != y.Size || !x.Wall.Equal(y.Wall) {
			return false
		}
	}
	return true
}
