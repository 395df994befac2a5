package httpx

import (
	"net/http"
	"time"
)

// Pace cuts off clients that take their answers too slowly, so that they do not hold a place for ever. Only time in which the client is waited for
// counts. A client may be slower than Speed until that has cost Stall more than an answer at Speed would; then writing to it fails.
type Pace struct {
	Speed int           // bytes a second
	Stall time.Duration // 0: nobody is cut off
	Now   func() time.Time
}

// Handler gives h a writer with deadlines.
func (p Pace) Handler(h http.Handler) http.Handler {
	if p.Stall <= 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pw := &paced{ResponseWriter: w, pace: p, control: http.NewResponseController(w), left: p.Stall}
		defer pw.deadline(buffered) // for what net/http still holds
		h.ServeHTTP(pw, r)
	})
}

const (
	// buffered is what net/http may hold of an answer when its handler has ended.
	buffered = 8 << 10
	// piece is the most that has one deadline: a client that takes nothing is not to have the time for all of a long answer.
	piece = 16 << 10
)

// paced sets a deadline before each piece.
type paced struct {
	http.ResponseWriter
	pace    Pace
	control *http.ResponseController
	left    time.Duration // that the client may still lose
	none    bool          // the connection has no deadlines
}

// deadline gives n bytes their time, and says when it began.
func (w *paced) deadline(n int) (begun time.Time) {
	begun = w.pace.Now()
	if !w.none {
		w.none = w.control.SetWriteDeadline(begun.Add(w.left+w.pace.need(n))) != nil
	}
	return begun
}

// need is the time of n bytes at Speed.
func (p Pace) need(n int) time.Duration {
	return time.Duration(n) * time.Second / time.Duration(max(1, p.Speed))
}

// took counts what n more bytes took.
func (w *paced) took(begun time.Time, n int) {
	most := w.pace.Stall + w.pace.need(buffered) // what was written may not have been sent yet
	w.left = min(most, w.left+w.pace.need(n)-w.pace.Now().Sub(begun))
}

// Write writes pieces, each in its time.
func (w *paced) Write(b []byte) (total int, err error) {
	for err == nil {
		p := b[:min(len(b), piece)]
		begun := w.deadline(len(p))
		var n int
		n, err = w.ResponseWriter.Write(p)
		w.took(begun, n)
		total += n
		if b = b[len(p):]; len(b) == 0 {
			break
		}
	}
	return total, err
}

// FlushError sends what there is in its time.
func (w *paced) FlushError() error {
	begun := w.deadline(buffered)
	err := w.control.Flush()
	w.took(begun, 0)
	return err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *paced) Unwrap() http.ResponseWriter { return w.ResponseWriter }
