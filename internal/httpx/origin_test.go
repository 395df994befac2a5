package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/httpx"
)

// seen is what a handler learns of a request.
type seen struct{ client, proto, host, rest string }

// through sends a request with headers from an address by an Origin.
func through(o httpx.Origin, from string, headers ...string) (s seen) {
	r := httptest.NewRequest(http.MethodGet, "http://server.example/", nil)
	r.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	o.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if a := httpx.ClientOf(r.Context()); a.IsValid() {
			s.client = a.String()
		}
		s.proto, s.host = r.Header.Get("X-Forwarded-Proto"), r.Host
		s.rest = r.Header.Get("X-Forwarded-For") + r.Header.Get("Forwarded") + r.Header.Get("X-Forwarded-Host")
	})).ServeHTTP(httptest.NewRecorder(), r)
	return s
}

func origin(t testing.TB, header, trusted string) httpx.Origin {
	t.Helper()
	list, err := httpx.ParsePrefixes(trusted)
	if err != nil {
		t.Fatal(err)
	}
	return httpx.Origin{Trusted: list, Header: header}
}

func TestOrigin(t *testing.T) {
	const proxy, server = "10.0.0.9:4711", "server.example"
	for _, c := range []struct {
		name, header, from string
		headers            []string
		want               seen
	}{
		{"nobody between", "X-Forwarded-For", "192.0.2.7:99", nil, seen{"192.0.2.7", "", server, ""}},
		{"a client that lies", "X-Forwarded-For", "192.0.2.7:99", []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example"},
			seen{"192.0.2.7", "", server, ""}},
		{"a proxy", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "public.example:8443"},
			seen{"198.51.100.1", "https", "public.example:8443", ""}},
		{"a client that lies to a proxy that adds", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "203.0.113.5, 198.51.100.1"}, seen{"198.51.100.1", "", server, ""}},
		{"and in a line of its own", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-For", "198.51.100.1"}, seen{"198.51.100.1", "", server, ""}},
		{"a client that pretends to be a proxy", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "203.0.113.5, 10.0.0.1, 198.51.100.1"}, seen{"198.51.100.1", "", server, ""}},
		{"two proxies", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1, 10.0.0.1", "X-Forwarded-Proto", "https, http"}, seen{"198.51.100.1", "https", server, ""}},
		{"proxies alone", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "10.0.0.2, 10.0.0.1"}, seen{"10.0.0.2", "", server, ""}},
		{"behind what cannot be read", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1, what"}, seen{"10.0.0.9", "", server, ""}},
		{"a proxy that tells no address", "X-Forwarded-For", proxy, []string{"X-Forwarded-Proto", "https"}, seen{"10.0.0.9", "https", server, ""}},
		{"with a port", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1:5000"}, seen{"198.51.100.1", "", server, ""}},
		{"version 6 with a port", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "[2001:db8::1]:5000"}, seen{"2001:db8::1", "", server, ""}},
		{"version 4 in version 6", "X-Forwarded-For", "[::ffff:10.0.0.9]:1", []string{"X-Forwarded-For", "::ffff:198.51.100.1"}, seen{"198.51.100.1", "", server, ""}},
		{"a header that this proxy does not set", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1", "Forwarded", "for=203.0.113.5;host=evil.example"},
			seen{"198.51.100.1", "", server, ""}},
		{"a host that is none", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Host", `x"><script>`}, seen{"198.51.100.1", "", server, ""}},
		{"a scheme that is none", "X-Forwarded-For", proxy, []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "javascript"}, seen{"198.51.100.1", "", server, ""}},
		{"Forwarded", "Forwarded", proxy, []string{"Forwarded", `for=203.0.113.5;host=evil.example, For="[2001:db8::1]:8000";Proto=HTTPS;host="public.example"`},
			seen{"2001:db8::1", "https", "public.example", ""}},
		{"Forwarded with what looks like an end", "Forwarded", proxy, []string{"Forwarded", `for="203.0.113.5, for=10.0.0.1;x=\"";by=x, for=198.51.100.1`}, seen{"198.51.100.1", "", server, ""}},
		{"Forwarded with a quote that swallows", "Forwarded", proxy, []string{"Forwarded", `for="203.0.113.5, for=198.51.100.1`}, seen{"198.51.100.1", "", server, ""}},
		{"Forwarded that hides its client", "Forwarded", proxy, []string{"Forwarded", "for=203.0.113.5, for=_hidden;proto=https"}, seen{"10.0.0.9", "https", server, ""}},
		{"Forwarded beside another", "Forwarded", proxy, []string{"Forwarded", "for=198.51.100.1", "X-Forwarded-For", "203.0.113.5"}, seen{"198.51.100.1", "", server, ""}},
		{"no network", "X-Forwarded-For", "@", []string{"X-Forwarded-For", "203.0.113.5"}, seen{"", "", server, ""}},
	} {
		if got := through(origin(t, c.header, "10.0.0.0/8"), c.from, c.headers...); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	long := strings.Repeat("10.0.0.1, ", 5000) + "10.0.0.2"
	if got := through(origin(t, "X-Forwarded-For", "10.0.0.0/8"), proxy, "X-Forwarded-For", "198.51.100.1, "+long); got.client != "10.0.0.1" {
		t.Errorf("beyond the hops that are looked at: %+v", got)
	}
}

// FuzzOrigin: whatever a proxy's headers say, the client is an address, the host one that links may hold; and what stands before an untrusted
// address decides nothing.
func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"198.51.100.1", `for="[2001:db8::1]:80";proto=https`, `for=_x, for="a\"b,c;d"`, "a,,b", `"`, `for="\`, "unknown", "10.0.0.1, 10.0.0.2"} {
		f.Add(s, "https", "x.example")
	}
	f.Fuzz(func(t *testing.T, s, proto, host string) {
		for _, header := range []string{"X-Forwarded-For", "Forwarded"} {
			o := origin(t, header, "10.0.0.0/8")
			got := through(o, "10.0.0.9:1", header, s, "X-Forwarded-Proto", proto, "X-Forwarded-Host", host)
			if _, err := netip.ParseAddr(got.client); err != nil || !httpx.ValidHost(got.host) || got.proto != "" && got.proto != "https" || got.rest != "" {
				t.Fatalf("%q: %+v", s, got)
			}
			end := map[string]string{"X-Forwarded-For": "198.51.100.77", "Forwarded": "for=198.51.100.77"}[header]
			if got := through(o, "10.0.0.9:1", header, s, header, end); got.client != "198.51.100.77" {
				t.Fatalf("%q before the true client gives %+v", s, got)
			}
			if got := through(o, "203.0.113.5:1", header, s); got.client != "203.0.113.5" {
				t.Fatalf("an untrusted %q gives %+v", s, got)
			}
		}
	})
}

func TestParsePrefixes(t *testing.T) {
	list, err := httpx.ParsePrefixes(" 10.1.2.3/8, 192.0.2.7,2001:db8::/32,loopback,")
	want := []string{"10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "127.0.0.0/8", "::1/128"}
	if err != nil || len(list) != len(want) {
		t.Fatal(list, err)
	}
	for i, p := range list {
		if p.String() != want[i] {
			t.Errorf("%v, want %s", p, want[i])
		}
	}
	for _, s := range []string{"10", "10.0.0.0/33", "proxy.example", "fe80::1%eth0", "::ffff:10.0.0.0/104"} {
		if list, err := httpx.ParsePrefixes(s); err == nil {
			t.Errorf("%s: %v", s, list)
		}
	}
}

func TestValidHost(t *testing.T) {
	for s, want := range map[string]bool{
		"boamp.example": true, "boamp.example:8080": true, "192.0.2.1": true, "[2001:db8::1]": true, "[2001:db8::1]:80": true, "a_b-c": true, "LOCALHOST:1": true,
		"": false, "a b": false, "a/b": false, `a"b`: false, "a@b": false, "a:": false, "a:b": false, "a:123456": false, "[::1": false, "[1.2.3.4]": false, "[fe80::1%25eth0]": false,
		"2001:db8::1": false, "é.example": false, "a\r\nb": false, ":80": false, strings.Repeat("a", 300): false,
	} {
		if got := httpx.ValidHost(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
