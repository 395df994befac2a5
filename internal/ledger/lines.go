package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
)

// maxLine bounds a line in bytes: that of a document with a million notices is shorter.
const maxLine = 16 << 20

// Lines gives the lines from Seq from on (1 for all), in order, up to those that were in the ledger when it began. Finding
// the first costs a few reads. A damaged or missing line ends the sequence with a Conflict that names file and line.
func (j *Journal) Lines(from int64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		names, err := j.files()
		if err != nil {
			yield(Line{}, err)
			return
		}
		from = max(from, 1)
		s := scan{j: j, from: from, yield: yield}
		if s.openName, s.openSize, err = j.snapshot(names); err != nil {
			yield(Line{}, err)
			return
		}
		first, err := s.firstFile(names)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for i := first; i < len(names); i++ {
			if !s.file(names[i], i == len(names)-1, i == first) {
				return
			}
		}
	}
}

// snapshot gives the file that is appended to and how far it is safe. When reading only, the file tells.
func (j *Journal) snapshot(names []string) (string, int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.readOnly || len(names) == 0 {
		return j.name, j.size, nil
	}
	name := names[len(names)-1]
	end, err := j.readEnd(name)
	return name, end.size, err
}

// scan is one run over the files.
type scan struct {
	j        *Journal
	from     int64
	yield    func(Line, error) bool
	openName string
	openSize int64
	prev     int64 // Seq of the line before, 0 before the first
}

// firstFile finds the last file that begins at or before the line that is wanted.
func (s *scan) firstFile(names []string) (int, error) {
	for i := len(names) - 1; i > 0; i-- {
		f, err := os.Open(s.j.path(names[i]))
		if err != nil {
			return 0, readFault(names[i], err)
		}
		b, err := bufio.NewReader(f).ReadSlice('\n')
		f.Close()
		if err == io.EOF { // empty, or its first line is torn
			continue
		}
		if seq, ok := seqOf(b); ok && seq <= s.from {
			return i, nil
		} else if !ok {
			return 0, nil // whoever reads from the beginning finds what is wrong
		}
	}
	return 0, nil
}

