package boamp

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/url"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// pass is one reading of the feed.
type pass struct {
	s     *Source
	ctx   context.Context
	yield func(source.Edition, error) bool

	name  string // of the edition that is being gathered
	items []noted
	seen  map[string]bool   // documents among them
	last  map[string]string // document of each notice among them
	bytes int64
	end   string // token behind the last change that was gathered
	kept  string // token that the ledger has
	since int    // editions given since it was kept
}

// noted is an item with the error beside it.
type noted struct {
	source.Item
	err error
}

// errEnough ends a pass whose editions nobody wants more of.
var errEnough = errors.New("enough")

func (p *pass) run(token string) error {
	for {
		if err := p.ctx.Err(); err != nil {
			return fault.Wrap(fault.Timeout, err, "the feed was not read to its end")
		}
		page, err := p.s.page(p.ctx, token)
		if err != nil {
			return err
		}
		for _, c := range page.Changes {
			if err := p.add(c); err != nil {
				return err
			}
		}
		if token = page.Next; !page.More {
			p.end = token
			if err := p.give(); err != nil {
				return err
			}
			return p.keep()
		}
	}
}

// add takes a change into the edition, after giving the one before when it is another.
func (p *pass) add(c change) error {
	full := len(p.items) >= cmp.Or(p.s.Documents, 2000) || p.bytes >= cmp.Or(p.s.Bytes, 64<<20)
	if len(p.items) > 0 && (p.name != c.Edition || full) {
		if err := p.give(); err != nil {
			return err
		}
		if p.since >= keepEvery {
			if err := p.keep(); err != nil {
				return err
			}
		}
	}
	p.name = c.Edition
	i, wanted, err := p.item(c)
	if err != nil {
		return err
	}
	if wanted {
		p.items = append(p.items, i)
		p.bytes += int64(len(i.Bytes))
	}
	p.end = c.Token
	return nil
}

// item makes an item of a change. A document that comes with another of its notices is not wanted again; nor is what the other program reads
// otherwise, or not any more: this program reads for itself.
func (p *pass) item(c change) (i noted, wanted bool, err error) {
	i = noted{Item: source.Item{Name: c.Name, Fetched: p.s.Now().UTC(), Published: c.Published.UTC()}}
	// The place of the notice, not of its bytes: so a notice that goes back to an earlier document does so here, too.
	i.Origin = p.s.base() + "/notices/" + url.PathEscape(c.ID) + "/raw"
	switch c.Op {
	case "erase":
		i.Note, i.IDs = source.Erased, []string{c.ID}
		i.err = fault.New(fault.NotFound, "%s", cmp.Or(c.Reason, "erased at the source"))
		return i, true, nil
	case "derive", "remove":
		return i, false, nil
	case "insert", "update":
	default:
		return i, false, fault.New(fault.Unsupported, "the feed has a change of an unknown sort, %.50q", c.Op).At(p.s.feed()).WithHint("use a newer boamp")
	}
	if !hexHash.MatchString(c.SHA256) {
		return i, false, fault.New(fault.Invalid, "the feed has a change without the hash of its document").At(p.s.feed())
	}
	before := p.last[c.ID]
	p.note(c)
	if before == c.SHA256 || before == "" && p.seen[c.SHA256] {
		return i, false, nil
	}
	i.Bytes, err = p.s.fetch(p.ctx, c.SHA256)
	switch {
	case fault.Is(err, fault.NotFound): // erased since: its tombstone comes later in the feed
		i.Note, i.err, err = source.Gone, fault.New(fault.NotFound, "the server keeps the document no more"), nil
	case fault.Is(err, fault.TooLarge):
		i.err, err = err, nil
	}
	p.seen[c.SHA256] = true
	return i, err == nil, err
}

func (p *pass) note(c change) {
	if p.last == nil {
		p.last, p.seen = map[string]string{}, map[string]bool{}
	}
	p.last[c.ID] = c.SHA256
}

// give hands on the edition that was gathered.
func (p *pass) give() error {
	if len(p.items) == 0 {
		return nil
	}
	items := p.items
	e := source.Edition{Source: Name, Name: p.name, Bytes: p.bytes, Items: func(ctx context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) {
			for _, i := range items {
				if err := ctx.Err(); err != nil {
					yield(source.Item{}, err)
					return
				}
				if !yield(i.Item, i.err) {
					return
				}
			}
		}
	}}
	p.items, p.seen, p.last, p.bytes = nil, nil, nil, 0
	p.since++
	if !p.yield(e, nil) {
		return errEnough
	}
	return nil
}

// keep has the ledger keep the place in the feed up to which all was given.
func (p *pass) keep() error {
	if p.end == "" || p.end == p.kept {
		return nil
	}
	i := source.Item{Note: source.Listing, Origin: p.s.feed(), Validator: p.end, Fetched: p.s.Now().UTC()}
	e := source.Edition{Source: Name, Name: Feed, Items: func(context.Context) iter.Seq2[source.Item, error] {
		return func(yield func(source.Item, error) bool) { yield(i, nil) }
	}}
	p.kept, p.since = p.end, 0
	if !p.yield(e, nil) {
		return errEnough
	}
	return nil
}
