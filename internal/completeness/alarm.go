package completeness

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Settings say from when on something is an alarm.
type Settings struct {
	Late        time.Duration // after which a source that has nothing new is late: of DILA behind the half hour at which it should have
	Missing     time.Duration // for which a document may be missing
	Quarantined float64       // share of the documents of a week of a source, 0 to 1, that may be set aside
	Passes      int           // that may fail one after the other, less one
}

// Defaults are the settings unless others are given.
func Defaults() Settings {
	return Settings{Late: 6 * time.Hour, Missing: 24 * time.Hour, Quarantined: 0.01, Passes: 3}
}

const (
	week           = 7 * 24 * time.Hour // over which the share of what is set aside is looked at
	fewQuarantined = 3                  // documents that are never too many
	namedEditions  = 10                 // of an alarm
)

// Following is what is known of a source that is followed now.
type Following struct {
	Source   string
	Last     time.Time // when the last pass ended; zero for never
	Good     time.Time // when one ended well; zero for never
	Failures int       // passes that failed since
	Error    string    // of the last one, when it failed
}

// State is how it stands with the data.
type Health string

const (
	OK         Health = "ok"
	Late       Health = "late"       // what was published lately may not be here yet
	Incomplete Health = "incomplete" // something is not here that should be, or is not what it was
)

// Kind is what an alarm is about.
type Kind string

const (
	LateSource     Kind = "late"
	FailedPasses   Kind = "passes"
	Unaccounted    Kind = "unaccounted"
	LongMissing    Kind = "missing"
	ManyQuarantine Kind = "quarantine"
	FailedAudit    Kind = "audit"
)

// Kinds lists all of them.
func Kinds() []Kind {
	return []Kind{LateSource, FailedPasses, Unaccounted, LongMissing, ManyQuarantine, FailedAudit}
}

// Health is what an alarm makes of the whole.
func (k Kind) Health() Health {
	if k == LateSource || k == FailedPasses {
		return Late
	}
	return Incomplete
}

// Alarm is something that somebody has to look after.
type Alarm struct {
	Kind     Kind
	Source   string    // as SourceName gives it; "" when it is about none
	Editions []string  // the first ten that it is about
	Count    int64     // documents, passes or findings
	Since    time.Time // UTC
	Text     string    // what is the matter
	Todo     string    // what to do about it
}

// Judge says how it stands at a time, worst first. Nothing is late that is not followed. audit is the newest one, nil for none.
func (a *Account) Judge(now time.Time, s Settings, following []Following, audit *Result) (Health, []Alarm) {
	var list []Alarm
	list = append(list, a.uneven()...)
	list = append(list, a.missing(now, s)...)
	list = append(list, auditAlarm(audit)...)
	for _, f := range following {
		list = append(list, a.quarantine(now, s, f)...)
		list = append(list, a.late(now, s, f)...)
		list = append(list, passes(s, f)...)
	}
	health := OK
	for _, alarm := range list {
		if h := alarm.Kind.Health(); health != Incomplete {
			health = h
		}
	}
	return health, list
}

// late finds out whether a source should have published something that is not here. Before it was followed it was not late.
func (a *Account) late(now time.Time, s Settings, f Following) []Alarm {
	i := slices.IndexFunc(a.Sources, func(x Source) bool { return x.Name == f.Source })
	if i < 0 {
		return nil // nothing came ever: the passes tell why
	}
	rhythm, behind := rhythmOf(f.Source)
	if rhythm == nil {
		return nil
	}
	due := rhythm.before(now.Add(-s.Late - behind))
	if src := a.Sources[i]; src.News.Before(due) && src.Followed.Before(due) {
		return []Alarm{{Kind: LateSource, Source: f.Source, Since: due,
			Text: fmt.Sprintf("nothing new from %s since %s, and something was due at %s", f.Source, stamp(src.News), stamp(due)),
			Todo: "look whether the source answers and has the day; `boamp sync` asks it now. On a day without a bulletin there is nothing to do"}}
	}
	return nil
}

