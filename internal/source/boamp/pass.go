package boamp

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
)

// pass is one reading of the feed.
type pass struct {
	s     *Source
	ctx   context.Context
	yield func(source.Edition, error) bool

	name  string // of the edition that is being gathered
	items []noted
	seen  map[string]bool // documents among them
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
		have, err := p.have(page.Changes)
		if err != nil {
			return err
		}
		for _, c := range page.Changes {
			if err := p.add(c, have); err != nil {
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

// have asks which documents of a page are kept already.
func (p *pass) have(changes []change) (map[string]ledger.Line, error) {
	if p.s.Have == nil {
		return nil, nil
	}
	var hashes []string
	for _, c := range changes {
		if hexHash.MatchString(c.SHA256) && c.Op != "erase" {
			hashes = append(hashes, c.SHA256)
		}
	}
	slices.Sort(hashes)
	return p.s.Have(p.ctx, slices.Compact(hashes))
}

// add takes a change into the edition, after giving the one before when it is another.
func (p *pass) add(c change, have map[string]ledger.Line) error {
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
	i, wanted, err := p.item(c, have)
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

// item makes an item of a change. Documents that are kept already, or come again with another of their notices, are not wanted; nor are new
// readings: this program has its own.
func (p *pass) item(c change, have map[string]ledger.Line) (i noted, wanted bool, err error) {
	i = noted{Item: source.Item{Name: c.Name, Fetched: p.s.Now().UTC(), Published: c.Published.UTC()}}
	if c.SHA256 != "" {
		i.Origin = p.s.base() + "/documents/" + c.SHA256
	}
	switch c.Op {
	case "erase":
		if i.Origin == "" {
			i.Origin = p.s.base() + "/notices/" + c.ID
		}
		i.Note, i.IDs = source.Erased, []string{c.ID}
		i.err = fault.New(fault.NotFound, "%s", cmp.Or(c.Reason, "erased at the source"))
		return i, true, nil
	case "derive":
		return i, false, nil
	case "insert", "update":
	default:
		return i, false, fault.New(fault.Unsupported, "the feed has a change of an unknown sort, %.50q", c.Op).At(p.s.feed()).WithHint("use a newer boamp")
	}
	if !hexHash.MatchString(c.SHA256) {
		return i, false, fault.New(fault.Invalid, "the feed has a change without the hash of its document").At(p.s.feed())
	}
	if _, ok := have[c.SHA256]; ok || p.seen[c.SHA256] {
		return i, false, nil
	}
	i.Bytes, err = p.s.fetch(p.ctx, c.SHA256)
	switch {
	case fault.Is(err, fault.NotFound): // erased since: its tombstone comes later in the feed
		i.Note, i.err, err = source.Gone, fault.New(fault.NotFound, "the server keeps the document no more"), nil
	case fault.Is(err, fault.TooLarge):
		i.err, err = err, nil
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[c.SHA256] = true
	return i, err == nil, err
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
	p.items, p.seen, p.bytes = nil, nil, 0
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
