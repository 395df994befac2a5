package synth

import (
	"cmp"
	"fmt"

	"github.com/boamp/boamp/internal/notice"
)

// typeAvis is the classification of a notice in GESTION.
type typeAvis struct{ famille, perimetre, nature, sous, statut string }

func (t typeAvis) write(x *writer) {
	x.in("TYPE_AVIS", func() {
		x.choice("FAMILLE", t.famille)
		x.choice("PERIMETRE", t.perimetre)
		x.in("NATURE", func() {
			if t.sous == "" {
				x.flag(t.nature)
				return
			}
			x.choice(t.nature, t.sous)
		})
		x.choice("STATUT", t.statut)
	})
}

// v230doc is one V230 document under construction.
type v230doc struct {
	w        *world
	p        *procedure
	id       string
	day      notice.Date
	avis     typeAvis
	previous *v230doc
	deadline bool       // the header gives one
	others   []*v230doc // further earlier notices
	schema   string     // "" for v230
}

func v230fns(w *world, p *procedure) []Document {
	call := &v230doc{w: w, p: p, day: p.published, deadline: w.chance(60), avis: typeAvis{"FNS", "CMP-2006", "APPEL_OFFRE", "", "INITIAL"}}
	return v230chain(w, p, call, typeAvis{"FNS", "CMP-2006", "ATTRIBUTION", "", "INITIAL"})
}

func v230mapa(w *world, p *procedure) []Document {
	call := &v230doc{w: w, p: p, day: p.published, avis: typeAvis{"MAPA", "CMP-2006", "APPEL_OFFRE", "", "INITIAL"}}
	return v230chain(w, p, call, typeAvis{"MAPA", "CMP-2006", "ATTRIBUTION", "", "INITIAL"})
}

func v230joue(w *world, p *procedure) []Document {
	call := &v230doc{w: w, p: p, day: p.published, deadline: true, avis: typeAvis{"JOUE", "DIRECTIVE-24", "APPEL_OFFRE", "STANDARD", "INITIAL"}}
	return v230chain(w, p, call, typeAvis{"JOUE", "DIRECTIVE-24", "ATTRIBUTION", "STANDARD", "INITIAL"})
}

func v230dsp(w *world, p *procedure) []Document {
	call := &v230doc{w: w, p: p, day: p.published, deadline: true, avis: typeAvis{"DSP", "DSP", "APPEL_OFFRE", "CONCESSION", "INITIAL"}}
	return []Document{call.document()}
}

// v230chain writes a call, now and then a correction or a cancellation of it, and otherwise its award.
func v230chain(w *world, p *procedure, call *v230doc, award typeAvis) []Document {
	docs := []Document{call.document()}
	last := call
	follow := func(after int, t typeAvis) bool {
		day, ok := p.later(last.day, after)
		if !ok {
			return false
		}
		next := &v230doc{w: w, p: p, day: day, avis: t, previous: last}
		docs = append(docs, next.document())
		last = next
		return true
	}
	a := call.avis
	switch n := w.rng.IntN(10); {
	case n == 0:
		follow(6, typeAvis{a.famille, a.perimetre, a.nature, a.sous, "ANNULATION"})
		return docs
	case n <= 3 && a.famille == "JOUE":
		follow(12, typeAvis{a.famille, a.perimetre, "RECTIFICATIF", "", "RECTIFICATIF"})
	case n <= 3:
		follow(12, typeAvis{a.famille, a.perimetre, a.nature, a.sous, "RECTIFICATIF"})
	}
	if w.chance(60) {
		follow(90+w.rng.IntN(60), award)
	}
	return docs
}

func (d *v230doc) document() Document {
	if d.id == "" {
		d.id = d.w.idweb(d.day)
	}
	x := newWriter()
	x.in(`ANNONCE xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://schemas.journal-officiel.gouv.fr/schemabook/boamp/Boamp_`+cmp.Or(d.schema, "v230")+`.xsd"`, func() {
		x.in("GESTION", func() { d.gestion(x) })
		x.in("DONNEES", func() { d.donnees(x) })
	})
	return Document{path(d.day, d.id), x.bytes()}
}

// due is the deadline as V230 writes it: the clock of Paris with +01:00 all year round.
func (d *v230doc) due() string {
	return d.p.deadline.String() + "T" + cmp.Or(d.p.hour, "12:00:00") + "+01:00"
}

func (d *v230doc) gestion(x *writer) {
	p := d.p
	x.in("REFERENCE", func() {
		x.leaf("IDWEB", d.id)
		d.avis.write(x)
	})
	if d.previous != nil {
		x.in("MARCHE", func() { d.earlier(x) })
	}
	x.leaf("NOM_HTML", d.id+".html")
	x.in("INDEXATION", func() {
		x.leaf("DATE_PUBLICATION", d.day.String())
		if d.deadline {
			x.leaf("DATE_LIMITE_REPONSE", d.due())
		}
		x.leaf("DATE_FIN_DIFFUSION", p.displayEnd(d.day).String())
		descripteurs(x, p)
		if p.social || p.green {
			x.in("CRITERES_SOCIAUX_ENV", func() { criteres(x, p) })
		}
		departments(x, p)
		x.leaf("RESUME_OBJET", p.title())
	})
}

func descripteurs(x *writer, p *procedure) {
	x.in("DESCRIPTEURS", func() {
		for _, d := range p.subject.descripteurs {
			x.in("DESCRIPTEUR", func() {
				x.leaf("CODE", d[0])
				x.leaf("LIBELLE", d[1])
			})
		}
	})
}

