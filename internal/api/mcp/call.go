package mcp

import (
	"context"
	"io"
	"net/http"

	"github.com/boamp/boamp/internal/fault"
)

// Local asks a handler of this process.
type Local struct{ Handler http.Handler }

// Get implements Caller. A handler of net/http breaks an answer off, or gives up when the client has, by a panic which a server of HTTP
// catches; here nobody else would, and it would end the process.
func (l Local) Get(ctx context.Context, target string, limit int64) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return 0, nil, fault.Wrap(fault.Invalid, err, "%q is no path of the API", target)
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK, left: limit + 1}
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			status, body, err = 0, nil, fault.New(fault.Unavailable, "the answer broke off").WithHint("ask again")
		} else if p != nil {
			panic(p)
		}
	}()
	l.Handler.ServeHTTP(w, r)
	return w.status, w.body, nil
}

// recorder keeps the beginning of an answer.
type recorder struct {
	header http.Header
	status int
	begun  bool
	left   int64
	body   []byte
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if !w.begun {
		w.begun, w.status = true, status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.begun = true
	kept := p[:min(int64(len(p)), w.left)]
	w.body, w.left = append(w.body, kept...), w.left-int64(len(kept))
	return len(p), nil
}

// Remote asks a server.
type Remote struct {
	Base   string // of its addresses, without a slash at the end
	Client *http.Client
}

// Get implements Caller.
func (r Remote) Get(ctx context.Context, target string, limit int64) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Base+target, nil)
	if err != nil {
		return 0, nil, fault.Wrap(fault.Invalid, err, "%q is no address", r.Base+target)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := r.Client.Do(req)
	if err != nil {
		return 0, nil, fault.Wrap(fault.Unavailable, err, "the server at %s does not answer", r.Base).WithHint("is it running? `boamp serve` prints its address")
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return 0, nil, fault.Wrap(fault.Unavailable, err, "the answer of %s broke off", r.Base)
	}
	return resp.StatusCode, body, nil
}
