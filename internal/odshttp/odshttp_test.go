package odshttp_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/store"
)

func TestReadParams(t *testing.T) {
	for raw, want := range map[string]odshttp.Params{
		"":                             nil,
		"a=1&b=2&a=3":                  {{"a", "1"}, {"b", "2"}, {"a", "3"}},
		"a=x+y%20z&b":                  {{"a", "x y z"}, {"b", ""}},
		"delimiter=;&a=1":              {{"delimiter", ";"}, {"a", "1"}},
		"q=100%&r=%zz&s=%4":            {{"q", "100%"}, {"r", "%zz"}, {"s", "%4"}},
		"q=%ff":                        {{"q", "\uFFFD"}},
		"q=objet%3A%22a%26b%22&&=x&z=": {{"q", `objet:"a&b"`}, {"z", ""}},
		"q=a=b":                        {{"q", "a=b"}},
	} {
		got, err := odshttp.ReadParams(raw)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q = %q, %v, want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{strings.Repeat("a", 50_000), strings.Repeat("a=b&", 1001)} {
		if _, err := odshttp.ReadParams(raw); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%d bytes: %v", len(raw), err)
		}
	}
}

func params(t *testing.T, raw string) odshttp.Params {
	t.Helper()
	p, err := odshttp.ReadParams(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParams(t *testing.T) {
	p := params(t, "a=1&a=&a=2&refine.x=1&refine.y=&refine.x=2&refine.=3&q=%23NOW()")
	if got := p.All("a"); !slices.Equal(got, []string{"1", "2"}) || p.One("a") != "2" || p.List("a") != "1,2" || p.One("z") != "" {
		t.Errorf("a is %q, %q, %q", got, p.One("a"), p.List("a"))
	}
	if got := p.Below("refine."); !slices.Equal(got, []string{"x"}) {
		t.Errorf("below refine: %q", got)
	}
	if !p.AsksTime() || params(t, "q=hier").AsksTime() {
		t.Error("only the first asks for the time")
	}
	for raw, want := range map[string]int{"n=5": 5, "": 7, "n=-1": -1, "n=+3": 3, "n=%203": 3} {
		if got, err := params(t, raw).Integer("n", 7); err != nil || got != want {
			t.Errorf("%q = %d, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]bool{"f=True": true, "f=1": true, "f=off": false, "": true} {
		if got, err := params(t, raw).Flag("f", true); err != nil || got != want {
			t.Errorf("%q = %v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]string{"": "UTC", "timezone=utc": "UTC", "timezone=Europe%2FParis": "Europe/Paris", "timezone=Etc/GMT+2": "Etc/GMT+2"} {
		if got, err := params(t, raw).Zone(); err != nil || got.String() != want {
			t.Errorf("%q = %v, %v", raw, got, err)
		}
	}
	if lang, err := params(t, "lang=EN").Lang(); err != nil || lang != "en" {
		t.Errorf("lang = %q, %v", lang, err)
	}
}

func TestParamsRefused(t *testing.T) {
	wrong := map[string]func(p odshttp.Params) error{
		"n=x":                          func(p odshttp.Params) error { _, err := p.Integer("n", 0); return err },
		"n=99999999999999999999":       func(p odshttp.Params) error { _, err := p.Integer("n", 0); return err },
		"f=oui":                        func(p odshttp.Params) error { _, err := p.Flag("f", false); return err },
		"timezone=Local":               func(p odshttp.Params) error { _, err := p.Zone(); return err },
		"timezone=../../../etc/passwd": func(p odshttp.Params) error { _, err := p.Zone(); return err },
		"lang=tlh":                     func(p odshttp.Params) error { _, err := p.Lang(); return err },
	}
	for raw, read := range wrong {
		err := read(params(t, raw))
		if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), "Invalid value for ") {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if got := odshttp.Bad("limit", "101", "-1 <= limit <= 100").Error(); got != "Invalid value for limit API parameter: 101 was found but -1 <= limit <= 100 is expected." {
		t.Error(got)
	}
}

func TestHeaders(t *testing.T) {
	h := http.Header{}
	odshttp.Common(h, "fr")
	odshttp.Given(h, "text/csv", 0, time.Date(2026, 8, 17, 23, 59, 0, 0, time.FixedZone("", 3600)))
	for name, want := range map[string]string{"Access-Control-Max-Age": "1000", "X-Ratelimit-Limit": "2000000", "X-Ratelimit-Remaining": "2000000",
		"X-Ratelimit-Reset": "2026-08-18 00:00:00+00:00", "Cache-Control": odshttp.NoCache, "Content-Type": "text/csv", "Content-Language": "fr"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := h.Values("Access-Control-Expose-Headers"); len(got) != 2 || !strings.Contains(got[0], "X-RateLimit-Limit") || !strings.Contains(got[1], "Boamp-Revision") {
		t.Errorf("scripts may read %q", got)
	}
	h.Set("ETag", `"a"`)
	odshttp.Failed(h)
	if h.Get("ETag") != "" || h.Get("X-Ratelimit-Limit") != "" || h.Get("Access-Control-Max-Age") != "1000" {
		t.Errorf("of an error: %v", h)
	}
	a, b := odshttp.ListTag("1", "/x", store.Info{Revision: 7}), odshttp.ListTag("1", "/x", store.Info{Revision: 8})
	if !strings.HasPrefix(a, `W/"7-`) || a == b || a == odshttp.ListTag("2", "/x", store.Info{Revision: 7}) || a == odshttp.ListTag("1", "/y", store.Info{Revision: 7}) {
		t.Errorf("tags %s and %s", a, b)
	}
}

// TestAsksTime: the word in any language makes an answer one of its time, a word that only holds it does not.
func TestAsksTime(t *testing.T) {
	for raw, want := range map[string]bool{
		"where=dateparution>now(days=-7)": true, "q=datelimitereponse>=%23now()": true, "q.d=d:[2026 TO NOW]": true, "select=NOW+()": true, "where=objet+like+'now'": true,
		"where=objet+like+'snowboard'": false, "q=known_now_": false, "refine=objet:knowhow": false, "now=1": false, "": false,
	} {
		if got := params(t, raw).AsksTime(); got != want {
			t.Errorf("%q: %v", raw, got)
		}
	}
}

// TestFirst: a stream whose first row is late does not keep the client waiting, one that fails at once says so, and one that is given up
// ends.
func TestFirst(t *testing.T) {
	soon := odshttp.PullFirst(func(yield func(int, error) bool) { _ = yield(1, nil) && yield(2, nil) }, func() {})
	defer soon.Stop()
	if err := soon.Soon(); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for n, err := range soon.All() {
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum != 3 {
		t.Errorf("rows of sum %d", sum)
	}
	failing := odshttp.PullFirst(func(yield func(int, error) bool) { yield(0, io.ErrUnexpectedEOF) }, func() {})
	defer failing.Stop()
	if err := failing.Soon(); err != io.ErrUnexpectedEOF {
		t.Errorf("failure: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	late := odshttp.PullFirst(func(yield func(int, error) bool) { <-ctx.Done(); yield(0, ctx.Err()) }, cancel)
	if err := late.Soon(); err != nil {
		t.Errorf("late: %v", err)
	}
	late.Stop()
	broken := odshttp.PullFirst(func(func(int, error) bool) { panic("engine") }, func() {})
	defer broken.Stop()
	defer func() {
		if recover() == nil {
			t.Error("a mistake of the engine is lost")
		}
	}()
	_ = broken.Soon()
}

// TestPathWords: only the id of a data set keeps slashes, as many as empty words follow it; escapes that are none stay.
func TestPathWords(t *testing.T) {
	isID := func(before []string) bool { return len(before) == 1 && before[0] == "sets" }
	for path, want := range map[string][]string{
		"": nil, "/": nil, "/sets": {"sets"}, "/sets/": {"sets"}, "//sets///a": {"sets", "a"}, "/sets/a/": {"sets", "a"}, "/sets/a//": {"sets", "a/"},
		"/sets/a//records//": {"sets", "a/", "records"}, "/sets/a%2F/records": {"sets", "a/", "records"}, "/sets/a%zz": {"sets", "a%zz"}, "/other/a//b": {"other", "a", "b"},
	} {
		if got := odshttp.PathWords(path, isID); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

// TestFileName: what would be a folder or end the header is left out.
func TestFileName(t *testing.T) {
	for id, want := range map[string]string{"boamp": "boamp", "liste-mots-descripteurs-boamp/": "liste-mots-descripteurs-boamp", "a\"b\\c:é\n": "abc"} {
		if got := odshttp.FileName(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://boamp.example/x", nil)
	if got := odshttp.Address("", r); got != "http://boamp.example" {
		t.Error(got)
	}
	r.Header.Set("X-Forwarded-Proto", "https")
	if got := odshttp.Address("", r); got != "https://boamp.example" {
		t.Error(got)
	}
	if got := odshttp.Address("https://public.example", r); got != "https://public.example" {
		t.Error(got)
	}
}

func FuzzReadParams(f *testing.F) {
	f.Add("q=objet%3A%22a%26b%22&refine.x=%ff&;=+&%")
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := odshttp.ReadParams(raw)
		if err != nil {
			return
		}
		for _, x := range p {
			if !utf8.ValidString(x.Name) || !utf8.ValidString(x.Value) {
				t.Fatalf("%q holds %q", raw, x)
			}
		}
	})
}
