package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Borders between the generations of documents.
var (
	fromV230   = notice.Date{Year: 2015, Month: time.March, Day: 1}
	fromV240   = notice.Date{Year: 2022, Month: time.January, Day: 1}
	fromV325   = notice.Date{Year: 2023, Month: time.October, Day: 16}
	fromNature = notice.Date{Year: 2018, Month: time.January, Day: 1} // European corrections have a nature of their own
)

// target is the law of the size of donnees in characters: the median and the spread of its logarithm.
type target struct {
	median float64
	spread float64
	base   float64 // what a notice has without long texts
}

// write makes the document of a step of a purchase.
func (c *Corpus) write(i int, ch *sequence, k int) Document {
	planned := c.notices[i]
	p := c.purchase(c.rand(planned.purchase, 1), ch)
	r := c.rand(planned.purchase, 2+uint64(k))
	day := dayOf(planned.day)
	w := &world{rng: r}
	c.lengthen(r, p, ch, k, day)
	switch {
	case day.Compare(fromV230) < 0:
		return c.v110(w, p, ch, k, i)
	case day.Compare(fromV325) < 0:
		return c.v230(w, p, ch, k, i)
	}
	return c.jo(w, p, ch, k, i)
}

// class is TYPE_AVIS of a step, by its generation.
func class(ch *sequence, k int, day notice.Date, b buyer) typeAvis {
	t := typeAvis{ch.family, "CMP-2006", "APPEL_OFFRE", "", "INITIAL"}
	modern := day.Compare(fromV325) >= 0
	switch {
	case ch.family == "JOUE" && (day.Compare(notice.Date{Year: 2016, Month: time.April, Day: 1}) >= 0 || modern):
		t.perimetre = "DIRECTIVE-24"
		switch h := mix(uint64(len(b.name))<<20 ^ uint64(ch.steps[0].day)); { // the same for all notices of a purchase
		case ch.variant == "CONCESSION":
			t.perimetre = "DIRECTIVE-23"
		case h%1000 < 36:
			t.perimetre = "DIRECTIVE-25"
		case h%1000 < 43:
			t.perimetre = "DIRECTIVE-81"
		}
		t.sous = "STANDARD"
	case ch.family == "DSP":
		t.perimetre = "DSP"
		if !modern {
			t.sous = "CONCESSION"
		}
	case ch.family == "FNS" && modern:
		t.perimetre = "FNSimple"
	case ch.family == "MAPA" && modern:
		t.perimetre = "MAPA"
	case ch.family == "DIVERS":
		t.perimetre = "AUTRE"
	}
	if ch.variant != "" && t.sous != "" {
		t.sous = ch.variant
	}
	switch ch.steps[k].kind {
	case correction:
		t.statut = "RECTIFICATIF"
		if modern && ch.family != "JOUE" || !modern && (ch.family == "JOUE" || ch.family == "DSP") && day.Compare(fromNature) >= 0 {
			t.nature, t.sous = "RECTIFICATIF", ""
		}
	case cancellation:
		t.statut = "ANNULATION"
	case award:
		t.nature = "ATTRIBUTION"
	case modification:
		t.nature, t.sous, t.statut = "MODIFICATION", "", "MODIFICATION"
	case planning:
		t.nature, t.sous = "PRE-INFORMATION", "STANDARD"
	case intention:
		t.nature, t.sous = "INTENTION_CONCLURE", ""
	}
	return t
}

// before lists the notices of the purchase that a step names, oldest first.
func (c *Corpus) before(purchase uint32, ch *sequence, k int, p *procedure) []*v230doc {
	if s := ch.steps[k]; s.kind == call || s.kind == award && !ch.linked {
		return nil
	}
	var list []*v230doc
	for j := range k {
		if ch.steps[j].day > ch.steps[k].day {
			continue
		}
		if id := c.idOf(purchase, ch.steps[j], j); id != "" {
			day := dayOf(ch.steps[j].day)
			list = append(list, &v230doc{id: id, day: day, p: p, avis: class(ch, j, day, p.buyer)})
		}
	}
	return list
}

