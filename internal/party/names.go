package party

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Names knows which names stand beside which numbers on one side, for one revision. A notice in which one name and one number stand
// says it by itself, and columns tell that. Of numbers that only stand among several the latest notice is read.
type Names struct {
	lines map[string]string   // of each name, for words
	of    map[string][]string // names of each SIRET, of the latest notice first
}

// Limits of what is read for names.
const (
	maxRead    = 10_000 // notices; numbers of others have all names that stand beside them
	readAtOnce = 500    // notices of one question: so many an index reads by itself
)

// beside are the names among which a number stands in a notice.
type beside struct {
	id    string
	names []string
}

// Names gathers the names of all numbers.
func (s Side) Names(ctx context.Context, v store.View) (*Names, error) {
	n := &Names{map[string]string{}, map[string][]string{}}
	unsure := map[string]beside{} // by number: its latest notice
	q := query.Query{Where: query.Not{X: query.Null{Field: s.SIRET}}, Sort: []query.Key{{Field: s.day, Desc: true}}, Limit: -1}
	for row, err := range v.Rows(ctx, q, []*field.Field{s.Name, s.SIRET}) {
		if err != nil {
			return nil, err
		}
		names, sirets := row.Values[0], row.Values[1]
		if len(names) == 1 && len(sirets) == 1 {
			n.add(sirets[0].Str, names[0].Str, s.Name)
			continue
		}
		for _, siret := range sirets {
			if _, met := unsure[siret.Str]; !met && n.of[siret.Str] == nil {
				unsure[strings.Clone(siret.Str)] = beside{strings.Clone(row.ID), texts(names)}
			}
		}
	}
	for siret := range n.of {
		delete(unsure, siret)
	}
	return n, s.read(ctx, v, n, unsure)
}

// read takes the names of numbers from one notice each.
func (s Side) read(ctx context.Context, v store.View, n *Names, unsure map[string]beside) error {
	wanted := map[string]bool{}
	for siret, b := range unsure {
		if notice.IsIdweb(b.id) && (len(wanted) < maxRead || wanted[b.id]) {
			wanted[b.id] = true
			continue
		}
		for _, name := range b.names {
			n.add(siret, name, s.Name)
		}
	}
	return s.readAll(ctx, v, slices.Collect(maps.Keys(wanted)), func(id string, list []Identity) {
		for _, one := range list {
			if b, ok := unsure[one.SIRET]; ok && b.id == id {
				n.add(one.SIRET, one.Name, s.Name)
			}
		}
	})
}

// readAll reads the parties of some notices. Plain eForms, which have no idweb, are not found so.
func (s Side) readAll(ctx context.Context, v store.View, ids []string, f func(id string, list []Identity)) error {
	for some := range slices.Chunk(ids, readAtOnce) {
		in := query.In{Field: s.idweb}
		for _, id := range some {
			in.Values = append(in.Values, field.Str(id))
		}
		q := query.Query{Where: in, Limit: len(some)}
		for row, err := range v.Rows(ctx, q, []*field.Field{s.pairs}) {
			if err != nil {
				return err
			}
			f(row.ID, identities(row.Values[0]))
		}
	}
	return nil
}

func (n *Names) add(siret, name string, f *field.Field) {
	if name == "" || slices.Contains(n.of[siret], name) {
		return
	}
	if _, ok := n.lines[name]; !ok {
		name = strings.Clone(name)
		n.lines[name] = f.Line([]field.Value{field.Str(name)})
	}
	n.of[strings.Clone(siret)] = append(n.of[siret], name)
}

// with are the numbers that begin so and have a name with all the words, and these names.
func (n *Names) with(tokens []query.Token, number string) (sirets, names map[string]bool) {
	sirets, names = map[string]bool{}, map[string]bool{}
	has := map[string]bool{}
	for name, line := range n.lines {
		has[name] = !slices.ContainsFunc(tokens, func(t query.Token) bool { return !t.In(line, false) })
	}
	for siret, list := range n.of {
		for _, name := range list {
			if has[name] && strings.HasPrefix(siret, number) {
				sirets[siret], names[name] = true, true
			}
		}
	}
	return sirets, names
}

func texts(values []field.Value) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = strings.Clone(v.Str)
	}
	return list
}
