package field

import "github.com/boamp/boamp/internal/notice"

// flat lists the 41 fields of the Explore data set in the portal's order. How the portal derives them is in package portal.
func flat() []*Field {
	rec := func(get func(r *notice.Record) *string) func(Record) []Value {
		return of(func(n *notice.Notice) []Value { return optional(get(&n.Record)) })
	}
	list := func(get func(r *notice.Record) []string) func(Record) []Value {
		return of(func(n *notice.Notice) []Value { return texts(get(&n.Record)) })
	}
	day := func(get func(r *notice.Record) notice.Date) func(Record) []Value {
		return of(func(n *notice.Notice) []Value { return date(get(&n.Record)) })
	}
	type r = notice.Record
	fields := []*Field{
		{Name: "idweb", Label: "Référence de l'annonce", LabelEN: "Notice number", Doc: "gestion REFERENCE/IDWEB: two digits of the year, then a number", Get: of(func(n *notice.Notice) []Value { return single(n.Record.Idweb) })},
		{Name: "id", Label: "Identifiant", LabelEN: "Identifier", Doc: "idweb with an underscore", Get: of(func(n *notice.Notice) []Value { return single(n.Record.ID) })},
		{Name: "contractfolderid", Label: "Identifiant de procédure", LabelEN: "Procedure identifier", Doc: "cbc:ContractFolderID of eForms (BT-04)", Get: rec(func(r *r) *string { return r.Contractfolderid })},
		{Name: "objet", Label: "Objet", LabelEN: "Subject", Doc: "INDEXATION/RESUME_OBJET, at most 200 characters", Get: rec(func(r *r) *string { return r.Objet })},
		{Name: "filename", Label: "Fichier", LabelEN: "File", Doc: "file or archive the notice came in", Get: rec(func(r *r) *string { return r.Filename })},
		{Name: "famille", Label: "Seuil de marché (code)", LabelEN: "Threshold (code)", Facet: true, Doc: "TYPE_AVIS/FAMILLE", Get: rec(func(r *r) *string { return r.Famille })},
		{Name: "code_departement", Label: "Département de publication", LabelEN: "Department of publication", Multi: true, Facet: true, Doc: "INDEXATION/DEP_PUBLICATION without leading zero", Get: list(func(r *r) []string { return r.CodeDepartement })},
		{Name: "code_departement_prestation", Label: "Département de prestation", LabelEN: "Department of performance", Doc: "INDEXATION/DEP_PRESTATION as written; V230 only", Get: rec(func(r *r) *string { return r.CodeDepartementPrestation })},
		{Name: "famille_libelle", Label: "Seuil de marché", LabelEN: "Threshold", Facet: true, Doc: "label of famille", Get: rec(func(r *r) *string { return r.FamilleLibelle })},
		{Name: "dateparution", Label: "Date de parution", LabelEN: "Publication date", Type: Date, Facet: true, Doc: "INDEXATION/DATE_PUBLICATION", Get: day(func(r *r) notice.Date { return r.Dateparution })},
		{Name: "datefindiffusion", Label: "Date de fin de diffusion", LabelEN: "End of display", Type: Date, Doc: "INDEXATION/DATE_FIN_DIFFUSION", Get: day(func(r *r) notice.Date { return r.Datefindiffusion })},
		{Name: "datelimitereponse", Label: "Date limite de réponse", LabelEN: "Deadline (portal's value)", Type: DateTime, Doc: "INDEXATION/DATE_LIMITE_REPONSE as the portal stores it; the true instant is in deadline", Get: of(func(n *notice.Notice) []Value { return instant(n.Record.Datelimitereponse) })},
		{Name: "nomacheteur", Label: "Nom de l'acheteur", LabelEN: "Buyer", Doc: "INDEXATION/NOMORGANISME or IDENTITE/DENOMINATION", Get: rec(func(r *r) *string { return r.Nomacheteur })},
		{Name: "titulaire", Label: "Titulaire", LabelEN: "Winner", Multi: true, Doc: "INDEXATION/TITULAIRES/DENOMINATION; never given for FNS results", Get: list(func(r *r) []string { return r.Titulaire })},
		{Name: "perimetre", Label: "Périmètre", LabelEN: "Legal scope", Facet: true, Doc: "TYPE_AVIS/PERIMETRE", Get: rec(func(r *r) *string { return r.Perimetre })},
		{Name: "type_procedure", Label: "Type de procédure (code)", LabelEN: "Procedure (code)", Doc: "INDEXATION/TYPE_PROCEDURE or PROCEDURE/TYPE_PROCEDURE", Get: rec(func(r *r) *string { return r.TypeProcedure })},
		{Name: "soustype_procedure", Label: "Sous-type de procédure", LabelEN: "Procedure subtype", Doc: "always null so far", Get: rec(func(r *r) *string { return r.SoustypeProcedure })},
		{Name: "procedure_libelle", Label: "Type de procédure", LabelEN: "Procedure", Doc: "label of type_procedure", Get: rec(func(r *r) *string { return r.ProcedureLibelle })},
		{Name: "procedure_categorise", Label: "Procédure (hiérarchie)", LabelEN: "Procedure (hierarchy)", Facet: true, Doc: "type_procedure and subtype, joined by a slash", Get: rec(func(r *r) *string { return r.ProcedureCategorise })},
		{Name: "nature", Label: "Nature (code)", LabelEN: "Kind of notice (code)", Doc: "TYPE_AVIS/NATURE", Get: rec(func(r *r) *string { return r.Nature })},
		{Name: "sousnature", Label: "Sous-nature (code)", LabelEN: "Subkind of notice (code)", Doc: "child of TYPE_AVIS/NATURE", Get: rec(func(r *r) *string { return r.Sousnature })},
		{Name: "nature_libelle", Label: "Nature", LabelEN: "Kind of notice", Doc: "label of nature", Get: rec(func(r *r) *string { return r.NatureLibelle })},
		{Name: "sousnature_libelle", Label: "Sous-nature", LabelEN: "Subkind of notice", Doc: "label of sousnature", Get: rec(func(r *r) *string { return r.SousnatureLibelle })},
		{Name: "nature_categorise", Label: "Nature (hiérarchie, code)", LabelEN: "Kind of notice (hierarchy, code)", Doc: "nature and subkind, joined by a slash", Get: rec(func(r *r) *string { return r.NatureCategorise })},
		{Name: "nature_categorise_libelle", Label: "Nature (hiérarchie)", LabelEN: "Kind of notice (hierarchy)", Facet: true, Doc: "labels of nature_categorise", Get: rec(func(r *r) *string { return r.NatureCategoriseLibelle })},
		{Name: "criteres", Label: "Critères sociaux ou environnementaux", LabelEN: "Social or environmental criteria", Multi: true, Facet: true, Doc: "INDEXATION/CRITERES_SOCIAUX_ENV", Get: list(func(r *r) []string { return r.Criteres })},
		{Name: "marche_public_simplifie", Label: "Marché public simplifié (code)", LabelEN: "Simplified procurement (code)", Facet: true, Doc: "always null so far", Get: rec(func(r *r) *string { return r.MarchePublicSimplifie })},
		{Name: "marche_public_simplifie_label", Label: "Marché public simplifié", LabelEN: "Simplified procurement", Facet: true, Doc: "always null so far", Get: rec(func(r *r) *string { return r.MarchePublicSimplifieLabel })},
		{Name: "etat", Label: "Statut", LabelEN: "Status", Facet: true, Doc: "TYPE_AVIS/STATUT as written; what the notice really does is in state", Get: rec(func(r *r) *string { return r.Etat })},
		{Name: "descripteur_code", Label: "Descripteur (code)", LabelEN: "Key word (code)", Multi: true, Facet: true, Doc: "INDEXATION/DESCRIPTEURS/DESCRIPTEUR/CODE", Get: list(func(r *r) []string { return r.DescripteurCode })},
		{Name: "dc", Label: "Descripteur (code, filtre)", LabelEN: "Key word (code, filter)", Multi: true, Facet: true, Doc: "the same as descripteur_code", Get: list(func(r *r) []string { return r.DC })},
		{Name: "descripteur_libelle", Label: "Descripteur", LabelEN: "Key word", Multi: true, Facet: true, Doc: "INDEXATION/DESCRIPTEURS/DESCRIPTEUR/LIBELLE", Get: list(func(r *r) []string { return r.DescripteurLibelle })},
		{Name: "type_marche", Label: "Type de marché (code)", LabelEN: "Contract type (code)", Multi: true, Facet: true, Doc: "INDEXATION/NATURE_MARCHE or OBJET/TYPE_MARCHE", Get: list(func(r *r) []string { return r.TypeMarche })},
		{Name: "type_marche_facette", Label: "Type de marché", LabelEN: "Contract type", Multi: true, Facet: true, Doc: "labels of type_marche", Get: list(func(r *r) []string { return r.TypeMarcheFacette })},
		{Name: "type_avis", Label: "Type d'avis", LabelEN: "Notice type of the site", Multi: true, Facet: true, Doc: "codes of the site's list: 5 and 10 are groups", Get: list(func(r *r) []string { return r.TypeAvis })},
		{Name: "annonce_lie", Label: "Annonces liées", LabelEN: "Linked notices", Multi: true, Doc: "idweb of earlier notices", Get: list(func(r *r) []string { return r.AnnonceLie })},
		{Name: "annonces_anterieures", Label: "Annonces antérieures", LabelEN: "Earlier notices", Doc: "JSON text of MARCHE/ANNONCE_ANTERIEUR; V230 only", Get: rec(func(r *r) *string { return r.AnnoncesAnterieures })},
		{Name: "source_schema", Label: "Schéma source", LabelEN: "Source schema", Doc: "schema of the source document", Get: rec(func(r *r) *string { return r.SourceSchema })},
		{Name: "gestion", Label: "Gestion", LabelEN: "Management header", Doc: "JSON text of the element GESTION", Get: rec(func(r *r) *string { return r.Gestion })},
		{Name: "donnees", Label: "Données", LabelEN: "Body", Doc: "JSON text of the element DONNEES", Get: rec(func(r *r) *string { return r.Donnees })},
		{Name: "url_avis", Label: "URL de l'avis", LabelEN: "Notice URL", Doc: "page of the notice on the site of the BOAMP", Get: rec(func(r *r) *string { return r.URLAvis })},
	}
	for _, f := range fields {
		f.Flat, f.Words = true, f.Type == Text
		switch f.Name {
		case "gestion", "donnees", "annonces_anterieures":
			f.Bag = true
		}
	}
	return fields
}

// of makes the Get of a field of the notices.
func of(get func(n *notice.Notice) []Value) func(Record) []Value {
	return func(r Record) []Value { return get(r.(*notice.Notice)) }
}

func single(s string) []Value {
	if s == "" {
		return nil
	}
	return []Value{Str(s)}
}

func optional(s *string) []Value {
	if s == nil {
		return nil
	}
	return []Value{Str(*s)}
}

func texts(list []string) []Value {
	if list == nil {
		return nil
	}
	values := make([]Value, len(list))
	for i, s := range list {
		values[i] = Str(s)
	}
	return values
}
