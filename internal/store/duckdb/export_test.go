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
