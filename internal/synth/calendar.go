package synth

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// A calendar spreads purchases over the years and says what follows a call and when. Figures: notices published by year, by day
// of the week, the share of each kind of notice and the days from a call to what follows it, as counted in the data set.
type calendar struct {
	sums []float64 // running weights of the days
}

// yearWeights are thousands of notices published; years behind the last have its weight.
var yearWeights = []float64{160, 157, 155, 153, 162, 133, 144, 145, 152, 126, 126}

const firstYear = 2015

// dayWeights are the notices of a day by day of the week, from Sunday.
var dayWeights = [7]float64{178, 170, 215, 335, 350, 429, 191}

var firstDay = notice.Date{Year: firstYear, Month: time.January, Day: 2}

// dayOf gives the day that is a number of days behind the first.
func dayOf(n uint16) notice.Date { return firstDay.AddDays(int(n)) }

func newCalendar(today notice.Date, seed uint64) *calendar {
	n := max(1, days(firstDay, today)+1)
	c := &calendar{sums: make([]float64, n)}
	sum := 0.0
	for i := range n {
		d := firstDay.AddDays(i)
		w := yearWeights[min(d.Year-firstYear, len(yearWeights)-1)] * dayWeights[d.In(time.UTC).Weekday()]
		r := rand.New(rand.NewPCG(seed, uint64(i)|1<<40))
		sum += w * math.Exp(0.35*r.NormFloat64()) // days of one kind differ
		c.sums[i] = sum
	}
	return c
}

// day draws the day of a call.
func (c *calendar) day(r *rand.Rand) int {
	x := r.Float64() * c.sums[len(c.sums)-1]
	lo, hi := 0, len(c.sums)-1
	for lo < hi {
		if m := (lo + hi) / 2; c.sums[m] < x {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// step is one notice of a purchase.
type step struct {
	day  uint16
	kind stepKind
}

type stepKind uint8

const (
	call stepKind = iota
	correction
	cancellation
	award
	modification
	planning
	intention
)

// sequence is a purchase as a row of notices.
type sequence struct {
	family  string
	variant string // "", CONCOURS, CONCESSION
	steps   [8]step
	n       int
	linked  bool // the award names what came before
}

// rates of a family: what follows one call, in thousandths.
type rates struct{ correction, again, cancellation, award, modification int }

var followers = map[string]rates{
	"JOUE":   {150, 120, 2, 960, 9},
	"FNS":    {90, 80, 6, 172, 0},
	"MAPA":   {74, 80, 6, 172, 0},
	"DSP":    {80, 50, 5, 150, 0},
	"DIVERS": {20, 0, 0, 0, 0},
}

// families are the calls of a family in ten thousandths, by time: those that hold until 2023, and those from then on.
var families = [2][]struct {
	name  string
	share int
}{
	{{"JOUE", 3800}, {"FNS", 4530}, {"MAPA", 1565}, {"DSP", 88}, {"DIVERS", 17}},
	{{"JOUE", 2750}, {"FNS", 5500}, {"MAPA", 1640}, {"DSP", 95}, {"DIVERS", 15}},
}

// chain draws a purchase.
func (c *calendar) chain(r *rand.Rand) sequence {
	var ch sequence
	day := c.day(r)
	era := 0
	if dayOf(uint16(day)).Year >= 2024 {
		era = 1
	}
	x := r.IntN(10_000)
	for _, f := range families[era] {
		if ch.family = f.name; x < f.share {
			break
		}
		x -= f.share
	}
	if ch.family == "JOUE" {
		switch x := r.IntN(1000); {
		case x < 19:
			ch.variant = "CONCESSION"
		case x < 41:
			ch.variant = "CONCOURS"
		case x < 49:
			ch.add(day, planning)
			return ch
		case x < 53:
			ch.add(day, intention)
			return ch
		}
	}
	ch.add(day, call)
	c.follow(r, &ch, day)
	return ch
}

func (ch *sequence) add(day int, k stepKind) {
	ch.steps[ch.n] = step{uint16(day), k}
	ch.n++
}

// follow draws what follows a call.
func (c *calendar) follow(r *rand.Rand, ch *sequence, day int) {
	rate := followers[ch.family]
	hit := func(thousandths int) bool { return r.IntN(1000) < thousandths }
	last := day
	later := func(delay int, k stepKind) {
		d := c.shift(r, day+max(1, delay))
		if d <= last && k != correction {
			d = last + 1
		}
		if d < len(c.sums) && ch.n < len(ch.steps) {
			ch.add(d, k)
			last = max(last, d)
		}
	}
	ch.linked = hit(490)
	if hit(rate.cancellation) {
		later(int(-9*math.Log(1-r.Float64())), cancellation)
		return
	}
	mean := 18.0
	if ch.family == "JOUE" {
		mean = 23
	}
	if hit(rate.correction) {
		delay := int(math.Abs(mean + 11.5*r.NormFloat64()))
		later(min(delay, 60), correction)
		if hit(rate.again) {
			later(min(delay+3+r.IntN(12), 75), correction)
		}
	}
	if hit(rate.award) {
		later(int(110*math.Exp(0.42*r.NormFloat64())), award)
		if hit(rate.modification) {
			later(250+r.IntN(500), modification)
		}
	}
}

// shift moves a day forward until one comes on which much is published.
func (c *calendar) shift(r *rand.Rand, day int) int {
	for range 6 {
		if r.Float64()*429 < dayWeights[(day+5)%7] { // the first day was a Friday
			break
		}
		day++
	}
	return day
}
