package notice

import (
	"regexp"
	"strings"
)

// Journals that publish notices.
const (
	JournalBOAMP = "boamp" // the printed editions of the BOAMP, which ended in 2015, and their parutions
	JournalJOUE  = "joue"  // the Official Journal, series S, of which TED is the edition on the web
)

// NewBOAMP is the number of a notice in a printed parution of the BOAMP. edition is its letter ("A", "B", "C", "MAPA"), issue the
// number of the parution: that within its year ("47", "57 A" without an edition) or already with its year ("20060126"). day
// is that of the parution and gives the year where the issue lacks it.
//
// The edition of the result is "<edition>/<year><issue of 4 digits>" ("A/20060126"), as the BOAMP itself refers to its
// notices; without a year, or with an issue that is no number, what there is of it.
func NewBOAMP(edition, issue, number string, day Date) Publication {
	edition, issue = strings.TrimSpace(edition), strings.TrimSpace(issue)
	if m := lettered.FindStringSubmatch(issue); m != nil && (edition == "" || edition == m[2]) {
		issue, edition = m[1], m[2]
	}
	if digits(issue) && len(issue) <= 4 && !day.IsZero() {
		issue = day.String()[:4] + strings.Repeat("0", 4-len(issue)) + issue
	}
	return Publication{Journal: JournalBOAMP, Number: strings.TrimSpace(number), Edition: strings.Trim(edition+"/"+issue, "/"), Date: day}
}

// lettered is the number of a parution with the letter of its edition behind it.
var lettered = regexp.MustCompile(`^(\d{1,4})\s*([A-Z])$`)

// ParseBOAMP reads the reference to a notice of a printed parution, "A/20060126/47".
func ParseBOAMP(reference string) (p Publication, ok bool) {
	parts := strings.Split(strings.TrimSpace(reference), "/")
	if len(parts) != 3 || !digits(parts[1]) || !digits(parts[2]) {
		return p, false
	}
	return NewBOAMP(parts[0], parts[1], parts[2], Date{}), true
}

// NewJOUE is the number of a notice in the Official Journal, series S: number and year, with the issue of that year where it is
// known. Leading zeros of the number go, the issue has three digits: "71438-2015" in "042/2015". That is how TED is asked for
// notices of all years, before eForms and since. Without a number the result has none.
func NewJOUE(number, year, issue string, day Date) Publication {
	p := Publication{Journal: JournalJOUE, Number: strings.TrimLeft(strings.TrimSpace(number), "0"), Date: day}
	if year = strings.TrimSpace(year); p.Number != "" && year != "" {
		p.Number += "-" + year
	}
	if issue = strings.TrimLeft(strings.TrimSpace(issue), "0"); issue != "" {
		p.Edition = strings.Repeat("0", max(0, 3-len(issue))) + issue
		if year != "" {
			p.Edition += "/" + year
		}
	}
	return p
}

var (
	tedNumber  = regexp.MustCompile(`^(\d{1,8})-((?:19|20)\d\d)$`)
	ojsNumber  = regexp.MustCompile(`^((?:19|20)\d\d)\s*/\s*S\s*(\d{1,3})\s*-\s*(\d{1,8})$`)
	ojsEdition = regexp.MustCompile(`^(?:OJ S )?(\d{1,3})/((?:19|20)\d\d)$`)
)

// ParseJOUE reads the number of a notice in the Official Journal as it is written since eForms ("00127505-2024", OPP-010)
// and as it was before ("2015/S 042-071438").
func ParseJOUE(number string) (p Publication, ok bool) {
	number = strings.TrimSpace(number)
	if m := tedNumber.FindStringSubmatch(number); m != nil {
		p = NewJOUE(m[1], m[2], "", Date{})
		return p, p.Number != ""
	}
	if m := ojsNumber.FindStringSubmatch(number); m != nil {
		p = NewJOUE(m[3], m[1], m[2], Date{})
		return p, p.Number != ""
	}
	return p, false
}

// JOUEEdition is an issue of the Official Journal ("44/2024", OPP-011) in the form that NewJOUE gives; any other text is returned
// as it is.
func JOUEEdition(written string) string {
	if m := ojsEdition.FindStringSubmatch(strings.TrimSpace(written)); m != nil {
		return NewJOUE("", m[2], m[1], Date{}).Edition
	}
	return written
}

// SameNotice reports whether two publications are of the same notice: a number of the Official Journal is one of its year,
// that of the BOAMP one of its parution, which the day tells where the year is not known.
func (p Publication) SameNotice(o Publication) bool {
	if p.Journal != o.Journal || p.Number != o.Number {
		return false
	}
	return p.Journal == JournalJOUE || p.Edition == o.Edition && (p.Date == o.Date || p.Date.IsZero() || o.Date.IsZero())
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Key names the notice among all that journals published, "joue/127505-2024" or "boamp/A/20060126/47"; "" when year, parution or
// number are missing, so that more than one notice may be meant.
func (p Publication) Key() string {
	switch {
	case p.Journal == JournalJOUE && tedNumber.MatchString(p.Number):
		return p.Journal + "/" + p.Number
	case p.Journal == JournalBOAMP && p.Number != "" && parution.MatchString(p.Edition):
		return p.Journal + "/" + p.Edition + "/" + p.Number
	}
	return ""
}

// parution is a parution with its edition and year.
var parution = regexp.MustCompile(`^[A-Z]+/\d{5,}$`)
