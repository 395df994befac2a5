package segment

import (
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/boamp/boamp/internal/fault"
)

// file is the bytes of a segment and what is known of them.
type file struct {
	name     string // for faults
	data     []byte
	unmap    func() error
	handle   *os.File // packed notices are read by it: they would fill the memory of the process; nil on the heap
	blocks   int64    // where the blocks begin
	blocksTo int64    // where they end
	sums     []uint32 // of the blocks
	good     []atomic.Uint32
	bad      atomic.Pointer[fault.Error]
}

// damaged makes a fault of a damage, and remembers the first one.
func (f *file) damaged(format string, args ...any) error {
	e := fault.New(fault.Conflict, "the search index %s is damaged: "+format, append([]any{f.name}, args...)...).WithHint("delete it: it is made anew from the data")
	f.bad.CompareAndSwap(nil, e)
	return e
}

func (f *file) err() error {
	if e := f.bad.Load(); e != nil {
		return e
	}
	return nil
}

// check verifies the blocks of a range of bytes, those that nobody has touched.
func (f *file) check(off, n int64) error {
	if n == 0 {
		return nil
	}
	for b := (off - f.blocks) / blockSize; b <= (off+n-1-f.blocks)/blockSize; b++ {
		if f.good[b/32].Load()>>(b%32)&1 == 0 {
			if err := f.verify(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *file) verify(b int64) error {
	from := f.blocks + b*blockSize
	to := min(from+blockSize, f.blocksTo)
	if checksum(f.data[from:to]) != f.sums[b] {
		return f.damaged("the checksum of the block at %d is wrong", from)
	}
	f.good[b/32].Or(1 << (b % 32))
	return nil
}

// part gives bytes of a region, verified; nil and a fault when they are damaged or not within it.
func (f *file) part(r region, off, n uint64) ([]byte, error) {
	if off > uint64(r.Len) || n > uint64(r.Len)-off {
		return nil, f.damaged("bytes %d to %d of a region of %d", off, off+n, r.Len)
	}
	at := r.Off + int64(off)
	if err := f.check(at, int64(n)); err != nil {
		return nil, err
	}
	return f.data[at : at+int64(n) : at+int64(n)], nil
}

// numbers are those of a region, which is wholly verified.
func numbers[T uint16 | uint32 | uint64 | listRef | wordBlock](f *file, r region) ([]T, error) {
	if err := f.check(r.Off, r.Len); err != nil {
		return nil, err
	}
	var t T
	n := r.Len / int64(unsafe.Sizeof(t))
	if n == 0 {
		return nil, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&f.data[r.Off])), n), nil
}
