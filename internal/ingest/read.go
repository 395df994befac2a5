package ingest

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/store"
)

// read begins to decode the documents of the batch, several at once; they are decoded when wait returns. Their order stays.
func (r *run) read() (wait func()) {
	work := make(chan *document, len(r.batch))
	for _, d := range r.batch {
		if d.item.Note == source.Document && d.err == nil && !d.settled {
			work <- d
		}
	}
	close(work)
	var wg sync.WaitGroup
	for range max(1, r.im.Workers) {
		wg.Go(func() {
			for d := range work {
				d.result, d.failed = r.im.read(d.document())
			}
		})
	}
	return wg.Wait
}

// document is what a reader gets to see.
func (d *document) document() feed.Document {
	return feed.Document{
		Bytes: d.item.Bytes, Origin: d.item.Origin, Name: d.item.Name, SHA256: d.sha, Fetched: d.item.Fetched.UTC(),
	}
}

// read decodes one document and sets aside the notices that no store can take. A panic, which is a mistake of ours, becomes a
// quarantined document: one document never stops an edition.
func (im *Importer) read(doc feed.Document) (res feed.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res = feed.Result{}
			err = fault.Wrap(fault.Internal, fmt.Errorf("%v\n%s", p, debug.Stack()), "the reader failed on this document, a mistake of the program")
		}
	}()
	if res, err = im.Reader.Read(doc); err != nil {
		return feed.Result{}, err
	}
	fields := im.Fields.All()
	var good []*notice.Notice
	for _, n := range res.Notices {
		err := store.CheckNotice(n, fields, store.Values(n, fields))
		if err == nil {
			n.Source.Digest, err = digest(n)
		}
		if err != nil {
			res.Rejects = append(res.Rejects, feed.Reject{Part: n.ID, Err: err})
			continue
		}
		good = append(good, n)
	}
	res.Notices = good
	if len(res.Notices) == 0 && len(res.Rejects) == 0 {
		return res, fault.New(fault.Invalid, "the document holds no notice")
	}
	return res, nil
}

// digest is that of a notice. What cannot be said in JSON is the notice's fault.
func digest(n *notice.Notice) (string, error) {
	d, err := notice.Digest(n)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "notice %s holds what JSON cannot say", n.ID)
	}
	return d, nil
}
