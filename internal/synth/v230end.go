package synth

import "fmt"

// conditions are the long texts before the administrative ones.
func (d *v230doc) conditions(x *writer) {
	m := d.p.more
	if m == nil {
		return
	}
	x.in("CONDITION_RELATIVE_MARCHE", func() {
		x.leaf("CAUTIONNEMENT", m.guarantee)
		x.leaf("FINANCEMENT", m.financing)
		x.leaf("FORME_JURIDIQUE", m.legal)
		x.in("LANGUES", func() { x.leaf("LANGUE", "fr") })
	})
	x.in("CONDITION_PARTICIPATION", func() {
		x.leaf("SITUATION_JURIDIQUE", m.situation)
		x.leaf("CAP_ECO", m.economic)
		x.leaf("CAP_TECH", m.technical)
	})
}

// complements are what stands at the end of a notice.
func (d *v230doc) complements(x *writer) {
	m := d.p.more
	if m == nil {
		return
	}
	b := d.p.buyer
	x.in("RENSEIGNEMENTS_COMPLEMENTAIRES", func() {
		x.leaf("RENS_COMPLEMENT", m.info)
		x.in("ADRESSES_COMPLEMENTAIRES", func() {
			x.in("ADRESSE", func() {
				x.in("TYPE", func() { x.flag("INSTANCE_RECOURS") })
				x.leaf("DENOMINATION", "Tribunal administratif de "+b.city)
				x.leaf("ADRESSE", "1 rue du Greffe")
				x.leaf("CP", b.postcode)
				x.leaf("VILLE", b.city)
				x.leaf("MEL", "greffe@tribunal.example")
			})
		})
	})
}

func (d *v230doc) attribution(x *writer) {
	total := 0
	for _, l := range d.p.lots {
		if l.winner != nil {
			total += l.amount
		}
	}
	x.in("ATTRIBUTION", func() {
		x.flag("ATTRIBUE_PAR_LOTS_MARCHES")
		if total > 0 {
			x.leaf(`VALEUR_TOTALE DEVISE="EUR"`, fmt.Sprint(total))
		}
		for i, l := range d.p.lots {
			x.in("DECISION", func() {
				x.leaf("NUM_LOT", fmt.Sprint(i+1))
				x.leaf("INTITULE", l.title)
				if l.winner == nil {
					x.flag("INFRUCTUEUX")
					return
				}
				x.in("TITULAIRE", func() {
					x.leaf("DENOMINATION", l.winner.name)
					x.leaf("CODE_IDENT_NATIONAL", l.winner.siret())
					x.leaf("CP", l.winner.postcode)
					x.leaf("VILLE", l.winner.city)
				})
				x.in("RENSEIGNEMENT", func() {
					x.leaf("DATE_ATTRIBUTION", d.day.AddDays(-10).String())
					x.leaf("NB_OFFRE_RECU", fmt.Sprint(l.offers))
					x.leaf(`MONTANT DEVISE="EUR"`, fmt.Sprint(l.amount))
				})
			})
		}
	})
}
