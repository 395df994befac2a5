package index

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store"
)

// Build makes the index anew from the store, beside readers and a writer: what is changed meanwhile is brought in at the end. Only one
// Build runs at a time (else a fault of kind Conflict).
func (x *Index) Build(ctx context.Context) error {
	x.mu.Lock()
	if x.pending != nil || x.closed {
		x.mu.Unlock()
		return fault.New(fault.Conflict, "the index is being made, or closed")
	}
	x.pending, x.tooMany = map[string]bool{}, false
	x.mu.Unlock()
	defer func() {
		x.mu.Lock()
		x.pending = nil
		x.mu.Unlock()
	}()
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		return err
	}
	base, info, err := x.whole(ctx, s)
	if err := closed(s, err); err != nil {
		return err
	}
	x.change.Lock()
	defer x.change.Unlock()
	parts := []*part{}
	if base != nil {
		parts = append(parts, &part{handle: base})
	}
	return x.catchUp(ctx, newGeneration(info, parts))
}

// closed closes a view and gives the first error.
func closed(s store.Snapshot, err error) error {
	if e := s.Close(); err == nil {
		err = e
	}
	return err
}

// whole makes a segment of all notices; nil when there are none.
func (x *Index) whole(ctx context.Context, s store.Snapshot) (*handle, store.Info, error) {
	info := s.Info()
	if info.Notices == 0 {
		return nil, info, nil
	}
	h, n, err := x.make(ctx, s, nil)
	if err == nil && n != info.Notices {
		err = fault.New(fault.Internal, "the store gave %d notices for the index, %d are in it", info.Notices, n)
		if h != nil {
			h.retain()
			h.release()
		}
	}
	return h, info, err
}

// catchUp brings in a generation that was built while the store may have moved on. change is held.
func (x *Index) catchUp(ctx context.Context, g *generation) error {
	x.mu.Lock()
	changed, noted, many := maps.Clone(x.pending), x.noted, x.tooMany
	x.mu.Unlock()
	s, err := x.store.Snapshot(ctx)
	if err != nil {
		g.release()
		return err
	}
	next, err := g, error(nil)
	if info := s.Info(); info != g.info {
		if many || info.Revision != g.info.Revision && info.Revision != noted {
			err = fault.New(fault.Unavailable, "too much changed while the index was made")
		} else {
			next, err = x.after(ctx, g, s, changed)
		}
		g.release()
	}
	if err := closed(s, err); err != nil {
		return err
	}
	x.give(next, "")
	x.mu.Lock()
	x.failure = nil
	x.mu.Unlock()
	if err := x.save(); err != nil {
		return err
	}
	if next.purge() { // what was built held what has been taken out meanwhile
		x.behind(x.tidy)
	}
	return nil
}

// after gives the generation that follows another at the state of s, with the notices of some ids changed. Those that are true were
// taken out, even when they are there again.
func (x *Index) after(ctx context.Context, g *generation, s store.Snapshot, changed map[string]bool) (*generation, error) {
	if len(changed) == 0 {
		return newGeneration(s.Info(), g.parts), nil
	}
	ids := slices.Sorted(maps.Keys(changed))
	h, _, err := x.make(ctx, s, ids)
	if err != nil {
		return nil, err
	}
	gone := maps.Clone(changed)
	for _, id := range ids {
		there := false
		if h != nil {
			_, there = h.seg.Find(id)
		}
		gone[id] = gone[id] || !there
	}
	parts := without(g.parts, gone)
	if h != nil {
		parts = append(parts, &part{handle: h})
	}
	next := newGeneration(s.Info(), parts)
	total := int64(0)
	for _, p := range parts {
		total += p.size()
	}
	if total != s.Info().Notices {
		next.release()
		return nil, fault.New(fault.Conflict, "the index has %d notices, the store %d", total, s.Info().Notices)
	}
	return next, nil
}

// make makes a segment of the notices of some ids, which are sorted, or of all for nil. It counts them; without any there is no segment.
func (x *Index) make(ctx context.Context, s store.Snapshot, ids []string) (h *handle, n int64, err error) {
	packer, ok := s.(store.Packer)
	if !ok {
		return nil, 0, fault.New(fault.Internal, "the store no longer gives packed notices")
	}
	h, err = x.write(ctx, ids == nil, func(w io.Writer, o segment.Options) error {
		b, err := segment.NewBuilder(w, o)
		if err != nil {
			return err
		}
		defer b.Close()
		n = 0
		for p, err := range packer.Packed(ctx, ids, x.columns, x.lines) {
			if err == nil {
				err = b.Add(segment.Document{ID: p.ID, Data: p.Data, Values: p.Values, Lines: p.Lines})
			}
			if err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return errNothing
		}
		return b.Finish()
	})
	if err == errNothing {
		err = nil
	}
	return h, n, err
}