func passes(s Settings, f Following) []Alarm {
	if s.Passes < 1 || f.Failures < s.Passes {
		return nil
	}
	return []Alarm{{Kind: FailedPasses, Source: f.Source, Count: int64(f.Failures), Since: cmp.Or(f.Good, f.Last).UTC(),
		Text: fmt.Sprintf("%d passes over %s failed, one after the other: %s", f.Failures, f.Source, f.Error),
		Todo: "see to the network and the disk, then `boamp sync`; what was missed is made up for by itself"}}
}

// uneven are the editions of which the count does not add up, for each source.
func (a *Account) uneven() []Alarm {
	return a.gather(func(e Edition) (int64, time.Time) {
		n := e.Unaccounted()
		return max(n, -n), e.UnevenSince
	}, func(source string, n int64, editions int) Alarm {
		return Alarm{Kind: Unaccounted,
			Text: fmt.Sprintf("the count of %s does not add up: %s differ by %s from what is listed", source, several(editions, "edition"), several(int(n), "document")),
			Todo: "`boamp sync --again --from DAY --to DAY` lists these editions again; when it stays, it is a mistake of the program: report it with the lines of the ledger"}
	})
}

// missing are the documents that the source lists and does not give, for longer than they may.
func (a *Account) missing(now time.Time, s Settings) []Alarm {
	return a.gather(func(e Edition) (int64, time.Time) {
		if e.MissingSince.IsZero() || now.Sub(e.MissingSince) <= s.Missing {
			return 0, time.Time{}
		}
		return e.Missing, e.MissingSince
	}, func(source string, n int64, editions int) Alarm {
		return Alarm{Kind: LongMissing,
			Text: fmt.Sprintf("%s of %s, in %s, missing for longer than %s", several(int(n), "document"), source, several(editions, "edition"), s.Missing),
			Todo: "they are asked for at every pass; the list says why they cannot be had. When the source never gives them, tell DILA (donnees-dila@dila.gouv.fr)"}
	})
}

// quarantine finds out whether too much of what came in a week was set aside.
func (a *Account) quarantine(now time.Time, s Settings, f Following) []Alarm {
	var c Count
	for _, e := range a.Editions {
		if e.Source == f.Source && now.Sub(e.Last) < week {
			c.add(e.Count)
		}
	}
	if c.Quarantined <= fewQuarantined || float64(c.Quarantined) <= s.Quarantined*float64(c.Listed) {
		return nil
	}
	return a.gather(func(e Edition) (int64, time.Time) {
		if e.Source != f.Source || now.Sub(e.Last) >= week {
			return 0, time.Time{}
		}
		return e.Quarantined, e.AsideSince
	}, func(source string, n int64, _ int) Alarm {
		return Alarm{Kind: ManyQuarantine,
			Text: fmt.Sprintf("%d of %d documents of %s are set aside in the editions of the last week, more than %.3g %%", n, c.Listed, source, 100*s.Quarantined),
			Todo: "`boamp status --quarantined` says why; a newer program reads them again by itself"}
	})
}

// gather makes one alarm for each source of the editions for which of gives something.
func (a *Account) gather(of func(Edition) (int64, time.Time), alarm func(source string, n int64, editions int) Alarm) (list []Alarm) {
	for i := 0; i < len(a.Editions); {
		source := a.Editions[i].Source
		var n int64
		var names []string
		var since time.Time
		for ; i < len(a.Editions) && a.Editions[i].Source == source; i++ {
			if x, at := of(a.Editions[i]); x > 0 {
				n, names, since = n+x, append(names, a.Editions[i].Name), earliest(since, at)
			}
		}
		if n == 0 {
			continue
		}
		x := alarm(SourceName(source), n, len(names))
		slices.Reverse(names) // the newest first
		x.Source, x.Count, x.Since, x.Editions = SourceName(source), n, since.UTC(), names[:min(len(names), namedEditions)]
		list = append(list, x)
	}
	return list
}

func auditAlarm(r *Result) []Alarm {
	if r == nil || len(r.Findings) == 0 {
		return nil
	}
	first := r.Findings[0]
	return []Alarm{{Kind: FailedAudit, Count: int64(len(r.Findings)), Since: r.Time.UTC(),
		Text: fmt.Sprintf("the audit of %s found %s, the first: %s: %s", stamp(r.Time), several(len(r.Findings), "thing"), first.Where, first.Text),
		Todo: first.Kind.Todo()}}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "ever"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
