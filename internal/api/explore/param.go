package explore

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxQuery  = 48 << 10 // bytes of a query string: the longest that clients were seen to send has 2 KiB
	maxParams = 1000     // parameters of a request
)

// params are the parameters of a request as the client sent them, in order.
type params []struct{ name, value string }

// readParams reads a raw query string without refusing anything that a client may have written: pairs are divided by & alone (a
// ; may be a delimiter that nobody encoded), an escape that is none stays as it is, bytes that are no UTF-8 become the
// replacement character.
func readParams(raw string) (params, error) {
	if len(raw) > maxQuery {
		return nil, &problem{http.StatusRequestURITooLong, codeParameter, fmt.Sprintf("The query string has %d bytes but at most %d are expected.", len(raw), maxQuery)}
	}
	if n := strings.Count(raw, "&"); n >= maxParams {
		return nil, &problem{http.StatusBadRequest, codeParameter, fmt.Sprintf("The query string has %d parameters but at most %d are expected.", n+1, maxParams)}
	}
	var p params
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != "" {
			p = append(p, struct{ name, value string }{unescape(name), unescape(value)})
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

// all gives the values of a parameter in order, empty ones left out (choiceEmptyIsAbsent).
func (p params) all(name string) []string {
	var list []string
	for _, x := range p {
		if x.name == name && strings.TrimSpace(x.value) != "" {
			list = append(list, x.value)
		}
	}
	return list
}

// one gives the value of a parameter that takes one, the last when it is repeated (choiceLastWins); "" when it is absent.
func (p params) one(name string) string {
	if list := p.all(name); len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

// raw is one, but blanks count as a value: a tab may divide cells.
func (p params) raw(name string) string {
	value := ""
	for _, x := range p {
		if x.name == name && x.value != "" {
			value = x.value
		}
	}
	return value
}

// list joins the values of a parameter that takes a list.
func (p params) list(name string) string { return strings.Join(p.all(name), ",") }

// integer reads a whole number.
func (p params) integer(name string, absent int) (int, error) {
	s := strings.TrimSpace(p.one(name))
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > 1<<53 || n < -1<<53 {
		return 0, badParameter(name, s, "an integer")
	}
	return n, nil
}

// flag reads a boolean in any of the spellings that clients of several languages write.
func (p params) flag(name string, absent bool) (bool, error) {
	s := strings.ToLower(strings.TrimSpace(p.one(name)))
	switch s {
	case "":
		return absent, nil
	case "true", "1", "yes", "on", "t", "y":
		return true, nil
	case "false", "0", "no", "off", "f", "n":
		return false, nil
	}
	return false, badParameter(name, p.one(name), "true or false")
}

// languages are what lang may be.
var languages = []string{"en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"}

// lang reads the language of names of months and days, "fr" when it is absent.
func (p params) lang() (string, error) {
	s := strings.ToLower(strings.TrimSpace(p.one("lang")))
	if s == "" {
		return "fr", nil
	}
	if !slices.Contains(languages, s) {
		return "", badParameter("lang", p.one("lang"), "one of "+strings.Join(languages, ", "))
	}
	return s, nil
}

// zone reads the time zone by which instants are shown and days begin, UTC when it is absent.
func (p params) zone() (*time.Location, error) {
	s := strings.TrimSpace(p.one("timezone"))
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
	return nil, badParameter("timezone", s, "a name of the tz database such as Europe/Paris")
}

const (
	maxPage   = 100   // rows of a page
	maxWindow = 10000 // rows that paging reaches
)

// page reads limit and offset of a list.
func (p params) page(grouped bool) (limit, offset int, err error) {
	most, window, absent := maxPage, maxWindow, 10
	if grouped {
		most, window, absent = choiceGroupLimit, choiceGroupLimit, choiceGroupLimit
	}
	if limit, err = p.integer("limit", absent); err != nil {
		return 0, 0, err
	}
	if limit < -1 || limit > most {
		return 0, 0, badParameter("limit", strconv.Itoa(limit), fmt.Sprintf("-1 <= limit <= %d", most))
	}
	if limit == -1 {
		limit = min(most, choiceUnlimitedPage)
		if grouped {
			limit = choiceGroupLimit
		}
	}
	if offset, err = p.offset("offset"); err != nil {
		return 0, 0, err
	}
	if grouped && p.one("limit") == "" {
		limit = max(0, min(limit, window-offset))
	}
	if limit+offset > window {
		return 0, 0, badParameter("sum of offset + limit", strconv.Itoa(limit+offset), fmt.Sprintf("<= %d", window))
	}
	return limit, offset, nil
}

// offset reads a number of rows to skip.
func (p params) offset(name string) (int, error) {
	n, err := p.integer(name, 0)
	if err == nil && n < 0 {
		err = badParameter(name, strconv.Itoa(n), name+" >= 0")
	}
	return n, err
}

// whole reads limit and offset of an export, which has no window: -1 is everything. rows and start, their names in version 1,
// stand in for them.
func (p params) whole() (limit, offset int, err error) {
	name, from := "limit", "offset"
	if p.one(name) == "" {
		name = "rows"
	}
	if p.one(from) == "" {
		from = "start"
	}
	if limit, err = p.integer(name, -1); err != nil {
		return 0, 0, err
	}
	if limit < -1 {
		return 0, 0, badParameter(name, strconv.Itoa(limit), "-1 <= "+name)
	}
	offset, err = p.offset(from)
	return limit, offset, err
}
