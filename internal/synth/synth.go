// Package synth makes invented notices in the true formats of every generation: what the demonstration shows, and what tests
// and benchmarks read where no real document may stand. Buyers, places of business, persons and companies do not exist:
// identifiers start with 000, telephone numbers lie in the range that is reserved for fiction, addresses end in .example.
//
// Generate makes the few of a demonstration, every generation and kind early; a Corpus makes any number with the proportions of
// the real data set. The same seed, number and day give the same bytes.
package synth

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Document is one invented document as a source would give it.
type Document struct {
	Path  string // where DILA's tree would have it, or the name of an archive entry: "2026/09/11/26-88058.xml"
	Bytes []byte
}

// Options choose what to make.
type Options struct {
	Seed    uint64
	Notices int         // roughly: procedures are completed
	Today   notice.Date // the latest day of publication; calls of the last weeks are open on it
}

// Generate makes documents of all generations, newest procedures last.
func Generate(o Options) iter.Seq[Document] {
	return func(yield func(Document) bool) {
		w := &world{rng: rand.New(rand.NewPCG(o.Seed, 0x626f616d70)), today: o.Today, next: map[int]int{}}
		made := 0
		for i := 0; made < o.Notices; i++ {
			for _, d := range w.procedure(i) {
				made++
				if !yield(d) {
					return
				}
			}
		}
	}
}

// world is the state of the generator.
type world struct {
	rng   *rand.Rand
	today notice.Date
	next  map[int]int // last idweb number by year
}

// era is a generation with the time it was written in.
type era struct {
	version  notice.Version
	from, to notice.Date
	kinds    []form
}

// form makes the documents of one procedure.
type form func(w *world, p *procedure) []Document

// eras lists what is made, in turn: recent generations more often.
func (w *world) eras() []era {
	day := func(y int, m time.Month, d int) notice.Date { return notice.Date{Year: y, Month: m, Day: d} }
	recent := era{notice.V325, w.today.AddDays(-60), w.today, []form{fnsimple, eforms, mapa, fnsimple, eforms, dsp, mapa, divers, eforms, fnsimple}}
	return []era{
		recent,
		{notice.V230, day(2015, 3, 2), day(2021, 12, 20), []form{v230fns, v230joue, v230mapa, v230dsp, v230joue}},
		recent,
		{notice.V110, day(2008, 1, 8), day(2015, 2, 20), []form{v110}},
		recent,
		{notice.V240, day(2022, 1, 10), day(2023, 9, 20), []form{v240}},
		recent,
		{notice.V010, day(2006, 1, 10), day(2007, 12, 20), []form{v010}},
		recent,
		{notice.EForms, day(2024, 1, 31), w.today.AddDays(-10), []form{plainEForms}},
	}
}

// procedure makes the documents of the i-th procedure.
func (w *world) procedure(i int) []Document {
	eras := w.eras()
	e := eras[i%len(eras)]
	form := e.kinds[(i/2)%len(e.kinds)]
	return form(w, w.newProcedure(e))
}

// procedure is an invented purchase.
type procedure struct {
	buyer     buyer
	subject   subject
	published notice.Date
	last      notice.Date // no document of it is later
	deadline  notice.Date
	uuid      string
	lots      []lot
	estimate  int // euros
	reference string
	social    bool
	green     bool

	// Of a corpus only; the demonstration does without.
	objet        string   // title; "" for the subject at the place
	departements []string // "" for the buyer's
	cpvs         []string
	shown        int    // days on display; 0 for the rule of displayEnd
	hour         string // of the deadline, "" for noon
	months       int    // how long the contract runs, 0 for a year
	more         *more
}

type lot struct {
	title    string
	cpv      string
	estimate int
	winner   *company
	amount   int
	offers   int
}

func (w *world) newProcedure(e era) *procedure {
	span := days(e.from, e.to)
	p := &procedure{
		buyer: pick(w, buyers), subject: pick(w, subjects), last: e.to, uuid: w.uuid(),
		published: e.from.AddDays(w.rng.IntN(max(1, span))), social: w.chance(12), green: w.chance(25),
	}
	p.deadline = p.published.AddDays(21 + w.rng.IntN(20))
	p.reference = fmt.Sprintf("%d-%s-%03d", p.published.Year, p.subject.short, w.rng.IntN(1000))
	n := 1
	if len(p.subject.lots) > 0 && w.chance(60) {
		n = min(len(p.subject.lots), 2+w.rng.IntN(4))
	}
	for i := range n {
		l := lot{title: p.subject.title, cpv: p.subject.cpv, estimate: 1000 * (20 + w.rng.IntN(400)), offers: 1 + w.rng.IntN(9)}
		if n > 1 {
			l.title, l.cpv = p.subject.lots[i].title, p.subject.lots[i].cpv
		}
		p.estimate += l.estimate
		l.amount = l.estimate * (70 + w.rng.IntN(50)) / 100
		if !w.chance(10) {
			c := pick(w, companies)
			l.winner = &c
		}
		p.lots = append(p.lots, l)
	}
	return p
}

// title is the subject at the buyer's place.
func (p *procedure) title() string {
	if p.objet != "" {
		return p.objet
	}
	return p.subject.title + " - " + p.buyer.city
}

// duration is the number of months that the contract runs, as written.
func (p *procedure) duration() string { return strconv.Itoa(cmp.Or(p.months, 12)) }

// departments writes where a notice is published.
func departments(x *writer, p *procedure) {
	if p.departements == nil {
		x.leaf("DEP_PUBLICATION", p.buyer.departement)
	}
	for _, d := range p.departements {
		x.leaf("DEP_PUBLICATION", d)
	}
}

// days counts from a to b.
func days(a, b notice.Date) int { return int(b.In(time.UTC).Sub(a.In(time.UTC)).Hours() / 24) }

func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// idweb gives the next number of the year of d. Far above the real ones of a year, so that nobody takes it for one.
func (w *world) idweb(d notice.Date) string {
	w.next[d.Year] += 1 + w.rng.IntN(9)
	return fmt.Sprintf("%02d-%d", d.Year%100, 900000+w.next[d.Year])
}

func (w *world) uuid() string {
	a, b := w.rng.Uint64(), w.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

// path is where DILA's tree of the present has a document.
func path(d notice.Date, id string) string {
	return fmt.Sprintf("%04d/%02d/%02d/%s.xml", d.Year, d.Month, d.Day, id)
}

// later gives a day some days after d, not after the procedure's last day; ok says that there is one.
func (p *procedure) later(d notice.Date, n int) (notice.Date, bool) {
	l := d.AddDays(n)
	return l, l.Compare(p.last) <= 0
}

// displayEnd is the last day on which the site shows a notice of that day: until the deadline, and a month when it is over.
func (p *procedure) displayEnd(day notice.Date) notice.Date {
	if p.shown > 0 {
		return day.AddDays(p.shown)
	}
	if p.deadline.Compare(day) < 0 {
		return day.AddDays(30)
	}
	return p.deadline
}

// clock is an hour at which tenders are due.
func (w *world) clock() string {
	return pick(w, []string{"12:00:00", "12:00:00", "12:00:00", "17:00:00", "16:00:00", "11:00:00", "14:30:00"})
}
