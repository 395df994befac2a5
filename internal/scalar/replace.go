package scalar

import "github.com/boamp/boamp/internal/field"

// Replace gives an expression that reads other fields: with gives the one to read in place of each field that Fields lists.
func Replace(e Expr, with func(f *field.Field) *field.Field) Expr {
	in := func(x Expr) Expr { return Replace(x, with) }
	switch e := e.(type) {
	case Ref:
		if inner, ok := e.Field.From.(Expr); ok {
			return in(inner)
		}
		return Ref{with(e.Field)}
	case Neg:
		return Neg{in(e.X)}
	case Arith:
		return Arith{e.Op, in(e.L), in(e.R)}
	case Compare:
		return Compare{e.Op, in(e.L), in(e.R)}
	case Length:
		return Length{in(e.X)}
	case Lower:
		return Lower{in(e.X)}
	case Part:
		e.X = in(e.X)
		return e
	case Format:
		e.X = in(e.X)
		return e
	case IfNull:
		return IfNull{in(e.X), in(e.Else)}
	case JSONOf:
		e.X = in(e.X)
		return e
	case Shuffle:
		e.ID = with(e.ID)
		return e
	case Step:
		e.X = in(e.X)
		return e
	case TimeStep:
		e.X = in(e.X)
		return e
	case Bounds:
		e.X = in(e.X)
		return e
	case First:
		return First{in(e.X)}
	case Segments:
		e.X = in(e.X)
		return e
	}
	return e
}

// Each reports whether an expression over a multi-valued field is computed from each of its values by itself: what comes of a
// record's values is then what comes of each of them.
func Each(e Expr) bool {
	each := true
	walk(e, func(e Expr) {
		switch e := e.(type) {
		case First:
			each = each && !Multi(e.X)
		case IfNull: // of a record without values, or without results
			each = each && !Multi(e)
		}
	})
	return each
}
