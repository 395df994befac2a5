// Package fetch is the HTTP client of everything that boamp follows. It is polite to the server (it says who it is, asks little at a time,
// asks for what changed, waits when told to, gives up on a server in trouble) and trusts nothing that comes: lengths, sizes, speed,
// redirects and packing are checked.
package fetch

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Client makes requests. Zero fields mean the default. It is safe for concurrent use; fields are set before the first request.
type Client struct {
	HTTP      *http.Client // transport and cookies; default Transport's. Its CheckRedirect and Timeout are replaced.
	UserAgent string       // "boamp/1.3 (+https://example.org/contact)"; default "boamp"
	Hosts     []string     // hosts beside its own that a request may be redirected to

	Concurrency int           // requests under way at one host; default 4
	Pace        time.Duration // least time from the start of one request to that of the next at one host; default none

	Retries int           // how often a request that failed is made again; default 4, below 0 never
	Backoff time.Duration // longest wait before the first retry, doubled for each further one; default 1 s. The wait is drawn between 0 and that.
	Longest time.Duration // limit of these waits; default 1 min

	Wait    time.Duration // from a request until the header of its answer, redirects included; default 30 s
	Window  time.Duration // a body gives at least Least bytes in each window, or ends; default 20 s
	Least   int64         // default 20 KiB
	Attempt time.Duration // one attempt in all; default 10 min

	Budget   time.Duration // of a pass; default no limit
	Failures int           // attempts of a pass that may fail; ten good answers make up for one. Default 100
	Trip     int           // attempts in a row that fail before a host is left in peace; default 8
	Rest     time.Duration // how long, doubled each time that it fails again after it; default 10 s
	Rests    int           // how often, before the pass is over for that host; default 4

	Now   func() time.Time                           // default time.Now
	Sleep func(context.Context, time.Duration) error // gives ctx's error when that ends first; default a timer
	Rand  func() float64                             // in [0, 1); default math/rand/v2
	once  sync.Once
	http  *http.Client
	mu    sync.Mutex
	hosts map[string]*host
	pass  pass
}

// Condition asks for an answer only when it would differ from one that is known.
type Condition struct{ ETag, LastModified string }

// ConditionOf makes a condition of a Response.Validator. That of "" is none.
func ConditionOf(validator string) Condition {
	if len(validator) > 0 && validator[0] == '"' || len(validator) > 2 && validator[:3] == `W/"` {
		return Condition{ETag: validator}
	}
	return Condition{LastModified: validator}
}

// Request is a GET.
type Request struct {
	URL       string // http or https
	Condition Condition
	Accept    string        // media types; "" for any
	Limit     int64         // bytes of the body after unpacking; default 64 MiB
	Wait      time.Duration // in place of Client.Wait, for questions whose answer takes its time
	Once      bool          // do not make it again when it fails
	Sink      Sink          // takes the body in place of Response.Body
}

// Response is an answer of status 200 or 304.
type Response struct {
	Status      int
	Header      http.Header
	URL         string    // after redirects
	Body        []byte    // unpacked; nil with a Sink. The caller's.
	Size        int64     // bytes of the body, unpacked
	NotModified bool      // 304: what the condition describes is still so
	Published   time.Time // Last-Modified in UTC; zero when there is none or it cannot be read
	Validator   string    // ETag, else Last-Modified as written, else ""
}

// Get is Do with the most used members of a Request.
func (c *Client) Get(ctx context.Context, address string, cond Condition, limit int64) (*Response, error) {
	return c.Do(ctx, Request{URL: address, Condition: cond, Limit: limit})
}

// Do makes a request, again when it fails in a way that may pass: network, 408, 425, 429, 5xx, a body that is cut off, too slow or not
// as long as declared.
//
// Errors: NotFound (404, 410), Conflict (409), TooLarge (the body is larger than the limit), Timeout (ctx ended, or too slow at every attempt), Invalid (the address,
// a redirect that is not followed, a body that is not what was declared, a status that has no meaning here), Unavailable (all else; with ErrSink in
// its chain when the sink failed). An error
// with ErrOver in its chain says that the pass has no more budget or the host is in trouble: further requests would fail, too.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	c.prepare()
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "not an address of http or https: %q", r.URL)
	}
	h := c.host(strings.ToLower(u.Host))
	for n := 0; ; n++ {
		resp, f := c.try(ctx, h, u, r)
		switch {
		case f == nil:
			return resp, nil
		case !f.passes || r.Once || n >= c.retries():
			return nil, f.err
		}
		wait := min(c.backoff()<<min(n, 20), or(c.Longest, time.Minute))
		if err := c.sleep(ctx, time.Duration(c.Rand()*float64(wait)), f.err); err != nil {
			return nil, err
		}
	}
}

// try makes one attempt when the host's turn has come, and accounts for it.
func (c *Client) try(ctx context.Context, h *host, u *url.URL, r Request) (*Response, *failure) {
	if err := c.enter(ctx, h); err != nil {
		return nil, &failure{err: err}
	}
	resp, f := c.attempt(ctx, u, r)
	c.leave(ctx, h, f)
	return resp, f
}

func (c *Client) prepare() {
	c.once.Do(func() {
		if c.Now == nil {
			c.Now = time.Now
		}
		if c.Sleep == nil {
			c.Sleep = sleep
		}
		if c.Rand == nil {
			c.Rand = rand.Float64
		}
		inner := http.Client{Transport: nil}
		if c.HTTP != nil {
			inner = *c.HTTP
		}
		if inner.Transport == nil {
			inner.Transport = Transport(or(c.Concurrency, 4))
		}
		inner.CheckRedirect, inner.Timeout = c.redirect, 0
		c.http, c.hosts = &inner, map[string]*host{}
	})
}

func (c *Client) retries() int {
	if c.Retries < 0 {
		return 0
	}
	return or(c.Retries, 4)
}

func (c *Client) backoff() time.Duration { return or(c.Backoff, time.Second) }

// or gives v, or a default when it is not set.
func or[T int | int64 | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
