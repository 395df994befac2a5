// Package portal derives the flat record of a notice, the 41 fields of the data set "boamp", from the management header
// and body of its document, exactly as the Explore portal does: stripped zeros, mixed deadlines, objects or arrays and all.
// The truth stands beside it in the typed notice; here fidelity is the only rule. docs/fidelity.md says how far it goes.
//
// The package also reads records in every form in which the portal has given them (ParseRecord), writes them in the form of
// its API v2.1 (AppendRecord), compares them (Diff), and builds the header that the portal made for V110 (SynthesizeV110).
package portal

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Input is what the portal derives a record from.
type Input struct {
	Gestion tree.Node
	Donnees tree.Node
	Schema  string // value of source_schema: "Boamp_v110.xsd", "Boamp_v230.xsd", "3.2.5"
	// Filename is the portal's `filename`: the name of the archive for V110 and V230, the idweb for 3.2.5. Empty means unknown.
	// An extension is cut, and a name that is no parution of V230 (that of a single file, say) counts as unknown.
	Filename string
}

// is325 tells the envelope of 3.2.5 by the schema or by the header, which names it.
func (in Input) is325() bool {
	return strings.HasPrefix(in.Schema, "3.") || in.Gestion.Child("INDEXATION").Has("SCHEMA")
}

// Derive gives the record. Fields that cannot be derived are null.
//
// The rules go by the shape of the two halves and not by the schema, because each generation has its own names: V240, of
// which no document is known, gets the rules of whatever names it uses.
func Derive(in Input) notice.Record {
	reference, index := in.Gestion.Child("REFERENCE"), in.Gestion.Child("INDEXATION")
	rec := notice.Record{
		Objet:                     text(index.Child("RESUME_OBJET")),
		CodeDepartementPrestation: text(index.Child("DEP_PRESTATION")),
		Dateparution:              date(index.Child("DATE_PUBLICATION")),
		Datefindiffusion:          date(index.Child("DATE_FIN_DIFFUSION")),
		Datelimitereponse:         deadline(index.Child("DATE_LIMITE_REPONSE").Text()),
		Nomacheteur:               first(index.Child("NOMORGANISME"), index.Child("NOMACHETEUR_V1"), in.Donnees.Child("IDENTITE", "DENOMINATION")),
		Titulaire:                 texts(index.Child("TITULAIRES"), "DENOMINATION"),
		Contractfolderid:          first(in.Donnees.Child("EFORMS").First().Child("cbc:ContractFolderID"), in.Donnees.Child("cbc:ContractFolderID")),
		SourceSchema:              given(in.Schema),
		Gestion:                   asJSON(in.Gestion, !in.is325()),
		Donnees:                   asJSON(in.Donnees, !in.is325()),
	}
	identify(&rec, in, first(reference.Child("IDWEB"), in.Gestion.Child("NOJO")))
	classify(&rec, reference.Child("TYPE_AVIS"))
	procedure(&rec, index, in.Donnees)
	market(&rec, index, in.Donnees)
	keywords(&rec, index)
	earlier(&rec, in.Gestion)
	for dep := range index.Each("DEP_PUBLICATION") {
		if code := dep.Text(); code != "" {
			rec.CodeDepartement = append(rec.CodeDepartement, codelist.StripZero(code))
		}
	}
	for c := range index.Child("CRITERES_SOCIAUX_ENV").All() {
		rec.Criteres = append(rec.Criteres, strings.ToLower(c.Name()))
	}
	return rec
}

// identify fills what follows from the idweb alone, and the filename.
func identify(rec *notice.Record, in Input, idweb *string) {
	if idweb == nil {
		rec.Filename = filename(in, "")
		return
	}
	rec.Idweb = *idweb
	rec.ID = strings.ReplaceAll(*idweb, "-", "_")
	rec.URLAvis = given("https://www.boamp.fr/pages/avis/?q=idweb:" + *idweb)
	rec.Filename = filename(in, *idweb)
}

