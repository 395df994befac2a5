package dila

import (
	"bytes"
	"html"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
)

// Index is the listing of a folder as a web server makes it.
type Index struct {
	Entries  []Entry
	Complete bool // the page came to its end
}

// Entry is a file or folder of a listing.
type Entry struct {
	Name   string // without "/"
	URL    string
	Folder bool
	Size   Size      // as far as the listing tells
	Wall   time.Time // the clock of Paris as the listing shows it, in UTC; zero when it shows none
}

// Limits of a listing. The largest that is known, a year of archives, has some 2,000 entries.
const (
	maxEntries = 100_000
	maxHref    = 2048
	maxTag     = 8192 // bytes of a link's attributes, so that a page cannot be slow to read
)

// ParseIndex reads the listing of the folder at base, whose path ends with "/": that of Apache in its ways (preformatted, table, list), and those of
// nginx and lighttpd, which are alike. Only what stands directly in the folder is an entry: links to sort the listing, to the parent folder and
// to anywhere else are none. Names come from the links, because the text shown is cut off.
//
// Errors: Invalid (no listing), TooLarge.
func ParseIndex(base *url.URL, page []byte) (Index, error) {
	p := indexPage{base: base, at: map[string]int{}}
	rest := page
	for {
		i := indexFold(rest, "<a")
		if i < 0 {
			break
		}
		rest = rest[i+2:]
		tag := rest[:min(len(rest), maxTag)]
		href, after, ok := anchor(tag)
		if !ok {
			continue
		}
		rest = rest[len(tag)-len(after):]
		text := rest
		if next := indexFold(rest, "<a "); next >= 0 {
			text = rest[:next]
		}
		if err := p.link(href, text); err != nil {
			return Index{}, err
		}
	}
	if !p.known && indexFold(page, "<title>index of") < 0 {
		return Index{}, fault.New(fault.Invalid, "not the listing of a folder but %s", describe(page)).At(base.Redacted())
	}
	for _, end := range [...]string{"</pre", "</table", "</ul", "</html"} {
		p.index.Complete = p.index.Complete || indexFold(rest, end) >= 0
	}
	return p.index, nil
}

// indexPage is a page that is being read.
type indexPage struct {
	base  *url.URL
	index Index
	at    map[string]int // place of a name in Entries
	known bool           // something that only listings have was seen
}

// link takes a link and the text up to the next one.
func (p *indexPage) link(href string, text []byte) error {
	if strings.HasPrefix(href, "?C=") {
		p.known = true
		return nil
	}
	e, ok := p.entry(href)
	if !ok {
		return nil
	}
	e.Wall, e.Size = columns(text)
	if i, again := p.at[e.Name]; again { // the icon is a link, too: the columns stand behind the second
		if p.index.Entries[i].Wall.IsZero() && !p.index.Entries[i].Size.Known {
			p.index.Entries[i] = e
		}
		return nil
	}
	if len(p.index.Entries) == maxEntries {
		return fault.New(fault.TooLarge, "a listing of more than %d entries", maxEntries).At(p.base.Redacted())
	}
	p.at[e.Name] = len(p.index.Entries)
	p.index.Entries = append(p.index.Entries, e)
	return nil
}

// entry makes an entry of a link that leads to something directly in the folder.
func (p *indexPage) entry(href string) (Entry, bool) {
	if len(href) > maxHref || href == "" {
		return Entry{}, false
	}
	u, err := p.base.Parse(href)
	if err != nil || u.Scheme != p.base.Scheme || u.Host != p.base.Host || u.RawQuery != "" || u.Opaque != "" {
		return Entry{}, false
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == path.Dir(strings.TrimSuffix(p.base.Path, "/"))+"/" {
		p.known = true // as each has one to the parent folder
		return Entry{}, false
	}
	name, ok := strings.CutPrefix(u.Path, p.base.Path)
	name, folder := strings.CutSuffix(name, "/")
	if !ok || name == "" || name == "." || name == ".." || strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Entry{}, false
	}
	return Entry{Name: utf8Of(name), URL: u.String(), Folder: folder}, true
}

// utf8Of reads a name that is not UTF-8 as ISO-8859-1.
func utf8Of(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	r := make([]rune, len(name))
	for i := range len(name) {
		r[i] = rune(name[i])
	}
	return string(r)
}

