package dcat

import (
	"encoding/xml"
	"io"
	"time"
)

// rss is the catalogue as a feed of RSS 2.0: an item for each data set.
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string    `xml:"title"`
	Link          string    `xml:"link"`
	Description   string    `xml:"description"`
	Language      string    `xml:"language,omitempty"`
	LastBuildDate string    `xml:"lastBuildDate,omitempty"`
	Items         []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Description string   `xml:"description"` // HTML, escaped
	Category    []string `xml:"category"`
	GUID        string   `xml:"guid"`
	PubDate     string   `xml:"pubDate,omitempty"`
}

func writeRSS(w io.Writer, c *Catalog, _ Options) error {
	feed := rss{Version: "2.0", Channel: rssChannel{Title: c.Title, Link: c.Base + "/", Description: plain(c.Description), Language: c.Language, LastBuildDate: rfc822(c.Modified)}}
	for i := range c.Sets {
		s := &c.Sets[i]
		feed.Channel.Items = append(feed.Channel.Items, rssItem{
			Title: s.Title, Link: c.page(s), Description: s.Description, Category: append(append([]string{}, s.Theme...), s.Keyword...), GUID: c.page(s), PubDate: rfc822(s.Modified),
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(feed); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// rfc822 writes an instant as RSS wants it.
func rfc822(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC1123Z)
}
