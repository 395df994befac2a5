package native

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// ledger answers with lines of the account.
func (a *API) ledger(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	q, err := readFeed(r, values)
	if err != nil {
		return err
	}
	after, err := afterLine(values)
	if err != nil {
		return err
	}
	if err := a.noFeed(); err != nil {
		return err
	}
	id, err := a.Changes.ID()
	if err != nil {
		return err
	}
	if q.lines {
		return a.ledgerLines(w, r, q, id, after)
	}
	body := LedgerAnswer{Feed: id, Links: self(r)}
	var info store.Info
	err = a.awaited(w, r, q.wait, func(ctx context.Context, snap store.Snapshot) (bool, error) {
		info, body.Lines, body.Next = snap.Info(), []ledger.Line{}, after
		body.More, err = a.accountLines(ctx, info.Sequence, after, q.limit, func(l ledger.Line) error {
			body.Lines, body.Next = append(body.Lines, l), l.Seq
			return nil
		})
		return len(body.Lines) > 0, err
	})
	if err != nil {
		return err
	}
	stamp(w, info)
	next := strconv.FormatInt(body.Next, 10)
	if a.pageTag(w, r, "ledger-"+id[:8]+"-"+next, body.More) {
		return nil
	}
	body.Meta, body.Sequence = meta(info, -1), info.Sequence
	body.Links["next"] = following(r, next)
	return writeJSON(w, body)
}

// accountLines gives lines behind one, up to the newest that the data show, and says whether there are more.
func (a *API) accountLines(ctx context.Context, newest, after int64, limit int, put func(ledger.Line) error) (more bool, err error) {
	if after > newest {
		return false, fault.New(fault.Conflict, "the account ends at line %d, before %d: the server was restored from an older backup, or is another one", newest, after).At("parameter after").
			WithHint("begin anew: take a snapshot from %s/snapshots", Prefix)
	}
	n := 0
	for line, err := range a.Changes.Lines(after + 1) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || line.Seq > newest {
			return false, err
		}
		if limit > 0 && n == limit {
			return true, nil
		}
		if err := put(line); err != nil {
			return false, err
		}
		n++
	}
	return false, nil
}

func (a *API) ledgerLines(w http.ResponseWriter, r *http.Request, q feedRequest, id string, after int64) error {
	return a.stream(w, r, q, func(_ context.Context, snap store.Snapshot) (bool, error) {
		return snap.Info().Sequence != after, nil
	}, func(ctx context.Context, snap store.Snapshot, put func(any) error) (last any, err error) {
		info, next := snap.Info(), after
		more, err := a.accountLines(ctx, info.Sequence, after, q.limit, func(l ledger.Line) error {
			next = l.Seq
			return put(l)
		})
		return struct {
			Next     int64  `json:"next"`
			More     bool   `json:"more"`
			Feed     string `json:"feed"`
			Sequence int64  `json:"sequence"`
			Meta     Meta   `json:"meta"`
		}{next, more, id, info.Sequence, meta(info, -1)}, err
	})
}

// awaited asks look of the newest state of the data, and again after each commit until it reports that there is something, the time is
// over, or the server stops.
func (a *API) awaited(w http.ResponseWriter, r *http.Request, wait time.Duration, look func(ctx context.Context, snap store.Snapshot) (bool, error)) error {
	signal := a.Changes.Signal
	if signal == nil {
		wait = 0
	}
	var over <-chan time.Time
	for {
		var changed <-chan struct{}
		if wait > 0 {
			changed = signal.Changed() // taken before the look: a commit after it is not missed
		}
		var found bool
		err := a.Door.Ask(r.Context(), func(ctx context.Context, snap store.Snapshot) (err error) {
			found, err = look(ctx, snap)
			return err
		})
		if err != nil || found || wait == 0 {
			return err
		}
		if over == nil {
			leave, err := signal.Enter()
			if err != nil {
				return err
			}
			defer leave()
			patient(w)
			timer := time.NewTimer(wait)
			defer timer.Stop()
			over = timer.C
		}
		select {
		case <-changed:
		case <-over:
			return nil
		case <-signal.Stopped():
			return nil
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}

// patient takes off the deadlines of the connection, which are those of requests that are answered at once.
func patient(w http.ResponseWriter) {
	c := http.NewResponseController(w)
	// Where the server has none, or the writer no connection (in tests), there is nothing to take off.
	_ = c.SetReadDeadline(time.Time{})
	_ = c.SetWriteDeadline(time.Time{})
}
