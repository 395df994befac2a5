package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
)

// more are the long texts of a notice of a corpus; see Corpus.lengthen.
type more struct {
	situation, economic, technical, financing, legal, guarantee, info, note string

	estimated bool // the amounts that were expected are told
	platform  bool // the platform stands first among the organisations
}

// tech is what is asked of a candidate's ability; m may be nil.
func (m *more) tech() string {
	if m == nil {
		return "Voir le règlement de la consultation"
	}
	return m.technical
}

// purchase makes what all notices of a purchase share.
func (c *Corpus) purchase(r *rand.Rand, ch *sequence) *procedure {
	b := c.people.buyers[drawIndex(r, c.people.sums)]
	list := c.trades.draw(r)
	if ch.family == "DSP" {
		list = []*trade{c.trades.all["406"]}
	}
	first := list[0]
	p := &procedure{buyer: b, published: dayOf(ch.steps[0].day), uuid: uuid(r)}
	p.subject = subject{title: choose(r, first.objects), short: lowerFirst(choose(r, first.objects)), kind: first.kind}
	for _, t := range list {
		p.subject.descripteurs = append(p.subject.descripteurs, [2]string{t.code, t.label})
		p.cpvs = append(p.cpvs, choose(r, t.cpv))
	}
	p.subject.cpv = p.cpvs[0]
	if c := c.trades.leaf(r, p.subject.cpv); c != "" {
		p.subject.cpv, p.cpvs[0] = c, c
	}
	p.objet = title(r, &b, list, p.published.Year)
	p.reference = reference(r, p.published.Year)
	p.departements = around(r, b.departement)
	p.hour = hours[r.IntN(len(hours))]
	p.months = []int{6, 12, 12, 12, 24, 36, 48, 48, 4, 60}[r.IntN(10)]
	p.green, p.social = criteria(r, p.published.Year)
	p.deadline = p.published.AddDays(int(quantile(r, waits(ch.family))))
	p.shown = display(r, p)
	c.lots(r, p, ch, list)
	return p
}

