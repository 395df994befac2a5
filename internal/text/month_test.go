package text_test

import (
	"testing"
	"time"

	"github.com/boamp/boamp/internal/text"
)

func TestMonth(t *testing.T) {
	for name, want := range map[string]time.Month{
		"janvier": time.January, "FÉVRIER": time.February, "août": time.August, "aou": time.August, "juil": time.July, "juin": time.June,
		"décembre": time.December, "jui": 0, "ma": 0, "": 0, "mois": 0,
	} {
		if got := text.Month(name); got != want {
			t.Errorf("Month(%q) = %d, want %d", name, got, want)
		}
	}
}
