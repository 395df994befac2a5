package xlsx

import (
	"io"

	"github.com/boamp/boamp/internal/export"
)

// NewSmall makes an encoder whose sheets hold few rows, so that a test can fill several.
func NewSmall(w io.Writer, o export.Options, rows int) export.Encoder { return newEncoder(w, o, rows) }
