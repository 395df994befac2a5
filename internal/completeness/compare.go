package completeness

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
)

// comparison holds the notices of one document against what is served.
type comparison struct {
	Audit
	snap   store.Snapshot
	entry  raw.Entry
	bytes  []byte
	result *Result
}

// document reads the document and looks whether the notices that are served from it are what it gives. What another document has
// taken the place of, or another version of the readers made, is not compared.
func (c comparison) document(ctx context.Context) error {
	for _, n := range c.read(c.entry.Origin, c.entry.Name) {
		served, err := c.snap.Get(ctx, n.ID)
		switch {
		case fault.Is(err, fault.NotFound):
			err = c.lost(ctx, n.ID)
		case err == nil && served.Source.SHA256 == c.entry.SHA256 && served.Source.Reader == n.Source.Reader:
			c.result.Compared++
			err = c.equal(ctx, n, served)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read gives the notices of the document; none when it is in quarantine.
func (c comparison) read(origin, name string) []*notice.Notice {
	res, err := c.Reader.Read(feed.Document{Bytes: c.bytes, Origin: origin, Name: name, SHA256: c.entry.SHA256, Fetched: c.entry.Fetched.UTC()})
	if err != nil {
		return nil
	}
	return res.Notices
}

// equal compares a notice with the served one. The same bytes may have come from several places, of which the notice names one.
func (c comparison) equal(ctx context.Context, n, served *notice.Notice) error {
	got, err := notice.Digest(served)
	if err != nil {
		c.result.find(Differs, n.ID, "what is served has no digest: %v", err)
		return nil
	}
	if stored := served.Source.Digest; stored != "" && stored != got {
		c.result.find(Differs, n.ID, "the digest %s is not that of what is served, %s", stored, got)
		return nil
	}
	if want, err := notice.Digest(n); err == nil && want == got {
		return nil
	}
	lines, err := c.snap.About(ctx, n.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.SHA256 != c.entry.SHA256 {
			continue
		}
		for _, again := range c.read(l.Origin, l.Name) {
			if want, err := notice.Digest(again); err == nil && want == got {
				return nil
			}
		}
	}
	c.result.find(Differs, n.ID, "what is served is not what %s gives", c.entry.Ref)
	return nil
}

// lost finds out whether a notice that is not there should be: the newest line about it says so. That its document is gone from the
// source takes nothing out.
func (c comparison) lost(ctx context.Context, id string) error {
	lines, err := c.snap.About(ctx, id)
	lines = slices.DeleteFunc(lines, func(l ledger.Line) bool { return l.Outcome == ledger.Gone })
	if err != nil || len(lines) == 0 {
		return err // no store took it ever
	}
	last := lines[len(lines)-1]
	i := slices.Index(last.IDs, id)
	removed := i >= 0 && i < len(last.Changes) && last.Changes[i] == ledger.Removed
	if s := StateOf(last); (s == Served || s == Partial) && !removed {
		c.result.find(Lost, id, "line %d of the ledger says that it is served, and it is not there; its bytes are at %s", last.Seq, c.entry.Ref)
	}
	return nil
}
