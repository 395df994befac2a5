package obs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Exporter sends spans to a collector of OpenTelemetry: OTLP over HTTP, in its JSON form. It is our own because the library for it brings
// gRPC and 18 modules: 12 MB and 130 packages for what stands in this file.
//
// Spans wait in a queue that is bounded; what comes when it is full is dropped and counted. Nobody waits for a collector.
type Exporter struct {
	opts  ExporterOptions
	url   string
	queue chan *Span
	flush chan chan struct{}
	stop  context.CancelFunc
	ended sync.WaitGroup
	sent  atomic.Int64
	lost  atomic.Int64
}

// ExporterOptions say where spans go.
type ExporterOptions struct {
	Endpoint string                                           // "http://collector:4318"; spans go to /v1/traces below it
	Resource []Attr                                           // who sends: service.name, service.version
	Client   *http.Client                                     // with a time limit
	Log      *slog.Logger                                     // of what goes wrong, once until it works again
	Every    <-chan time.Time                                 // when what there is goes out though it is no full batch
	Wait     func(ctx context.Context, d time.Duration) error // between tries
}

const (
	queueSpans  = 4096
	batchSpans  = 512
	tries       = 3
	maxWait     = 30 * time.Second
	maxResponse = 64 << 10
)

// CheckEndpoint refuses what is no address of a collector.
func CheckEndpoint(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fault.New(fault.Invalid, "%q is no address of a collector", Redact(s)).At("--traces").WithHint("write http://collector.example:4318")
	}
	return nil
}

// NewExporter starts to send. Close ends it.
func NewExporter(o ExporterOptions) *Exporter {
	ctx, stop := context.WithCancel(context.Background())
	e := &Exporter{
		opts: o, url: strings.TrimRight(o.Endpoint, "/") + "/v1/traces", queue: make(chan *Span, queueSpans),
		flush: make(chan chan struct{}), stop: stop,
	}
	e.ended.Go(func() { e.run(ctx) })
	return e
}

// Add takes a span that has ended. It never waits.
func (e *Exporter) Add(s *Span) {
	select {
	case e.queue <- s:
	default:
		e.lost.Add(1)
	}
}

// Counts tells how many spans were sent, and how many were not, because the queue was full or the collector did not take them.
func (e *Exporter) Counts() (sent, lost int64) { return e.sent.Load(), e.lost.Load() }

// Close sends what there is, as long as ctx lasts, and ends.
func (e *Exporter) Close(ctx context.Context) {
	done := make(chan struct{})
	select {
	case e.flush <- done:
		select {
		case <-done:
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	e.stop()
	e.ended.Wait()
}

// run gathers spans into batches until it is told to end.
func (e *Exporter) run(ctx context.Context) {
	failing := false
	var batch []*Span
	send := func() {
		if len(batch) == 0 {
			return
		}
		err := e.send(ctx, batch)
		if err == nil {
			e.sent.Add(int64(len(batch)))
		} else {
			e.lost.Add(int64(len(batch)))
			if !failing {
				e.opts.Log.Warn("traces cannot be sent: they are dropped until the collector takes some again", "error", err)
			}
		}
		failing, batch = err != nil, batch[:0]
	}
	for {
		select {
		case s := <-e.queue:
			if batch = append(batch, s); len(batch) >= batchSpans {
				send()
			}
		case <-e.opts.Every:
			send()
		case done := <-e.flush:
			for n := len(e.queue); n > 0; n-- {
				if batch = append(batch, <-e.queue); len(batch) >= batchSpans {
					send()
				}
			}
			send()
			close(done)
		case <-ctx.Done():
			return
		}
	}
}

// send sends a batch; what the collector asks to be repeated is repeated.
func (e *Exporter) send(ctx context.Context, batch []*Span) error {
	body, err := json.Marshal(encodeSpans(e.opts.Resource, batch))
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		wait, again, err := e.post(ctx, body)
		if err == nil || !again || try == tries {
			return err
		}
		if err := e.opts.Wait(ctx, min(max(wait, time.Duration(try)*time.Second), maxWait)); err != nil {
			return err
		}
	}
}

// post sends once. again says that the same may be sent later, wait when.
func (e *Exporter) post(ctx context.Context, body []byte) (wait time.Duration, again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return 0, false, err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := e.opts.Client.Do(r)
	if err != nil {
		return 0, true, err
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxResponse))
	switch res.StatusCode {
	case http.StatusOK:
		return 0, false, e.refused(answer)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return time.Duration(seconds) * time.Second, true, fmt.Errorf("the collector answered %s", res.Status)
	}
	return 0, false, fmt.Errorf("the collector answered %s", res.Status)
}

// refused reads an answer that may say that a part was not taken. It is not sent again (OTLP, partial success).
func (e *Exporter) refused(answer []byte) error {
	var a struct {
		PartialSuccess struct {
			RejectedSpans json.Number `json:"rejectedSpans"`
			ErrorMessage  string      `json:"errorMessage"`
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(answer, &a) != nil { // an answer of another form, from a collector that took everything
		return nil
	}
	if n, _ := a.PartialSuccess.RejectedSpans.Int64(); n > 0 {
		e.opts.Log.Warn("the collector refused some spans", "spans", n, "message", a.PartialSuccess.ErrorMessage)
	}
	return nil
}
