package eforms

import (
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// period is one of the elements that hold a deadline.
type period struct {
	element, purpose string
}

var (
	tenders       = period{"cac:TenderSubmissionDeadlinePeriod", notice.DeadlineTenders}            // BT-131
	participation = period{"cac:ParticipationRequestReceptionPeriod", notice.DeadlineParticipation} // BT-1311
	interest      = period{"efac:InterestExpressionReceptionPeriod", notice.DeadlineInterest}       // BT-630
	answers       = period{"efac:AnswerReceptionPeriod", notice.DeadlineInterest}                   // market consultations, E1
)

// periods lists the deadlines in the order in which they count for the notice: that of what a firm has to send first.
// Documents often put a request to participate where tenders belong, so all are looked at.
func (r *reader) periods() []period {
	switch {
	case strings.HasPrefix(r.n.NoticeType, "pin-"):
		return []period{interest, participation, tenders, answers}
	case r.n.NoticeType == "pmc":
		return []period{answers, interest, participation, tenders}
	}
	switch r.n.Procedure.Written {
	case "restricted", "neg-w-call", "comp-dial", "innovation", "oth-mult", "comp-tend":
		return []period{participation, tenders, interest, answers}
	}
	return []period{tenders, participation, interest, answers}
}

// deadline finds the deadline of a lot: the first that can be true, else the first that is written at all.
func (r *reader) deadline(process tree.Node) *notice.Deadline {
	var fallback *notice.Deadline
	ext := extension(process)
	for _, p := range r.periods() {
		e := process.Child(p.element)
		if !e.Exists() {
			e = ext.Child(p.element)
		}
		d := r.parseDeadline(e, p.purpose)
		if d != nil && !d.Instant.IsZero() {
			return d
		}
		if fallback == nil {
			fallback = d
		}
	}
	return fallback
}

// parseDeadline reads a date and a time that stand apart, each with a zone of its own; that of the time wins.
func (r *reader) parseDeadline(e tree.Node, purpose string) *notice.Deadline {
	const field = "lots.deadline"
	end := e.Child("cbc:EndDate")
	date, clock := end.Text(), e.Child("cbc:EndTime").Text()
	if date == "" || r.masked(field, date, end) {
		return nil
	}
	if strings.EqualFold(clock, "unpublished") {
		clock = ""
	}
	day, _, _ := strings.Cut(date, "T")
	d, flag, ok := notice.ParseDeadlineParts(day, clock)
	zone, clockZone := zoneOf(date), zoneOf(clock)
	if flag == notice.FlagDoubtfulZone && r.otherClock {
		flag = "" // where Z is the local time, it is true
	}
	if ok && flag == "" && (zone == "" && clockZone == "" || zone != "" && clockZone != "" && zone != clockZone) {
		flag = notice.FlagDoubtfulZone
	}
	if flag != "" {
		r.n.Flag(field, flag, d.Written, e.Path())
	}
	if !ok {
		return nil
	}
	if r.otherClock {
		convert(&d)
	}
	d.For = purpose
	r.declare(field, end)
	return &d
}

// zoneOf is the zone at the end of a date or time.
func zoneOf(s string) string {
	if strings.HasSuffix(s, "Z") {
		return "Z"
	}
	if k := len(s) - 6; k >= 0 && (s[k] == '+' || s[k] == '-') && s[k+3] == ':' {
		return s[k:]
	}
	return ""
}

// parisClock lists the countries whose clocks show the time of Paris all year. What holds for French platforms holds there:
// +01:00 is printed in summer and +02:00 in winter, and the wall clock is meant. "" is an address without country.
var parisClock = strings.Fields("FRA FR MCO AND AUT BEL CHE CZE DEU DNK ESP HRV HUN ITA LIE LUX MLT NLD NOR POL SMR SVK SVN SWE VAT " +
	"ALB BIH MKD MNE SRB XKX 1A0")

// hasOtherClock reports whether a buyer lives by another clock than Paris, so that only the offset can tell the instant. French
// territories overseas are no such case: what they print is that of the mainland more often than not.
func hasOtherClock(p notice.Place) bool {
	return !isFrench(p) && !slices.Contains(parisClock, p.Country)
}

// convert makes the instant that of the printed offset.
func convert(d *notice.Deadline) {
	if d.Offset == "" || d.Instant.IsZero() {
		return
	}
	layout, wall := "2006-01-02T15:04:05Z07:00", d.Wall
	if d.DateOnly {
		wall += "T23:59:59"
	}
	if t, err := time.Parse(layout, wall+d.Offset); err == nil {
		d.Instant = t.UTC()
	}
}

// noticeDeadline fills the deadline of the notice, the earliest of its lots. One that the header gave stands unless it cannot
// be true; a body that says another is noted.
func (r *reader) noticeDeadline() {
	n := r.n
	if n.Stage != notice.StageCall && n.Stage != notice.StagePlanning {
		return
	}
	var earliest *notice.Deadline
	for i := range n.Lots {
		if d := n.Lots[i].Deadline; d != nil && !d.Instant.IsZero() && (earliest == nil || d.Instant.Before(earliest.Instant)) {
			earliest = d
		}
	}
	path := r.root.Path() + "/cac:ProcurementProjectLot/cac:TenderingProcess"
	switch {
	case earliest == nil:
	case n.Deadline == nil || n.Deadline.Instant.IsZero():
		d := *earliest
		n.Deadline = &d
		delete(n.Origins, "deadline")
		n.Derive("deadline", path, "earliest deadline of the lots")
	case n.Deadline.Wall != earliest.Wall && !n.Deadline.DateOnly && !earliest.DateOnly:
		n.Flag("deadline", notice.FlagContradiction, earliest.Written, path)
	}
	if n.Deadline != nil && earliest != nil && n.Deadline.For == "" {
		n.Deadline.For = earliest.For
	}
}
