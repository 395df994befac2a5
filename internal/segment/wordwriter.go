package segment

import "encoding/binary"

// wordWriter writes the words of a field, which come in order.
type wordWriter struct {
	a      *assembler
	dir    wordsDir
	lists  region
	blocks []wordBlock
	heap   []byte
	last   []byte
	list   []byte
	counts []uint32 // of the documents of each word
}

func (a *assembler) words(field string) *wordWriter {
	return &wordWriter{a: a, dir: wordsDir{Field: field}, lists: a.out.start()}
}

// add takes the next word and its documents, in any order and with repetitions. In a block stands for each word what it shares
// with the one before (not for the first), the rest, the number of documents, and the only one or the size of their list. Lists
// stand one behind the other, bitmaps from a multiple of 8 on.
func (w *wordWriter) add(word []byte, docs []uint32) {
	n := 0
	if w.dir.Count%blockWords == 0 {
		w.blocks = append(w.blocks, wordBlock{uint64(len(w.heap)), uint64(w.a.out.at - w.lists.Off)})
	} else {
		n = shared(unsafeString(w.last), unsafeString(word))
		w.heap = binary.AppendUvarint(w.heap, uint64(n))
	}
	w.dir.Count++
	w.last = append(w.last[:0], word...)
	w.heap = binary.AppendUvarint(w.heap, uint64(len(word)-n))
	w.heap = append(w.heap, word[n:]...)
	if len(docs) == 1 {
		w.counts = append(w.counts, 1)
		w.heap = binary.AppendUvarint(append(w.heap, 1), uint64(docs[0]))
		return
	}
	at := uint64(w.a.out.at - w.lists.Off)
	list, off, count := w.a.lists.encode(w.list[:0], at, docs)
	w.list, w.counts = list, append(w.counts, count)
	w.heap = binary.AppendUvarint(w.heap, uint64(count))
	if count == 1 {
		w.heap = append(w.heap, list...)
		return
	}
	w.heap = binary.AppendUvarint(w.heap, at+uint64(len(list))-off)
	w.a.out.Write(list)
}

func (w *wordWriter) end() error {
	w.finish()
	return w.done()
}

// finish writes what is left of the words.
func (w *wordWriter) finish() {
	w.dir.Lists = w.a.out.end(w.lists)
	w.dir.Blocks, w.dir.Heap = w.a.out.region(bytesOf(w.blocks)), w.a.out.region(w.heap)
	w.blocks, w.heap = nil, nil
}

func (w *wordWriter) done() error {
	w.a.dir.Words = append(w.a.dir.Words, w.dir)
	return w.a.out.err
}
