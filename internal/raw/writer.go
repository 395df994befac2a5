package raw

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
)

// level is that of deflate. Over the XML of all generations level 4 packs to 1/5.5, 6 to 1/5.8 at two thirds of the speed, 1 to
// 1/4.8. The library does level 4 one and a half times as fast as the standard one, with the same result within 2 %.
const level = 4

// maxDocument is far above what sources let through (64 MiB) and below what zip says in 32 bits.
const maxDocument = 1 << 30

// Document is a document to keep.
type Document struct {
	Bytes   []byte // not changed, not kept after Add
	Origin  string
	Name    string
	Fetched time.Time
	Redacts string // see Entry
}

// Writer writes the archive of one edition. It is for one goroutine.
type Writer struct {
	a        *Archive
	known    func(sha256 string) (ref string, ok bool)
	name     string // of the archive, when it is committed
	temp     string // path
	file     disk.File
	out      *bufio.Writer
	zip      *zip.Writer
	written  int64 // bytes that left zip
	packer   *flate.Writer
	packed   bytes.Buffer
	manifest *manifest
	own      map[[sha256.Size]byte]string // entries of this archive by their hash
	err      error                        // it cannot go on
	done     bool
}

// Begin starts the archive of an edition. Known tells of a SHA-256 whether these bytes are kept already and where; they are
// not kept again then. It may be nil. Bytes that come twice in one edition are kept once in any case.
//
// A large edition may be kept in parts: Commit after some ten thousand documents and Begin again with the same edition.
// Memory is about half a kilobyte for each document of an archive. A second Begin before Commit or Abort is a Conflict.
func (a *Archive) Begin(edition string, known func(sha256 string) (ref string, ok bool)) (*Writer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !a.opts.Write:
		return nil, fault.New(fault.Conflict, "the data folder is open for reading only")
	case a.broken != nil:
		return nil, a.broken
	case a.writing:
		return nil, fault.New(fault.Conflict, "another edition is being kept")
	}
	now := a.opts.Now().UTC()
	base := fmt.Sprintf("%06d-%s.zip", a.last+1, safe(edition, 60))
	year := fmt.Sprintf("%04d", now.Year())
	w := &Writer{a: a, known: known, name: year + "/" + base, temp: filepath.Join(a.dir, year, tempPrefix+base), own: map[[sha256.Size]byte]string{}}
	var err error
	if w.manifest, err = newManifest(header{Format: format, Sequence: a.last + 1, Edition: edition, Begun: now}); err != nil {
		return nil, err
	}
	if w.packer, err = flate.NewWriter(&w.packed, level); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "deflate")
	}
	if w.file, err = a.opts.Disk.Create(w.temp); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the archive of edition %s cannot be begun", edition)
	}
	w.out = bufio.NewWriterSize(w.file, 256<<10)
	w.zip = zip.NewWriter(counter{w})
	a.writing = true
	return w, nil
}

// counter counts what leaves the zip writer.
type counter struct{ w *Writer }

func (c counter) Write(p []byte) (int, error) {
	n, err := c.w.out.Write(p)
	c.w.written += int64(n)
	return n, err
}

// Len is the number of documents kept so far in this archive.
func (w *Writer) Len() int { return w.manifest.entries }

// Add keeps a document and tells where, and its SHA-256. It is safe only after Commit. After an error that is
// Unavailable (disk full, disk broken) the writer is of no use but for Abort; TooLarge concerns this document alone.
func (w *Writer) Add(doc Document) (ref, sha string, err error) {
	if w.err != nil {
		return "", "", w.err
	}
	if len(doc.Bytes) > maxDocument {
		return "", "", fault.New(fault.TooLarge, "a document of %d bytes", len(doc.Bytes)).At(doc.Origin)
	}
	sum := sha256.Sum256(doc.Bytes)
	sha = hexSum(sum)
	if w.known != nil {
		if ref, ok := w.known(sha); ok {
			return ref, sha, nil
		}
	}
	if entry, ok := w.own[sum]; ok {
		return w.name + "!" + entry, sha, nil
	}
	entry, err := w.add(doc, sum)
	if err != nil {
		w.err = fault.Wrap(fault.Unavailable, err, "the document cannot be kept").At(w.name)
		return "", "", w.err
	}
	w.own[sum] = entry
	return w.name + "!" + entry, sha, nil
}

