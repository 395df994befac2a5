package dataset

import (
	"context"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Options say what the data sets stand on.
type Options struct {
	// Fields is the catalogue that the store of the notices was made for.
	Fields *field.Catalogue
	// Open gives a view of the notices.
	Open func(ctx context.Context) (store.View, error)
	// HTML is the page of a notice and Summary its short form, both as pieces of HTML (package render): the two columns of boamp-html.
	HTML, Summary func(n *notice.Notice) string
}

// Build makes the data sets: boamp, boamp-html, boamp-enrichi and the lists. The catalogue as a data set is made of its result.
func Build(o Options) (*Catalogue, error) {
	n, err := newNotices(o)
	if err != nil {
		return nil, err
	}
	c := &Catalogue{Sets: []*Set{n.boamp(), n.pages(o.HTML, o.Summary), n.enriched()}}
	for _, l := range lists() {
		c.Sets = append(c.Sets, l.set())
	}
	return c, nil
}
