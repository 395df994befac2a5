package obs

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Type is what kind of metric one is.
type Type string

// Types of metrics. A Histogram is measured by this package, the others are asked of their owners at each scrape.
const (
	Counter   Type = "counter"
	Gauge     Type = "gauge"
	Histogram Type = "histogram"
)

// Metric is a number that an operator may watch. Names follow the conventions of Prometheus: base units, _total for counters.
type Metric struct {
	Name   string // without the prefix boamp_
	Type   Type
	Help   string
	Labels []string // each has few values, none of which a client can choose
	// Ask gives the values of now, one for each combination of labels. An error, and what there is none of, leaves the metric out of this
	// scrape. It is called by one scrape at a time.
	Ask func(ctx context.Context) ([]Sample, error)
}

// Sample is one value.
type Sample struct {
	Value  float64
	Labels []string // values of the metric's labels, in their order
}

// One is the only value of a metric without labels.
func One[T int | int64 | float64](v T) []Sample { return []Sample{{Value: float64(v)}} }

// Prefix begins the name of every metric of ours.
const Prefix = "boamp_"

// scrapeTime bounds what all metrics together may take.
const scrapeTime = 10 * time.Second

// Metrics is the set of metrics of a process. Nothing is registered elsewhere.
type Metrics struct {
	registry *prometheus.Registry
	listed   []Metric
	log      *slog.Logger

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	bytes     *prometheus.CounterVec
	inFlight  prometheus.Gauge
}

// buckets are those of the durations of requests, in seconds: an answer from memory takes less than the first, an export more than the last.
func buckets() []float64 {
	return []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}
}

// NewMetrics makes a set with the metrics of requests, of the process and of the Go runtime.
func NewMetrics(log *slog.Logger) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), log: log}
	labels := []string{"surface", "route", "method", "status"}
	m.requests = prometheus.NewCounterVec(m.counter("http_requests_total", "requests answered", labels))
	labels = labels[:2]
	help := "time from the first byte of the request to the last of the answer"
	m.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: m.own("http_request_duration_seconds", Histogram, help, labels), Help: sentence(help), Buckets: buckets(),
	}, labels)
	m.bytes = prometheus.NewCounterVec(m.counter("http_response_bytes_total", "bytes of answers, packed as they went out", labels[:1]))
	help = "requests that are being answered"
	m.inFlight = prometheus.NewGauge(prometheus.GaugeOpts{Name: m.own("http_requests_in_flight", Gauge, help, nil), Help: sentence(help)})
	m.registry.MustRegister(m.requests, m.durations, m.bytes, m.inFlight, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// counter notes a counter of this package.
func (m *Metrics) counter(name, help string, labels []string) (prometheus.CounterOpts, []string) {
	return prometheus.CounterOpts{Name: m.own(name, Counter, help, labels), Help: sentence(help)}, labels
}

// own notes a metric of this package and gives its whole name.
func (m *Metrics) own(name string, kind Type, help string, labels []string) string {
	m.listed = append(m.listed, Metric{Name: Prefix + name, Type: kind, Help: help, Labels: labels})
	return Prefix + name
}

// Add adds metrics that are asked at each scrape. A name may be given once (a mistake of ours: it panics, as prometheus does).
func (m *Metrics) Add(list ...Metric) {
	for _, x := range list {
		m.registry.MustRegister(&asked{x, prometheus.NewDesc(m.own(x.Name, x.Type, x.Help, x.Labels), sentence(x.Help), x.Labels, nil), m.log})
	}
}

// sentence begins with a capital and ends with a point, as others write their help.
func sentence(s string) string {
	if s == "" {
		return s
	}
	b := []byte(s)
	if b[0] >= 'a' && b[0] <= 'z' {
		b[0] -= 'a' - 'A'
	}
	return string(b) + "."
}

// List gives all metrics of ours in the order of their names, with whole names, for those who describe them.
func (m *Metrics) List() []Metric {
	list := slices.Clone(m.listed)
	slices.SortFunc(list, func(a, b Metric) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// asked is a collector of one metric.
type asked struct {
	Metric
	desc *prometheus.Desc
	log  *slog.Logger
}

// Describe implements prometheus.Collector.
func (a *asked) Describe(ch chan<- *prometheus.Desc) { ch <- a.desc }

// Collect implements prometheus.Collector.
func (a *asked) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	samples, err := a.Ask(ctx)
	if err != nil {
		a.log.Warn("a metric has no value", "metric", Prefix+a.Name, "error", err)
		return
	}
	kind := prometheus.GaugeValue
	if a.Type == Counter {
		kind = prometheus.CounterValue
	}
	for _, s := range samples {
		ch <- prometheus.MustNewConstMetric(a.desc, kind, s.Value, s.Labels...)
	}
}

// Gatherer gives the values, for tests of what is given out.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(m.log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 1,
		EnableOpenMetrics: true, DisableCompression: false,
	})
}
