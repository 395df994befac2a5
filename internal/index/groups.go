package index

import (
	"slices"

	"github.com/boamp/boamp/internal/query"
)

// maxGroups is the most groups that are held at once; a request with more goes to the store.
const maxGroups = 1 << 21

// grouping is a request for groups under way. A group has a number for each key (dict), side by side in the bits of one.
type grouping struct {
	query.Groups
	list   []*asked
	found  []docs
	keys   []*dict
	shift  []int
	groups []uint64       // by number of the group
	places map[uint64]int // number of each group
	dense  []int32        // instead of places when there can only be few: number plus one
	counts []int64        // of records, instead of aggregates when these are all counts
	values []aggregate
}

func newGrouping(g query.Groups, list []*asked, found []docs) (*grouping, error) {
	run := &grouping{Groups: g, list: list, found: found, places: map[uint64]int{}}
	total := 0
	for _, f := range g.Keys {
		d, err := newDict(list, f)
		if err != nil {
			return nil, err
		}
		run.keys, run.shift = append(run.keys, d), append(run.shift, total)
		if total += d.bits(); total > 64 {
			return nil, notHere("keys of too many values")
		}
	}
	if total <= 20 {
		run.dense = make([]int32, 1<<total)
	}
	if len(g.Keys) == 0 {
		run.of(0)
	}
	return run, nil
}

// run fills the groups.
func (g *grouping) run() error {
	counts := !slices.ContainsFunc(g.Values, func(v query.Aggregate) bool { return v.Func != query.Count || v.Field != nil })
	if counts {
		return g.count()
	}
	return g.scan()
}

// count counts records only.
func (g *grouping) count() error {
	for part, a := range g.list {
		if err := ended(a.ctx); err != nil {
			return err
		}
		var err error
		switch {
		case len(g.keys) == 0:
			g.add(0, int64(g.found[part].count(a.seg.Len())))
		case len(g.keys) == 1:
			err = g.tally(part)
		case g.fewPairs(part):
			err = g.cross(part, 0, 0, g.found[part])
		default:
			err = g.each(part, func(group int, _ uint32) { g.counts[group]++ })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tally counts the values of one key.
func (g *grouping) tally(part int) error {
	a, d, found := g.list[part], g.keys[0], g.found[part]
	c := d.parts[part]
	counts := make([]uint64, c.Values()+1)
	if found.not && (found.everything() || 3*found.bm.GetCardinality() < uint64(a.seg.Len())) {
		gone := make([]uint64, len(counts))
		c.Tally(found.bm, gone)
		for code := range counts {
			counts[code] = c.Count(uint32(code)) - gone[code]
		}
	} else {
		c.Tally(found.bitmap(a.seg.Len()), counts)
	}
	for code, n := range counts {
		if n > 0 {
			g.add(uint64(d.number(part, uint32(code))), int64(n))
		}
	}
	return g.within()
}

// fewPairs says whether there are so few combinations of values that it is cheaper to intersect their documents than to look at
// each document.
func (g *grouping) fewPairs(part int) bool {
	n := uint64(1)
	for _, d := range g.keys {
		if n *= uint64(d.parts[part].Values()) + 1; n > 4096 {
			return false
		}
	}
	return n*500 < g.found[part].count(g.list[part].seg.Len())
}

// cross counts the documents of every combination of values from a key on.
func (g *grouping) cross(part, key int, path uint64, found docs) error {
	if key == len(g.keys) {
		if n := found.count(g.list[part].seg.Len()); n > 0 {
			g.add(path, int64(n))
		}
		return g.within()
	}
	d := g.keys[key]
	for code := range d.parts[part].Values() + 1 {
		bm, err := d.parts[part].Docs(code)
		if err != nil {
			return err
		}
		next := path | uint64(d.number(part, code))<<g.shift[key]
		if key == len(g.keys)-1 && !found.not {
			if n := found.bm.AndCardinality(bm); n > 0 {
				g.add(next, int64(n))
			}
			continue
		}
		if rest := shareOf(shared(bm), found); !rest.empty() {
			if err := g.cross(part, key+1, next, rest); err != nil {
				return err
			}
		}
	}
	return g.within()
}

// scan looks at each document for all aggregates.
func (g *grouping) scan() error {
	for _, v := range g.Values {
		a, err := newAggregate(g.list, v)
		if err != nil {
			return err
		}
		a.grow(len(g.groups))
		g.values = append(g.values, a)
	}
	for part := range g.list {
		for _, v := range g.values {
			v.part(part)
		}
		err := g.each(part, func(group int, doc uint32) {
			for _, v := range g.values {
				v.add(group, doc)
			}
		})
		if err != nil {
			return err
		}
		for _, v := range g.values {
			v.done()
		}
	}
	return nil
}

// each calls f with every document for each of its groups.
func (g *grouping) each(part int, f func(group int, doc uint32)) error {
	a := g.list[part]
	it := g.found[part].bitmap(a.seg.Len()).ManyIterator()
	var buf [1024]uint32
	several := slices.ContainsFunc(g.keys, func(d *dict) bool { return d.multi })
	for {
		n := it.NextMany(buf[:])
		if n == 0 {
			return nil
		}
		if err := ended(a.ctx); err != nil {
			return err
		}
		for _, doc := range buf[:n] {
			if several {
				g.combine(part, 0, 0, doc, f)
				continue
			}
			path := uint64(0)
			for i, d := range g.keys {
				path |= uint64(d.number(part, d.parts[part].Code(doc))) << g.shift[i]
			}
			f(g.of(path), doc)
		}
		if err := g.within(); err != nil {
			return err
		}
	}
}

// combine tries the values of the next key.
func (g *grouping) combine(part, key int, path uint64, doc uint32, f func(group int, doc uint32)) {
	if key == len(g.keys) {
		f(g.of(path), doc)
		return
	}
	d := g.keys[key]
	if !d.multi {
		g.combine(part, key+1, path|uint64(d.number(part, d.parts[part].Code(doc)))<<g.shift[key], doc, f)
		return
	}
	var room, codes [16]uint32
	numbers, _ := d.numbers(part, doc, room[:0], codes[:0])
	for _, n := range numbers {
		g.combine(part, key+1, path|uint64(n)<<g.shift[key], doc, f)
	}
}

// of finds or makes a group.
func (g *grouping) of(path uint64) int {
	if g.dense != nil {
		if n := g.dense[path]; n != 0 {
			return int(n - 1)
		}
	} else if n, ok := g.places[path]; ok {
		return n
	}
	n := len(g.groups)
	g.groups, g.counts = append(g.groups, path), append(g.counts, 0)
	if g.dense != nil {
		g.dense[path] = int32(n + 1)
	} else {
		g.places[path] = n
	}
	for _, v := range g.values {
		v.grow(n + 1)
	}
	return n
}

func (g *grouping) add(path uint64, n int64) { g.counts[g.of(path)] += n }

func (g *grouping) within() error {
	if len(g.groups) > maxGroups {
		return notHere("too many groups")
	}
	return nil
}

// key is the number of a group under a key.
func (g *grouping) key(group, key int) uint32 {
	return uint32(g.groups[group] >> g.shift[key] & (1<<g.keys[key].bits() - 1))
}
