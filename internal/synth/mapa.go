package synth

import (
	"fmt"
	"strconv"
)

func mapa(w *world, p *procedure) []Document {
	a := func(nature, statut string) typeAvis { return typeAvis{"MAPA", "MAPA", nature, "", statut} }
	body := func(kind string) func(x *writer, d *joDoc) {
		return func(x *writer, d *joDoc) { mapaBody(x, d, "MAPA", kind) }
	}
	call := &joDoc{w: w, p: p, day: p.published, avis: a("APPEL_OFFRE", "INITIAL"), procedure: "PROCEDURE_ADAPTE", due: w.naive(p.deadline), body: body("initial")}
	correction := &joDoc{w: w, p: p, avis: a("RECTIFICATIF", "RECTIFICATIF"), procedure: "PROCEDURE_ADAPTE", body: body("rectificatif")}
	award := &joDoc{w: w, p: p, avis: a("ATTRIBUTION", "INITIAL"), procedure: "PROCEDURE_ADAPTE", body: body("attribution")}
	return chain(w, p, call, correction, award)
}

func divers(w *world, p *procedure) []Document {
	call := &joDoc{
		w: w, p: p, day: p.published, avis: typeAvis{"DIVERS", "AUTRE", "APPEL_OFFRE", "", "INITIAL"}, procedure: "AUTRE", due: w.naive(p.deadline),
		body: func(x *writer, d *joDoc) { mapaBody(x, d, "DIVERS", "initial") },
	}
	return []Document{call.document()}
}

func organisme(x *writer, p *procedure) {
	x.in("organisme", func() {
		x.in("correspondantPRM", func() { x.leaf("nom", "Service de la commande publique") })
		x.leaf("acheteurPublic", p.buyer.name)
		x.in("adr", func() {
			x.in("voie", func() { x.leaf("nomvoie", p.buyer.street) })
			x.leaf("cp", p.buyer.postcode)
			x.leaf("ville", p.buyer.city)
		})
		x.in("coord", func() {
			x.leaf("tel", "+33 199001234")
			x.leaf("mel", "achats@collectivite.example")
			x.leaf("url", "https://www.collectivite.example")
		})
		x.leaf("urlProfilAcheteur", p.buyer.profileURL("https://profil.example/acheteur"))
	})
}

// mapaBody writes the body that MAPA and DIVERS share: organisme and one part by kind.
func mapaBody(x *writer, d *joDoc, root, kind string) {
	parts := map[string]func(x *writer, d *joDoc){"initial": mapaInitial, "attribution": mapaAttribution, "rectificatif": mapaRectificatif}
	x.in(root, func() {
		organisme(x, d.p)
		x.in(kind, func() { parts[kind](x, d) })
	})
}

func mapaInitial(x *writer, d *joDoc) {
	p := d.p
	x.choice("natureMarche", natureElement(p.subject.kind))
	x.in("description", func() {
		x.leaf("objet", p.title())
		x.in("lieuExecution", func() {
			x.in("voie", func() { x.leaf("nomvoie", p.buyer.street) })
			x.leaf("cp", p.buyer.postcode)
			x.leaf("ville", p.buyer.city)
		})
	})
	x.in("caracteristiques", func() {
		x.leaf("principales", p.subject.text)
		x.choice("variantes", "non")
	})
	if len(p.lots) > 1 {
		x.in("lots", func() {
			for i, l := range p.lots {
				x.in("lot", func() {
					x.leaf("numLot", strconv.Itoa(i+1))
					x.leaf("description", l.title)
				})
			}
			x.flag("plusieursLot")
		})
	} else {
		x.flag("marcheUnique")
	}
	if p.more != nil {
		x.in("conditions", func() {
			x.leaf("modFinancement", p.more.financing)
			x.leaf("formeJuridique", p.more.legal)
		})
	}
	x.in("duree", func() { x.leaf("nbMois", p.duration()) })
	x.in("criteres", func() {
		for _, c := range [][2]string{{"60", "Prix des prestations"}, {"40", "Valeur technique"}} {
			x.in("criterePondere", func() {
				x.leaf("criterePCT", c[0])
				x.leaf("critere", c[1])
			})
		}
	})
	x.choice("procedure", "procedureAdaptee")
	x.in("delais", func() { x.leaf("receptionOffres", d.due) })
	x.in("renseignements", func() { x.leaf("idMarche", p.reference) })
	if p.more != nil && p.more.info != "" {
		x.in("autresInformations", func() { x.leaf("informations", p.more.info) })
	}
}

