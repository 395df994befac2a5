// Package dila follows the open data of the DILA: the tree of the BOAMP on its server, read through the listings that the server makes of
// folders.
//
//	2026/09/11/26-88058.xml                                  a day since October 2023: a file for each notice
//	2016/BOAMP-N-AO_2016_062009.taz                          before: an archive for each issue
//	FluxHistorique/Boamp_v230/2016/BOAMP-N-AO/….zip          archives of closed years
//	FluxHistorique/Boamp_v240/2025/09/11/25-99999.xml        days of closed years
//
// An edition is a day ("2026/09/11") or an archive ("BOAMP-N-AO_2016_062009.taz"). Neither it nor the origin of a document says at which
// address it was had: a year that is moved to FluxHistorique holds the same documents. All folders other than these are left alone.
//
// What of a listing is new, the ledger tells: a document is fetched when its size or its time differs from those of its newest line, or when it
// is missing or damaged there. A document that is no longer listed is gone when it is not to be had, either. A listing is read again
// after something was fetched by it, until two agree.
package dila

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
)

// Name is what the ledger calls this source.
const Name = "dila"

// Server is the address of the tree.
const Server = "https://echanges.dila.gouv.fr/OPENDATA/BOAMP/"

// recent is how many days back a pass goes by default.
const recent = 30

// Source is the tree. It implements source.Source, one pass at a time. It remembers what is complete, so that one that lives on asks the
// ledger less.
type Source struct {
	Base  string // default Server
	Fetch *fetch.Client
	// Open gives the documents in an archive: dir.Opener.Items.
	Open func(context.Context, source.Stream) iter.Seq2[source.Item, error]
	// Known gives the newest line of each origin of an edition of this source, listings included: store.Snapshot.Edition. A document whose line is
	// left out is fetched again. Nil: nothing is known.
	Known func(ctx context.Context, edition string) (map[string]ledger.Line, error)

	From, To notice.Date   // first and last day; zero: 30 days back, and today
	Days     []notice.Date // in place of From and To: these, in this order, whatever is known of them, as an audit wants it
	Settle   int           // how many days a day is listed again after its end; default 3

	Now       func() time.Time // default time.Now
	Workers   int              // documents fetched at once; default Fetch.Concurrency, or 4
	Document  int64            // bytes of one document; default 64 MiB
	Archive   int64            // bytes of one archive; default 4 GiB
	Memory    int64            // bytes of documents of a day that are held in memory, others lie in a file; default 32 MiB
	Temporary string           // folder for such files; default that of the system
	// Report is told what went wrong with an edition as a whole; the pass goes on. May be nil.
	Report func(edition string, err error)

	mu       sync.Mutex
	complete map[string]time.Time // editions that need no request: closed days, and archives with the time that the listing shows
	since    time.Time            // from which on this was remembered
}

// trusted is how long it is remembered that an edition is complete: what is kept of it may be found damaged later.
const trusted = 6 * time.Hour

var _ source.Source = (*Source)(nil)

// Editions gives what may differ from what is known. First come the days that are still open, oldest first and today last; then what lies before them,
// oldest first, without the days that were closed and complete and the archives that are as they were. So today's notices do not wait for a
// history that is fetched meanwhile, and a history that is cut off goes on where it ended.
//
// An edition of which nothing is new gives no items. One whose listing cannot be had gives none, either, is told to Report, and the sequence
// ends with an error that names the first of such. It ends at once, with an error that has fetch.ErrOver in its chain, when no more requests are to
// be made in this pass. What was fetched until then is given.
func (s *Source) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		p, err := s.begin(ctx)
		if err != nil {
			yield(source.Edition{Source: Name}, err)
			return
		}
		p.yield = yield
		if p.run() && p.failed() != nil {
			yield(source.Edition{Source: Name}, p.failed())
		}
	}
}

// pass is one run over the tree.
type pass struct {
	*Source
	ctx      context.Context
	base     *url.URL
	today    notice.Date // in Paris
	yield    func(source.Edition, error) bool
	over     error // that ends the pass
	first    error // what failed first of an edition as a whole
	failures int
	roots    []string // folders that hold years, "" first; nil when not asked for yet
	months   map[string][]int
}

