package completeness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
)

// Audit looks again at a sample of what was done: it lists days once more at their source, hashes kept bytes against the manifests of
// their archives, and reads them to compare with what is served. It repairs nothing but what listing again brings.
type Audit struct {
	Raw    *raw.Archive
	Reader feed.Reader
	Open   func(ctx context.Context) (store.Snapshot, error)
	Fold   *Fold
	Lines  func(from int64) iter.Seq2[ledger.Line, error] // the journal's; nil: what is damaged is so whether it is kept elsewhere or not
	Now    func() time.Time
	Seed   uint64  // of the sample
	Share  float64 // of the kept documents, 0 to 1
	Days   int     // to list again
	Source string  // whose days
	// Relist brings days up to date at their source, as a pass over it does: what is new there comes, what has vanished is marked. nil
	// lists nothing.
	Relist func(ctx context.Context, days []notice.Date) error
	Report func(text string) // what is being done; may be nil
}

// Result is what an audit found.
type Result struct {
	Time     time.Time `json:"time"` // when it began, UTC
	Seconds  float64   `json:"seconds"`
	Sequence int64     `json:"sequence"` // of the ledger, at its end
	Seed     uint64    `json:"seed"`
	Share    float64   `json:"share"`
	Days     []Relist  `json:"days"`           // that were listed again
	Archives int       `json:"archives"`       // whose manifests were read
	Kept     int64     `json:"kept"`           // documents in them, without those that were erased
	Hashed   int64     `json:"hashed"`         // documents of the sample
	Bytes    int64     `json:"bytes"`          // of these
	Compared int64     `json:"compared"`       // notices of the sample that are served from these bytes and were compared
	Findings []Finding `json:"findings"`       // what is wrong; empty when all is well. The first 1,000
	More     int64     `json:"more,omitempty"` // findings beyond
}

// Relist is a day that was listed again.
type Relist struct {
	Day    notice.Date `json:"day"`
	Listed int64       `json:"listed"` // documents that the source lists now
	New    int64       `json:"new"`    // more documents with an account than before, those gone included
	Gone   int64       `json:"gone"`   // more that are gone
}

// Finding is something wrong.
type Finding struct {
	Kind  Found  `json:"kind"`
	Where string `json:"where"` // archive, document, notice or day
	Text  string `json:"text"`
}

// Found is a kind of finding.
type Found string

const (
	Unlisted Found = "unlisted" // the source could not be listed
	Damaged  Found = "damaged"  // kept bytes are not what they were
	Lost     Found = "lost"     // a notice is not served, and the ledger says that it is
	Differs  Found = "differs"  // a notice is not what its bytes give
)

// Todo is what to do about it.
func (f Found) Todo() string {
	switch f {
	case Unlisted:
		return "see whether the source answers, then `boamp audit`"
	case Damaged:
		return "`boamp verify --mend`, then `boamp sync` or `boamp import` of its source, or restore the archive from a backup; then `boamp audit`"
	}
	return "stop the server and `boamp rebuild`: it makes the database anew from the kept bytes; then `boamp audit`"
}

const maxFindings = 1000

// Run does the audit. What it finds is no error; an error says that it could not be done.
func (a Audit) Run(ctx context.Context) (Result, error) {
	r := Result{Time: a.Now().UTC().Truncate(time.Second), Seed: a.Seed, Share: a.Share, Days: []Relist{}, Findings: []Finding{}}
	rnd := rand.New(rand.NewPCG(a.Seed, 1))
	if err := a.days(ctx, rnd, &r); err != nil {
		return r, err
	}
	a.say("reading a sample of what is kept")
	if err := a.sample(ctx, rnd, &r); err != nil {
		return r, err
	}
	snap, account, err := a.Fold.Ask(ctx, a.Open)
	if err != nil {
		return r, err
	}
	r.Sequence, r.Seconds = account.Sequence, a.Now().Sub(r.Time).Seconds()
	return r, snap.Close()
}

func (a Audit) say(format string, args ...any) {
	if a.Report != nil {
		a.Report(fmt.Sprintf(format, args...))
	}
}

// words is an error without its position, which stands beside it.
func words(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Pos != "" {
		return f.At("").Error()
	}
	return err.Error()
}

// find adds a finding.
func (r *Result) find(kind Found, where string, format string, args ...any) {
	if len(r.Findings) >= maxFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, Finding{kind, where, fmt.Sprintf(format, args...)})
}

