package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// audits are those that a server does by itself.
type audits struct {
	*auditing
	every time.Duration
}

// serveAuditFlags adds the flags of a server that audits itself.
func (f *flags) serveAuditFlags() *audits {
	a := &audits{auditing: f.auditFlags("audit-")}
	f.DurationVar(&a.every, "audit-every", 7*24*time.Hour, "with --sync: `time` from one audit to the next, see boamp audit; 0 for none")
	return a
}

func (a *audits) check() error {
	if a.every != 0 && a.every < time.Hour {
		return wrongUsage(fault.New(fault.Invalid, "audits every %v: an hour or more is expected, or 0", a.every).At("--audit-every"))
	}
	return a.auditing.check("audit-")
}

const (
	firstAudit = 24 * time.Hour // after the start of a server whose folder had none yet
	auditLook  = time.Hour      // between two looks at the clock, which somebody may have set
)

// due is when the next audit is.
func (a *audits) due(newest, started time.Time) time.Time {
	if newest.IsZero() || newest.After(started.Add(a.every)) { // none, or from a clock that was ahead
		return started.Add(min(firstAudit, a.every))
	}
	return newest.Add(a.every)
}

// startAudits audits the folder of a server that follows its sources, until stop is called, which waits for the end.
func (f *folder) startAudits(ctx context.Context, a *audits, log *slog.Logger) (stop func()) {
	if a == nil || f.scheduler == nil || a.every == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() {
		started := time.Now()
		for ctx.Err() == nil {
			var newest time.Time
			last, err := f.watch.Results.Newest()
			if err != nil {
				log.Warn("audit", "error", err)
			} else if last != nil {
				newest = last.Time
			}
			if left := time.Until(a.due(newest, started)); left > 0 {
				idle(ctx, min(left, auditLook))
				continue
			}
			f.auditOnce(ctx, a, log)
			idle(ctx, auditLook) // also after an error: not at once again
		}
	})
	return func() {
		cancel()
		wait.Wait()
	}
}

func (f *folder) auditOnce(ctx context.Context, a *audits, log *slog.Logger) {
	turn := func(ctx context.Context) (func(), error) { return f.turn.take(ctx, "the audit of this server", nil) }
	r, err := f.audit(ctx, *a.auditing, f.follows, turn, func(string) {})
	switch {
	case ctx.Err() != nil:
	case err != nil:
		log.Error("audit", "error", err)
	case len(r.Findings) > 0:
		log.Error("audit", "findings", int64(len(r.Findings))+r.More, "first", r.Findings[0].Where, "text", r.Findings[0].Text, "hashed", r.Hashed, "compared", r.Compared)
	default:
		log.Info("audit", "findings", 0, "hashed", r.Hashed, "compared", r.Compared, "days", len(r.Days), "seconds", int(r.Seconds))
	}
}

// idle waits for a time, or for the end of ctx.
func idle(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
