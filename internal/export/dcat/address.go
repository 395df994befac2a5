package dcat

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// page is the address of a data set: the answer of the API, which tells of it and links to the rest. It is also its identity.
func (c *Catalog) page(s *Set) string {
	return c.Base + "/api/explore/v2.1/catalog/datasets/" + url.PathEscape(s.ID)
}

// download is the address of a file of the records.
func (c *Catalog) download(s *Set, e Export, o Options) string {
	u := c.page(s) + "/exports/" + url.PathEscape(e.Name)
	if o.Labels {
		u += "?use_labels=true"
	}
	return u
}

// exports lists the files that become distributions.
func (s *Set) exports(o Options) []Export {
	if o.Exports == nil {
		return s.Exports
	}
	return slices.DeleteFunc(slices.Clone(s.Exports), func(e Export) bool { return !slices.Contains(o.Exports, e.Name) })
}

// iri gives a text as an IRI of the web, escaped where it must be, and "" for what is none.
func iri(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// plain is the text of a description without its markup. A sign that starts no tag is text.
func plain(description string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(description, " "))), " ")
}

var tag = regexp.MustCompile(`</?[A-Za-z][^<>]*>|<!--[^<>]*-->`)

// mediaType is a media type without its parameters, "" for what is none.
func mediaType(s string) string {
	s, _, _ = strings.Cut(s, ";")
	if s = strings.TrimSpace(s); !media.MatchString(s) {
		return ""
	}
	return s
}

var media = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]*/[A-Za-z0-9][A-Za-z0-9.+_-]*$`)

// stamp writes an instant, UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
