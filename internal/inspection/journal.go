package inspection

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// served is what the journal says of a notice that is served.
type served struct {
	seq    int64 // of the line that says so
	digest [16]byte
	known  bool // the line has a digest; old ones have none
}

// journal reads every line, and learns from it what should be served.
func (x *inspection) journal(ctx context.Context) (Part, error) {
	p := Part{Name: "ledger"}
	for line, err := range x.Journal.Lines(1) {
		if fault.Is(err, fault.Unavailable) {
			return p, err
		}
		if err != nil {
			p.wrong(mendLedger, "%v", err)
			p.Facts = fmt.Sprintf("%d lines up to there", x.total)
			return p, nil
		}
		if line.Seq > x.Last || ctx.Err() != nil { // written since the inspection began
			break
		}
		x.total++
		x.take(line)
	}
	if x.total != x.Last {
		p.wrong(mendLedger, "the ledger has %d lines and should have %d", x.total, x.Last)
	}
	x.closed = len(p.Faults) == 0
	for _, s := range x.fold {
		if !s.known {
			x.unknown++
		}
	}
	p.Facts = fmt.Sprintf("%d lines, %d notices served", x.total, len(x.fold))
	return p, nil
}

// take takes in a line.
func (x *inspection) take(l ledger.Line) {
	if slices.ContainsFunc(l.IDs, x.gone) && l.Raw != "" {
		x.barred = append(x.barred, l)
	}
	letters := l.Letters()
	if letters == "" {
		return
	}
	for i, id := range l.IDs {
		switch letters[i] {
		case ledger.Same:
		case ledger.Removed:
			delete(x.fold, id)
		default:
			s := served{seq: l.Seq}
			if len(l.Digests) == len(l.IDs) {
				_, err := hex.Decode(s.digest[:], []byte(l.Digests[i]))
				s.known = err == nil
			}
			x.fold[strings.Clone(id)] = s
		}
	}
}

func (x *inspection) gone(id string) bool {
	_, ok := x.Erased.Get(id)
	return ok
}
