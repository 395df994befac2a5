package notice_test

import (
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

func TestNewBOAMP(t *testing.T) {
	day := notice.Date{Year: 2006, Month: time.July, Day: 4}
	for _, c := range []struct {
		name, edition, issue string
		day                  notice.Date
		want                 string
	}{
		{"issue of the year", "B", "34", day, "B/20060034"},
		{"issue with its year", "A", "20060126", day, "A/20060126"},
		{"letter behind the issue", "", "57 A", day, "A/20060057"},
		{"letter twice", "A", "57 A", day, "A/20060057"},
		{"no day", "A", "57", notice.Date{}, "A/57"},
		{"no edition", "", "57", day, "20060057"},
		{"edition of small contracts", "MAPA", "0823016", day, "MAPA/0823016"},
		{"no number", "A", "supplément", day, "A/supplément"},
		{"nothing", "", "", day, ""},
	} {
		p := notice.NewBOAMP(c.edition, c.issue, " 47 ", c.day)
		if p.Edition != c.want || p.Journal != "boamp" || p.Number != "47" || p.Date != c.day {
			t.Errorf("%s: %+v, want edition %q", c.name, p, c.want)
		}
	}
}

func TestParseBOAMP(t *testing.T) {
	if p, ok := notice.ParseBOAMP("A/20060126/47"); !ok || p.Edition != "A/20060126" || p.Number != "47" {
		t.Errorf("A/20060126/47 is %+v, %v", p, ok)
	}
	for _, s := range []string{"", "A/20060126", "A/x/1", "A/1/x", "A/1/2/3"} {
		if p, ok := notice.ParseBOAMP(s); ok {
			t.Errorf("%q is %+v", s, p)
		}
	}
}

func TestJOUE(t *testing.T) {
	for written, want := range map[string]notice.Publication{
		"127505-2024":        {Journal: "joue", Number: "127505-2024"},
		"00092667-2018":      {Journal: "joue", Number: "92667-2018"},
		"2015/S 042-071438":  {Journal: "joue", Number: "71438-2015", Edition: "042/2015"},
		"2015/S 42-71438":    {Journal: "joue", Number: "71438-2015", Edition: "042/2015"},
		"00000000-2024":      {},
		"15-31501":           {},
		"2015/S 042":         {},
		"12345678901-2024":   {},
		"71438-2015 (corr.)": {},
	} {
		p, ok := notice.ParseJOUE(written)
		if ok != (want.Number != "") || ok && p != want {
			t.Errorf("ParseJOUE(%q) = %+v, %v; want %+v", written, p, ok, want)
		}
	}
	for written, want := range map[string]string{"44/2024": "044/2024", "044/2024": "044/2024", "OJ S 044/2024": "044/2024", "": "", "S 44": "S 44"} {
		if got := notice.JOUEEdition(written); got != want {
			t.Errorf("JOUEEdition(%q) = %q, want %q", written, got, want)
		}
	}
	day := notice.Date{Year: 2015, Month: time.February, Day: 28}
	if p := notice.NewJOUE("071438", "2015", "42", day); p != (notice.Publication{Journal: "joue", Number: "71438-2015", Edition: "042/2015", Date: day}) {
		t.Errorf("%+v", p)
	}
}

func TestSameNotice(t *testing.T) {
	joue := notice.NewJOUE("1", "2015", "42", notice.Date{})
	if !joue.SameNotice(notice.NewJOUE("0001", "2015", "", notice.Date{})) {
		t.Error("a number of the Official Journal does not depend on the issue")
	}
	boamp := notice.NewBOAMP("A", "20060126", "1", notice.Date{})
	if boamp.SameNotice(notice.NewBOAMP("A", "20060127", "1", notice.Date{})) || boamp.SameNotice(joue) || !boamp.SameNotice(boamp) {
		t.Error("a number of the BOAMP is one of its parution")
	}
}

func TestPublicationKey(t *testing.T) {
	day := notice.Date{Year: 2006, Month: 3, Day: 1}
	for _, c := range []struct {
		p    notice.Publication
		want string
	}{
		{notice.NewJOUE("00127505", "2024", "44", notice.Date{}), "joue/127505-2024"},
		{notice.NewJOUE("127505", "", "", notice.Date{}), ""},
		{notice.NewBOAMP("A", "126", "47", day), "boamp/A/20060126/47"},
		{notice.NewBOAMP("A", "126", "47", notice.Date{}), ""}, // of which year?
		{notice.NewBOAMP("", "126", "47", day), ""},            // of which edition?
		{notice.NewBOAMP("B", "126", "", day), ""},
		{notice.Publication{Journal: notice.JournalJOUE, Number: "voir plus haut"}, ""},
	} {
		if got := c.p.Key(); got != c.want {
			t.Errorf("%+v: key %q, want %q", c.p, got, c.want)
		}
	}
}