// seqOf reads the Seq of a line from its beginning, which may be all that is there.
func seqOf(b []byte) (int64, bool) {
	digits, ok := bytes.CutPrefix(b, []byte(`{"seq":`))
	if !ok {
		return 0, false
	}
	var n int64
	for i, c := range digits {
		switch {
		case c == ',' && i > 0:
			return n, true
		case c < '0' || c > '9' || i > 17:
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return 0, false
}

// file gives the lines of a file; false ends the run.
func (s *scan) file(name string, newest, search bool) bool {
	f, err := os.Open(s.j.path(name))
	if err != nil {
		return s.fail(readFault(name, err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return s.fail(readFault(name, err))
	}
	size := info.Size()
	if name == s.openName {
		size = min(size, s.openSize)
	}
	start := int64(0)
	if search && s.from > 1 {
		start = seek(f, size, s.from)
	}
	r := bufio.NewReaderSize(io.NewSectionReader(f, start, size-start), 64<<10)
	var buf []byte
	for n := 1; ; n++ {
		buf, err = readLine(r, buf[:0])
		switch {
		case err == io.EOF && len(buf) == 0:
			return true
		case err == io.EOF && newest:
			return true // torn, or being written
		case err == io.EOF:
			return s.damaged(f, name, start, n, nil, "the last line of a file of the ledger is cut off, and later files exist")
		case err == errLong:
			return s.damaged(f, name, start, n, nil, "a line of the ledger is too long to be one")
		case err != nil:
			return s.fail(readFault(name, err))
		}
		var l Line
		if err := json.Unmarshal(buf, &l); err != nil {
			return s.damaged(f, name, start, n, err, "a line of the ledger is damaged")
		}
		if !s.follows(l.Seq) {
			return s.damaged(f, name, start, n, nil, "sequence %d stands in the ledger after %d", l.Seq, s.prev)
		}
		s.prev = l.Seq
		if l.Seq >= s.from && !s.yield(l, nil) {
			return false
		}
	}
}

// follows reports whether a line with this Seq may be the next.
func (s *scan) follows(seq int64) bool {
	if s.prev == 0 {
		return seq >= 1 && seq <= s.from // else the lines before it are missing
	}
	return seq == s.prev+1
}

func (s *scan) fail(err error) bool {
	s.yield(Line{}, err)
	return false
}

// damaged fails with the number of the n-th line after start.
func (s *scan) damaged(f *os.File, name string, start int64, n int, cause error, format string, args ...any) bool {
	before, err := countLines(io.NewSectionReader(f, 0, start))
	if err != nil {
		return s.fail(readFault(name, err))
	}
	return s.fail(damaged(name, before+n, cause, format, args...))
}

func countLines(r io.Reader) (int, error) {
	b := make([]byte, 64<<10)
	for lines := 0; ; {
		n, err := r.Read(b)
		lines += bytes.Count(b[:n], []byte("\n"))
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

var errLong = errors.New("line too long")

// readLine appends a line to buf, without its end. At the end of the file buf is what came after the last line feed.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case err == nil:
			return buf[:len(buf)-1], nil
		case err != bufio.ErrBufferFull:
			return buf, err
		case len(buf) > maxLine:
			return nil, errLong
		}
	}
}

// seek finds the beginning of a line whose Seq is at most seq and not far below it, by halving. 0 when something is odd.
func seek(f io.ReaderAt, size, seq int64) int64 {
	const near = 256 << 10
	low, high := int64(0), size
	for high-low > near {
		middle := low + (high-low)/2
		r := bufio.NewReaderSize(io.NewSectionReader(f, middle, high-middle), 4096)
		skipped, err := readLine(r, nil)
		if err != nil { // no line begins in the upper half
			high = middle
			continue
		}
		at := middle + int64(len(skipped)) + 1
		head, _ := r.Peek(64)
		n, ok := seqOf(head)
		switch {
		case len(head) == 0:
			high = middle
		case !ok:
			return 0
		case n <= seq:
			low = at
		default:
			high = middle
		}
	}
	return low
}

// end is what stands at the end of a file.
type end struct {
	size  int64 // up to which its lines are whole
	torn  int64 // bytes after that
	lines bool  // there is a whole line
	last  Line
}

// readEnd reads the last line of a file.
func (j *Journal) readEnd(name string) (end, error) {
	f, err := os.Open(j.path(name))
	if err != nil {
		return end{}, readFault(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return end{}, readFault(name, err)
	}
	e := end{size: info.Size()}
	for {
		feed, err := lastFeed(f, e.size)
		if err != nil {
			return end{}, readFault(name, err)
		}
		e.torn += e.size - (feed + 1)
		if e.size = feed + 1; e.size == 0 {
			return e, nil
		}
		before, err := lastFeed(f, feed)
		if err != nil {
			return end{}, readFault(name, err)
		}
		if feed-before > maxLine {
			return end{}, damaged(name, 0, nil, "the last line of the ledger is too long to be one")
		}
		line := make([]byte, feed-before-1)
		if _, err := f.ReadAt(line, before+1); err != nil {
			return end{}, readFault(name, err)
		}
		if bytes.IndexByte(line, 0) >= 0 { // blocks that were never written
			e.size, e.torn = before+1, e.torn+feed-before
			continue
		}
		var l written
		if err := json.Unmarshal(line, &l); err != nil || l.Seq < 1 {
			n, _ := countLines(io.NewSectionReader(f, 0, feed+1))
			return end{}, damaged(name, n, err, "the last line of the ledger is damaged")
		}
		if l.More { // the lines appended with it are missing
			e.size, e.torn = before+1, e.torn+feed-before
			continue
		}
		e.last = l.Line
		e.lines = true
		return e, nil
	}
}

// lastFeed finds the last line feed before size; -1 when there is none.
func lastFeed(f io.ReaderAt, size int64) (int64, error) {
	const block = 32 << 10
	b := make([]byte, block)
	for size > 0 {
		n := min(size, block)
		if _, err := f.ReadAt(b[:n], size-n); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(b[:n], '\n'); i >= 0 {
			return size - n + int64(i), nil
		}
		size -= n
	}
	return -1, nil
}
