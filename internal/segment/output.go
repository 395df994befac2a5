package segment

import (
	"bufio"
	"hash/crc32"
	"io"
	"unsafe"

	"github.com/boamp/boamp/internal/fault"
)

// output writes a file from its beginning to its end. After an error it writes no more; flush gives it.
type output struct {
	w      *bufio.Writer
	at     int64
	blocks int64    // where the blocks begin; negative before
	sums   []uint32 // of the blocks that are full
	sum    uint32   // of the last one
	table  *crc32.Table
	err    error
}

func newOutput(w io.Writer) *output {
	return &output{w: bufio.NewWriterSize(w, 256<<10), blocks: -1, table: crc32.MakeTable(crc32.Castagnoli)}
}

// Write implements io.Writer; the error is also kept.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = fault.Wrap(fault.Unavailable, err, "the segment cannot be written")
		return n, o.err
	}
	if o.blocks < 0 {
		o.at += int64(n)
		return n, nil
	}
	for rest := p; len(rest) > 0; {
		in := (o.at - o.blocks) % blockSize
		k := min(int64(len(rest)), blockSize-in)
		o.sum = crc32.Update(o.sum, o.table, rest[:k])
		o.at += k
		rest = rest[k:]
		if in+k == blockSize {
			o.sums, o.sum = append(o.sums, o.sum), 0
		}
	}
	return n, nil
}

// zeros fills up to a multiple of n.
func (o *output) zeros(n int64) {
	var pad [blockSize]byte
	if r := o.at % n; r != 0 {
		o.Write(pad[:n-r])
	}
}

// startBlocks begins the part whose blocks have checksums.
func (o *output) startBlocks() {
	o.zeros(alignment)
	o.blocks = o.at
}

// start begins a region.
func (o *output) start() region {
	o.zeros(alignment)
	return region{Off: o.at}
}

// end ends a region.
func (o *output) end(r region) region {
	r.Len = o.at - r.Off
	return r
}

// region writes a region of bytes.
func (o *output) region(p []byte) region {
	r := o.start()
	o.Write(p)
	return o.end(r)
}

// bytesOf are the bytes of numbers, as they stand in memory.
func bytesOf[T uint8 | uint16 | uint32 | uint64 | listRef | wordBlock](list []T) []byte {
	if len(list) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&list[0])), len(list)*int(unsafe.Sizeof(list[0])))
}

// close writes checksums, directory and trailer.
func (o *output) close(directory []byte) error {
	o.zeros(alignment)
	t := trailer{blocks: o.blocks, sums: o.at}
	if (o.at-o.blocks)%blockSize != 0 {
		o.sums = append(o.sums, o.sum)
	}
	o.blocks = -1
	sums := bytesOf(o.sums)
	t.sumsSum, t.dirSum = checksum(sums), checksum(directory)
	o.Write(sums)
	t.directory = o.at
	o.Write(directory)
	t.size = o.at + trailerSize
	o.Write(t.bytes())
	return o.flush()
}

func (o *output) flush() error {
	if o.err == nil {
		if err := o.w.Flush(); err != nil {
			o.err = fault.Wrap(fault.Unavailable, err, "the segment cannot be written")
		}
	}
	return o.err
}
