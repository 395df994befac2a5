package bulk

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// List gives the snapshots, the newest first, and those that were withdrawn, the last first.
func (f *Folder) List(ctx context.Context) ([]Manifest, []Withdrawn, error) {
	if err := f.Sweep(ctx); err != nil {
		return nil, nil, err
	}
	return f.list()
}

func (f *Folder) list() (list []Manifest, gone []Withdrawn, err error) {
	whole, withdrawn, err := f.entries()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range whole {
		var m Manifest
		err := f.read(filepath.Join(name, ManifestName), &m)
		if fault.Is(err, fault.NotFound) { // it is being removed
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, m)
	}
	for _, name := range withdrawn {
		var w Withdrawn
		if err := f.read(name+withdrawnExt, &w); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, nil, err
		} else if err == nil {
			gone = append(gone, w)
		}
	}
	slices.SortFunc(list, func(a, b Manifest) int {
		return cmp.Or(cmp.Compare(b.Sequence, a.Sequence), b.Time.Compare(a.Time), cmp.Compare(b.Snapshot, a.Snapshot))
	})
	slices.SortFunc(gone, func(a, b Withdrawn) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.Snapshot, a.Snapshot)) })
	return list, gone, nil
}

// Get gives the manifest of a snapshot. Errors: NotFound, with ErrWithdrawn when it was withdrawn.
func (f *Folder) Get(ctx context.Context, name string) (Manifest, error) {
	list, gone, err := f.List(ctx)
	if err != nil {
		return Manifest{}, err
	}
	for _, m := range list {
		if m.Snapshot == name {
			return m, nil
		}
	}
	for _, w := range gone {
		if w.Snapshot == name {
			return Manifest{}, fault.Wrap(fault.NotFound, ErrWithdrawn, "the snapshot %s was withdrawn: %s", name, w.Reason).
				WithHint("take the newest of /api/v1/snapshots")
		}
	}
	return Manifest{}, fault.New(fault.NotFound, "there is no snapshot %.100q", name).WithHint("the list is at /api/v1/snapshots")
}

// Open opens a file of a snapshot; the caller closes it. Errors as those of Get.
func (f *Folder) Open(ctx context.Context, name, path string) (*os.File, File, error) {
	m, err := f.Get(ctx, name)
	if err != nil {
		return nil, File{}, err
	}
	i := slices.IndexFunc(m.Files, func(x File) bool { return x.Path == path })
	if i < 0 {
		return nil, File{}, fault.New(fault.NotFound, "the snapshot %s has no file %.200q", name, path).WithHint("its manifest names them: /api/v1/snapshots/%s", name)
	}
	place := filepath.Join(f.Dir, name, filepath.FromSlash(path))
	if archive, ok := rawOf(path); ok {
		place = filepath.Join(f.Raw, filepath.FromSlash(archive))
	}
	file, err := os.Open(place)
	if err != nil {
		return nil, File{}, fault.Wrap(fault.Unavailable, err, "the file %s of the snapshot %s cannot be opened", path, name)
	}
	if info, err := file.Stat(); err != nil || info.Size() != m.Files[i].Size {
		file.Close()
		return nil, File{}, fault.Wrap(fault.Unavailable, err, "the file %s of the snapshot %s is not what its manifest says", path, name)
	}
	return file, m.Files[i], nil
}

// Sweep withdraws the snapshots that hold what has been erased since they were made: all that end before an erasure. Their archives were
// rewritten, and what they say of the notice is to be forgotten.
func (f *Folder) Sweep(ctx context.Context) error {
	f.making.Lock()
	defer f.making.Unlock()
	return f.sweep(ctx)
}

func (f *Folder) sweep(ctx context.Context) error {
	list, _, err := f.list()
	if err != nil || len(list) == 0 {
		return err
	}
	oldest := list[len(list)-1].Sequence
	erased, last, err := f.erasures(ctx, max(oldest, f.swept)+1)
	if err != nil {
		return err
	}
	for _, m := range list {
		if erased.Seq > m.Sequence {
			if err := f.withdraw(m, erased); err != nil {
				return err
			}
		}
	}
	f.swept = max(f.swept, last)
	return nil
}

// erasures finds the last erasure from a line on, and the last line.
func (f *Folder) erasures(ctx context.Context, from int64) (erased ledger.Line, last int64, err error) {
	for line, err := range f.Feed.Lines(from) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return erased, 0, err
		}
		if last = line.Seq; line.Outcome == ledger.Erased {
			erased = line
		}
	}
	return erased, last, nil
}

// withdraw says first that it is withdrawn, so that nobody is served from it, and then removes it.
func (f *Folder) withdraw(m Manifest, erased ledger.Line) error {
	if f.ReadOnly {
		return fault.New(fault.Unavailable, "a snapshot holds what was erased, and the data folder is open for reading only").At(m.Snapshot).
			WithHint("let a program that may write open the folder")
	}
	w := Withdrawn{Snapshot: m.Snapshot, Revision: m.Revision, Sequence: m.Sequence, Time: f.Now().UTC(), Line: erased.Seq,
		Reason: "a document or notice that it holds was erased"}
	if err := f.write(m.Snapshot+withdrawnExt, w); err != nil {
		return err
	}
	return f.remove(m.Snapshot)
}

// remove removes a snapshot. Its manifest goes last: what a crash leaves is found again.
func (f *Folder) remove(name string) error {
	dir := filepath.Join(f.Dir, name)
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	for _, e := range entries {
		if err == nil && e.Name() != ManifestName {
			err = f.Disk.Remove(filepath.Join(dir, e.Name()))
		}
	}
	if err == nil {
		err = f.Disk.Remove(filepath.Join(dir, ManifestName))
	}
	if err == nil {
		err = f.Disk.Remove(dir)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the snapshot %s cannot be removed", name)
	}
	return nil
}

// Keep removes all but the newest snapshots, and what is left of those that were withdrawn long ago.
func (f *Folder) Keep(n int) error {
	f.making.Lock()
	defer f.making.Unlock()
	list, gone, err := f.list()
	if err != nil {
		return err
	}
	for _, m := range list[min(n, len(list)):] {
		if err := f.remove(m.Snapshot); err != nil {
			return err
		}
	}
	for _, w := range gone[min(keepWithdraw, len(gone)):] {
		if err := f.Disk.Remove(filepath.Join(f.Dir, w.Snapshot+withdrawnExt)); err != nil {
			return fault.Wrap(fault.Unavailable, err, "what is left of the snapshot %s cannot be removed", w.Snapshot)
		}
	}
	return nil
}

// clean removes what crashes left behind: unfinished snapshots, and withdrawn ones that were not removed to their end.
func (f *Folder) clean() error {
	_, withdrawn, err := f.entries()
	if err != nil {
		return err
	}
	for _, name := range withdrawn {
		if err := f.remove(name); err != nil {
			return err
		}
	}
	left, err := filepath.Glob(filepath.Join(f.Dir, tempPrefix+"*"))
	for _, path := range left {
		if err == nil {
			err = os.RemoveAll(path)
		}
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "what an interrupted snapshot left behind cannot be removed")
	}
	return nil
}
