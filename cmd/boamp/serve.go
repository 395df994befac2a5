package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/api/explorev1"
	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/api/ops"
	"github.com/boamp/boamp/internal/api/versions"
	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/search"
)

// answerTime is how long a page or a notice may take before the request is given up.
const answerTime = 30 * time.Second

// shutdownTime is how long running requests may take after a signal to stop.
const shutdownTime = 30 * time.Second

func serveCommand() command {
	c := command{name: "serve", args: "[FLAGS]", short: "Serve a data folder over HTTP",
		long: `While the server runs, import, query, get and status work on the same folder: they do their work inside of the server.
The server stops gracefully on SIGINT and SIGTERM: it takes no new requests and lets running ones end.
Logs are JSON lines on the standard error. Query texts and addresses of clients are not logged unless --log-queries and --log-clients say so.
What a request may cost, and what is answered beyond that, is on docs/limits.md.`}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		listen := f.String("listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
		indexMode := f.index()
		follows := f.syncFlags()
		keeps := f.snapshotFlags()
		watches := f.watchFlags()
		readOnly := f.Bool("read-only", false, "serve a folder that several processes read; nothing can be imported meanwhile")
		p := public{limits: newLimits()}
		p.limits.flags(f)
		p.observed = f.observing()
		logs := f.log("info")
		f.StringVar(&p.url, "public-url", "", "`address` under which clients reach the server, for links in answers and for agents that come by a proxy; default what each request says")
		f.Int64Var(&p.dailyCalls, "daily-calls", odshttp.AdvertisedCalls, "`calls` a day that answers of the Explore API advertise; they are counted with --daily-quota alone")
		f.IntVar(&p.cache, "cache", 64, "`megabytes` of finished answers to keep until the data change; 0 keeps none")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if err := p.check(); err != nil {
			return err
		}
		mode := datadir.Write
		if *readOnly {
			mode = datadir.Read
		}
		if err := errors.Join(checkIndex(*indexMode), follows.check(mode), keeps.check(mode), watches.check()); err != nil {
			return err
		}
		log, err := logs.logger(std)
		if err != nil {
			return err
		}
		report := func(err error) { log.Warn("the search index", "error", err) }
		with := indexing{mode: *indexMode, report: report, readers: p.limits.views()}
		if with.mode == indexSmall {
			with.memory = smallMemory
		}
		if std.checking {
			return nil
		}
		data, err := openFolder(ctx, *path, mode, false, with)
		if err != nil {
			return err
		}
		if err := follows.prepare(ctx, data, log); err != nil {
			return errors.Join(err, data.Close())
		}
		data.makeIndex(log)
		keeps.start(data, log)
		p.audits = watches.audits
		watches.start(data, follows.places, log)
		if with.mode == indexSmall {
			data.work.do(func(ctx context.Context) { trim(ctx, data.index, smallPages) })
		}
		err = serveFolder(ctx, data, log, p, *listen, func(url string) { fmt.Fprintf(std.out, "serving %s on %s\n", *path, url) })
		return errors.Join(err, data.Close())
	}
	return c
}

// serveFolder serves an opened folder until ctx ends: over HTTP, and to the commands of other processes.
func serveFolder(ctx context.Context, data *folder, log *slog.Logger, p public, listen string, ready func(url string)) error {
	if p.limits == nil {
		p.limits = newLimits()
	}
	ctx, end, err := p.observed.start(ctx, data, log, p.limits)
	if err != nil {
		return err
	}
	defer end()
	if data.Mode() == datadir.Write {
		if err := makeUpLogged(ctx, data, log); err != nil {
			return err
		}
		c, err := newControl(data, log)
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "the control socket of %s cannot be opened", data.Path())
		}
		stop, cancel := context.WithCancel(ctx)
		go c.serve(stop)
		defer func() { cancel(); c.close() }()
		defer data.startSync(ctx)()
		defer data.startAudits(ctx, p.audits, log)()
	}
	p.changes, p.bulk, p.watch = data.changes(), data.snapshots(), data.watch
	defer context.AfterFunc(ctx, data.feed.signal.Stop)() // who waits for changes gets an answer before the server is gone
	h, err := handler(data.door(), data.raw, log, p)
	if err != nil {
		return err
	}
	return serve(ctx, log, listen, h, p.limits, func(url string) {
		data.url.Store(&url)
		ready(url)
	})
}

