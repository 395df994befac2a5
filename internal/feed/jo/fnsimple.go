package jo

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readFNSimple reads a section of FNSimple, the national form: communication, procedure, natureMarche, lots; the result is
// one free text (attributionMarche).
func readFNSimple(n *notice.Notice, s tree.Node) {
	market, procedure := s.Child("natureMarche"), s.Child("procedure")
	feed.SetText(n, &n.Title, "title", market.Child("intitule"))
	feed.SetText(n, &n.Description, "description", market.Child("description"))
	readKinds(n, &n.Kinds, "kinds", market.Child("natureMarche"))
	for c := range market.Each("codeCPV") {
		readCPV(n, &n.CPV, "cpv", c)
	}
	readPlaces(n, &n.Places, "places", market)
	for v := range market.Each("valeurEstimee") {
		readValue(n, noticeMoney(n), v)
	}
	if market.Child("dureeMois").Text() != "" || market.Child("dureeJours").Text() != "" {
		readDuration(n, &n.Duration, "duration", market)
	}
	readProcedure(n, procedure)
	readDeadlines(n,
		dated{procedure.Child("dateReceptionCandidatures"), notice.DeadlineParticipation},
		dated{procedure.Child("dateReceptionOffres"), notice.DeadlineTenders})
	readCriteria(n, &n.Criteria, "criteria", either(procedure, "criteresAttrib"))
	readCriteria(n, &n.Criteria, "criteria", either(market, "criteresAttrib"))
	readCommunication(n, s.Child("communication"))
	readLots(n, s.Child("lots"))
	for a := range s.Each("attributionMarche") {
		if a.IsLeaf() {
			readTextResult(n, a)
		} else {
			readResults(n, a)
		}
	}
}

// readCommunication reads where the documents are, the buyer's reference and whom to ask.
func readCommunication(n *notice.Notice, e tree.Node) {
	feed.SetText(n, &n.Reference, "reference", e.Child("identifiantInterne"))
	for u := range e.Each("urlDocConsul") {
		addDocument(n, u, false)
	}
	feed.SetText(n, &n.Profile, "profile", e.Child("urlProfilAch"))
	if len(n.Buyers) == 0 {
		return
	}
	b := &n.Buyers[0]
	feed.SetText(n, &b.Profile, "buyers.profile", e.Child("urlProfilAch"))
	feed.SetText(n, &b.Contact.Email, "buyers.contact.email", e.Child("adresseMailContact"))
	readContactName(n, b, e.Child("nomContact"))
	feed.SetText(n, &b.Contact.Phone, "buyers.contact.phone", e.Child("telContact"))
}

// readContactName reads nomContact, in which platforms write the e-mail address or the address of a page as often as a name.
func readContactName(n *notice.Notice, b *notice.Party, e tree.Node) {
	word := !strings.ContainsAny(e.Text(), " \n")
	switch lower := strings.ToLower(e.Text()); {
	case word && (strings.HasPrefix(lower, "http") || strings.HasPrefix(lower, "www.")):
		feed.SetText(n, &b.Website, "buyers.website", e)
	case word && strings.Contains(lower, "@"):
		feed.SetText(n, &b.Contact.Email, "buyers.contact.email", e)
	default:
		feed.SetText(n, &b.Contact.Name, "buyers.contact.name", e)
	}
}

// readTextResult keeps a result that is one free text. Whether something was awarded, to whom and for how much, is in the
// text only: nothing is taken out of it.
func readTextResult(n *notice.Notice, e tree.Node) {
	r := notice.Result{Outcome: notice.OutcomeUnknown}
	feed.SetText(n, &r.Text, "results.text", e)
	if r.Text != "" {
		n.Results = append(n.Results, r)
	}
}

// noticeMoney is where the estimate of the whole notice goes.
func noticeMoney(n *notice.Notice) money {
	return money{&n.Estimated, &n.Minimum, &n.Maximum, "estimated", "minimum", "maximum"}
}
