package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Sink takes the body of an answer. Reset comes before each attempt and forgets what one before it wrote.
type Sink interface {
	io.Writer
	Reset() error
}

// File is a sink that fills a file from its beginning.
func File(f *os.File) Sink { return file{f} }

type file struct{ *os.File }

func (f file) Reset() error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return f.Truncate(0)
}

// body reads the body of an answer.
type body struct {
	c     *Client
	u     *url.URL
	limit int64
	sink  Sink
	bytes []byte
	size  int64
}

// read reads to the end. stop is called when the body comes too slowly, and has to end the reading.
func (b *body) read(resp *http.Response, stop func()) error {
	if resp.ContentLength > b.limit {
		return b.tooLarge()
	}
	wire := &meter{r: resp.Body}
	defer wire.watch(or(b.c.Window, 20*time.Second), or(b.c.Least, 20<<10), stop)()
	switch coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); {
	case coding == "", coding == "identity", resp.ContentLength == 0:
		return b.copy(wire)
	case coding == "gzip", coding == "x-gzip":
		z, err := gzip.NewReader(wire)
		if err == nil {
			err = b.copy(z)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, io.LimitReader(wire, b.limit)) // so that a body that is cut off behind the last block is noticed
		}
		if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
			return fault.Wrap(fault.Invalid, err, "the packed answer is damaged")
		}
		return err
	default:
		return fault.New(fault.Invalid, "the answer is packed as %q, which was not asked for", coding)
	}
}

// copy takes up to the limit.
func (b *body) copy(r io.Reader) error {
	var buf bytes.Buffer
	var w io.Writer = &buf
	if b.sink != nil {
		if err := b.sink.Reset(); err != nil {
			return b.sinkFault(err)
		}
		w = &sinking{w: b.sink}
	}
	n, err := io.Copy(w, io.LimitReader(r, b.limit+1))
	var f *sinkError
	switch {
	case n > b.limit:
		return b.tooLarge()
	case errors.As(err, &f):
		return b.sinkFault(f.error)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, err, "the answer was cut off after %d bytes", n)
	case err != nil:
		return err
	}
	b.size = n
	if b.sink == nil {
		b.bytes = bytes.Clone(buf.Bytes())
	}
	return nil
}

func (b *body) tooLarge() error {
	return fault.New(fault.TooLarge, "the answer has more than %d bytes", b.limit)
}

// ErrSink is in the chain of errors of a Sink: our own disk's trouble, which no other attempt mends.
var ErrSink = errors.New("the sink failed")

func (b *body) sinkFault(err error) error {
	return fault.Wrap(fault.Unavailable, errors.Join(ErrSink, err), "what was fetched cannot be written")
}

// sinkError tells errors of the sink from those of the network.
type sinkError struct{ error }

func (e *sinkError) Unwrap() error { return e.error }

type sinking struct{ w io.Writer }

func (s *sinking) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		return n, &sinkError{err}
	}
	return n, nil
}

// meter counts what comes over the wire.
type meter struct {
	r io.Reader
	n atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// watch calls stop when fewer bytes than least come within a window. The function that it gives ends the watch.
func (m *meter) watch(window time.Duration, least int64, stop func()) func() {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(window)
		defer tick.Stop()
		for before := int64(0); ; {
			select {
			case <-done:
				return
			case <-tick.C:
				now := m.n.Load()
				if now-before < least {
					stop()
					return
				}
				before = now
			}
		}
	}()
	return func() { close(done) }
}
