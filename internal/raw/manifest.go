package raw

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"

	"github.com/boamp/boamp/internal/fault"
)

// manifest collects the lines of a manifest, compressed: those of 100,000 documents take some 10 MB.
type manifest struct {
	begun   header
	packed  bytes.Buffer
	packer  *flate.Writer
	sum     hash.Hash32
	size    uint64
	entries int
	enc     *json.Encoder
}

func newManifest(h header) (*manifest, error) {
	m := &manifest{begun: h, sum: crc32.NewIEEE()}
	var err error
	if m.packer, err = flate.NewWriter(&m.packed, level); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "deflate")
	}
	m.enc = json.NewEncoder(m)
	m.enc.SetEscapeHTML(false)
	if err := m.enc.Encode(h); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the manifest")
	}
	return m, nil
}

// Write takes the bytes of lines.
func (m *manifest) Write(p []byte) (int, error) {
	m.sum.Write(p)
	m.size += uint64(len(p))
	return m.packer.Write(p)
}

func (m *manifest) add(e Entry) error {
	m.entries++
	return m.enc.Encode(e)
}

// close gives the manifest as an entry of the zip.
func (m *manifest) close() (*zip.FileHeader, []byte, error) {
	err := m.packer.Close()
	h := &zip.FileHeader{Name: manifestName, Method: deflate, CRC32: m.sum.Sum32(), UncompressedSize64: m.size, ReaderVersion: 20, CreatorVersion: 20}
	//lint:ignore SA1019 CreateRaw writes these and does not look at Modified
	h.ModifiedDate, h.ModifiedTime = dosTime(m.begun.Begun)
	return h, m.packed.Bytes(), err
}

// maxLine bounds a line of a manifest that may be damaged.
const maxLine = 1 << 20

// readManifest gives the entries of an archive as its manifest has them. The header is filled when the first entry
// comes, or when there is none.
func readManifest(z *zip.Reader, archive string, h *header) iter.Seq2[Entry, error] {
	fail := func(yield func(Entry, error) bool, err error) {
		yield(Entry{}, fault.Wrap(fault.Conflict, err, "the manifest of the archive cannot be read").At(archive))
	}
	return func(yield func(Entry, error) bool) {
		f, err := z.Open(manifestName)
		if err != nil {
			fail(yield, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, maxLine)
		for first := true; lines.Scan(); first = false {
			var e Entry
			switch {
			case first:
				if err := json.Unmarshal(lines.Bytes(), h); err != nil || h.Format != format {
					fail(yield, errors.Join(err, errFormat))
					return
				}
				continue
			default:
				if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
					fail(yield, err)
					return
				}
			}
			e.Ref = archive + "!" + e.Entry
			if !yield(e, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			fail(yield, err)
		} else if h.Format == 0 {
			fail(yield, io.ErrUnexpectedEOF)
		}
	}
}

var errFormat = errors.New("unknown format of manifest")
