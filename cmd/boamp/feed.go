package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// mostWaiting is how many clients may wait for changes at once.
const mostWaiting = 1000

// feeding is what a folder has for those who follow it.
type feeding struct {
	signal *change.Signal
	mu     sync.Mutex // held while the id of the feed is read or made
	once   sync.Once
	bulk   *bulk.Folder
}

func newFeeding() *feeding { return &feeding{signal: change.NewSignal(mostWaiting)} }

// changes is the change feed of the folder.
func (f *folder) changes() *change.Feed {
	return &change.Feed{ID: f.feedID, Lines: f.journal.Lines, Signal: f.feed.signal}
}

// feedID is the id of the feed. It is read each time: a mirror takes over that of the server.
func (f *folder) feedID() (string, error) {
	f.feed.mu.Lock()
	defer f.feed.mu.Unlock()
	return f.Folder.Feed(rand.Reader)
}

// snapshots are the bulk files of the folder.
func (f *folder) snapshots() *bulk.Folder {
	f.feed.once.Do(func() {
		f.feed.bulk = &bulk.Folder{
			Dir: f.Snapshots(), Raw: f.Raw(), ReadOnly: f.Mode() == datadir.Read, Disk: disk.OS{}, Store: f.store, Fields: f.catalogue, Feed: f.changes(),
			Records: parquet.Format(), Meta: func(info store.Info) export.Meta { return search.Meta(info, info.Notices) }, Program: build().Version, Now: time.Now,
		}
	})
	return f.feed.bulk
}

// watched is the store for those who change it: clients that wait hear of each commit, and snapshots that hold what was erased are withdrawn.
func (f *folder) watched(may func() error) store.Store {
	return change.Watched{Store: f.data(), May: may, Committed: func(erased bool) {
		f.feed.signal.Notify()
		if erased {
			// Should it fail, the snapshots are not served: whoever asks for them tries again first.
			_ = f.snapshots().Sweep(context.Background())
		}
	}}
}

// mayChange refuses what would make a mirror another than its server.
func (f *folder) mayChange() error {
	m, ok, err := f.Mirror()
	if err != nil || !ok {
		return err
	}
	return fault.New(fault.Conflict, "the data folder is a mirror of %s and takes documents and erasures from there alone", m.URL).
		WithHint("boamp mirror --detach makes it a folder of its own, with another change feed")
}

// recover brings the folder to what its durable parts say. The account of a mirror is its server's to correct.
func (f *folder) recover(ctx context.Context, im *ingest.Importer) (ingest.Summary, error) {
	_, mirror, err := f.Mirror()
	switch {
	case err != nil:
		return ingest.Summary{}, err
	case mirror:
		copier := *im
		copier.Store = f.watched(nil)
		return copier.Replay(ctx)
	}
	return im.Recover(ctx)
}

// snapshotting is what the flags of a server say of snapshots.
type snapshotting struct {
	every string
	keep  int
}

// snapshotFlags adds the flags of a server that makes snapshots.
func (f *flags) snapshotFlags() *snapshotting {
	s := &snapshotting{}
	f.StringVar(&s.every, "snapshots", "off", "make snapshots for download: daily, weekly or off. Each holds all data once more: see docs/changes.md")
	f.IntVar(&s.keep, "keep-snapshots", 2, "`number` of snapshots to keep")
	return s
}

var snapshotPeriods = map[string]time.Duration{"off": 0, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour}

// check reads the flags.
func (s *snapshotting) check(mode datadir.Mode) error {
	period, ok := snapshotPeriods[s.every]
	switch {
	case !ok:
		return wrongUsage(fault.New(fault.Invalid, "%q is none of off, daily, weekly", s.every).At("--snapshots"))
	case s.keep < 1:
		return wrongUsage(fault.New(fault.Invalid, "%d snapshots cannot be kept: 1 or more are expected", s.keep).At("--keep-snapshots"))
	case period > 0 && mode == datadir.Read:
		return wrongUsage(fault.New(fault.Invalid, "no snapshots are made of a folder that is only read").At("--snapshots"))
	}
	return nil
}

// start makes snapshots when they are due, until the folder is closed.
func (s *snapshotting) start(data *folder, log *slog.Logger) {
	if snapshotPeriods[s.every] == 0 {
		return
	}
	data.background().do(func(ctx context.Context) {
		for {
			if err := s.make(ctx, data, log); err != nil && ctx.Err() == nil {
				log.Error("no snapshot could be made", "error", err)
			}
			if pause(ctx, 10*time.Minute) != nil {
				return
			}
		}
	})
}

// make makes the next snapshot when it is due.
func (s *snapshotting) make(ctx context.Context, data *folder, log *slog.Logger) error {
	due, err := data.snapshots().Due(ctx, snapshotPeriods[s.every])
	if err != nil || !due {
		return err
	}
	if info, err := data.door().Info(ctx); err != nil || info.Revision == 0 {
		return err
	}
	begun := time.Now()
	m, made, err := data.snapshots().Make(store.WithWorkers(ctx, 1), nil)
	if err != nil || !made {
		return err
	}
	log.Info("snapshot", "name", m.Snapshot, "notices", m.Notices, "seconds", int(time.Since(begun).Seconds()))
	return data.snapshots().Keep(s.keep)
}

// background is what goes on behind the scenes until the folder is closed.
func (f *folder) background() *work {
	if f.work == nil {
		f.work = newWork()
	}
	return f.work
}
