// Package load drives a running boamp over HTTP and measures it: a mixed load, single questions, exports, the start, an edition
// that comes in meanwhile. Questions are drawn from the data that the server holds, so that they find something; the same
// seed and data give the same questions.
package load

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Server is a boamp that answers.
type Server struct {
	URL   string        // "http://127.0.0.1:41234"
	PID   int           // of the process, 0 for one that was not started here
	Begun time.Duration // from the start of the process to the end of the first page of notices; 0 for one that was not started here

	cmd    *exec.Cmd
	client *http.Client
}

// Options say how to start a server.
type Options struct {
	Program string   // the boamp to run
	Data    string   // its data folder
	Flags   []string // more flags of `boamp serve`
	Clients int      // connections that are kept open
}

// Use takes a server that runs already.
func Use(url string, clients int) *Server {
	return &Server{URL: strings.TrimRight(url, "/"), client: newClient(clients)}
}

// Start runs a server on a free port and waits for its first page of notices. The server must be closed.
func Start(ctx context.Context, o Options) (*Server, error) {
	args := append([]string{"serve", "--data", o.Data, "--listen", "127.0.0.1:0"}, o.Flags...)
	cmd := exec.Command(o.Program, args...) // ctx ends it by way of Close: it is to write what it has in hand
	cmd.Stderr = os.Stderr
	if quiet, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		defer quiet.Close()
		cmd.Stderr = quiet // its log of requests
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", o.Program, err)
	}
	s := &Server{cmd: cmd, PID: cmd.Process.Pid, client: newClient(o.Clients)}
	if s.URL, err = readURL(out); err == nil {
		_, err = s.Get(ctx, "/api/v1/notices?limit=20")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("boamp %s: %w", strings.Join(args, " "), err), s.Close())
	}
	s.Begun = time.Since(start)
	return s, nil
}

// readURL finds the address in what a server prints when it listens, and lets the rest go.
func readURL(out io.Reader) (string, error) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if _, url, ok := strings.Cut(strings.TrimSpace(line), " on http://"); ok {
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			return "http://" + url, nil
		}
		if err != nil {
			return "", errors.New("the server ended before it listened; start it by hand to see why")
		}
	}
}

// newClient takes answers as they are: packing them would measure the packing.
func newClient(clients int) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableCompression: true, MaxIdleConns: 2 * clients, MaxIdleConnsPerHost: 2 * clients, ReadBufferSize: 64 << 10,
	}}
}

// Close ends a server that was started here.
func (s *Server) Close() error {
	s.client.CloseIdleConnections()
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil // it was told to
	}
	return err
}

// Get asks for a path and gives the body.
func (s *Server) Get(ctx context.Context, path string) ([]byte, error) {
	res, err := s.do(ctx, path)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.300s", path, res.Status, body)
	}
	return body, err
}

// Version is what the server says of itself.
func (s *Server) Version(ctx context.Context) (string, error) {
	body, err := s.Get(ctx, "/version")
	var v struct{ Version, Commit string }
	if err == nil {
		err = json.Unmarshal(body, &v)
	}
	return strings.TrimSpace("boamp " + v.Version + " " + v.Commit), err
}

// Drain asks for a path, reads the whole answer, and gives its size and when its first byte came.
func (s *Server) Drain(ctx context.Context, path string) (size int64, first time.Duration, err error) {
	start := time.Now()
	res, err := s.do(ctx, path)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	first = time.Since(start)
	size, err = io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return size, first, err
}

func (s *Server) do(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return nil, err
	}
	return s.client.Do(r)
}

// Indexed waits until the search index of the server answers: it is made behind the scenes when the folder has none that fits.
func (s *Server) Indexed(ctx context.Context) error {
	for {
		res, err := s.do(ctx, "/api/v1/notices?limit=1&departement=75")
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		timing := strings.Join(res.Header.Values("Server-Timing"), ",")
		if err := res.Body.Close(); err != nil {
			return err
		}
		if strings.Contains(timing, "index;") && !strings.Contains(timing, "store;") {
			return nil
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
