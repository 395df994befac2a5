package native

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/party"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Lists that are kept: their number, and the parties in all of them.
const (
	maxBooks   = 8
	maxEntries = 500_000
)

// books keeps the lists of parties that were asked for last, whole: words and numbers choose among their entries, so that pages, words
// and numbers make no list anew. It keeps the names of numbers, too. All are of one revision.
type books struct {
	mu       sync.Mutex
	revision int64
	kept     []book
	names    map[string]*party.Names // by path

	gathering sync.Mutex // of names
}

type book struct {
	key  string
	list []party.Entry
}

// list gives the parties of a request in order, those of the choice.
func (b *books) list(ctx context.Context, v store.View, path string, side party.Side, c *field.Catalogue, r party.Request, choice party.Choice) ([]party.Entry, error) {
	key := path + "\x00" + query.Canonical(r.Where) + "\x00" + strconv.FormatBool(r.ByName) + r.Sort
	revision := v.Info().Revision
	list, _ := b.find(revision, path, key)
	if list == nil {
		var err error
		if list, err = side.List(ctx, v, c, r); err != nil {
			return nil, err
		}
		b.keep(revision, func() { b.shelve(book{key, list}) })
	}
	if !choice.NeedsNames(r.ByName) {
		return party.Choose(list, r.ByName, choice, nil), nil
	}
	names, err := b.namesOf(ctx, v, path, side)
	if err != nil {
		return nil, err
	}
	return party.Choose(list, r.ByName, choice, names), nil
}

// namesOf gives the names of numbers. One request gathers them, to the end even when its client is gone; others wait for it.
func (b *books) namesOf(ctx context.Context, v store.View, path string, side party.Side) (*party.Names, error) {
	revision := v.Info().Revision
	if _, names := b.find(revision, path, ""); names != nil {
		return names, nil
	}
	b.gathering.Lock()
	defer b.gathering.Unlock()
	if _, names := b.find(revision, path, ""); names != nil {
		return names, nil
	}
	names, err := side.Names(context.WithoutCancel(ctx), v)
	if err == nil {
		b.keep(revision, func() { b.names[path] = names })
	}
	return names, err
}

// find gives what is kept of a revision: a list, and the names of a path; nil for what is not.
func (b *books) find(revision int64, path, key string) ([]party.Entry, *party.Names) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.revision != revision {
		return nil, nil
	}
	for i, k := range b.kept {
		if k.key == key {
			b.kept = append(slices.Delete(b.kept, i, i+1), k) // used last
			return k.list, b.names[path]
		}
	}
	return nil, b.names[path]
}

// keep changes what is kept: that of an earlier revision is dropped, and what is earlier itself is not kept.
func (b *books) keep(revision int64, change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if revision < b.revision {
		return
	}
	if b.revision != revision || b.names == nil {
		b.revision, b.kept, b.names = revision, nil, map[string]*party.Names{}
	}
	change()
}

// shelve adds a list; those that were used longest ago make room. mu is held.
func (b *books) shelve(k book) {
	b.kept = append(b.kept, k)
	size := 0
	for _, k := range b.kept {
		size += len(k.list)
	}
	for len(b.kept) > 1 && (size > maxEntries || len(b.kept) > maxBooks) {
		size -= len(b.kept[0].list)
		b.kept = slices.Delete(b.kept, 0, 1)
	}
}
