package main

import (
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/limit"
)

// limits are all bounds of a server. docs/limits.md tells of each.
type limits struct {
	answer, export         time.Duration // the longest that an answer, and a file, may take
	speed                  int           // bytes a second that a client has to take
	stall                  time.Duration // that it may lose against that; 0: no bound
	bounds                 httpx.Bounds
	connections            int
	readHeader, read, idle time.Duration
	slots, queues          string // class=number,...; as written
	wait                   time.Duration
	rate                   string
	daily                  int64
	clients                int // that are remembered
	proxies, proxyHeader   string
	logQueries             bool
	logClients             string
	gates                  map[class]*limit.Gate
	parsedRate             limit.Rate
	trusted                []netip.Prefix
}

// rememberedClients is how many clients are counted at once: 20 MB of memory at most.
const rememberedClients = 100_000

// newLimits gives those that hold unless flags say otherwise.
func newLimits() *limits {
	return &limits{
		answer: answerTime, export: time.Hour, speed: 1024, stall: 30 * time.Second,
		bounds:      httpx.Bounds{URL: 48 << 10, Params: 1000, Headers: 32 << 10, Fields: 100, Body: 256 << 10},
		connections: 4096, readHeader: 10 * time.Second, read: 30 * time.Second, idle: 2 * time.Minute,
		wait: time.Second, clients: rememberedClients, proxyHeader: httpx.HeaderForwardedFor, logClients: string(httpx.ClientsNone),
	}
}

// flags adds a flag for each.
func (l *limits) flags(f *flags) {
	f.DurationVar(&l.answer, "answer-time", l.answer, "longest `time` for an answer that is no file")
	f.DurationVar(&l.export, "export-time", l.export, "longest `time` for a file")
	f.IntVar(&l.speed, "min-speed", l.speed, "`bytes` a second that a client has to take of its answer")
	f.DurationVar(&l.stall, "stall-time", l.stall, "`time` that a client may fall behind that speed before it is cut off; 0 for ever")
	f.IntVar(&l.bounds.URL, "max-url", l.bounds.URL, "`bytes` of an address")
	f.IntVar(&l.bounds.Params, "max-params", l.bounds.Params, "`number` of parameters of an address")
	f.IntVar(&l.bounds.Headers, "max-headers", l.bounds.Headers, "`bytes` of all headers of a request")
	f.Int64Var(&l.bounds.Body, "max-body", l.bounds.Body, "`bytes` of the body of a request")
	f.IntVar(&l.connections, "max-connections", l.connections, "`number` of connections at once")
	f.DurationVar(&l.readHeader, "read-header-time", l.readHeader, "longest `time` for a client to send its headers")
	f.DurationVar(&l.read, "read-time", l.read, "longest `time` for a client to send its request")
	f.DurationVar(&l.idle, "idle-time", l.idle, "`time` after which a connection without requests is closed")
	f.StringVar(&l.slots, "slots", "", "requests of a class that are answered at once, as `class=number,...`; classes are "+classNames()+"; default by the number of processors, see docs/limits.md")
	f.StringVar(&l.queues, "queue", "", "requests of a class that wait for that, as `class=number,...`; default see docs/limits.md")
	f.DurationVar(&l.wait, "queue-time", l.wait, "longest `time` that a request waits; files may wait ten times as long")
	f.StringVar(&l.rate, "rate", "", "requests of one client, as `600/minute` or 600/minute,burst=100; default no bound")
	f.Int64Var(&l.daily, "daily-quota", 0, "`requests` of one client between two midnights, UTC; 0 for no bound")
	f.StringVar(&l.proxies, "trusted-proxies", "", "`networks` of proxies that are believed who their client is, as 10.0.0.0/8,192.0.2.7 or loopback; default none")
	f.StringVar(&l.proxyHeader, "proxy-header", l.proxyHeader, "`header` that these proxies set: X-Forwarded-For or Forwarded")
	f.BoolVar(&l.logQueries, "log-queries", false, "log the text of queries")
	f.StringVar(&l.logClients, "log-clients", l.logClients, "log addresses of clients: `none`, truncated, or full, which are personal data")
}

