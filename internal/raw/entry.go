package raw

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/boamp/boamp/internal/fault"
)

// Entry is what the manifest says of a document.
type Entry struct {
	Ref     string    `json:"-"`     // "2026/000123-2026-09-11.zip!00000d3f-26-35206.xml"
	Entry   string    `json:"entry"` // name in the archive
	Origin  string    `json:"origin"`
	Name    string    `json:"name,omitempty"` // see feed.Document
	SHA256  string    `json:"sha256"`         // lower-case hexadecimal
	Size    int64     `json:"size"`           // bytes
	Fetched time.Time `json:"fetched"`        // UTC
	// Redacts is the SHA-256 of the document of which this one is what is left, without notices that were taken out.
	Redacts string     `json:"redacts,omitempty"`
	Erased  *Tombstone `json:"erased,omitempty"` // the document was taken out: hash and size are those that it had
}

// header is the first line of a manifest.
type header struct {
	Format   int       `json:"boamp_raw"` // version of this layout
	Sequence int       `json:"sequence"`
	Edition  string    `json:"edition"`
	Begun    time.Time `json:"begun"` // UTC
}

const (
	format       = 1
	manifestName = "manifest.jsonl"
)

// Entries carry their SHA-256 in an extra field with this number, "BA", which APPNOTE.TXT gives to nobody; tombstones that of the
// document they stand for in one with the number "BE".
const (
	extraID   = 0x4142
	stoneID   = 0x4542
	extraSize = 4 + sha256.Size
)

func extra(sum [sha256.Size]byte) []byte {
	b := binary.LittleEndian.AppendUint16(marked(extraID), sha256.Size)
	return append(b, sum[:]...)
}

// marked begins an extra field.
func marked(id uint16) []byte {
	return binary.LittleEndian.AppendUint16(make([]byte, 0, extraSize), id)
}

const (
	store, deflate = 0, 8 // methods of zip
	localHeader    = 30   // bytes before name and extra field
	localSignature = "PK\x03\x04"
)

var refForm = regexp.MustCompile(`^([0-9]{4}/[0-9]{6,}-[A-Za-z0-9._-]+\.zip)!([0-9a-f]{8,16})(-[A-Za-z0-9._-]+)$`)

// splitRef takes a reference apart.
func splitRef(ref string) (archive, entry string, offset int64, err error) {
	m := refForm.FindStringSubmatch(ref)
	if m == nil || strings.Contains(m[1], "..") {
		return "", "", 0, fault.New(fault.Invalid, "not a reference to a kept document: %.200q", ref)
	}
	offset, err = strconv.ParseInt(m[2], 16, 64)
	if err != nil {
		return "", "", 0, fault.New(fault.Invalid, "not a reference to a kept document: %.200q", ref)
	}
	return m[1], m[2] + m[3], offset, nil
}

// readEntry reads the document at offset of an archive and checks it against the SHA-256 that stands beside it. It
// reports false when another entry, or none, or a tombstone stands there.
func readEntry(r io.ReaderAt, entry string, offset int64) (b []byte, sum [sha256.Size]byte, ok bool) {
	head := make([]byte, localHeader+len(entry)+extraSize)
	if _, err := r.ReadAt(head, offset); err != nil {
		return nil, sum, false
	}
	le := binary.LittleEndian
	extra := head[localHeader+len(entry):]
	if string(head[:4]) != localSignature || string(head[localHeader:localHeader+len(entry)]) != entry ||
		le.Uint16(head[26:]) != uint16(len(entry)) || le.Uint16(head[28:]) != extraSize || le.Uint16(extra) != extraID {
		return nil, sum, false
	}
	sum = [sha256.Size]byte(extra[4:])
	packed, size := int64(le.Uint32(head[18:])), int64(le.Uint32(head[22:]))
	body := io.NewSectionReader(r, offset+int64(len(head)), packed)
	var from io.Reader = body
	if le.Uint16(head[8:]) == deflate {
		from = flate.NewReader(body)
	}
	// The size may be damaged too: deflate gives at most 1032 times what it reads.
	buf := bytes.NewBuffer(make([]byte, 0, min(size, 1032*packed+64, 1<<26)+bytes.MinRead))
	if _, err := buf.ReadFrom(io.LimitReader(from, size+1)); err != nil || int64(buf.Len()) != size {
		return nil, sum, false
	}
	return buf.Bytes(), sum, sha256.Sum256(buf.Bytes()) == sum
}

// damaged is the fault of an entry whose bytes are not what was kept.
func damaged(archive, entry string, cause error) error {
	return fault.Wrap(fault.Conflict, cause, "the kept document is damaged: its bytes do not match their SHA-256").At(archive + "!" + entry).
		WithHint("restore the archive from a backup, or import its source again")
}

func hexSum(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }
