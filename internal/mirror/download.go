package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

const (
	partExt  = ".part" // of a file that is on its way; it stays, so that the next run goes on
	attempts = 8       // without a byte of progress before a download is given up
	stall    = 30 * time.Second
)

// errAgain is an attempt that failed and may do better.
var errAgain = errors.New("again")

// download fetches a file to a place, where it is whole or as it was before. It goes on where an attempt broke off, also one of a process
// before. want is its SHA-256; without it the entity tag, which is the hash, is believed. Errors: NotFound (the server has it no
// more), Invalid (what comes is not what was promised), Unavailable.
func (m *Mirror) download(ctx context.Context, address, place, want string) error {
	part := place + partExt
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the folder of the file cannot be made").At(place)
	}
	if want == "" {
		_ = os.Remove(part) // of which state it is nobody knows
	}
	tag, failed, wrong := want, 0, false
	for {
		before := sizeOf(part)
		done, err := m.attempt(ctx, address, part, &tag)
		if err != nil && !errors.Is(err, errAgain) {
			return err
		}
		if done {
			if hash := hashOf(part); hash == tag {
				return m.place(part, place)
			}
			_ = os.Remove(part)
			if wrong { // twice
				return fault.New(fault.Invalid, "what comes is not what its hash says").At(address)
			}
			wrong = true
			continue
		}
		if failed++; sizeOf(part) > before {
			failed = 0
		}
		if failed >= attempts {
			return fault.Wrap(fault.Unavailable, err, "the file cannot be downloaded").At(address)
		}
		if err := m.Sleep(ctx, time.Second<<min(failed, 5)/2); err != nil {
			return fault.Wrap(fault.Timeout, err, "the download was given up").At(address)
		}
	}
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// place makes a file safe and gives it its name.
func (m *Mirror) place(part, place string) error {
	f, err := m.Disk.Append(part)
	if err == nil {
		err = f.Sync()
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err == nil {
		err = m.Disk.Rename(part, place)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the file cannot be kept").At(place)
	}
	return nil
}

// attempt asks for what is not there yet. tag is the SHA-256 of the file, and becomes that of the server's file when that is another one.
func (m *Mirror) attempt(ctx context.Context, address, part string, tag *string) (done bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(errors.New("nothing came for a while")) })
	defer watch.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, fault.Wrap(fault.Invalid, err, "no address").At(address)
	}
	r.Header.Set("User-Agent", m.Agent)
	r.Header.Set("Accept-Encoding", "identity")
	have := sizeOf(part)
	if have > 0 && *tag != "" {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		r.Header.Set("If-Range", `"`+*tag+`"`)
	}
	resp, err := m.HTTP.Do(r)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errAgain, err)
	}
	defer resp.Body.Close()
	if done, err := m.refused(resp, part, have); done || err != nil {
		return done, err
	}
	if resp.StatusCode == http.StatusOK {
		have = 0
		*tag = tagOf(resp, *tag)
	}
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE, 0o644)
	if err == nil {
		err = f.Truncate(have)
	}
	if err == nil {
		_, err = f.Seek(have, io.SeekStart)
	}
	if err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the file cannot be written").At(part)
	}
	n, err := copyWatched(f, resp.Body, watch)
	if e := f.Close(); e != nil || isDisk(err) {
		return false, fault.Wrap(fault.Unavailable, errors.Join(err, e), "the file cannot be written").At(part)
	}
	if err != nil || resp.ContentLength >= 0 && n != resp.ContentLength {
		return false, fmt.Errorf("%w: %w after %d bytes", errAgain, errors.Join(err, io.ErrUnexpectedEOF), n)
	}
	return true, nil
}

// tagOf is the hash that an answer's entity tag is.
func tagOf(resp *http.Response, known string) string {
	tag := strings.Trim(resp.Header.Get("ETag"), `"`)
	if known != "" || len(tag) != 64 {
		return known
	}
	return tag
}

// refused deals with all answers but those that bring bytes.
func (m *Mirror) refused(resp *http.Response, part string, have int64) (done bool, err error) {
	address := resp.Request.URL.Redacted()
	switch s := resp.StatusCode; {
	case s == http.StatusOK && resp.Header.Get("Content-Encoding") == "":
		return false, nil
	case s == http.StatusPartialContent:
		first, _, ok := strings.Cut(strings.TrimPrefix(resp.Header.Get("Content-Range"), "bytes "), "-")
		if n, err := strconv.ParseInt(first, 10, 64); !ok || err != nil || n != have {
			_ = os.Remove(part)
			return false, fmt.Errorf("%w: the server gives another piece than was asked for", errAgain)
		}
		return false, nil
	case s == http.StatusRequestedRangeNotSatisfiable:
		if _, size, ok := strings.Cut(resp.Header.Get("Content-Range"), "/"); ok && size == strconv.FormatInt(have, 10) {
			return true, nil // it was all there
		}
		_ = os.Remove(part)
		return false, fmt.Errorf("%w: the server's file is shorter than what is here", errAgain)
	case s == http.StatusNotFound, s == http.StatusGone:
		return false, fault.New(fault.NotFound, "the server has the file no more (%d)", s).At(address)
	case s == http.StatusTooManyRequests, s >= 500:
		return false, fmt.Errorf("%w: the server answers %d", errAgain, s)
	default:
		return false, fault.New(fault.Invalid, "the server answers %d, which has no meaning here", s).At(address)
	}
}

// diskError is a failure of our own side.
type diskError struct{ error }

func (e diskError) Unwrap() error { return e.error }

func isDisk(err error) bool {
	var d diskError
	return errors.As(err, &d)
}

// copyWatched copies and puts the watch off as long as something comes.
func copyWatched(to io.Writer, from io.Reader, watch *time.Timer) (n int64, err error) {
	b := make([]byte, 256<<10)
	for {
		got, err := from.Read(b)
		watch.Reset(stall)
		if _, e := to.Write(b[:got]); e != nil {
			return n, diskError{e}
		}
		n += int64(got)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
