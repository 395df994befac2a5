package params

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// Table lists the criteria that have a name of their own. OfFields adds those that every field has.
func Table() []Param {
	list := []Param{
		{Name: "q", Value: "words", Whole: true, Example: `"voirie communale" -enrobé`, Of: []string{textField}, Doc: `words of title, description, buyer, lots, key words and winners; all must occur; "a phrase" in quotes, a minus before a word excludes it`, build: words(textField)},
		{Name: "id", Value: "idweb", Example: "24-12345", Of: []string{"idweb"}, Doc: "notice number, such as 24-12345", build: oneOf("idweb")},
		{Name: "famille", Value: "code", Enum: codes(codelist.Familles()), Doc: "threshold: MAPA, FNS, JOUE, DSP, DIVERS"},
		{Name: "nature", Value: "code", Enum: codes(codelist.Natures()), Doc: "kind of notice as the BOAMP writes it: APPEL_OFFRE, ATTRIBUTION, RECTIFICATIF..."},
		{Name: "etat", Value: "code", Enum: codes(codelist.Etats()), Doc: "status as the BOAMP writes it: INITIAL, RECTIFICATIF, ANNULATION, MODIFICATION"},
		{Name: "stage", Value: "name", Enum: stages(), Doc: "place in the procedure: planning, call, intention, award, modification, completion, correction, other"},
		{Name: "state", Value: "name", Enum: states(), Doc: "what the notice does, worked out from status, links and body: initial, corrected, cancelled, modified"},
		{Name: "kind", Value: "name", Example: "works", Doc: "works, supplies, services (or travaux, fournitures, services)", build: kind},
		{Name: "departement", Value: "code", Example: "44", Doc: "department of publication or performance: 44, 1 or 01, 2A or 20A, 974", build: departement("departement")},
		{Name: "departement_prestation", Value: "code", Example: "44", Doc: "department of performance alone, written as departement", build: departement("departement_prestation")},
		{Name: "region", Value: "code or name", Example: "52", Of: []string{"departement"}, Doc: "region of publication or performance: INSEE code (52) or name (Pays de la Loire)", build: region},
		{Name: "nuts", Value: "code", Example: "FRG0", Doc: "NUTS code of a place of performance and everything below: FR, FRG, FRG0, FRG01; codes of earlier editions are found by today's", build: nuts},
		{Name: "descripteur", Value: "code", Example: "454", Of: []string{"descripteur_code"}, Doc: "key word of the BOAMP: code or label", build: descripteur},
		{Name: "cpv", Value: "digits", Example: "4523", Doc: "CPV code of the notice or a lot and everything below: 45, 4523, 45230000 or 45230000-8 (zeros at the end and the check digit do not count)", build: cpv},
		{Name: "buyer", Value: "words", Whole: true, Example: "commune", Of: []string{buyerField}, Doc: "words of the buyer's name", build: words(buyerField)},
		{Name: "siret", Value: "digits", Example: "356000000", Of: []string{"buyer_siret", "buyer_siren"}, Doc: "SIRET (14 digits) or SIREN (9) of a buyer", build: company("buyer")},
		{Name: "winner", Value: "words", Whole: true, Example: "travaux", Of: []string{winnerField}, Doc: "words of a winner's name", build: words(winnerField)},
		{Name: "winner_siret", Value: "digits", Example: "356000000", Of: []string{"winner_siret", "winner_siren"}, Doc: "SIRET (14 digits) or SIREN (9) of a winner", build: company("winner")},
		{Name: "published_from", Value: "yyyy-mm-dd", Once: true, Example: "2026-03-01", Of: []string{"published"}, Doc: "published on that day or later", build: day("published", query.Ge)},
		{Name: "published_to", Value: "yyyy-mm-dd", Once: true, Example: "2026-03-31", Of: []string{"published"}, Doc: "published on that day or before", build: day("published", query.Le)},
		{Name: "deadline_from", Value: "date or instant", Once: true, Example: "2026-04-01", Of: []string{"deadline"}, Doc: "deadline at or after: a day in Paris, or an instant with offset", build: moment("deadline", query.Ge)},
		{Name: "deadline_to", Value: "date or instant", Once: true, Example: "2026-04-30", Of: []string{"deadline"}, Doc: "deadline at or before: the end of a day in Paris, or an instant with offset", build: moment("deadline", query.Le)},
		{Name: "open", Value: "true or false", Once: true, Doc: "calls that can still be answered: not cancelled, deadline ahead; without deadline, still on display", build: open},
		{Name: "amount_min", Value: "euros", Once: true, Example: "90000", Of: []string{"amount"}, Doc: "amount awarded, else estimated, of at least", build: number64("amount", query.Ge)},
		{Name: "amount_max", Value: "euros", Once: true, Example: "221000", Of: []string{"amount"}, Doc: "amount awarded, else estimated, of at most", build: number64("amount", query.Le)},
		{Name: "include_unknown", Value: "true or false", Once: true, Doc: "ranges of amounts and numbers keep notices that give none"},
		{Name: "procedure", Value: "name", Enum: notice.ProcedureTypes(), Doc: "open, restricted, negotiated, adapted..."},
		{Name: "criteres", Value: "name", Example: "sociaux", Of: []string{"social", "environmental"}, Doc: "sociaux, environnementaux: social or environmental considerations", build: criteres},
		{Name: "version", Value: "name", Enum: versions(), Doc: "API version: v010, v110, v230, v240, v325, eforms"},
		{Name: "has", Value: "fields", Example: "deadline,awarded", Doc: "fields that have a value in the notice; all of them", build: has(true)},
		{Name: "lacks", Value: "fields", Example: "buyer_siret", Doc: "fields that have no value in the notice; none of them", build: has(false)},
	}
	for i := range list {
		if p := &list[i]; p.Enum != nil {
			p.build, p.Example = coded(p.Name, p.Enum), p.Enum[0]
		}
		if p := &list[i]; p.Of == nil && p.build != nil && p.Name != "open" && p.Name != "has" && p.Name != "lacks" {
			p.Of = []string{p.Name}
		}
	}
	return list
}

func codes(list []codelist.Code) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Code
	}
	return out
}

func stages() []string {
	return []string{string(notice.StagePlanning), string(notice.StageCall), string(notice.StageIntention), string(notice.StageAward),
		string(notice.StageModification), string(notice.StageCompletion), string(notice.StageCorrection), string(notice.StageOther)}
}

func states() []string {
	return []string{string(notice.StateInitial), string(notice.StateCorrected), string(notice.StateCancelled), string(notice.StateModified)}
}

func versions() []string {
	var out []string
	for _, v := range notice.Versions() {
		out = append(out, string(v))
	}
	return out
}
