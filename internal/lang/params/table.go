package params

import (
	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// Table lists the criteria.
func Table() []Param {
	return []Param{
		{Name: "q", Value: "words", Whole: true, Doc: `words of title, description, buyer, lots, key words and winners; all must occur; "a phrase" in quotes, a minus before a word excludes it`, build: words(textField)},
		{Name: "id", Value: "idweb", Doc: "notice number, such as 24-12345", build: oneOf("idweb")},
		{Name: "famille", Value: "code", Doc: "threshold: MAPA, FNS, JOUE, DSP, DIVERS", build: coded("famille", codes(codelist.Familles()))},
		{Name: "nature", Value: "code", Doc: "kind of notice as the BOAMP writes it: APPEL_OFFRE, ATTRIBUTION, RECTIFICATIF...", build: coded("nature", codes(codelist.Natures()))},
		{Name: "etat", Value: "code", Doc: "status as the BOAMP writes it: INITIAL, RECTIFICATIF, ANNULATION, MODIFICATION", build: coded("etat", codes(codelist.Etats()))},
		{Name: "stage", Value: "name", Doc: "place in the procedure: planning, call, intention, award, modification, completion, correction, other", build: coded("stage", stages())},
		{Name: "state", Value: "name", Doc: "what the notice does, worked out from status, links and body: initial, corrected, cancelled, modified", build: coded("state", states())},
		{Name: "kind", Value: "name", Doc: "works, supplies, services (or travaux, fournitures, services)", build: kind},
		{Name: "departement", Value: "code", Doc: "department of publication or performance: 44, 1 or 01, 2A or 20A, 974", build: departement},
		{Name: "descripteur", Value: "code", Doc: "key word of the BOAMP: code or label", build: descripteur},
		{Name: "cpv", Value: "digits", Doc: "CPV code of the notice or a lot: 8 digits for exactly that code, fewer for everything below", build: cpv},
		{Name: "buyer", Value: "words", Whole: true, Doc: "words of the buyer's name", build: words(buyerField)},
		{Name: "siret", Value: "digits", Doc: "SIRET (14 digits) or SIREN (9) of a buyer", build: company("buyer")},
		{Name: "winner", Value: "words", Whole: true, Doc: "words of a winner's name", build: words(winnerField)},
		{Name: "winner_siret", Value: "digits", Doc: "SIRET (14 digits) or SIREN (9) of a winner", build: company("winner")},
		{Name: "published_from", Value: "yyyy-mm-dd", Doc: "published on that day or later", build: day("published", query.Ge)},
		{Name: "published_to", Value: "yyyy-mm-dd", Doc: "published on that day or before", build: day("published", query.Le)},
		{Name: "deadline_from", Value: "date or instant", Doc: "deadline at or after: a day in Paris, or an instant with offset", build: moment("deadline", query.Ge)},
		{Name: "deadline_to", Value: "date or instant", Doc: "deadline at or before: the end of a day in Paris, or an instant with offset", build: moment("deadline", query.Le)},
		{Name: "open", Value: "true or false", Doc: "calls that can still be answered: not cancelled, deadline ahead; without deadline, still on display", build: open},
		{Name: "amount_min", Value: "euros", Doc: "amount awarded, else estimated, of at least", build: amount(query.Ge)},
		{Name: "amount_max", Value: "euros", Doc: "amount awarded, else estimated, of at most", build: amount(query.Le)},
		{Name: "include_unknown", Value: "true or false", Doc: "an amount range keeps notices that give no amount", build: nil},
		{Name: "procedure", Value: "name", Doc: "open, restricted, negotiated, adapted...", build: coded("procedure", notice.ProcedureTypes())},
		{Name: "criteres", Value: "name", Doc: "sociaux, environnementaux: social or environmental considerations", build: criteres},
		{Name: "version", Value: "name", Doc: "API version: v010, v110, v230, v240, v325, eforms", build: coded("version", versions())},
	}
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
