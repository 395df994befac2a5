package party

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// Limits of a profile.
const (
	readNames   = 300 // latest notices that names and numbers are taken from
	readSeveral = 50  // of those with several parties, which have to be read
	mostNames   = 50
	mostOthers  = 10
	mostOfField = 50
)

// Profile is what is known of one party.
type Profile struct {
	Where  query.Expr // of its notices
	Key    Key
	Name   string  // as the latest notices write it most often
	Names  []Use   // ways in which its latest notices write it, most frequent first
	SIRETs []Use   // numbers that stand beside it in its latest notices
	Read   int     // latest notices that Names and SIRETs are of
	Count  int64   // notices
	First  string  // day of the first, yyyy-mm-dd; "" for none
	Last   string  // day of the latest
	Sums   Sums    // of all its notices
	Years  []Group // ascending
	Kinds  []Group // most first, as the next three
	Procs  []Group
	Stages []Group
	Others []Group // names of the other side
}

// Use is a text with the number of notices that have it.
type Use struct {
	Text  string
	Count int64
}

// Group is a group of the notices of a party; "" stands for no value.
type Group struct {
	Value string
	Count int64
	Sums  Sums
}

// Sums are the amounts of some notices, in euros: awarded totals, each whole however many parties share it.
type Sums struct {
	Awarded *float64 // sum; nil when none is known
	Median  *float64
	Known   int64 // notices that give one
}

// Profile gathers what is known of a party. A fault of kind NotFound when no notice has it.
func (s Side) Profile(ctx context.Context, v store.View, c *field.Catalogue, k Key) (Profile, error) {
	p := Profile{Key: k}
	var err error
	if p.Where, err = s.where(ctx, v, k); err != nil {
		return p, err
	}
	awarded, published := c.Must("awarded"), c.Must("published")
	total := query.Groups{Where: p.Where, Values: append(sums(awarded), query.Aggregate{Func: query.Min, Field: published}, query.Aggregate{Func: query.Max, Field: published}), Limit: 1}
	for row, err := range v.Groups(ctx, total) {
		if err != nil {
			return p, err
		}
		p.Count, p.Sums = int64(row[0][0].Num), readSums(row)
		p.First, p.Last = str(row[4]), str(row[5])
	}
	if p.Count == 0 {
		return p, s.unknown(k)
	}
	if err := s.identity(ctx, v, &p, published); err != nil {
		return p, err
	}
	year := scalar.Field("year", scalar.Part{Unit: "year", X: scalar.Of(published), Zone: notice.Paris})
	for _, g := range []struct {
		to   *[]Group
		by   *field.Field
		most int
	}{{&p.Years, year, 200}, {&p.Kinds, c.Must("kind"), mostOfField}, {&p.Procs, c.Must("procedure"), mostOfField}, {&p.Stages, c.Must("stage"), mostOfField}} {
		if *g.to, err = groups(ctx, v, p.Where, g.by, awarded, g.most); err != nil {
			return p, err
		}
	}
	slices.SortFunc(p.Years, func(a, b Group) int { return strings.Compare(a.Value, b.Value) })
	p.Others, err = s.others(ctx, v, p.Where, awarded)
	return p, err
}

func (s Side) unknown(k Key) error {
	return fault.New(fault.NotFound, "no notice has %s on this side", k).WithHint("search by words of the name")
}

// where is the predicate of the notices of a party: by name, of those with one of the spellings.
func (s Side) where(ctx context.Context, v store.View, k Key) (query.Expr, error) {
	if k.Slug == "" {
		return s.Has(k), nil
	}
	_, match := s.words(strings.ReplaceAll(k.Slug, "-", " "))
	var spellings []field.Value
	g := query.Groups{Where: match, Keys: []*field.Field{s.Name}, Limit: -1}
	for row, err := range v.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		if len(row[0]) > 0 && Slug(row[0][0].Str) == k.Slug {
			spellings = append(spellings, field.Str(strings.Clone(row[0][0].Str)))
		}
	}
	if len(spellings) == 0 {
		return nil, s.unknown(k)
	}
	return query.In{Field: s.Name, Values: spellings}, nil
}