func (w *Writer) add(doc Document, sum [sha256.Size]byte) (entry string, err error) {
	if err := w.zip.Flush(); err != nil { // only then w.written is the offset of the next entry
		return "", err
	}
	h := &zip.FileHeader{
		Name: fmt.Sprintf("%08x-%s", w.written, entryName(doc)), Method: deflate, CRC32: crc32.ChecksumIEEE(doc.Bytes),
		UncompressedSize64: uint64(len(doc.Bytes)), Extra: extra(sum), ReaderVersion: 20, CreatorVersion: 20,
	}
	//lint:ignore SA1019 CreateRaw writes these and does not look at Modified
	h.ModifiedDate, h.ModifiedTime = dosTime(doc.Fetched.UTC())
	w.packed.Reset()
	w.packer.Reset(&w.packed)
	if _, err := w.packer.Write(doc.Bytes); err != nil {
		return "", err
	}
	if err := w.packer.Close(); err != nil {
		return "", err
	}
	body := w.packed.Bytes()
	if len(body) >= len(doc.Bytes) {
		h.Method, body = store, doc.Bytes
	}
	if err := w.raw(h, body); err != nil {
		return "", err
	}
	return h.Name, w.manifest.add(Entry{Entry: h.Name, Origin: doc.Origin, Name: doc.Name, SHA256: hexSum(sum), Size: int64(len(doc.Bytes)), Fetched: doc.Fetched.UTC(), Redacts: doc.Redacts})
}

// raw writes an entry that is compressed already, with its sizes before its bytes.
func (w *Writer) raw(h *zip.FileHeader, body []byte) error {
	h.CompressedSize64 = uint64(len(body))
	out, err := w.zip.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = out.Write(body)
	return err
}

// entryName makes the readable part of an entry's name from the last part of the origin, with an extension that says what
// the bytes are.
func entryName(doc Document) string {
	base := path.Base(strings.ReplaceAll(doc.Origin, "!", "/"))
	for _, known := range []string{".gz", ".xml", ".jsonl", ".json", ".csv"} {
		base = strings.ReplaceAll(base, known, "")
	}
	kind := ".bin"
	switch start := bytes.TrimLeft(bytes.TrimPrefix(doc.Bytes[:min(len(doc.Bytes), 64)], []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case bytes.HasPrefix(start, []byte("<")):
		kind = ".xml"
	case bytes.HasPrefix(start, []byte("{")):
		kind = ".json"
	}
	return safe(base, 60) + kind
}

// dosTime is t as zip writes it, to two seconds, from 1980 on.
func dosTime(t time.Time) (date, clock uint16) {
	if t.Year() < 1980 {
		return 1<<5 | 1, 0
	}
	return uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day()), uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
}

// Commit makes the archive part of the data folder: written out, then named, in one step for whoever looks. It gives the
// archive's name, empty when no document had to be kept. After an error there is no archive, and the documents of this
// writer are not kept.
func (w *Writer) Commit() (name string, err error) {
	if w.done {
		return "", fault.New(fault.Internal, "an archive is committed once")
	}
	if w.err != nil || w.manifest.entries == 0 {
		err := w.err
		w.Abort()
		return "", err
	}
	final := w.a.path(w.name)
	if err = w.finish(); err == nil {
		if err = w.a.opts.Disk.Rename(w.temp, final); err == nil {
			w.release(true)
			return w.name, nil
		}
		// Whether the new name is there cannot be told: it must not be given again.
		if w.a.opts.Disk.Remove(final) != nil {
			w.a.mu.Lock()
			w.a.broken = fault.Wrap(fault.Unavailable, err, "an archive could not be named; the data folder must be opened again").At(w.name)
			w.a.mu.Unlock()
		}
	}
	w.Abort()
	return "", fault.Wrap(fault.Unavailable, err, "the archive of the edition cannot be written").At(w.name)
}

// finish writes manifest and directory and makes the file safe.
func (w *Writer) finish() error {
	h, body, err := w.manifest.close()
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return w.raw(h, body) }, w.zip.Close, w.out.Flush, w.file.Sync,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	err = w.file.Close()
	w.file = nil
	return err
}

// Abort gives the edition up. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.done {
		return
	}
	if w.file != nil {
		w.file.Close() // the file is thrown away
	}
	_ = w.a.opts.Disk.Remove(w.temp) // else the next Open does
	w.release(false)
}

func (w *Writer) release(kept bool) {
	w.a.mu.Lock()
	defer w.a.mu.Unlock()
	if w.done = true; kept {
		w.a.last++
	}
	w.err = fault.New(fault.Internal, "the archive is closed")
	w.a.writing = false
}
