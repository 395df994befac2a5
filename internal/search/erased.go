package search

import (
	"context"
	"fmt"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// Erased is the cause of the fault, of kind NotFound, for a notice that was taken out.
type Erased struct {
	ID     string
	Time   time.Time // UTC
	Reason string
}

func (e *Erased) Error() string { return fmt.Sprintf("notice %s was erased", e.ID) }

// orErased gives err, which says that there is no notice of that id, or a fault that says it was taken out.
func orErased(ctx context.Context, snap store.Snapshot, id string, err error) error {
	done, askErr := snap.Edition(ctx, ledger.ErasureSource, ledger.ErasureEdition)
	if askErr != nil {
		return askErr
	}
	line, ok := done[id]
	if !ok || line.Outcome != ledger.Erased {
		return err
	}
	e := &Erased{ID: id, Time: line.Time, Reason: line.Reason}
	return fault.Wrap(fault.NotFound, e, "notice %s was taken out on %s: %s", id, line.Time.UTC().Format(time.DateOnly), line.Reason).
		WithHint("it does not come back; the change feed has its tombstone")
}
