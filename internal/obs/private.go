package obs

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"

	"github.com/boamp/boamp/internal/fault"
)

// CheckPrivate refuses an address that others than this machine can reach, unless open says that this is meant: what stands there shows how
// the program is used, and a profile costs processor time.
func CheckPrivate(address string, open bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fault.New(fault.Invalid, "%q is no address to listen on", address).At("--private").WithHint("write 127.0.0.1:9090")
	}
	if a, err := netip.ParseAddr(host); open || host == "localhost" || err == nil && a.IsLoopback() {
		return nil
	}
	return fault.New(fault.Invalid, "others can reach %s, where metrics and profiles of the program would stand", address).At("--private").
		WithHint("name an address of this machine alone, such as 127.0.0.1:9090, or say --private-open when only those who may can reach it")
}

// Private is what stands on the private listener: metrics, profiles, and whether the process lives. The command line is not among the
// profiles: it may hold secrets.
func Private(m *Metrics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintln(w, `{"status":"ok"}`)
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", http.NotFound)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprint(w, "/metrics       for Prometheus\n/healthz       the process lives\n/debug/pprof/  profiles of Go\n")
	})
	return mux
}
