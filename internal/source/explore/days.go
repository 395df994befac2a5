package explore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
)

// day is what the portal says of a day of publication.
type day struct {
	date    notice.Date
	count   int64
	stamp   time.Time // newest of its records, to the second; zero when the portal does not say
	changed bool      // only its time stamps differ from what is known
}

func (d day) edition() string {
	return fmt.Sprintf("%04d/%02d/%02d", d.date.Year, d.date.Month, d.date.Day)
}

// signature is the validator of a day's listing.
func (d day) signature() string {
	if d.stamp.IsZero() {
		return fmt.Sprint(d.count)
	}
	return fmt.Sprintf("%d %s", d.count, d.stamp.UTC().Format(time.RFC3339))
}

// before bounds how far back days are looked for that nobody read while this program did not run.
const before = 400

// days gives the days to go into, the oldest first.
func (s *Source) days(ctx context.Context) ([]day, error) {
	all, err := s.list(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	recent := positive(s.Recent, 14)
	if s.From.IsZero() {
		if all, err = s.window(ctx, all, recent); err != nil {
			return nil, err
		}
	}
	var out []day
	old := 0 // days that are not recent and of which only the time stamps differ
	for i, d := range all {
		back := len(all) - i // 1 for the newest
		differs, stamps, err := s.differs(ctx, d)
		if err != nil {
			return nil, err
		}
		switch {
		case s.All && d.count > 0, differs, stamps && back <= recent:
		case d.count > 0 && d.stamp.IsZero() && back <= positive(s.Again, 3):
		case stamps:
			d.changed = true
			old++
		default:
			continue
		}
		out = append(out, d)
	}
	if old > positive(s.Spread, 60) {
		out = slices.DeleteFunc(out, func(d day) bool { return d.changed })
	}
	return out, nil
}

// window cuts off the days before those that have to be looked at when nobody says from when on.
func (s *Source) window(ctx context.Context, all []day, recent int) ([]day, error) {
	first := max(0, len(all)-recent)
	for i := len(all) - 1; i >= max(0, len(all)-before); i-- {
		listing, err := s.listing(ctx, all[i])
		if err != nil {
			return nil, err
		}
		if listing != nil {
			return all[min(i, first):], nil
		}
	}
	return all[first:], nil
}

// differs tells whether a day has to be gone into, and whether only its time stamps say so.
func (s *Source) differs(ctx context.Context, d day) (differs, stamps bool, err error) {
	s.mu.Lock()
	same := s.stand[d.edition()] == d.signature()
	s.mu.Unlock()
	if same {
		return false, false, nil
	}
	l, err := s.listing(ctx, d)
	switch {
	case err != nil:
		return false, false, err
	case l == nil:
		return d.count > 0, false, nil
	case l.Validator == "" || l.Listed != d.count: // something was missing, or came, or went
		return true, false, nil
	case l.Validator != d.signature():
		return false, true, nil
	}
	s.remember(d)
	return false, false, nil
}

func (s *Source) remember(d day) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stand == nil {
		s.stand = map[string]string{}
	}
	s.stand[d.edition()] = d.signature()
}

// listing is the newest line about what the portal lists of a day, nil when there is none.
func (s *Source) listing(ctx context.Context, d day) (*ledger.Line, error) {
	lines, err := s.known(ctx, d.edition())
	if err != nil {
		return nil, err
	}
	if l, ok := lines[s.listingURL(d.date)]; ok {
		return &l, nil
	}
	return nil, nil
}

// list asks the portal for all days, and adds those between them on which nothing was published: a day may have been emptied.
func (s *Source) list(ctx context.Context) ([]day, error) {
	found, err := s.group(ctx, true)
	if fault.Is(err, fault.Invalid) && !final(ctx, err) { // the portal may not let the technical field be asked
		if plain, e := s.group(ctx, false); e == nil {
			found, err = plain, nil
		}
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b day) int { return cmp.Compare(a.edition(), b.edition()) })
	var out []day
	for _, d := range found {
		out = append(out, d)
		if i := len(out) - 2; i >= 0 {
			out = slices.Insert(out, i+1, between(out[i].date, d.date)...)
		}
	}
	return out, nil
}

// between gives the days between two, when they are not so many that one of the two must be a mistake in a record.
func between(a, b notice.Date) (out []day) {
	const most = 31
	for d := a.AddDays(1); d.Compare(b) < 0; d = d.AddDays(1) {
		if len(out) == most {
			return nil
		}
		out = append(out, day{date: d})
	}
	return out
}