// lengthen gives a notice texts until its size follows the law of its kind.
func (c *Corpus) lengthen(r *rand.Rand, p *procedure, ch *sequence, k int, day notice.Date) {
	t := c.target(ch, k, day)
	size := t.median * math.Exp(t.spread*r.NormFloat64())
	if day.Compare(fromV325) >= 0 && ch.family == "JOUE" {
		t.base = 4_500 + 1_900*float64(len(p.lots))
		if ch.steps[k].kind == award {
			t.base += 1_700 * float64(len(p.lots))
		}
		size = min(size, 65_000)
	}
	left := min(size-t.base, 60_000)
	m := &more{note: c.text(r, 120, p), estimated: r.IntN(100) < 30, platform: r.IntN(24) < 7}
	p.more = m
	share := func(part float64) int { return int(left * part * (0.6 + 0.8*r.Float64())) }
	if ch.family == "FNS" {
		m.estimated = r.IntN(100) < 9
	}
	p.subject.text = c.text(r, max(60, share(0.22)), p)
	if kind := ch.steps[k].kind; kind == award && ch.family != "JOUE" && day.Compare(fromV325) >= 0 {
		p.subject.text = c.text(r, max(60, share(0.9)), p) // nothing else is long there
	}
	m.technical = c.text(r, max(40, share(0.14)), p)
	if left > 300 {
		m.situation = c.text(r, share(0.12), p)
		m.economic = c.text(r, share(0.1), p)
		m.info = c.text(r, share(0.32), p)
		m.financing = c.text(r, share(0.05), p)
		m.legal = "Aucune forme imposée ; groupement solidaire ou conjoint."
	}
	if r.IntN(100) < 50 {
		m.guarantee = c.text(r, 90, p)
	}
	b := &p.buyer
	if day.Compare(fromV325) < 0 {
		if r.IntN(100) >= 19 {
			b.siren = ""
		}
		if r.IntN(100) >= 80 {
			b.profile = "-"
		}
		if r.IntN(100) >= 51 {
			b.nuts = ""
		}
	}
}

// target gives the law of a step's size.
func (c *Corpus) target(ch *sequence, k int, day notice.Date) target {
	kind := ch.steps[k].kind
	modern := day.Compare(fromV325) >= 0
	switch {
	case day.Compare(fromV230) < 0:
		return target{4_900, 0.4, 700}
	case ch.family == "JOUE" && modern:
		return target{16_200, 0.45, 0}
	case ch.family == "JOUE":
		return target{7_300, 0.52, 2_500}
	case kind == award:
		return target{2_200, 0.6, 1_300}
	case kind == correction || kind == cancellation:
		return target{1_700, 0.5, 1_500}
	case ch.family == "MAPA":
		return target{2_600, 0.6, 1_700}
	}
	return target{3_300, 0.65, 1_900}
}

// v110 writes a notice of the first weeks of 2015.
func (c *Corpus) v110(w *world, p *procedure, ch *sequence, k, i int) Document {
	day := dayOf(c.notices[i].day)
	id := c.ids[i]
	kind := ch.steps[k].kind
	book := "BOMP C"
	if ch.family == "MAPA" {
		book = "MAPA"
	}
	x := newWriter()
	q := *p
	q.published = day
	x.in(fmt.Sprintf(`PARUTION_BOAMP nompublication="%s" dateparution="%s" numparution="%s"`, book, longDate(day), parution(book, day)), func() {
		x.in("ANNONCE", func() {
			v110gestion(x, &q, id, kind == award)
			x.in("DONNEES", func() { v110donnees(x, &q, kind == award) })
		})
	})
	return Document{path(day, id), x.bytes()}
}

func parution(book string, day notice.Date) string {
	n := day.In(notice.Paris).YearDay()
	if book == "MAPA" {
		return fmt.Sprintf("%02d%03d001", day.Year%100, n)
	}
	return fmt.Sprintf("%d%04d", day.Year, n)
}

// v230 writes a notice of 2015 to 2023.
func (c *Corpus) v230(w *world, p *procedure, ch *sequence, k, i int) Document {
	day := dayOf(c.notices[i].day)
	d := &v230doc{w: w, p: p, id: c.ids[i], day: day, avis: class(ch, k, day, p.buyer)}
	if day.Compare(fromV240) >= 0 {
		d.schema = "v240"
	}
	if kind := ch.steps[k].kind; kind == call || kind == correction {
		missing := map[int]int{2016: 85, 2017: 85}[day.Year]
		d.deadline = w.rng.IntN(100) >= max(missing, 10)
	}
	if list := c.before(c.notices[i].purchase, ch, k, p); len(list) > 0 {
		d.previous, d.others = list[0], list[1:]
	}
	return d.document()
}
