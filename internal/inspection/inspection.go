// Package inspection says what is wrong with a data folder: it holds raw archives, journal, store, index and the register of erasures to one
// another, changes nothing, and names with everything that does not fit the command that mends it.
//
// What a folder should hold is told by its journal: which notices are served, each with the digest of what was read (notice.Digest).
// In memory are some 100 bytes for each notice.
package inspection

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/store"
)

// Folder is what is inspected. Store and Index are views of one moment, behind the line of the journal whose Seq is Last.
type Folder struct {
	Raw     *raw.Archive
	Journal *ledger.Journal
	Last    int64
	Erased  *register.Register
	Store   store.Snapshot
	Index   Summed // nil: there is no index
	Reader  feed.Reader
	Workers int  // documents read at once; 0 means 1
	Deep    bool // read every document again
}

// Summed is an index that sums up the notices that it holds by itself.
type Summed interface {
	// Sum is store.Snapshot.Digest, of the notices as the index keeps them.
	Sum(ctx context.Context) (store.Digest, error)
	// Holds reports whether the index, and not the store behind it, has a notice.
	Holds(ctx context.Context, id string) (bool, error)
}

// Part is what was looked at and what came of it.
type Part struct {
	Name   string
	Facts  string // what was counted
	Faults []Fault
	More   int // faults beyond those that are named
}

// Sound reports whether nothing is wrong.
func (p Part) Sound() bool { return len(p.Faults) == 0 }

// Fault is one thing that is wrong.
type Fault struct {
	What string // names the thing, and where it is
	Mend string // what to do
}

// mostFaults are named of each part.
const mostFaults = 20

func (p *Part) wrong(mend, format string, args ...any) {
	if len(p.Faults) == mostFaults {
		p.More++
		return
	}
	p.Faults = append(p.Faults, Fault{fmt.Sprintf(format, args...), mend})
}

// Commands that mend.
const (
	mendRaw     = "boamp verify --mend, then boamp sync or boamp import of its source; or restore the archive from a backup"
	mendLedger  = "restore the ledger from a backup"
	mendStore   = "boamp rebuild"
	mendBehind  = "boamp import, sync or serve make up for it before they begin"
	mendIndex   = "stop the server, delete the folder index, and boamp index"
	mendErasure = "boamp erase --register ERASED.jsonl"
)

// Result is what an inspection found.
type Result struct {
	Parts []Part
	Lost  []Lost // documents whose bytes are damaged and not kept elsewhere
}

// Lost is a document of which nothing sound is kept.
type Lost struct {
	SHA256 string
	Raw    string // where it should be
}

// Sound reports whether nothing is wrong with any part.
func (r Result) Sound() bool {
	for _, p := range r.Parts {
		if !p.Sound() {
			return false
		}
	}
	return true
}

// inspection is one run.
type inspection struct {
	Folder
	damaged    map[string]bool   // references of kept documents
	broken     map[string]string // why an archive cannot be read
	others     []string          // faults of archives as such
	kept       int               // documents in the archives
	erased     int               // of them, taken out
	fold       map[string]served // what the journal says is served
	listed     *archives
	lost       map[string]Lost // by SHA-256
	barred     []ledger.Line   // lines that name what was erased
	total      int64           // lines
	closed     bool            // the journal could be read to its end
	unknown    int             // notices of which the journal has no digest
	unreadable bool            // the store is damaged
	asking     sync.Mutex      // held while Store is asked by several
}

// Run inspects. Each part is given to done when it is ready. An error says that the inspection itself could not go on: the context ended,
// or the view of the store failed.
func Run(ctx context.Context, f Folder, done func(Part)) (res Result, err error) {
	x := &inspection{Folder: f, damaged: map[string]bool{}, broken: map[string]string{}, fold: map[string]served{}, lost: map[string]Lost{}}
	if err := x.scan(ctx); err != nil {
		return res, err
	}
	steps := []func(context.Context) (Part, error){x.journal, x.raw, x.store, x.index, x.register}
	if f.Deep {
		steps = append(steps, x.documents)
	}
	for _, step := range steps {
		p, err := step(ctx)
		if err != nil {
			return res, err
		}
		if ctx.Err() != nil {
			return res, fault.Wrap(fault.Timeout, ctx.Err(), "the inspection was given up")
		}
		res.Parts = append(res.Parts, p)
		done(p)
	}
	for _, l := range x.lost {
		res.Lost = append(res.Lost, l)
	}
	return res, nil
}

// Print writes a part for people.
func (p Part) Print(w io.Writer) {
	verdict := "sound"
	if n := len(p.Faults) + p.More; n > 0 {
		verdict = fmt.Sprintf("%d FAULTS", n)
		if n == 1 {
			verdict = "1 FAULT"
		}
	}
	fmt.Fprintf(w, "%-12s %s: %s\n", p.Name, p.Facts, verdict)
	mend := ""
	for _, f := range p.Faults {
		fmt.Fprintf(w, "  %s\n", f.What)
		if f.Mend != mend {
			mend = f.Mend
			fmt.Fprintf(w, "    mended by: %s\n", mend)
		}
	}
	if p.More > 0 {
		fmt.Fprintf(w, "  and %d more\n", p.More)
	}
}