// classify fills what follows from REFERENCE/TYPE_AVIS.
func classify(rec *notice.Record, typeAvis tree.Node) {
	rec.Famille = choice(typeAvis.Child("FAMILLE"))
	if rec.Famille != nil {
		rec.FamilleLibelle = label(codelist.Familles(), *rec.Famille)
	}
	rec.Perimetre = choice(typeAvis.Child("PERIMETRE"))
	rec.Etat = choice(typeAvis.Child("STATUT"))
	nature := typeAvis.Child("NATURE").First()
	rec.Nature = given(nature.Name())
	rec.Sousnature = choice(nature)
	if rec.Nature != nil {
		k := kind{value(rec.Famille), *rec.Nature, value(rec.Sousnature)}
		k.fill(rec)
	}
}

// procedure fills type_procedure and what follows from it.
func procedure(rec *notice.Record, index, donnees tree.Node) {
	rec.TypeProcedure = choice(index.Child("TYPE_PROCEDURE"))
	if rec.TypeProcedure == nil {
		rec.TypeProcedure = text(index.Child("TYPE_PROCEDURE_V1"))
	}
	if rec.TypeProcedure == nil {
		rec.TypeProcedure = choice(donnees.Child("PROCEDURE", "TYPE_PROCEDURE"))
	}
	code := value(rec.TypeProcedure)
	rec.ProcedureCategorise = given(code + "/")
	rec.ProcedureLibelle = label(codelist.TypesProcedure(), code)
	if rec.ProcedureLibelle == nil {
		rec.ProcedureLibelle = given(codelist.ProcedureNC)
	}
}

// market fills type_marche and its labels: from the index (3.2.5), the object (V230) or the information block (V110).
func market(rec *notice.Record, index, donnees tree.Node) {
	add := func(parent tree.Node) {
		for c := range parent.All() {
			code := notice.KindOf(c.Name()).Code()
			l := label(codelist.TypesMarche(), code)
			if l == nil || contains(rec.TypeMarche, code) {
				continue
			}
			rec.TypeMarche = append(rec.TypeMarche, code)
			rec.TypeMarcheFacette = append(rec.TypeMarcheFacette, *l)
		}
	}
	add(index.Child("NATURE_MARCHE"))
	for o := range donnees.Each("OBJET") {
		add(o.Child("TYPE_MARCHE"))
	}
	for info := range donnees.Each("INFO") {
		add(info)
	}
}

// keywords fills the three fields of the descriptors. A descriptor without code keeps its place with a blank code, so that
// codes and labels stay in step.
func keywords(rec *notice.Record, index tree.Node) {
	for d := range index.Child("DESCRIPTEURS").Each("DESCRIPTEUR") {
		code, libelle := d.Child("CODE").Text(), d.Child("LIBELLE").Text()
		if code == "" && libelle == "" {
			continue
		}
		rec.DescripteurCode = append(rec.DescripteurCode, code)
		rec.DescripteurLibelle = append(rec.DescripteurLibelle, libelle)
		rec.DC = append(rec.DC, code)
	}
}

// earlier fills the links: REFERENCE/ANNONCE_ANTERIEUR of 3.2.5, MARCHE/ANNONCE_ANTERIEUR of V230, repetitions kept.
func earlier(rec *notice.Record, gestion tree.Node) {
	for a := range gestion.Child("REFERENCE").Each("ANNONCE_ANTERIEUR") {
		if id := a.Child("IDWEB").Text(); id != "" {
			rec.AnnonceLie = append(rec.AnnonceLie, id)
		}
	}
	anterieur := gestion.Child("MARCHE", "ANNONCE_ANTERIEUR")
	if !anterieur.Exists() {
		return
	}
	rec.AnnoncesAnterieures = given(string(anterieur.AppendJSONGroup(nil)))
	for a := range gestion.Child("MARCHE").Each("ANNONCE_ANTERIEUR") {
		if id := a.Child("REFERENCE", "IDWEB").Text(); id != "" {
			rec.AnnonceLie = append(rec.AnnonceLie, id)
		}
	}
}
