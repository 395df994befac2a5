package scalar_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/scalar"
)

func TestFormat(t *testing.T) {
	tuesday := time.Date(2024, 2, 6, 9, 5, 3, 0, time.UTC)
	newYear := time.Date(2024, 12, 30, 0, 0, 0, 0, time.UTC) // of the first week of 2025
	cases := []struct {
		at                  time.Time
		pattern, lang, want string
	}{
		{tuesday, "yyyy-MM-dd HH:mm:ss", "fr", "2024-02-06 09:05:03"},
		{tuesday, "yy M d H m s", "fr", "24 2 6 9 5 3"},
		{tuesday, "YYYY/MM/DD", "fr", "2024/02/37"},
		{tuesday, "E EE EEEE d MMM MMMM", "fr", "mar. mar. mardi 6 févr. février"},
		{tuesday, "E EEEE MMM", "en", "Tue Tuesday Feb"},
		{tuesday, "EEEE d MMMM", "ca", "dimarts 6 de febrer"},
		{tuesday, "E MMM", "eu", "ar. ots."},
		{tuesday, "EEEE", "ar", "الثلاثاء"},
		{tuesday, "D DDD e w ww", "fr", "37 037 2 6 06"},
		{newYear, "xxxx-'W'ww-e xx yyyy", "fr", "2025-W01-1 25 2024"},
		{tuesday, "'le' d 'l''an' '' y", "fr", "le 6 l'an ' 2024"},
		{tuesday, "d. é?", "fr", "6. é?"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "yyyy yy xxxxx", "fr", "10000 00 09999"},
		{time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), "y yyyy yy", "fr", "0 0000 00"},
		{time.Date(7, 12, 31, 0, 0, 0, 0, time.UTC), "y yyyy yy", "fr", "7 0007 07"},
	}
	for _, c := range cases {
		l, err := scalar.ParseLayout(c.pattern, c.lang)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got := l.Format(c.at); got != c.want {
			t.Errorf("%s in %s gives %q, want %q", c.pattern, c.lang, got, c.want)
		}
	}
	l, err := scalar.ParseLayout("HH'h' d/M", "fr")
	if err != nil {
		t.Fatal(err)
	}
	paris, _ := time.LoadLocation("Europe/Paris")
	e := scalar.Format{X: instant, Layout: l, Zone: paris}
	if got := show(field.Text, scalar.Eval(e, record)); got != "00h 2/7" || scalar.Check(e) != nil || e.String() != `date_format(instant, "HH'h' d/M", fr, Europe/Paris)` {
		t.Errorf("%s gives %q (%v)", e, got, scalar.Check(e))
	}
}

func TestParseLayoutRefuses(t *testing.T) {
	for _, c := range []struct{ pattern, lang, pos string }{
		{"", "fr", "position 0"},
		{"yyyy-MM-ddTHH", "fr", "position 10"},
		{"é yyyyy", "fr", "position 2"},
		{"d 'de", "fr", "position 2"},
		{"MMMMM", "fr", "position 0"},
		{"EEEEE", "fr", "position 0"},
		{"yyyy", "la", ""},
		{strings.Repeat("d ", 101), "fr", ""},
	} {
		_, err := scalar.ParseLayout(c.pattern, c.lang)
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || f.Pos != c.pos || f.Message == "" {
			t.Errorf("%q in %q: %v, want a fault of kind invalid at %q", c.pattern, c.lang, err, c.pos)
		}
	}
}

func TestLanguages(t *testing.T) {
	want := strings.Fields("en fr nl pt it ar de es ca eu sv")
	if !slices.Equal(scalar.Languages(), want) {
		t.Errorf("languages %v, want %v", scalar.Languages(), want)
	}
	for _, lang := range want {
		for verb, n := range map[string]int{"MMM": 12, "MMMM": 12, "E": 7, "EEEE": 7, "d": 0} {
			names := slices.Clone(scalar.Names(verb, lang))
			if len(names) != n || slices.Contains(names, "") || len(slices.Compact(slices.Sorted(slices.Values(names)))) != n {
				t.Errorf("%s in %s has the names %q", verb, lang, names)
			}
		}
	}
}

// FuzzParseLayout: a pattern is read and then writes any date, or it is a fault of kind Invalid.
func FuzzParseLayout(f *testing.F) {
	f.Add("yyyy-MM-dd'T'HH:mm:ss", "fr")
	f.Add("'", "en")
	f.Add("E d 'de' MMM ''", "ar")
	f.Fuzz(func(t *testing.T, pattern, lang string) {
		l, err := scalar.ParseLayout(pattern, lang)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", pattern, err)
			}
			return
		}
		for i, p := range l.Pieces {
			if (p.Verb == "") == (p.Text == "") || p.Verb != "" && !slices.Contains(scalar.Verbs(), p.Verb) || i > 0 && p.Verb == "" && l.Pieces[i-1].Verb == "" {
				t.Fatalf("%q has the piece %+v", pattern, p)
			}
		}
		for month := range time.Month(12) {
			if s := l.Format(time.Date(2024, 1+month, 28+int(month)%4, 23, 59, 58, 0, time.UTC)); utf8.ValidString(pattern) && !utf8.ValidString(s) {
				t.Fatalf("%q gives %q", pattern, s)
			}
		}
	})
}