func (s *Source) begin(ctx context.Context) (*pass, error) {
	base, err := url.Parse(strings.TrimRight(cmp.Or(s.Base, Server), "/") + "/")
	if err != nil || base.Host == "" {
		return nil, fault.New(fault.Invalid, "not an address: %q", s.Base)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := s.now().Sub(s.since); s.complete == nil || age < 0 || age > trusted {
		s.complete, s.since = map[string]time.Time{}, s.now()
	}
	return &pass{Source: s, ctx: ctx, base: base, today: notice.DateOf(s.now().In(notice.Paris)), months: map[string][]int{}}, nil
}

// run goes through all; false when the consumer or an error has ended it.
func (p *pass) run() bool {
	if len(p.Days) > 0 {
		return p.audit()
	}
	from, to := p.From, p.To
	if to.IsZero() || to.Compare(p.today) > 0 {
		to = p.today
	}
	if from.IsZero() {
		from = p.today.AddDays(-recent)
	}
	open := p.today.AddDays(-p.settle())
	for d := later(from, open); d.Compare(to) <= 0; d = d.AddDays(1) {
		if !p.day(d) {
			return false
		}
	}
	if last := open.AddDays(-1); last.Compare(to) < 0 {
		to = last
	}
	for year := from.Year; year <= to.Year; year++ {
		if !p.year(later(from, notice.Date{Year: year, Month: time.January, Day: 1}), earlier(to, notice.Date{Year: year, Month: time.December, Day: 31})) {
			return false
		}
	}
	return true
}

// audit goes through the days asked for.
func (p *pass) audit() bool {
	for _, d := range p.Days {
		if d.Compare(firstFolders) >= 0 && !p.day(d) {
			return false
		}
		if d.Compare(lastArchives) > 0 {
			continue
		}
		list, ok := p.archives(d, d)
		if !ok {
			return false
		}
		for _, a := range list {
			if !p.archive(a) {
				return false
			}
		}
	}
	return true
}

// give hands an edition on; false when the pass is to end.
func (p *pass) give(e source.Edition) bool {
	e.Source = Name
	if !p.yield(e, nil) {
		return false
	}
	return p.goesOn()
}

// goesOn reports whether the pass goes on, and tells the consumer when it does not.
func (p *pass) goesOn() bool {
	if err := p.ctx.Err(); err != nil && p.over == nil {
		p.over = fault.Wrap(fault.Timeout, err, "the pass was cancelled")
	}
	if p.over != nil {
		p.yield(source.Edition{Source: Name}, p.over)
		return false
	}
	return true
}

// trouble notes what keeps an edition from being had: for this pass, or for that edition alone.
func (p *pass) trouble(edition string, err error) {
	if errors.Is(err, fetch.ErrOver) || p.ctx.Err() != nil {
		p.over = err
		return
	}
	if p.failures++; p.first == nil {
		p.first = err
	}
	p.tell(edition, err)
}

func (p *pass) tell(edition string, err error) {
	if p.Report != nil {
		p.Report(edition, err)
	}
}

// failed is the error of a pass that came to its end without some editions.
func (p *pass) failed() error {
	if p.first == nil {
		return nil
	}
	return fault.Wrap(fault.KindOf(p.first), p.first, "%d listings or archives could not be had; the next pass asks again", p.failures)
}

// known is what the ledger knows of an edition.
func (p *pass) known(ctx context.Context, edition string) (map[string]ledger.Line, error) {
	if p.Known == nil {
		return nil, nil
	}
	return p.Known(ctx, edition)
}

// isComplete reports whether an edition is remembered to need nothing; at is what the listing shows of an archive, zero for days.
func (s *Source) isComplete(edition string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, ok := s.complete[edition]
	return ok && was.Equal(at)
}

func (s *Source) remember(edition string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complete[edition] = at
}

func (s *Source) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now().UTC()
}

func (s *Source) settle() int {
	if s.Settle <= 0 {
		return 3
	}
	return s.Settle
}

func positive[T int | int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

func later(a, b notice.Date) notice.Date {
	if a.Compare(b) > 0 {
		return a
	}
	return b
}

func earlier(a, b notice.Date) notice.Date {
	if a.Compare(b) < 0 {
		return a
	}
	return b
}
