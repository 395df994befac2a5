package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A data folder belongs to one process at a time, because the database does. While `boamp serve` has it, other commands do
// their work inside of the server: they send their command line over a socket that only the owner of the folder can open,
// and print what comes back. So importing and asking go on beside a server, and readers never see half an import.

// controlFile stands in the data folder of a server and holds the address of its socket.
const controlFile = "CONTROL"

// call is what a command sends to the server: its command line and where it was typed.
type call struct {
	Args     []string `json:"args"`
	Dir      string   `json:"dir"`
	Terminal bool     `json:"terminal"`
}

// Frames of the answer: a byte that says what it is, a length of four bytes, and so many bytes.
const (
	frameOut  = 'o' // for the standard output
	frameErr  = 'e' // for the standard error
	frameExit = 'x' // one byte, the exit code; the last frame
)

// maxCall bounds a command line.
const maxCall = 1 << 20

// session is the command that is being executed, for those who have to hand it on.
type session struct {
	call
	host *folder   // the folder of the server that executes it for another process; nil elsewhere
	err  io.Writer // for those who have to wait
}

// takeTurn waits until nobody else changes the server's folder; the caller calls done at its end. An importer has to be
// the only one of its folder.
func (s session) takeTurn(ctx context.Context) (done func(), err error) {
	h, err := s.hold(ctx)
	return h.end, err
}

// hold is takeTurn for work that can give way to others.
func (s session) hold(ctx context.Context) (*hold, error) {
	if s.host == nil {
		return nil, nil
	}
	who := "boamp " + s.Args[0]
	done, err := s.host.turn.take(ctx, who, func(who string, since time.Time) {
		fmt.Fprintf(s.err, "waiting: %s changes the data folder since %s\n", who, since.Format(time.TimeOnly))
	})
	if err != nil {
		return nil, err
	}
	return &hold{s.host.turn, who, done}, nil
}

type sessionKey struct{}

func withSession(ctx context.Context, s session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

func sessionOf(ctx context.Context) session {
	s, _ := ctx.Value(sessionKey{}).(session)
	return s
}

// paths makes file names absolute when the command was typed in another process, whose folder it was.
func (s session) paths(names []string) []string {
	if s.host == nil {
		return names
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n
		if !filepath.IsAbs(n) {
			out[i] = filepath.Join(s.Dir, n)
		}
	}
	return out
}

// exitCode ends a command whose messages the server has given already.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// control executes command lines of other processes.
type control struct {
	ln     net.Listener
	folder *folder
	log    *slog.Logger
	dir    string // of the socket
	file   string
	wait   sync.WaitGroup
}

// newControl opens the socket of a server. It lies in a folder of its own, because the name of a socket has to be short.
func newControl(f *folder, log *slog.Logger) (*control, error) {
	dir, err := os.MkdirTemp("", "boamp-")
	if err != nil {
		return nil, err
	}
	c := &control{folder: f, log: log, dir: dir, file: filepath.Join(f.Path(), controlFile)}
	address := filepath.Join(dir, "control")
	if c.ln, err = net.Listen("unix", address); err == nil {
		err = os.WriteFile(c.file, []byte(address+"\n"), 0o600)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// serve executes calls until ctx ends.
func (c *control) serve(ctx context.Context) {
	for {
		conn, err := c.ln.Accept()
		if err != nil {
			return
		}
		c.wait.Go(func() { c.answer(ctx, conn) })
	}
}

// close ends all calls and takes the socket away.
func (c *control) close() {
	if c.ln != nil {
		_ = c.ln.Close()
	}
	c.wait.Wait()
	_ = os.Remove(c.file)
	_ = os.RemoveAll(c.dir)
}

// answer executes one call. It ends early when the other process goes away.
func (c *control) answer(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in := bufio.NewReader(io.LimitReader(conn, maxCall))
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, err := in.ReadBytes('\n')
	if err != nil {
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	var asked call
	if err := json.Unmarshal(line, &asked); err != nil {
		return
	}
	go func() { // nothing more is sent: the next byte is the end
		_, _ = in.ReadByte()
		cancel()
	}()
	out := &frames{w: conn}
	std := stdio{in: nil, out: out.kind(frameOut), err: out.kind(frameErr), terminal: asked.Terminal}
	code := run(withSession(ctx, session{asked, c.folder, std.err}), std, asked.Args)
	_, _ = out.kind(frameExit).Write([]byte{byte(code)})
}

// frames writes frames of several kinds to one connection.
type frames struct {
	mu sync.Mutex
	w  io.Writer
}

type frameWriter struct {
	*frames
	name byte
}

func (f *frames) kind(name byte) io.Writer { return frameWriter{f, name} }

func (f frameWriter) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	head := binary.BigEndian.AppendUint32([]byte{f.name}, uint32(len(b)))
	if _, err := f.w.Write(append(head, b...)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// forward hands the command to the server that has the data folder. ok is false when no server has it.
func forward(ctx context.Context, std stdio, path string) (err error, ok bool) {
	address, err := os.ReadFile(filepath.Join(path, controlFile))
	if err != nil {
		return nil, false
	}
	conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", string(address[:max(0, len(address)-1)]))
	if err != nil {
		return nil, false // left behind by a server that was killed
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(sessionOf(ctx).call); err != nil {
		return err, true
	}
	in := bufio.NewReader(conn)
	for {
		var head [5]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			if ctx.Err() != nil {
				return ctx.Err(), true
			}
			return errors.New("the server ended before the command did; the ledger says what was applied"), true
		}
		n := int64(binary.BigEndian.Uint32(head[1:]))
		switch head[0] {
		case frameOut:
			_, err = io.CopyN(std.out, in, n)
		case frameErr:
			_, err = io.CopyN(std.err, in, n)
		default:
			code, err := in.ReadByte()
			if err == nil && code != 0 {
				err = exitCode(code)
			}
			return err, true
		}
		if err != nil {
			return err, true
		}
	}
}
