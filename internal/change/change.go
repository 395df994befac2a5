// Package change makes the feed of changes of the account of documents (package ledger): every insert, update, new reading and
// erasure of a notice, in order, each with a token behind which a client goes on, for ever. The journal only grows, so the feed
// does: restarts, rebuilds and erasures add entries and change none.
package change

import (
	"hash/fnv"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

// Op is what happened to a notice.
type Op string

const (
	Insert Op = "insert" // it is new
	Update Op = "update" // another document of it took the place of the one before
	Derive Op = "derive" // a newer program reads the same document otherwise
	Remove Op = "remove" // it is not served any more, because its document cannot be read now, or was lost; nobody asked to take it out
	Erase  Op = "erase"  // it was taken out; the entry is its tombstone
)

// Gone reports whether the notice is not served after such a change.
func (o Op) Gone() bool { return o == Erase || o == Remove }

// Entry is one change of one notice.
type Entry struct {
	At        Position // behind it
	Op        Op
	ID        string // of the notice
	Seq       int64  // of the ledger line
	Revision  int64
	Time      time.Time // UTC
	Version   string    // API version of the notice; "" when it is gone
	SHA256    string    // of the document
	Digest    string    // of what was read, see notice.Digest; "" when it is gone, and where an old program did not note it
	Source    string    // see ledger.Line
	Edition   string
	Name      string // base name of the document, see feed.Document
	Published time.Time
	Reason    string // of an erasure: its category
}

// Feed reads changes. It is safe for concurrent use.
type Feed struct {
	ID     func() (string, error)                         // of the data folder, see datadir.Folder.Feed
	Lines  func(from int64) iter.Seq2[ledger.Line, error] // see ledger.Journal.Lines
	Signal *Signal                                        // of commits; nil when there are none to wait for
}

// Read gives the entries behind a position, up to the line last. While it goes on, at is behind the entry that was given, and at the end
// behind the line last. Errors: Conflict (the position belongs to another history than this account), and those of the account.
func (f *Feed) Read(at *Position, last int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if at.named() > last {
			yield(Entry{}, foreign("names line %d of the account, which ends at %d here: the server was restored from an older backup", at.named(), last))
			return
		}
		for line, err := range f.Lines(max(at.named(), 1)) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if line.Seq > last {
				return
			}
			if line.Seq == at.named() {
				if err := at.check(line); err != nil {
					yield(Entry{}, err)
					return
				}
			}
			if line.Seq > at.Line && !at.entries(line, yield) {
				return
			}
		}
	}
}

// Behind is the position behind a line of the account, or the beginning for 0. Errors: Conflict (there is no such line).
func (f *Feed) Behind(sequence int64) (Position, error) {
	if sequence == 0 {
		return Position{}, nil
	}
	for line, err := range f.Lines(sequence) {
		if err != nil {
			return Position{}, err
		}
		if line.Seq == sequence {
			return At(line), nil
		}
		break
	}
	return Position{}, fault.New(fault.Conflict, "line %d, which the data show, is not in the account", sequence)
}

// entries gives those of a line that are behind the position, and moves it.
func (p *Position) entries(line ledger.Line, yield func(Entry, error) bool) bool {
	letters, tag := line.Letters(), tagOf(line)
	for i := p.Skip; i < len(line.IDs); i++ {
		if letters == "" || letters[i] == ledger.Same {
			continue
		}
		e := entry(line, i, letters[i])
		*p = Position{line.Seq - 1, i + 1, tag}
		if i == len(line.IDs)-1 {
			*p = Position{line.Seq, 0, tag}
		}
		e.At = *p
		if !yield(e, nil) {
			return false
		}
	}
	*p = Position{line.Seq, 0, tag}
	return true
}

func entry(l ledger.Line, i int, letter byte) Entry {
	e := Entry{
		ID: l.IDs[i], Seq: l.Seq, Revision: l.Revision, Time: l.Time.UTC(), SHA256: l.SHA256,
		Source: l.Source, Edition: l.Edition, Name: l.Name, Published: l.Published,
	}
	switch {
	case letter == ledger.Removed && l.Outcome == ledger.Erased:
		e.Op, e.Reason = Erase, l.Reason
		return e
	case letter == ledger.Removed:
		e.Op = Remove
		return e
	case letter == ledger.Inserted:
		e.Op = Insert
	case l.Outcome == ledger.Derived:
		e.Op = Derive
	default:
		e.Op = Update
	}
	e.Version = l.Generation
	if len(l.Digests) == len(l.IDs) {
		e.Digest = l.Digests[i]
	}
	return e
}

// tagOf is a fingerprint of a line, by which a position knows it again.
func tagOf(l ledger.Line) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, strings.Join([]string{
		strconv.FormatInt(l.Seq, 10), strconv.FormatInt(l.Time.UnixMicro(), 10), string(l.Outcome), l.SHA256, l.Edition, l.Origin, strconv.FormatInt(l.Revision, 10),
	}, "\n"))
	return h.Sum32()
}

// foreign is the fault of a token that is well formed and of no use here.
func foreign(format string, args ...any) error {
	return fault.New(fault.Conflict, "the token "+format, args...).At("parameter after").
		WithHint("begin anew: take a snapshot from /api/v1/snapshots and go on behind its token, or leave the token out to read the feed from its beginning")
}
