package synth

import (
	"fmt"

	"github.com/boamp/boamp/internal/notice"
)

// joDoc is one document in the envelope of the present (3.2.5).
type joDoc struct {
	w         *world
	p         *procedure
	id        string
	day       notice.Date
	avis      typeAvis
	previous  *joDoc
	others    []string // ids of further earlier notices
	procedure string   // TYPE_PROCEDURE of the header
	due       string   // DATE_LIMITE_REPONSE as written
	body      func(x *writer, d *joDoc)
}

// previousID is the id of the notice that this one follows, "" when it names none.
func (d *joDoc) previousID() string {
	if d.previous == nil {
		return ""
	}
	return d.previous.id
}

// previousDay is its day, as written.
func (d *joDoc) previousDay() string {
	if d.previous == nil {
		return ""
	}
	return d.previous.day.String()
}

func (d *joDoc) document() Document {
	if d.id == "" {
		d.id = d.w.idweb(d.day)
	}
	x := newWriter()
	x.in(`jo:ann xmlns:jo="http://boamp.journal-officiel.gouv.fr/XML/3.2.5"`, func() {
		x.in("DONNEES", func() { d.body(x, d) })
		x.in("GESTION", func() { d.gestion(x) })
		x.cdata("HTML", "<html><body><h1>"+d.p.subject.title+"</h1></body></html>")
		x.cdata("HTMLSYNTHESE", "<p>"+d.p.subject.title+"</p>")
	})
	return Document{path(d.day, d.id), x.bytes()}
}

func (d *joDoc) gestion(x *writer) {
	p := d.p
	x.in("REFERENCE", func() {
		x.leaf("IDWEB", d.id)
		d.avis.write(x)
		if d.previous != nil {
			x.in("ANNONCE_ANTERIEUR", func() { x.leaf("IDWEB", d.previous.id) })
		}
		for _, id := range d.others {
			x.in("ANNONCE_ANTERIEUR", func() { x.leaf("IDWEB", id) })
		}
	})
	x.in("INDEXATION", func() {
		x.leaf("SCHEMA", "3.2.5")
		x.leaf("NOMORGANISME", p.buyer.name)
		if d.avis.nature == "ATTRIBUTION" && d.avis.famille != "FNS" {
			x.in("TITULAIRES", func() {
				for _, l := range p.lots {
					if l.winner != nil {
						x.leaf("DENOMINATION", l.winner.name)
					}
				}
			})
		}
		if d.procedure != "" {
			x.choice("TYPE_PROCEDURE", d.procedure)
		}
		x.leaf("DATE_PUBLICATION", d.day.String())
		x.leaf("DATE_LIMITE_REPONSE", d.due)
		x.leaf("DATE_FIN_DIFFUSION", p.displayEnd(d.day).String())
		descripteurs(x, p)
		x.choice("NATURE_MARCHE", p.subject.kind)
		if p.social || p.green {
			x.in("CRITERES_SOCIAUX_ENV", func() { criteres(x, p) })
		}
		departments(x, p)
		x.leaf("RESUME_OBJET", p.title())
	})
}

// naive is a deadline without offset, now and then with milliseconds: most FNS and MAPA notices.
func (w *world) naive(d notice.Date) string {
	s := d.String() + "T" + w.clock()
	if w.chance(12) {
		s += ".000"
	}
	return s
}

// chain writes a call and what follows it: a correction now and then, an award when there is time for one.
func chain(w *world, p *procedure, call *joDoc, correction, award *joDoc) []Document {
	docs := []Document{call.document()}
	if correction != nil && w.chance(30) {
		if day, ok := p.later(call.day, 5+w.rng.IntN(10)); ok {
			correction.day, correction.previous = day, call
			docs = append(docs, correction.document())
		}
	}
	if award != nil {
		if day, ok := p.later(call.day, 20+w.rng.IntN(20)); ok {
			award.day, award.previous = day, call
			docs = append(docs, award.document())
		}
	}
	return docs
}

func fnsimple(w *world, p *procedure) []Document {
	due := w.naive(p.deadline)
	a := func(nature, statut string) typeAvis { return typeAvis{"FNS", "FNSimple", nature, "", statut} }
	call := &joDoc{w: w, p: p, day: p.published, avis: a("APPEL_OFFRE", "INITIAL"), procedure: "OUVERT", due: due, body: fnsInitial}
	correction := &joDoc{w: w, p: p, avis: a("RECTIFICATIF", "RECTIFICATIF"), body: fnsRectificatif}
	award := &joDoc{w: w, p: p, avis: a("ATTRIBUTION", "INITIAL"), body: fnsAttribution}
	return chain(w, p, call, correction, award)
}

func fnsOrganisme(x *writer, p *procedure) {
	x.in("organisme", func() {
		x.leaf("nomOfficiel", p.buyer.name)
		x.choice("typeIdentificationNational", "siret")
		x.leaf("codeIdentificationNational", p.buyer.siret())
		x.leaf("ville", p.buyer.city)
		x.leaf("cp", p.buyer.postcode)
		x.choice("grpCommandes", "non")
	})
}

