package dir

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// json gives the records of a JSON file: an object, an array, an answer of the Explore API (the array `results` of v2.1,
// `records` of v1 and v2.0), JSON Lines, or several of these one after the other. It holds one record at a time.
func (r *run) json(s source.Stream, buf *bufio.Reader) bool {
	p := &splitter{run: r, s: s, sep: "#", scan: scanner{r: buf, max: r.DocumentBytes, line: 1}}
	if b, _ := buf.Peek(3); string(b) == "\xef\xbb\xbf" {
		p.scan.skip(3)
	}
	return p.all() != errStopped
}

// splitter cuts one stream of JSON into records.
type splitter struct {
	*run
	s     source.Stream
	sep   string // between origin and number
	scan  scanner
	count int  // values at the top so far
	many  bool // plain numbers are taken: by the elements of an array, or by values that are no lines
}

// What the methods of splitter return besides nil: they have reported what there was to report.
var (
	errStopped = errors.New("nobody wants more")
	errEnd     = errors.New("the stream cannot be read on")
)

func (p *splitter) numbered(n int) string { return p.s.Origin + p.sep + strconv.Itoa(n) }

// value gives the origin of a record that is the n-th value at the top.
func (p *splitter) value(n int) string {
	if p.many {
		return p.numbered(n) + ".1"
	}
	return p.numbered(n)
}

// line gives the origin of a record that is a line.
func (p *splitter) line(n int) string {
	if p.many {
		return p.s.Origin + p.sep + "line" + strconv.Itoa(n)
	}
	return p.numbered(n)
}

