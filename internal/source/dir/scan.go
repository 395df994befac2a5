package dir

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// scanner finds where values of JSON begin and end, and keeps their bytes. It checks no more than it needs for that: the
// readers of records do. It recurses nowhere, so depth costs nothing.
type scanner struct {
	r     *bufio.Reader
	max   int    // how many bytes to keep
	buf   []byte // kept
	large bool   // there was more to keep
	off   int64  // bytes read
	line  int    // from 1
}

// errSyntax stands for a byte that cannot stand where it does.
var errSyntax = errors.New("unexpected byte")

// window gives the bytes that are there to look at, at least one.
func (s *scanner) window() ([]byte, error) {
	if s.r.Buffered() == 0 {
		if _, err := s.r.Peek(1); err != nil {
			return nil, err
		}
	}
	return s.r.Peek(s.r.Buffered())
}

// advance goes past b, the beginning of the window.
func (s *scanner) advance(b []byte, keep bool) {
	s.off += int64(len(b))
	s.line += bytes.Count(b, []byte("\n"))
	if keep {
		room := max(s.max-len(s.buf), 0)
		s.large = s.large || len(b) > room
		s.buf = append(s.buf, b[:min(len(b), room)]...)
	}
	_, _ = s.r.Discard(len(b)) // they are in the buffer
}

// skip goes past n bytes of the window.
func (s *scanner) skip(n int) {
	b, _ := s.r.Peek(n)
	s.advance(b, false)
}

// keepByte goes past the byte that space or value stopped at, and keeps it.
func (s *scanner) keepByte() {
	b, _ := s.r.Peek(1)
	s.advance(b, true)
}

// take gives the bytes that were kept, which are the caller's then.
func (s *scanner) take() (b []byte, large bool) {
	b, large = bytes.Clone(s.buf), s.large
	s.drop()
	return b, large
}

func (s *scanner) drop() { s.buf, s.large = s.buf[:0], false }

// back puts what was kept back before what is still to be read, as of the line on which it began.
func (s *scanner) back(line int) {
	kept := bytes.Clone(s.buf)
	s.off -= int64(len(kept))
	s.line = line
	s.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(kept), s.r), readBuffer)
	s.drop()
}

// space goes past white space and gives the byte after it, without going past that.
func (s *scanner) space(keep bool) (byte, error) {
	for {
		w, err := s.window()
		if err != nil {
			return 0, err
		}
		n := len(w) - len(bytes.TrimLeft(w, " \t\r\n"))
		found := n < len(w)
		var c byte
		if found {
			c = w[n]
		}
		if s.advance(w[:n], keep); found {
			return c, nil
		}
	}
}

// rest keeps all to the end of the line, without the line feed, or to the end of the stream.
func (s *scanner) rest(line bool) error {
	for {
		w, err := s.window()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if i := bytes.IndexByte(w, '\n'); line && i >= 0 {
			s.advance(w[:i], true)
			return nil
		}
		s.advance(w, true)
	}
}

// value keeps the value that begins here. A strict one has no line feed within a string, as JSON wants it, so that the
// mistake of a line stays in it.
func (s *scanner) value(strict bool) error {
	v := extent{strict: strict}
	for begun := false; ; begun = true {
		w, err := s.window()
		if err == io.EOF && v.scalar {
			return nil
		}
		if err != nil {
			return err
		}
		n, state := v.scan(w)
		if n == 0 && !begun {
			return errSyntax
		}
		s.advance(w[:n], true)
		switch state {
		case ended:
			return nil
		case wrong:
			return errSyntax
		}
	}
}

// extent finds the end of a value.
type extent struct {
	strict, scalar, quoted, escaped bool
	depth                           int
}

const (
	goesOn = iota
	ended
	wrong
)

// scan tells how many bytes of w belong to the value, and whether it ended with them.
func (v *extent) scan(w []byte) (int, int) {
	for i := 0; i < len(w); i++ {
		c := w[i]
		if v.quoted {
			switch {
			case v.escaped:
				v.escaped = false
			case c == '\\':
				v.escaped = true
			case c == '"':
				if v.quoted = false; v.depth == 0 {
					return i + 1, ended
				}
			case c == '\n' && v.strict:
				return i, wrong
			}
			continue
		}
		switch c {
		case '"':
			if v.scalar {
				return i, ended
			}
			v.quoted = true
		case '{', '[':
			if v.scalar {
				return i, ended
			}
			v.depth++
		case '}', ']':
			if v.depth == 0 {
				return i, ended
			}
			if v.depth--; v.depth == 0 {
				return i + 1, ended
			}
		case ',', ':', ' ', '\t', '\r', '\n':
			if v.depth == 0 {
				return i, ended
			}
		default:
			v.scalar = v.scalar || v.depth == 0
		}
	}
	return len(w), goesOn
}
