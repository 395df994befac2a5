package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/limit"
	"github.com/boamp/boamp/internal/obs"
	"github.com/boamp/boamp/internal/store"
)

// serverMetrics lists what a server tells of itself beside its requests. The table of docs/operations.md is made of it.
func serverMetrics(data *folder, o *observing, l *limits) []obs.Metric {
	list := append(dataMetrics(data), cacheMetrics(o)...)
	list = append(list, indexMetrics(data)...)
	list = append(list, diskMetrics(data)...)
	list = append(list, gateMetrics(l)...)
	list = append(list, syncMetrics(data)...)
	list = append(list, accountMetrics(data)...)
	return append(list, buildMetrics(o)...)
}

// gauge and counter are metrics with one value, ok or none.
func gauge(name, help string, value func(ctx context.Context) (float64, bool, error)) obs.Metric {
	return obs.Metric{Name: name, Type: obs.Gauge, Help: help, Ask: func(ctx context.Context) ([]obs.Sample, error) {
		v, ok, err := value(ctx)
		if !ok || err != nil {
			return nil, err
		}
		return obs.One(v), nil
	}}
}

func counter(name, help string, value func() (float64, bool)) obs.Metric {
	m := gauge(name, help, func(context.Context) (float64, bool, error) { v, ok := value(); return v, ok, nil })
	m.Type = obs.Counter
	return m
}

func dataMetrics(data *folder) []obs.Metric {
	info := func(value func(store.Info) (float64, bool)) func(context.Context) (float64, bool, error) {
		return func(ctx context.Context) (float64, bool, error) {
			i, err := data.door().Info(ctx)
			v, ok := value(i)
			return v, ok, err
		}
	}
	return []obs.Metric{
		gauge("data_revision", "revision of the data that is served", info(func(i store.Info) (float64, bool) { return float64(i.Revision), true })),
		gauge("data_notices", "notices that are served", info(func(i store.Info) (float64, bool) { return float64(i.Notices), true })),
		gauge("data_ledger_lines", "lines of the ledger that the store knows", info(func(i store.Info) (float64, bool) { return float64(i.Sequence), true })),
		gauge("data_last_update_timestamp_seconds", "when the data last changed, seconds since 1970", info(func(i store.Info) (float64, bool) {
			return float64(i.LastUpdate.UnixMilli()) / 1000, !i.LastUpdate.IsZero()
		})),
		{Name: "duckdb_memory_bytes", Type: obs.Gauge, Help: "memory that DuckDB takes, by its own names of what for", Labels: []string{"purpose"}, Ask: func(ctx context.Context) ([]obs.Sample, error) {
			list, err := data.store.Memory(ctx)
			var out []obs.Sample
			for _, u := range list {
				out = append(out, obs.Sample{Value: float64(u.Memory), Labels: []string{u.For}})
			}
			return out, err
		}},
		gauge("duckdb_temp_bytes", "what DuckDB has in temporary files, of what did not fit into memory", func(ctx context.Context) (total float64, _ bool, _ error) {
			list, err := data.store.Memory(ctx)
			for _, u := range list {
				total += float64(u.Temp)
			}
			return total, true, err
		}),
	}
}

func cacheMetrics(o *observing) []obs.Metric {
	value := func(of func(hits, misses, kept, bytes float64) float64) func() (float64, bool) {
		return func() (float64, bool) {
			c := o.cache.Load()
			if c == nil {
				return 0, false
			}
			a := c.Answers()
			return of(float64(a.Hits), float64(a.Misses), float64(a.Kept), float64(a.Bytes)), true
		}
	}
	now := func(name, help string, of func(hits, misses, kept, bytes float64) float64) obs.Metric {
		m := counter(name, help, value(of))
		m.Type = obs.Gauge
		return m
	}
	return []obs.Metric{
		counter("cache_hits_total", "answers given from the cache of finished answers", value(func(h, _, _, _ float64) float64 { return h })),
		counter("cache_misses_total", "answers that the cache did not have", value(func(_, m, _, _ float64) float64 { return m })),
		now("cache_answers", "answers that the cache keeps", func(_, _, k, _ float64) float64 { return k }),
		now("cache_bytes", "bytes that the cache keeps", func(_, _, _, b float64) float64 { return b }),
	}
}

