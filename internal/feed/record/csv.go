package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/portal"
)

// CSV reads an export of the data set, as the portal and spreadsheets write it, and gives each row as the JSON object of a
// record in the form of API v2.1, which Read takes: names of the heading line as keys, null for empty cells, arrays for the
// fields of several values. The delimiter (semicolon, comma, tab or bar) is told by the heading line; quoting is that of RFC
// 4180; a byte order mark is skipped.
//
// An error beside no row stands for the row at its place, and the rest goes on: a row that is not well formed or has more
// or fewer cells than headings. Errors that end the sequence: a heading line with neither idweb nor id, which names what it
// has, a heading twice, a row of more than 64 MiB, and a source that cannot be read.
func CSV(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		t, err := openTable(r)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			row, err := t.next()
			if err == io.EOF || !yield(row, err) || err != nil && t.rows.ended {
				return
			}
		}
	}
}

// table reads rows below a heading line.
type table struct {
	rows     *rowReader
	headings []string
}

func openTable(r io.Reader) (*table, error) {
	buf := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := buf.Peek(3); string(bom) == "\xef\xbb\xbf" {
		if _, err := buf.Discard(3); err != nil {
			return nil, unreadable(err)
		}
	}
	head, err := buf.Peek(64 << 10)
	if err != nil && err != io.EOF && len(head) == 0 {
		return nil, unreadable(err)
	}
	t := &table{rows: &rowReader{r: buf, comma: delimiter(head), line: 1}}
	cells, err := t.rows.read()
	if err == io.EOF {
		return nil, fault.New(fault.Invalid, "an empty export: no heading line")
	}
	if err != nil {
		return nil, err
	}
	return t, t.setHeadings(cells)
}

// delimiter chooses the character that cuts the heading line into most cells.
func delimiter(head []byte) byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	best, most := byte(';'), 0
	for _, c := range []byte{';', ',', '\t', '|'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// setHeadings takes the names of the columns. Those of fields count in any case.
func (t *table) setHeadings(cells []string) error {
	fields := portal.Names()
	seen := map[string]bool{}
	for _, h := range cells {
		h = strings.TrimSpace(h)
		if lower := strings.ToLower(h); slices.Contains(fields, lower) {
			h = lower
		}
		if h != "" && seen[h] {
			return fault.New(fault.Invalid, "the heading %q occurs twice", h).At("line 1")
		}
		seen[h] = true
		t.headings = append(t.headings, h)
	}
	if !seen["idweb"] && !seen["id"] {
		return fault.New(fault.Invalid, "an export needs the column idweb; its headings are %s", excerpt(cells)).At("line 1").
			WithHint("export with the names of the fields as headings, not with their labels")
	}
	return nil
}

// excerpt lists headings for a message.
func excerpt(headings []string) string {
	const most = 10
	s := fmt.Sprintf("%.40q", headings[:min(len(headings), most)])
	if len(headings) > most {
		s += fmt.Sprintf(" and %d more", len(headings)-most)
	}
	return s
}

// next gives one row as a record.
func (t *table) next() ([]byte, error) {
	cells, err := t.rows.read()
	if err != nil {
		return nil, err
	}
	if len(cells) != len(t.headings) {
		return nil, fault.New(fault.Invalid, "a row of %d cells below %d headings", len(cells), len(t.headings)).At(t.rows.place())
	}
	return t.object(cells), nil
}

// object writes a row as a record.
func (t *table) object(cells []string) []byte {
	dst := []byte{'{'}
	for i, name := range t.headings {
		if name == "" {
			continue
		}
		if len(dst) > 1 {
			dst = append(dst, ", "...)
		}
		dst = append(portal.AppendText(dst, name), ": "...)
		switch cell := cells[i]; {
		case cell == "":
			dst = append(dst, "null"...)
		case portal.Multi(name) && !strings.HasPrefix(cell, "["):
			dst = append(dst, '[')
			for k, v := range portal.SplitList(name, cell) {
				if k > 0 {
					dst = append(dst, ", "...)
				}
				dst = portal.AppendText(dst, v)
			}
			dst = append(dst, ']')
		default:
			dst = portal.AppendText(dst, cell)
		}
	}
	return append(dst, '}')
}

// unreadable makes what a source says a fault.
func unreadable(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	return fault.Wrap(fault.Unavailable, err, "the export could not be read to its end")
}
