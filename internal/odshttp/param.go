// Package odshttp is what all versions of the Explore API have in common on HTTP: how parameters are read, the headers of every
// answer, entity tags, and how the id of a data set stands in a path.
package odshttp

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
)

const (
	maxQuery  = 48 << 10 // bytes of a query string: the longest that clients were seen to send has 2 KiB
	maxParams = 1000     // parameters of a request
)

// Param is one parameter of a request.
type Param struct{ Name, Value string }

// Params are the parameters of a request as the client sent them, in order.
type Params []Param

// ReadParams reads a raw query string, or a form, without refusing anything that a client may have written: pairs are divided by
// & alone (a ; may be a delimiter that nobody encoded), an escape that is none stays as it is, bytes that are no UTF-8 become the
// replacement character. Too long or too many parameters are a fault of kind TooLarge.
func ReadParams(raw string) (Params, error) {
	if len(raw) > maxQuery {
		return nil, fault.New(fault.TooLarge, "The parameters have %d bytes but at most %d are expected.", len(raw), maxQuery)
	}
	if n := strings.Count(raw, "&"); n >= maxParams {
		return nil, fault.New(fault.TooLarge, "There are %d parameters but at most %d are expected.", n+1, maxParams)
	}
	var p Params
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != "" {
			p = append(p, Param{unescape(name), unescape(value)})
		}
	}
	return p, nil
}

// unescape resolves + and the escapes of a query string.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s):
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
			b = append(b, '%')
		default:
			b = append(b, s[i])
		}
	}
	return strings.ToValidUTF8(string(b), string(utf8.RuneError))
}

// Bad is the portal's message for a value out of range, and our pattern for every other value that is refused.
func Bad(name, found, expected string) error {
	return fault.New(fault.Invalid, "Invalid value for %s API parameter: %s was found but %s is expected.", name, found, expected)
}

// All gives the values of a parameter in order, empty ones left out.
func (p Params) All(name string) []string {
	var list []string
	for _, x := range p {
		if x.Name == name && strings.TrimSpace(x.Value) != "" {
			list = append(list, x.Value)
		}
	}
	return list
}

// One gives the value of a parameter that takes one, the last when it is repeated, as in Django, by which the portal is made; ""
// when it is absent.
func (p Params) One(name string) string {
	if list := p.All(name); len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

// List joins the values of a parameter that takes a list.
func (p Params) List(name string) string { return strings.Join(p.All(name), ",") }

// Below gives the names that follow a prefix, such as "refine.", in order of their first parameter with a value.
func (p Params) Below(prefix string) []string {
	var names []string
	for _, x := range p {
		if name, ok := strings.CutPrefix(x.Name, prefix); ok && name != "" && strings.TrimSpace(x.Value) != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Integer reads a whole number.
func (p Params) Integer(name string, absent int) (int, error) {
	s := strings.TrimSpace(p.One(name))
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > 1<<53 || n < -1<<53 {
		return 0, Bad(name, s, "an integer")
	}
	return n, nil
}

// Flag reads a boolean in any of the spellings that clients of several languages write.
func (p Params) Flag(name string, absent bool) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(p.One(name))) {
	case "":
		return absent, nil
	case "true", "1", "yes", "on", "t", "y":
		return true, nil
	case "false", "0", "no", "off", "f", "n":
		return false, nil
	}
	return false, Bad(name, p.One(name), "true or false")
}

// Languages are what lang may be.
func Languages() []string {
	return []string{"en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"}
}

// Lang reads the language of names of months and days, "fr" when it is absent.
func (p Params) Lang() (string, error) {
	s := strings.ToLower(strings.TrimSpace(p.One("lang")))
	if s == "" {
		return "fr", nil
	}
	if !slices.Contains(Languages(), s) {
		return "", Bad("lang", p.One("lang"), "one of "+strings.Join(Languages(), ", "))
	}
	return s, nil
}

// Zone reads the time zone by which instants are shown and days begin, UTC when it is absent.
func (p Params) Zone() (*time.Location, error) {
	s := strings.TrimSpace(p.One("timezone"))
	if s == "" || strings.EqualFold(s, "UTC") || s == "Z" {
		return time.UTC, nil
	}
	for _, name := range []string{s, strings.ReplaceAll(s, " ", "+")} { // the + of Etc/GMT+2 may have come unescaped
		if name == "Local" {
			break // the server's own clock is no business of its clients
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return nil, Bad("timezone", s, "a name of the tz database such as Europe/Paris")
}

// nowWord is the word "now", which means the time of the request in every language: now(), #now(), NOW.
var nowWord = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])now(?:[^\pL\pN_]|$)`)

// AsksTime reports whether a request may mean the time at which it is made, in any of the languages: its answer is not the same
// later. The word inside of a quoted text counts as well: to be sure costs no more than an entity tag.
func (p Params) AsksTime() bool {
	return slices.ContainsFunc(p, func(x Param) bool { return nowWord.MatchString(x.Value) })
}

// Address is where clients reach the server: base, when the operator names one, else what the request says.
func Address(base string, r *http.Request) string {
	if base != "" {
		return base
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, r.Host)
}
