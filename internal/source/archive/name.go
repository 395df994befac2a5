package archive

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
)

// checkName refuses names that lead out of the folder in which an archive would be unpacked. boamp unpacks nothing to
// disk, but such an archive was made to do harm or by a broken program, and the names are kept and shown.
func checkName(name string, limit int) error {
	slashed := strings.ReplaceAll(name, `\`, "/")
	switch {
	case name == "":
		return fault.New(fault.Invalid, "an entry without a name")
	case len(name) > limit:
		return fault.New(fault.TooLarge, "the entry's name has %d bytes, more than %d", len(name), limit)
	case strings.ContainsRune(name, 0):
		return fault.New(fault.Invalid, "the entry's name holds a NUL")
	case strings.HasPrefix(slashed, "/"):
		return fault.New(fault.Invalid, "the entry's name is an absolute path")
	case len(slashed) > 1 && slashed[1] == ':' && slashed[0]|0x20 >= 'a' && slashed[0]|0x20 <= 'z':
		return fault.New(fault.Invalid, "the entry's name begins with a drive letter")
	}
	for part := range strings.SplitSeq(slashed, "/") {
		if part == ".." {
			return fault.New(fault.Invalid, "the entry's name leads out of the archive")
		}
	}
	return nil
}

// printable makes a name safe to show and to keep: anything but printable UTF-8 is escaped, length is bounded.
func printable(name string) string {
	const most = 300
	clean := utf8.ValidString(name)
	for _, r := range name {
		clean = clean && unicode.IsPrint(r)
	}
	if !clean {
		quoted := strconv.QuoteToGraphic(name)
		name = quoted[1 : len(quoted)-1]
	}
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "..."
	}
	return name
}

func newBytes(b []byte) io.Reader { return bytes.NewReader(b) }
