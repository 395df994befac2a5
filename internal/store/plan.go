package store

import "time"

// Planner is what a view may offer beside its contract: how it answered so far, for those who wonder what takes time.
type Planner interface {
	// Plan lists the steps in order. The list is not to be changed, and only valid until the view's next question.
	Plan() []Step
}

// Step is one step of answering a question.
type Step struct {
	What  string // count, rows, groups, get, ledger
	Where string // "index" or "store"; of rows "split" when they were found by the index and read from packed notices
	Why   string // why the store was asked; "" for the index
	Begun time.Time
	Time  time.Duration // until the first row, or the whole answer of what has none
}
