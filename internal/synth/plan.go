package synth

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
)

// Corpus is a large body of invented notices with the proportions of the real data set: years and days of the week, families and
// kinds, corrections and awards behind their calls, departments, key words, buyers, lengths. What a purchase says depends on the
// seed and its own number alone; only the numbers of its notices, which count through the year, depend on how many there are.
//
// A Corpus is safe for concurrent use.
type Corpus struct {
	seed    uint64
	notices []planned // in order of publication
	ids     []string  // of notices
	cal     *calendar
	people  *population
	trades  *trades
}

// planned is a notice before it is written.
type planned struct {
	purchase uint32
	step     uint8 // in the chain of the purchase
	day      uint16
}

// NewCorpus plans as many notices as the options say; it takes about a microsecond and 40 bytes for each.
func NewCorpus(o Options) *Corpus {
	c := &Corpus{seed: o.Seed, cal: newCalendar(o.Today, o.Seed), people: newPopulation(o.Seed), trades: newTrades()}
	c.notices = make([]planned, 0, o.Notices)
	for i := uint32(0); len(c.notices) < o.Notices; i++ {
		ch := c.cal.chain(c.rand(i, 0))
		for k := range ch.steps[:ch.n] {
			if len(c.notices) < o.Notices {
				c.notices = append(c.notices, planned{i, uint8(k), ch.steps[k].day})
			}
		}
	}
	slices.SortFunc(c.notices, compare)
	c.number()
	return c
}

// compare orders by day, and within a day as by chance.
func compare(a, b planned) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(mix(uint64(a.purchase)), mix(uint64(b.purchase))), cmp.Compare(a.step, b.step))
}

// firstNumber is where the numbers of a year begin: the real ones of a year since 2015 stay below 200,000.
const firstNumber = 400_000

// number gives every notice its id. As in truth some numbers of a year are never published, and notices of the first days of
// a year were registered in the year before.
func (c *Corpus) number() {
	c.ids = make([]string, len(c.notices))
	year, n := 0, 0
	for j, p := range c.notices {
		registered := dayOf(p.day).AddDays(-3)
		if registered.Year != year {
			year, n = registered.Year, firstNumber
		}
		n++
		if mix(uint64(j))%100 < 16 {
			n++
		}
		c.ids[j] = fmt.Sprintf("%02d-%d", year%100, n)
	}
}

// Len is the number of notices.
func (c *Corpus) Len() int { return len(c.notices) }

// Documents makes all of them, in the order of publication.
func (c *Corpus) Documents() iter.Seq[Document] {
	return func(yield func(Document) bool) {
		for i := range c.Len() {
			if !yield(c.Document(i)) {
				return
			}
		}
	}
}

// Document makes the i-th notice in the order of publication.
func (c *Corpus) Document(i int) Document {
	p := c.notices[i]
	ch := c.cal.chain(c.rand(p.purchase, 0))
	return c.write(i, &ch, int(p.step))
}

// idOf finds the id of another notice of the purchase that the step belongs to.
func (c *Corpus) idOf(purchase uint32, s step, k int) string {
	i, found := slices.BinarySearchFunc(c.notices, planned{purchase, uint8(k), s.day}, compare)
	if !found {
		return ""
	}
	return c.ids[i]
}

// rand is the randomness of one purchase: what (below 256) 0 its chain, 1 what it says, 2 and more each step, 20 and more their identifiers.
func (c *Corpus) rand(purchase uint32, what uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.seed^0x5bd1e995*what, mix(uint64(purchase)<<8|what)))
}

// mix spreads the bits of a number.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
