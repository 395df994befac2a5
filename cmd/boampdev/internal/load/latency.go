package load

import (
	"math"
	"slices"
	"time"
)

// Latencies are the durations of some requests, all of them: percentiles are exact.
type Latencies []time.Duration

// Percentile is the smallest duration that p per cent of the requests did not exceed (nearest rank); 0 for no requests. The
// list gets sorted.
func (l Latencies) Percentile(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	if !slices.IsSorted(l) {
		slices.Sort(l)
	}
	rank := int(math.Ceil(p / 100 * float64(len(l))))
	return l[min(max(rank, 1), len(l))-1]
}

// Millis is a duration in milliseconds.
func Millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
