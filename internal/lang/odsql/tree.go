package odsql

// Expr is a value or a predicate as it was written. It is one of the types below. String gives its canonical text, which
// reads as the same tree.
type Expr interface {
	String() string
	at() int // where it begins, in characters
	level() int
}

// span is where a node begins in its text, in characters.
type span int

func (s span) at() int { return int(s) }

// Values.
type (
	// Name is a field, an alias, or metadata of a catalogue with a dot in its name.
	Name struct {
		span
		Name string
	}
	// Number is a number as typed, with its sign.
	Number struct {
		span
		Text string
	}
	// Text is a string.
	Text struct {
		span
		Value string
	}
	// Moment is date'...'.
	Moment struct {
		span
		Text string
	}
	// Flag is true or false.
	Flag struct {
		span
		Value bool
	}
	// Nothing is null.
	Nothing struct{ span }
	// Geom is geom'...'.
	Geom struct {
		span
		Text string
	}
	// Quantity is a number with a unit: a distance or a step of time.
	Quantity struct {
		span
		Number, Unit string
	}
	// Star is * as an argument.
	Star struct{ span }
	// Brackets are the bounds of a range() between brackets. A ] in front and a [ behind leave the first and the last range
	// open.
	Brackets struct {
		span
		Bounds             []Expr
		OpenStart, OpenEnd bool
	}
	// Call is a function with its arguments.
	Call struct {
		span
		Function *Function
		Distinct bool
		Args     []Expr
		Named    []Argument
	}
	// Minus is a value with the other sign.
	Minus struct {
		span
		X Expr
	}
	// Arithmetic is +, -, * or /.
	Arithmetic struct {
		span
		Op   byte
		L, R Expr
	}
)

// Argument is a named argument: now(days=-1).
type Argument struct {
	Name  string
	Value string // a whole number
	Pos   int
}

// Predicates. A Text, a Name, a Flag and some Calls are predicates, too.
type (
	// And holds when all hold.
	And struct {
		span
		List []Expr
	}
	// Or holds when one holds.
	Or struct {
		span
		List []Expr
	}
	// Not inverts.
	Not struct {
		span
		X Expr
	}
	// Comparison is = (also written :), !=, <, <=, > or >=.
	Comparison struct {
		span
		Op   string
		L, R Expr
	}
	// Is is IS [NOT] NULL, TRUE or FALSE.
	Is struct {
		span
		X    Expr
		Not  bool
		What string // null, true, false
	}
	// Like is LIKE.
	Like struct {
		span
		X       Expr
		Pattern string
	}
	// OneOf is IN with a list.
	OneOf struct {
		span
		X    Expr
		List []Expr
	}
	// Between is IN (or :) with a range.
	Between struct {
		span
		X, Low, High              Expr
		ExcludesLow, ExcludesHigh bool
	}
	// Member is a literal IN a field of several values.
	Member struct {
		span
		X     Expr
		Field *Name
	}
)

// Levels of precedence, from the loosest.
const (
	lOr = iota + 1
	lAnd
	lNot
	lComparison
	lSum
	lProduct
	lSign
	lAtom
)

func (*Name) level() int     { return lAtom }
func (*Text) level() int     { return lAtom }
func (*Moment) level() int   { return lAtom }
func (*Flag) level() int     { return lAtom }
func (*Nothing) level() int  { return lAtom }
func (*Geom) level() int     { return lAtom }
func (*Quantity) level() int { return lAtom }
func (*Star) level() int     { return lAtom }
func (*Brackets) level() int { return lAtom }
func (*Call) level() int     { return lAtom }
func (n *Number) level() int {
	if n.Text[0] == '-' {
		return lSign
	}
	return lAtom
}
func (*Minus) level() int { return lSign }
func (a *Arithmetic) level() int {
	if a.Op == '*' || a.Op == '/' {
		return lProduct
	}
	return lSum
}
func (*And) level() int        { return lAnd }
func (*Or) level() int         { return lOr }
func (*Not) level() int        { return lNot }
func (*Comparison) level() int { return lComparison }
func (*Is) level() int         { return lComparison }
func (*Like) level() int       { return lComparison }
func (*OneOf) level() int      { return lComparison }
func (*Between) level() int    { return lComparison }
func (*Member) level() int     { return lComparison }

// Item is one item of a select or a group_by.
type Item struct {
	Expr   Expr   // nil for All, Include and Exclude
	Alias  string // "" for none
	Source string // the expression as typed
	All    bool   // *
	// Include and Exclude are names, with * at the end for every ending.
	Include, Exclude []Pattern
	Pos              int
}

// Pattern is a name in include() or exclude().
type Pattern struct {
	Name string
	Open bool // any ending
	Pos  int
}

// Key is the name of the item in answers: its alias, else the name of the field, else the expression as typed.
func (i Item) Key() string {
	if i.Alias != "" {
		return i.Alias
	}
	if n, ok := i.Expr.(*Name); ok {
		return n.Name
	}
	return i.Source
}

// Items are a select or a group_by.
type Items []Item

// Order is one item of an order_by.
type Order struct {
	Expr Expr
	Desc bool
}

// Orders are an order_by.
type Orders []Order
