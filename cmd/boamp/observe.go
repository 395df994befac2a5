package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/obs"
	"github.com/boamp/boamp/internal/search"
)

// observing is how operators look at a server: the private listener with metrics and profiles, and traces to a collector. Both are off by
// default. A nil observing observes nothing.
type observing struct {
	private string // address; "" for none
	open    bool   // others may reach it
	traces  string // of the collector; "" for none
	ratio   float64

	metrics  *obs.Metrics
	tracer   *obs.Tracer
	exporter *obs.Exporter
	cache    atomic.Pointer[httpx.Cache] // of the answers; nil for none
}

// observing adds the flags.
func (f *flags) observing() *observing {
	o := &observing{}
	f.StringVar(&o.private, "private", "", "`address` of a second listener, for operators alone: /metrics for Prometheus, /debug/pprof/, /healthz; default none. 127.0.0.1:9090 is usual")
	f.BoolVar(&o.open, "private-open", false, "the address of --private may be one that others can reach, because something else keeps them away")
	f.StringVar(&o.traces, "traces", "", "`address` of a collector to which traces go (OpenTelemetry, OTLP over HTTP): http://127.0.0.1:4318; default none")
	f.Float64Var(&o.ratio, "traces-ratio", 0.1, "`share` of the requests that are traced, 0 to 1; a request that brings a traceparent is traced as that says")
	return o
}

// check reads the flags.
func (o *observing) check() error {
	var err error
	switch {
	case o.private != "":
		err = obs.CheckPrivate(o.private, o.open)
	case o.open:
		err = fault.New(fault.Invalid, "there is no address that may be open").At("--private-open").WithHint("--private 0.0.0.0:9090 --private-open")
	}
	if err == nil && o.traces != "" {
		err = obs.CheckEndpoint(o.traces)
	}
	if err == nil && !(o.ratio >= 0 && o.ratio <= 1) {
		err = fault.New(fault.Invalid, "%v is no share", o.ratio).At("--traces-ratio").WithHint("write a number from 0 to 1")
	}
	if f, ok := err.(*fault.Error); ok {
		return wrongUsage(f)
	}
	return nil
}

// traceEvery is how long a span waits at most for others to be sent with it.
const traceEvery = 5 * time.Second

// start opens what the flags ask for, for a server of a folder, and gives the context of its work. end closes it, when the server answers no
// more.
func (o *observing) start(ctx context.Context, data *folder, log *slog.Logger, l *limits) (_ context.Context, end func(), err error) {
	if o == nil {
		return ctx, func() {}, nil
	}
	var ends []func()
	end = func() {
		for _, f := range ends {
			f()
		}
	}
	if o.traces != "" {
		tick := time.NewTicker(traceEvery)
		o.exporter = obs.NewExporter(obs.ExporterOptions{
			Endpoint: o.traces, Client: &http.Client{Timeout: 10 * time.Second}, Log: log, Every: tick.C, Wait: pause,
			Resource: []obs.Attr{{Key: "service.name", Value: "boamp"}, {Key: "service.version", Value: build().Version}},
		})
		o.tracer = &obs.Tracer{Ratio: o.ratio, Export: o.exporter.Add, Now: time.Now}
		ctx = obs.WithTracer(ctx, o.tracer)
		ends = append(ends, func() {
			tick.Stop()
			last, cancel := context.WithTimeout(context.Background(), traceEvery)
			defer cancel()
			o.exporter.Close(last)
		})
	}
	if o.private != "" {
		o.metrics = obs.NewMetrics(log)
		o.metrics.Add(serverMetrics(data, o, l)...)
		stop, err := o.listen(log)
		if err != nil {
			end()
			return ctx, nil, err
		}
		ends = append([]func(){stop}, ends...)
	}
	return ctx, end, nil
}

// listen opens the private listener. stop closes it, when what is being answered has ended.
func (o *observing) listen(log *slog.Logger) (stop func(), err error) {
	ln, err := net.Listen("tcp", o.private)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "cannot listen on %s", o.private).At("--private").WithHint("is another program using the port?")
	}
	srv := &http.Server{
		Handler: obs.Private(o.metrics), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("private listener", "url", "http://"+ln.Addr().String())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the private listener has ended", "error", err)
		}
	}()
	return func() {
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if srv.Shutdown(last) != nil { // a profile that is being made
			_ = srv.Close()
		}
		<-ended
	}, nil
}

// caches says which cache the server has.
func (o *observing) caches(c *httpx.Cache) {
	if o != nil {
		o.cache.Store(c)
	}
}

// handler puts the measuring and the tracing of requests around a server.
func (o *observing) handler(h http.Handler, t *obs.Routes, queries bool) http.Handler {
	if o == nil {
		return h
	}
	return obs.Observer{Metrics: o.metrics, Tracer: o.tracer, Route: t.Find, Now: time.Now, Queries: queries}.Handler(h)
}

// traceSteps adds to a trace how the questions of a request were answered.
func traceSteps(ctx context.Context, t *search.Trace) {
	span := obs.SpanOf(ctx)
	if span == nil {
		return
	}
	for _, s := range t.Steps() {
		attrs := []obs.Attr{{Key: "boamp.answered_by", Value: s.Where}}
		if s.Why != "" {
			attrs = append(attrs, obs.Attr{Key: "boamp.why", Value: s.Why})
		}
		span.Done("search "+s.What, obs.Inside, s.Begun, s.Begun.Add(s.Time), attrs...)
	}
}
