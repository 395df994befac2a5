package backup

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// ToFolder backs a data folder up into a folder, which is new, empty, or holds a backup, of which what is still true is kept. One backup at a
// time may be made into a folder. An error leaves the backup that was there.
//
// An archive in which something was erased since is copied anew and takes the old one's place, so that nothing erased outlives the next
// backup.
func ToFolder(ctx context.Context, dir string, o Options) (Summary, error) {
	old, err := openTarget(dir)
	if err != nil {
		return Summary{}, err
	}
	t := &target{existing: old, o: o}
	for range rounds {
		again, err := t.run(ctx)
		if err != nil || !again {
			return t.sum, err
		}
	}
	return Summary{}, restless()
}

// openTarget opens the folder of a backup, settles what an interrupted one left, and refuses a folder that is somebody else's.
func openTarget(dir string) (existing, error) {
	old, err := open(dir)
	if err != nil && !fault.Is(err, fault.Conflict) {
		return old, err
	}
	if err != nil {
		return old, fault.Wrap(fault.Conflict, err, "the folder holds a backup whose manifest is damaged").At(dir).WithHint("name another folder")
	}
	if old.Manifest != nil {
		err := old.settle()
		return old, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !missing(err) {
		return old, fault.Wrap(fault.Unavailable, err, "the folder of the backup cannot be read").At(dir)
	}
	for _, e := range entries { // what an interrupted backup may have left
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".tmp"), newSuffix)
		if !slices.Contains(append([]string{manifestName, "raw", "ledger", "audit", "store.duckdb", "store.duckdb.wal"}, plain()...), name) {
			return old, fault.New(fault.Conflict, "the folder is not empty and holds no backup: there is %q in it", e.Name()).At(dir).WithHint("name an empty folder, or one that does not exist yet")
		}
	}
	return existing{dir: dir}, nil
}

// settle gives the files of a backup that is whole their names.
func (e *existing) settle() error {
	if !e.renamed {
		return nil
	}
	var d disk.OS
	for _, f := range e.Files {
		p := filepath.Join(e.dir, filepath.FromSlash(f.Path))
		if err := d.Rename(p+newSuffix, p); err != nil && !missing(err) {
			return fault.Wrap(fault.Unavailable, err, "the backup cannot be finished").At(f.Path)
		}
	}
	if err := d.Rename(filepath.Join(e.dir, manifestName+newSuffix), filepath.Join(e.dir, manifestName)); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the backup cannot be finished").At(e.dir)
	}
	e.renamed = false
	return nil
}

// target is a backup that is being made into a folder.
type target struct {
	existing
	o   Options
	sum Summary
}

// run makes one backup. again says that an erasure came meanwhile.
func (t *target) run(ctx context.Context) (again bool, err error) {
	before := t.Manifest
	if t.o.Again {
		before = nil
	}
	list, state, done, err := t.o.parts(ctx, before)
	if err != nil {
		return false, err
	}
	release := sync.OnceFunc(func() {
		if done != nil {
			done()
		}
	})
	defer release()
	m := &Manifest{Format: format, Made: t.o.Now().UTC(), State: state, Database: t.o.Database}
	count := t.o.progress(list)
	for _, p := range list {
		if !isDatabase(p.name) {
			release() // it was copied: imports need not wait any more
		}
		f, err := t.take(ctx, p, count)
		if err != nil {
			return false, err
		}
		m.Files = append(m.Files, f)
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if err := t.publish(m); err != nil {
		return false, err
	}
	t.sum.Manifest = *m
	return changed(t.o.Root, list), nil
}

func isDatabase(name string) bool { return strings.HasPrefix(name, "store.duckdb") }

// take brings one file into the backup, unless it is there.
func (t *target) take(ctx context.Context, p part, count *progress) (File, error) {
	final := filepath.Join(t.dir, filepath.FromSlash(p.name))
	var d disk.OS
	if err := d.Remove(final + newSuffix); err != nil { // of an interrupted backup: it must not take the name of what is kept
		return File{}, fault.Wrap(fault.Unavailable, err, "the backup cannot be written").At(p.name)
	}
	info, err := os.Stat(final)
	old, held := t.find(p.name)
	if _, same := p.known(t.Manifest); same && !t.o.Again && err == nil && info.Size() == old.Size {
		count.add(p.size)
		t.sum.Kept++
		return old, nil
	}
	to := final
	if err == nil {
		to += newSuffix
	}
	f, err := t.write(ctx, p, to, count)
	if err != nil {
		return File{}, err
	}
	if held && f.SHA256 == old.SHA256 && sound(final, old) { // the same bytes, of another time
		t.sum.Kept++
		return f, d.Remove(to)
	}
	t.sum.Copied++
	t.sum.CopiedBytes += f.Size
	return f, nil
}

// sound reports whether a file of the backup is what the manifest says.
func sound(path string, f File) bool {
	sum, size, err := hashFile(context.Background(), path, nil)
	return err == nil && size == f.Size && sum == f.SHA256
}

// write writes a file of the backup, or makes it a link.
func (t *target) write(ctx context.Context, p part, to string, count *progress) (File, error) {
	if t.o.Link && isArchive(p.name) {
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err == nil && os.Link(p.from, to) == nil {
			return p.copyTo(ctx, io.Discard, count) // only its hash is wanted
		}
	}
	out, err := disk.OS{}.Create(to)
	if err != nil {
		return File{}, fault.Wrap(fault.Unavailable, err, "the backup cannot be written").At(p.name)
	}
	f, err := p.copyTo(ctx, out, count)
	if err == nil {
		if err = out.Sync(); err != nil {
			err = fault.Wrap(fault.Unavailable, err, "the backup cannot be written").At(p.name)
		}
	}
	if e := out.Close(); err == nil && e != nil {
		err = fault.Wrap(fault.Unavailable, e, "the backup cannot be written").At(p.name)
	}
	return f, err
}

// publish makes the backup count, and drops what is no longer part of it.
func (t *target) publish(m *Manifest) error {
	b, err := m.encode()
	if err != nil {
		return err
	}
	var d disk.OS
	name := filepath.Join(t.dir, manifestName)
	err = d.Remove(name + ".tmp")
	if err == nil {
		err = writeFile(d, name+".tmp", b)
	}
	if err == nil {
		err = d.Rename(name+".tmp", name+newSuffix)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the manifest of the backup cannot be written").At(t.dir)
	}
	t.Manifest, t.renamed = m, true
	if err := t.settle(); err != nil {
		return err
	}
	return t.drop(d)
}

func writeFile(d disk.OS, name string, b []byte) error {
	f, err := d.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// drop removes files that the manifest does not name: left by an interrupted backup, or of notices that were erased. Others' are left alone.
func (t *target) drop(d disk.OS) error {
	return filepath.WalkDir(t.dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(t.dir, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if _, ok := t.find(name); ok || !allowed.MatchString(strings.TrimSuffix(name, newSuffix)) {
			return nil
		}
		t.sum.Dropped++
		if err := d.Remove(p); err != nil {
			return fault.Wrap(fault.Unavailable, err, "a file that is no longer part of the backup cannot be removed").At(name)
		}
		return nil
	})
}
