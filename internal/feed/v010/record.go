package v010

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// record makes the flat record as far as a card goes. The portal has no record of V010 to compare with, so this follows its
// rules for V110: the values go through a header of that form. The header itself is ours, and the record's gestion null; its
// donnees is the card.
func record(n *notice.Notice, card tree.Node) notice.Record {
	header, err := tree.ParseJSON(header(n, card), "GESTION", tree.Limits{})
	if err != nil { // a card within the limits gives a header within them
		return notice.Record{Idweb: n.ID}
	}
	rec := portal.Derive(portal.Input{Gestion: header.Root(), Donnees: card, Schema: Schema})
	rec.Gestion = nil
	for _, res := range n.Results {
		for _, w := range res.Winners {
			rec.Titulaire = append(rec.Titulaire, w.Name)
		}
	}
	return rec
}

func header(n *notice.Notice, card tree.Node) []byte {
	dst := []byte(`{"REFERENCE": {`)
	dst = member(dst, "IDWEB", n.ID)
	dst = append(dst, `, "TYPE_AVIS": {"FAMILLE": {"MAPA": ""}, "PERIMETRE": {"AUTRE": ""}, "NATURE": {`...)
	dst = append(member(dst, n.Nature, ""), `}, "STATUT": {`...)
	dst = append(member(dst, n.Etat, ""), `}}}, "INDEXATION": {`...)
	dst = member(dst, "DATE_PUBLICATION", n.Published.String())
	dst = member(append(dst, ", "...), "DATE_FIN_DIFFUSION", n.DisplayEnd.String())
	dst = append(dst, `, "DESCRIPTEURS": {"DESCRIPTEUR": [`...)
	for i, l := range n.Descripteurs {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = member(append(dst, '{'), "CODE", l.Code)
		dst = append(member(append(dst, ", "...), "LIBELLE", l.Label), '}')
	}
	dst = append(dst, `]}, "DEP_PUBLICATION": [`...)
	for i, d := range n.DepartementsPublication {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = tree.AppendString(dst, d)
	}
	dst = append(dst, ']')
	if e := card.Child("departementExecution"); e.Text() != "" {
		dst = member(append(dst, ", "...), "DEP_PRESTATION", e.Text())
	}
	dst = member(append(dst, ", "...), "RESUME_OBJET", card.Child("resume").Text())
	dst = member(append(dst, ", "...), "NOMACHETEUR_V1", card.Child("organisme").Text())
	return append(dst, "}}"...)
}

func member(dst []byte, name, value string) []byte {
	dst = append(tree.AppendString(dst, name), ": "...)
	return tree.AppendString(dst, strings.TrimSpace(value))
}
