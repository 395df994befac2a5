package feed_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		unclear        bool
	}{
		{"plain", "Commune d'Avrillé-les-Ponts", "Commune d'Avrillé-les-Ponts", false},
		{"character reference", "COMMUNE D&#039;AVRIL", "COMMUNE D'AVRIL", false},
		{"hexadecimal reference", "L&#x2019;eau", "L’eau", false},
		{"entities", "&quot;Le Phare&quot; &lt;A&gt; &amp; B", `"Le Phare" <A> & B`, false},
		{"decoded once only", "D&amp;#039;AVRIL", "D&#039;AVRIL", false},
		{"address", "https://p.example/?a=1&amp;copy=2&lang=fr", "https://p.example/?a=1&copy=2&lang=fr", false},
		{"address without entities", "https://p.example/?a=1&copy=2", "https://p.example/?a=1&copy=2", false},
		{"no reference", "R&D; AT&T, A & B; C", "R&D; AT&T, A & B; C", false},
		{"ampersand before a reference", "A&B&amp;C", "A&B&C", false},
		{"prefix of a name", "?a=1&copyright;b", "?a=1&copyright;b", false},
		{"line ends", "a\r\nb\rc\n", "a\nb\nc\n", false},
		{"trailing ampersand", "A &", "A &", false},
		{"reference to a control", "l&#146;eau", "l’eau", false},
		{"Windows-1252", "l\u0092eau \u0080 \u0096 fin", "l’eau € – fin", true},
		{"undefined in Windows-1252", "a\u0081b", "a\u0081b", true},
		{"no-break space is no control", "10\u00a0000\u00a0€", "10\u00a0000\u00a0€", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, unclear := feed.CleanText(c.in)
			if got != c.want || unclear != c.unclear {
				t.Errorf("CleanText(%q) = %q, %v; want %q, %v", c.in, got, unclear, c.want, c.unclear)
			}
		})
	}
}

func TestSetTextCleansAndFlags(t *testing.T) {
	d, err := tree.ParseXML([]byte("<a><b> l\u0092eau &amp;amp; le gaz&amp;#160;</b></a>"), nil, tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var n notice.Notice
	feed.SetText(&n, &n.Title, "title", d.Root().Child("b"))
	if n.Title != "l’eau & le gaz" {
		t.Errorf("title %q", n.Title)
	}
	if !n.Flagged("title", notice.FlagUnclearText) || n.Origins["title"].Path != "/a/b" {
		t.Errorf("flags %v, origins %v", n.Flags, n.Origins)
	}
	feed.SetText(&n, &n.Title, "title", d.Root())
	if n.Title != "l’eau & le gaz" {
		t.Error("the first text does not stand")
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("D&amp;#039;AVRIL l\u0092eau &;&#;&#x;")
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := feed.CleanText(s)
		if len(once) > 3*len(s) {
			t.Errorf("%q grew to %q", s, once)
		}
	})
}
