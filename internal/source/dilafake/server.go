package dilafake

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Root is where the tree stands on DILA's server.
const Root = "/OPENDATA/BOAMP/"

// Server serves a tree. Fields are set before the first request.
type Server struct {
	Tree  *Tree
	Now   func() time.Time
	Style Style         // default Preformatted
	Track bool          // listings have ETag and Last-Modified, too
	Pause time.Duration // between the bytes of Drip; default 100 ms
	Seed  uint64

	mu     sync.Mutex
	rng    *rand.Rand
	rules  []rule
	counts map[string]int
}

type rule struct {
	Rule
	left int // below 0: no limit
}

var _ http.Handler = (*Server)(nil)

// Trouble makes rules hold from now on, in place of those before; without any all is well.
func (s *Server) Trouble(rules ...Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
	for _, r := range rules {
		left := r.Count
		if left <= 0 {
			left = -1
		}
		s.rules = append(s.rules, rule{r, left})
	}
}

// Requests counts the requests whose path below the root fits a pattern.
func (s *Server) Requests(pattern string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, count := range s.counts {
		if matches(pattern, path) {
			n += count
		}
	}
	return n
}

// ServeHTTP serves the tree below Root.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, Root)
	now := s.Now()
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	w.Header().Set("Server", "Apache")
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	folder := path == "" || strings.HasSuffix(path, "/")
	t := s.trouble(path, folder)
	if t != nil && t.Kind == Stale {
		age := t.Age
		if age <= 0 {
			age = time.Hour
		}
		now = now.Add(-age)
	}
	a, found := s.answer(path, folder, now, t)
	switch {
	case t != nil && s.refuse(w, r, t):
	case found:
		a.send(w, r, s, t)
	case !folder && len(s.Tree.Below(path+"/", now)) > 0:
		http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
	default:
		http.NotFound(w, r)
	}
}

// trouble draws what a request meets; nil when all is well.
func (s *Server) trouble(path string, folder bool) *Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rng == nil {
		s.rng, s.counts = rand.New(rand.NewPCG(s.Seed, 0x64696c61)), map[string]int{}
	}
	s.counts[path]++
	for i := range s.rules {
		r := &s.rules[i]
		if r.left == 0 || !matches(r.Path, path) || ofListings[r.Kind] && !folder || r.Chance > 0 && s.rng.Float64() >= r.Chance {
			continue
		}
		if r.left > 0 {
			r.left--
		}
		return &r.Rule
	}
	return nil
}

func (s *Server) chance(p float64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rng.Float64() < p
}

// answer is what a sound server would send.
type answer struct {
	body     []byte
	kind     string
	modified time.Time // zero for listings without
	etag     string
}

func (s *Server) answer(path string, folder bool, now time.Time, t *Rule) (answer, bool) {
	if !folder {
		f, ok := s.Tree.At(path, now)
		kind := "application/x-tar"
		if strings.HasSuffix(path, ".xml") {
			kind = "application/xml"
		}
		return answer{f.Body, kind, f.Modified, fmt.Sprintf(`"%x-%x"`, len(f.Body), f.Modified.UnixMicro())}, ok
	}
	files := s.Tree.Below(path, now)
	if len(files) == 0 && path != "" {
		return answer{}, false
	}
	list := rows(path, files)
	switch {
	case t == nil:
	case t.Kind == Bare:
		list = nil
	case t.Kind == Changing:
		var some []row
		for _, r := range list {
			if !s.chance(0.3) {
				some = append(some, r)
			}
		}
		list = some
	}
	a := answer{body: page(s.Style, Root+path, list), kind: "text/html;charset=ISO-8859-1"}
	if s.Track {
		h := fnv.New64a()
		_, _ = h.Write(a.body)
		a.etag = fmt.Sprintf(`"%x"`, h.Sum64())
	}
	return a, true
}

// refuse is trouble in place of an answer; false when it is one of the answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, t *Rule) bool {
	switch t.Kind {
	case Status:
		status := t.Status
		if status == 0 {
			status = http.StatusServiceUnavailable
		}
		if t.After != "" {
			w.Header().Set("Retry-After", t.After)
		}
		http.Error(w, http.StatusText(status), status)
	case Hang:
		<-r.Context().Done()
	case Reset:
		breakOff(w)
	case Page:
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!DOCTYPE html>\n<html><head><title>Maintenance en cours</title></head><body><p>Veuillez nous excuser.</p></body></html>\n")
	case Empty:
		w.Header().Set("Content-Length", "0")
	default:
		return false
	}
	return true
}

func breakOff(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// send sends the answer, and the trouble with it.
func (a answer) send(w http.ResponseWriter, r *http.Request, s *Server, t *Rule) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	if !a.modified.IsZero() {
		h.Set("Last-Modified", a.modified.UTC().Format(http.TimeFormat))
	}
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if t == nil && a.known(r) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, declared := a.body, len(a.body)
	switch {
	case t == nil:
	case t.Kind == CutOff:
		body = body[:len(body)*2/3]
		declared = len(body)
	case t.Kind == Short:
		body = body[:len(body)/2]
		declared = len(body)
	case t.Kind == Truncated:
		body = body[:len(body)/2]
	case t.Kind == Long:
		declared += 1000
	case t.Kind == Drip:
		h.Set("Content-Length", strconv.Itoa(declared))
		s.drip(w, r, body)
		return
	}
	h.Set("Content-Length", strconv.Itoa(declared))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // fewer bytes than declared: net/http breaks the connection
}

// known reports whether the client has this answer.
func (a answer) known(r *http.Request) bool {
	if m := r.Header.Get("If-None-Match"); m != "" {
		return a.etag != "" && m == a.etag
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !a.modified.IsZero() && !a.modified.Truncate(time.Second).After(since)
}

func (s *Server) drip(w http.ResponseWriter, r *http.Request, body []byte) {
	pause := s.Pause
	if pause <= 0 {
		pause = 100 * time.Millisecond
	}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range body[:max(0, len(body)-1)] {
		if _, err := w.Write(body[i : i+1]); err != nil {
			return
		}
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
	<-r.Context().Done()
}
