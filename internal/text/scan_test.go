package text_test

import (
	"testing"

	"github.com/boamp/boamp/internal/text"
)

func TestQuoted(t *testing.T) {
	for _, c := range []struct {
		in, content string
		n           int
		ok          bool
	}{
		{`"a b" c`, "a b", 5, true},
		{`'it\'s' x`, "it's", 7, true},
		{`"é\\"`, `é\`, 6, true},
		{`""`, "", 2, true},
		{`"open`, "", 0, false},
		{`"open\"`, "", 0, false},
		{`"`, "", 0, false},
		{``, "", 0, false},
	} {
		if content, n, ok := text.Quoted(c.in); content != c.content || n != c.n || ok != c.ok {
			t.Errorf("%s: %q, %d, %t, want %q, %d, %t", c.in, content, n, ok, c.content, c.n, c.ok)
		}
	}
}

func TestBare(t *testing.T) {
	for in, want := range map[string]string{
		"voirie ET eau": "voirie", "voirie)": "voirie", `école"x"`: "école", "(a": "(a", ")": ")", "": "", "a\u00a0b": "a", "\xffa b": "\xffa",
	} {
		if got := text.Bare(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