func mapaRectificatif(x *writer, d *joDoc) {
	x.in("avisInitial", func() { x.leaf("idWeb", d.previousID()) })
	x.choice("procedure", "procedureAdaptee")
	x.in("description", func() { x.leaf("objet", d.p.title()) })
	x.in("infosRectif", func() {
		x.leaf("rubrique", "Date limite de remise des offres")
		x.leaf("auLieuDe", "Le "+d.p.deadline.String()+" à 12h00")
		x.leaf("lire", "Le "+d.p.deadline.AddDays(7).String()+" à 12h00")
	})
}

func mapaAttribution(x *writer, d *joDoc) {
	p := d.p
	x.in("avisInitial", func() {
		x.leaf("idWeb", d.previousID())
		x.leaf("datePublication", d.previousDay())
	})
	x.in("descriptionReduite", func() { x.leaf("objet", p.title()) })
	x.choice("procedure", "procedureAdaptee")
	x.in("attribution", func() {
		for i, l := range p.lots {
			if len(p.lots) == 1 {
				x.in("resultat", func() { mapaResultat(x, l) })
				return
			}
			x.in("lotMarche", func() {
				x.leaf("numLot", strconv.Itoa(i+1))
				x.leaf("intituleLot", l.title)
				x.in("resultat", func() { mapaResultat(x, l) })
			})
		}
	})
}

func mapaResultat(x *writer, l lot) {
	if l.winner == nil {
		x.flag("sansSuite")
		return
	}
	x.in("attribue", func() {
		x.in("titulaire", func() {
			x.leaf("PersonneMorale", l.winner.name)
			x.in("adr", func() {
				x.leaf("cp", l.winner.postcode)
				x.leaf("ville", l.winner.city)
			})
		})
		x.in(`montant devise="EUR"`, func() { x.leaf("valeur", fmt.Sprint(l.amount)) })
	})
}

func dsp(w *world, p *procedure) []Document {
	call := &joDoc{
		w: w, p: p, day: p.published, avis: typeAvis{"DSP", "DSP", "APPEL_OFFRE", "", "INITIAL"}, procedure: "DSP", due: w.naive(p.deadline),
		body: func(x *writer, d *joDoc) {
			x.in("DSP", func() {
				organisme(x, p)
				x.in("initial", func() { dspInitial(x, d) })
			})
		},
	}
	return []Document{call.document()}
}

func dspInitial(x *writer, d *joDoc) {
	p := d.p
	x.in("communication", func() {
		x.in("documentMarche", func() {
			x.flag("accesComplet")
			x.leaf("urlDocument", "https://profil.example/consultations/"+p.reference)
		})
	})
	x.in("descriptionMarche", func() {
		x.leaf("titreMarche", p.title())
		x.leaf("numeroReference", p.reference)
		cpvElement(x, "CPV", p.subject.cpv)
		x.choice("natureMarche", "services")
		x.leaf("description", "Exploitation du service en délégation. "+p.subject.text)
		x.flag("divisibleLotNon")
		x.in("lot", func() {
			x.leaf("description", p.subject.text)
			x.in("lieuCodeNUTS", func() { x.leaf("codeNUTS", p.buyer.nuts) })
			x.in("criteres", func() { x.flag("critereDoc") })
			x.in("dureeLot", func() { x.leaf("nbMois", "96") })
		})
	})
	x.in("renseignementsAdm", func() {
		x.leaf("receptionInteret", d.due)
		x.in("langue", func() { x.leaf("langEC", "fr") })
	})
}
