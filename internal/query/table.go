package query

import "github.com/boamp/boamp/internal/field"

// Table is a whole request for a table: which records or groups, in what order, shown as which columns. Package search
// answers it from a store.View.
type Table struct {
	Where   Expr
	Groups  *Groups        // nil: a row for each record. Its Where, Limit and Offset are not read: those of the table count
	Columns []*field.Field // what a row shows, in order; named and labelled as in the answer. Of groups, Get reads a Group
	// Sort orders records (nil: the default order) or, of groups, rows by what is computed from their columns (Get reads a Group);
	// groups that Groups.Sort can order leave it nil.
	Sort   []Key
	Limit  int // rows wanted; negative means all
	Offset int
	// Repeat says that aggregates without keys stand for each matching record: the one row is given as often as records match,
	// within Limit and Offset.
	Repeat bool
}
