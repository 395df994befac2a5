package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/store"
)

// syncing is what the flags of a server say of the sources that it follows.
type syncing struct {
	*places
	on    bool
	every time.Duration
}

// syncFlags adds the flags of a server that follows its sources.
func (f *flags) syncFlags() *syncing {
	s := &syncing{}
	f.BoolVar(&s.on, "sync", false, "follow the sources of the documents, as boamp sync does, for as long as the server runs")
	f.DurationVar(&s.every, "every", 30*time.Minute, "with --sync: `time` from the end of a pass to the next, a tenth more or less; those over dila also follow the hours at which it publishes")
	s.places = f.placeFlags("sync-")
	return s
}

// check reads the flags.
func (s *syncing) check(mode datadir.Mode) error {
	switch {
	case !s.on:
		return nil
	case mode == datadir.Read:
		return wrongUsage(fault.New(fault.Invalid, "a folder that is only read cannot be kept in step").At("--sync").WithHint("leave --read-only or --sync out"))
	case s.every < time.Minute || s.every > 7*24*time.Hour:
		return wrongUsage(fault.New(fault.Invalid, "passes every %v: between a minute and a week is expected", s.every).At("--every"))
	}
	_, _, err := s.places.check()
	return err
}

// prepare makes the scheduler of a folder, which startSync starts when the server runs.
func (s *syncing) prepare(ctx context.Context, data *folder, log *slog.Logger) error {
	if !s.on {
		return nil
	}
	list, err := s.open(sessionOf(ctx), data, func(source, edition string, err error) {
		log.Warn("sync", "source", source, "edition", edition, "error", err)
	})
	if err != nil {
		return err
	}
	im := data.importer(nil)
	im.Workers = 1 // readers are to have the other processors
	pass := &follow.Pass{Importer: im, Places: list, Now: time.Now}
	data.scheduler = &follow.Scheduler{
		Every: s.every, Now: time.Now, Sleep: pause, Rand: rand.Float64, Ended: func(r follow.Result) { logPass(log, r) },
	}
	for _, p := range list {
		data.followed = append(data.followed, p.Name)
		if p.Name == dila.Name {
			data.scheduler.Rhythm = follow.DILA(notice.Paris)
		}
	}
	data.scheduler.Pass = func(ctx context.Context) follow.Result {
		const who = "the sync of this server"
		done, err := data.turn.take(ctx, who, nil)
		if err != nil {
			return follow.Result{Begun: time.Now(), Ended: time.Now(), Err: err}
		}
		turn := &hold{data.turn, who, done}
		defer turn.end()
		pass.Between = func(ctx context.Context) error { return turn.giveWay(ctx, im) }
		return pass.Run(store.WithWorkers(ctx, 1))
	}
	return nil
}

// startSync follows the sources until stop is called, which waits for the end: a day that is under way is dropped and comes again.
func (f *folder) startSync(ctx context.Context) (stop func()) {
	if f.scheduler == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { f.scheduler.Run(ctx) })
	return func() {
		cancel()
		wait.Wait()
	}
}

// following tells how it goes with the sources that a server follows; nil when it follows none.
func (f *folder) following() (list []completeness.Following) {
	if f.scheduler == nil {
		return nil
	}
	st := f.scheduler.State()
	for _, name := range f.followed {
		x := completeness.Following{Source: name} // of one that no pass came to yet
		for _, p := range st.Places {
			if p.Source == name {
				x = completeness.Following{Source: p.Source, Last: p.Last, Good: p.Good, Failures: p.Failures, Error: p.Error}
			}
		}
		if st.Last != nil && st.Last.Err != nil { // of our own side: no source was to blame, and all are behind
			x.Last, x.Good, x.Failures, x.Error = st.Ended, st.Good, max(x.Failures, st.Failures), st.Error
		}
		list = append(list, x)
	}
	return list
}

// logPass tells the log of a pass: what came, and what went wrong.
func logPass(log *slog.Logger, r follow.Result) {
	if errors.Is(r.Err, context.Canceled) {
		log.Info("sync stopped")
		return
	}
	for _, o := range r.Places {
		for _, f := range o.Faults {
			log.Warn("sync", "source", o.Name, "edition", f.Edition, "error", f.Err)
		}
		s := o.Summary
		log.Info("sync", "source", o.Name, "editions", s.Editions, "documents", s.Documents, "inserted", s.Inserted, "updated", s.Updated,
			"quarantined", s.Quarantined, "missing", o.Missing, "revision", s.Revision, "seconds", int(s.Elapsed.Seconds()))
	}
	if r.Err != nil {
		log.Error("sync", "error", r.Err)
	}
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
