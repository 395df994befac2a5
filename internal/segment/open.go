package segment

import "github.com/boamp/boamp/internal/field"

// Expect is what a segment must have been made as to be opened.
type Expect struct {
	Catalogue *field.Catalogue
	Build     string // "" for any
}

// Open maps a file. A fault of kind Conflict when it is no segment, is damaged, or is not what is expected; NotFound when
// there is none.
func Open(path string, e Expect) (Segment, error) { panic("not yet") }

// Load reads a segment from memory, which must not change any more.
func Load(data []byte, e Expect) (Segment, error) { panic("not yet") }
