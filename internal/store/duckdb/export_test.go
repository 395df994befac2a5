package duckdb

import (
	"github.com/go-json-experiment/json"

	"github.com/boamp/boamp/internal/notice"
)

// Dictionary is the one that bodies are compressed with.
func Dictionary() []byte { return dictionary }

// Plain gives the body of a notice before its compression.
func Plain(n *notice.Notice) ([]byte, error) { return json.Marshal(body{n, &n.Record}, options()) }
