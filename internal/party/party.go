// Package party answers questions about those who buy and those who win: which there are, and what is known of one. It asks a
// store.View like every other reader, keeps nothing, and reads what a name belongs to from the notices themselves.
//
// A party is known by its number (SIRET of 14 digits, SIREN of 9 for all its establishments), or by its name: the slug of a name is
// its folded words joined by hyphens, so that spellings that differ in case, accents and punctuation are one. Names are ambiguous in
// both directions: two organisations may share one, and one organisation may be written in several ways. A party by name is therefore
// every notice in which the name stands, with a number or without; Profile tells the numbers that stand beside it.
package party

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// Side is the part that parties have in a notice.
type Side struct {
	Name, SIRET, SIREN *field.Field
	pairs              *field.Field // what stands together in one notice, see Identity
	other              *field.Field // names of the other side
	day                *field.Field // of publication
	idweb              *field.Field
}

// Buyers is the side of those who buy.
func Buyers(c *field.Catalogue) Side {
	return side(c, "buyer", "winner", func(n *notice.Notice) []*notice.Party {
		list := make([]*notice.Party, len(n.Buyers))
		for i := range n.Buyers {
			list[i] = &n.Buyers[i]
		}
		return list
	})
}

// Suppliers is the side of those who win.
func Suppliers(c *field.Catalogue) Side {
	return side(c, "winner", "buyer", func(n *notice.Notice) []*notice.Party {
		var list []*notice.Party
		for i := range n.Results {
			for j := range n.Results[i].Winners {
				list = append(list, &n.Results[i].Winners[j].Party)
			}
		}
		return list
	})
}

func side(c *field.Catalogue, name, other string, parties func(n *notice.Notice) []*notice.Party) Side {
	return Side{
		Name: c.Must(name + "_name"), SIRET: c.Must(name + "_siret"), SIREN: c.Must(name + "_siren"), other: c.Must(other + "_name"), day: c.Must("published"), idweb: c.Must("idweb"),
		pairs: &field.Field{Name: name + "_identities", Label: name, LabelEN: name, Multi: true, Opaque: true, Doc: "number and name of each party", Get: func(r field.Record) []field.Value {
			var values []field.Value
			for _, p := range parties(r.(*notice.Notice)) {
				id := Identity{Name: p.Name}
				if p.ID != nil {
					id.SIRET, id.SIREN = p.ID.SIRET, p.ID.SIREN
				}
				if v := field.Str(id.text()); !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
			return values
		}},
	}
}

// Identity is how one notice names a party.
type Identity struct {
	SIRET, SIREN string // "" for none
	Name         string
}

func (i Identity) text() string { return i.SIRET + "\t" + i.SIREN + "\t" + i.Name }

// identities reads what a column of pairs holds.
func identities(values []field.Value) []Identity {
	list := make([]Identity, 0, len(values))
	for _, v := range values {
		parts := strings.SplitN(v.Str, "\t", 3)
		if len(parts) == 3 {
			list = append(list, Identity{parts[0], parts[1], parts[2]})
		}
	}
	return list
}

// Slug is the stable text of a name for addresses: "Ville de Saint-Étienne" is "ville-de-saint-etienne". "" for a name without a letter
// or digit.
func Slug(name string) string {
	var words []string
	text.EachWord(name, func(word, _ string) { words = append(words, word) })
	return strings.Join(words, "-")
}

// Key names a party: exactly one of its members is given.
type Key struct {
	SIRET, SIREN, Slug string
}

// ParseKey reads the last part of an address. A fault of kind Invalid for what can be none.
func ParseKey(s string) (Key, error) {
	digits := strings.NewReplacer(" ", "", "\u00a0", "", ".", "").Replace(s)
	number := digits != "" && strings.Trim(digits, "0123456789") == ""
	switch {
	case number && len(digits) == 14:
		return Key{SIRET: digits}, nil
	case number && len(digits) == 9:
		return Key{SIREN: digits}, nil
	case Slug(s) == "":
		return Key{}, fault.New(fault.Invalid, "%q is neither a number nor a name", s).WithHint("a SIRET (14 digits), a SIREN (9 digits), or the words of a name joined by hyphens")
	}
	return Key{Slug: Slug(s)}, nil
}

// String is the key as it stands in an address.
func (k Key) String() string { return k.SIRET + k.SIREN + k.Slug }

// Has is the predicate of the notices with a number, a SIRET or a SIREN.
func (s Side) Has(k Key) query.Expr {
	f, v := s.SIRET, k.SIRET
	if k.SIREN != "" {
		f, v = s.SIREN, k.SIREN
	}
	return query.Compare{Field: f, Op: query.Eq, Value: field.Str(v)}
}

// words are the tokens by which names are looked for, and the predicate of the notices that have all of them in their names.
func (s Side) words(name string) ([]query.Token, query.Expr) {
	tokens := query.Each(text.Terms(name)...)
	return tokens, query.Words{Fields: []*field.Field{s.Name}, Tokens: tokens}
}
