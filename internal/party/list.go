package party

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/text"
)

// MaxParties is the most parties of a list.
const MaxParties = 1_000_000

// Request asks for all parties of some notices.
type Request struct {
	Where  query.Expr // of the notices that count; nil for all
	ByName bool       // by name instead of by SIRET
	Sort   string     // "count", "last" or "amount", the greatest first; equal ones by key
}

// Entry is a party of a list.
type Entry struct {
	Key    Key
	Name   string // as it is written most often or, by SIRET, in the latest notice
	SIRET  string
	SIREN  string
	Count  int64    // notices
	Last   string   // day of the latest, yyyy-mm-dd
	Amount *float64 // sum of the awarded totals of these notices in euros, each whole however many parties share it; nil when none has one

	line string // of the name, for words
}

// List gives all parties of a request in order. Names of those by SIRET are left to Describe. A fault of kind TooLarge beyond MaxParties.
func (s Side) List(ctx context.Context, v store.View, c *field.Catalogue, r Request) ([]Entry, error) {
	key := s.SIRET
	if r.ByName {
		key = s.Name
	}
	g := query.Groups{Where: and(r.Where, query.Not{X: query.Null{Field: key}}), Keys: []*field.Field{key}, Values: []query.Aggregate{
		{Func: query.Count}, {Func: query.Max, Field: c.Must("published")}, {Func: query.Sum, Field: c.Must("awarded")}}, Limit: MaxParties + 1}
	list := []Entry{}
	place := map[string]int{}
	groups := 0
	for row, err := range v.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		if groups++; groups > MaxParties {
			return nil, fault.New(fault.TooLarge, "more than %d parties", MaxParties).WithHint("add criteria")
		}
		if len(row[0]) == 0 {
			continue
		}
		e := s.entry(row, r.ByName)
		if i, ok := place[e.Key.String()]; ok {
			list[i].add(e)
			continue
		}
		if e.Key != (Key{}) {
			place[e.Key.String()] = len(list)
			list = append(list, e)
		}
	}
	slices.SortFunc(list, order(r.Sort))
	return list, nil
}

// Choice is what the parties of a list are to have.
type Choice struct {
	Words string // in the name; "" for any
	Key   Key    // SIRET or SIREN; none for any
}

// ParseChoice reads the words and the number that are looked for. A fault of kind Invalid for words or a number that are none.
func ParseChoice(words, number string) (c Choice, err error) {
	if strings.TrimSpace(words) != "" && len(text.Terms(words)) == 0 {
		return c, fault.New(fault.Invalid, "%q holds no word to look for", words).At("parameter q")
	}
	c.Words = words
	if number != "" {
		if c.Key, err = ParseKey(number); err != nil || c.Key.Slug != "" {
			return c, fault.New(fault.Invalid, "%q is neither a SIRET (14 digits) nor a SIREN (9 digits)", number).At("parameter siret")
		}
	}
	return c, nil
}

// NeedsNames reports whether Choose needs Names.
func (c Choice) NeedsNames(byName bool) bool {
	if byName {
		return c.Key != (Key{})
	}
	return len(text.Terms(c.Words)) > 0
}

// Choose gives the entries of a list that a choice is about, in their order. The list is not changed; names may be nil where they are
// not needed.
func Choose(list []Entry, byName bool, c Choice, names *Names) []Entry {
	tokens := query.Each(text.Terms(c.Words)...)
	keep := func(e Entry) bool { return strings.HasPrefix(e.SIRET, c.Key.String()) }
	switch {
	case len(tokens) == 0 && c.Key == (Key{}):
		return list
	case byName && c.Key == (Key{}):
		keep = func(e Entry) bool {
			return !slices.ContainsFunc(tokens, func(t query.Token) bool { return !t.In(e.line, false) })
		}
	case byName:
		slugs := map[string]bool{}
		_, found := names.with(tokens, c.Key.String())
		for name := range found {
			slugs[Slug(name)] = true
		}
		keep = func(e Entry) bool { return slugs[e.Key.Slug] }
	case len(tokens) > 0:
		found, _ := names.with(tokens, c.Key.String())
		keep = func(e Entry) bool { return found[e.SIRET] }
	}
	var chosen []Entry
	for _, e := range list {
		if keep(e) {
			chosen = append(chosen, e)
		}
	}
	return chosen
}

// entry reads a group: its strings are only valid until the next one.
func (s Side) entry(row query.Group, byName bool) Entry {
	value := strings.Clone(row[0][0].Str)
	e := Entry{Count: int64(row[1][0].Num)}
	if byName {
		e.Key, e.Name, e.line = Key{Slug: Slug(value)}, value, s.Name.Line(row[0])
	} else {
		e.Key, e.SIRET, e.SIREN = Key{SIRET: value}, value, value[:min(9, len(value))]
	}
	if len(row[2]) > 0 {
		e.Last = strings.Clone(row[2][0].Str)
	}
	if len(row[3]) > 0 {
		amount := row[3][0].Num
		e.Amount = &amount
	}
	return e
}

// add joins another spelling. The one with more notices gives the name; the groups come in the order of names.
func (e *Entry) add(o Entry) {
	if o.Count > e.Count {
		e.Name = o.Name
	}
	e.Count += o.Count
	e.Last = max(e.Last, o.Last)
	if o.Amount != nil {
		sum := *o.Amount
		if e.Amount != nil {
			sum += *e.Amount
		}
		e.Amount = &sum
	}
}

// order compares entries.
func order(by string) func(a, b Entry) int {
	amount := func(e Entry) float64 {
		if e.Amount == nil {
			return -1
		}
		return *e.Amount
	}
	return func(a, b Entry) int {
		c := 0
		switch by {
		case "last":
			c = cmp.Compare(b.Last, a.Last)
		case "amount":
			c = cmp.Compare(amount(b), amount(a))
		default:
			c = cmp.Compare(b.Count, a.Count)
		}
		return cmp.Or(c, cmp.Compare(a.Key.String(), b.Key.String()))
	}
}

// Describe names the entries of a page by their latest notices that match.
func (s Side) Describe(ctx context.Context, v store.View, where query.Expr, published *field.Field, page []Entry) error {
	for i := range page {
		e := &page[i]
		if e.SIRET == "" || e.Name != "" {
			continue
		}
		q := query.Query{Where: and(where, s.Has(e.Key)), Sort: []query.Key{{Field: published, Desc: true}}, Limit: 1}
		for row, err := range v.Rows(ctx, q, []*field.Field{s.pairs}) {
			if err != nil {
				return err
			}
			for _, id := range identities(row.Values[0]) {
				if id.SIRET == e.SIRET && e.Name == "" {
					e.Name = strings.Clone(id.Name)
				}
			}
		}
	}
	return nil
}

func and(list ...query.Expr) query.Expr {
	var all query.And
	for _, e := range list {
		if e != nil {
			all = append(all, e)
		}
	}
	return query.Simplify(all)
}
