package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
)

// surfaces has a request of each form of errors.
var surfaces = map[string]struct {
	path   string
	accept string
	read   func(body []byte) (text string, err error)
}{
	"native":   {"/api/v1/notices?limit=1", "", member("detail")},
	"v2.1":     {"/api/explore/v2.1/catalog/datasets/boamp/records?limit=1", "", member("message", "error_code")},
	"v2.0":     {"/api/v2/catalog/datasets/boamp/records?limit=1", "", member("message", "error_code")},
	"v1":       {"/api/records/1.0/search/?dataset=boamp&rows=1", "", member("error")},
	"legacy":   {"/opendata/api-boamp/annonces/search?criterion=%23all&nbItemParPage=1", "", member("error")},
	"as XML":   {"/opendata/api-boamp/annonces/search?criterion=%23all&nbItemParPage=1", "application/xml", xmlError},
	"agents":   {"/mcp", "", rpcError},
	"nowhere":  {"/nowhere", "", member("detail")},
	"a file":   {"/api/v1/notices.csv", "", member("detail")},
	"a notice": {"/api/v1/notices/none", "", member("detail")},
}

// member reads a member of a JSON object, and asks for others.
func member(name string, others ...string) func(body []byte) (string, error) {
	return func(body []byte) (string, error) {
		var all map[string]any
		if err := json.Unmarshal(body, &all); err != nil {
			return "", err
		}
		for _, o := range others {
			if all[o] == nil {
				return "", fmt.Errorf("no %s", o)
			}
		}
		s, _ := all[name].(string)
		return s, nil
	}
}

func xmlError(body []byte) (string, error) {
	var e struct {
		XMLName xml.Name `xml:"error"`
		Text    string   `xml:",chardata"`
	}
	err := xml.Unmarshal(body, &e)
	return e.Text, err
}

func rpcError(body []byte) (string, error) {
	var e struct {
		Version string `json:"jsonrpc"`
		Error   struct {
			Code    int
			Message string
		}
	}
	err := json.Unmarshal(body, &e)
	if err == nil && (e.Version != "2.0" || e.Error.Code == 0) {
		err = fmt.Errorf("%+v", e)
	}
	return e.Error.Message, err
}

// limited is a server of invented notices with limits.
func limited(t *testing.T, p public, change func(l *limits)) (http.Handler, *limits) {
	t.Helper()
	door, raw, _ := invented(t)
	p.limits = newLimits()
	change(p.limits)
	if err := p.limits.check(); err != nil {
		t.Fatal(err)
	}
	h, err := handler(door, raw, slog.New(slog.DiscardHandler), p)
	if err != nil {
		t.Fatal(err)
	}
	return h, p.limits
}

