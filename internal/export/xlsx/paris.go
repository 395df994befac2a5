package xlsx

import (
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// parisWall is the wall clock of Paris at t, as a time in UTC: the form in which excelize writes it unchanged.
func parisWall(t time.Time) time.Time {
	p := t.In(notice.Paris)
	return time.Date(p.Year(), p.Month(), p.Day(), p.Hour(), p.Minute(), p.Second(), 0, time.UTC)
}
