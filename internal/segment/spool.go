package segment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// spool keeps lines as numbers of their words until the codes of these are known: 0 for a gap, from 1 on in the order in which words
// came. What is more than a megabyte goes to a temporary file.
type spool struct {
	temp   string
	words  map[string]uint32
	places []uint32 // of the words, once they are written
	run    int      // of the inverter, for known
	known  []uint32 // the numbers of its keys; 0 for none yet
	line   []byte
	count  uint64
	lines  uint64
	buffer []byte
	file   *os.File
	next   uint32
}

const spoolBuffer = 1 << 20

func newSpool(temp string) *spool { return &spool{temp: temp, words: map[string]uint32{}} }

// eachPlace calls f with the words of a line and with "" for each gap between them.
func eachPlace(line string, f func(word string) error) error {
	line = strings.TrimPrefix(line, " ")
	for line != "" {
		n := strings.IndexByte(line, ' ')
		if n < 0 {
			n = len(line)
		}
		word := line[:n]
		if word == "|" || word == "\n" {
			word = ""
		}
		if err := f(word); err != nil {
			return err
		}
		line = line[min(n+1, len(line)):]
	}
	return nil
}

func (s *spool) gap() { s.number(0) }

// word takes the next word of the line, which is a key of a run of the inverter: the number of that is found faster.
func (s *spool) word(run int, id uint32, word string) {
	if run != s.run {
		clear(s.known)
		s.run = run
	}
	for len(s.known) <= int(id) {
		s.known = append(s.known, 0)
	}
	number := s.known[id]
	if number == 0 {
		if number = s.words[word]; number == 0 {
			number = uint32(len(s.words)) + 1
			s.words[strings.Clone(word)] = number
		}
		s.known[id] = number
	}
	s.number(number)
}

func (s *spool) number(n uint32) {
	s.line = binary.AppendUvarint(s.line, uint64(n))
	s.count++
}

// end ends the line.
func (s *spool) end() error {
	s.buffer = append(binary.AppendUvarint(s.buffer, s.count), s.line...)
	s.line, s.count = s.line[:0], 0
	s.lines++
	if len(s.buffer) < spoolBuffer {
		return nil
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.temp, "segment-*.tmp")
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "no temporary file for the search index")
		}
		s.file = f
	}
	if _, err := s.file.Write(s.buffer); err != nil {
		return fault.Wrap(fault.Unavailable, err, "a temporary file of the search index cannot be written")
	}
	s.buffer = s.buffer[:0]
	return nil
}

// place says that the next word of those in order is this one.
func (s *spool) place(word string) {
	if s.places == nil {
		s.places = make([]uint32, len(s.words))
		s.known = nil
	}
	if n := s.words[word]; n > 0 {
		s.places[n-1] = s.next
	}
	s.next++
}

// each gives the lines in the order in which they came. They are valid until the next.
func (s *spool) each(f func(numbers []uint32) error) error {
	var from io.Reader = bytes.NewReader(s.buffer)
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return badTemp(err)
		}
		from = io.MultiReader(s.file, from)
	}
	r := bufio.NewReaderSize(from, 256<<10)
	var line []uint32
	for range s.lines {
		count, err := binary.ReadUvarint(r)
		if err != nil {
			return badTemp(err)
		}
		line = line[:0]
		for range count {
			n, err := binary.ReadUvarint(r)
			if err != nil || n > uint64(len(s.places)) {
				return badTemp(cmpErr(err, io.ErrUnexpectedEOF))
			}
			line = append(line, uint32(n))
		}
		if err := f(line); err != nil {
			return err
		}
	}
	return nil
}

// close removes the file and lets go of the memory.
func (s *spool) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
	*s = spool{}
}
