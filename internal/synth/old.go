package synth

import (
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

var months = [...]string{"JANVIER", "FÉVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOÛT", "SEPTEMBRE", "OCTOBRE", "NOVEMBRE", "DÉCEMBRE"}

// longDate writes a day as V110 heads its issues: "08 FÉVRIER   2008".
func longDate(d notice.Date) string {
	return fmt.Sprintf("%02d %-9s %d", d.Day, months[d.Month-1], d.Year)
}

// v110 writes a call or the result of one lot after another, in an issue with one notice.
func v110(w *world, p *procedure) []Document {
	id := w.idweb(p.published)
	yearDay := p.published.In(notice.Paris).YearDay()
	x := newWriter()
	x.in(fmt.Sprintf(`PARUTION_BOAMP nompublication="MAPA" dateparution="%s" numparution="%02d%03d001"`, longDate(p.published), p.published.Year%100, yearDay), func() {
		x.in("ANNONCE", func() {
			award := w.chance(50)
			v110gestion(x, p, id, award)
			x.in("DONNEES", func() { v110donnees(x, p, award) })
		})
	})
	return []Document{{path(p.published, id), x.bytes()}}
}

func v110gestion(x *writer, p *procedure, id string, award bool) {
	x.in("GESTION", func() {
		x.leaf("NOJO", id)
		x.leaf("R2", "4")
		x.leaf("R3", p.buyer.departement)
		x.leaf("TETIER_R3", p.buyer.departement+" - Département de l'Exemple")
		if award {
			x.leaf("R4", "9")
			x.leaf("TETIER_R4", "Résultat de marché")
		} else {
			x.leaf("R4", "50")
			x.leaf("TETIER_R4", "Avis d'appel public à la concurrence")
		}
		x.leaf("K9", fmt.Sprintf("%02d%02d%02d", p.published.Day, p.published.Month, p.published.Year%100))
		x.leaf("NUM_ANN", "17")
		x.leaf("NOM_HTML", fmt.Sprintf("/%d/MAPA/%s.htm", p.published.Year, id))
	})
}

// v110summary is the object in short.
func v110summary(p *procedure) string {
	if p.more != nil {
		return p.title()
	}
	return strings.ToLower(p.title())
}

// v110object is the object at length.
func v110object(p *procedure) string {
	if p.more != nil {
		return p.title() + ". " + p.subject.text + " " + p.more.info
	}
	return strings.ToLower(p.title()) + "."
}

func v110donnees(x *writer, p *procedure, award bool) {
	x.in("INFO", func() { x.flag(p.subject.kind) })
	x.in("IDENT", func() {
		x.leaf("TITRE", "Nom et adresse officiels de l'organisme acheteur :")
		x.leaf("NOM", p.buyer.name+".")
		x.leaf("ADRESSE", p.buyer.street+",")
		x.leaf("CP", p.buyer.postcode)
		x.leaf("VILLE", p.buyer.city+",")
		x.leaf("MEL", "marches@collectivite.example.")
	})
	x.in("OBJET", func() {
		x.leaf("TITRE", "Objet du marché :")
		x.leaf("OBJET_COMPLET", v110object(p))
		x.leaf("CPV_OBJ", p.subject.cpv)
	})
	if award {
		x.in(`PROCEDURE type="procedure_adaptee"`, func() {
			x.in("LOTS", func() {
				for i, l := range p.lots {
					x.leaf("NUM_LOT", fmt.Sprint(i+1))
					x.leaf("DESC", l.title)
					if l.winner == nil {
						x.leaf("INFRUCTUEUX", "Lot infructueux")
						continue
					}
					x.leaf("NOM", l.winner.name+",")
					x.leaf("CP", l.winner.postcode)
					x.leaf("VILLE", l.winner.city+".")
					x.leaf(`MONTANT type="HT"`, thousands(l.amount)+" euros")
				}
			})
		})
	} else {
		x.in(`PROCEDURE type="procedure_adaptee"`, func() {})
		x.in("DELAI", func() {
			d := p.deadline
			x.leaf("RECEPT_OFFRES", fmt.Sprintf("%d %s %d", d.Day, strings.ToLower(months[d.Month-1]), d.Year))
			x.leaf("AUTRES", ", à 16 heures")
		})
	}
	if p.more != nil {
		x.in("CRITERES_D_ATTRIBUTION", func() {
			x.leaf("TITRE", "Critères d'attribution :")
			x.leaf("AUTRES", p.more.technical+" "+p.more.situation+" "+p.more.economic)
		})
	}
	x.in("DESCRIPTEURS", func() {
		for _, d := range p.subject.descripteurs {
			x.leaf("DESCRIPTEUR", d[1])
		}
	})
	x.leaf("AUTRES", p.buyer.departement+" "+v110summary(p))
}

// thousands writes 49600 as "49 600,00".
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s + ",00"
}

