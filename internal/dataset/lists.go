package dataset

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	memtable "github.com/boamp/boamp/internal/store/table"
)

// Ids of the lists. The first has the name that the portal gave it, with the slash at its end.
const (
	KeyWords     = "liste-mots-descripteurs-boamp/"
	NoticeTypes  = "type_avis_list"
	Regions      = "departements_regions_list"
	Departements = "liste-departements"
)

// list is a small data set: texts in columns.
type list struct {
	id, uid string
	columns []listColumn
	rows    [][]string // "" is null
	metas   Metas
}

type listColumn struct{ name, label, labelEN, description string }

// lists are the small data sets of the portal whose contents are known. The columns of the first were seen in answers; those of the
// others are not known, and the names here are ours. What the portal has besides (svg-departements, date-manager, joue) is not known.
func lists() []list {
	return []list{keyWords(), noticeTypes(), regions(), departements()}
}

func keyWords() list {
	l := list{id: KeyWords, uid: "da_boamp4", metas: listMetas("Liste des descripteurs du BOAMP", "Codes et libellés des mots clés qui classent les annonces.", "descripteurs", "mots clés")}
	l.columns = []listColumn{
		{"mc_code", "Code", "Code", "Code du descripteur, celui des champs dc et descripteur_code."},
		{"mc_libelle", "Libellé", "Label", "Libellé du descripteur, le plus récent connu."},
	}
	for _, code := range codelist.Descripteurs() {
		label, _ := codelist.Descripteur(code)
		l.rows = append(l.rows, []string{code, label})
	}
	return l
}

func noticeTypes() list {
	l := list{id: NoticeTypes, uid: "da_boamp5", metas: listMetas("Types d'avis", "Types d'avis proposés par le formulaire de recherche, valeurs du champ type_avis.", "types d'avis")}
	l.columns = []listColumn{
		{"code", "Code", "Code", "Code du type d'avis, celui du champ type_avis."},
		{"libelle", "Libellé", "Label", "Libellé du type d'avis."},
		{"groupe", "Groupe", "Group", "Code du type d'avis qui réunit celui-ci ; vide pour un groupe."},
	}
	for _, a := range codelist.TypesAvis() {
		l.rows = append(l.rows, []string{a.Code, a.Label, a.Group})
	}
	return l
}

func regions() list {
	l := list{id: Regions, uid: "da_boamp6", metas: listMetas("Départements et régions", "Départements et régions auxquelles ils appartiennent.", "départements", "régions")}
	l.columns = []listColumn{
		{"code_departement", "Code du département", "Code of the department", "Code du département, celui du champ code_departement."},
		{"departement", "Département", "Department", "Nom du département ou de la collectivité."},
		{"code_region", "Code de la région", "Code of the region", "Code INSEE de la région ; vide hors des régions."},
		{"region", "Région", "Region", "Nom de la région ; vide hors des régions."},
	}
	for _, d := range codelist.Departements() {
		l.rows = append(l.rows, []string{d.Code, d.Label, d.Region, d.RegionName})
	}
	return l
}

func departements() list {
	l := list{id: Departements, uid: "da_boamp7", metas: listMetas("Liste des départements", "Départements et collectivités par lesquels les annonces sont classées.", "départements")}
	l.columns = []listColumn{
		{"code", "Code", "Code", "Code du département, celui du champ code_departement."},
		{"libelle", "Libellé", "Label", "Nom du département ou de la collectivité."},
	}
	for _, d := range codelist.Departements() {
		l.rows = append(l.rows, []string{d.Code, d.Label})
	}
	return l
}

// set makes the data set of a list. A row has the columns, then recordid, record_timestamp and record_size, then its rank, which
// orders the list.
func (l list) set() *Set {
	s := &Set{ID: l.id, UID: l.uid, Metas: l.metas, Annotations: map[string]Annotations{}, Descriptions: map[string]string{}, Features: []string{"analyze"}}
	for i, c := range l.columns {
		f := rowField(c.name, c.label, c.labelEN, field.Text, i)
		f.Words = true
		s.Columns = append(s.Columns, f)
		s.Annotations[c.name] = Annotations{}
		s.Descriptions[c.name] = c.description
	}
	n := len(l.columns)
	record := []*field.Field{
		rowField(field.RecordID, "Identifiant d'enregistrement", "Record identifier", field.Text, n),
		rowField(field.RecordTimestamp, "Date de l'enregistrement", "Record time", field.DateTime, n+1),
		rowField(field.RecordSize, "Taille", "Record size", field.Int, n+2),
	}
	rank := rowField("rang", "Rang", "Rank", field.Int, n+3)
	s.Text, s.Order = s.Columns, []query.Key{{Field: rank}}
	s.Fields = field.CatalogueOf(slices.Concat(s.Columns, technical(l.id, record))...)
	s.Open = table(slices.Concat(s.Columns, record, []*field.Field{rank}), l.values(), s.Order, store.Info{Revision: 1, LastUpdate: l.metas.Modified})
	return s
}

// values makes the rows.
func (l list) values() []field.Row {
	var rows []field.Row
	for rank, texts := range l.rows {
		size, row := 0, field.Row{}
		for _, t := range texts {
			row = append(row, optional(t))
			size += len(t)
		}
		row = append(row, []field.Value{field.Str(field.RecordIDOf(l.id + texts[0]))}, []field.Value{field.Instant(l.metas.Modified)},
			[]field.Value{field.Num(float64(size))}, []field.Value{field.Num(float64(rank))})
		rows = append(rows, row)
	}
	return rows
}

// rowField is the field that reads column i of a row.
func rowField(name, label, labelEN string, t field.Type, i int) *field.Field {
	return &field.Field{Name: name, Label: label, LabelEN: labelEN, Type: t, Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }}
}

// table serves rows. fields are all that rows have values for, among them recordid, which tells the rows apart; order is that of
// requests that name none, info what views tell of the rows but for their number.
func table(fields []*field.Field, rows []field.Row, order []query.Key, info store.Info) func(ctx context.Context) (store.View, error) {
	c := field.CatalogueOf(fields...)
	id := c.Must(field.RecordID)
	return memtable.New(c, rows, info, order, func(r field.Row) string { return id.Get(r)[0].Str }).Open
}
