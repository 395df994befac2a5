// Package dir is the source of documents that lie on this machine: files, folder trees, archives, exports, in any
// mixture, as given to `boamp import`. What a file is, is told by its first bytes, never by its name.
package dir

import (
	"bufio"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// Opener turns bytes of any form into documents. It is what other sources use for what they download, too. It is safe for
// concurrent use.
type Opener struct {
	// Unpack gives the files inside an archive: archive.Reader.Members. Without it archives are set aside.
	Unpack func(context.Context, source.Stream) iter.Seq2[source.Stream, error]
	// CSV gives each row of an export of the Explore API as the JSON of a record: record.CSV. Without it such exports are
	// set aside.
	CSV func(io.Reader) iter.Seq2[[]byte, error]
	// Now is the clock for Item.Fetched.
	Now func() time.Time
	// DocumentBytes is how large one document may be, default 64 MiB: a file of XML, one record of an export. What is
	// larger becomes an error item.
	DocumentBytes int
}

const defaultDocumentBytes = 64 << 20

// Items gives the documents in s. The origin of a document is that of s when it is the only one there, else it is
// extended: "a.taz!15-31501.xml" for a file in an archive, "export.jsonl#12" for line 12 of JSON Lines, record 12 of a
// JSON array, of an answer of the Explore API or of a CSV export, "pages.jsonl#12.3" for record 3 of the answer on line 12.
//
// The bytes of an item are those of the source, cut but not rewritten; the rows of CSV are what Opener.CSV makes of them. What
// cannot be read becomes an error item. Pages beside their notices come as source.ErrCompanion. JSON that is not well
// formed is given as it is as long as its extent can be told, so that it is kept and set aside by its reader.
func (o Opener) Items(ctx context.Context, s source.Stream) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		r := o.run(ctx, yield)
		_ = r.stream(s) && r.finish()
	}
}

// run is one pass over an edition.
type run struct {
	Opener
	ctx      context.Context
	yield    func(source.Item, error) bool
	consumed func() int64
	buf      *bufio.Reader // in front of every stream
	pages    pages
}

func (o Opener) run(ctx context.Context, yield func(source.Item, error) bool) *run {
	if o.DocumentBytes <= 0 {
		o.DocumentBytes = defaultDocumentBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &run{
		Opener: o, ctx: ctx, yield: yield, consumed: func() int64 { return 0 },
		buf:   bufio.NewReaderSize(nil, readBuffer),
		pages: pages{seed: maphash.MakeSeed(), notices: map[uint64]struct{}{}, waiting: map[uint64]string{}},
	}
}

const readBuffer = 64 << 10

// fail gives an error item; false ends the run, as with all methods of run.
func (r *run) fail(origin string, err error) bool {
	return r.yield(source.Item{Origin: origin, Consumed: r.consumed()}, err)
}

// item gives a document.
func (r *run) item(s source.Stream, origin string, b []byte) bool {
	if err := r.ctx.Err(); err != nil {
		return r.cancelled(err)
	}
	return r.yield(source.Item{Bytes: b, Origin: origin, Name: s.Name, Fetched: r.Now().UTC(), Consumed: r.consumed()}, nil)
}

func (r *run) cancelled(err error) bool {
	r.fail("", fault.Wrap(fault.Timeout, err, "the import was cancelled"))
	return false
}

// stream gives the documents of a file that may be an archive.
func (r *run) stream(s source.Stream) bool {
	r.buf.Reset(s.R)
	s.R = r.buf
	head, err := r.buf.Peek(source.HeadSize)
	if err != nil && err != io.EOF && len(head) == 0 {
		return r.fail(s.Origin, readFault(err))
	}
	if !source.FormOf(head).Archive() {
		return r.leaf(s, r.buf)
	}
	if r.Unpack == nil {
		return r.fail(s.Origin, fault.New(fault.Unsupported, "an archive, where none is read"))
	}
	for m, err := range r.Unpack(r.ctx, s) {
		goOn := true
		switch {
		case err != nil:
			goOn = r.fail(m.Origin, err) && m.Origin != ""
		default:
			goOn = r.leaf(m, bufio.NewReaderSize(m.R, source.HeadSize)) // the archive's own buffer, when it has one
		}
		if !goOn {
			return false
		}
	}
	return true
}

// leaf gives the documents of a file that is no archive.
func (r *run) leaf(s source.Stream, buf *bufio.Reader) bool {
	if err := r.ctx.Err(); err != nil {
		return r.cancelled(err)
	}
	head, err := buf.Peek(source.HeadSize)
	switch source.FormOf(head) {
	case source.Empty:
		if err != nil && err != io.EOF {
			return r.fail(s.Origin, readFault(err))
		}
		return r.fail(s.Origin, fault.New(fault.Invalid, "an empty file"))
	case source.XML:
		return r.document(s, buf) && r.pages.notice(r, s.Origin)
	case source.HTML:
		return r.pages.page(r, s.Origin)
	case source.JSON:
		return r.json(s, buf)
	case source.CSV:
		return r.csv(s, buf)
	case source.Unknown:
		return r.fail(s.Origin, fault.New(fault.Unsupported, "not XML, JSON, an export or an archive but %s", source.Describe(head)))
	}
	return r.fail(s.Origin, fault.New(fault.Unsupported, "an archive, where none is read"))
}

// document gives a file as one document.
func (r *run) document(s source.Stream, buf io.Reader) bool {
	b, err := readDocument(buf, s.Size, r.DocumentBytes)
	if err != nil {
		return r.fail(s.Origin, readFault(err))
	}
	return r.item(s, s.Origin, b)
}

// readDocument reads to the end, without more memory than a document of the declared size needs, and without believing it.
func readDocument(r io.Reader, size int64, limit int) ([]byte, error) {
	const trusted = 1 << 20
	b := make([]byte, 0, min(max(size, 8<<10), trusted, int64(limit))+1)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > limit:
			return nil, fault.New(fault.TooLarge, "a document of more than %d bytes", limit)
		case err == io.EOF:
			return b, nil
		case err != nil:
			return nil, err
		case len(b) == cap(b):
			b = append(b, 0)[:len(b)]
		}
	}
}

// csv gives the rows of an export.
func (r *run) csv(s source.Stream, buf io.Reader) bool {
	if r.CSV == nil {
		return r.fail(s.Origin, fault.New(fault.Unsupported, "a CSV export, where none is read"))
	}
	n := 0
	for row, err := range r.CSV(&sticky{r: buf}) {
		n++
		origin := s.Origin + "#" + strconv.Itoa(n)
		var goOn bool
		switch {
		case err != nil:
			goOn = r.fail(origin, err)
		case len(row) > r.DocumentBytes:
			goOn = r.fail(origin, fault.New(fault.TooLarge, "a row of more than %d bytes", r.DocumentBytes))
		default:
			goOn = r.item(s, origin, row)
		}
		if !goOn {
			return false
		}
	}
	return true
}

// sticky repeats an error for readers that go on after one, and makes it a fault.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		err = readFault(err)
	}
	s.err = err
	return n, err
}

// readFault makes what the system says of a file a fault; faults pass.
func readFault(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "the file could not be read")
}
