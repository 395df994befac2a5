// Package render writes notices as HTML of our own: what the data set boamp-html and the web interface show. It knows no
// format of documents: all it reads is the typed notice.
package render

import "github.com/boamp/boamp/internal/notice"

// HTML writes a whole notice as one self-contained element (article), in French. Nothing that the notice holds is left out
// but the fields that the list in the tests names with a reason.
func HTML(n *notice.Notice) string { return "" }

// Summary writes the essentials of a notice as one element (dl), in French: object, buyer, procedure, deadline, places, lots,
// winners.
func Summary(n *notice.Notice) string { return "" }
