package text_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/boamp/boamp/internal/text"
)

// TestFoldLetters holds the folding of every letter of the Latin blocks to its decomposition without marks.
func TestFoldLetters(t *testing.T) {
	own := map[rune]string{'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", '\u0092': "'"}
	for r := rune(0); r < 0x250; r++ {
		want, ok := own[r]
		if !ok {
			for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
				if !unicode.Is(unicode.Mn, d) {
					want += string(unicode.ToLower(d))
				}
			}
		}
		if got := text.Fold(strings.Repeat(string(r), 2)); got != want+want {
			t.Errorf("%q twice is folded to %q, want %q", r, got, want+want)
		}
	}
}
