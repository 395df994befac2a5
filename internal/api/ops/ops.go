// Package ops answers the questions of operators and load balancers: is the process alive, is it ready, what is it.
package ops

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/store"
)

// Build describes the program.
type Build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	Reader  int    `json:"reader"` // version of the readers
	Format  int    `json:"format"` // of the data folder
}

// Ops serves /healthz, /readyz and /version.
type Ops struct {
	Build Build
	// Info asks the store; its error makes the process not ready.
	Info func(ctx context.Context) (store.Info, error)
}

// Register adds the paths to a mux.
func (o Ops) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", o.ready)
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, o.Build) })
}

func (o Ops) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	info, err := o.Info(ctx)
	if err != nil {
		write(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready", "reason": "the store does not answer"})
		return
	}
	body := map[string]any{"status": "ready", "revision": info.Revision, "notices": info.Notices}
	if !info.LastUpdate.IsZero() {
		body["last_update"] = info.LastUpdate.UTC().Format(time.RFC3339)
	}
	write(w, http.StatusOK, body)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone when this fails
}
