package procedure

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// likeness says how the buyers of two notices compare.
type likeness int

const (
	sameBuyer     likeness = iota // an identifier in common, or names alike where there are no two SIREN to compare
	doubtfulBuyer                 // each has a SIREN, none in common, but names are alike
	unknownBuyer                  // one of the notices does not say who buys
	unlikeNames                   // names have no word in common, and there are no two SIREN to compare
	otherBuyer                    // each has a SIREN, none in common, and names have no word in common
)

// shortestCut is how many letters and digits a name has at least that was cut short: records keep about 40 characters.
const shortestCut = 20

// identity is who buys, as far as it can be compared.
type identity struct {
	sirens []string
	ids    []string   // identifiers as written, letters and digits alone: those of other countries, and those that fail their check
	names  []string   // folded, without separators
	words  [][]string // of each name, those that tell buyers apart
}

func identityOf(n *notice.Notice) identity {
	var id identity
	for i := range n.Buyers {
		b := &n.Buyers[i]
		if b.ID != nil && b.ID.SIREN != "" && !slices.Contains(id.sirens, b.ID.SIREN) {
			id.sirens = append(id.sirens, b.ID.SIREN)
		}
		if b.ID != nil {
			if written := strings.Join(alnum(b.ID.Written), ""); len(written) >= 6 {
				id.ids = append(id.ids, written)
			}
		}
		id.name(b.Name)
	}
	if name := n.Record.Nomacheteur; name != nil {
		id.name(*name)
	}
	return id
}

func (id *identity) name(s string) {
	words := alnum(s)
	name := strings.Join(words, "")
	if name == "" || slices.Contains(id.names, name) {
		return
	}
	id.names = append(id.names, name)
	id.words = append(id.words, slices.DeleteFunc(words, func(w string) bool { return len(w) < 3 || commonWords[w] }))
}

func alnum(s string) []string {
	return strings.FieldsFunc(text.Fold(s), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' })
}

// commonWords stand in names of many buyers.
var commonWords = map[string]bool{
	"ville": true, "commune": true, "mairie": true, "communaute": true, "agglomeration": true, "communes": true, "metropole": true,
	"departement": true, "conseil": true, "departemental": true, "general": true, "regional": true, "region": true, "syndicat": true,
	"intercommunal": true, "mixte": true, "centre": true, "hospitalier": true, "universitaire": true, "hopital": true, "universite": true,
	"office": true, "public": true, "habitat": true, "des": true, "les": true, "aux": true, "sur": true, "pour": true, "service": true,
	"services": true, "direction": true, "ministere": true, "prefecture": true, "chambre": true, "societe": true, "sem": true, "saint": true,
	"sainte": true, "pays": true, "val": true, "mer": true, "france": true, "national": true, "nationale": true, "groupement": true, "lycee": true,
}

// compare says how two buyers compare. Names are alike when they are equal without separators, when one is the other cut short, as
// records do with long ones, or when they have a word in common that few other buyers have.
func (id identity) compare(o identity) likeness {
	differ := len(id.sirens) > 0 && len(o.sirens) > 0 && !shared(id.sirens, o.sirens)
	switch alike := id.alike(o); {
	case differ && alike:
		return doubtfulBuyer
	case differ:
		return otherBuyer
	case alike || shared(id.sirens, o.sirens) || shared(id.ids, o.ids):
		return sameBuyer
	case len(id.names) == 0 || len(o.names) == 0:
		return unknownBuyer
	}
	return unlikeNames
}

func (id identity) alike(o identity) bool {
	if shared(id.names, o.names) || id.cuts(o) || o.cuts(id) {
		return true
	}
	for _, a := range id.words {
		if slices.ContainsFunc(o.words, func(b []string) bool { return shared(a, b) }) {
			return true
		}
	}
	return false
}

// cuts reports whether a name is one of the other's cut short. It must be long, and say more than what kind of buyer it is.
func (id identity) cuts(o identity) bool {
	for i, name := range id.names {
		cut := func(whole string) bool { return strings.HasPrefix(whole, name) }
		if len(name) >= shortestCut && len(id.words[i]) > 0 && slices.ContainsFunc(o.names, cut) {
			return true
		}
	}
	return false
}

func shared(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// who names a buyer in a reason.
func (id identity) who() string {
	if len(id.sirens) > 0 {
		return "SIREN " + strings.Join(id.sirens, ", ")
	}
	return "no SIREN"
}
