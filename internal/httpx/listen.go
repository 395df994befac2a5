package httpx

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// Connections bounds the connections of a server. When there are as many as may be and one more comes, the one that has been idle longest is
// closed for it; when none is idle it waits to be accepted until one ends. Safe for concurrent use.
type Connections struct {
	Most int
	Now  func() time.Time

	mu   sync.Mutex
	room *sync.Cond
	open map[net.Conn]time.Time // since when it is idle; zero: it is not
	done bool
}

// Listen gives a listener whose connections are counted. State has to be the server's hook ConnState.
func (c *Connections) Listen(l net.Listener) net.Listener {
	c.room, c.open = sync.NewCond(&c.mu), map[net.Conn]time.Time{}
	return &bounded{l, c}
}

// Open is the number of connections.
func (c *Connections) Open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// State notes what a connection does.
func (c *Connections) State(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateIdle:
		c.open[conn] = c.Now()
		c.room.Signal()
	case http.StateActive:
		if _, ok := c.open[conn]; ok {
			c.open[conn] = time.Time{}
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
		c.room.Signal()
	}
}

// bounded accepts a connection when there is room for it.
type bounded struct {
	net.Listener
	c *Connections
}

// Accept waits for a connection, then for room.
func (b *bounded) Accept() (net.Conn, error) {
	conn, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !b.c.take(conn) {
		_ = conn.Close() // nothing was written to it
		return nil, net.ErrClosed
	}
	return conn, nil
}

// Close lets who waits for room go.
func (b *bounded) Close() error {
	b.c.mu.Lock()
	b.c.done = true
	b.c.room.Broadcast()
	b.c.mu.Unlock()
	return b.Listener.Close()
}

// take waits for room; false when the listener is closed.
func (c *Connections) take(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.open) >= c.Most && !c.done {
		if idle := c.longestIdle(); idle != nil {
			delete(c.open, idle)
			_ = idle.Close() // the server notices by itself
			break
		}
		c.room.Wait()
	}
	if !c.done {
		c.open[conn] = time.Time{}
	}
	return !c.done
}

func (c *Connections) longestIdle() (found net.Conn) {
	var since time.Time
	for conn, t := range c.open {
		if !t.IsZero() && (found == nil || t.Before(since)) {
			found, since = conn, t
		}
	}
	return found
}
