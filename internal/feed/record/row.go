package record

import (
	"bufio"
	"fmt"
	"io"

	"github.com/boamp/boamp/internal/fault"
)

// maxRow bounds what a row may hold, which one quote that nobody closed makes of all that follows.
const maxRow = 64 << 20

// rowReader reads rows of CSV by RFC 4180. Unlike encoding/csv it leaves the line breaks in quoted cells as they are, so that
// a record comes back from its export unchanged; and a quote inside a cell that does not begin with one is a character.
type rowReader struct {
	r     *bufio.Reader
	comma byte
	line  int  // of the next byte, from 1
	start int  // line on which the row began
	ended bool // nothing can be read any more
	size  int
}

func (r *rowReader) place() string { return fmt.Sprintf("line %d", r.start) }

// read gives the cells of the next row that is not an empty line. After a fault, reading goes on with the next line unless
// ended is set.
func (r *rowReader) read() ([]string, error) {
	for {
		r.start, r.size = r.line, 0
		cells, err := r.row()
		if err != nil || len(cells) > 1 || cells[0] != "" {
			return cells, err
		}
	}
}

// row reads one row. io.EOF comes only where no row begins.
func (r *rowReader) row() (cells []string, err error) {
	var cell []byte
	for {
		cell, err = r.cell(cell[:0])
		switch err {
		case errCell:
			cells = append(cells, string(cell))
		case errRow:
			return append(cells, string(cell)), nil
		case io.EOF:
			if r.ended = true; len(cells) == 0 && len(cell) == 0 {
				return nil, io.EOF
			}
			return append(cells, string(cell)), nil
		default:
			return nil, err
		}
	}
}

// Ways in which a cell ends, besides io.EOF and faults.
var (
	errCell = fault.New(fault.Internal, "end of cell")
	errRow  = fault.New(fault.Internal, "end of row")
)

// cell appends the text of one cell.
func (r *rowReader) cell(cell []byte) ([]byte, error) {
	c, err := r.next()
	if err != nil {
		return cell, err
	}
	if c == '"' {
		return r.quoted(cell)
	}
	for {
		switch {
		case c == r.comma:
			return cell, errCell
		case c == '\n':
			if n := len(cell); n > 0 && cell[n-1] == '\r' {
				cell = cell[:n-1]
			}
			return cell, errRow
		}
		cell = append(cell, c)
		if c, err = r.next(); err != nil {
			return cell, err
		}
	}
}

// quoted appends the text of a cell after its opening quote.
func (r *rowReader) quoted(cell []byte) ([]byte, error) {
	for {
		c, err := r.next()
		if err == io.EOF {
			r.ended = true
			return cell, r.stray("a quote is opened and never closed")
		}
		if err != nil {
			return cell, err
		}
		if c != '"' {
			cell = append(cell, c)
			continue
		}
		c, err = r.next()
		if c == '\r' && err == nil {
			c, err = r.next()
			if err == nil && c != '\n' {
				return cell, r.skip()
			}
		}
		switch {
		case err != nil:
			return cell, err
		case c == '"':
			cell = append(cell, c)
		case c == r.comma:
			return cell, errCell
		case c == '\n':
			return cell, errRow
		default:
			return cell, r.skip()
		}
	}
}

// skip leaves a row whose quoting is wrong.
func (r *rowReader) skip() error {
	for {
		c, err := r.next()
		if err == io.EOF {
			r.ended = true
		} else if err != nil {
			return err
		}
		if c == '\n' || err != nil {
			return r.stray("text after a closing quote")
		}
	}
}

func (r *rowReader) stray(what string) error {
	return fault.New(fault.Invalid, "not well-formed CSV: %s", what).At(r.place()).
		WithHint("cells that hold quotes, delimiters or line breaks must be quoted, and quotes in them doubled")
}

// next gives one byte. Errors other than io.EOF are faults and end the reading.
func (r *rowReader) next() (byte, error) {
	c, err := r.r.ReadByte()
	if err == io.EOF {
		return 0, err
	}
	if err != nil {
		r.ended = true
		return 0, unreadable(err)
	}
	if c == '\n' {
		r.line++
	}
	if r.size++; r.size > maxRow {
		r.ended = true
		return 0, fault.New(fault.TooLarge, "a row of more than %d bytes", maxRow).At(r.place())
	}
	return c, nil
}
