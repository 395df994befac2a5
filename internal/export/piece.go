package export

import "github.com/boamp/boamp/internal/field"

// Splitter is what an Encoder may be beside: one that takes pieces of its rows, which several goroutines encode at the same time. What
// comes out does not depend on how rows are cut, but for formats that have groups of rows (Parquet): there a piece is a group.
type Splitter interface {
	Encoder
	// Want says how many rows the next piece should have, one or more.
	Want() int
	// Piece gives an empty piece, nil when the next rows should come one by one through Row. To be called after Begin.
	Piece() Piece
	// Add writes a piece after all that was written before. The piece is empty afterwards and may be used again.
	Add(p Piece) error
}

// Piece is some rows that follow one another, encoded apart from all others. It is for one goroutine at a time.
type Piece interface {
	// Row encodes a row, as Encoder.Row does. The texts of the values must stay until the piece has been added.
	Row(values [][]field.Value) error
}

const (
	firstRows  = 32        // rows of the first piece: what is there soon is sent soon
	mostRows   = 8192      // rows of a piece at most
	pieceBytes = 256 << 10 // what a piece should have in bytes
)

// texts is what the encoders of formats made of one text have in common: they append rows to what they have.
type texts struct{ want int }

// Want implements Splitter.
func (t *texts) Want() int {
	if t.want == 0 {
		return firstRows
	}
	return t.want
}

// added takes note of the size of a piece.
func (t *texts) added(rows, bytes int) {
	if rows == 0 {
		return
	}
	fit := pieceBytes * rows / max(1, bytes)
	t.want = max(1, min(2*t.Want(), fit, mostRows))
}

// textPiece is a piece of such a format.
type textPiece struct {
	append func(dst []byte, values [][]field.Value) []byte
	buf    []byte
	rows   int
}

// Row implements Piece.
func (p *textPiece) Row(values [][]field.Value) error {
	p.buf = p.append(p.buf, values)
	p.rows++
	return nil
}

func (p *textPiece) reset() { p.buf, p.rows = p.buf[:0], 0 }
