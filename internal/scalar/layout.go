package scalar

// Layout is a pattern of dates, read. Patterns are those of Joda: yy yyyy YYYY xx xxxx w ww e E EEEE D DDD M MM MMM MMMM d dd H HH
// m mm s ss, text in single quotes (two of them are one), and delimiters.
type Layout struct {
	Pattern string // as written
	Lang    string // of names: "fr", "en"; see Languages
	Pieces  []Piece
}

// Piece is a text to write as it is, or one field of a date.
type Piece struct {
	Text string
	Verb string // such as "yyyy"; "" for a text
}
