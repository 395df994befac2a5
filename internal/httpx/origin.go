package httpx

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// Origin finds out who asks. Headers by which a proxy tells its client's address, and how that client called the server, are believed from
// trusted proxies alone, and of those headers only the one that they set: a proxy that sets X-Forwarded-For lets a Forwarded pass that its
// client made up. What is not believed is taken away, so that nothing behind reads it.
type Origin struct {
	Trusted []netip.Prefix
	Header  string // that trusted proxies set: HeaderForwardedFor or HeaderForwarded
}

// Headers of proxies.
const (
	HeaderForwardedFor = "X-Forwarded-For" // with X-Forwarded-Proto and X-Forwarded-Host
	HeaderForwarded    = "Forwarded"       // RFC 7239
)

// maxHops is the most entries of those headers that are looked at, from the end.
const maxHops = 32

type clientKey struct{}

// ClientOf is the address of the client that ctx's request is of, as far as trusted proxies tell; not valid outside of a request and where the
// server listens on no network.
func ClientOf(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(clientKey{}).(netip.Addr)
	return a
}

// hop is what one proxy says of who asked it.
type hop struct {
	client      netip.Addr // not valid: hidden or unreadable
	proto, host string     // "" unless it says so
}

// Handler gives requests to h with their client (ClientOf), with the host by which the client called, and with X-Forwarded-Proto when it called
// by https.
func (o Origin) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := o.find(r)
		r = r.WithContext(context.WithValue(r.Context(), clientKey{}, at.client))
		if r.Header.Get(HeaderForwarded) != "" || hasForwarded(r.Header) || at.proto != "" {
			r.Header = r.Header.Clone()
			for _, name := range forwarded {
				r.Header.Del(name)
			}
			if at.proto == "https" {
				r.Header.Set("X-Forwarded-Proto", "https")
			}
		}
		if at.host != "" {
			r.Host = at.host
		}
		h.ServeHTTP(w, r)
	})
}

var forwarded = [...]string{HeaderForwarded, HeaderForwardedFor, "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-Ip"}

func hasForwarded(h http.Header) bool {
	return slices.ContainsFunc(forwarded[:], func(name string) bool { return len(h[name]) > 0 })
}

// find goes from hop to hop back to the first address that is no trusted proxy's.
func (o Origin) find(r *http.Request) hop {
	var peer netip.Addr
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		peer = ap.Addr().Unmap().WithZone("")
	}
	at := hop{client: peer}
	if !o.trusts(peer) {
		return at
	}
	hops := o.hops(r.Header)
	for i := len(hops) - 1; i >= 0; i-- {
		next := hops[i]
		if !next.client.IsValid() {
			at.proto, at.host = next.proto, next.host
			break // it hides who asked it, or cannot be read: what stands before it may be made up
		}
		at = next
		if !o.trusts(next.client) {
			break
		}
	}
	if !ValidHost(at.host) {
		at.host = ""
	}
	return at
}

func (o Origin) trusts(a netip.Addr) bool {
	return a.IsValid() && slices.ContainsFunc(o.Trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hops are what the headers say, the nearest proxy's word last.
func (o Origin) hops(h http.Header) []hop {
	if o.Header == HeaderForwarded {
		var hops []hop
		for _, line := range h.Values(HeaderForwarded) {
			hops = append(hops, parseForwarded(line)...)
		}
		return hops
	}
	clients := words(h, HeaderForwardedFor)
	protos, hosts := words(h, "X-Forwarded-Proto"), words(h, "X-Forwarded-Host")
	if len(clients) == 0 && len(protos)+len(hosts) > 0 {
		clients = []string{""} // it tells how it was called, and not by whom
	}
	hops := make([]hop, len(clients))
	for i, c := range clients {
		hops[i] = hop{parseNode(c), strings.ToLower(of(protos, i, len(clients))), of(hosts, i, len(clients))}
	}
	return hops
}

// of is the word about the i-th of n hops: where there are as many words, its own, else the last, which the nearest proxy wrote.
func of(words []string, i, n int) string {
	switch len(words) {
	case 0:
		return ""
	case n:
		return words[i]
	}
	return words[len(words)-1]
}

// words are the last words of a header that is a list.
func words(h http.Header, name string) []string {
	values := h.Values(name)
	if len(values) == 0 {
		return nil
	}
	list := strings.Split(strings.Join(values, ","), ",")
	list = list[max(0, len(list)-maxHops):]
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// parseForwarded reads a line of the header of RFC 7239, the last hops of it. One that cannot be read, or that hides its client, has no valid
// address. Where a quote has no end, which a client may have begun to swallow what a proxy adds, quotes are nothing special.
func parseForwarded(s string) []hop {
	var hops []hop
	for _, element := range split(s, ',') {
		var at hop
		for _, pair := range split(element, ';') {
			name, value, _ := strings.Cut(pair, "=")
			value = unquote(strings.TrimSpace(value))
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "for":
				at.client = parseNode(value)
			case "proto":
				at.proto = strings.ToLower(value)
			case "host":
				at.host = value
			}
		}
		hops = append(hops, at)
	}
	return hops[max(0, len(hops)-maxHops):]
}

// split divides a text at a byte, but not within quotes; a quote without end is none.
func split(s string, at byte) []string {
	var list []string
	quoted, begin := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == at && !quoted:
			list, begin = append(list, s[begin:i]), i+1
		}
	}
	if quoted {
		return strings.Split(s, string(at))
	}
	return append(list, s[begin:])
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// parseNode reads an address with or without a port; it is not valid for names such as "unknown" and "_hidden".
func parseNode(s string) netip.Addr {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")); err == nil {
		return a.Unmap().WithZone("")
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// ParsePrefixes reads addresses and networks separated by commas: "10.0.0.0/8,::1". loopback stands for both of this machine.
func ParsePrefixes(s string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for word := range strings.SplitSeq(s, ",") {
		word = strings.TrimSpace(word)
		switch {
		case word == "":
			continue
		case word == "loopback":
			list = append(list, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, addrErr := netip.ParseAddr(word)
			if addrErr != nil || a.Zone() != "" {
				return nil, fault.New(fault.Invalid, "%q is neither an address nor a network", word).WithHint("write 10.0.0.0/8,192.0.2.7 or loopback")
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if p.Addr().Is4In6() {
			return nil, fault.New(fault.Invalid, "%q is an address of version 4 in one of version 6", word).WithHint("write it as one of version 4")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// ValidHost reports whether a text can be the name of a server, with or without a port. Links of answers are made of it.
func ValidHost(s string) bool {
	if s == "" || len(s) > 262 {
		return false
	}
	name, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		name, port = s[:i], s[i+1:]
		if port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		a, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return strings.HasSuffix(inner, "]") && err == nil && a.Is6() && a.Zone() == ""
	}
	return name != "" && strings.IndexFunc(name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_')
	}) < 0
}
