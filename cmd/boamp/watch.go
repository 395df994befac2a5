package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// auditFolder is where the results of audits lie in a data folder.
const auditFolder = "audit"

// newWatch makes what looks how complete the folder is.
func (f *folder) newWatch() *completeness.Watch {
	return &completeness.Watch{
		Fold: completeness.New(), Open: func(ctx context.Context) (store.Snapshot, error) { return f.data().Snapshot(ctx) }, Settings: completeness.Defaults(), Following: f.following, Now: time.Now,
		Results: &completeness.Results{Dir: filepath.Join(f.Path(), auditFolder), Disk: disk.OS{}},
	}
}

// watching is what the flags of a server say of looking after its own data.
type watching struct {
	alarms *completeness.Settings
	audits *audits
}

func (f *flags) watchFlags() watching { return watching{f.alarmFlags(), f.serveAuditFlags()} }

func (w watching) check() error { return errors.Join(checkAlarms(w.alarms), w.audits.check()) }

// start makes a folder judge as the flags say, and reads its ledger, so that the first who asks need not wait.
func (w watching) start(data *folder, p *places, log *slog.Logger) {
	data.watch.Settings, data.follows = *w.alarms, p
	data.work.do(func(ctx context.Context) {
		if _, err := data.watch.Report(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the account of documents", "error", err)
		}
	})
}

// alarmFlags adds the flags that say from when on something is an alarm.
func (f *flags) alarmFlags() *completeness.Settings {
	s := completeness.Defaults()
	f.DurationVar(&s.Late, "alarm-late", s.Late, "`time` after which a followed source that has nothing new is late: of dila behind the half hour at which it should have")
	f.DurationVar(&s.Missing, "alarm-missing", s.Missing, "`time` for which a document that the source lists may be missing")
	f.Float64Var(&s.Quarantined, "alarm-quarantined", s.Quarantined, "`share` of the documents of a week that may be set aside, 0 to 1")
	f.IntVar(&s.Passes, "alarm-passes", s.Passes, "`passes` over a source that fail one after the other until it is an alarm")
	return &s
}

// checkAlarms reads these flags.
func checkAlarms(s *completeness.Settings) error {
	switch {
	case s.Late < time.Minute:
		return wrongUsage(fault.New(fault.Invalid, "late after %v: a minute or more is expected", s.Late).At("--alarm-late"))
	case s.Missing < 0:
		return wrongUsage(fault.New(fault.Invalid, "missing for %v: 0 or more is expected", s.Missing).At("--alarm-missing"))
	case !(s.Quarantined >= 0 && s.Quarantined <= 1):
		return wrongUsage(fault.New(fault.Invalid, "a share of %v: 0 to 1 is expected", s.Quarantined).At("--alarm-quarantined"))
	case s.Passes < 1:
		return wrongUsage(fault.New(fault.Invalid, "%d passes: 1 or more are expected", s.Passes).At("--alarm-passes"))
	}
	return nil
}
