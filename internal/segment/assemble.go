package segment

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/go-json-experiment/json"

	"github.com/boamp/boamp/internal/fault"
)

// assembler writes the parts of a segment in their order: the packed notices as they come, then ids, columns and words, whose
// values and words come in order.
type assembler struct {
	out    *output
	dir    directory
	ends   []uint64
	sums   []uint32
	ids    textList // as they came
	packed region
	docOf  []uint32 // of each notice as they came
	places []uint32 // of each document, the notice as they came
	lists  lister
}

func newAssembler(out *output, info Info) *assembler {
	a := &assembler{out: out, dir: directory{Info: info}}
	out.Write([]byte(magic))
	a.packed = region{Off: out.at}
	return a
}

// maxDocs keeps a document and a mark within four bytes.
const maxDocs = inline - 1

// add takes the next notice.
func (a *assembler) add(id string, data []byte) error {
	if a.dir.Docs >= maxDocs {
		return fault.New(fault.TooLarge, "a segment holds %d notices at most", maxDocs)
	}
	a.dir.Docs++
	a.ids.add([]byte(id))
	a.out.Write(data)
	a.ends, a.sums = append(a.ends, uint64(a.out.at-a.packed.Off)), append(a.sums, checksum(data))
	return a.out.err
}

// number gives the notices their numbers, in the order of days and then of ids, and writes them; nil days stand for notices that
// came in this order.
func (a *assembler) number(days []uint32) error {
	n := a.dir.Docs
	byRank := upTo(n)
	slices.SortFunc(byRank, func(x, y uint32) int { return bytes.Compare(a.ids.at(x), a.ids.at(y)) })
	var ids textList
	rank := make([]uint32, n)
	for i, came := range byRank {
		id := a.ids.at(came)
		if i > 0 && bytes.Equal(id, ids.at(uint32(i-1))) {
			return fault.New(fault.Invalid, "notice %q came twice: a segment takes each once", id)
		}
		ids.add(id)
		rank[came] = uint32(i)
	}
	a.places, a.docOf, a.lists.docs = upTo(n), make([]uint32, n), n
	if days != nil {
		slices.SortFunc(a.places, func(x, y uint32) int { return cmp.Or(cmp.Compare(days[x], days[y]), cmp.Compare(rank[x], rank[y])) })
	}
	ranks := make([]uint32, n)
	for doc, came := range a.places {
		a.docOf[came], ranks[doc], byRank[rank[came]] = uint32(doc), rank[came], uint32(doc)
	}
	a.dir.Packed = a.out.end(a.packed)
	a.out.startBlocks()
	a.dir.Ends, a.dir.Sums = a.out.region(bytesOf(a.ends)), a.out.region(bytesOf(a.sums))
	a.dir.Places, a.dir.Ranks, a.dir.ByRank = a.out.region(bytesOf(a.places)), a.out.region(bytesOf(ranks)), a.out.region(bytesOf(byRank))
	a.dir.IDs = ids.write(a.out, a.out.region(ids.heap))
	a.ends, a.sums, a.ids = nil, nil, textList{}
	return a.out.err
}

// upTo are the numbers below n.
func upTo(n int) []uint32 {
	list := make([]uint32, n)
	for i := range list {
		list[i] = uint32(i)
	}
	return list
}

func (a *assembler) close() error {
	text, err := json.Marshal(a.dir)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the directory of a segment cannot be written")
	}
	return a.out.close(text)
}

// textList collects texts.
type textList struct {
	heap []byte
	ends []uint64
}

func (t *textList) add(s []byte) {
	t.heap = append(t.heap, s...)
	t.ends = append(t.ends, uint64(len(t.heap)))
}

func (t *textList) at(i uint32) []byte {
	from := uint64(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.heap[from:t.ends[i]]
}

// write writes the ends of the texts, whose heap stands already.
func (t *textList) write(out *output, heap region) stringsDir {
	d := stringsDir{Heap: heap, Wide: heap.Len > 1<<32-1}
	if d.Wide {
		d.Ends = out.region(bytesOf(t.ends))
		return d
	}
	narrow := make([]uint32, len(t.ends))
	for i, e := range t.ends {
		narrow[i] = uint32(e)
	}
	d.Ends = out.region(bytesOf(narrow))
	return d
}

// lister writes lists of documents.
type lister struct {
	docs  int
	dense []uint64
	buf   []uint32
}

// encode appends a list of documents, in any order and with repetitions, to heap: differences or, from more than fewDocs on, a
// bitmap, whose place is a multiple of 8. at is where heap begins. It gives the place of the list and the number of its documents.
func (l *lister) encode(heap []byte, at uint64, docs []uint32) (out []byte, off uint64, count uint32) {
	if len(docs) > l.docs/64 && len(docs) > fewDocs {
		return l.encodeDense(heap, at, docs)
	}
	if !slices.IsSorted(docs) {
		l.buf = append(l.buf[:0], docs...)
		docs = l.buf
		slices.Sort(docs)
	}
	if hasRepeats(docs) {
		docs = slices.Compact(slices.Clone(docs))
	}
	if len(docs) > fewDocs {
		b := roaring.New()
		b.AddMany(docs)
		return appendBitmap(heap, at, b)
	}
	off = at + uint64(len(heap))
	before := uint32(0)
	for _, d := range docs {
		heap = binary.AppendUvarint(heap, uint64(d-before))
		before = d
	}
	return heap, off, uint32(len(docs))
}

func hasRepeats(docs []uint32) bool {
	for i := 1; i < len(docs); i++ {
		if docs[i] == docs[i-1] {
			return true
		}
	}
	return false
}

// encodeDense is encode for many documents.
func (l *lister) encodeDense(heap []byte, at uint64, docs []uint32) (out []byte, off uint64, count uint32) {
	if l.dense == nil {
		l.dense = make([]uint64, (l.docs+63)/64)
	}
	clear(l.dense)
	for _, d := range docs {
		l.dense[d/64] |= 1 << (d % 64)
	}
	n := 0
	for _, w := range l.dense {
		n += bits.OnesCount64(w)
	}
	if n <= fewDocs {
		docs = slices.Clone(docs)
		slices.Sort(docs)
		return l.encode(heap, at, slices.Compact(docs))
	}
	return appendBitmap(heap, at, roaring.FromDense(l.dense, false))
}

func appendBitmap(heap []byte, at uint64, b *roaring.Bitmap) (out []byte, off uint64, count uint32) {
	b.RunOptimize()
	for (at+uint64(len(heap)))%8 != 0 {
		heap = append(heap, 0)
	}
	off = at + uint64(len(heap))
	w := appendWriter{heap}
	b.WriteTo(&w) // takes every byte
	return w.b, off, uint32(b.GetCardinality())
}

// appendWriter appends what is written.
type appendWriter struct{ b []byte }

func (w *appendWriter) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}
