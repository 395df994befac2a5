package explorev1

import (
	"context"
	"encoding/xml"
	"html"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/store"
)

// entry is one entry of a feed.
type entry struct {
	id, title, link, summary string // summary is HTML
	date                     time.Time
}

// channel is a feed.
type channel struct {
	title, link, about string
	date               time.Time
	entries            []entry
}

// roles are the fields that stand for the parts of an entry, the first that a data set has.
var roles = struct{ title, link, date []string }{
	[]string{"objet", "title", "default.title", "libelle", "mc_libelle", "idweb"}, []string{"url_avis"}, []string{"dateparution", "default.modified", field.RecordTimestamp},
}

func roleOf(set *dataset.Set, names []string) *field.Field {
	for _, name := range names {
		if f, ok := set.Fields.Lookup(name); ok {
			return f
		}
	}
	return nil
}

// recordFeed answers with records as RSS or Atom.
func (q *request) recordFeed(ctx context.Context, s *found) error {
	return q.feed(ctx, s, s.set.Metas.Title, func(id string) string {
		return q.address() + "/api/datasets/1.0/" + url.PathEscape(s.set.ID) + "/records/" + id
	})
}

// datasetFeed answers with data sets as RSS.
func (q *request) datasetFeed(ctx context.Context, s *found) error {
	return q.feed(ctx, s, "Jeux de données", func(id string) string { return q.address() + "/api/datasets/1.0/" + url.PathEscape(id) + "/" })
}

func (q *request) address() string { return odshttp.Address(q.api.Base, q.r) }

// feed reads the entries and answers. The address of an entry is its link, else that of its record, or data set, by its id.
func (q *request) feed(ctx context.Context, s *found, title string, address func(id string) string) error {
	s.query.Limit = min(s.query.Limit, choiceMaxFeed)
	fields := s.columns[:len(s.columns):len(s.columns)]
	at := func(f *field.Field) int {
		if f == nil {
			return -1
		}
		fields = append(fields, f)
		return len(fields) - 1
	}
	idName := field.RecordID
	if q.set == nil {
		idName = "datasetid"
	}
	id, named := at(roleOf(s.set, []string{idName})), at(roleOf(s.set, roles.title))
	link, date := at(roleOf(s.set, roles.link)), at(roleOf(s.set, roles.date))
	info := s.view.Info()
	c := channel{title: title, link: q.address(), about: s.set.Metas.Description, date: info.LastUpdate}
	style := q.style()
	for row, err := range s.view.Rows(ctx, s.query, fields) {
		if err != nil {
			return err
		}
		of := func(i int) string {
			if i < 0 {
				return ""
			}
			return text(style, fields[i], row.Values[i])
		}
		e := entry{id: of(id), title: of(named), link: of(link), summary: summary(style, s.columns, row.Values)}
		if e.link == "" {
			e.link = address(e.id)
		}
		if date >= 0 {
			e.date = instant(fields[date], row.Values[date])
		}
		c.entries = append(c.entries, e)
	}
	return q.writeFeed(c, s.format, info)
}

// instant is a date as an instant: days begin in UTC.
func instant(f *field.Field, values []field.Value) time.Time {
	if len(values) == 0 {
		return time.Time{}
	}
	if f.Type == field.Date {
		t, _ := time.Parse(time.DateOnly, values[0].Str) // a day of the catalogue
		return t
	}
	return values[0].Time
}

// summary is the fields of an entry as a list, without whole documents.
func summary(s export.Style, columns []*field.Field, values [][]field.Value) string {
	var b strings.Builder
	b.WriteString("<ul>")
	for i, f := range columns {
		if v := text(s, f, values[i]); v != "" && !f.Bag && !f.Opaque && f.Type != field.JSON {
			b.WriteString("<li>" + html.EscapeString(f.Label) + ": " + html.EscapeString(v) + "</li>")
		}
	}
	return b.String() + "</ul>"
}

// writeFeed writes RSS 2.0 or Atom.
func (q *request) writeFeed(c channel, format string, info store.Info) error {
	doc, contentType := any(rss(c)), "application/rss+xml; charset=utf-8"
	if format == "atom" {
		doc, contentType = atom(c, q.address()+q.r.URL.RequestURI()), "application/atom+xml; charset=utf-8"
	}
	out := q.stream(contentType, info)
	if out == nil {
		return nil
	}
	_, _ = out.WriteString(xml.Header) // bufio keeps the error for Flush
	if err := xml.NewEncoder(out).Encode(doc); err != nil {
		return err
	}
	return out.Flush()
}

type (
	rssDoc struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Date        string    `xml:"lastBuildDate,omitempty"`
		Items       []rssItem `xml:"item"`
	}
	rssItem struct {
		Title       string  `xml:"title"`
		Link        string  `xml:"link"`
		Description string  `xml:"description"`
		Date        string  `xml:"pubDate,omitempty"`
		GUID        rssGUID `xml:"guid"`
	}
	rssGUID struct {
		Permanent bool   `xml:"isPermaLink,attr"`
		ID        string `xml:",chardata"`
	}
)

func rss(c channel) rssDoc {
	d := rssDoc{Version: "2.0", Channel: rssChannel{Title: c.title, Link: c.link, Description: c.about, Date: rssDate(c.date)}}
	for _, e := range c.entries {
		d.Channel.Items = append(d.Channel.Items, rssItem{e.title, e.link, e.summary, rssDate(e.date), rssGUID{ID: e.id}})
	}
	return d
}

func rssDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC1123Z)
}

type (
	atomDoc struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Author  string      `xml:"author>name"`
		Link    atomLink    `xml:"link"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Link    atomLink    `xml:"link"`
		Content atomContent `xml:"content"`
	}
	atomContent struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

func atom(c channel, self string) atomDoc {
	d := atomDoc{ID: self, Title: c.title, Updated: c.date.UTC().Format(time.RFC3339), Author: "BOAMP, DILA", Link: atomLink{"self", self}}
	for _, e := range c.entries {
		d.Entries = append(d.Entries, atomEntry{"urn:sha1:" + e.id, e.title, e.date.UTC().Format(time.RFC3339), atomLink{Href: e.link}, atomContent{"html", e.summary}})
	}
	return d
}
