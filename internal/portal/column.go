package portal

import (
	"github.com/boamp/boamp/internal/notice"
)

// column is one of the 41 fields: its name and where a record keeps it. The pointer is of one of five types, which say the
// type of the field: *string (never null), **string (text), *[]string (several texts), *notice.Date, *time.Time.
type column struct {
	name string
	at   func(*notice.Record) any
}

// columns are the fields in the portal's order.
var columns = [...]column{
	{"idweb", func(r *notice.Record) any { return &r.Idweb }},
	{"id", func(r *notice.Record) any { return &r.ID }},
	{"contractfolderid", func(r *notice.Record) any { return &r.Contractfolderid }},
	{"objet", func(r *notice.Record) any { return &r.Objet }},
	{"filename", func(r *notice.Record) any { return &r.Filename }},
	{"famille", func(r *notice.Record) any { return &r.Famille }},
	{"code_departement", func(r *notice.Record) any { return &r.CodeDepartement }},
	{"code_departement_prestation", func(r *notice.Record) any { return &r.CodeDepartementPrestation }},
	{"famille_libelle", func(r *notice.Record) any { return &r.FamilleLibelle }},
	{"dateparution", func(r *notice.Record) any { return &r.Dateparution }},
	{"datefindiffusion", func(r *notice.Record) any { return &r.Datefindiffusion }},
	{"datelimitereponse", func(r *notice.Record) any { return &r.Datelimitereponse }},
	{"nomacheteur", func(r *notice.Record) any { return &r.Nomacheteur }},
	{"titulaire", func(r *notice.Record) any { return &r.Titulaire }},
	{"perimetre", func(r *notice.Record) any { return &r.Perimetre }},
	{"type_procedure", func(r *notice.Record) any { return &r.TypeProcedure }},
	{"soustype_procedure", func(r *notice.Record) any { return &r.SoustypeProcedure }},
	{"procedure_libelle", func(r *notice.Record) any { return &r.ProcedureLibelle }},
	{"procedure_categorise", func(r *notice.Record) any { return &r.ProcedureCategorise }},
	{"nature", func(r *notice.Record) any { return &r.Nature }},
	{"sousnature", func(r *notice.Record) any { return &r.Sousnature }},
	{"nature_libelle", func(r *notice.Record) any { return &r.NatureLibelle }},
	{"sousnature_libelle", func(r *notice.Record) any { return &r.SousnatureLibelle }},
	{"nature_categorise", func(r *notice.Record) any { return &r.NatureCategorise }},
	{"nature_categorise_libelle", func(r *notice.Record) any { return &r.NatureCategoriseLibelle }},
	{"criteres", func(r *notice.Record) any { return &r.Criteres }},
	{"marche_public_simplifie", func(r *notice.Record) any { return &r.MarchePublicSimplifie }},
	{"marche_public_simplifie_label", func(r *notice.Record) any { return &r.MarchePublicSimplifieLabel }},
	{"etat", func(r *notice.Record) any { return &r.Etat }},
	{"descripteur_code", func(r *notice.Record) any { return &r.DescripteurCode }},
	{"dc", func(r *notice.Record) any { return &r.DC }},
	{"descripteur_libelle", func(r *notice.Record) any { return &r.DescripteurLibelle }},
	{"type_marche", func(r *notice.Record) any { return &r.TypeMarche }},
	{"type_marche_facette", func(r *notice.Record) any { return &r.TypeMarcheFacette }},
	{"type_avis", func(r *notice.Record) any { return &r.TypeAvis }},
	{"annonce_lie", func(r *notice.Record) any { return &r.AnnonceLie }},
	{"annonces_anterieures", func(r *notice.Record) any { return &r.AnnoncesAnterieures }},
	{"source_schema", func(r *notice.Record) any { return &r.SourceSchema }},
	{"gestion", func(r *notice.Record) any { return &r.Gestion }},
	{"donnees", func(r *notice.Record) any { return &r.Donnees }},
	{"url_avis", func(r *notice.Record) any { return &r.URLAvis }},
}

// columnOf finds a field by name, nil when the portal has none of it.
func columnOf(name string) *column {
	for i := range columns {
		if columns[i].name == name {
			return &columns[i]
		}
	}
	return nil
}

// Names lists the 41 fields in the portal's order.
func Names() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// multi reports whether the field has several values.
func (c *column) multi() bool {
	_, ok := c.at(&notice.Record{}).(*[]string)
	return ok
}

// Multi reports whether a field of the portal has several values; false for a name that is none.
func Multi(name string) bool {
	c := columnOf(name)
	return c != nil && c.multi()
}
