package change

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// Position is a place in the feed: behind a line of the account, or behind some of the notices of the next one.
type Position struct {
	Line int64  // that is done, with all before it; 0 for none
	Skip int    // notices of the next line that are done
	Tag  uint32 // of the line that it stands in or behind, see tagOf
}

// At is the position behind a line.
func At(line ledger.Line) Position { return Position{line.Seq, 0, tagOf(line)} }

// named is the line that Tag is of; 0 for the beginning.
func (p Position) named() int64 {
	if p.Skip > 0 {
		return p.Line + 1
	}
	return p.Line
}

// check compares the line that a position names with the one that stands there.
func (p Position) check(line ledger.Line) error {
	if p.Tag != tagOf(line) || p.Skip > len(line.IDs) {
		return foreign("was given before the server was restored from a backup, and what follows it is another history")
	}
	return nil
}

// A token is, in base64 for addresses: the version, 6 bytes of the SHA-256 of the feed's id, line, skip, tag as uvarints, and 4 bytes of
// the SHA-256 of all that.
const (
	tokenVersion = 1
	feedBytes    = 6
	checkBytes   = 4
	maxToken     = 100 // characters
)

// Token writes a position of a feed as text that clients hand back. It is opaque to them and safe in addresses.
func (p Position) Token(feed string) string {
	b := append([]byte{tokenVersion}, feedTag(feed)...)
	b = binary.AppendUvarint(b, uint64(p.Line))
	b = binary.AppendUvarint(b, uint64(p.Skip))
	b = binary.AppendUvarint(b, uint64(p.Tag))
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(append(b, sum[:checkBytes]...))
}

func feedTag(feed string) []byte {
	sum := sha256.Sum256([]byte(feed))
	return sum[:feedBytes]
}

// ParseToken reads a token of a feed. Errors: Invalid (it is none), Conflict (it is one of another feed).
func ParseToken(feed, token string) (Position, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) > maxToken || len(b) < 1+feedBytes+3+checkBytes || b[0] != tokenVersion {
		return Position{}, badToken()
	}
	body, check := b[:len(b)-checkBytes], b[len(b)-checkBytes:]
	if sum := sha256.Sum256(body); string(sum[:checkBytes]) != string(check) {
		return Position{}, badToken()
	}
	if string(body[1:1+feedBytes]) != string(feedTag(feed)) {
		return Position{}, foreign("belongs to another server's feed, or to data that were here before")
	}
	var numbers [3]uint64
	rest := body[1+feedBytes:]
	for i := range numbers {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			return Position{}, badToken()
		}
		numbers[i], rest = n, rest[size:]
	}
	p := Position{int64(numbers[0]), int(numbers[1]), uint32(numbers[2])}
	if p.Line < 0 || p.Skip < 0 || p.Token(feed) != token { // one text for each position
		return Position{}, badToken()
	}
	return p, nil
}

func badToken() error {
	return fault.New(fault.Invalid, "this is no token of a change feed").At("parameter after").
		WithHint("hand back a token as it was given; leave it out for the beginning, or write after=now for what comes from now on")
}