// all gives one value at the top after the other.
func (p *splitter) all() error {
	for {
		c, err := p.scan.space(false)
		if err == io.EOF {
			return nil
		}
		p.count++
		switch {
		case err != nil:
			err = p.report(p.s.Origin, err)
		case c == '{':
			err = p.object()
		case c == '[':
			p.scan.skip(1)
			err = p.array()
		default:
			err = p.report(p.s.Origin, errSyntax)
		}
		if err == errEnd {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// report gives an error item for a stream that cannot be read on, with the place.
func (p *splitter) report(origin string, err error) error {
	switch err {
	case io.EOF:
		err = fault.New(fault.Invalid, "the JSON is cut off; the records before stand")
	case errSyntax:
		err = fault.New(fault.Invalid, "the JSON is not well-formed; the records before stand")
	}
	var f *fault.Error
	if errors.As(readFault(err), &f) {
		err = f.At(fmt.Sprintf("byte %d", p.scan.off))
	}
	if !p.fail(origin, err) {
		return errStopped
	}
	return errEnd
}

// record gives the bytes that the scanner kept as one record.
func (p *splitter) record(origin string) error {
	b, large := p.scan.take()
	if large && !p.fail(origin, fault.New(fault.TooLarge, "a record of more than %d bytes", p.DocumentBytes)) ||
		!large && !p.item(p.s, origin, b) {
		return errStopped
	}
	return nil
}

// array gives the elements of an array whose bracket was read.
func (p *splitter) array() error {
	p.many = true
	of := *p // numbers of a second array carry its own number before them
	if p.count > 1 {
		of.s.Origin, of.sep = p.numbered(p.count), "."
	}
	for n := 1; ; n++ {
		c, err := p.scan.space(false)
		if err == nil && c == ']' {
			p.scan.skip(1)
			return nil
		}
		if err == nil {
			err = p.scan.value(false)
		}
		if err != nil {
			return p.report(of.numbered(n), err)
		}
		if err := p.record(of.numbered(n)); err != nil {
			return err
		}
		switch c, err = p.scan.space(false); {
		case err != nil:
			return p.report(p.s.Origin, err)
		case c == ',':
			p.scan.skip(1)
		case c != ']':
			return p.report(p.s.Origin, errSyntax)
		}
	}
}

// object gives the object at the top that begins here: a record, or the records of an answer.
func (p *splitter) object() error {
	line := p.scan.line
	answer, err := p.members()
	switch {
	case err == errStopped || err == errEnd:
		return err
	case err != nil && answer:
		return p.report(p.s.Origin, err)
	case err != nil:
		return p.malformed(line, err)
	case answer:
		p.scan.drop()
		return nil
	}
	oneLine := p.scan.line == line
	_, end := p.scan.space(false)
	origin := p.s.Origin
	if end == nil || p.count > 1 {
		origin = p.value(p.count)
	}
	if err := p.record(origin); err != nil {
		return err
	}
	if end == nil && oneLine && p.count == 1 && p.scan.line > line {
		return p.lines()
	}
	return nil
}

// members reads an object member by member. It reports whether it is an answer, whose records are given then; else the
// scanner has kept all of it.
func (p *splitter) members() (answer bool, err error) {
	p.scan.keepByte() // the brace
	for first := true; ; first = false {
		c, err := p.scan.space(true)
		switch {
		case err != nil:
			return answer, err
		case first && c == '}':
			p.scan.keepByte()
			return answer, nil
		case c != '"':
			return answer, errSyntax
		}
		key, err := p.key()
		if err != nil {
			return answer, err
		}
		if c, err = p.scan.space(true); err != nil {
			return answer, err
		}
		if c == '[' && (key == "results" || key == "records") {
			answer = true
			p.scan.skip(1)
			p.scan.drop()
			err = p.array()
		} else {
			err = p.scan.value(true)
		}
		if err != nil {
			return answer, err
		}
		if answer {
			p.scan.drop() // what stands around the records is of no interest
		}
		switch c, err = p.scan.space(true); {
		case err != nil:
			return answer, err
		case c != ',' && c != '}':
			return answer, errSyntax
		}
		if p.scan.keepByte(); c == '}' {
			return answer, nil
		}
	}
}

// key reads a member's name and the colon.
func (p *splitter) key() (string, error) {
	start := len(p.scan.buf)
	if err := p.scan.value(true); err != nil {
		return "", err
	}
	quoted := p.scan.buf[start:]
	c, err := p.scan.space(true)
	if err != nil {
		return "", err
	}
	if c != ':' {
		return "", errSyntax
	}
	key := string(bytes.Trim(quoted, `"`))
	p.scan.keepByte()
	return key, nil
}

// malformed gives an object that is no JSON as it is, for its reader to set it aside with the place; line is the one on
// which it began. When an object begins with the next line, these are JSON Lines of which one is bad.
func (p *splitter) malformed(line int, err error) error {
	if err != io.EOF && err != errSyntax {
		return p.report(p.s.Origin, err)
	}
	if !p.scan.large {
		p.scan.back(line)
		if err := p.scan.rest(true); err != nil {
			return p.report(p.s.Origin, err)
		}
		first := len(p.scan.buf)
		c, err := p.scan.space(true)
		if blank := p.scan.buf[first:]; err == nil && c == '{' && bytes.HasSuffix(blank, []byte("\n")) {
			p.many = p.many || p.count > 1
			p.scan.buf = trimRight(p.scan.buf)
			if err := p.record(p.line(line)); err != nil {
				return err
			}
			return p.lines()
		}
	}
	if err := p.scan.rest(false); err != nil {
		return p.report(p.s.Origin, err)
	}
	origin := p.s.Origin
	if p.count > 1 {
		origin = p.value(p.count)
	}
	p.scan.buf = trimRight(p.scan.buf)
	if err := p.record(origin); err != nil {
		return err
	}
	return errEnd
}

// lines gives the rest of the stream line by line, numbered from 1 for the first of the file. A line is not looked into
// unless it may be an answer or an array: one bad line leaves the others alone.
func (p *splitter) lines() error {
	for {
		if _, err := p.scan.space(false); err == io.EOF {
			return nil
		} else if err != nil {
			return p.report(p.s.Origin, err)
		}
		origin := p.line(p.scan.line)
		if err := p.scan.rest(true); err != nil {
			return p.report(origin, err)
		}
		p.scan.buf = trimRight(p.scan.buf)
		if b := p.scan.buf; p.scan.large || !mayHoldMany(b) {
			if err := p.record(origin); err != nil {
				return err
			}
			continue
		}
		b, _ := p.scan.take()
		inner := &splitter{run: p.run, s: p.s, sep: ".", scan: scanner{r: bufio.NewReader(bytes.NewReader(b)), max: p.scan.max, line: 1}}
		inner.s.Origin = origin
		if err := inner.all(); err != nil {
			return err
		}
	}
}

func mayHoldMany(line []byte) bool {
	return line[0] == '[' || bytes.Contains(line, []byte(`"results"`)) || bytes.Contains(line, []byte(`"records"`))
}

func trimRight(b []byte) []byte { return bytes.TrimRight(b, " \t\r\n") }
