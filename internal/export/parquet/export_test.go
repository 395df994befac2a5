package parquet

import (
	"io"

	"github.com/boamp/boamp/internal/export"
)

// NewSmall makes an encoder of small row groups, so that a test can fill several.
func NewSmall(w io.Writer, o export.Options, rows, bytes int) export.Encoder {
	return &encoder{w: w, o: o, groupRows: rows, groupBytes: bytes}
}
