package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// failure is an attempt without an answer of use.
type failure struct {
	err    error
	passes bool          // it may be otherwise the next time
	host   bool          // it concerns the host as a whole, not this address alone
	after  time.Duration // when to ask again, as the server says
}

// Transport makes connections as Client wants them: limits on every step, proxy as the environment says (HTTPS_PROXY, NO_PROXY).
func Transport(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    15 * time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    concurrency,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // unpacked here, within limits
	}
}

const maxRedirects = 5

// Reasons why an attempt is broken off here.
var (
	errSilent   = errors.New("the server does not answer")
	errSlow     = errors.New("the answer comes too slowly")
	errRedirect = errors.New("redirect")
)

// attempt makes a request once.
func (c *Client) attempt(ctx context.Context, u *url.URL, r Request) (*Response, *failure) {
	whole, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	end := time.AfterFunc(or(c.Attempt, 10*time.Minute), func() { cancel(errSlow) })
	defer end.Stop()
	silent := time.AfterFunc(or(r.Wait, or(c.Wait, 30*time.Second)), func() { cancel(errSilent) })
	resp, err := c.http.Do(c.request(whole, u, r))
	silent.Stop()
	if err != nil {
		return nil, unanswered(ctx, whole, u, err)
	}
	defer resp.Body.Close()
	if f := refused(resp, u, c.Now()); f != nil {
		return nil, f
	}
	out := &Response{Status: resp.StatusCode, Header: resp.Header, URL: resp.Request.URL.String(), NotModified: resp.StatusCode == http.StatusNotModified}
	out.Validator = validator(resp.Header)
	if t, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil {
		out.Published = t.UTC()
	}
	if out.NotModified {
		if r.Condition == (Condition{}) {
			return nil, &failure{err: fault.New(fault.Invalid, "the server says that nothing changed, and was not asked").At(u.Redacted()), passes: true}
		}
		return out, nil
	}
	b := &body{c: c, u: u, limit: r.limit(), sink: r.Sink}
	if err := b.read(resp, func() { cancel(errSlow) }); err != nil {
		return nil, broken(ctx, whole, u, err)
	}
	out.Body, out.Size = b.bytes, b.size
	return out, nil
}

func (r Request) limit() int64 {
	if r.Limit <= 0 {
		return 64 << 20
	}
	return r.Limit
}

func (c *Client) request(ctx context.Context, u *url.URL, r Request) *http.Request {
	h := http.Header{"User-Agent": {c.agent()}, "Accept-Encoding": {"gzip"}}
	if r.Accept != "" {
		h.Set("Accept", r.Accept)
	}
	if r.Condition.ETag != "" {
		h.Set("If-None-Match", r.Condition.ETag)
	}
	if r.Condition.LastModified != "" {
		h.Set("If-Modified-Since", r.Condition.LastModified)
	}
	return (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: h, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
}

func (c *Client) agent() string {
	if c.UserAgent == "" {
		return "boamp"
	}
	return c.UserAgent
}

// redirect follows a few redirects, on the same host or an allowed one, and never from https to http.
func (c *Client) redirect(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return fault.Wrap(fault.Invalid, errRedirect, "more than %d redirects", maxRedirects).At(first.Redacted())
	case next.URL.Scheme != first.Scheme && next.URL.Scheme != "https":
		return fault.Wrap(fault.Invalid, errRedirect, "a redirect from %s to %s is not followed", first.Scheme, next.URL.Scheme).At(first.Redacted())
	case next.URL.Host != first.Host && !sameName(next.URL, first) && !slices.Contains(c.Hosts, next.URL.Host):
		return fault.Wrap(fault.Invalid, errRedirect, "a redirect to another host, %s, is not followed", next.URL.Host).At(first.Redacted()).
			WithHint("when the source has moved, set its new address")
	}
	return nil
}

// sameName reports whether a redirect only goes from http to https at the same name and the usual ports.
func sameName(next, first *url.URL) bool {
	return next.Hostname() == first.Hostname() && next.Scheme == "https" && next.Port() == "" && first.Port() == ""
}

// unanswered is the failure of a request to which no header came.
func unanswered(ctx, whole context.Context, u *url.URL, err error) *failure {
	var f *fault.Error
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case ctx.Err() != nil:
		return &failure{err: cancelled(ctx)}
	case errors.Is(err, errRedirect) && errors.As(err, &f):
		return &failure{err: f}
	case errors.As(err, &cert), errors.As(err, &unknown):
		return &failure{err: fault.Wrap(fault.Unavailable, err, "the certificate of %s is not accepted", u.Host).At(u.Redacted())}
	case whole.Err() != nil:
		return &failure{err: fault.Wrap(fault.Timeout, context.Cause(whole), "%s does not answer in time", u.Host).At(u.Redacted()), passes: true, host: true}
	}
	return &failure{err: fault.Wrap(fault.Unavailable, err, "%s cannot be reached", u.Host).At(u.Redacted()), passes: true, host: true}
}

// broken is the failure of an answer whose body is of no use.
func broken(ctx, whole context.Context, u *url.URL, err error) *failure {
	var f *fault.Error
	switch {
	case ctx.Err() != nil:
		return &failure{err: cancelled(ctx)}
	case whole.Err() != nil:
		return &failure{err: fault.Wrap(fault.Timeout, context.Cause(whole), "the answer of %s comes too slowly", u.Host).At(u.Redacted()), passes: true}
	case errors.Is(err, ErrSink):
		return &failure{err: err}
	case errors.As(err, &f):
		return &failure{err: f.At(u.Redacted()), passes: f.Kind == fault.Invalid || f.Kind == fault.Unavailable}
	}
	return &failure{err: fault.Wrap(fault.Unavailable, err, "the connection to %s broke", u.Host).At(u.Redacted()), passes: true}
}

// refused is the failure of an answer whose status says that there is nothing; nil for 200 and 304.
func refused(resp *http.Response, u *url.URL, now time.Time) *failure {
	at := func(k fault.Kind, format string, args ...any) error {
		return fault.New(k, format, args...).At(u.Redacted())
	}
	switch s := resp.StatusCode; {
	case s == http.StatusOK, s == http.StatusNotModified:
		return nil
	case s == http.StatusNotFound, s == http.StatusGone:
		return &failure{err: at(fault.NotFound, "%s has nothing there (%d)", u.Host, s)}
	case s == http.StatusConflict:
		return &failure{err: at(fault.Conflict, "%s says that its state does not fit the request (%d)", u.Host, s)}
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusProxyAuthRequired:
		return &failure{err: at(fault.Unavailable, "%s does not let us read this (%d)", u.Host, s)}
	case s == http.StatusInternalServerError:
		return &failure{err: at(fault.Unavailable, "%s failed (%d)", u.Host, s), passes: true, after: retryAfter(resp.Header, now)}
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusTooManyRequests, s > 500 && s != http.StatusNotImplemented && s != http.StatusHTTPVersionNotSupported:
		return &failure{err: at(fault.Unavailable, "%s is busy or out of order (%d)", u.Host, s), passes: true, host: true, after: retryAfter(resp.Header, now)}
	default:
		return &failure{err: at(fault.Invalid, "%s answers %d, which has no meaning here", u.Host, s)}
	}
}

// retryAfter reads the header, in seconds or as a date; 0 when it says nothing of use.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return time.Duration(min(max(n, 0), 1<<31)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

func validator(h http.Header) string {
	if e := h.Get("ETag"); e != "" {
		return e
	}
	return h.Get("Last-Modified")
}
