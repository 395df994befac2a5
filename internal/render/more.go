package render

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// more is what identifies the notice, what it belongs to, and what is known of the document.
func (b *builder) more() section {
	s := section{ID: "complements", Title: "Informations complémentaires"}
	s.add(b.identity(), b.related(), b.doubts(), b.misread(), b.source())
	return s
}

func (b *builder) identity() group {
	n := b.n
	g := group{}
	etat, _ := codelist.LabelOf(codelist.Etats(), n.Etat)
	g.add("Nature", b.pair("nature", n.Nature, nature(n.Nature)))
	g.add("Sous-nature", b.coded("sous_nature", nil, n.SousNature))
	g.add("Étape", b.coded("stage", stages, string(n.Stage)))
	g.add("Effet de l'avis", b.coded("state", states, string(n.State)))
	g.add("Statut", b.pair("etat", n.Etat, etat))
	g.add("Formulaire eForms", b.eforms())
	g.add("Langue", b.coded("language", map[string]string{"FRA": "français", "fra": "français"}, n.Language))
	g.add("Date de publication", b.date("published", n.Published))
	g.add("Fin de diffusion", b.date("display_end", n.DisplayEnd))
	g.add("Date d'envoi", b.date("dispatched", n.Dispatched))
	g.add("Identifiant de la procédure", b.coded("procedure_id", nil, n.ProcedureID))
	g.add("Identifiant eForms de l'avis", b.coded("notice_id", nil, n.NoticeID))
	g.add("Version eForms de l'avis", b.coded("notice_version", nil, n.NoticeVersion))
	for _, p := range n.Publications {
		g.add("Publication", b.publication(p))
	}
	g.Items = merge(g.Items)
	return g
}

// eforms makes a value of what eForms call the notice.
func (b *builder) eforms() (list []value) {
	if b.n.Subtype != "" {
		s, _ := codelist.SubtypeOf(b.n.Subtype)
		list = b.pair("subtype", b.n.Subtype, s.Label)
	}
	list = append(list, b.coded("notice_type", nil, b.n.NoticeType)...)
	return append(list, b.coded("form_type", formTypes, b.n.FormType)...)
}

// publication makes a value of the number of a notice in a journal, with a link to TED where it is there.
func (b *builder) publication(p notice.Publication) []value {
	parts := []string{labelled(journals, p.Journal)}
	if p.Edition != "" {
		parts = append(parts, p.Edition)
	}
	if p.Number != "" {
		parts = append(parts, "annonce n° "+p.Number)
	}
	if !p.Date.IsZero() {
		parts = append(parts, "du "+day(p.Date))
	}
	v := value{Lines: []string{strings.Join(parts, ", ")}}
	if _, ok := notice.ParseJOUE(p.Number); ok && p.Journal == notice.JournalJOUE {
		v.Href = "https://ted.europa.eu/fr/notice/-/detail/" + url.PathEscape(p.Number)
	}
	return []value{v}
}

// related are the notices that this one points at.
func (b *builder) related() group {
	g := group{Title: "Avis liés"}
	for _, l := range b.n.Links {
		v := b.target(l)
		var said []string
		if l.Nature != "" {
			said = append(said, nature(l.Nature))
		}
		if !l.Date.IsZero() {
			said = append(said, "du "+day(l.Date))
		}
		if len(said) > 0 {
			v.Notes = append(v.Notes, strings.Join(said, ", "))
		}
		g.add(capital(labelled(evidences, string(l.Evidence))), []value{v})
	}
	g.Items = merge(g.Items)
	if len(g.Items) == 0 {
		g.Title = ""
	}
	return g
}

// target is the notice that a link points at.
func (b *builder) target(l notice.Link) value {
	if l.Publication != nil {
		v := b.publication(*l.Publication)[0]
		return v
	}
	return value{Lines: []string{cmp.Or(l.ID, l.NoticeID)}, Href: boampLink(l.ID)}
}

// capital writes the first letter, which is an ASCII one or starts a code, as a capital.
func capital(s string) string {
	if s == "" {
		return "Avis"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// doubts lists the values that are not to be trusted.
func (b *builder) doubts() group {
	if len(b.n.Flags) == 0 {
		return group{}
	}
	t := &table{Head: []string{"Champ", "Doute", "Valeur écrite", "Chemin"}}
	for _, f := range b.n.Flags {
		t.Rows = append(t.Rows, [][]value{plain(f.Field), plain(flagLabel(f.Code)), plain(f.Value), plain(f.Path)})
	}
	return group{Title: "Valeurs douteuses", Table: t}
}

// misread lists what stands in the document and was not understood.
func (b *builder) misread() group {
	if len(b.n.Warnings) == 0 {
		return group{}
	}
	t := &table{Head: []string{"Chemin", "Valeur", "Raison"}}
	for _, w := range b.n.Warnings {
		t.Rows = append(t.Rows, [][]value{plain(w.Path), plain(w.Value), plain(w.Reason)})
	}
	return group{Title: "Éléments du document non interprétés", Table: t}
}

// source says which document was read.
func (b *builder) source() group {
	src := b.n.Source
	g := group{Title: "Document source"}
	g.add("Génération", plain(string(b.n.Version)))
	g.add("Schéma", plain(src.Schema))
	g.add("Forme", plain(labelled(sources, src.Form)))
	g.flag("Document partiel", src.Partial)
	g.add("Empreinte SHA-256", plain(src.SHA256))
	g.add("Empreinte du contenu lu", plain(src.Digest))
	if src.Size > 0 {
		g.add("Taille", plain(number(float64(src.Size), 0)+" octets"))
	}
	g.add("Provenance", b.links("source.origin", public(src.Origin)))
	if !src.Fetched.IsZero() {
		at := src.Fetched.In(notice.Paris)
		g.add("Obtenu le", []value{{Lines: []string{day(notice.DateOf(at))}, Time: at.Format(time.RFC3339)}})
	}
	return g
}

// public is an origin as anybody may see it: a URL whole, of a path on the machine of the server the last element.
func public(origin string) string {
	if follow(origin) != "" {
		return origin
	}
	return origin[strings.LastIndexAny(origin, `/\`)+1:]
}
