// Package index answers questions about the notices from coded segments (package segment), and hands those that it cannot answer
// exactly to the store behind, at the same revision. It is derived from the store and can be made again from it at any time.
//
// It is log-structured: a base segment and a few small ones. A commit makes one more of the notices that it changed; what
// they replace is marked deleted; a new generation takes the place of the old one in one step, and views that stand on the
// old one keep it. Small segments are merged behind the scenes (see merge). A manifest on disk names the segments of a generation,
// so that a start only maps them.
//
// What is answered here: predicates over coded columns and computed fields over one of them, words (phrases up to maxVerified
// documents), orders and groups by such fields, all aggregates, notices. Memory of a question: 16 bytes for each document that is
// sorted without a limit, 8 to 24 for each group and aggregate, 8 for each value of a percentile or standard deviation and for each different
// value of a count of them. Everything else is the store's: computed fields over several fields, the presence of long texts, opaque fields.
package index

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store"
)

// Unpack reads a notice that store.Packer gave.
type Unpack func(id string, data []byte, part store.Part) (*notice.Notice, error)

// Options say what is indexed and where.
type Options struct {
	Store     store.Store // the engine behind, which the index does not close; its snapshots are store.Packers
	Catalogue *field.Catalogue
	Dir       string    // folder of the index, made when needed; "" keeps everything in memory
	Temp      string    // folder for what does not fit into memory while segments are made; "" for the system's
	Small     bool      // without the words of long texts (donnees, gestion): less memory and disk
	AsFound   bool      // Small is as Dir has it
	ReadOnly  bool      // nothing is written to Dir
	Disk      disk.Disk // nil for the real one
	// Report is told of what went wrong without failing anything: the index could not be read, made or kept. nil tells nobody.
	Report func(err error)
	// Behind does work behind the scenes: building anew after damage, merging. nil does it at once, in the caller's time.
	Behind func(work func(ctx context.Context))
}

// Index is a store.Store: its views are answered by the index, its changes go to the store and then into the index. It is safe
// for concurrent use. While it is not ready (see Status) the store answers everything.
type Index struct {
	options   Options
	store     store.Store
	catalogue *field.Catalogue
	columns   []*field.Field
	lines     []*field.Field
	unpack    Unpack
	counters  counters

	change  sync.Mutex // held by whoever brings in another generation or writes the manifest
	merging sync.Mutex // held by whoever merges; before change

	mu      sync.Mutex
	current *generation // nil: not ready
	why     string      // it is not ready, for people
	failure error       // the last, nil when all is well
	last    Change
	pending map[string]bool // ids changed while a build is under way, true for those taken out; nil when none is
	tooMany bool            // more than that
	noted   int64           // the revision to which pending leads
	closed  bool
}

var _ store.Store = (*Index)(nil)

// Forget gives back the memory that pages of the index's files take (segment.Segment.Forget), at the cost of taking them up again as they
// are touched.
func (x *Index) Forget() {
	x.mu.Lock()
	gen := x.current
	if gen != nil {
		gen.retain()
	}
	x.mu.Unlock()
	if gen == nil {
		return
	}
	for _, p := range gen.parts {
		p.seg.Forget()
	}
	gen.release()
}

// Open opens the index of a store: from Dir, when there is one that fits the store or can be brought up to it. Otherwise it is not ready,
// which is no error; Build makes it. The error is one of the store's.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Disk == nil {
		o.Disk = disk.OS{}
	}
	x := &Index{options: o, store: o.Store, catalogue: o.Catalogue, why: "the index has not been made"}
	x.columns, x.lines = segment.Columns(o.Catalogue), segment.Lines(o.Catalogue, o.Small)
	s, err := o.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	packer, ok := s.(store.Packer)
	if !ok {
		return nil, fault.New(fault.Unsupported, "this store cannot be indexed: it does not give packed notices")
	}
	x.unpack = packer.Unpack
	if o.Dir == "" {
		return x, nil
	}
	x.change.Lock()
	defer x.change.Unlock()
	if err := x.load(ctx, s); err != nil {
		if fault.Is(err, fault.Timeout) {
			return nil, err
		}
		if !fault.Is(err, fault.NotFound) {
			x.fail(err)
		}
	}
	if x.current == nil {
		x.clean(nil)
	}
	return x, nil
}

