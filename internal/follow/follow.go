// Package follow keeps a data folder in step with the places that its documents come from. A Pass looks once at each of them; a Scheduler
// makes passes for as long as a server lives. Time, waiting and chance come in as values.
package follow

import (
	"context"
	"errors"
	"time"

	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/source"
)

// Importer is the way into the folder: *ingest.Importer.
type Importer interface {
	// Import applies the editions of a source. Its error is of our own side, or that of the source with which an edition broke off.
	Import(ctx context.Context, src source.Source) (ingest.Summary, error)
	// Retry reads again what an older program set aside.
	Retry(ctx context.Context) (ingest.Summary, error)
}

// Place is a source that is followed.
type Place struct {
	Name   string // for people, and in State
	Source source.Source
	Begin  func() // called when a pass begins with it, to give it its budget anew; may be nil
}

// Pass looks at places in their order. One that is down is reported and does not stop the others.
type Pass struct {
	Importer Importer
	Places   []Place
	Now      func() time.Time
	// Between is called between two editions, when no transaction is open: to let others have their turn. Its error ends the pass. May be
	// nil.
	Between func(ctx context.Context) error

	retried bool // by this program, which stays the same
}

// Result is what a pass did.
type Result struct {
	Begun, Ended time.Time
	Retried      ingest.Summary // what an older program had set aside; zero when there was nothing to do
	Places       []Outcome      // in the order of Pass.Places, as far as the pass came
	Err          error          // why it ended early: the fault of our own side, or of the context
}

// Outcome is what came of a place.
type Outcome struct {
	Name    string
	Summary ingest.Summary // of the editions that were applied
	Missing int            // documents that it lists and that could not be had
	Faults  []Fault        // editions that could not be had, or the whole place; they are asked for again by the next pass
	Down    bool           // it was given up before its end
}

// Fault is why an edition was not applied.
type Fault struct {
	Edition string // "" for the place as a whole
	Err     error
}

// Changed counts the notices that are new or others than before.
func (r Result) Changed() int {
	n := r.Retried.Inserted + r.Retried.Updated
	for _, p := range r.Places {
		n += p.Summary.Inserted + p.Summary.Updated
	}
	return n
}

// Lacking reports that a source was down, or did not give all that it lists.
func (r Result) Lacking() bool {
	for _, p := range r.Places {
		if len(p.Faults) > 0 || p.Missing > 0 {
			return true
		}
	}
	return false
}

// Fault is the first thing that went wrong, nil when nothing did. Documents that are missing are none: the account has them.
func (r Result) Fault() error {
	if r.Err != nil {
		return r.Err
	}
	for _, p := range r.Places {
		if len(p.Faults) > 0 {
			return p.Faults[0].Err
		}
	}
	return nil
}

// Run makes a pass. Editions that were applied before ctx ended or something failed stay; one under way is rolled back.
func (p *Pass) Run(ctx context.Context) (r Result) {
	r.Begun = p.Now()
	defer func() { r.Ended = p.Now() }()
	if !p.retried {
		if r.Retried, r.Err = p.Importer.Retry(ctx); r.Err != nil {
			return r
		}
		p.retried = true
	}
	for i, place := range p.Places {
		if i > 0 && p.Between != nil {
			if r.Err = p.Between(ctx); r.Err != nil {
				return r
			}
		}
		var o Outcome
		o, r.Err = p.place(ctx, place)
		r.Places = append(r.Places, o)
		if r.Err != nil {
			return r
		}
	}
	return r
}

// place imports what is new at a place. The error is of our own side.
func (p *Pass) place(ctx context.Context, place Place) (Outcome, error) {
	if place.Begin != nil {
		place.Begin()
	}
	w := &watched{src: place.Source, between: p.Between}
	sum, err := p.Importer.Import(ctx, w)
	o := Outcome{Name: place.Name, Summary: sum, Missing: w.missing, Faults: w.faults, Down: w.down}
	switch {
	case err == nil, ctx.Err() != nil:
		return o, ctx.Err()
	case w.broken != nil && errors.Is(err, w.broken):
		return o, nil // it is among the faults
	}
	return o, err
}