func put(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestRefusalsInStyle: each surface says in its own form that it is busy, that there were too many requests, that an address is too long.
func TestRefusalsInStyle(t *testing.T) {
	busy, l := limited(t, public{}, func(l *limits) { l.queues = "light=0,search=0,export=0" })
	for _, c := range []class{light, searching, exporting} {
		for range l.gates[c].Slots {
			if err := l.gates[c].Enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	often, _ := limited(t, public{}, func(l *limits) { l.rate = "1/hour" })
	put(often, httptest.NewRequest(http.MethodGet, "/api/v1/codes", nil))
	daily, _ := limited(t, public{}, func(l *limits) { l.daily = 1 })
	put(daily, httptest.NewRequest(http.MethodGet, "/api/v1/codes", nil))
	plain, _ := limited(t, public{}, func(*limits) {})
	for name, s := range surfaces {
		for what, c := range map[string]struct {
			h      http.Handler
			change func(r *http.Request)
			status int
			text   string
		}{
			"busy":      {busy, func(*http.Request) {}, 503, "busy"},
			"too often": {often, func(*http.Request) {}, 429, "1 a hour"},
			"too many":  {daily, func(*http.Request) {}, 429, "1 a day"},
			"too long":  {plain, func(r *http.Request) { r.URL.RawQuery = strings.Repeat("a", 60<<10) }, 414, "at most"},
			"headers":   {plain, func(r *http.Request) { r.Header.Set("X-Long", strings.Repeat("a", 40<<10)) }, 431, "at most"},
			"body":      {plain, func(r *http.Request) { r.ContentLength = 1 << 40 }, 413, "at most"},
			"host":      {plain, func(r *http.Request) { r.Host = "a b" }, 400, "Host"},
		} {
			r := httptest.NewRequest(http.MethodGet, s.path, nil)
			r.Header.Set("Accept", s.accept)
			c.change(r)
			w := put(c.h, r)
			if w.Code != c.status || (w.Header().Get("Retry-After") != "") != (c.status == 503 || c.status == 429) {
				t.Errorf("%s, %s: %d %v", name, what, w.Code, w.Header())
			}
			if c.status == 429 && strings.HasPrefix(name, "v") { // the platform has a form of its own for this
				checkTooMany(t, name, what, w.Body.Bytes())
				continue
			}
			if text, err := s.read(w.Body.Bytes()); err != nil || !strings.Contains(text, c.text) {
				t.Errorf("%s, %s: %q %v: %s", name, what, text, err, w.Body)
			}
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/version"} {
		if w := put(busy, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusOK {
			t.Errorf("%s of a busy server: %d", path, w.Code)
		}
		if w := put(often, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusOK || w.Header().Get("RateLimit") != "" {
			t.Errorf("%s is counted: %d", path, w.Code)
		}
	}
}

func checkTooMany(t *testing.T, name, what string, body []byte) {
	t.Helper()
	var e struct {
		Code  int       `json:"errorcode"`
		Reset time.Time `json:"reset_time"`
		Unit  string    `json:"limit_time_unit"`
		Limit int       `json:"call_limit"`
		Error string    `json:"error"`
	}
	unit := map[string]string{"too often": "hour", "too many": "day"}[what]
	if err := json.Unmarshal(body, &e); err != nil || e.Code != 10005 || e.Unit != unit || e.Limit != 1 || e.Error == "" || !e.Reset.After(time.Now()) {
		t.Errorf("%s, %s: %v %s", name, what, err, body)
	}
}

// TestKeptAnswersNeedNoPlace: what the cache has is answered by a server that is busy.
func TestKeptAnswersNeedNoPlace(t *testing.T) {
	h, l := limited(t, public{cache: 1}, func(l *limits) { l.queues = "search=0" })
	ask := func(path string) int { return put(h, httptest.NewRequest(http.MethodGet, path, nil)).Code }
	if code := ask("/api/v1/notices?limit=1"); code != 200 {
		t.Fatal(code)
	}
	for range l.gates[searching].Slots {
		if err := l.gates[searching].Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if kept, other := ask("/api/v1/notices?limit=1"), ask("/api/v1/notices?limit=2"); kept != 200 || other != 503 {
		t.Errorf("kept %d, another %d", kept, other)
	}
	l.gates[searching].Leave()
	if code := ask("/api/v1/notices?limit=2"); code != 200 {
		t.Errorf("with a place: %d", code)
	}
	if c := l.gates[searching].Counts(); c.Busy != l.gates[searching].Slots-1 || c.Refused != 1 {
		t.Errorf("%+v", c)
	}
}

// TestRateHeaders: every answer tells its own client how it stands, also when it was kept for another; clients behind a proxy are told apart.
func TestRateHeaders(t *testing.T) {
	h, _ := limited(t, public{cache: 1}, func(l *limits) {
		l.rate, l.daily, l.proxies = "600/minute,burst=5", 3, "10.0.0.0/8"
	})
	ask := func(client, path string) http.Header {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = "10.0.0.1:99"
		r.Header.Set("X-Forwarded-For", client)
		w := put(h, r)
		w.Header().Set("Status", fmt.Sprint(w.Code))
		return w.Header()
	}
	const path = "/api/explore/v2.1/catalog/datasets/boamp/records?limit=1"
	for i, client := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"} {
		head := ask(client, path)
		left := []string{"2", "1", "0", "", "2"}[i]
		want := map[string]string{"Status": "200", "Ratelimit-Policy": `"rate";q=600;w=60;boamp-burst=5, "daily";q=3;w=86400`, "X-Ratelimit-Limit": "3", "X-Ratelimit-Remaining": left}
		if left == "" {
			want = map[string]string{"Status": "429", "X-Ratelimit-Limit": ""}
		}
		for name, value := range want {
			if head.Get(name) != value {
				t.Errorf("request %d, %s: %q, want %q", i, name, head.Get(name), value)
			}
		}
		if now := head.Get("RateLimit"); left != "" && !strings.Contains(now, `"daily";r=`+left+";t=") || !strings.HasPrefix(now, `"rate";r=`) {
			t.Errorf("request %d: %s", i, now)
		}
		if reset, err := time.Parse("2006-01-02 15:04:05+00:00", head.Get("X-RateLimit-Reset")); left != "" && (err != nil || !reset.Equal(time.Now().UTC().Truncate(24*time.Hour).Add(24*time.Hour))) {
			t.Errorf("request %d: %v %v", i, reset, err)
		}
	}
	if head := ask("192.0.2.3", "/api/v1/notices?limit=1"); head.Get("X-RateLimit-Limit") != "" || head.Get("RateLimit") == "" {
		t.Errorf("the native API: %v", head)
	}
	off, _ := limited(t, public{}, func(*limits) {})
	if head := put(off, httptest.NewRequest(http.MethodGet, path, nil)).Header(); head.Get("RateLimit") != "" || head.Get("X-RateLimit-Limit") != "2000000" {
		t.Errorf("without a rate: %v", head)
	}
}

// TestClasses: every route of every API has a class, and what is streamed as a file is an export.
func TestClasses(t *testing.T) {
	got := map[string]class{}
	ask := func(path string) class { return classOf(httptest.NewRequest(http.MethodGet, path, nil)) }
	for path, want := range map[string]class{
		"/healthz": free, "/readyz": free, "/version": free, "/": light, "/api/versions": light, "/llms.txt": light, "/mcp": searching, "/nowhere": searching,
		"/api/v1/notices": searching, "/api/v1/notices/26-1": light, "/api/v1/notices/26-1/raw": light, "/api/v1/notices/26-1/links": searching,
		"/api/v1/notices.csv": exporting, "/api/v1/notices.parquet": exporting, "/api/v1/facets": searching, "/api/v1/stats": searching, "/api/v1/buyers": searching,
		"/api/v1/codes/cpv": light, "/api/v1/openapi.json": light, "/api/v1/procedures/26-1": searching,
		"/api/v1/changes": searching, "/api/v1/changes?wait=0": searching, "/api/v1/changes?wait=30": waiting, "/api/v1/snapshots": light, "/api/v1/snapshots/7/notices": exporting,
		"/api/explore/v2.1/catalog/datasets/boamp/records": searching, "/api/explore/v2.1/catalog/datasets/boamp/records/abc": light,
		"/api/explore/v2.1/catalog/datasets/boamp/exports": light, "/api/explore/v2.1/catalog/datasets/boamp/exports/csv": exporting,
		"/api/v2/catalog/datasets/boamp/exports/json": exporting, "/api/explore/v2.1/catalog/exports/csv": exporting, "/api/explore/v2.1/catalog/datasets/boamp/facets": searching,
		"/api/explore/v2.1//catalog/datasets/boamp//exports/csv": exporting, "/api/explore/v2.1/swagger.json": light,
		"/api/records/1.0/search/": searching, "/api/records/1.0/download/": exporting, "/explore/dataset/boamp/download/": exporting,
		"/opendata/api-boamp/annonces/search": searching, "/opendata/api-boamp/annonces/v230/26-1": light,
	} {
		if got[path] = ask(path); got[path] != want {
			t.Errorf("%s: %q, want %q", path, got[path], want)
		}
	}
	if c := classOf(httptest.NewRequest(http.MethodOptions, "/api/v1/notices", nil)); c != free {
		t.Errorf("OPTIONS: %q", c)
	}
	for _, e := range explore.Endpoints() {
		if c := ask("/api/explore/v2.1" + e.Path); (c == exporting) != strings.Contains(e.Path, "/exports/{") {
			t.Errorf("%s: %q", e.Path, c)
		}
	}
	for _, f := range formats() {
		if c := ask("/api/v1/notices." + f.Name); c != exporting {
			t.Errorf("%s: %q", f.Name, c)
		}
	}
}

// TestSlowClientsGiveTheirPlaceUp: answers that are ready and wait for their clients hold no place of their class; as many as may wait so do, and one more
// is cut off.
func TestSlowClientsGiveTheirPlaceUp(t *testing.T) {
	l := newLimits()
	l.slots, l.queues = "search=1,slow=2", "search=1"
	l.wait = time.Minute
	if err := l.check(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 8)
	h := l.admitted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := w.Write(make([]byte, 64<<20)) // more than any buffer between
		gone <- err
	}), func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	})
	s := httptest.NewServer(h)
	defer s.Close()
	var open []io.Closer
	for range 3 {
		res, err := http.Get(s.URL + "/api/v1/notices")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, res.Body)
	}
	if err := <-gone; err == nil {
		t.Error("the third that reads nothing was not cut off")
	}
	if c := l.gates[slow].Counts(); c.Busy != 2 || c.Refused != 1 || l.gates[searching].Counts().Busy != 0 {
		t.Errorf("%+v %+v", c, l.gates[searching].Counts())
	}
	for _, c := range open {
		c.Close()
	}
	<-gone
	<-gone
}

func TestLimitFlags(t *testing.T) {
	for _, c := range []struct {
		change func(l *limits)
		flag   string
	}{
		{func(l *limits) { l.slots = "search=0" }, "--slots"}, {func(l *limits) { l.slots = "nothing=1" }, "--slots"}, {func(l *limits) { l.queues = "search=-1" }, "--queue"},
		{func(l *limits) { l.queues = "search" }, "--queue"}, {func(l *limits) { l.rate = "many" }, "--rate"}, {func(l *limits) { l.proxies = "proxy" }, "--trusted-proxies"},
		{func(l *limits) { l.proxyHeader = "X-Real-IP" }, "--proxy-header"}, {func(l *limits) { l.logClients = "some" }, "--log-clients"}, {func(l *limits) { l.daily = -1 }, "--daily-quota"},
		{func(l *limits) { l.answer = 0 }, "--answer-time"}, {func(l *limits) { l.bounds.URL = 1 }, "--max-url"},
	} {
		l := newLimits()
		c.change(l)
		if err := l.check(); err == nil || !strings.Contains(err.Error(), c.flag) {
			t.Errorf("%s: %v", c.flag, err)
		}
	}
	l := newLimits()
	l.slots, l.queues, l.proxyHeader = "search=3,waiting=7", "search=0", "x-forwarded-for"
	if err := l.check(); err != nil || l.gates[searching].Slots != 3 || l.gates[searching].Queue != 0 || l.gates[waiting].Slots != 7 || l.gates[light].Slots < 2 {
		t.Errorf("%v %+v", err, l.gates)
	}
}

// TestPageOfLimits: every flag and every class is on the page.
func TestPageOfLimits(t *testing.T) {
	var out bytes.Buffer
	f := newFlags(command{name: "serve"}, stdio{out: &out, err: &out})
	before := map[string]bool{} // what every command has
	f.VisitAll(func(x *flag.Flag) { before[x.Name] = true })
	newLimits().flags(f)
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	f.VisitAll(func(x *flag.Flag) {
		if !before[x.Name] && !strings.Contains(string(page), "`--"+x.Name+"`") && !strings.Contains(string(page), "`--"+x.Name+" ") {
			t.Errorf("docs/limits.md does not tell of --%s", x.Name)
		}
	})
	for _, c := range classes {
		if !strings.Contains(string(page), "`"+string(c.class)+"`") {
			t.Errorf("docs/limits.md does not tell of class %s", c.class)
		}
	}
}