var errNothing = fault.New(fault.Internal, "nothing is to be written")

// write makes a segment: a file in the folder, or in memory when there is none or (unless it is large) the file cannot be written.
// Such a segment is not in the manifest; what it holds is made again at the next start. fill may be called twice.
func (x *Index) write(ctx context.Context, large bool, fill func(w io.Writer, o segment.Options) error) (*handle, error) {
	o := segment.Options{Catalogue: x.catalogue, Small: x.options.Small, Build: fmt.Sprintf("%x", time.Now().UnixNano()), Temp: x.options.Temp}
	if o.Temp != "" {
		if err := os.MkdirAll(o.Temp, 0o755); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "there is no folder for what does not fit into memory")
		}
	}
	var unwritten error
	if x.options.Dir != "" && !x.options.ReadOnly {
		h, err := x.writeFile(o, func(w io.Writer) error { return fill(until{ctx, w}, o) })
		if large || err == nil || err == errNothing || ended(ctx) != nil {
			return h, err
		}
		unwritten = err
	}
	var buf bytes.Buffer
	if err := fill(until{ctx, &buf}, o); err != nil {
		return nil, err
	}
	if unwritten != nil {
		x.fail(fault.Wrap(fault.Unavailable, unwritten, "a piece of the search index could not be written: it is in memory only"))
	}
	seg, err := segment.Load(buf.Bytes(), segment.Expect{Catalogue: x.catalogue, Build: o.Build})
	if err != nil {
		return nil, err
	}
	return newHandle(seg, "", o.Build), nil
}

// until is a writer that fails once a context is over: to make a large segment takes minutes, and nobody waits for it at the end.
type until struct {
	ctx context.Context
	io.Writer
}

// Write implements io.Writer.
func (u until) Write(b []byte) (int, error) {
	if err := ended(u.ctx); err != nil {
		return 0, err
	}
	return u.Writer.Write(b)
}

// writeFile makes a file of the folder and opens it.
func (x *Index) writeFile(o segment.Options, fill func(w io.Writer) error) (*handle, error) {
	name := o.Build + fileEnd
	path := filepath.Join(x.options.Dir, name)
	if err := x.writeWhole(path, fill); err != nil {
		return nil, err
	}
	seg, err := segment.Open(path, segment.Expect{Catalogue: x.catalogue, Build: o.Build})
	if err != nil {
		return nil, err
	}
	h := newHandle(seg, name, o.Build)
	return h, nil
}

// fileEnd is how names of segments end.
const fileEnd = ".segment"

// writeWhole writes a file that is there whole or not at all.
func (x *Index) writeWhole(path string, fill func(w io.Writer) error) error {
	d, temp := x.options.Disk, path+".tmp"
	if err := d.Remove(temp); err != nil {
		return unwritten(err, path)
	}
	f, err := d.Create(temp)
	if err != nil {
		return unwritten(err, path)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err = fill(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = d.Rename(temp, path)
	}
	if err != nil {
		_ = d.Remove(temp) // the next start tries again
		return unwritten(err, path)
	}
	return nil
}

// unwritten is the fault of a file; one that is a fault already stays as it is.
func unwritten(err error, path string) error {
	var known *fault.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || err == errNothing {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "%s cannot be written", path)
}

// clean removes what earlier processes left in the folder and no part uses. change is held.
func (x *Index) clean(parts []*part) {
	if x.options.Dir == "" || x.options.ReadOnly {
		return
	}
	entries, err := os.ReadDir(x.options.Dir)
	if err != nil {
		return // there is none: nothing to clean
	}
	for _, e := range entries {
		name := e.Name()
		ours := filepath.Ext(name) == fileEnd || filepath.Ext(name) == ".tmp" || name == manifestName && parts == nil
		if ours && !slices.ContainsFunc(parts, func(p *part) bool { return p.name == name }) {
			x.remove(name)
		}
	}
}

// remove removes a file of the folder; when that fails the next start tries again.
func (x *Index) remove(name string) { _ = x.options.Disk.Remove(filepath.Join(x.options.Dir, name)) }
