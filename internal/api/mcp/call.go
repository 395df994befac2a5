package mcp

import (
	"context"
	"io"
	"net/http"

	"github.com/boamp/boamp/internal/fault"
)

// Local asks a handler of this process.
type Local struct{ Handler http.Handler }

// Get implements Caller.
func (l Local) Get(ctx context.Context, target string, limit int64) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return 0, nil, fault.Wrap(fault.Invalid, err, "%q is no path of the API", target)
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK, left: limit + 1}
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
