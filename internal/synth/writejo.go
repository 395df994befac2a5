package synth

// jo writes a notice of the present: European ones in eForms, the others in the national forms.
func (c *Corpus) jo(w *world, p *procedure, ch *sequence, k, i int) Document {
	day := dayOf(c.notices[i].day)
	kind := ch.steps[k].kind
	d := &joDoc{w: w, p: p, id: c.ids[i], day: day, avis: class(ch, k, day, p.buyer)}
	list := c.before(c.notices[i].purchase, ch, k, p)
	if len(list) > 0 {
		d.previous = &joDoc{id: list[0].id, day: list[0].day}
		for _, e := range list[1:] {
			d.others = append(d.others, e.id)
		}
	}
	if kind == call {
		d.due = deadlineText(w.rng, p)
	}
	switch ch.family {
	case "JOUE":
		d.procedure = "OUVERT"
		if w.rng.IntN(100) < 9 {
			d.procedure = "RESTREINT"
		}
		c.eforms(w, p, ch, k, i, d)
	case "FNS":
		d.procedure = map[stepKind]string{call: "OUVERT"}[kind]
		d.body = map[stepKind]func(*writer, *joDoc){award: fnsAttribution, correction: fnsRectificatif, cancellation: fnsRectificatif}[kind]
		if d.body == nil {
			d.body = fnsInitial
		}
	case "MAPA", "DIVERS":
		d.procedure = "PROCEDURE_ADAPTE"
		part := map[stepKind]string{award: "attribution", correction: "rectificatif", cancellation: "rectificatif"}[kind]
		if part == "" {
			part = "initial"
		}
		if ch.family == "DIVERS" {
			d.avis = typeAvis{"DIVERS", "AUTRE", "APPEL_OFFRE", "", "INITIAL"}
		}
		d.body = func(x *writer, d *joDoc) { mapaBody(x, d, ch.family, part) }
	default:
		d.procedure = "DSP"
		d.body = func(x *writer, d *joDoc) {
			x.in("DSP", func() {
				organisme(x, p)
				x.in("initial", func() { dspInitial(x, d) })
			})
		}
	}
	return d.document()
}

// eforms gives a notice the eForms body of its step.
func (c *Corpus) eforms(w *world, p *procedure, ch *sequence, k, i int, d *joDoc) {
	u := &ublDoc{w: w, p: p, root: "ContractNotice", subtype: "16", form: "competition", kind: "cn-standard", version: "01", day: d.day, due: p.deadline}
	u.id = uuid(c.rand(c.notices[i].purchase, 20+uint64(k)))
	switch ch.steps[k].kind {
	case planning:
		u.root, u.subtype, u.form, u.kind, d.procedure = "PriorInformationNotice", "4", "planning", "pin-only", ""
	case intention:
		u.root, u.subtype, u.form, u.kind = "ContractAwardNotice", "25", "dir-awa-pre", "veat"
	case award:
		u.root, u.subtype, u.form, u.kind = "ContractAwardNotice", "29", "result", "can-standard"
	case modification:
		u.root, u.subtype, u.form, u.kind = "ContractAwardNotice", "38", "cont-modif", "can-modif"
	case correction, cancellation:
		u.changes, u.reason = uuid(c.rand(c.notices[i].purchase, 20))+"-01", "cor-buy"
		if ch.steps[k].kind == cancellation {
			u.reason = "cancel"
		} else {
			u.due = p.deadline.AddDays(7)
		}
		if w.rng.IntN(3) == 0 {
			u.version = "02"
		}
		if w.rng.IntN(2) == 0 {
			d.avis.statut = "INITIAL"
		}
	}
	if u.form == "competition" && d.due != "" {
		d.due = p.deadline.String() + "T" + p.hour + offset(p.deadline)
	}
	d.body = func(x *writer, _ *joDoc) {
		x.in("EFORMS "+boampUBL, func() { x.in(u.root, func() { u.write(x) }) })
	}
}
