package dila

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/source"
)

// fetch asks for documents, several at a time. What fails of a document is noted; an error is that of the pass, of ctx or of the spool, and
// leaves those that were not had as failed.
func (w *work) fetch(list []Entry) error {
	ctx, cancel := context.WithCancelCause(w.ctx)
	defer cancel(nil)
	var mu sync.Mutex // guards spool and failed
	var all sync.WaitGroup
	next := make(chan Entry)
	for range min(len(list), positive(w.Workers, positive(w.Fetch.Concurrency, 4))) {
		all.Go(func() {
			for e := range next {
				d, err := w.one(ctx, e)
				mu.Lock()
				if err == nil {
					err = w.keep(d)
				}
				if err != nil {
					w.failed[w.origin(e)] = &failed{e, err}
				}
				mu.Unlock()
				if errors.Is(err, fetch.ErrOver) || errors.Is(err, errDisk) {
					cancel(err)
				}
			}
		})
	}
	for _, e := range list {
		if ctx.Err() == nil {
			next <- e
			continue
		}
		mu.Lock()
		w.failed[w.origin(e)] = &failed{e, fault.Wrap(fault.Unavailable, context.Cause(ctx), "not asked for: the pass ended before").At(e.URL)}
		mu.Unlock()
	}
	close(next)
	all.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// keep puts a document aside until the edition is given.
func (w *work) keep(d *document) error {
	delete(w.failed, d.origin)
	return w.spool.put(d)
}

// one fetches a document. One that is known to be missing for long is asked for once, others again when it fails.
func (w *work) one(ctx context.Context, e Entry) (*document, error) {
	r := fetch.Request{URL: e.URL, Limit: w.document()}
	l, known := w.known[w.origin(e)]
	r.Once = known && waits(l) && w.now().After(w.settledAt(w.date))
	if known && !waits(l) && e.At(l.Published) && len(w.Days) == 0 {
		r.Condition = fetch.ConditionOf(l.Validator) // only the size differs: an index that counts otherwise would have all fetched each time
	}
	d := &document{origin: w.origin(e), entry: e, fetched: w.now(), published: e.Instant()}
	if !strings.EqualFold(path.Ext(e.Name), ".xml") {
		d.err = fault.New(fault.Unsupported, "not XML, and no file that is known in the folder of a day").At(e.URL)
		return d, nil
	}
	resp, err := w.Fetch.Do(ctx, r)
	switch {
	case fault.Is(err, fault.TooLarge):
		d.err = err
		return d, nil
	case err != nil:
		return nil, err
	case resp.NotModified:
		d.same = true
		return d, nil
	}
	if err := check(e, resp.Body); err != nil {
		return nil, err
	}
	d.body, d.size, d.validator = resp.Body, resp.Size, resp.Validator
	d.published = published(e, resp.Published)
	return d, nil
}

// published is the time of a document: that of the answer, which has seconds and no hour that comes twice, when it is the one that was listed.
func published(e Entry, answer time.Time) time.Time {
	if !answer.IsZero() && e.At(answer) {
		return answer
	}
	return e.Instant()
}

// check refuses what is no document: nothing, a page in its place, or less than is listed without an end. A document that has another size
// than is listed may have been changed since; the next listing tells.
func check(e Entry, body []byte) error {
	text := bytes.TrimRight(body, " \t\r\n\x00")
	switch {
	case len(text) == 0:
		return fault.New(fault.Invalid, "the answer is empty").At(e.URL)
	case source.FormOf(body[:min(len(body), source.HeadSize)]) == source.HTML:
		return fault.New(fault.Invalid, "%s in place of the document", describe(body)).At(e.URL)
	case e.Size.Known && int64(len(body)) < e.Size.Low && text[len(text)-1] != '>':
		return fault.New(fault.Invalid, "the answer of %d bytes is cut off; the listing says %d or more", len(body), e.Size.Low).At(e.URL)
	}
	return nil
}
