package v110

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	letters "github.com/boamp/boamp/internal/text"
	"github.com/boamp/boamp/internal/tree"
)

// day is the form of a date in running text: "7 mars 2008", "1er août 2008", "08 FÉVRIER   2008", "3 juil. 2008",
// "07/03/2008", "7.3.2008" or "2008-03-07".
var day = regexp.MustCompile(`\b(\d{1,2})(?:[\s\p{Zs}]?(?:er|ER|Er))?[\s\p{Zs}]+([\pL\p{Mn}]{3,12})\.?[\s\p{Zs}]+(\d{4})\b` +
	`|\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b|\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)

// dated is one date found in a text, and where it ends there.
type dated struct {
	date notice.Date
	end  int
}

// dates finds every date in a French text, in order. Case, accents and the amount of white space do not matter; months may
// be cut after three letters or more as long as they stay clear ("jui" is not); a year of two digits belongs to this
// century. Days that no calendar has are not found.
func dates(s string) []dated {
	var found []dated
	for _, m := range day.FindAllStringSubmatchIndex(s, -1) {
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		y, mo, d := part(3), month(part(2)), part(1)
		switch {
		case m[2*4] >= 0:
			y, mo, d = part(6), part(5), part(4)
		case m[2*7] >= 0:
			y, mo, d = part(7), part(8), part(9)
		}
		if len(y) == 2 {
			y = "20" + y
		}
		if date, ok := notice.ParseDate(y + "-" + mo + "-" + d); ok {
			found = append(found, dated{date, m[1]})
		}
	}
	return found
}

// date reads a text that holds exactly one date, whatever stands around it ("Date d'envoi du présent avis : 14 mars 2012.").
func date(s string) (d notice.Date, ok bool) {
	found := dates(s)
	if len(found) != 1 {
		return d, false
	}
	return found[0].date, true
}

// setDate fills *to, the value of field, from the French text of an element. A text that is no date, or more than one,
// or a date that cannot be true, is flagged.
func setDate(n *notice.Notice, to *notice.Date, field string, e tree.Node) {
	written := tidy(e.Text())
	if written == "" || !to.IsZero() {
		return
	}
	if d, ok := date(written); ok {
		n.SetDate(to, field, d.String(), e.Path())
		return
	}
	n.Flag(field, notice.FlagImpossibleDate, written, e.Path())
}

// compactDate reads the dates of the management header (K9): "290208" or "28022008", day first.
func compactDate(s string) (d notice.Date, ok bool) {
	if len(s) == 6 {
		s = s[:4] + "20" + s[4:]
	}
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return d, false
	}
	if d, ok = notice.ParseDate(s[4:] + "-" + s[2:4] + "-" + s[:2]); !ok {
		return notice.Date{}, false
	}
	return d, true
}

// month is the number of a month by its name or a clear beginning of it, "" for none.
func month(name string) string {
	if m := letters.Month(name); m != 0 {
		return strconv.Itoa(int(m))
	}
	return ""
}

// hour is the form of a time of day: "16 heures", "16 h 30", "16h30", "16 heures 30", "16:30", "midi".
var hour = regexp.MustCompile(`\b(\d{1,2})\s*h(?:eures?|rs?)?(?:\s*(\d{2})\b|\b)|\b(\d{1,2}):(\d{2})\b|\b(midi)\b`)

// leadIn is what may stand between a date and its time.
var leadIn = regexp.MustCompile(`^[\s,;.:(-]*(?:(?:au plus tard|jusqu'a|jusqu'|avant|pour|a|dernier delai|heure limite|,|:|-)\s*)*`)

// clock reads the one time of day in a French text as "15:04"; ok is false when there is none, or more than one.
func clock(s string) (hhmm string, ok bool) {
	found := hour.FindAllStringSubmatch(fold(s), -1)
	if len(found) != 1 {
		return "", false
	}
	m := found[0]
	h, min := m[1]+m[3], m[2]+m[4]
	if m[5] != "" {
		h = "12"
	}
	if min == "" {
		min = "00"
	}
	hv, _ := strconv.Atoi(h)
	mv, _ := strconv.Atoi(min)
	if hv > 23 || mv > 59 {
		return "", false
	}
	return fmt.Sprintf("%02d:%02d", hv, mv), true
}

// startsWithClock reports whether a text is about a time of day from its beginning: ", à 16 heures", "avant 12 h", but not
// "à compter de la date de reception" or "les plis déposés après 16 heures".
func startsWithClock(s string) bool {
	s = fold(s)
	loc := hour.FindStringIndex(s)
	return loc != nil && loc[0] <= len(leadIn.FindString(s))
}
