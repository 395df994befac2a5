package v230

import (
	_ "embed"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// The names of the elements of V230, one a line: all that its schema has (506).
//
//go:embed names.txt
var namesV230 string

// The names that V240 adds, as far as they are known: no schema of it is public. Clients of the Explore data set read
// them out of national notices of 2022 and 2023; the NON halves of OUI/NON pairs are added.
//
//go:embed names240.txt
var namesV240 string

// known holds the names of both versions, added those of V240 only.
var (
	known = nameSet(namesV230, namesV240)
	added = nameSet(namesV240)
)

// repeats are the elements that the schema lets come several times beside one another. ADRESSE is that of a list; PRINCIPAL and
// SERVICE are read however often they come.
var repeats = nameSet(`ADRESSE ANNONCE_ANTERIEUR CLASSE CODE_NUTS CONDITION_PARTICIPATION_SYSTME_QUALIF CPV CRITERE DECISION
DEP_PUBLICATION DESCRIPTEUR LANGUE LIEU_EXEC_LIVR LOT MEMBRE_JURY MODIFICATION NOMS_PARTICIPANTS_SELECTIONNES OBJET
ORIGINE_NON_COMMUNAUTAIRE P POIDS PRINCIPAL PUBLICATION_JOUE PUBLICATION_PAPIER REFERENCE_PUBLICATION RENSEIGNEMENT SERVICE
SUPPLEMENTAIRE TABLE TD TITRE TITULAIRE TR`)

func mayRepeat(name string) bool { return repeats[name] }

func nameSet(lists ...string) map[string]bool {
	set := make(map[string]bool, 1024)
	for _, list := range lists {
		for name := range strings.FieldsSeq(list) {
			set[name] = true
		}
	}
	return set
}

// VersionOf tells V240 from V230 by what the halves of a document hold: elements that V240 added. V230 is the answer for
// everything else.
func VersionOf(halves ...tree.Node) notice.Version {
	for _, half := range halves {
		for e := range half.Descend() {
			if added[e.Name()] {
				return notice.V240
			}
		}
	}
	return notice.V230
}
