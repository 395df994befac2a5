// Package render writes notices as HTML of our own: what the data set boamp-html and the web interface show. It knows no
// format of documents: all it reads is the typed notice.
//
// A notice becomes a page (sections of labelled values and tables), and markup.go writes pages: nothing else makes markup, so what
// stands in a notice cannot.
package render

import "github.com/boamp/boamp/internal/notice"

// HTML writes a whole notice as one self-contained element (article), in French: the sections of a notice on the site of the
// BOAMP, then what is announced (results, corrections, links) and what is known of the document. Values that are not to be
// trusted carry a note that says why. Nothing that the notice holds is left out but what the list in the tests names with a reason.
func HTML(n *notice.Notice) string {
	b := builder{n: n}
	var m markup
	return m.article(b.page())
}

// Summary writes the essentials of a notice as one element (dl), in French: object, buyer, procedure, deadline, places, lots,
// winners. Long lists are cut and say how many more there are.
func Summary(n *notice.Notice) string {
	b := builder{n: n}
	var m markup
	return m.summary(b.summary())
}
