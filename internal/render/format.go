package render

import (
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// months are the French names as they are written; package text has the folded ones, for reading.
var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// day writes a date as French does: "1er mars 2024".
func day(d notice.Date) string {
	n := strconv.Itoa(d.Day)
	if d.Day == 1 {
		n = "1er"
	}
	return n + " " + months[(int(d.Month)+11)%12] + " " + strconv.Itoa(d.Year)
}

// date makes a value of a date; one that cannot be true is shown as written, from its flag.
func (b *builder) date(field string, d notice.Date) []value {
	if d.IsZero() {
		return b.lost(field)
	}
	return []value{{Lines: []string{day(d)}, Time: d.String()}}
}

// deadline makes a value of a deadline, in the time of Paris. What the document has is shown beside it where the clock of Paris is
// not the one that it writes, and alone where it cannot be true.
func (b *builder) deadline(field string, d *notice.Deadline) []value {
	switch {
	case d == nil:
		return b.lost(field)
	case d.Instant.IsZero():
		return []value{{Lines: []string{d.Written}, Notes: b.notes(field, d.Written)}}
	}
	paris := d.Instant.In(notice.Paris)
	text := day(notice.DateOf(paris))
	stamp := paris.Format(time.RFC3339)
	if d.DateOnly {
		stamp = stamp[:len("2006-01-02")]
	} else {
		text += " à " + paris.Format("15") + " h " + paris.Format("04") + " (heure de Paris)"
	}
	v := value{Lines: []string{text}, Time: stamp, Notes: b.notes(field, d.Written)}
	wall := paris.Format("2006-01-02T15:04:05")
	if d.Wall != "" && !strings.HasPrefix(wall, d.Wall) || len(v.Notes) > 0 {
		v.Notes = append(v.Notes, "écrit : "+d.Written)
	}
	return []value{v}
}

// amount makes a value of a sum: "1 234,50 €". A sum that is not to be used is shown as written.
func (b *builder) amount(field string, a *notice.Amount) []value {
	switch {
	case a == nil:
		return nil
	case a.Flag != "":
		v := value{Lines: []string{strings.TrimSpace(a.Written + " " + currency(a.Currency))}, Notes: []string{flagLabel(a.Flag)}}
		return []value{v}
	}
	v := value{Lines: []string{number(a.Value, 2) + "\u00a0" + currency(a.Currency)}}
	if b.n.Origins[field].Kind == notice.Derived {
		v.Notes = append(v.Notes, "calculé")
	}
	if a.Written != "" {
		v.Notes = append(v.Notes, "écrit : "+a.Written)
	}
	return []value{v}
}

func currency(code string) string {
	if code == "EUR" {
		return "€"
	}
	return code
}

// number writes a number as French does, with narrow no-break spaces between thousands. decimals are those of a number that is
// not whole; negative means as many as it has.
func number(v float64, decimals int) string {
	if v == float64(int64(v)) {
		decimals = 0
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', decimals, 64), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	var out strings.Builder
	out.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString("\u202f")
		}
		out.WriteRune(r)
	}
	if fraction != "" {
		out.WriteString("," + fraction)
	}
	return out.String()
}

// units are the French names of the units of time, for one and for several.
var units = map[string][2]string{"day": {"jour", "jours"}, "week": {"semaine", "semaines"}, "month": {"mois", "mois"}, "year": {"an", "ans"}}

// duration makes values of how long a contract runs.
func (b *builder) duration(field string, d *notice.Duration) []value {
	if d == nil {
		return nil
	}
	var list []value
	if d.Value != 0 || d.Unit != "" {
		unit, ok := units[d.Unit]
		name := unit[1]
		switch {
		case !ok:
			name = d.Unit
		case d.Value < 2:
			name = unit[0]
		}
		list = append(list, plain(strings.TrimSpace(number(d.Value, -1)+" "+name))...)
	}
	for _, end := range []struct {
		prefix, field string
		date          notice.Date
	}{{"du ", ".start", d.Start}, {"jusqu'au ", ".end", d.End}} {
		for _, v := range b.date(field+end.field, end.date) {
			v.Lines = []string{end.prefix + v.Lines[0]}
			list = append(list, v)
		}
	}
	return append(list, b.prose(field+".text", d.Text)...)
}

// criteria makes values of award criteria, one for each.
func (b *builder) criteria(field string, criteria []notice.Criterion) (list []value) {
	for _, c := range criteria {
		text := c.Text
		if text == inDocuments {
			text = "énoncés dans les documents de la consultation"
		}
		var parts []string
		for _, p := range []string{labelled(criterionTypes, c.Type), c.Name, text} {
			if p != "" && (len(parts) == 0 || !strings.EqualFold(parts[0], p)) {
				parts = append(parts, p)
			}
		}
		line := strings.Join(parts, " : ")
		if c.Unit != "" || c.Weight != 0 {
			line = strings.TrimSpace(line + " (" + weight(c.Weight, c.Unit) + ")")
		}
		if line != "" {
			v := value{Lines: lines(line), Notes: b.notes(field+".name", c.Name)}
			if c.Type == "" { // the name of a type is French
				v.Lang = b.lang
			}
			list = append(list, v)
		}
	}
	return list
}

// inDocuments is the text by which readers say that the criteria stand in the tender documents.
const inDocuments = "in the tender documents"

func weight(v float64, unit string) string {
	n := number(v, -1)
	switch unit {
	case "percent":
		return n + "\u00a0%"
	case "points":
		return n + " points"
	case "rank":
		return "rang " + n
	case "", "decimal":
		return "pondération " + n
	}
	return n + " " + unit
}
