package inspection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
)

// documents reads every document of which a notice is served again, and compares what comes of it with what is served.
func (x *inspection) documents(ctx context.Context) (Part, error) {
	p := Part{Name: "documents"}
	lines := make(chan ledger.Line)
	var mu sync.Mutex
	notices, read := 0, 0
	var wait sync.WaitGroup
	for range max(1, x.Workers) {
		wait.Go(func() {
			for l := range lines {
				n, wrong := x.compare(ctx, l)
				mu.Lock()
				notices, read = notices+n, read+1
				for _, w := range wrong {
					p.wrong(mendStore, "%s", w)
				}
				mu.Unlock()
			}
		})
	}
	for l, err := range x.Journal.Lines(1) {
		if err != nil || l.Seq > x.Last || ctx.Err() != nil {
			break // journal has said so
		}
		if l.Raw != "" && x.gave(l) && x.missing(l) == "" {
			lines <- l
		}
	}
	close(lines)
	wait.Wait()
	p.Facts = fmt.Sprintf("%d read again, %d notices compared", read, notices)
	return p, nil
}

// gave reports whether a line is the one by which a notice is served.
func (x *inspection) gave(l ledger.Line) bool {
	for _, id := range l.IDs {
		if x.fold[id].seq == l.Seq {
			return true
		}
	}
	return false
}

// compare reads the document of a line.
func (x *inspection) compare(ctx context.Context, l ledger.Line) (compared int, wrong []string) {
	b, err := x.Raw.Get(l.Raw)
	if err != nil {
		return 0, nil // references has said so
	}
	res, err := read(x.Reader, feed.Document{Bytes: b, Origin: l.Origin, Name: l.Name, SHA256: hashOf(b), Fetched: l.Fetched})
	if err != nil {
		return 0, []string{fmt.Sprintf("%s: %s is served and cannot be read any more: %v", l.Raw, l.Origin, err)}
	}
	now := map[string]string{}
	for _, n := range res.Notices {
		if now[n.ID], err = notice.Digest(n); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: notice %s: %v", l.Raw, n.ID, err))
		}
	}
	for _, id := range l.IDs {
		s := x.fold[id]
		if s.seq != l.Seq {
			continue
		}
		compared++
		digest, ok := now[id]
		switch want := hex.EncodeToString(s.digest[:]); {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%s: %s holds no notice %s any more, as this program reads it", l.Raw, l.Origin, id))
		case s.known && digest != want:
			wrong = append(wrong, fmt.Sprintf("%s: notice %s of %s is read otherwise by this program: digest %s, served %s", l.Raw, id, l.Origin, digest, want))
		case !s.known && !x.same(ctx, id, digest):
			wrong = append(wrong, fmt.Sprintf("%s: notice %s of %s is read otherwise by this program than it is served", l.Raw, id, l.Origin))
		}
	}
	return compared, wrong
}

// same compares with the store, for lines without digests.
func (x *inspection) same(ctx context.Context, id, digest string) bool {
	x.asking.Lock()
	defer x.asking.Unlock()
	n, err := x.Store.Get(ctx, id)
	return err == nil && n.Source.Digest == digest || err != nil && !fault.Is(err, fault.NotFound)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// read reads a document. A panic of a reader is an error.
func read(r feed.Reader, doc feed.Document) (res feed.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "the reader failed on this document, a mistake of the program")
		}
	}()
	return r.Read(doc)
}
