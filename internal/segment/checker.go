package segment

import "bytes"

// checker holds the directory against the file, so that nothing is read outside of it whatever the directory says.
type checker struct {
	f    *file
	docs int64
	bad  bool
}

func (k *checker) hold(ok bool) { k.bad = k.bad || !ok }

// region holds a region among the blocks; size is what it must take, negative for any.
func (k *checker) region(r region, size int64) {
	k.hold(r.Off >= 0 && r.Len >= 0 && r.Off <= int64(len(k.f.data)) && r.Len <= int64(len(k.f.data))-r.Off)
	k.hold(r.Len == 0 || r.Off >= k.f.blocks && r.Off+r.Len <= k.f.blocksTo && r.Off%alignment == 0)
	k.hold(size < 0 || r.Len == size)
}

func (k *checker) directory(d *directory) {
	k.hold(d.Docs >= 0 && d.Docs <= maxDocs)
	p := d.Packed
	k.hold(p.Off == int64(len(magic)) && p.Len >= 0 && p.Len <= k.f.blocks-p.Off)
	if !k.bad { // what fills up to the blocks stands under no checksum
		rest := k.f.data[p.Off+p.Len : k.f.blocks]
		k.hold(len(rest) < alignment && len(bytes.Trim(rest, "\x00")) == 0)
	}
	k.region(d.Ends, 8*k.docs)
	k.region(d.Sums, 4*k.docs)
	k.region(d.Places, 4*k.docs)
	k.region(d.Ranks, 4*k.docs)
	k.region(d.ByRank, 4*k.docs)
	k.strings(d.IDs, k.docs)
}

func (k *checker) strings(d stringsDir, n int64) {
	k.region(d.Heap, -1)
	if d.Wide {
		k.region(d.Ends, 8*n)
	} else {
		k.region(d.Ends, 4*n)
	}
}

func (k *checker) column(d columnDir, textual bool) {
	values := int64(d.Values)
	k.hold(d.Width == width(d.Values) && d.Entries >= 0 && d.Entries < 1<<32 && (d.Multi || d.Entries == k.docs))
	k.region(d.Codes, d.Entries*int64(d.Width))
	if d.Multi {
		k.region(d.Starts, 4*(k.docs+1))
	}
	if textual {
		k.strings(d.Strings, values)
	} else {
		k.region(d.Numbers, 8*values)
	}
	if d.Sorted {
		k.hold(!d.Multi)
		k.region(d.Firsts, 4*(values+1))
		return
	}
	k.region(d.Slots, 4*(values+1))
	k.region(d.Lists, -1)
	k.hold(d.Lists.Len%16 == 0)
	k.region(d.Heap, -1)
	if !d.Multi {
		k.region(d.Zones, 8*((k.docs+zoneDocs-1)/zoneDocs))
	}
}

func (k *checker) words(d wordsDir) {
	k.hold(d.Count >= 0 && int64(d.Count) < 1<<40)
	k.region(d.Blocks, 16*((int64(d.Count)+blockWords-1)/blockWords))
	k.region(d.Heap, -1)
	k.region(d.Lists, -1)
	if d.Lines.Ends.Len != 0 || d.Codes.Len != 0 {
		k.region(d.Codes, 4*int64(d.Count))
		k.strings(d.Lines, k.docs)
	}
}
