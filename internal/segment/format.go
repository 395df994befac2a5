package segment

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/boamp/boamp/internal/fault"
)

// A file holds, one behind the other: a magic number; the packed notices as they came, each with a checksum of its own; the blocks, which are all the rest of the data, in regions; the checksums of the blocks; the directory, in JSON, which says
// where the regions are; the trailer. All numbers are little-endian. It is written from its beginning to its end.

const (
	magic       = "boampsg\n"
	version     = 4
	blockSize   = 64 << 10
	alignment   = 64 // of regions
	trailerSize = 64
)

// castagnoli is the polynomial for which processors have an instruction.
func checksum(p []byte) uint32 { return crc32.Checksum(p, crc32.MakeTable(crc32.Castagnoli)) }

// region is a range of bytes of the file.
type region struct {
	Off int64 `json:"off"`
	Len int64 `json:"len"`
}

// trailer is the end of the file.
type trailer struct {
	size      int64 // of the file
	blocks    int64 // where the blocks begin
	sums      int64 // where they end and their checksums begin
	directory int64 // where these end and the directory begins, which the trailer ends
	sumsSum   uint32
	dirSum    uint32
}

func (t trailer) bytes() []byte {
	b := make([]byte, 0, trailerSize)
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, version)
	for _, n := range []int64{t.size, t.blocks, t.sums, t.directory} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	b = binary.LittleEndian.AppendUint32(b, t.sumsSum)
	b = binary.LittleEndian.AppendUint32(b, t.dirSum)
	b = append(b, make([]byte, trailerSize-4-len(b))...)
	return binary.LittleEndian.AppendUint32(b, checksum(b))
}

// readTrailer reads the end of a file of a size.
func readTrailer(b []byte, size int64) (t trailer, err error) {
	n := len(b) - trailerSize
	if n < len(magic) || string(b[:len(magic)]) != magic {
		return t, fault.New(fault.Conflict, "it is no segment of the search index")
	}
	b = b[n:]
	u64 := func(at int) int64 { return int64(binary.LittleEndian.Uint64(b[at:])) }
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	if string(b[:len(magic)]) != magic {
		return t, fault.New(fault.Conflict, "it is cut off")
	}
	if v := u32(8); v != version {
		return t, fault.New(fault.Conflict, "it has format %d, this version reads %d", v, version)
	}
	t = trailer{size: u64(12), blocks: u64(20), sums: u64(28), directory: u64(36), sumsSum: u32(44), dirSum: u32(48)}
	if u32(trailerSize-4) != checksum(b[:trailerSize-4]) || t.size != size {
		return t, fault.New(fault.Conflict, "its end is damaged")
	}
	end := size - trailerSize
	if t.blocks < int64(len(magic)) || t.blocks > t.sums || t.sums > t.directory || t.directory > end || t.blocks%alignment != 0 || t.sums%alignment != 0 ||
		t.directory-t.sums != blockCount(t.sums-t.blocks)*4 {
		return t, fault.New(fault.Conflict, "its end is damaged")
	}
	return t, nil
}

func blockCount(n int64) int64 { return (n + blockSize - 1) / blockSize }

// directory says what the segment holds and where.
type directory struct {
	Info    Info        `json:"info"`
	Docs    int         `json:"docs"`
	Packed  region      `json:"packed"`
	Ends    region      `json:"ends"`   // uint64 for each packed notice: where it ends, from the beginning of Packed
	Sums    region      `json:"sums"`   // uint32 for each packed notice: its checksum
	Places  region      `json:"places"` // uint32 for each document: its packed notice
	Ranks   region      `json:"ranks"`  // uint32 for each document
	ByRank  region      `json:"byRank"` // uint32 for each rank: the document
	IDs     stringsDir  `json:"ids"`    // by rank
	Columns []columnDir `json:"columns"`
	Words   []wordsDir  `json:"words"`
}

// stringsDir is a list of texts in order.
type stringsDir struct {
	Wide bool   `json:"wide,omitzero"` // ends are uint64, else uint32
	Hex  bool   `json:"hex,omitzero"`  // two hexadecimal digits to a byte
	Ends region `json:"ends,omitzero"`
	Heap region `json:"heap,omitzero"`
}

// columnDir is a column. Sorted ones have Firsts, others Slots and what these point at.
type columnDir struct {
	Field   string     `json:"field"`
	Multi   bool       `json:"multi,omitzero"`
	Sorted  bool       `json:"sorted,omitzero"`
	Repeats bool       `json:"repeats,omitzero"` // a document has a value more than once
	Values  uint32     `json:"values"`
	Entries int64      `json:"entries"` // codes: one for each document, when there are several values one for each of these
	Width   int        `json:"width"`   // bytes of a code: 1, 2, 4
	Codes   region     `json:"codes"`
	Starts  region     `json:"starts,omitzero"`  // several values: uint32 for each document and one more: where its codes begin
	Strings stringsDir `json:"strings,omitzero"` // values of text and days
	Numbers region     `json:"numbers,omitzero"` // other values: uint64, float64 or seconds since 1970
	Firsts  region     `json:"firsts,omitzero"`  // uint32 for each code from 1 on and one more: the first document; then null
	Slots   region     `json:"slots,omitzero"`   // uint32 for each code from 0 on: inline, or a place in Lists
	Lists   region     `json:"lists,omitzero"`   // listRef
	Heap    region     `json:"heap,omitzero"`    // lists of documents
	Zones   region     `json:"zones,omitzero"`   // two uint32 for each zoneDocs documents: the least code but null, the greatest
}

// wordsDir are the words of a field.
type wordsDir struct {
	Field  string `json:"field"`
	Count  int    `json:"count"`
	Blocks region `json:"blocks"` // wordBlock for each blockWords words
	Heap   region `json:"heap"`   // the words
	Lists  region `json:"lists"`  // lists of documents
	// Where the order of words counts:
	Codes region     `json:"codes,omitzero"` // uint32 for each word: its code
	Lines stringsDir `json:"lines,omitzero"` // for each packed notice the codes of its line, as uvarints
}

const (
	inline     = 1 << 31 // of a slot: the rest is the only document
	zoneDocs   = 1024
	blockWords = 16
	fewDocs    = 256 // documents up to which a list is differences, else a roaring bitmap
)

// listRef is where a list of documents stands in its heap.
type listRef struct {
	Off  uint64
	Size uint32
	Docs uint32
}

// wordBlock is where the words of a block begin, and their lists.
type wordBlock struct{ Word, List uint64 }