func uuid(r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

func reference(r *rand.Rand, year int) string {
	switch r.IntN(4) {
	case 0:
		return fmt.Sprintf("%d-%03d", year, r.IntN(1000))
	case 1:
		return fmt.Sprintf("%02d%c%c%04d", year%100, 'A'+rune(r.IntN(26)), 'A'+rune(r.IntN(26)), r.IntN(10_000))
	case 2:
		return fmt.Sprintf("%dMP%04d", year, r.IntN(3000))
	}
	return fmt.Sprintf("%02d.%03d.%c", year%100, r.IntN(1000), 'A'+rune(r.IntN(26)))
}

// hours at which tenders are due: noon in six of ten.
var hours = strings.Fields("12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 12:00:00 " +
	"17:00:00 17:00:00 16:00:00 16:00:00 18:00:00 11:00:00 15:00:00 14:00:00 10:00:00 23:59:00 12:30:00")

// waits are the days from a call to its deadline, by share of notices.
func waits(family string) [][2]float64 {
	if family == "JOUE" {
		return [][2]float64{{0, 15}, {0.05, 26}, {0.25, 31}, {0.5, 34}, {0.75, 38}, {0.9, 46}, {0.99, 75}, {1, 400}}
	}
	return [][2]float64{{0, 8}, {0.05, 18}, {0.25, 23}, {0.5, 28}, {0.75, 32}, {0.9, 37}, {0.95, 42}, {0.99, 54}, {1, 394}}
}

// display gives the days for which a notice is on display when that is not until the deadline, as it is in four of five.
func display(r *rand.Rand, p *procedure) int {
	if r.IntN(100) < 79 {
		return 0
	}
	return int(quantile(r, [][2]float64{{0, 5}, {0.05, 15}, {0.25, 26}, {0.5, 31}, {0.75, 57}, {0.9, 87}, {0.99, 200}, {1, 962}}))
}

// criteria says whether environmental and social criteria are named: more often in recent years.
func criteria(r *rand.Rand, year int) (green, social bool) {
	green, social = r.IntN(1000) < 99, r.IntN(1000) < 23
	if year >= 2024 {
		green, social = r.IntN(1000) < 310, r.IntN(1000) < 15
	}
	if green && r.IntN(4) == 0 {
		social = true
	}
	return green, social
}

// around gives the departments of a notice: one in four of five, else some of the same region or others near by number.
func around(r *rand.Rand, home string) []string {
	n := 1
	for x, shares := r.IntN(1000), []int{828, 69, 23, 29, 16, 10, 6, 10, 9}; n < 9 && x >= shares[n-1]; n++ {
		x -= shares[n-1]
	}
	list := []string{written(home)}
	if n == 1 {
		return list
	}
	all := codelist.Departements()
	own, _ := codelist.DepartementOf(home)
	at := r.IntN(len(all))
	for try := 0; len(list) < n && try < 400; try++ {
		d := all[(at+try)%len(all)]
		if (try < len(all) && d.Region == own.Region || try >= len(all) && r.IntN(6) == 0) && d.Code != home && d.Code != "99" {
			if w := written(d.Code); !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list
}

// written is a department as documents write it.
func written(code string) string {
	if len(code) == 1 {
		return "0" + code
	}
	return code
}

// lots divides a purchase.
func (c *Corpus) lots(r *rand.Rand, p *procedure, ch *sequence, list []*trade) {
	family := ch.family
	n := 1
	switch x := r.IntN(100); {
	case family == "JOUE" && p.published.Year >= 2023: // as the forms of the present have it
		n = []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 8}[x/5]
		if x == 99 {
			n = 8 + int(6*r.ExpFloat64())
		}
	case len(list) > 3 && x < 85:
		n = len(list)
	case x < 62:
	case x < 78:
		n = 2 + r.IntN(2)
	case x < 92:
		n = 4 + r.IntN(3)
	case x < 98:
		n = 7 + r.IntN(7)
	default:
		n = 12 + int(10*r.ExpFloat64())
	}
	n = min(n, 60)
	median := map[string]float64{"JOUE": 400_000, "FNS": 150_000, "MAPA": 45_000, "DSP": 900_000, "DIVERS": 60_000}[family]
	total := median * math.Exp(1.2*r.NormFloat64())
	for i := range n {
		t := list[i%len(list)]
		l := lot{title: p.subject.title, cpv: p.subject.cpv, offers: 1 + int(3.2*r.ExpFloat64())}
		if n > 1 {
			l.title, l.cpv = choose(r, t.lots), p.cpvs[i%len(p.cpvs)]
			if n > 4 || r.IntN(3) == 0 {
				l.title += " - " + choose(r, quarters)
			}
		}
		l.estimate = max(100, int(total/float64(n)*math.Exp(0.6*r.NormFloat64()))/100*100)
		l.amount = max(1, int(float64(l.estimate)*(0.7+0.5*r.Float64())))
		if r.IntN(100) < 88 {
			f := c.people.firms[drawIndex(r, c.people.fsums)]
			l.winner = &f
		}
		p.estimate += l.estimate
		p.lots = append(p.lots, l)
	}
}

// leaf gives a more exact code of the vocabulary below one, now and then.
func (t *trades) leaf(r *rand.Rand, cpv string) string {
	list := t.below[cpv[:4]]
	if len(list) == 0 || r.IntN(3) == 0 {
		return ""
	}
	return list[zipf(r, len(list))]
}

// deadlineText writes a deadline as notices of the present do: half without offset, a third with that of Paris, some with another.
func deadlineText(r *rand.Rand, p *procedure) string {
	d := p.deadline
	switch x := r.IntN(20_000); { // defects at about their real rates
	case x == 0:
		d.Year += 5000
	case x < 8:
		d = notice.Date{Year: 2099, Month: time.December, Day: 31}
	}
	s := d.String() + "T" + p.hour
	switch x := r.IntN(281); {
	case x < 105:
	case x < 119:
		s += ".000"
	case x < 207:
		s += offset(p.deadline)
	case x < 236:
		s += "+01:00"
	case x < 265:
		s += ".000" + offset(p.deadline)
	case x < 266:
		s += "-04:00"
	default:
		s += "Z"
	}
	return s
}