// check reads what the flags say.
func (l *limits) check() (err error) {
	for _, n := range []struct {
		flag       string
		value, low int64
	}{
		{"--max-url", int64(l.bounds.URL), 256}, {"--max-params", int64(l.bounds.Params), 1}, {"--max-headers", int64(l.bounds.Headers), 1024},
		{"--max-body", l.bounds.Body, 0}, {"--max-connections", int64(l.connections), 1}, {"--min-speed", int64(l.speed), 1},
		{"--daily-quota", l.daily, 0},
	} {
		if n.value < n.low {
			return fault.New(fault.Invalid, "%d is too little: %d or more are expected", n.value, n.low).At(n.flag)
		}
	}
	for _, n := range []struct {
		flag       string
		value, low time.Duration
	}{
		{"--answer-time", l.answer, time.Millisecond}, {"--export-time", l.export, time.Millisecond}, {"--stall-time", l.stall, 0},
		{"--read-header-time", l.readHeader, time.Millisecond}, {"--read-time", l.read, time.Millisecond}, {"--idle-time", l.idle, time.Millisecond}, {"--queue-time", l.wait, 0},
	} {
		if n.value < n.low {
			return fault.New(fault.Invalid, "%v is too little: %v or more are expected", n.value, n.low).At(n.flag)
		}
	}
	if l.parsedRate, err = limit.ParseRate(l.rate); err != nil {
		return at("--rate", err)
	}
	if l.trusted, err = httpx.ParsePrefixes(l.proxies); err != nil {
		return at("--trusted-proxies", err)
	}
	if l.proxyHeader = http.CanonicalHeaderKey(l.proxyHeader); l.proxyHeader != httpx.HeaderForwardedFor && l.proxyHeader != httpx.HeaderForwarded {
		return fault.New(fault.Invalid, "%q is not read", l.proxyHeader).At("--proxy-header").WithHint("%s or %s", httpx.HeaderForwardedFor, httpx.HeaderForwarded)
	}
	if !slices.Contains([]httpx.ClientLogging{httpx.ClientsNone, httpx.ClientsTruncated, httpx.ClientsFull}, httpx.ClientLogging(l.logClients)) {
		return fault.New(fault.Invalid, "%q cannot be logged", l.logClients).At("--log-clients").WithHint("none, truncated, full")
	}
	return l.makeGates()
}

// at says which flag a fault is about.
func at(flag string, err error) error {
	if f, ok := err.(*fault.Error); ok {
		return f.At(flag)
	}
	return err
}

// makeGates makes the gate of each class.
func (l *limits) makeGates() error {
	slots, err := numbers("--slots", l.slots)
	if err != nil {
		return err
	}
	queues, err := numbers("--queue", l.queues)
	if err != nil {
		return err
	}
	l.gates = map[class]*limit.Gate{}
	for _, c := range classes {
		g := &limit.Gate{Name: string(c.class), Slots: c.slots(runtime.GOMAXPROCS(0)), Wait: l.wait * time.Duration(c.patience), Retry: c.retry}
		if n, ok := slots[c.class]; ok {
			g.Slots = n
		}
		g.Queue = c.queue * g.Slots
		if n, ok := queues[c.class]; ok {
			g.Queue = n
		}
		if g.Slots < 1 {
			return fault.New(fault.Invalid, "no request of class %s would ever be answered", c.class).At("--slots")
		}
		l.gates[c.class] = g
	}
	return nil
}

// views is how many views of the data all requests together may have, and some more for whoever asks for health meanwhile. A request that waits for
// a heavy place may have one already.
func (l *limits) views() int {
	const others = 8
	n := others + l.gates[heavy].Queue
	for _, c := range []class{light, searching, heavy, exporting} {
		n += l.gates[c].Slots
	}
	return n
}

// maxSlots is the most requests of a class, at once and waiting.
const maxSlots = 100_000

// numbers reads class=number,...
func numbers(flag, text string) (map[class]int, error) {
	found := map[class]int{}
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		name, number, _ := strings.Cut(word, "=")
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n > maxSlots {
			return nil, fault.New(fault.Invalid, "%q is not read", word).At(flag).WithHint("write search=8,export=4 with numbers to %d", maxSlots)
		}
		if !slices.ContainsFunc(classes, func(c classLimits) bool { return string(c.class) == name }) {
			return nil, fault.New(fault.Invalid, "there is no class %q", name).At(flag).WithHint("classes are %s", classNames())
		}
		found[class(name)] = n
	}
	return found, nil
}

// refuser answers for what stands before the surfaces, in the form of the surface that is asked.
type refuser func(w http.ResponseWriter, r *http.Request, err error)

// outside is the outer part of the chain. From the outside in: who asks (Origin); id, log line, panics, headers for browsers (Front); slow readers
// (Pace); sizes (Bounds); the client's rate. What is refused there has cost next to nothing.
func (l *limits) outside(h http.Handler, log *slog.Logger, https bool, refuse refuser) http.Handler {
	h = l.rated(h, refuse)
	h = l.bounds.Handler(h, httpx.ErrorWriter(refuse))
	h = httpx.Pace{Speed: l.speed, Stall: l.stall, Now: time.Now}.Handler(h)
	h = httpx.Front{Log: log, Now: time.Now, Queries: l.logQueries, Clients: httpx.ClientLogging(l.logClients), HTTPS: https}.Handler(h)
	return httpx.Origin{Trusted: l.trusted, Header: l.proxyHeader}.Handler(h)
}

// server is an HTTP server that keeps to the limits of time, size and number.
func (l *limits) server(h http.Handler, log *slog.Logger, connections *httpx.Connections) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: l.readHeader, ReadTimeout: l.read, IdleTimeout: l.idle, ConnState: connections.State,
		MaxHeaderBytes: l.bounds.URL + l.bounds.Headers + 4<<10, // what is beyond by far is refused by net/http, in its own words
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
