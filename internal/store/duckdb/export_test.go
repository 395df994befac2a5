package duckdb

import (
	"bytes"

	"github.com/boamp/boamp/internal/notice"
)

// Dictionary is the one that bodies are compressed with.
func Dictionary() []byte { return dictionary }

// Plain gives the body of a notice before its compression.
func Plain(n *notice.Notice) ([]byte, error) {
	c := codec{options: options()}
	var buf bytes.Buffer
	err := c.writePlain(&buf, n)
	return buf.Bytes(), err
}

// RoundTrip packs a notice and unpacks it.
func RoundTrip(n *notice.Notice) (*notice.Notice, error) {
	c, err := newCodec("test")
	if err != nil {
		return nil, err
	}
	data, err := c.encode(n)
	if err != nil {
		return nil, err
	}
	return c.decode(n.ID, data)
}

// Unpacker gives a function that reads what a body is to hold after decompression.
func Unpacker() (func(plain []byte) (*notice.Notice, error), error) {
	c, err := newCodec("test")
	return func(plain []byte) (*notice.Notice, error) { return c.decode("", c.enc.EncodeAll(plain, nil)) }, err
}

// InSteps makes a store get all rows in steps, of so many places, and packed ones from the end of the table first.
func InSteps(s *Store, places int) {
	s.sortable, s.placing, s.packed, s.windows.first = -1, places, 0, 1<<40
}

// InWindows makes a store get rows in order of a day in small windows, and the first rows of other orders by themselves.
func InWindows(s *Store, first, most int64) { s.windows = sizes{first, most, 1 << 40, 0, 5} }
