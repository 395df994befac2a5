package raw

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Get gives the bytes of a kept document, checked against their SHA-256. Errors: Invalid (ref is no reference), NotFound
// (the archive, or the entry in it, is not there; with ErrErased as its cause, the document was taken out), Conflict (damaged; the
// position names archive and entry).
func (a *Archive) Get(ref string) ([]byte, error) {
	archive, entry, offset, err := splitRef(ref)
	if err != nil {
		return nil, err
	}
	f, err := a.open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f, archive, entry, offset, nil)
}

// Stat gives what the manifest says of a kept document, tombstones included. Errors: as Get, but for damage of the bytes, which are not read.
func (a *Archive) Stat(ref string) (Entry, error) {
	archive, entry, _, err := splitRef(ref)
	if err != nil {
		return Entry{}, err
	}
	f, err := a.open(archive)
	if err != nil {
		return Entry{}, err
	}
	defer f.Close()
	z, err := zipOf(f, archive)
	if err != nil {
		return Entry{}, err
	}
	return find(z, archive, entry)
}

// find looks an entry up in the manifest.
func find(z *zip.Reader, archive, entry string) (Entry, error) {
	var h header
	for e, err := range readManifest(z, archive, &h) {
		if err != nil || e.Entry == entry {
			return e, err
		}
	}
	return Entry{}, fault.New(fault.NotFound, "the archive holds no such document").At(archive + "!" + entry)
}

func (a *Archive) open(archive string) (*os.File, error) {
	f, err := os.Open(a.path(archive))
	if os.IsNotExist(err) {
		return nil, fault.Wrap(fault.NotFound, err, "the archive is not in the data folder").At(archive)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the archive cannot be opened").At(archive)
	}
	return f, nil
}

// read reads one document the short way, else by the directory of the archive, where its hash comes from the manifest.
// Want is what the manifest says when that is known.
func read(f *os.File, archive, entry string, offset int64, want *Entry) ([]byte, error) {
	b, sum, ok := readEntry(f, entry, offset)
	if ok && (want == nil || want.SHA256 == hexSum(sum) && want.Erased == nil) {
		return b, nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the archive cannot be read").At(archive)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, damaged(archive, entry, err)
	}
	if want == nil {
		e, err := find(z, archive, entry)
		if fault.Is(err, fault.Conflict) {
			return nil, damaged(archive, entry, err)
		}
		if err != nil {
			return nil, err
		}
		want = &e
	}
	if want.Erased != nil {
		return nil, erased(archive, entry, want.Erased)
	}
	r, err := z.Open(entry)
	if err != nil {
		return nil, damaged(archive, entry, err)
	}
	defer r.Close()
	if b, err = io.ReadAll(r); err != nil || hexSum(sha256.Sum256(b)) != want.SHA256 {
		return nil, damaged(archive, entry, err)
	}
	return b, nil
}

// Edition is one archive.
type Edition struct {
	Archive  string // "2026/000123-2026-09-11.zip"
	Sequence int
	Name     string    // edition as the source named it; several archives may hold parts of one
	Begun    time.Time // UTC
	a        *Archive
}

// Editions gives all archives in the order in which they were kept. An archive that cannot be read stands there with its
// name and a Conflict, and the others follow. It sees what other processes have committed.
func (a *Archive) Editions() iter.Seq2[Edition, error] { return a.editions(false) }

// Newest is Editions, the newest first. Only archives that are asked for are opened.
func (a *Archive) Newest() iter.Seq2[Edition, error] { return a.editions(true) }

func (a *Archive) editions(backward bool) iter.Seq2[Edition, error] {
	return func(yield func(Edition, error) bool) {
		files, _, err := a.list()
		if err != nil {
			yield(Edition{}, err)
			return
		}
		if backward {
			slices.Reverse(files)
		}
		for _, f := range files {
			e := Edition{Archive: f.name, Sequence: f.sequence, a: a}
			var h header
			err := e.manifest(func(z *zip.Reader, _ *os.File) error {
				for _, err := range readManifest(z, f.name, &h) {
					return err // the header has been read
				}
				return nil
			})
			e.Name, e.Begun = h.Edition, h.Begun
			if !yield(e, err) {
				return
			}
		}
	}
}

