package httpx

import (
	"bytes"
	"container/list"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Cache keeps finished answers in memory, as they went out, packed where they were. It takes those of GET whose entity tag is weak and
// begins with the revision of the data (W/"812-...): by such a tag a handler says that address and revision decide about the answer,
// and nothing else, such as the time. A change of the data makes all answers void. Safe for concurrent use.
type Cache struct {
	Revision func(ctx context.Context) (int64, error) // that is served now; with an error nothing is taken from the cache
	Bytes    int                                      // the most that is kept, headers and addresses included
	Now      func() time.Time

	mu       sync.Mutex
	revision string // of what is kept
	kept     map[string]*list.Element
	order    list.List // of *cached, what was asked last in front
	used     int
	answers  CacheAnswers
}

// CacheAnswers counts what a cache did.
type CacheAnswers struct {
	Hits, Misses int64
	Kept, Bytes  int // now
}

// cached is an answer.
type cached struct {
	key    string
	header http.Header
	body   []byte
}

func (c *cached) size() int {
	n := len(c.key) + len(c.body) + 256
	for name, values := range c.header {
		for _, v := range values {
			n += len(name) + len(v) + 64
		}
	}
	return n
}

// Handler answers from the cache, else by h. It has to stand outside of Compress and inside of Middleware.
func (c *Cache) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, ok := c.key(r)
		if !ok {
			h.ServeHTTP(w, r)
			return
		}
		if a := c.find(r.Context(), key); a != nil {
			a.write(w, r)
			return
		}
		k := &keeper{ResponseWriter: w, most: c.Bytes / 16}
		h.ServeHTTP(k, r) // nothing is kept after a panic: the answer broke off
		if k.status == http.StatusOK && !k.over {
			c.keep(&cached{key, w.Header().Clone(), bytes.Clone(k.body)})
		}
	})
}

// Answers tells what the cache did.
func (c *Cache) Answers() CacheAnswers {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.answers
	a.Kept, a.Bytes = c.order.Len(), c.used
	return a
}

// key is all of a request that answers depend on, revision apart: the address with its parameters in one order and one way of writing
// them, the server's name, which links hold, the coding, and the day, on which some headers end.
func (c *Cache) key(r *http.Request) (string, bool) {
	if r.Method != http.MethodGet || r.Header.Get("Range") != "" || strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
		return "", false
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", false // the handler knows what to say
	}
	return strings.Join([]string{
		r.URL.EscapedPath(), values.Encode(), r.Host, r.Header.Get("X-Forwarded-Proto"), strconv.FormatBool(r.TLS != nil),
		accepted(r.Header.Values("Accept-Encoding")), c.Now().UTC().Format(time.DateOnly),
	}, "\n"), true
}

// find looks for an answer of the revision that is served now.
func (c *Cache) find(ctx context.Context, key string) *cached {
	n, err := c.Revision(ctx)
	revision := strconv.FormatInt(n, 10)
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.kept[key]; e != nil && err == nil && revision == c.revision {
		c.answers.Hits++
		c.order.MoveToFront(e)
		return e.Value.(*cached)
	}
	c.answers.Misses++
	return nil
}

// keep takes an answer when its tag names its revision.
func (c *Cache) keep(a *cached) {
	tag, ok := strings.CutPrefix(a.header.Get("ETag"), `W/"`)
	revision, _, named := strings.Cut(tag, "-")
	n, err := strconv.ParseInt(revision, 10, 64)
	size := a.size()
	if !ok || !named || err != nil || n <= 0 || size > c.Bytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if revision != c.revision {
		if old, _ := strconv.ParseInt(c.revision, 10, 64); n < old {
			return // it was asked before the data changed
		}
		c.revision, c.kept, c.used = revision, map[string]*list.Element{}, 0
		c.order.Init()
	}
	if c.kept[a.key] != nil {
		return
	}
	c.kept[a.key] = c.order.PushFront(a)
	for c.used += size; c.used > c.Bytes; {
		last := c.order.Remove(c.order.Back()).(*cached)
		delete(c.kept, last.key)
		c.used -= last.size()
	}
}

// ofTheRequest are headers that belong to one request or to its client.
var ofTheRequest = []string{"X-Request-Id", "Server-Timing", "Date", "Ratelimit", "Ratelimit-Policy"}

// write answers anew.
func (a *cached) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range a.header {
		if !slices.Contains(ofTheRequest, name) {
			h[name] = slices.Clone(values)
		}
	}
	h.Set("Server-Timing", `cache;desc="hit"`)
	if !NotModified(w, r, h.Get("ETag")) {
		_, _ = w.Write(a.body) // the client is gone when this fails
	}
}

// keeper keeps a copy of an answer that is not too long.
type keeper struct {
	http.ResponseWriter
	status int
	body   []byte
	most   int
	over   bool
}

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 && status >= 200 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if k.over = k.over || len(k.body)+len(b) > k.most; k.over {
		k.body = nil
	} else {
		k.body = append(k.body, b...)
	}
	n, err := k.ResponseWriter.Write(b)
	k.over = k.over || err != nil
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }
