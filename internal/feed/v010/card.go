package v010

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readCard fills the typed values. A card has one element a value, and no text beyond the summary.
func readCard(n *notice.Notice, card tree.Node) {
	n.Famille = "MAPA"
	n.Derive("famille", card.Path(), "cards of this form are of small contracts only")
	feed.SetText(n, &n.Title, "title", card.Child("resume"))
	setDay(n, &n.Published, "published", card.Child("dateParution"))
	setDay(n, &n.DisplayEnd, "display_end", card.Child("dateLimiteValidite"))
	readBuyer(n, card)
	n.DepartementsPublication = departments(n, "departements_publication", card.Child("departementEmetteur"), card.Child("r3"))
	n.DepartementsPrestation = departments(n, "departements_prestation", card.Child("departementExecution"))
	readKeywords(n, card)
	readProcedure(n, card)
	readPublication(n, card)
	readStage(n, card)
	readResult(n, card)
}

// setDay fills *to from an integer yyyymmdd.
func setDay(n *notice.Notice, to *notice.Date, field string, e tree.Node) {
	written := e.Text()
	if len(written) == 8 && strings.Trim(written, "0123456789") == "" {
		if d, ok := notice.ParseDate(written[:4] + "-" + written[4:6] + "-" + written[6:]); ok {
			n.SetDate(to, field, d.String(), e.Path())
			return
		}
	}
	if written != "" && written != "0" {
		n.Flag(field, notice.FlagImpossibleDate, written, e.Path())
	}
}

func readBuyer(n *notice.Notice, card tree.Node) {
	var p notice.Party
	feed.SetText(n, &p.Name, "buyers.name", card.Child("organisme"))
	feed.SetText(n, &p.Address.Text, "buyers.address.text", card.Child("lieuDonneurOrdre"))
	if p.Name != "" || p.Address.Text != "" {
		n.Buyers = []notice.Party{p}
	}
}

// departments reads the first element that has text: one code, or several with commas or blanks between.
func departments(n *notice.Notice, field string, elements ...tree.Node) (codes []string) {
	for _, e := range elements {
		for _, code := range strings.FieldsFunc(e.Text(), func(r rune) bool { return strings.ContainsRune(" ,;/\t\n", r) }) {
			feed.AddDepartement(n, &codes, field, code, e)
		}
		if len(codes) > 0 {
			return codes
		}
	}
	return nil
}

// readKeywords reads the key words. What their id numbers is not known, so the code comes from the label.
func readKeywords(n *notice.Notice, card tree.Node) {
	for e := range card.Child("descripteurs").Each("descripteur") {
		label := feed.Text(n, "descripteurs", e.Child("libelle"))
		if label == "" {
			continue
		}
		l := notice.Label{Label: label}
		if code, ok := codelist.DescripteurOf(label); ok {
			l.Code = code
			n.Derive("descripteurs.code", e.Path(), "code of the label")
		}
		n.Descripteurs = append(n.Descripteurs, l)
		n.Declare("descripteurs", e.Path())
	}
}

// procedures are words in the libelle of a procedure, folded, the first that fits.
var procedures = []struct{ word, is string }{
	{"adapt", notice.ProcedureAdapted},
	{"dialogue", notice.ProcedureCompetitiveDialog},
	{"concours ouvert", notice.ProcedureDesignContestOpen},
	{"concours", notice.ProcedureDesignContestRestr},
	{"restreint", notice.ProcedureRestricted},
	{"negoci", notice.ProcedureNegotiated},
	{"négoci", notice.ProcedureNegotiated},
	{"ouvert", notice.ProcedureOpen},
}

func readProcedure(n *notice.Notice, card tree.Node) {
	e := card.Child("typeProcedureLibelle")
	feed.SetText(n, &n.Procedure.Written, "procedure.written", e)
	if n.Procedure.Written == "" {
		return
	}
	n.Procedure.Type = notice.ProcedureOther
	written := strings.ToLower(n.Procedure.Written)
	for _, p := range procedures {
		if strings.Contains(written, p.word) {
			n.Procedure.Type = p.is
			break
		}
	}
	n.Derive("procedure.type", e.Path(), "words of the libelle")
}

// readPublication keeps the place in the bulletin, and with it the number that is not the identity.
func readPublication(n *notice.Notice, card tree.Node) {
	for _, name := range []string{"numeroAnnonce", "id", "numeroAnnonceOriginal"} {
		e := card.Child(name)
		if e.Text() == "" || e.Text() == n.ID {
			continue
		}
		p := notice.NewBOAMP(card.Child("typeBulletin").Text(), card.Child("numeroBulletin").Text(), e.Text(), n.Published)
		n.Publications = []notice.Publication{p}
		n.Declare("publications", e.Path())
		return
	}
}

// types are words in the libelle of a type, the first that fits.
var types = []struct {
	word  string
	stage notice.Stage
	state notice.State
}{
	{"annulation", notice.StageCorrection, notice.StateCancelled},
	{"rectificatif", notice.StageCorrection, notice.StateCorrected},
	{"attribution", notice.StageAward, notice.StateInitial},
	{"résultat", notice.StageAward, notice.StateInitial},
	{"resultat", notice.StageAward, notice.StateInitial},
	{"infructueu", notice.StageAward, notice.StateInitial},
	{"sans suite", notice.StageAward, notice.StateInitial},
	{"appel", notice.StageCall, notice.StateInitial},
	{"concurrence", notice.StageCall, notice.StateInitial},
	{"avis de march", notice.StageCall, notice.StateInitial},
}

func readStage(n *notice.Notice, card tree.Node) {
	e := card.Child("typeLibelle")
	n.Stage, n.State = notice.StageOther, notice.StateInitial
	label, how, found := strings.ToLower(e.Text()), "words of the libelle", false
	for _, t := range types {
		if strings.Contains(label, t.word) {
			n.Stage, n.State, found = t.stage, t.state, true
			break
		}
	}
	winner := card.Child("nomTitulaire")
	if !found && (winner.Text() != "" || isTrue(card.Child("avisInfructueux"))) {
		n.Stage, how, found = notice.StageAward, "the card tells of a result", true
	}
	if !found && label != "" {
		n.Flag("stage", notice.FlagUnknownCode, e.Text(), e.Path())
	}
	n.Derive("stage", e.Path(), how)
	n.Derive("state", e.Path(), how)
	n.Nature, n.Etat = natures[n.Stage], n.State.Etat()
	n.Derive("nature", e.Path(), "stage; corrections keep the nature of the call")
	n.Derive("etat", e.Path(), "state")
}

// natures say the stage in the codes of the flat record.
var natures = map[notice.Stage]string{
	notice.StageCall: "APPEL_OFFRE", notice.StageCorrection: "APPEL_OFFRE", notice.StageAward: "ATTRIBUTION", notice.StageOther: "APPEL_OFFRE",
}

func readResult(n *notice.Notice, card tree.Node) {
	if none := card.Child("avisInfructueux"); isTrue(none) {
		n.Results = []notice.Result{{Outcome: notice.OutcomeUnsuccessful}}
		n.Declare("results.outcome", none.Path())
		return
	}
	winner := card.Child("nomTitulaire")
	var w notice.Winner
	feed.SetText(n, &w.Name, "results.winners.name", winner)
	if w.Name != "" {
		n.Results = []notice.Result{{Outcome: notice.OutcomeAwarded, Winners: []notice.Winner{w}}}
		n.Derive("results.outcome", winner.Path(), "a winner is named")
	}
}

// isTrue reads an xs:boolean.
func isTrue(e tree.Node) bool { t := e.Text(); return t == "true" || t == "1" }
