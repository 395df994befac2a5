package follow

import "time"

// Rhythm is when a source publishes, every day of the week. Whether something is late is told by package completeness, from the ledger.
type Rhythm struct {
	Zone  *time.Location
	Slots []Clock       // in order, at least one
	Lag   time.Duration // from a slot until all of it is there
}

// Clock is what a clock shows.
type Clock struct{ Hour, Minute int }

// DILA is the rhythm of DILA's tree, as seen on 11 September 2026: half of the day's files at 04:46, the others every half hour from 07:45
// to 19:45, at weekends, too.
func DILA(paris *time.Location) *Rhythm {
	r := &Rhythm{Zone: paris, Slots: []Clock{{4, 46}}, Lag: 2 * time.Minute}
	for m := 7*60 + 45; m <= 19*60+45; m += 30 {
		r.Slots = append(r.Slots, Clock{m / 60, m % 60})
	}
	return r
}

// on is the instant at which the clock of the zone shows c on the day of t, days later. In the hour that a change of clocks leaves out it
// is an hour later.
func (r *Rhythm) on(t time.Time, days int, c Clock) time.Time {
	y, m, d := t.In(r.Zone).Date()
	return time.Date(y, m, d+days, c.Hour, c.Minute, 0, 0, r.Zone)
}

// Next is the first slot after t.
func (r *Rhythm) Next(t time.Time) time.Time {
	for days := 0; ; days++ {
		for _, c := range r.Slots {
			if at := r.on(t, days, c); at.After(t) {
				return at
			}
		}
	}
}