func indexMetrics(data *folder) []obs.Metric {
	status := func(value func(index.Status) (float64, bool)) func(context.Context) (float64, bool, error) {
		return func(context.Context) (float64, bool, error) {
			if data.index == nil {
				return 0, false, nil
			}
			v, ok := value(data.index.Status())
			return v, ok, nil
		}
	}
	sum := func(of func(index.SegmentStatus) int64) func(context.Context) (float64, bool, error) {
		return status(func(s index.Status) (float64, bool) {
			n := int64(0)
			for _, p := range s.Segments {
				n += of(p)
			}
			return float64(n), true
		})
	}
	return []obs.Metric{
		gauge("index_ready", "1 when the search index answers, 0 when the database has to", status(func(s index.Status) (float64, bool) { return yes(s.Ready), true })),
		gauge("index_failing", "1 when something went wrong with the index since it last worked", status(func(s index.Status) (float64, bool) { return yes(s.Failure != nil), true })),
		gauge("index_revision", "revision of the data that the index shows", status(func(s index.Status) (float64, bool) { return float64(s.Info.Revision), s.Ready })),
		gauge("index_segments", "segments of the index", status(func(s index.Status) (float64, bool) { return float64(len(s.Segments)), true })),
		gauge("index_bytes", "bytes of its segments, mapped into memory", sum(func(p index.SegmentStatus) int64 { return p.Bytes })),
		gauge("index_notices", "notices in its segments that stand", sum(func(p index.SegmentStatus) int64 { return p.Notices })),
		gauge("index_replaced_notices", "notices in its segments that were replaced, until a merge drops them", sum(func(p index.SegmentStatus) int64 { return p.Deleted })),
		gauge("index_last_change_notices", "notices of the last change of the data", status(func(s index.Status) (float64, bool) { return float64(s.Last.Notices), s.Last.Notices > 0 })),
		gauge("index_last_commit_seconds", "what the database took for the last change", status(func(s index.Status) (float64, bool) { return s.Last.Commit.Seconds(), s.Last.Notices > 0 })),
		gauge("index_last_searchable_seconds", "from the end of that until it could be found", status(func(s index.Status) (float64, bool) { return s.Last.Searchable.Seconds(), s.Last.Notices > 0 })),
		{Name: "questions_total", Type: obs.Counter, Help: "questions answered: by the index, by the index and packed notices (split), by the store behind it", Labels: []string{"by"}, Ask: func(context.Context) ([]obs.Sample, error) {
			if data.index == nil {
				return nil, nil
			}
			a := data.index.Status().Answers
			return []obs.Sample{{Value: float64(a.Index), Labels: []string{"index"}}, {Value: float64(a.Split), Labels: []string{"split"}}, {Value: float64(a.Store), Labels: []string{"store"}}}, nil
		}},
	}
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// lookPause is how long sizes of files are remembered: they are looked up file by file.
const lookPause = time.Minute

// sizes are bytes and files of the parts of a data folder.
type sizes struct {
	mu    sync.Mutex
	at    time.Time
	bytes map[string]float64
	files float64 // archives
}

// look measures the parts, unless that was done a moment ago. Files that go away meanwhile count as none.
func (s *sizes) look(data *folder, now time.Time) (map[string]float64, float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes != nil && now.Sub(s.at) < lookPause {
		return s.bytes, s.files
	}
	s.at, s.bytes, s.files = now, map[string]float64{}, 0
	for part, path := range map[string]string{"raw": data.Raw(), "ledger": data.Ledger(), "store": data.Store(), "wal": data.Store() + ".wal", "index": data.Index(), "tmp": data.Temp()} {
		_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			if info, err := e.Info(); err == nil {
				s.bytes[part] += float64(info.Size())
				if part == "raw" {
					s.files++
				}
			}
			return nil
		})
		s.bytes[part] += 0 // a part that is not there has no bytes
	}
	return s.bytes, s.files
}

