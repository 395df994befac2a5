package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Verify reads every byte of a backup, a folder or a tar file, and compares it with the manifest. The first file that is not as it was is a
// Conflict that names it.
func Verify(ctx context.Context, from string, report func(done, total int64)) (Manifest, error) {
	return each(ctx, from, report, func(File) (io.WriteCloser, error) { return nothing{}, nil })
}

// nothing takes everything.
type nothing struct{}

func (nothing) Write(b []byte) (int, error) { return len(b), nil }
func (nothing) Close() error                { return nil }

// Restore brings a backup back into a folder that must be missing or empty. Every file is compared with the manifest; FORMAT comes last, so
// that a folder that is not whole is not taken for a data folder. What is derived and not in the backup is made again from it by whoever
// opens the folder.
func Restore(ctx context.Context, from, to string, report func(done, total int64)) (Manifest, error) {
	entries, err := os.ReadDir(to)
	if err != nil && !missing(err) {
		return Manifest{}, fault.Wrap(fault.Unavailable, err, "the folder cannot be read").At(to)
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == markName }) {
		return Manifest{}, fault.New(fault.Conflict, "the folder holds what a restore left that did not come to its end").At(to).WithHint("remove it, and begin again")
	}
	if len(entries) > 0 {
		return Manifest{}, fault.New(fault.Conflict, "the folder is not empty: a backup is restored into an empty one alone").At(to).WithHint("name another folder, or move this one away first")
	}
	if inside(from, to) {
		return Manifest{}, fault.New(fault.Conflict, "the folder lies in the backup").At(to).WithHint("name another folder")
	}
	var d disk.OS
	mark := filepath.Join(to, markName)
	begun := false
	m, err := each(ctx, from, report, func(f File) (io.WriteCloser, error) {
		name := filepath.Join(to, filepath.FromSlash(f.Path))
		if f.Path == "FORMAT" {
			name += restoring
		}
		if !begun {
			begun = true
			if err := touch(d, mark); err != nil {
				return nil, fault.Wrap(fault.Unavailable, err, "the data folder cannot be written").At(to)
			}
		}
		out, err := d.Create(name)
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "the data folder cannot be written").At(f.Path)
		}
		return synced{out}, nil
	})
	if err != nil {
		return m, err
	}
	err = d.Remove(mark)
	if err == nil {
		err = d.Rename(filepath.Join(to, "FORMAT"+restoring), filepath.Join(to, "FORMAT"))
	}
	if err != nil {
		return m, fault.Wrap(fault.Unavailable, err, "the data folder cannot be written").At(to)
	}
	return m, nil
}

// restoring ends the name that FORMAT has until the folder is whole.
const restoring = ".restoring"

// markName is a file that stands from the first file of a restore to the last, so that what is left of one is known for that.
const markName = "RESTORING"

func touch(d disk.OS, name string) error {
	f, err := d.Create(name)
	if err != nil {
		return err
	}
	return f.Close()
}

func inside(from, to string) bool {
	a, err1 := filepath.Abs(from)
	b, err2 := filepath.Abs(to)
	return err1 == nil && err2 == nil && (a == b || strings.HasPrefix(b, a+string(filepath.Separator)))
}

// synced closes a file when its bytes are safe.
type synced struct{ disk.File }

func (s synced) Close() error {
	err := s.Sync()
	if e := s.File.Close(); err == nil {
		err = e
	}
	return err
}

// each hands every file of a backup to a writer, and checks it.
func each(ctx context.Context, from string, report func(done, total int64), to func(f File) (io.WriteCloser, error)) (Manifest, error) {
	info, err := os.Stat(from)
	switch {
	case missing(err):
		return Manifest{}, noBackup(from)
	case err != nil:
		return Manifest{}, fault.Wrap(fault.Unavailable, err, "the backup cannot be read").At(from)
	case !info.IsDir():
		return eachOfFile(ctx, from, info.Size(), report, to)
	}
	e, err := open(from)
	if err == nil && e.Manifest == nil {
		err = noBackup(from)
	}
	if err != nil {
		return Manifest{}, err
	}
	count := &progress{report: report, total: e.Bytes()}
	for _, f := range e.Files {
		in, err := os.Open(e.path(f.Path))
		if missing(err) {
			return *e.Manifest, damagedFile(f, "a file is missing")
		}
		if err != nil {
			return *e.Manifest, fault.Wrap(fault.Unavailable, err, "the backup cannot be read").At(f.Path)
		}
		got, err := pour(ctx, f, in, count, to)
		in.Close()
		if err != nil {
			return *e.Manifest, err
		}
		if got != f.SHA256 {
			return *e.Manifest, damagedFile(f, "a file is not what it was")
		}
	}
	return *e.Manifest, nil
}

// pour hands the bytes of a file on and gives their hash. No more are read than the file may have, and one more.
func pour(ctx context.Context, f File, in io.Reader, count *progress, to func(f File) (io.WriteCloser, error)) (string, error) {
	out, err := to(f)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), &reading{ctx: ctx, r: io.LimitReader(in, f.Size+1), count: count})
	if e := out.Close(); err == nil {
		err = e
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "", damagedFile(f, "it is cut off")
	case err != nil:
		return "", fault.Wrap(fault.Unavailable, err, "a file of the backup cannot be brought over").At(f.Path)
	case n != f.Size:
		return "", damagedFile(f, "a file has another length")
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// eachOfFile is each for a tar file, whose manifest comes last.
func eachOfFile(ctx context.Context, from string, size int64, report func(done, total int64), to func(f File) (io.WriteCloser, error)) (Manifest, error) {
	in, err := os.Open(from)
	if err != nil {
		return Manifest{}, fault.Wrap(fault.Unavailable, err, "the backup cannot be read").At(from)
	}
	defer in.Close()
	count := &progress{report: report, total: size}
	var found []File
	seen := map[string]bool{}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		switch {
		case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
			return Manifest{}, noBackup(from)
		case err != nil:
			return Manifest{}, fault.Wrap(fault.Conflict, err, "the file is no backup, or it is damaged").At(from)
		case h.Name == manifestName:
			b, err := io.ReadAll(io.LimitReader(r, maxManifest))
			if err != nil {
				return Manifest{}, noBackup(from)
			}
			m, err := parseManifest(b)
			if err != nil {
				return Manifest{}, err
			}
			return *m, compare(m.Files, found)
		case h.Typeflag != tar.TypeReg || !allowed.MatchString(h.Name) || seen[h.Name]:
			return Manifest{}, fault.New(fault.Conflict, "the file is no backup: %.80q cannot be in one", h.Name).At(from)
		}
		f := File{Path: h.Name, Size: h.Size}
		if f.SHA256, err = pour(ctx, f, r, count, to); err != nil {
			return Manifest{}, err
		}
		found, seen[h.Name] = append(found, f), true
	}
}

// compare holds the files that were found against the manifest.
func compare(want, found []File) error {
	slices.SortFunc(found, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	for i, f := range want {
		switch {
		case i >= len(found) || found[i].Path != f.Path:
			return damagedFile(f, "a file is missing")
		case found[i].Size != f.Size || found[i].SHA256 != f.SHA256:
			return damagedFile(f, "a file is not what it was")
		}
	}
	if len(found) > len(want) {
		return damagedFile(found[len(want)], "a file is in it that the manifest does not name")
	}
	return nil
}

// hashFile gives the SHA-256 and the size of a file.
func hashFile(ctx context.Context, path string, count *progress) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, &reading{ctx: ctx, r: f, count: count})
	return hex.EncodeToString(sum.Sum(nil)), n, err
}
