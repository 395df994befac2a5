package completeness

import (
	"cmp"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Step is what a row of an answer stands for.
type Step string

const (
	ByDay     Step = "day"
	ByEdition Step = "edition"
	ByMonth   Step = "month"
	ByYear    Step = "year"
)

// Steps lists all of them, the usual one first.
func Steps() []Step { return []Step{ByDay, ByEdition, ByMonth, ByYear} }

// ByHand is how the source of imports by hand is called towards people.
const ByHand = "import"

// SourceName is the name of a source towards people.
func SourceName(source string) string { return cmp.Or(source, ByHand) }

// Choice says which editions are wanted, and how.
type Choice struct {
	Source     string      // as SourceName gives it; "" for all
	From, To   notice.Date // days, both included; zero for no bound. With a bound, editions without a day are left out
	By         Step
	Incomplete bool // only rows that are not complete
}

// Row is the account of an edition, or of the editions of a day, month or year.
type Row struct {
	Source   string // as SourceName gives it
	Edition  string // of one edition only
	Period   string // 2026-09-11, 2026-09 or 2026; "" for editions without a day
	Editions int
	Count
	Lag     Lag
	Listing time.Time // newest
	First   time.Time
	Last    time.Time
}

// Rows gives the rows of a choice, the newest day first, those without a day last, and their sum.
func (a *Account) Rows(c Choice) (rows []Row, total Row) {
	type key struct{ source, period, edition string }
	groups := map[key][]Edition{}
	for _, e := range a.Choose(c) {
		k := key{SourceName(e.Source), c.By.period(e.Day), ""}
		if c.By == ByEdition {
			k.edition = e.Name
		}
		groups[k] = append(groups[k], e)
	}
	var all []Edition
	for k, list := range groups {
		row := sum(list)
		if c.Incomplete && complete(list) {
			continue
		}
		row.Source, row.Period, row.Edition = k.source, k.period, k.edition
		rows, all = append(rows, row), append(all, list...)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Period, a.Period), cmp.Compare(a.Source, b.Source), cmp.Compare(b.Edition, a.Edition))
	})
	return rows, sum(all)
}

// Choose gives the editions of a choice, whatever they are summed by.
func (a *Account) Choose(c Choice) []Edition {
	return slices.DeleteFunc(slices.Clone(a.Editions), func(e Edition) bool { return !c.wants(e) })
}

func (c Choice) wants(e Edition) bool {
	switch {
	case c.Source != "" && c.Source != SourceName(e.Source):
		return false
	case !c.From.IsZero() && (e.Day.IsZero() || e.Day.Compare(c.From) < 0):
		return false
	case !c.To.IsZero() && (e.Day.IsZero() || e.Day.Compare(c.To) > 0):
		return false
	}
	return true
}

// complete looks at each edition by itself: one may have too much where another lacks as much.
func complete(list []Edition) bool {
	return !slices.ContainsFunc(list, func(e Edition) bool { return !e.Complete() })
}

// period is the day, month or year that a day is in.
func (s Step) period(d notice.Date) string {
	switch {
	case d.IsZero():
		return ""
	case s == ByMonth:
		return d.String()[:len("2006-01")]
	case s == ByYear:
		return d.String()[:len("2006")]
	}
	return d.String()
}

func sum(list []Edition) Row {
	row := Row{Editions: len(list), Lag: LagOf(list...)}
	for _, e := range list {
		row.Count.add(e.Count)
		row.Listing, row.Last = latest(row.Listing, e.Listing), latest(row.Last, e.Last)
		row.First = earliest(row.First, e.First)
	}
	return row
}