// days lists some days again, any from the first of the source to yesterday, those of which there is nothing included.
func (a Audit) days(ctx context.Context, rnd *rand.Rand, r *Result) error {
	if a.Relist == nil || a.Days < 1 {
		return nil
	}
	before, err := a.account(ctx)
	if err != nil {
		return err
	}
	yesterday := notice.DateOf(a.Now().In(notice.Paris)).AddDays(-1)
	days := before.someDays(a.Source, yesterday, a.Days, rnd)
	if len(days) == 0 {
		return nil
	}
	a.say("listing %s again at %s", several(len(days), "day"), a.Source)
	if err := a.Relist(ctx, days); err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.find(Unlisted, a.Source, "%s", words(err))
	}
	after, err := a.account(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		was, is := before.ofDay(a.Source, day), after.ofDay(a.Source, day)
		r.Days = append(r.Days, Relist{day, is.Listed, is.met() - was.met(), is.Gone - was.Gone})
	}
	return nil
}

func (c Count) met() int64 { return c.Served + c.Quarantined + c.Erased + c.Missing + c.Gone }

func (a Audit) account(ctx context.Context) (*Account, error) {
	snap, account, err := a.Fold.Ask(ctx, a.Open)
	if err != nil {
		return nil, err
	}
	return account, snap.Close()
}

// someDays are n different days from the first of a source to the last.
func (a *Account) someDays(source string, last notice.Date, n int, rnd *rand.Rand) (days []notice.Date) {
	var first notice.Date
	for _, e := range a.Editions {
		if e.Source == source && !e.Day.IsZero() {
			first = e.Day // they are in the order of days
			break
		}
	}
	if first.IsZero() || last.Compare(first) < 0 {
		return nil
	}
	span := int(last.In(time.UTC).Sub(first.In(time.UTC))/(24*time.Hour)) + 1
	for _, i := range rnd.Perm(span)[:min(n, span)] {
		days = append(days, first.AddDays(i))
	}
	slices.SortFunc(days, notice.Date.Compare)
	return days
}

func (a *Account) ofDay(source string, day notice.Date) (c Count) {
	for _, e := range a.Editions {
		if e.Source == source && e.Day == day {
			c.add(e.Count)
		}
	}
	return c
}

// sample goes through the manifests of all archives and takes documents at random.
func (a Audit) sample(ctx context.Context, rnd *rand.Rand, r *Result) error {
	var damages []damage
	for e, err := range a.Raw.Editions() {
		switch {
		case ctx.Err() != nil:
			return fault.Wrap(fault.Timeout, ctx.Err(), "the audit was given up")
		case err != nil && e.Archive == "":
			return err
		case err != nil:
			damages = append(damages, damage{e.Archive, "", words(err)})
			continue
		}
		r.Archives++
		var chosen []raw.Entry
		for entry, err := range e.Entries() {
			if err != nil {
				damages = append(damages, damage{e.Archive, "", words(err)})
				break
			}
			if entry.Erased != nil {
				continue
			}
			if r.Kept++; rnd.Float64() < a.Share {
				chosen = append(chosen, entry)
			}
		}
		more, err := a.check(ctx, chosen, r)
		if err != nil {
			return err
		}
		damages = append(damages, more...)
	}
	damages, err := a.standing(damages)
	for _, d := range damages {
		r.find(Damaged, d.where, "%s", d.text)
	}
	return err
}

// check looks at documents of the sample.
func (a Audit) check(ctx context.Context, entries []raw.Entry, r *Result) (damages []damage, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	snap, err := a.Open(ctx) // for one archive: a view is not held while another is read
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	for _, entry := range entries {
		b, err := a.Raw.Get(entry.Ref)
		sum := sha256.Sum256(b)
		switch {
		case errors.Is(err, raw.ErrErased): // since its manifest was read
			continue
		case err != nil:
			r.Hashed++
			damages = append(damages, damage{entry.Ref, entry.SHA256, words(err)})
			continue
		}
		r.Hashed++
		r.Bytes += int64(len(b))
		if got := hex.EncodeToString(sum[:]); got != entry.SHA256 || int64(len(b)) != entry.Size {
			damages = append(damages, damage{entry.Ref, entry.SHA256,
				fmt.Sprintf("%d bytes with the SHA-256 %s, the manifest has %d with %s", len(b), got, entry.Size, entry.SHA256)})
			continue
		}
		if err := (comparison{a, snap, entry, b, r}).document(ctx); err != nil {
			return nil, err
		}
	}
	return damages, snap.Close()
}
