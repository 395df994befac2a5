package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// Digest sums up notices, in whatever order they come: how many they are, and the sum modulo 2^256 of SHA-256(id, line feed,
// notice.Digest) of each. Two are equal by ==. The zero value is that of no notice. Its text is the number, a hyphen and the sum in 64
// hexadecimal digits; in JSON it stands as that text.
type Digest struct {
	notices int64
	sum     [4]uint64 // the least first
}

// Notices is how many were added.
func (d Digest) Notices() int64 { return d.notices }

// Add adds a notice by its id and its notice.Digest. Each is to be added once.
func (d *Digest) Add(id, digest string) {
	h := sha256.New()
	h.Write([]byte(id))
	h.Write([]byte{'\n'})
	h.Write([]byte(digest))
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	d.Merge(Digest{1, limbs(sum)})
}

// Merge adds the notices of another digest, none of which may be in this one.
func (d *Digest) Merge(other Digest) {
	d.notices += other.notices
	var carry uint64
	for i := range d.sum {
		d.sum[i], carry = bits.Add64(d.sum[i], other.sum[i], carry)
	}
}

// limbs reads a number whose greatest byte comes first.
func limbs(b [sha256.Size]byte) (n [4]uint64) {
	for i := range n {
		n[len(n)-1-i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return n
}

// String is the text of a digest.
func (d Digest) String() string {
	return fmt.Sprintf("%d-%016x%016x%016x%016x", d.notices, d.sum[3], d.sum[2], d.sum[1], d.sum[0])
}

// ParseDigest reads the text of a digest.
func ParseDigest(s string) (Digest, error) {
	number, digits, _ := strings.Cut(s, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	var sum [sha256.Size]byte
	if err == nil && len(digits) == 2*len(sum) {
		_, err = hex.Decode(sum[:], []byte(digits))
	}
	d := Digest{n, limbs(sum)}
	if err != nil || d.String() != s || n < 0 {
		return Digest{}, fault.New(fault.Invalid, "%q is not the digest of notices", s).WithHint("a number, a hyphen and 64 hexadecimal digits")
	}
	return d, nil
}

// MarshalText implements encoding.TextMarshaler, and so JSON.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}
