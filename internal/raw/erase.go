package raw

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// Tombstone stands in the place of a document that was taken out. What it replaces is known by hash and size, which the entry
// keeps, and can be had back by nobody.
type Tombstone struct {
	Time   time.Time `json:"time"`             // UTC
	Reason string    `json:"reason,omitempty"` // for people
	// Rest is the reference of what is left of the document: itself without the notices that were taken out. Empty when nothing is.
	Rest string `json:"rest,omitempty"`
}

// ErrErased is the cause of the fault, of kind NotFound, for a document in whose place a tombstone stands.
var ErrErased = errors.New("taken out of the raw archive")

// erased is that fault.
func erased(archive, entry string, stone *Tombstone) error {
	f := fault.Wrap(fault.NotFound, ErrErased, "the document was taken out").At(archive + "!" + entry)
	if stone != nil && !stone.Time.IsZero() {
		f = fault.Wrap(fault.NotFound, ErrErased, "the document was taken out on %s: %s", stone.Time.UTC().Format(time.DateOnly), stone.Reason).At(archive + "!" + entry)
	}
	return f.WithHint("what was erased does not come back; boamp erase --list says what was")
}

// Erase puts tombstones in the place of documents, by their references. Each archive concerned is written anew beside itself, with
// every other entry where it was, so that their references and offsets hold, and takes the old one's name in one step. A document that is
// a tombstone already gets the new one. Safe to call again after a crash or an error, which leaves whole archives, old or new.
//
// Errors: Invalid (no reference), NotFound (no such archive or entry), Conflict (reading only; an archive that is no zip, or whose
// manifest cannot be read), Unavailable (the disk).
func (a *Archive) Erase(stones map[string]Tombstone) error {
	if len(stones) == 0 {
		return nil
	}
	if !a.opts.Write {
		return fault.New(fault.Conflict, "the data folder is open for reading only")
	}
	byArchive := map[string]map[string]Tombstone{}
	for ref, stone := range stones {
		archive, entry, _, err := splitRef(ref)
		if err != nil {
			return err
		}
		if byArchive[archive] == nil {
			byArchive[archive] = map[string]Tombstone{}
		}
		stone.Time = stone.Time.UTC()
		byArchive[archive][entry] = stone
	}
	for archive, list := range byArchive {
		if err := a.rewrite(archive, list); err != nil {
			return err
		}
	}
	return nil
}

// rewrite writes an archive anew with tombstones in the place of some entries.
func (a *Archive) rewrite(archive string, stones map[string]Tombstone) error {
	f, err := a.open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zipOf(f, archive)
	if err != nil {
		return err
	}
	final := a.path(archive)
	temp := filepath.Join(filepath.Dir(final), tempPrefix+"erase-"+filepath.Base(final))
	if err := a.opts.Disk.Remove(temp); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the archive cannot be written anew").At(archive)
	}
	out, err := a.opts.Disk.Create(temp)
	if err == nil {
		err = writeRest(out, z, archive, stones)
		if e := out.Close(); err == nil {
			err = e
		}
	}
	_ = f.Close() // some systems rename nothing over a file that is open
	if err == nil {
		err = a.opts.Disk.Rename(temp, final)
	}
	if err != nil {
		_ = a.opts.Disk.Remove(temp) // else the next Open does
		if fault.KindOf(err) != fault.Internal {
			return err
		}
		return fault.Wrap(fault.Unavailable, err, "the archive cannot be written anew").At(archive)
	}
	return nil
}

func zipOf(f *os.File, archive string) (*zip.Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the archive cannot be read").At(archive)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, err, "the archive is damaged: it is no zip").At(archive).WithHint("restore it from a backup, or import its source again")
	}
	return z, nil
}

// writeRest writes and syncs the archive. Entries keep their order and their packed sizes, and so their offsets.
func writeRest(out disk.File, z *zip.Reader, archive string, stones map[string]Tombstone) error {
	entries, head, err := manifestOf(z, archive)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(out, 256<<10)
	w := zip.NewWriter(buf)
	for _, f := range z.File {
		stone, gone := stones[f.Name]
		switch {
		case f.Name == manifestName:
			continue // last, below
		case gone:
			i, known := entries.place[f.Name]
			if !known {
				return fault.New(fault.NotFound, "the archive holds no such document").At(archive + "!" + f.Name)
			}
			entries.list[i].Erased = &stone
			err = writeTombstone(w, f, entries.list[i])
		default:
			err = copyRaw(w, f)
		}
		if err != nil {
			return err
		}
	}
	for name := range stones {
		if i, known := entries.place[name]; !known || entries.list[i].Erased == nil {
			return fault.New(fault.NotFound, "the archive holds no such document").At(archive + "!" + name)
		}
	}
	if err := writeManifest(w, head, entries.list); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := buf.Flush(); err != nil {
		return err
	}
	return out.Sync()
}

// listed is what a manifest says, by the names of the entries.
type listed struct {
	list  []Entry
	place map[string]int
}

func manifestOf(z *zip.Reader, archive string) (listed, header, error) {
	l := listed{place: map[string]int{}}
	var h header
	for e, err := range readManifest(z, archive, &h) {
		if err != nil {
			return l, h, err
		}
		l.place[e.Entry] = len(l.list)
		l.list = append(l.list, e)
	}
	return l, h, nil
}

func copyRaw(w *zip.Writer, f *zip.File) error {
	h := f.FileHeader
	out, err := w.CreateRaw(&h)
	if err != nil {
		return err
	}
	in, err := f.OpenRaw()
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

// writeTombstone writes an entry that takes exactly the room of the one that it stands for: text, filled with spaces or cut, since the
// manifest says all of it.
func writeTombstone(w *zip.Writer, f *zip.File, e Entry) error {
	text, err := json.Marshal(struct {
		SHA256 string     `json:"sha256"`
		Size   int64      `json:"size"`
		Erased *Tombstone `json:"erased"`
	}{e.SHA256, e.Size, e.Erased})
	if err != nil {
		return err
	}
	body := bytes.Repeat([]byte{' '}, int(f.CompressedSize64))
	copy(body, text)
	h := f.FileHeader
	h.Method, h.CRC32, h.UncompressedSize64 = store, crc32.ChecksumIEEE(body), uint64(len(body))
	if len(h.Extra) == extraSize && strings.HasPrefix(string(h.Extra), string(marked(extraID))) {
		h.Extra = append(marked(stoneID), h.Extra[2:]...)
	}
	out, err := w.CreateRaw(&h)
	if err != nil {
		return err
	}
	_, err = out.Write(body)
	return err
}

func writeManifest(w *zip.Writer, head header, list []Entry) error {
	m, err := newManifest(head)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := m.add(e); err != nil {
			return err
		}
	}
	h, body, err := m.close()
	if err != nil {
		return err
	}
	h.CompressedSize64 = uint64(len(body))
	out, err := w.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = out.Write(body)
	return err
}
