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
)

// Limits of a list.
const (
	// MaxRead is the most notices that are read to find out which party a word belongs to.
	MaxRead = 10_000
	// MaxParties is the most parties of a list.
	MaxParties = 1_000_000
)

// Request asks for a list of parties.
type Request struct {
	Where  query.Expr // of the notices that count; nil for all
	ByName bool       // by name instead of by SIRET
	Words  string     // that the name has; "" for any
	Number string     // SIRET, or SIREN, of the party; "" for any
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
}

// List gives all parties of a request in order. Names of those by SIRET are left to Describe. Faults: Invalid for a word or number that
// is none, TooLarge beyond MaxRead and MaxParties.
func (s Side) List(ctx context.Context, v store.View, c *field.Catalogue, r Request) ([]Entry, error) {
	where, keep, err := s.narrow(ctx, v, r)
	if err != nil {
		return nil, err
	}
	key := s.SIRET
	if r.ByName {
		key = s.Name
	}
	g := query.Groups{Where: and(where, query.Not{X: query.Null{Field: key}}), Keys: []*field.Field{key}, Values: []query.Aggregate{
		{Func: query.Count}, {Func: query.Max, Field: c.Must("published")}, {Func: query.Sum, Field: c.Must("awarded")}}, Limit: MaxParties + 1}
	var list []Entry
	place := map[string]int{}
	groups := 0
	for row, err := range v.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		if groups++; groups > MaxParties {
			return nil, fault.New(fault.TooLarge, "more than %d parties", MaxParties).WithHint("add criteria")
		}
		if len(row[0]) == 0 || !keep(row[0][0].Str) {
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

// entry reads a group: its strings are only valid until the next one.
func (s Side) entry(row query.Group, byName bool) Entry {
	value := strings.Clone(row[0][0].Str)
	e := Entry{Count: int64(row[1][0].Num)}
	if byName {
		e.Key, e.Name = Key{Slug: Slug(value)}, value
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

// narrow gives the notices to count and the test of their groups: a notice of several parties holds others, too.
func (s Side) narrow(ctx context.Context, v store.View, r Request) (query.Expr, func(group string) bool, error) {
	where := r.Where
	all := func(string) bool { return true }
	tokens, match := s.words(r.Words)
	names := s.namer(tokens)
	if strings.TrimSpace(r.Words) != "" {
		if len(tokens) == 0 {
			return nil, nil, fault.New(fault.Invalid, "%q holds no word to look for", r.Words)
		}
		where = and(where, match)
	}
	var number Key
	if r.Number != "" {
		var err error
		if number, err = ParseKey(r.Number); err != nil || number.Slug != "" {
			return nil, nil, fault.New(fault.Invalid, "%q is neither a SIRET (14 digits) nor a SIREN (9 digits)", r.Number)
		}
		where = and(where, s.number(number))
	}
	switch {
	case len(tokens) == 0 && number == (Key{}):
		return where, all, nil
	case r.ByName && number == (Key{}):
		return where, names.has, nil
	case len(tokens) == 0 && !r.ByName:
		return where, func(siret string) bool { return strings.HasPrefix(siret, number.String()) }, nil
	}
	found, unsure := map[string]bool{}, where
	if !r.ByName {
		var err error
		if unsure, err = s.sure(ctx, v, where, names, number, found); err != nil {
			return nil, nil, err
		}
	}
	if unsure != nil { // number and name of one party stand together in the notices only
		if err := s.read(ctx, v, unsure, names, number, r.ByName, found); err != nil {
			return nil, nil, err
		}
	}
	if r.Number == "" { // all notices of the numbers that were found, however they write the name
		values := make([]field.Value, 0, len(found))
		for siret := range found {
			values = append(values, field.Str(siret))
		}
		where = and(r.Where, query.In{Field: s.SIRET, Values: values})
	}
	return where, func(group string) bool { return found[group] }, nil
}

// sure finds the numbers that stand beside no name but such as have the words: what else could theirs be? It gives the notices of those
// that stand beside others, too; nil for none.
func (s Side) sure(ctx context.Context, v store.View, where query.Expr, words *namer, number Key, found map[string]bool) (query.Expr, error) {
	has, lacks := map[string]bool{}, map[string]bool{}
	for row, err := range v.Groups(ctx, query.Groups{Where: where, Keys: []*field.Field{s.SIRET, s.Name}, Limit: -1}) {
		if err != nil {
			return nil, err
		}
		if len(row[0]) == 0 || !strings.HasPrefix(row[0][0].Str, number.String()) {
			continue
		}
		if len(row[1]) > 0 && words.has(row[1][0].Str) {
			has[strings.Clone(row[0][0].Str)] = true
		} else {
			lacks[strings.Clone(row[0][0].Str)] = true
		}
	}
	unsure := query.In{Field: s.SIRET}
	for siret := range has {
		if lacks[siret] {
			unsure.Values = append(unsure.Values, field.Str(siret))
		} else {
			found[siret] = true
		}
	}
	if len(unsure.Values) == 0 {
		return nil, nil
	}
	return and(where, unsure), nil
}

// read finds the numbers, or the names, of the parties that have the words and the number.
func (s Side) read(ctx context.Context, v store.View, where query.Expr, words *namer, number Key, names bool, found map[string]bool) error {
	n, err := v.Count(ctx, where)
	switch {
	case err != nil:
		return err
	case n > MaxRead:
		return fault.New(fault.TooLarge, "%d notices have these words in the names of parties that stand beside others: at most %d are read", n, MaxRead).
			WithHint("give more words or other criteria, or take by=name")
	}
	q := query.Query{Where: where, Sort: []query.Key{{Field: s.day, Desc: true}}, Limit: readAtOnce}
	for more := true; more; {
		more = false
		for row, err := range v.Rows(ctx, q, []*field.Field{s.pairs}) {
			if err != nil {
				return err
			}
			more = true
			q.After = &query.Position{Keys: cloned(row.Keys), ID: strings.Clone(row.ID)}
			match(identities(row.Values[0]), words, number, names, found)
		}
	}
	return nil
}

// readAtOnce is the most notices of one question: so many an index reads by itself.
const readAtOnce = 500

// match notes the parties of one notice that have the words and the number.
func match(list []Identity, words *namer, number Key, names bool, found map[string]bool) {
	for _, id := range list {
		if !strings.HasPrefix(id.SIRET, number.SIRET) || !strings.HasPrefix(id.SIREN, number.SIREN) || !words.has(id.Name) {
			continue
		}
		if names && id.Name != "" {
			found[strings.Clone(id.Name)] = true
		} else if !names && id.SIRET != "" {
			found[strings.Clone(id.SIRET)] = true
		}
	}
}

func cloned(keys [][]field.Value) [][]field.Value {
	out := make([][]field.Value, len(keys))
	for i, k := range keys {
		for _, v := range k {
			v.Str = strings.Clone(v.Str)
			out[i] = append(out[i], v)
		}
	}
	return out
}

// Describe names the entries of a page by their latest notices that match.
func (s Side) Describe(ctx context.Context, v store.View, where query.Expr, published *field.Field, page []Entry) error {
	for i := range page {
		e := &page[i]
		if e.SIRET == "" || e.Name != "" {
			continue
		}
		q := query.Query{Where: and(where, s.number(e.Key)), Sort: []query.Key{{Field: published, Desc: true}}, Limit: 1}
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
