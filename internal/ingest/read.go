package ingest

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
)

// read decodes the documents of the batch, several at once. Their order stays.
func (r *run) read() {
	work := make(chan *document)
	var wg sync.WaitGroup
	for range max(1, r.im.Workers) {
		wg.Go(func() {
			for d := range work {
				d.result, d.failed = safeRead(r.im.Reader, d.document())
			}
		})
	}
	for _, d := range r.batch {
		if d.err == nil && !d.settled() {
			work <- d
		}
	}
	close(work)
	wg.Wait()
}

// document is what a reader gets to see.
func (d *document) document() feed.Document {
	return feed.Document{
		Bytes: d.item.Bytes, Origin: d.item.Origin, Name: d.item.Name, SHA256: d.sha, Fetched: d.item.Fetched.UTC(),
	}
}

// safeRead turns a panic of a reader, which is a mistake of ours, into a quarantined document: one document never stops an
// edition.
func safeRead(r feed.Reader, doc feed.Document) (res feed.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res = feed.Result{}
			err = fault.Wrap(fault.Internal, fmt.Errorf("%v\n%s", p, debug.Stack()), "the reader failed on this document, a mistake of the program")
		}
	}()
	res, err = r.Read(doc)
	if err == nil && len(res.Notices) == 0 && len(res.Rejects) == 0 {
		err = fault.New(fault.Invalid, "the document holds no notice")
	}
	return res, err
}
