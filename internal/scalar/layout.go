package scalar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Layout is a pattern of dates, read. Patterns are those of Joda: letters stand for a part of the date (see Piece), text stands in single
// quotes (two of them are one, inside of quotes and out), and everything that is no letter from A to Z stands for itself.
type Layout struct {
	Pattern string // as written
	Lang    string // of names: "fr", "en"; see Languages
	Pieces  []Piece
}

// Piece is a text to write as it is, or one part of a date. Verbs, with what they write for Tuesday 6 February 2024, 09:05:03, in
// French:
//
//	y, yyyy       year                            2024   yyyy has at least four digits
//	yy            year, its last two digits       24
//	x, xxxx       year of the ISO week            2024   xxxx and xxxxx have at least so many digits
//	xx            its last two digits             24
//	w, ww         ISO week, 1 to 53               6, 06
//	e             day of the week, Monday is 1    2
//	E, EEEE       name of the day of the week     mar., mardi
//	D, DD, DDD    day of the year                 37, 37, 037
//	M, MM         month                           2, 02
//	MMM, MMMM     name of the month               févr., février
//	d, dd         day of the month                6, 06
//	H, HH         hour, 0 to 23                   9, 09
//	m, mm, s, ss  minute, second                  5, 05, 3, 03
//
// Numbers of fewer digits than letters are filled up with zeros. ParseLayout takes Y for y and EE and EEE for E.
type Piece struct {
	Text string
	Verb string // such as "yyyy"; "" for a text
}

const (
	maxPattern = 200 // characters
	verbs      = "y yy yyyy x xx xxxx xxxxx w ww e E EEEE D DD DDD M MM MMM MMMM d dd H HH m mm s ss"
)

// Verbs lists what a layout can have.
func Verbs() []string { return strings.Fields(verbs) }

// ParseLayout reads a pattern. The faults are of kind Invalid; a letter that means nothing is named with its place, counted in
// characters from 0.
func ParseLayout(pattern, lang string) (Layout, error) {
	runes := []rune(pattern)
	bad := func(at int, format string, args ...any) (Layout, error) {
		return Layout{}, fault.New(fault.Invalid, "date pattern %q: %s", pattern, fmt.Sprintf(format, args...)).At("position "+strconv.Itoa(at)).
			WithHint("known are %s, and text in single quotes", verbs)
	}
	switch _, known := languages[lang]; {
	case !known:
		return Layout{}, fault.New(fault.Invalid, "there are no names of months in the language %q", lang).WithHint("known are %s", strings.Join(Languages(), ", "))
	case len(runes) == 0:
		return bad(0, "it is empty")
	case len(runes) > maxPattern:
		return Layout{}, fault.New(fault.Invalid, "the date pattern has %d characters, at most %d are read", len(runes), maxPattern)
	}
	l := Layout{Pattern: pattern, Lang: lang}
	for i := 0; i < len(runes); {
		switch c := runes[i]; {
		case c == '\'':
			text, next, ok := quoted(runes, i)
			if !ok {
				return bad(i, "the quote does not end")
			}
			l.text(text)
			i = next
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n := i
			for n < len(runes) && runes[n] == c {
				n++
			}
			verb := verbOf(c, n-i)
			if verb == "" {
				return bad(i, "%q means nothing", string(runes[i:n]))
			}
			l.Pieces = append(l.Pieces, Piece{Verb: verb})
			i = n
		default:
			l.text(string(c))
			i++
		}
	}
	return l, nil
}

// verbOf is the verb of so many letters; "" for none.
func verbOf(letter rune, count int) string {
	if letter == 'Y' {
		letter = 'y'
	}
	if letter == 'E' && count < 4 {
		count = 1
	}
	verb := strings.Repeat(string(letter), count)
	if !slices.Contains(Verbs(), verb) {
		return ""
	}
	return verb
}

// quoted reads the text in quotes that begins at i.
func quoted(runes []rune, i int) (text string, next int, ok bool) {
	if i+1 < len(runes) && runes[i+1] == '\'' {
		return "'", i + 2, true
	}
	var b strings.Builder
	for i++; i < len(runes); i++ {
		switch {
		case runes[i] != '\'':
			b.WriteRune(runes[i])
		case i+1 < len(runes) && runes[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			return b.String(), i + 1, true
		}
	}
	return "", 0, false
}

// text adds a text, to the one before when there is one.
func (l *Layout) text(s string) {
	if n := len(l.Pieces); n > 0 && l.Pieces[n-1].Verb == "" {
		l.Pieces[n-1].Text += s
		return
	}
	l.Pieces = append(l.Pieces, Piece{Text: s})
}

// Format writes what a clock shows.
func (l Layout) Format(c time.Time) string {
	var b strings.Builder
	for _, p := range l.Pieces {
		if p.Verb == "" {
			b.WriteString(p.Text)
		} else {
			b.WriteString(write(p.Verb, c, l.Lang))
		}
	}
	return b.String()
}

// Names are those that a verb chooses from: of the twelve months, or of the seven days from Monday on; nil for other verbs.
func Names(verb, lang string) []string {
	n := languages[lang]
	switch verb {
	case "MMM":
		return n.shortMonths[:]
	case "MMMM":
		return n.months[:]
	case "E":
		return n.shortDays[:]
	case "EEEE":
		return n.days[:]
	}
	return nil
}

func write(verb string, c time.Time, lang string) string {
	weekday := (int(c.Weekday()) + 6) % 7
	if list := Names(verb, lang); len(list) == 7 {
		return list[weekday]
	} else if list != nil {
		return list[c.Month()-1]
	}
	year, week := c.ISOWeek()
	n := map[byte]int{'y': c.Year(), 'x': year, 'w': week, 'e': weekday + 1, 'D': c.YearDay(), 'M': int(c.Month()),
		'd': c.Day(), 'H': c.Hour(), 'm': c.Minute(), 's': c.Second()}[verb[0]]
	if verb == "yy" || verb == "xx" {
		n = (n%100 + 100) % 100
	}
	return fmt.Sprintf("%0*d", len(verb), n)
}
