package mcp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/httpx"
)

// connected is a client of a server that asks a handler of the same process.
func connected(t *testing.T, h http.Handler) *sdk.ClientSession {
	t.Helper()
	there, here := sdk.NewInMemoryTransports()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() {
		done <- mcp.Serve(ctx, mcp.New(mcp.Local{Handler: h}, "test", slog.New(slog.DiscardHandler)), there)
	}()
	s, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(ctx, here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Close()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return s
}

// TestCancelledCall gives a call up while the API works on it, and has the API break an answer off: both leave the server as it was,
// though a handler of net/http says so by a panic that net/http catches.
func TestCancelledCall(t *testing.T) {
	begun := make(chan struct{})
	s := connected(t, httpx.Handle(func(w http.ResponseWriter, r *http.Request) error {
		switch {
		case strings.HasSuffix(r.URL.Path, "/slow"):
			close(begun)
			<-r.Context().Done()
			return r.Context().Err()
		case strings.HasSuffix(r.URL.Path, "/broken"):
			if _, err := io.WriteString(w, `{"a":`); err != nil {
				return err
			}
			return io.ErrUnexpectedEOF
		}
		_, err := io.WriteString(w, `{"meta":{"source":"s","licence":"l","last_update":null,"revision":1},"a":1}`)
		return err
	}, slog.New(slog.DiscardHandler), httpx.WriteProblem))

	read := func(ctx context.Context, id string) (*sdk.CallToolResult, error) {
		return s.CallTool(ctx, &sdk.CallToolParams{Name: "get_notice", Arguments: map[string]any{"id": id}})
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := read(ctx, "slow"); err == nil {
		t.Error("a call that was given up has an answer")
	}
	if r, err := read(t.Context(), "broken"); err != nil || !r.IsError || !strings.Contains(r.Content[0].(*sdk.TextContent).Text, "broke off") {
		t.Errorf("an answer that broke off: %+v, %v", r, err)
	}
	if r, err := read(t.Context(), "24-1"); err != nil || r.IsError {
		t.Errorf("the call after them: %+v, %v", r, err)
	}
}