// makeUpLogged brings the folder to where its ledger stands, before anything is served: a moment after a crash, long when a rebuild was cut
// off. The log says so every ten seconds.
func makeUpLogged(ctx context.Context, data *folder, log *slog.Logger) error {
	last := time.Now()
	sum, err := data.recover(ctx, data.importer(func(e ingest.Progress) {
		if now := time.Now(); now.Sub(last) >= linePause {
			last = now
			log.Info("making up for what was left undone; nothing is served until then", "documents", e.Summary.Documents)
		}
	}))
	if err == nil && sum.Documents > 0 {
		log.Info("made up for what was left undone", "documents", sum.Documents, "seconds", sum.Elapsed.Seconds())
	}
	return err
}

// public is how the server shows itself to its clients.
type public struct {
	url        string  // of the server, without a slash at the end; "" takes it from each request
	dailyCalls int64   // that answers advertise; 0 is odshttp.AdvertisedCalls
	cache      int     // megabytes of answers that are kept
	limits     *limits // nil: those of newLimits
	changes    *change.Feed
	bulk       *bulk.Folder
	watch      *completeness.Watch
	audits     *audits // that the server does by itself; nil for none
	observed   *observing

	registry *lifecycle.Registry // of the APIs; nil is the program's own
	now      func() time.Time    // for the registry; nil is time.Now
}

// versions keeps the promises about versions.
func (p *public) versions(door *search.Door, log *slog.Logger) (*versions.API, error) {
	a := &versions.API{Registry: p.registry, Info: door.Info, Now: p.now, Log: log, Base: p.url}
	if a.Now == nil {
		a.Now = time.Now
	}
	var err error
	if a.Registry == nil {
		a.Registry, err = lifecycle.Boamp()
	}
	return a, err
}

// check reads the flags.
func (p *public) check() error {
	u, err := url.Parse(p.url)
	if p.url != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
		return fault.New(fault.Invalid, "%q is no address of a server", p.url).At("--public-url").WithHint("write https://boamp.example")
	}
	p.url = strings.TrimRight(p.url, "/")
	if p.dailyCalls < 1 {
		return fault.New(fault.Invalid, "%d calls a day: 1 or more are expected", p.dailyCalls).At("--daily-calls")
	}
	if p.cache < 0 || p.cache > 1<<20 {
		return fault.New(fault.Invalid, "%d megabytes cannot be kept: 0 to %d are expected", p.cache, 1<<20).At("--cache")
	}
	if p.observed != nil {
		if err := p.observed.check(); err != nil {
			return err
		}
	}
	if p.limits == nil { // only the address is of interest
		return nil
	}
	return p.limits.check()
}

