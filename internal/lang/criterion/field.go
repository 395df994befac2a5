package criterion

import (
	"slices"

	"github.com/boamp/boamp/internal/text"
)

// Kind is how the values of a field are read.
type Kind string

const (
	Version    Kind = "version"    // v0 to v3, or the name of a generation
	Identity   Kind = "identity"   // the whole value, in any case
	Code       Kind = "code"       // of a list, in any case, or its label; * behind a beginning
	Day        Kind = "day"        // can be compared; a month or a year is a period
	Instant    Kind = "instant"    // likewise, of a moment, in French time
	Department Kind = "department" // in each of its forms: 1, 01, 2A, 20A
	Region     Kind = "region"     // by its INSEE code, before 2016 or since
	Words      Kind = "words"      // found by words
	Currency   Kind = "currency"   // of an amount in the body
	Descriptor Kind = "descriptor" // code of a key word, or words of its label
)

// Field is a name that a criterion can compare.
type Field struct {
	Name    string
	Kind    Kind
	Of      []string // fields of the catalogue
	Either  bool     // a notice has one value: asked twice with AND, either holds
	Seen    bool     // known from what clients wrote; the others are additions
	Doc     string
	Example string
}

// Fields lists the fields. This is the one table of them: the parser and the documentation read it.
func Fields() []Field { return slices.Clone(table) }

var table = []Field{
	{"source_cat", Version, []string{"version"}, true, true, "generation: v0 is V010, v1 is V110, v2 and v3 are V230; v240, v325 and eforms by name", "source_cat:v2"},
	{"idweb", Identity, []string{"idweb"}, false, true, "number of the notice", "idweb:16-941"},
	{"dateparution", Day, []string{"dateparution"}, false, true, "day of publication", "dateparution>=2016/01/07"},
	{"datefindiffusion", Day, []string{"datefindiffusion"}, false, true, "last day of display", "datefindiffusion>=20180527"},
	{"datelimitereponse", Instant, []string{"deadline"}, false, false, "deadline, the true instant", "datelimitereponse>2026/10/01"},
	{"nature", Code, []string{"nature"}, false, true, "kind of notice", "nature:ATTRIBUTION"},
	{"nature_cat", Code, []string{"nature"}, false, true, "the same", "nature_cat=attribution"},
	{"famille_cat", Code, []string{"famille"}, true, true, "MAPA, FNS, JOUE, DSP or DIVERS", "famille_cat:JOUE"},
	{"famille", Code, []string{"famille"}, true, false, "the same", "famille:FNS"},
	{"etat", Code, []string{"etat"}, true, false, "status as written: INITIAL, RECTIFICATIF, ANNULATION, MODIFICATION", "etat:ANNULATION"},
	{"typemarche", Code, []string{"type_marche"}, false, false, "TRAVAUX, FOURNITURES or SERVICES", "typemarche:TRAVAUX"},
	{"typeprocedure", Code, []string{"type_procedure"}, false, false, "procedure", "typeprocedure:OUVERT"},
	{"numerodepartement", Department, []string{"code_departement"}, false, true, "department of publication", "numerodepartement:40"},
	{"numeroregion", Region, []string{"code_departement"}, false, true, "region of publication, by the INSEE code before 2016 or since", "numeroregion:42"},
	{"nomacheteur", Words, []string{"nomacheteur", "buyer_name"}, false, true, "buyer", "nomacheteur:syctom"},
	{"titulaire", Words, []string{"titulaire", "winner_name"}, false, false, "winner", "titulaire:dupont"},
	{"objet", Words, []string{"objet", "title"}, false, false, "subject", "objet:voirie"},
	{"devise", Currency, []string{"donnees"}, false, true, "currency of an amount in the body", "devise:EUR"},
	{"classementdescripteur_cat", Descriptor, []string{"descripteur_code", "descripteur_libelle"}, false, true, "key word, by its code or words of its label", "classementdescripteur_cat:341"},
	{"descripteur", Descriptor, []string{"descripteur_code", "descripteur_libelle"}, false, false, "the same", "descripteur:terrassement"},
	{"cpv", Identity, []string{"cpv"}, false, false, "CPV code of eight digits, or its beginning with *", "cpv:4523*"},
}

// find finds a field by its name, in any case and without accents.
func find(name string) *Field {
	name = text.Fold(name)
	for i := range table {
		if table[i].Name == name {
			return &table[i]
		}
	}
	return nil
}
