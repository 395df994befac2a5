package obs

import (
	"net/http"
	"strconv"
	"time"
)

// Route says what a request is about, in words that no client can choose: the surface, and the pattern of the path. What is at no known
// path is "other".
type Route func(r *http.Request) (surface, pattern string)

// Observer measures and traces the requests of a server. It stands outside of everything else.
type Observer struct {
	Metrics *Metrics // nil measures nothing
	Tracer  *Tracer  // nil traces nothing
	Route   Route
	Now     func() time.Time
	Queries bool                           // spans have the query text
	After   func(r *http.Request, s *Span) // is called when a request that is traced was answered; may be nil
}

// Handler wraps h.
func (o Observer) Handler(h http.Handler) http.Handler {
	if o.Metrics == nil && o.Tracer == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := o.Now()
		surface, pattern := o.Route(r)
		method := knownMethod(r.Method)
		ctx, span := o.Tracer.begin(r.Context(), readParent(r.Header), method+" "+pattern, Server, nil)
		c := &counted{ResponseWriter: w}
		if o.Metrics != nil {
			o.Metrics.inFlight.Inc()
			defer o.Metrics.inFlight.Dec()
		}
		r = r.WithContext(ctx)
		defer func() {
			failure := recover()
			class := c.class(failure != nil)
			if o.Metrics != nil {
				o.Metrics.requests.WithLabelValues(surface, pattern, method, class).Inc()
				o.Metrics.durations.WithLabelValues(surface, pattern).Observe(o.Now().Sub(start).Seconds())
				o.Metrics.bytes.WithLabelValues(surface).Add(float64(c.bytes))
			}
			o.finish(r, span, c, surface, pattern, method, failure != nil)
			if failure != nil {
				panic(failure)
			}
		}()
		h.ServeHTTP(c, r)
	})
}

// finish ends the span of a request, with the attributes that OpenTelemetry has for them.
func (o Observer) finish(r *http.Request, s *Span, c *counted, surface, pattern, method string, broken bool) {
	if s == nil {
		return
	}
	s.Set(Attr{"http.request.method", method}, Attr{"http.route", pattern}, Attr{"boamp.surface", surface},
		Attr{"http.response.status_code", int64(c.code())}, Attr{"http.response.body.size", c.bytes})
	if o.Queries {
		s.Set(Attr{"url.path", r.URL.Path}, Attr{"url.query", r.URL.RawQuery})
	}
	switch {
	case broken:
		s.Fail("the answer broke off")
	case c.code() >= 500:
		s.Fail(strconv.Itoa(c.code()) + " " + http.StatusText(c.code()))
	}
	s.End()
}

// knownMethod is a method, or "other": a client may invent them.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch:
		return m
	}
	return "other"
}

// counted notes what was answered.
type counted struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (c *counted) WriteHeader(status int) {
	if c.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (c *counted) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// code is the status as net/http sends it.
func (c *counted) code() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}

// class is the first digit of the status: 2xx. An answer that broke off is "aborted", whatever it began with.
func (c *counted) class(broken bool) string {
	if broken {
		return "aborted"
	}
	return strconv.Itoa(c.code()/100) + "xx"
}
