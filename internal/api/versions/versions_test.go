package versions_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/versions"
	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/store"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// registry has one version of each style that ends on 31 January 2027, and one that stays.
func registry(t *testing.T) *lifecycle.Registry {
	t.Helper()
	list := []lifecycle.Version{{ID: "s/new", Surface: "s", Name: "new", Title: "New", Style: lifecycle.Problem, Paths: []string{"/s/new"}, Since: day("2026-01-01"), Docs: "docs/s.md"}}
	changes := []lifecycle.Change{{ID: "new", Date: day("2026-01-01"), Kind: lifecycle.Added, Versions: []string{"s/new"}, Title: "New & better", Text: "It is <there>."}}
	for _, style := range []lifecycle.Style{lifecycle.Problem, lifecycle.Explore, lifecycle.ExploreV1, lifecycle.Legacy} {
		name := string(style)
		list = append(list, lifecycle.Version{
			ID: "s/" + name, Surface: "s", Name: name, Title: "Old " + name, Style: style, Paths: []string{"/s/" + name}, Since: day("2026-01-01"), Docs: "docs/s.md",
			Deprecated: day("2027-01-01"), Sunset: day("2027-01-31"), Successor: "s/new",
		})
		changes[0].Versions = append(changes[0].Versions, "s/"+name)
		changes = append(changes,
			lifecycle.Change{ID: name + "-deprecated", Date: day("2026-12-15"), Kind: lifecycle.Discouraged, Versions: []string{"s/" + name}, Title: name, Text: "It ends."},
			lifecycle.Change{ID: name + "-retired", Date: day("2027-01-31"), Kind: lifecycle.Ended, Versions: []string{"s/" + name}, Title: name, Text: "It has ended."})
	}
	r, err := lifecycle.New(list, changes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// api stands before a surface that sets its own headers with Set.
func api(t *testing.T, now time.Time) http.Handler {
	t.Helper()
	a := &versions.API{
		Registry: registry(t), Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Info: func(context.Context) (store.Info, error) { return store.Info{Revision: 7}, nil },
	}
	mux := http.NewServeMux()
	a.Register(mux)
	mux.HandleFunc("/s/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", `</own>; rel="next"`)
		w.Header().Set("Access-Control-Expose-Headers", "ETag")
		if strings.HasSuffix(r.URL.Path, "/silent") {
			return
		}
		if strings.HasSuffix(r.URL.Path, "/wrong") {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, "answer of "+r.URL.Path)
	})
	return a.Guard(mux)
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestGuard crosses the days of each style.
func TestGuard(t *testing.T) {
	before, during, after := day("2026-12-20"), day("2027-01-31").Add(-time.Second), day("2027-01-31")
	for _, name := range []string{"problem", "explore", "explore-v1", "legacy"} {
		for _, now := range []time.Time{before, during} {
			for path, status := range map[string]int{"/x": 200, "/wrong": 400, "/silent": 200, "": 200} {
				w := ask(api(t, now), "GET", "/s/"+name+path)
				wantAnnounced(t, w.Header(), `</own>; rel="next"`)
				if w.Code != status || path == "/x" && w.Body.String() != "answer of /s/"+name+"/x" {
					t.Errorf("%s%s at %v: %d %s", name, path, now, w.Code, w.Body)
				}
			}
		}
		w := ask(api(t, after), "GET", "/s/"+name+"/x")
		wantAnnounced(t, w.Header(), "")
		if w.Code != http.StatusGone || w.Header().Get("Boamp-Revision") != "7" || !strings.Contains(w.Body.String(), "use New at /s/new; /api/versions has all versions") {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
		var body map[string]any
		member := map[string]string{"problem": "detail", "explore": "message", "explore-v1": "error", "legacy": "error"}[name]
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || !strings.HasPrefix(body[member].(string), "Old "+name+" was retired on 2027-01-31") {
			t.Errorf("%s: %v %v", name, err, body)
		}
		if w := ask(api(t, after), "HEAD", "/s/"+name); w.Code != http.StatusGone || w.Body.Len() > 0 {
			t.Errorf("HEAD %s: %d %s", name, w.Code, w.Body)
		}
		if w := ask(api(t, after), "OPTIONS", "/s/"+name); w.Code != http.StatusOK {
			t.Errorf("OPTIONS %s: %d", name, w.Code)
		}
		if w := ask(api(t, after), "GET", "/s/%"+"65"+name[1:]); name[0] == 'e' && w.Code != http.StatusGone {
			t.Errorf("an escaped path of %s comes through: %d", name, w.Code)
		}
	}
	if w := ask(api(t, after), "GET", "/s/legacy/x", "Accept", "application/xml"); w.Code != 410 || !strings.Contains(w.Body.String(), `<error hint="use New at /s/new; /api/versions has all versions">Old legacy was retired`) {
		t.Errorf("XML: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/s/new/x", "/s/newer", "/s/problematic", "/api/versions"} {
		w := ask(api(t, after), "GET", path)
		if w.Code != 200 || w.Header().Get("Deprecation")+w.Header().Get("Sunset") != "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

// wantAnnounced checks the headers of RFC 9745, RFC 8594 and RFC 8288, and that those of the surface are there as well.
func wantAnnounced(t *testing.T, h http.Header, own string) {
	t.Helper()
	links := strings.Join(h.Values("Link"), ", ")
	sunset, err := http.ParseTime(h.Get("Sunset"))
	if h.Get("Deprecation") != "@1798761600" || err != nil || !sunset.Equal(day("2027-01-31")) {
		t.Errorf("Deprecation %q, Sunset %q", h.Get("Deprecation"), h.Get("Sunset"))
	}
	for _, want := range []string{own, `</s/new>; rel="successor-version"`, `</api/versions>; rel="deprecation"`, `</api/versions>; rel="sunset"`} {
		if strings.Count(links, want) != 1 && want != "" {
			t.Errorf("Link %q, want %q", links, want)
		}
	}
	if exposed := strings.Join(h.Values("Access-Control-Expose-Headers"), ", "); !strings.Contains(exposed, "Deprecation, Sunset") || own != "" && !strings.Contains(exposed, "ETag") {
		t.Errorf("scripts may read %q", exposed)
	}
}

func TestList(t *testing.T) {
	for now, want := range map[time.Time]string{day("2026-12-31"): "current", day("2027-01-01"): "deprecated", day("2027-02-01"): "retired"} {
		w := ask(api(t, now), "GET", versions.Path)
		var list struct {
			Meta     map[string]any
			Versions []map[string]any
			Changes  []map[string]any
			Links    map[string]string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%d %v %s", w.Code, err, w.Body)
		}
		old := list.Versions[1]
		if len(list.Versions) != 5 || list.Versions[0]["status"] != "current" || old["status"] != want || old["sunset"] != "2027-01-31T00:00:00Z" || old["successor"] != "s/new" {
			t.Errorf("%v: %v", now, list.Versions)
		}
		if list.Meta["revision"] != 7.0 || list.Meta["total"] != 5.0 || list.Links["feed"] != versions.FeedPath || w.Header().Get("Boamp-Licence") == "" {
			t.Errorf("meta %v, links %v", list.Meta, list.Links)
		}
		if last := list.Changes[len(list.Changes)-1]; last["id"] != "new" || last["date"] != "2026-01-01" {
			t.Errorf("changes %v", list.Changes)
		}
		if again := ask(api(t, now), "GET", versions.Path, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
			t.Errorf("If-None-Match: %d", again.Code)
		}
	}
}

// atom is what a reader of feeds looks for.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID         string `xml:"id"`
		Title      string `xml:"title"`
		Updated    string `xml:"updated"`
		Published  string `xml:"published"`
		Content    string `xml:"content"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

func readFeed(t *testing.T, now time.Time) (f atom) {
	t.Helper()
	w := ask(api(t, now), "GET", versions.FeedPath)
	if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	return f
}

// TestFeed reads the feed as RFC 4287 wants it, on the days of the changes.
func TestFeed(t *testing.T) {
	uuid := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	known := map[string]string{} // updated by id: what was announced stays
	for _, c := range []struct {
		now     time.Time
		entries int
		updated string
	}{{day("2025-12-31"), 0, "1970-01-01T00:00:00Z"}, {day("2026-01-01"), 1, "2026-01-01T00:00:00Z"}, {day("2027-01-01"), 5, "2026-12-15T00:00:00Z"}, {day("2027-01-31"), 9, "2027-01-31T00:00:00Z"}} {
		f := readFeed(t, c.now)
		if len(f.Entries) != c.entries || f.Updated != c.updated || f.Author == "" || f.Title == "" || !uuid.MatchString(f.ID) {
			t.Errorf("%v: %+v", c.now, f)
		}
		if !slices.ContainsFunc(f.Links, func(l struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		}) bool {
			return l.Rel == "self" && l.Href == "http://example.com/api/versions.atom"
		}) {
			t.Errorf("links %v", f.Links)
		}
		seen := map[string]bool{f.ID: true}
		for _, e := range f.Entries {
			if !uuid.MatchString(e.ID) || seen[e.ID] || e.Title == "" || e.Content == "" || e.Published != e.Updated || len(e.Categories) < 2 {
				t.Errorf("entry %+v", e)
			}
			if before, ok := known[e.ID]; ok && before != e.Updated {
				t.Errorf("entry %s was of %s, is of %s", e.ID, before, e.Updated)
			}
			known[e.ID], seen[e.ID] = e.Updated, true
		}
	}
	if first := readFeed(t, day("2026-01-02")).Entries[0]; first.ID != "urn:uuid:5f917475-9d92-571c-b1ca-3aacf518a9a8" || first.Title != "New & better: added" || first.Content != "It is <there>." {
		t.Errorf("ids are for ever, this one is new: %+v", first)
	}
}

// TestNoData: the account answers with a problem when the data cannot be asked.
func TestNoData(t *testing.T) {
	a := &versions.API{Registry: registry(t), Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Info: func(context.Context) (store.Info, error) { return store.Info{}, errors.New("closed") }}
	mux := http.NewServeMux()
	a.Register(mux)
	if w := ask(mux, "GET", versions.Path); w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "closed") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