// Entries gives what the manifest says of the documents of the edition, in the order in which they were kept, without
// reading them. An error ends the sequence.
func (e Edition) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := e.manifest(func(z *zip.Reader, _ *os.File) error {
			var h header
			for entry, err := range readManifest(z, e.Archive, &h) {
				if err != nil {
					return err
				}
				if !yield(entry, nil) {
					return errStopped
				}
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(Entry{}, err)
		}
	}
}

// manifest calls use with the opened archive.
func (e Edition) manifest(use func(*zip.Reader, *os.File) error) error {
	f, err := e.a.open(e.Archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zipOf(f, e.Archive)
	if err != nil {
		return err
	}
	return use(z, f)
}

// Kept is a document with what the manifest says of it.
type Kept struct {
	Entry
	Bytes []byte
}

// Documents gives the documents of the edition in the order in which they were kept. A damaged one stands there with its
// Entry and a Conflict, one that was taken out with its Entry and ErrErased, and the others follow; an error without Ref ends the sequence.
func (e Edition) Documents() iter.Seq2[Kept, error] {
	return func(yield func(Kept, error) bool) {
		err := e.manifest(func(z *zip.Reader, f *os.File) error {
			var h header
			for entry, err := range readManifest(z, e.Archive, &h) {
				if err != nil {
					return err
				}
				_, name, offset, err := splitRef(entry.Ref)
				var b []byte
				if err == nil {
					b, err = read(f, e.Archive, name, offset, &entry)
				}
				if !yield(Kept{Entry: entry, Bytes: b}, err) {
					return errStopped
				}
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(Kept{}, err)
		}
	}
}

// errStopped ends a sequence that nobody wants more of.
var errStopped error = fault.New(fault.Internal, "stopped")

// Verify reads everything that is kept and gives the name of every archive, with an error for each fault found: damaged or
// unreadable archives, damaged documents, documents that the manifest does not know, missing archives. A sound archive
// comes once with nil. It ends early when ctx is done.
func (a *Archive) Verify(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		expected := 1
		for e, err := range a.Editions() {
			if ctx.Err() != nil {
				yield(e.Archive, fault.Wrap(fault.Timeout, ctx.Err(), "the check was cancelled"))
				return
			}
			if e.Archive == "" {
				yield("", err)
				return
			}
			for ; expected < e.Sequence; expected++ {
				if !yield(e.Archive, fault.New(fault.Conflict, "the archive with sequence %06d is missing", expected).At(e.Archive)) {
					return
				}
			}
			sound := err == nil
			if err != nil && !yield(e.Archive, err) {
				return
			}
			if err == nil {
				for err := range e.verify(expected) {
					if sound = false; !yield(e.Archive, err) {
						return
					}
				}
			}
			if expected = e.Sequence + 1; sound && !yield(e.Archive, nil) {
				return
			}
		}
	}
}

// verify gives what is wrong with an archive.
func (e Edition) verify(expected int) iter.Seq[error] {
	return func(yield func(error) bool) {
		if e.Sequence < expected && !yield(fault.New(fault.Conflict, "another archive has the same sequence").At(e.Archive)) {
			return
		}
		n := 0
		for _, err := range e.Documents() {
			if n++; err != nil && !errors.Is(err, ErrErased) && !yield(err) {
				return
			}
		}
		err := e.manifest(func(z *zip.Reader, _ *os.File) error {
			if len(z.File) != n+1 {
				return fault.New(fault.Conflict, "the archive has %d documents, its manifest %d", len(z.File)-1, n).At(e.Archive)
			}
			return nil
		})
		if err != nil {
			yield(err)
		}
	}
}