func criteres(x *writer, p *procedure) {
	if p.social {
		x.flag("SOCIAUX")
	}
	if p.green {
		x.flag("ENVIRONNEMENTAUX")
	}
}

// earlier names the notice that this one follows.
func (d *v230doc) earlier(x *writer) {
	for _, e := range append([]*v230doc{d.previous}, d.others...) {
		x.in("ANNONCE_ANTERIEUR", func() {
			x.in("REFERENCE", func() {
				x.leaf("IDWEB", e.id)
				e.avis.write(x)
			})
			x.in("REFERENCE_PUBLICATION", func() {
				x.in("PUBLICATION_ELECTRONIQUE", func() {
					x.leaf("DATE_PUBLICATION", e.day.String())
					x.leaf("DATE_FIN_DIFFUSION", d.p.displayEnd(e.day).String())
				})
			})
		})
	}
}

func (d *v230doc) donnees(x *writer) {
	p := d.p
	d.identite(x)
	switch {
	case d.avis.statut == "ANNULATION":
		x.in("ANNULATION", func() {
			d.earlier(x)
			x.leaf("MOTIF", "La procédure est déclarée sans suite pour un motif d'intérêt général : le besoin a changé.")
		})
		return
	case d.avis.statut == "RECTIFICATIF":
		d.rectif(x)
		return
	}
	d.objet(x)
	x.in("PROCEDURE", func() {
		x.choice("TYPE_PROCEDURE", map[string]string{"JOUE": "OUVERT", "DSP": "AUTRE", "FNS": "PROCEDURE_ADAPTE", "MAPA": "PROCEDURE_ADAPTE", "DIVERS": "AUTRE"}[d.avis.famille])
		x.in("CRITERES_ATTRIBUTION", func() {
			x.in("CRITERES_PONDERES", func() {
				x.leaf(`CRITERE POIDS="60"`, "Prix des prestations")
				x.leaf(`CRITERE POIDS="40"`, "Valeur technique")
			})
		})
	})
	if d.avis.nature == "ATTRIBUTION" {
		d.attribution(x)
		d.complements(x)
		return
	}
	x.in("CONDITION_DELAI", func() { x.leaf("RECEPT_OFFRES", d.due()) })
	d.conditions(x)
	x.in("CONDITION_ADMINISTRATIVE", func() { x.leaf("REFERENCE_MARCHE", p.reference) })
	d.complements(x)
}

func (d *v230doc) identite(x *writer) {
	b := d.p.buyer
	x.in("IDENTITE", func() {
		x.leaf("DENOMINATION", clip(b.name, 38))
		x.leaf("CODE_IDENT_NATIONAL", b.siret())
		x.leaf("CORRESPONDANT", "Service de la commande publique")
		x.leaf("ADRESSE", b.street)
		x.leaf("CP", b.postcode)
		x.leaf("VILLE", b.city)
		x.leaf("TEL", "01-99-00-12-34")
		x.leaf("MEL", "marches@mairie.example")
		x.leaf("URL_PROFIL_ACHETEUR", b.profileURL("https://profil.example/consultations"))
	})
	x.choice("TYPE_ORGANISME", b.kind)
}

func clip(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

func (d *v230doc) objet(x *writer) {
	p := d.p
	kind := p.subject.kind
	if kind == "SERVICES" {
		kind = "SERVICE"
	}
	x.in("OBJET", func() {
		x.leaf("TITRE_MARCHE", p.title())
		x.choice("TYPE_MARCHE", kind)
		x.leaf("OBJET_COMPLET", p.subject.text)
		x.in("CPV", func() { x.leaf("PRINCIPAL", p.subject.cpv) })
		x.in("LIEU_EXEC_LIVR", func() {
			x.leaf("CP", p.buyer.postcode)
			x.leaf("VILLE", p.buyer.city)
			x.leaf("CODE_NUTS", p.buyer.nuts)
		})
		if d.avis.nature == "APPEL_OFFRE" {
			if p.more == nil || p.more.estimated {
				x.in("CARACTERISTIQUES", func() { x.leaf(`VALEUR DEVISE="EUR"`, fmt.Sprint(p.estimate)) })
			}
			x.in("DUREE_DELAI", func() { x.leaf("DUREE_MOIS", p.duration()) })
		}
		if len(p.lots) > 1 {
			x.in("DIV_EN_LOTS", func() { x.flag("OUI") })
			x.in("LOTS", func() {
				for i, l := range p.lots {
					x.in("LOT", func() {
						x.leaf("NUM", fmt.Sprint(i+1))
						x.leaf("INTITULE", l.title)
						x.in("CPV", func() { x.leaf("PRINCIPAL", l.cpv) })
						if p.more == nil || p.more.estimated {
							x.leaf(`VALEUR DEVISE="EUR"`, fmt.Sprint(l.estimate))
						}
					})
				}
			})
		}
	})
}

func (d *v230doc) rectif(x *writer) {
	after := d.p.deadline.AddDays(7)
	x.in("RECTIF", func() {
		d.earlier(x)
		x.in("MODIFICATION", func() {
			x.leaf("RUB_INIT", "Date limite de réception des offres")
			x.leaf("TXT_INIT", d.p.deadline.String()+" à 12 heures")
			x.leaf("LIRE", after.String()+" à 12 heures")
		})
		x.leaf("INFO_COMPLEMENTAIRE", "Le reste de l'avis est sans changement.")
	})
}
