package index

import (
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/store"
)

// Step is one step of answering a question.
type Step = store.Step

// Answers counts the answers of an index since it was opened, by who gave them.
type Answers struct {
	Index int64 // the index alone
	Split int64 // found by the index, read from packed notices
	Store int64 // the store behind
}

// counters are Answers under way.
type counters struct{ index, split, store atomic.Int64 }

func (c *counters) answers() Answers {
	return Answers{Index: c.index.Load(), Split: c.split.Load(), Store: c.store.Load()}
}

func (c *counters) count(where string) {
	switch where {
	case "index":
		c.index.Add(1)
	case "split":
		c.split.Add(1)
	default:
		c.store.Add(1)
	}
}

// Plan lists what the view did so far, in order; a view that is asked very often forgets its first steps.
func (v *View) Plan() []Step { return v.plan }

// maxSteps is the most steps that a view remembers.
const maxSteps = 100

func (v *View) step(what, where, why string, since time.Time) {
	v.ix.counters.count(where)
	if len(v.plan) >= maxSteps {
		v.plan = append(v.plan[:0], v.plan[1:]...)
	}
	v.plan = append(v.plan, Step{What: what, Where: where, Why: why, Begun: since, Time: time.Since(since)})
}