// v010 writes an index card of a MAPA of 2006-2007.
func v010(w *world, p *procedure) []Document {
	id := w.idweb(p.published)
	day := strings.ReplaceAll(p.published.String(), "-", "")
	x := newWriter()
	x.in("ANNONCE", func() {
		x.leaf("id", fmt.Sprint(7000000+w.rng.IntN(100000)))
		x.leaf("r2", "4")
		x.leaf("r3", p.buyer.departement)
		x.leaf("r4", "50")
		x.leaf("numeroBulletin", "42")
		x.leaf("typeBulletin", "MAPA")
		x.leaf("numeroAnnonce", "17")
		x.leaf("numeroAnnonceOriginal", id)
		x.leaf("dateLimiteValidite", strings.ReplaceAll(p.deadline.String(), "-", ""))
		x.leaf("dateParution", day)
		x.leaf("typeId", "1")
		x.leaf("typeLibelle", "Avis d'appel public à la concurrence")
		x.leaf("nomHtml", id+".html")
		x.in("descripteurs", func() {
			for _, d := range p.subject.descripteurs {
				x.in("descripteur", func() {
					x.leaf("id", d[0])
					x.leaf("libelle", d[1])
				})
			}
		})
		x.leaf("departementEmetteur", p.buyer.departement)
		x.leaf("departementExecution", p.buyer.departement)
		x.leaf("typeProcedureId", "1")
		x.leaf("typeProcedureLibelle", "Procédure adaptée")
		x.leaf("lieuDonneurOrdre", p.buyer.city)
		x.leaf("organisme", p.buyer.name)
		x.leaf("resume", p.title())
	})
	return []Document{{path(p.published, id), x.bytes()}}
}

// v240 writes a national call of 2022: the shape of V230 with the names that it added.
func v240(w *world, p *procedure) []Document {
	d := &v230doc{w: w, p: p, day: p.published, deadline: true, avis: typeAvis{"FNS", "CMP-2006", "APPEL_OFFRE", "", "INITIAL"}, id: w.idweb(p.published)}
	x := newWriter()
	x.in(`ANNONCE xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://schemas.journal-officiel.gouv.fr/schemabook/boamp/Boamp_v240.xsd"`, func() {
		x.in("GESTION", func() { d.gestion(x) })
		x.in("DONNEES", func() {
			b := p.buyer
			x.in("IDENTITE", func() {
				x.leaf("DENOMINATION", b.name)
				x.choice("TYPE_IDENT_NATIONAL", "SIRET")
				x.leaf("CODE_IDENT_NATIONAL", b.siret())
				x.leaf("CP", b.postcode)
				x.leaf("VILLE", b.city)
				x.leaf("URL_PROFIL_ACHETEUR", "https://profil.example/acheteur")
				x.flag("INTEGRALITE_DOC_OUI")
			})
			d.objet(x)
			x.in("PROCEDURE", func() {
				x.choice("TYPE_PROCEDURE", "PROCEDURE_ADAPTE")
				x.choice("TECH_ACHAT", "ACCORD_CADRE")
				x.flag("ATTRIB_SANS_NEG_OUI")
				x.leaf("CATEGORIE_ACHETEUR", "Tous les soumissionnaires")
			})
			x.in("CONDITION_DELAI", func() { x.leaf("RECEPT_OFFRES", d.due()) })
		})
	})
	return []Document{{path(p.published, d.id), x.bytes()}}
}