// handler puts the surfaces together.
func handler(door *search.Door, raw rawReader, log *slog.Logger, p public) (http.Handler, error) {
	if p.limits == nil {
		p.limits = newLimits()
	}
	if p.limits.gates == nil {
		if err := p.limits.check(); err != nil {
			return nil, err
		}
	}
	door.Timeout = p.limits.answer
	sets, err := dataset.Build(dataset.Options{Fields: door.Fields, Open: door.Open, HTML: render.HTML, Summary: render.Summary})
	if err != nil {
		return nil, err
	}
	b := build()
	program := b.Version + " " + b.Commit
	api := &native.API{Door: door, Raw: raw, Formats: formats(), Now: time.Now, Log: log, Build: program, Beside: beside(), Changes: p.changes, Bulk: p.bulk, Watch: p.watch}
	lives, err := p.versions(door, log)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(native.Prefix+"/", api.Handler())
	lives.Register(mux)
	agents := mcp.New(mcp.Local{Handler: httpx.Middleware(mux, log, time.Now)}, b.Version, log) // a call runs apart from the request that makes it
	mux.Handle(mcp.Path, mcp.Handler(agents, log, p.url != ""))
	mux.Handle("GET "+mcp.TextPath, httpx.Handle(mcp.Text, log, httpx.WriteProblem))
	ops.Ops{Build: b, Info: door.Info}.Register(mux)
	mux.Handle("/", httpx.Handle(func(w http.ResponseWriter, r *http.Request) error {
		switch {
		case r.URL.Path == "/" && r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			httpx.WriteProblemStatus(w, r, http.StatusMethodNotAllowed, fault.New(fault.Unsupported, "method %s: this page is only read", r.Method).WithHint("use GET"))
			return nil
		case r.URL.Path == "/":
			return front(w, api)
		}
		return fault.New(fault.NotFound, "nothing at %s", r.URL.Path).WithHint("APIs are at %s/notices and %s", native.Prefix, exploreBase)
	}, log, httpx.WriteProblem))
	v2 := explore.API{
		Sets: sets, Info: door.Info, Formats: formats(), Timeout: p.limits.answer, Now: time.Now, Log: log, Build: program,
		Base: p.url, DailyCalls: p.dailyCalls,
	}
	v1 := explorev1.API{
		Sets: sets, Info: door.Info, Formats: formats(), Timeout: p.limits.answer, Now: time.Now, Log: log, Build: program,
		Base: p.url, DailyCalls: p.dailyCalls,
	}
	first := legacy.API{Door: door, Raw: raw, Zone: notice.Paris, Log: log, Build: program}
	all := before(httpx.Preflight(mux), surface{explore.Prefixes(), v2.Handler()}, surface{explorev1.Prefixes(), v1.Handler()},
		surface{[]string{legacy.Prefix + "/"}, first.Handler()})
	refuse := refuseBy(lives.Registry, &v2, &v1, &first)
	h := p.limits.admitted(httpx.Compress(withTiming(all)), refuse)
	if p.cache > 0 {
		revision := func(ctx context.Context) (int64, error) {
			info, err := door.Info(ctx)
			return info.Revision, err
		}
		cache := &httpx.Cache{Revision: revision, Bytes: p.cache << 20, Now: time.Now}
		h = cache.Handler(h)
		p.observed.caches(cache)
	}
	h = p.limits.outside(lives.Guard(h), log, strings.HasPrefix(p.url, "https://"), refuse)
	return p.observed.handler(h, routes(api), p.limits.logQueries), nil
}

// exploreBase is where the Explore API begins, for those who look for it.
const exploreBase = "/api/explore/v2.1/catalog/datasets/boamp/records"

// surface is an API that reads paths itself, as they were escaped: http.ServeMux would redirect those with two slashes.
type surface struct {
	prefixes []string // each with a slash at the end
	handler  http.Handler
}

// before asks the surfaces before rest.
func before(rest http.Handler, surfaces ...surface) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, s := range surfaces {
			for _, p := range s.prefixes {
				if strings.HasPrefix(r.URL.EscapedPath(), p) || r.URL.Path+"/" == p {
					s.handler.ServeHTTP(w, r)
					return
				}
			}
		}
		rest.ServeHTTP(w, r)
	})
}

// front answers at the root: what this is and where to go on.
func front(w http.ResponseWriter, api *native.API) error {
	paths := map[string]string{
		"/healthz": "the process lives", "/readyz": "the data answer", "/version": "program, readers, data format",
		versions.Path: "versions of all APIs: since when, until when, what changed", versions.FeedPath: "what changed, as a feed (Atom)",
		mcp.Path: "for agents: Model Context Protocol, streamable HTTP", mcp.TextPath: "what there is, in words for agents",
	}
	for _, r := range api.Routes() {
		paths[strings.TrimPrefix(r.Pattern, "GET ")] = r.Doc
	}
	for _, e := range explore.Endpoints() {
		if e.Answers() {
			paths["/api/explore/v2.1"+e.Path] = "Explore API: " + e.Doc
		}
	}
	for _, r := range explorev1.Routes() {
		paths[r.Path] = "Explore API, version 1: " + r.Doc
	}
	for _, r := range legacy.Routes() {
		paths[r.Path] = "DILA's first API: " + r.Doc
	}
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"name": "boamp", "about": "notices of the BOAMP, the French bulletin of public procurement", "paths": paths})
}

// serve runs an HTTP server until ctx ends, then lets running requests finish. ready is told the URL once it listens.
func serve(ctx context.Context, log *slog.Logger, addr string, h http.Handler, l *limits, ready func(url string)) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "cannot listen on %s", addr).WithHint("is another program using the port? --listen 127.0.0.1:0 takes a free one")
	}
	connections := &httpx.Connections{Most: l.connections, Now: time.Now}
	srv := l.server(h, log, connections)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(connections.Listen(ln)) }()
	ready("http://" + ln.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return errors.Join(errors.New("requests were cut off at the end of the grace period"), srv.Close())
	}
	return nil
}