// Close ends the index; views that are open stay so until they are closed. The store stays open. A second Close does nothing.
func (x *Index) Close() error {
	x.change.Lock()
	defer x.change.Unlock()
	x.mu.Lock()
	old := x.current
	x.current, x.closed, x.why = nil, true, "the index is closed"
	x.mu.Unlock()
	if old != nil {
		old.release()
	}
	return nil
}

// Snapshot opens a view of the latest revision.
func (x *Index) Snapshot(ctx context.Context) (store.Snapshot, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	x.mu.Lock()
	closed, gen := x.closed, x.current
	if gen != nil {
		gen.retain()
	}
	x.mu.Unlock()
	switch {
	case closed:
		return nil, fault.New(fault.Unavailable, "the store is closed")
	case gen != nil:
		return &View{ix: x, gen: gen, info: gen.info}, nil
	}
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &View{ix: x, info: s.Info(), behind: s}, nil
}

// Status describes the index.
type Status struct {
	Ready    bool
	Why      string // it is not ready
	Failure  error  // the last thing that went wrong; nil when nothing did since the last success
	Info     store.Info
	Last     Change // that came in since the index was opened
	Segments []SegmentStatus
	Answers  Answers
}

// Change describes a change of the data and how it came into the index.
type Change struct {
	Notices    int           // that were changed; 0 for no change
	Commit     time.Duration // of the store
	Searchable time.Duration // from the end of that commit until the index answered from the new state
}

// SegmentStatus describes a segment.
type SegmentStatus struct {
	File    string // "" in memory
	Bytes   int64
	Notices int64 // that stand
	Deleted int64
}

// Status tells what the index is.
func (x *Index) Status() Status {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := Status{Ready: x.current != nil, Why: x.why, Failure: x.failure, Last: x.last, Answers: x.counters.answers()}
	if x.current == nil {
		return s
	}
	s.Why, s.Info = "", x.current.info
	for _, p := range x.current.parts {
		s.Segments = append(s.Segments, SegmentStatus{p.name, p.seg.Size(), p.size(), int64(p.seg.Len()) - p.size()})
	}
	return s
}

// reason says why the store has to answer everything.
func (x *Index) reason() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.why
}

// fail notes what went wrong.
func (x *Index) fail(err error) {
	x.mu.Lock()
	x.failure = err
	x.mu.Unlock()
	if x.options.Report != nil {
		x.options.Report(err)
	}
}

// give brings in another generation, nil for none. change is held.
func (x *Index) give(g *generation, why string) {
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		if g != nil {
			g.release()
		}
		return
	}
	old := x.current
	if x.current = g; g == nil {
		x.why = why
	}
	x.mu.Unlock()
	if old != nil {
		x.discard(old, g)
		old.release()
	}
}

// discard has the files removed that only an old generation used.
func (x *Index) discard(old, next *generation) {
	for _, p := range old.parts {
		used := next != nil && slices.ContainsFunc(next.parts, func(q *part) bool { return q.handle == p.handle })
		if name := p.name; !used && name != "" && !x.options.ReadOnly {
			p.replaced(func() { x.remove(name) })
		}
	}
}

// damaged drops a generation that is damaged, and has the index made again.
func (x *Index) damaged(g *generation, err error) {
	x.mu.Lock()
	is := x.current == g
	if is {
		x.current, x.why = nil, "the index was damaged"
	}
	x.mu.Unlock()
	if !is {
		return
	}
	x.discard(g, nil)
	g.release()
	x.fail(err)
	x.behind(x.rebuild)
}

// rebuild makes the index anew behind the scenes.
func (x *Index) rebuild(ctx context.Context) {
	if err := x.Build(ctx); err != nil && !fault.Is(err, fault.Timeout) {
		x.fail(err)
	}
}

// behind does work behind the scenes, or at once.
func (x *Index) behind(work func(ctx context.Context)) {
	if x.options.Behind == nil {
		work(context.Background())
		return
	}
	x.options.Behind(work)
}
