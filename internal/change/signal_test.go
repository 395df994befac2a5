package change_test

import (
	"context"
	"errors"
	"testing"

	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store/memory"
)

func TestSignal(t *testing.T) {
	s := change.NewSignal(2)
	first, err := s.Enter()
	if err != nil {
		t.Fatal(err)
	}
	changed := s.Changed()
	second, err := s.Enter()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enter(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a third: %v", err)
	}
	first()
	first()
	if leave, err := s.Enter(); err != nil {
		t.Errorf("after one left: %v", err)
	} else if _, err := s.Enter(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("one left twice: %v", err)
	} else {
		leave()
	}
	second()
	select {
	case <-changed:
		t.Error("changed before")
	default:
	}
	s.Notify()
	<-changed
	select {
	case <-s.Changed():
		t.Error("one change is told twice")
	case <-s.Stopped():
		t.Error("stopped")
	default:
	}
	s.Stop()
	s.Stop()
	<-s.Stopped()
}

// TestWatched: commits are told, and nothing else; what may not begin does not.
func TestWatched(t *testing.T) {
	ctx := context.Background()
	var told []bool
	refused := errors.New("refused")
	var may error
	w := change.Watched{Store: memory.New(field.NewCatalogue()), May: func() error { return may }, Committed: func(erased bool) { told = append(told, erased) }}
	for _, c := range []struct {
		outcome ledger.Outcome
		commit  bool
		told    int
	}{{ledger.Served, true, 1}, {ledger.Erased, false, 1}, {ledger.Erased, true, 2}, {ledger.Unchanged, true, 3}} {
		tx, err := w.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Record(ctx, []ledger.Line{{Seq: 1, Time: day, Outcome: c.outcome}}); err != nil {
			t.Fatal(err)
		}
		if !c.commit {
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
		} else if _, err := tx.Commit(ctx, day); err != nil {
			t.Fatal(err)
		}
		if len(told) != c.told || c.commit && told[len(told)-1] != (c.outcome == ledger.Erased) {
			t.Errorf("%+v: told %v", c, told)
		}
	}
	may = refused
	if _, err := w.Begin(ctx); err != refused {
		t.Errorf("began with %v", err)
	}
}