func natureElement(kind string) string {
	return map[string]string{"TRAVAUX": "travaux", "FOURNITURES": "fournitures", "SERVICES": "services"}[kind]
}

func cpvElement(x *writer, tag, code string) {
	x.in(tag, func() {
		x.in("objetPrincipal", func() { x.leaf("classPrincipale", code) })
	})
}

func fnsInitial(x *writer, d *joDoc) {
	p := d.p
	x.in("FNSimple", func() {
		fnsOrganisme(x, p)
		x.in("initial", func() {
			x.in("communication", func() {
				x.leaf("urlProfilAch", p.buyer.profileURL("https://profil.example/acheteur"))
				x.leaf("urlDocConsul", p.buyer.profileURL("https://profil.example/consultations/"+p.reference))
				x.leaf("identifiantInterne", p.reference)
				x.choice("docSecurite", "oui")
				x.leaf("nomContact", "Service de la commande publique")
				x.leaf("adresseMailContact", "achats@collectivite.example")
				x.leaf("telContact", "0199001234")
			})
			x.in("procedure", func() {
				x.flag("procedureAdapteeO")
				if p.more != nil {
					x.leaf("capaciteExercice", p.more.situation)
					x.leaf("capaciteEcoFin", p.more.economic)
				}
				x.leaf("capaciteTech", p.more.tech())
				x.choice("techAchat", "autres")
				x.leaf("dateReceptionOffres", d.due)
				x.choice("presOffres", "interdite")
				x.choice("variantes", "non")
				x.leaf("criteresAttrib", "60 % prix, 40 % valeur technique")
			})
			x.in("natureMarche", func() {
				x.leaf("intitule", p.title())
				cpvElement(x, "codeCPV", p.subject.cpv)
				x.choice("natureMarche", natureElement(p.subject.kind))
				x.leaf("description", p.subject.text)
				x.leaf("lieuExecution", p.buyer.city)
				x.leaf("dureeMois", p.duration())
				if p.more == nil || p.more.estimated {
					x.in(`valeurEstimee devise="EUR"`, func() { x.leaf("valeur", fmt.Sprint(p.estimate)) })
				}
				x.choice("tranches", "non")
				x.choice("reservationMarche", "non")
				x.choice("lotsMarche", map[bool]string{true: "oui", false: "non"}[len(p.lots) > 1])
			})
			if len(p.lots) > 1 {
				x.in("lots", func() {
					for _, l := range p.lots {
						x.in("lot", func() {
							x.leaf("description", l.title)
							cpvElement(x, "codeCPV", l.cpv)
							x.leaf("lieuExecutionLivraison", p.buyer.city)
							if p.more == nil || p.more.estimated {
								x.in(`estimationValeur devise="EUR"`, func() { x.leaf("valeur", fmt.Sprint(l.estimate)) })
							}
						})
					}
				})
			}
			if p.more != nil && p.more.info != "" {
				x.in("informComplementaire", func() { x.leaf("autresInformComplementaire", p.more.info) })
			}
		})
	})
}

func fnsRectificatif(x *writer, d *joDoc) {
	p := d.p
	x.in("FNSimple", func() {
		fnsOrganisme(x, p)
		x.in("rectificatif", func() {
			x.in("avisInitial", func() { x.leaf("idWeb", d.previousID()) })
			x.in("natureMarche", func() {
				x.leaf("intitule", p.title())
				cpvElement(x, "codeCPV", p.subject.cpv)
				x.choice("natureMarche", natureElement(p.subject.kind))
			})
			x.leaf("infosRectif", "La date limite de réception des offres est reportée du "+p.deadline.String()+" au "+p.deadline.AddDays(7).String()+" à 12 heures.")
		})
	})
}

func fnsAttribution(x *writer, d *joDoc) {
	p := d.p
	text := ""
	for i, l := range p.lots {
		text += fmt.Sprintf("Lot %d - %s : ", i+1, l.title)
		if l.winner == nil {
			text += "infructueux\n"
			continue
		}
		text += fmt.Sprintf("%s, %s %s, montant %d euros HT, offres reçues : %d\n", l.winner.name, l.winner.postcode, l.winner.city, l.amount, l.offers)
	}
	x.in("FNSimple", func() {
		fnsOrganisme(x, p)
		x.in("attribution", func() {
			x.in("avisInitial", func() {
				x.leaf("idWeb", d.previousID())
				x.leaf("datePublication", d.previousDay())
			})
			x.in("natureMarche", func() {
				x.leaf("intitule", p.title())
				cpvElement(x, "codeCPV", p.subject.cpv)
				x.choice("natureMarche", natureElement(p.subject.kind))
				x.leaf("description", p.subject.text)
			})
			x.leaf("attributionMarche", text)
		})
	})
}
