package versions

import (
	"bytes"
	"crypto/sha1"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/lifecycle"
	"github.com/boamp/boamp/internal/odshttp"
)

// atomFeed is a feed of RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Link       atomLink       `xml:"link"`
	Content    atomText       `xml:"content"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// feed answers /api/versions.atom: what happened until now, newest first.
func (a *API) feed(w http.ResponseWriter, r *http.Request) error {
	base := odshttp.Address(a.Base, r)
	list := base + Path
	f := atomFeed{
		Lang: "en", ID: entryID(""), Title: "boamp: changes of the APIs", Author: atomAuthor{"boamp"},
		Links: []atomLink{{"self", "application/atom+xml", base + FeedPath}, {"alternate", "application/json", list}},
	}
	for _, c := range a.Registry.Changes(a.Now()) {
		e := atomEntry{
			ID: entryID(c.ID), Title: title(c), Published: c.Date.Format(time.RFC3339), Updated: c.Date.Format(time.RFC3339),
			Categories: []atomCategory{{string(c.Kind), list + "#kind"}}, Link: atomLink{"alternate", "application/json", list}, Content: atomText{"text", c.Text},
		}
		for _, id := range c.Versions {
			e.Categories = append(e.Categories, atomCategory{id, list + "#version"})
		}
		f.Entries = append(f.Entries, e)
	}
	f.Updated = time.Unix(0, 0).UTC().Format(time.RFC3339) // of a feed without entries
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	body, err := xml.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	a.stamp(w, r)
	return writeTagged(w, r, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), append(body, '\n')...))
}

func title(c lifecycle.Change) string {
	if c.Kind == lifecycle.Changed {
		return c.Title
	}
	return fmt.Sprintf("%s: %s", c.Title, c.Kind)
}

// entryID names an entry, "" the feed, for ever and on every server: a UUID of version 5 (RFC 9562) in the name space of addresses.
func entryID(change string) string {
	spaceOfURLs := [16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	sum := sha1.Sum(append(spaceOfURLs[:], "https://github.com/boamp/boamp/changes/"+change...))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// encode writes JSON for people and programs: addresses stay readable.
func encode(body any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(body); err != nil {
		panic("versions: " + err.Error()) // plain structs always encode
	}
	return b.Bytes()
}
