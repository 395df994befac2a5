package export

import (
	"math"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/field"
)

// Style says how values are written. The zero Style is boamp's own: compact JSON, instants in UTC with a Z, numbers without
// needless digits, true and false.
type Style struct {
	// Portal writes as the Explore API does: the spacing of Python's json.dumps, instants with a numeric offset ("+00:00"), doubles
	// with a decimal point (10.0), and in texts True and False.
	Portal bool
	// Zone is the clock on which instants are shown; nil is UTC. Days have no zone.
	Zone *time.Location
	// ASCII writes JSON strings with \uXXXX for all that is not ASCII, as the portal was seen to do in its metadata. Records are
	// written in UTF-8: both are the same JSON.
	ASCII bool
}

// Text writes one value in boamp's own style: dates "2006-01-02", instants RFC 3339 in UTC, numbers without exponent.
func Text(t field.Type, v field.Value) string { return string(Style{}.AppendText(nil, t, v)) }

// Join writes the values of a field as one text, in boamp's own style.
func Join(t field.Type, values []field.Value, sep string) string {
	return string(Style{}.AppendJoined(nil, t, values, sep))
}

// AppendText appends one value as the text of a cell. JSON is its text as it came.
func (s Style) AppendText(dst []byte, t field.Type, v field.Value) []byte {
	switch t {
	case field.DateTime:
		return s.AppendInstant(dst, v.Time)
	case field.Number:
		if !finite(v.Num) {
			return dst
		}
		return s.AppendNumber(dst, v.Num)
	case field.Int:
		return strconv.AppendFloat(dst, v.Num, 'f', -1, 64)
	case field.Bool:
		switch {
		case !s.Portal:
			return strconv.AppendBool(dst, v.Num != 0)
		case v.Num != 0:
			return append(dst, "True"...)
		}
		return append(dst, "False"...)
	}
	return append(dst, v.Str...)
}

// AppendJoined appends the values of a field as one text, nothing for null.
func (s Style) AppendJoined(dst []byte, t field.Type, values []field.Value, sep string) []byte {
	for i, v := range values {
		if i > 0 {
			dst = append(dst, sep...)
		}
		dst = s.AppendText(dst, t, v)
	}
	return dst
}

// AppendInstant appends an instant as the clock of the zone shows it, to the second, with its offset.
func (s Style) AppendInstant(dst []byte, t time.Time) []byte {
	if s.Zone == nil {
		t = t.UTC()
	} else {
		t = t.In(s.Zone)
	}
	if s.Portal {
		return t.AppendFormat(dst, "2006-01-02T15:04:05-07:00")
	}
	return t.AppendFormat(dst, time.RFC3339)
}

// AppendNumber appends a double; one that is not finite is null, as JSON knows none. The portal's form is that of Python: a
// decimal point always, an exponent from 1e16 on and below 1e-4.
func (s Style) AppendNumber(dst []byte, v float64) []byte {
	if !finite(v) {
		return append(dst, "null"...)
	}
	if !s.Portal {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	if a := math.Abs(v); a != 0 && (a >= 1e16 || a < 1e-4) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', -1, 64)
	for _, c := range dst[start:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, ".0"...)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
