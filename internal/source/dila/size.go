package dila

import (
	"math"
	"strconv"
	"strings"
)

// Size is what a listing tells of the size of a file. Apache rounds it: "745" is exact, "9.6K" and "12K" are within half a unit of the last digit.
// As other servers cut off in place of rounding, a whole unit to either side fits.
type Size struct {
	Known     bool
	Low, High int64 // bytes, both inclusive
}

// Fits reports whether a file of n bytes is one of which the listing tells this.
func (s Size) Fits(n int64) bool { return !s.Known || s.Low <= n && n <= s.High }

// parseSize reads a size; what is none is not known.
func parseSize(text string) Size {
	digits := strings.TrimRight(text, "BbIikKMGTPE")
	unit := strings.TrimRight(strings.ToUpper(text[len(digits):]), "IB")
	power := 0
	if unit != "" {
		if power = strings.Index("KMGTPE", unit) + 1; power == 0 || len(unit) > 1 {
			return Size{}
		}
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || v < 0 || len(digits) > 18 || digits[0] < '0' || digits[0] > '9' || strings.ContainsAny(digits, "eExXpP_") {
		return Size{}
	}
	_, decimals, _ := strings.Cut(digits, ".")
	if power == 0 {
		if decimals != "" {
			return Size{}
		}
		return Size{true, int64(v), int64(v)}
	}
	scale := math.Pow(1024, float64(power))
	slack := scale * math.Pow10(-len(decimals))
	high := v*scale + slack
	if high >= math.MaxInt64 {
		return Size{}
	}
	return Size{true, int64(max(0, v*scale-slack)), int64(high)}
}