// anchor reads the attributes of a link up to ">", and gives its address.
func anchor(b []byte) (href string, rest []byte, ok bool) {
	if len(b) == 0 || !isSpace(b[0]) {
		return "", nil, false
	}
	for {
		b = bytes.TrimLeft(b, " \t\r\n/")
		if len(b) == 0 {
			return "", nil, false
		}
		if b[0] == '>' {
			return href, b[1:], ok
		}
		n := bytes.IndexAny(b, "= \t\r\n><")
		if n < 0 || b[n] == '<' {
			return "", nil, false
		}
		name := b[:n]
		b = bytes.TrimLeft(b[n:], " \t\r\n")
		if len(b) == 0 || b[0] != '=' {
			continue
		}
		var value []byte
		var closed bool
		if value, b, closed = attribute(bytes.TrimLeft(b[1:], " \t\r\n")); !closed {
			return "", nil, false
		}
		if !ok && bytes.EqualFold(name, []byte("href")) {
			href, ok = strings.TrimSpace(html.UnescapeString(string(value))), true
		}
	}
}

// attribute reads the value of an attribute, in quotes of either kind or without.
func attribute(b []byte) (value, rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, nil, false
	}
	if q := b[0]; q == '"' || q == '\'' {
		n := bytes.IndexByte(b[1:], q)
		if n < 0 {
			return nil, nil, false
		}
		return b[1 : 1+n], b[2+n:], true
	}
	n := bytes.IndexAny(b, " \t\r\n>")
	if n < 0 {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// maxColumns is how far behind a link its date and size are looked for.
const maxColumns = 4096

// columns finds the date and the size in what stands behind a link.
func columns(b []byte) (time.Time, Size) {
	words := strings.Fields(plain(b[:min(len(b), maxColumns)]))
	for i := 0; i+1 < len(words); i++ {
		for _, layout := range [...]string{"2006-01-02 15:04", "2006-01-02 15:04:05", "02-Jan-2006 15:04", "02-Jan-2006 15:04:05", "2006-Jan-02 15:04", "2006-Jan-02 15:04:05"} {
			t, err := time.Parse(layout, words[i]+" "+words[i+1])
			if err != nil || t.Year() < 1980 {
				continue
			}
			if i+2 < len(words) {
				return t, parseSize(words[i+2])
			}
			return t, Size{}
		}
	}
	if len(words) > 0 {
		return time.Time{}, parseSize(words[0])
	}
	return time.Time{}, Size{}
}

// plain is the text of a piece of a page, from behind the end of its link.
func plain(b []byte) string {
	if i := indexFold(b, "</a"); i >= 0 {
		b = b[i:]
	}
	var s strings.Builder
	for in := false; len(b) > 0; b = b[1:] {
		switch c := b[0]; {
		case c == '<':
			in = true
			s.WriteByte(' ')
		case c == '>':
			in = false
		case !in:
			s.WriteByte(c)
		}
	}
	return strings.ReplaceAll(s.String(), "&nbsp;", " ")
}

// indexFold finds lower, which is in small ASCII letters, whatever the case in b.
func indexFold(b []byte, lower string) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], lower[0]) // '<' in all uses: has no case
		if i < 0 || len(b)-from-i < len(lower) {
			return -1
		}
		from += i
		if bytes.EqualFold(b[from:from+len(lower)], []byte(lower)) {
			return from
		}
		from++
	}
}

// Instant is when the file was put there, as the listing tells: to the minute, and in the hour that comes twice in October perhaps the other one.
func (e Entry) Instant() time.Time {
	if e.Wall.IsZero() {
		return time.Time{}
	}
	w := e.Wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, notice.Paris).UTC()
}

// At reports whether t is the time that the listing shows, to the minute: as a clock of Paris shows it, or as Instant reads it.
func (e Entry) At(t time.Time) bool {
	if e.Wall.IsZero() {
		return true
	}
	p := t.In(notice.Paris)
	wall := time.Date(p.Year(), p.Month(), p.Day(), p.Hour(), p.Minute(), 0, 0, time.UTC)
	return wall.Equal(e.Wall.Truncate(time.Minute)) || t.Truncate(time.Minute).Equal(e.Instant().Truncate(time.Minute))
}
