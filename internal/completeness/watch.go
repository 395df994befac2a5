package completeness

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/store"
)

// Watch looks how complete a data folder is: what surfaces, `boamp status` and the metrics ask. Safe for concurrent use.
type Watch struct {
	Fold      *Fold
	Open      func(ctx context.Context) (store.Snapshot, error)
	Settings  Settings
	Following func() []Following // sources that are followed now; nil for none
	Results   *Results           // audits; nil for none
	Now       func() time.Time
}

// Report is how it stands at one moment.
type Report struct {
	Time      time.Time
	Info      store.Info
	Account   *Account
	Health    Health
	Alarms    []Alarm
	Following []Following
	Audit     *Result // the newest; nil for none
}

// Look gives a report and the snapshot that it is of, which the caller has to close.
func (w *Watch) Look(ctx context.Context) (store.Snapshot, Report, error) {
	snap, account, err := w.Fold.Ask(ctx, w.Open)
	if err != nil {
		return nil, Report{}, err
	}
	r := Report{Time: w.Now(), Info: snap.Info(), Account: account}
	if w.Following != nil {
		r.Following = w.Following()
	}
	if w.Results != nil {
		if r.Audit, err = w.Results.Newest(); err != nil {
			r.Audit = &Result{Time: r.Time, Findings: []Finding{{Damaged, w.Results.Dir, err.Error()}}} // shown, and no reason not to answer
		}
	}
	r.Health, r.Alarms = account.Judge(r.Time, w.Settings, r.Following, r.Audit)
	return snap, r, nil
}

// Report is Look without the snapshot.
func (w *Watch) Report(ctx context.Context) (Report, error) {
	snap, r, err := w.Look(ctx)
	if err != nil {
		return r, err
	}
	return r, snap.Close()
}