// identity gathers names and numbers from the latest notices. Columns tell those of notices with one party on the side; where there
// are several, only the notice says what stands together.
func (s Side) identity(ctx context.Context, v store.View, p *Profile, published *field.Field) error {
	names, sirets := map[string]int64{}, map[string]int64{}
	count := func(list []Identity) {
		p.Read++
		seen := map[Identity]bool{} // once for each notice
		for _, id := range list {
			if !p.Key.is(id) {
				continue
			}
			if one := (Identity{Name: id.Name}); id.Name != "" && !seen[one] {
				seen[one] = true
				names[strings.Clone(id.Name)]++
			}
			if one := (Identity{SIRET: id.SIRET}); id.SIRET != "" && !seen[one] {
				seen[one] = true
				sirets[strings.Clone(id.SIRET)]++
			}
		}
	}
	var several []string
	q := query.Query{Where: p.Where, Sort: []query.Key{{Field: published, Desc: true}}, Limit: readNames}
	for row, err := range v.Rows(ctx, q, []*field.Field{s.Name, s.SIREN, s.SIRET}) {
		if err != nil {
			return err
		}
		if len(row.Values[0]) == 1 && len(row.Values[1]) <= 1 && len(row.Values[2]) <= 1 {
			count([]Identity{{Name: row.Values[0][0].Str, SIREN: str(row.Values[1]), SIRET: str(row.Values[2])}})
		} else if len(several) < readSeveral {
			several = append(several, strings.Clone(row.ID))
		}
	}
	if err := s.readAll(ctx, v, several, func(_ string, list []Identity) { count(list) }); err != nil {
		return err
	}
	p.Names, p.SIRETs = uses(names), uses(sirets)
	if len(p.Names) > 0 {
		p.Name = p.Names[0].Text
	}
	return nil
}

func (k Key) is(id Identity) bool {
	switch {
	case k.SIRET != "":
		return id.SIRET == k.SIRET
	case k.SIREN != "":
		return id.SIREN == k.SIREN
	}
	return Slug(id.Name) == k.Slug
}

func uses(counts map[string]int64) []Use {
	var list []Use
	for text, n := range counts {
		list = append(list, Use{text, n})
	}
	slices.SortFunc(list, func(a, b Use) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text)) })
	return list[:min(mostNames, len(list))]
}

func sums(awarded *field.Field) []query.Aggregate {
	return []query.Aggregate{{Func: query.Count}, {Func: query.Sum, Field: awarded}, {Func: query.Percentile, Field: awarded, Q: 0.5}, {Func: query.Count, Field: awarded}}
}

// readSums reads the four values of sums.
func readSums(row [][]field.Value) Sums {
	number := func(v []field.Value) *float64 {
		if len(v) == 0 {
			return nil
		}
		n := v[0].Num
		return &n
	}
	return Sums{number(row[1]), number(row[2]), int64(row[3][0].Num)}
}

func str(v []field.Value) string {
	if len(v) == 0 {
		return ""
	}
	return strings.Clone(v[0].Str)
}

func groups(ctx context.Context, v store.View, where query.Expr, by, awarded *field.Field, most int) ([]Group, error) {
	var list []Group
	g := query.Groups{Where: where, Keys: []*field.Field{by}, Values: sums(awarded), Sort: []query.GroupSort{{Column: 1, Desc: true}}, Limit: most}
	for row, err := range v.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		one := Group{Value: str(row[0]), Count: int64(row[1][0].Num), Sums: readSums(row[1:])}
		if by.Type == field.Int && len(row[0]) > 0 {
			one.Value = fmt.Sprintf("%04d", int(row[0][0].Num))
		}
		list = append(list, one)
	}
	return list, nil
}

// others are the names of the other side, spellings that fold alike together.
func (s Side) others(ctx context.Context, v store.View, where query.Expr, awarded *field.Field) ([]Group, error) {
	found, err := groups(ctx, v, and(where, query.Not{X: query.Null{Field: s.other}}), s.other, awarded, 10*mostOthers)
	if err != nil {
		return nil, err
	}
	var list []Group
	for _, g := range found {
		i := slices.IndexFunc(list, func(o Group) bool { return Slug(o.Value) == Slug(g.Value) })
		if i < 0 {
			g.Sums.Median = nil // medians do not add
			list = append(list, g)
			continue
		}
		o := &list[i]
		o.Count += g.Count
		o.Sums.Known += g.Sums.Known
		if g.Sums.Awarded != nil {
			sum := *g.Sums.Awarded
			if o.Sums.Awarded != nil {
				sum += *o.Sums.Awarded
			}
			o.Sums.Awarded = &sum
		}
	}
	slices.SortStableFunc(list, func(a, b Group) int { return cmp.Compare(b.Count, a.Count) })
	return list[:min(mostOthers, len(list))], nil
}
