package v110

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
)

// forms are the notices by their form (GESTION/R4). The title of the form (TETIER_R4) stands above the first notice of a group
// in the printed bulletin and is at times that of the group before: of the records of 2006, two calls (50) carry
// "Annulation" and one "Rectificatif". So the number decides where it is known, the title only where it is not.
var forms = map[string]notice.Stage{
	"6":  notice.StageAward, // short result, winners as IDENT
	"9":  notice.StageAward,
	"93": notice.StageAward, // infructueux or sans suite
	"94": notice.StageAward, // some lots without award
	"10": notice.StageCorrection,
	"20": notice.StageCorrection,
	"96": notice.StageCorrection, // cancellation or correction: the body says which
	"50": notice.StageCall,
	"55": notice.StageCall,
}

// titles are the words in a form's title, folded, that tell its stage, the first that fits. They come from the titles in use
// from 2006 to 2015, of which only a part has a known number.
var titles = []struct {
	word  string
	stage notice.Stage
}{
	{"rectificatif", notice.StageCorrection},
	{"annulation", notice.StageCorrection},
	{"intention de conclure", notice.StageIntention},
	{"transparence ex ante", notice.StageIntention},
	{"modification", notice.StageModification},
	{"attribution", notice.StageAward},
	{"resultat", notice.StageAward},
	{"infructueux", notice.StageAward},
	{"sans suite", notice.StageAward},
	{"informati", notice.StagePlanning}, // informatif, préinformation
	{"appel public", notice.StageCall},
	{"mise en concurrence", notice.StageCall},
	{"avis de marche", notice.StageCall},
	{"delegation de service public", notice.StageCall},
	{"concession", notice.StageCall},
	{"concours", notice.StageCall},
	{"qualification", notice.StageCall},
	{"accelere", notice.StageCall},
}

// euForms are the defence and ex-ante forms that the body ticks by their number in Directive 2009/81/EC.
var euForms = []struct {
	name  string
	stage notice.Stage
}{
	{"FORM_15", notice.StageIntention},
	{"FORM_16", notice.StagePlanning},
	{"FORM_17", notice.StageCall},
	{"FORM_17Bis", notice.StageCall},
	{"FORM_18", notice.StageAward},
	{"FORM_19", notice.StageCall},
}

// readForm works out stage and state.
func (r *body) readForm() {
	n, r4 := r.n, r.gestion.Child("R4")
	code := strings.TrimLeft(tidyCode(r4.Text()), "0")
	stage, known := forms[code]
	how := "form " + code
	if !known {
		stage, how = r.stageByTitle()
		if code != "" {
			n.Flag("stage", notice.FlagUnknownCode, code, r4.Path())
		}
	}
	n.Stage = stage
	derive(n, "stage", r4, how)
	r.readState(code)
	if n.State != notice.StateInitial && n.Stage == notice.StageCall {
		n.Stage = notice.StageCorrection
	}
}

func (r *body) stageByTitle() (notice.Stage, string) {
	title := fold(r.gestion.Child("TETIER_R4").Text())
	for _, t := range titles {
		if strings.Contains(title, t.word) {
			return t.stage, "title of the form"
		}
	}
	for _, f := range euForms {
		if has(r.donnees, f.name) {
			return f.stage, f.name
		}
	}
	switch {
	case has(r.donnees, "MOTIF_ANNULATION"), has(r.donnees, "MOTIF_RECTIFICATIF"):
		return notice.StageCorrection, "the body gives a reason for a correction"
	case r.hasContracts():
		return notice.StageAward, "the body names contracts"
	case has(r.donnees, "DELAI"):
		return notice.StageCall, "the body sets a deadline"
	}
	return notice.StageOther, "neither form nor body tells"
}

// readState works out what the notice does to an earlier one. The status that the portal gave comes first, then the form,
// then the suffix that the publisher put after the summary, then the reasons in the body.
func (r *body) readState(code string) {
	n := r.n
	status := r.gestion.Child("REFERENCE", "TYPE_AVIS", "STATUT")
	cancel := r.summary.suffix == "annulation" || has(r.donnees, "MOTIF_ANNULATION")
	correct := r.summary.suffix == "rectificatif" || has(r.donnees, "MOTIF_RECTIFICATIF")
	title := fold(r.gestion.Child("TETIER_R4").Text())
	n.State = notice.StateInitial
	switch {
	case notice.StateOfEtat(n.Etat) != "" && n.Etat != "INITIAL":
		n.State = notice.StateOfEtat(n.Etat)
		derive(n, "state", status, "status of the index")
		return
	case code == "10":
		n.State = notice.StateCancelled
	case code == "20":
		n.State = notice.StateCorrected
	case cancel && !correct:
		n.State = notice.StateCancelled
	case cancel || correct:
		n.State = notice.StateCorrected
	case n.Stage == notice.StageModification:
		n.State = notice.StateModified
	case n.Stage == notice.StageCorrection && r.noAward() != "":
		n.Stage = notice.StageAward // "Annulation - Rectificatif - Sans suite - Infructueux" is one form
	case n.Stage == notice.StageCorrection && !strings.Contains(title, "rectificatif"):
		n.State = notice.StateCancelled
	case n.Stage == notice.StageCorrection:
		n.State = notice.StateCorrected
	}
	derive(n, "state", r.gestion.Child("R4"), "form, suffix of the summary and reasons in the body")
}

// readIndex takes what the portal's index says of the kind of notice. Only records have it.
func (r *body) readIndex() {
	n, kind := r.n, r.gestion.Child("REFERENCE", "TYPE_AVIS")
	feed.ReadTypeAvis(n, kind)
	if n.Famille != "" {
		return
	}
	switch {
	case has(r.donnees, "OBJET", "DOMAINE_DELEGATION"):
		n.Famille = "DSP"
		derive(n, "famille", first(r.donnees, "OBJET").Child("DOMAINE_DELEGATION"), "a delegation of a public service")
	case strings.HasPrefix(r.publication, "MAPA"):
		n.Famille = "MAPA"
		derive(n, "famille", r.parution, "the edition of small contracts")
	}
}

// legalBases are the directives that the body ticks.
var legalBases = []struct{ name, celex string }{
	{"DIRECTIVE_2004_17", notice.DirectiveUtilities2004},
	{"DIRECTIVE_2004_18", notice.DirectiveClassic2004},
}

func (r *body) readLegalBasis() {
	for c := range each(r.donnees, "CARACTERISTIQUES") {
		for _, l := range legalBases {
			if e := c.Child(l.name); e.Exists() && r.n.LegalBasis == "" {
				r.n.LegalBasis = l.celex
				declare(r.n, "legal_basis", e)
			}
		}
	}
}
