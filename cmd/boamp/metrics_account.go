package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/obs"
)

// sourceMetric is a metric with a value for each source; false leaves one out.
func sourceMetric[T any](name, help string, list func(ctx context.Context) ([]T, error), value func(T) (source string, v float64, ok bool)) obs.Metric {
	return obs.Metric{Name: name, Type: obs.Gauge, Help: help, Labels: []string{"source"}, Ask: func(ctx context.Context) (out []obs.Sample, _ error) {
		all, err := list(ctx)
		for _, x := range all {
			if source, v, ok := value(x); ok {
				out = append(out, obs.Sample{Value: v, Labels: []string{source}})
			}
		}
		return out, err
	}}
}

// instant is a time as Prometheus has it; false for none.
func instant(t time.Time) (float64, bool) { return float64(t.UnixMilli()) / 1000, !t.IsZero() }

// syncMetrics are those of a server that follows its sources.
func syncMetrics(data *folder) []obs.Metric {
	list := func(context.Context) ([]completeness.Following, error) { return data.following(), nil }
	return []obs.Metric{
		sourceMetric("sync_last_pass_timestamp_seconds", "when the last pass over a source ended, seconds since 1970", list, func(f completeness.Following) (string, float64, bool) {
			v, ok := instant(f.Last)
			return f.Source, v, ok
		}),
		sourceMetric("sync_last_success_timestamp_seconds", "when one ended well", list, func(f completeness.Following) (string, float64, bool) {
			v, ok := instant(f.Good)
			return f.Source, v, ok
		}),
		sourceMetric("sync_failed_passes", "passes over a source that failed since", list, func(f completeness.Following) (string, float64, bool) {
			return f.Source, float64(f.Failures), true
		}),
	}
}

// lagDays is of how many days of publication the lag is told.
const lagDays = 7

// accountPause is how long a look at the account is used again: all metrics of a scrape are of one.
const accountPause = 5 * time.Second

// account looks how complete the data are.
type account struct {
	mu     sync.Mutex
	at     time.Time
	report completeness.Report
}

func (a *account) look(ctx context.Context, w *completeness.Watch) (completeness.Report, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := time.Now(); a.at.IsZero() || now.Sub(a.at) > accountPause {
		r, err := w.Report(ctx)
		if err != nil {
			return r, err
		}
		a.at, a.report = now, r
	}
	return a.report, nil
}

// bySource gives the editions of each source.
func bySource(r completeness.Report) map[string][]completeness.Edition {
	list := map[string][]completeness.Edition{}
	for _, e := range r.Account.Editions {
		name := completeness.SourceName(e.Source)
		list[name] = append(list[name], e)
	}
	return list
}

func accountMetrics(data *folder) []obs.Metric {
	a := &account{}
	ask := func(of func(completeness.Report) []obs.Sample) func(context.Context) ([]obs.Sample, error) {
		return func(ctx context.Context) ([]obs.Sample, error) {
			r, err := a.look(ctx, data.watch)
			if err != nil {
				return nil, err
			}
			return of(r), nil
		}
	}
	each := func(of func(source string, c completeness.Count) []obs.Sample) func(context.Context) ([]obs.Sample, error) {
		return ask(func(r completeness.Report) (out []obs.Sample) {
			for source, list := range bySource(r) {
				out = append(out, of(source, (&completeness.Account{Editions: list}).Total())...)
			}
			return out
		})
	}
	one := func(of func(completeness.Count) int64) func(context.Context) ([]obs.Sample, error) {
		return each(func(source string, c completeness.Count) []obs.Sample {
			return []obs.Sample{{Value: float64(of(c)), Labels: []string{source}}}
		})
	}
	return append([]obs.Metric{
		{Name: "documents_listed", Type: obs.Gauge, Help: "documents that a source lists", Labels: []string{"source"}, Ask: one(func(c completeness.Count) int64 { return c.Listed })},
		{Name: "documents", Type: obs.Gauge, Help: "what became of them: served, quarantined, erased, missing add up to those listed; gone are listed no more", Labels: []string{"source", "state"},
			Ask: each(func(source string, c completeness.Count) []obs.Sample {
				return []obs.Sample{
					{Value: float64(c.Served), Labels: []string{source, "served"}}, {Value: float64(c.Quarantined), Labels: []string{source, "quarantined"}},
					{Value: float64(c.Erased), Labels: []string{source, "erased"}}, {Value: float64(c.Missing), Labels: []string{source, "missing"}},
					{Value: float64(c.Gone), Labels: []string{source, "gone"}},
				}
			})},
		{Name: "documents_unaccounted", Type: obs.Gauge, Help: "documents listed that are none of these: 0, or something is wrong", Labels: []string{"source"}, Ask: one(completeness.Count.Unaccounted)},
		{Name: "alarms", Type: obs.Gauge, Help: "what is wrong with the completeness of the data, by kind: 0 for nothing", Labels: []string{"kind"}, Ask: ask(func(r completeness.Report) (out []obs.Sample) {
			found := map[completeness.Kind]float64{}
			for _, x := range r.Alarms {
				found[x.Kind]++
			}
			for _, k := range completeness.Kinds() {
				out = append(out, obs.Sample{Value: found[k], Labels: []string{string(k)}})
			}
			return out
		})},
		{Name: "source_news_timestamp_seconds", Type: obs.Gauge, Help: "when a source last published something, seconds since 1970", Labels: []string{"source"}, Ask: ask(func(r completeness.Report) (out []obs.Sample) {
			for _, s := range r.Account.Sources {
				if v, ok := instant(s.News); ok {
					out = append(out, obs.Sample{Value: v, Labels: []string{completeness.SourceName(s.Name)}})
				}
			}
			return out
		})},
	}, lagMetrics(ask)...)
}

// lagMetrics tell how long documents took from their publication until they could be found.
func lagMetrics(ask func(of func(completeness.Report) []obs.Sample) func(context.Context) ([]obs.Sample, error)) []obs.Metric {
	lag := func(name, help string, of func(completeness.Lag) time.Duration) obs.Metric {
		return obs.Metric{Name: name, Type: obs.Gauge, Help: help + ", of documents published within seven days", Labels: []string{"source"}, Ask: ask(func(r completeness.Report) (out []obs.Sample) {
			for source, list := range bySource(r) {
				list = slices.DeleteFunc(list, func(e completeness.Edition) bool {
					return e.Day.IsZero() || r.Time.Sub(e.Day.In(notice.Paris)) > lagDays*24*time.Hour
				})
				if l := completeness.LagOf(list...); l.Documents > 0 {
					out = append(out, obs.Sample{Value: of(l).Seconds(), Labels: []string{source}})
				}
			}
			return out
		})}
	}
	return []obs.Metric{
		lag("lag_median_seconds", "time from publication to being searchable, half took less", func(l completeness.Lag) time.Duration { return l.P50 }),
		lag("lag_p95_seconds", "95 of 100 took less", func(l completeness.Lag) time.Duration { return l.P95 }),
		lag("lag_worst_seconds", "the worst", func(l completeness.Lag) time.Duration { return l.Worst }),
	}
}