func diskMetrics(data *folder) []obs.Metric {
	var seen sizes
	free := func(of func(free, size int64) int64) func(context.Context) (float64, bool, error) {
		return func(context.Context) (float64, bool, error) {
			f, s, err := disk.Space(data.Path())
			return float64(of(f, s)), true, err
		}
	}
	return []obs.Metric{
		{Name: "data_bytes", Type: obs.Gauge, Help: "bytes of the parts of the data folder, looked up once a minute", Labels: []string{"part"}, Ask: func(context.Context) (out []obs.Sample, _ error) {
			bytes, _ := seen.look(data, time.Now())
			for part, n := range bytes {
				out = append(out, obs.Sample{Value: n, Labels: []string{part}})
			}
			return out, nil
		}},
		gauge("raw_archives", "archives of source documents", func(context.Context) (float64, bool, error) {
			_, files := seen.look(data, time.Now())
			return files, true, nil
		}),
		gauge("disk_free_bytes", "what the disk of the data folder has left for boamp", free(func(f, _ int64) int64 { return f })),
		gauge("disk_size_bytes", "size of that disk", free(func(_, s int64) int64 { return s })),
	}
}

func gateMetrics(l *limits) []obs.Metric {
	each := func(of func(class string, c limit.Counts) []obs.Sample) func(context.Context) ([]obs.Sample, error) {
		return func(context.Context) (out []obs.Sample, _ error) {
			for class, g := range l.gates {
				out = append(out, of(string(class), g.Counts())...)
			}
			return out, nil
		}
	}
	return []obs.Metric{
		{Name: "admission_total", Type: obs.Counter, Help: "requests by class and what became of them: admitted; refused because too many waited; late after the longest wait; gone while they waited", Labels: []string{"class", "outcome"},
			Ask: each(func(class string, c limit.Counts) []obs.Sample {
				return []obs.Sample{
					{Value: float64(c.Admitted), Labels: []string{class, "admitted"}}, {Value: float64(c.Refused), Labels: []string{class, "refused"}},
					{Value: float64(c.Late), Labels: []string{class, "late"}}, {Value: float64(c.Gone), Labels: []string{class, "gone"}},
				}
			})},
		{Name: "admission_busy", Type: obs.Gauge, Help: "places that are taken, by class", Labels: []string{"class"}, Ask: each(func(class string, c limit.Counts) []obs.Sample {
			return []obs.Sample{{Value: float64(c.Busy), Labels: []string{class}}}
		})},
		{Name: "admission_waiting", Type: obs.Gauge, Help: "requests that wait for a place, by class", Labels: []string{"class"}, Ask: each(func(class string, c limit.Counts) []obs.Sample {
			return []obs.Sample{{Value: float64(c.Waiting), Labels: []string{class}}}
		})},
	}
}

func buildMetrics(o *observing) []obs.Metric {
	spans := func(of func(sent, lost int64) int64) func() (float64, bool) {
		return func() (float64, bool) {
			if o.exporter == nil {
				return 0, false
			}
			return float64(of(o.exporter.Counts())), true
		}
	}
	return []obs.Metric{
		{Name: "build_info", Type: obs.Gauge, Help: "1, with what the program is", Labels: []string{"version", "commit", "go"}, Ask: func(context.Context) ([]obs.Sample, error) {
			b := build()
			return []obs.Sample{{Value: 1, Labels: []string{b.Version, b.Commit, b.Go}}}, nil
		}},
		counter("traces_sent_total", "spans that the collector took", spans(func(sent, _ int64) int64 { return sent })),
		counter("traces_lost_total", "spans that it did not take, or that came too fast", spans(func(_, lost int64) int64 { return lost })),
	}
}
