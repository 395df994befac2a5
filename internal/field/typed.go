package field

import (
	"crypto/sha1"
	"encoding/hex"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Names of typed fields that engines and surfaces refer to.
const (
	Texte     = "texte"      // all the words of a notice
	BuyerName = "buyer_name" // names of the buyers
	Title     = "title"
	Deadline  = "deadline"

	RecordID        = "recordid"
	RecordTimestamp = "record_timestamp"
	RecordSize      = "record_size"
)

// RecordIDOf is the record id of a notice: SHA-1 of its id, as 40 hexadecimal digits.
func RecordIDOf(id string) string {
	sum := sha1.Sum([]byte(id))
	return hex.EncodeToString(sum[:])
}

// typed lists the fields that boamp adds to the portal's.
func typed() []*Field {
	type n = notice.Notice
	return []*Field{
		{Name: "version", Label: "Version d'API", LabelEN: "API version", Facet: true, Doc: "generation of the source document: v110, v230, v240, v325, eforms", Get: of(func(n *n) []Value { return single(string(n.Version)) })},
		{Name: "stage", Label: "Étape", LabelEN: "Stage", Facet: true, Doc: "place in the life of a procedure, worked out from nature, form type and body", Get: of(func(n *n) []Value { return single(string(n.Stage)) })},
		{Name: "state", Label: "État réel", LabelEN: "State", Facet: true, Doc: "what the notice does to an earlier one, worked out from status, links and body", Get: of(func(n *n) []Value { return single(string(n.State)) })},
		{Name: Title, Label: "Intitulé", LabelEN: "Title", Words: true, Doc: "title of the procedure (BT-21), else the summary", Get: of(func(n *n) []Value { return single(n.Title) })},
		{Name: "description", Label: "Description", LabelEN: "Description", Doc: "description of the procedure (BT-24)", Get: of(func(n *n) []Value { return single(n.Description) })},
		{Name: "reference", Label: "Référence de l'acheteur", LabelEN: "Buyer's reference", Doc: "BT-22", Get: of(func(n *n) []Value { return single(n.Reference) })},
		{Name: BuyerName, Label: "Acheteur", LabelEN: "Buyer name", Multi: true, Words: true, Doc: "names of all buyers (BT-500)", Get: of(func(n *n) []Value { return buyers(n, func(p *notice.Party) string { return p.Name }) })},
		{Name: "buyer_siret", Label: "SIRET de l'acheteur", LabelEN: "Buyer SIRET", Multi: true, Doc: "checked SIRET of the buyers", Get: of(func(n *n) []Value { return buyers(n, siret) })},
		{Name: "buyer_siren", Label: "SIREN de l'acheteur", LabelEN: "Buyer SIREN", Multi: true, Doc: "checked SIREN of the buyers", Get: of(func(n *n) []Value { return buyers(n, siren) })},
		{Name: "buyer_postcode", Label: "Code postal de l'acheteur", LabelEN: "Buyer postcode", Multi: true, Doc: "postcodes of the buyers", Get: of(func(n *n) []Value { return buyers(n, func(p *notice.Party) string { return p.Address.Postcode }) })},
		{Name: "kind", Label: "Nature du marché", LabelEN: "Kind of contract", Multi: true, Facet: true, Doc: "works, supplies, services", Get: of(func(n *n) []Value { return kinds(n) })},
		{Name: "cpv", Label: "Codes CPV", LabelEN: "CPV codes", Multi: true, Facet: true, Doc: "main and additional codes of the notice and its lots", Get: of(func(n *n) []Value { return unique(cpvs(n)) })},
		{Name: "cpv_main", Label: "CPV principal", LabelEN: "Main CPV code", Doc: "main code of the notice (BT-262)", Get: of(func(n *n) []Value { return single(n.CPV.Main) })},
		{Name: "departement", Label: "Département", LabelEN: "Department", Multi: true, Facet: true, Doc: "departments of publication and of performance", Get: of(func(n *n) []Value { return unique(slices.Concat(n.DepartementsPublication, n.DepartementsPrestation)) })},
		{Name: "departement_prestation", Label: "Département d'exécution", LabelEN: "Department of performance", Multi: true, Facet: true, Doc: "declared, or derived from NUTS code or postcode of the place", Get: of(func(n *n) []Value { return unique(n.DepartementsPrestation) })},
		{Name: "nuts", Label: "Codes NUTS", LabelEN: "NUTS codes", Multi: true, Doc: "places of performance, as written", Get: of(func(n *n) []Value { return unique(nuts(n)) })},
		{Name: "procedure", Label: "Procédure", LabelEN: "Procedure type", Facet: true, Doc: "normalised over the generations", Get: of(func(n *n) []Value { return single(n.Procedure.Type) })},
		{Name: "published", Label: "Publié le", LabelEN: "Published", Type: Date, Facet: true, Doc: "day of publication", Get: of(func(n *n) []Value { return date(n.Published) })},
		{Name: "display_end", Label: "Fin de diffusion", LabelEN: "End of display", Type: Date, Doc: "last day of display; impossible dates are null", Get: of(func(n *n) []Value { return date(n.DisplayEnd) })},
		{Name: Deadline, Label: "Date limite", LabelEN: "Deadline", Type: DateTime, Doc: "true instant of the deadline; null when the written value cannot be true", Get: of(func(n *n) []Value { return deadline(n.Deadline) })},
		{Name: "amount", Label: "Montant", LabelEN: "Amount", Type: Number, Doc: "EUR: awarded, else estimated (a framework ceiling is neither)", Get: of(func(n *n) []Value { return amount(n.Awarded, n.Estimated) })},
		{Name: "estimated", Label: "Montant estimé", LabelEN: "Estimated value", Type: Number, Doc: "EUR, BT-27", Get: of(func(n *n) []Value { return amount(n.Estimated) })},
		{Name: "maximum", Label: "Montant maximal", LabelEN: "Maximum value", Type: Number, Doc: "EUR: upper end of the estimate or framework ceiling, BT-271", Get: of(func(n *n) []Value { return amount(n.Maximum) })},
		{Name: "awarded", Label: "Montant attribué", LabelEN: "Awarded value", Type: Number, Doc: "EUR, BT-161 or the sum of the contracts", Get: of(func(n *n) []Value { return amount(n.Awarded) })},
		{Name: "framework", Label: "Accord-cadre", LabelEN: "Framework agreement", Type: Bool, Facet: true, Doc: "the contract is a framework agreement", Get: of(func(n *n) []Value { return []Value{Flag(n.Framework)} })},
		{Name: "lots", Label: "Nombre de lots", LabelEN: "Number of lots", Type: Int, Doc: "lots that the notice lists", Get: of(func(n *n) []Value { return []Value{Num(float64(len(n.Lots)))} })},
		{Name: "winner_name", Label: "Attributaires", LabelEN: "Winner names", Multi: true, Words: true, Doc: "names of the winners", Get: of(func(n *n) []Value { return winners(n, func(p *notice.Party) string { return p.Name }) })},
		{Name: "winner_siret", Label: "SIRET des attributaires", LabelEN: "Winner SIRET", Multi: true, Doc: "checked SIRET of the winners", Get: of(func(n *n) []Value { return winners(n, siret) })},
		{Name: "winner_siren", Label: "SIREN des attributaires", LabelEN: "Winner SIREN", Multi: true, Doc: "checked SIREN of the winners", Get: of(func(n *n) []Value { return winners(n, siren) })},
		{Name: "social", Label: "Clause sociale", LabelEN: "Social clause", Type: Bool, Facet: true, Doc: "social considerations", Get: of(func(n *n) []Value { return []Value{Flag(n.Clauses.Social)} })},
		{Name: "environmental", Label: "Clause environnementale", LabelEN: "Environmental clause", Type: Bool, Facet: true, Doc: "environmental considerations", Get: of(func(n *n) []Value { return []Value{Flag(n.Clauses.Environmental)} })},
		{Name: "procedure_id", Label: "Identifiant de procédure européenne", LabelEN: "Procedure UUID", Doc: "ContractFolderID, BT-04", Get: of(func(n *n) []Value { return single(n.ProcedureID) })},
		{Name: "notice_id", Label: "Identifiant d'avis européen", LabelEN: "Notice UUID", Doc: "eForms notice identifier, BT-701", Get: of(func(n *n) []Value { return single(n.NoticeID) })},
		{Name: "linked", Label: "Avis liés", LabelEN: "Linked notices", Multi: true, Doc: "idweb of the notices that this one points at", Get: of(func(n *n) []Value { return unique(linked(n)) })},
		{Name: "flags", Label: "Défauts signalés", LabelEN: "Quality flags", Multi: true, Facet: true, Doc: "codes of the quality flags", Get: of(func(n *n) []Value { return unique(flags(n)) })},
		{Name: "partial", Label: "Avis partiel", LabelEN: "Partial", Type: Bool, Facet: true, Doc: "the source holds a part of the notice only", Get: of(func(n *n) []Value { return []Value{Flag(n.Source.Partial)} })},
		{Name: "source_form", Label: "Forme de la source", LabelEN: "Source form", Facet: true, Doc: "xml, record (of the Explore API) or legacy (of DILA's first API)", Get: of(func(n *n) []Value { return single(n.Source.Form) })},
		{Name: "sha256", Label: "Empreinte de la source", LabelEN: "Source hash", Doc: "SHA-256 of the source document", Get: of(func(n *n) []Value { return single(n.Source.SHA256) })},
		{Name: RecordID, Label: "Identifiant d'enregistrement", LabelEN: "Record identifier", Doc: "SHA-1 of the notice's id in hexadecimal: what the Explore API calls a record id", Get: of(func(n *n) []Value { return single(RecordIDOf(n.ID)) })},
		{Name: RecordTimestamp, Label: "Date de l'enregistrement", LabelEN: "Record time", Type: DateTime, Doc: "when the source document was fetched", Get: of(func(n *n) []Value { return instant(n.Source.Fetched) })},
		{Name: RecordSize, Label: "Taille", LabelEN: "Record size", Type: Int, Doc: "bytes of the source document", Get: of(func(n *n) []Value { return []Value{Num(float64(n.Source.Size))} })},
		{Name: Texte, Label: "Texte", LabelEN: "Text", Multi: true, Words: true, Hidden: true, Doc: "title, subject, description, buyers, lots, key words, winners and codes, for search by words", Get: of(func(n *n) []Value { return texts(allText(n)) })},
	}
}

func date(d notice.Date) []Value {
	if d.IsZero() {
		return nil
	}
	return []Value{Day(d)}
}

func instant(t time.Time) []Value {
	if t.IsZero() {
		return nil
	}
	return []Value{Instant(t)}
}

func deadline(d *notice.Deadline) []Value {
	if d == nil {
		return nil
	}
	return instant(d.Instant)
}

// amount is the first usable amount in euros.
func amount(amounts ...*notice.Amount) []Value {
	for _, a := range amounts {
		if a.Usable() && a.Currency == "EUR" {
			return []Value{Num(a.Value)}
		}
	}
	return nil
}

func siret(p *notice.Party) string {
	if p.ID == nil {
		return ""
	}
	return p.ID.SIRET
}

func siren(p *notice.Party) string {
	if p.ID == nil {
		return ""
	}
	return p.ID.SIREN
}

func buyers(n *notice.Notice, get func(*notice.Party) string) []Value {
	var list []string
	for i := range n.Buyers {
		list = append(list, get(&n.Buyers[i]))
	}
	return unique(list)
}

func winners(n *notice.Notice, get func(*notice.Party) string) []Value {
	var list []string
	for i := range n.Results {
		for j := range n.Results[i].Winners {
			list = append(list, get(&n.Results[i].Winners[j].Party))
		}
	}
	return unique(list)
}

func kinds(n *notice.Notice) []Value {
	list := make([]string, len(n.Kinds))
	for i, k := range n.Kinds {
		list[i] = string(k)
	}
	return unique(list)
}

func cpvs(n *notice.Notice) []string {
	list := append([]string{n.CPV.Main}, n.CPV.Additional...)
	for i := range n.Lots {
		list = append(append(list, n.Lots[i].CPV.Main), n.Lots[i].CPV.Additional...)
	}
	return list
}

func nuts(n *notice.Notice) []string {
	var list []string
	for _, p := range n.Places {
		list = append(list, p.NUTS)
	}
	for i := range n.Lots {
		for _, p := range n.Lots[i].Places {
			list = append(list, p.NUTS)
		}
	}
	return list
}

func linked(n *notice.Notice) []string {
	list := make([]string, len(n.Links))
	for i, l := range n.Links {
		list[i] = l.ID
	}
	return list
}

func flags(n *notice.Notice) []string {
	list := make([]string, len(n.Flags))
	for i, f := range n.Flags {
		list[i] = string(f.Code)
	}
	return list
}

// allText gathers what a search by words looks through. The order does not matter to a search; phrases do not cross texts.
func allText(n *notice.Notice) []string {
	list := []string{n.Title, n.Description, n.Reference}
	if o := n.Record.Objet; o != nil && *o != n.Title {
		list = append(list, *o)
	}
	if o := n.Record.Nomacheteur; o != nil {
		list = append(list, *o)
	}
	for i := range n.Buyers {
		list = append(list, n.Buyers[i].Name, siret(&n.Buyers[i]))
	}
	for i := range n.Lots {
		list = append(list, n.Lots[i].Title, n.Lots[i].Description)
	}
	for _, d := range n.Descripteurs {
		list = append(list, d.Label)
	}
	for i := range n.Results {
		list = append(list, n.Results[i].Title, n.Results[i].Text)
		for j := range n.Results[i].Winners {
			list = append(list, n.Results[i].Winners[j].Name, siret(&n.Results[i].Winners[j].Party))
		}
	}
	list = append(list, n.Record.Titulaire...)
	list = append(list, cpvs(n)...)
	return slices.DeleteFunc(distinct(list), func(s string) bool { return s == "" })
}

// distinct drops repetitions and keeps the order.
func distinct(list []string) []string {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		was := seen[s]
		seen[s] = true
		return was
	})
}

// unique is the distinct non-empty values, nil when there are none.
func unique(list []string) []Value {
	var values []Value
	for _, s := range list {
		if v := Str(s); s != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}
