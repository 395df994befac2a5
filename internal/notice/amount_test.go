package notice_test

import (
	"testing"

	"github.com/boamp/boamp/internal/notice"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		written string
		value   float64
		flag    notice.FlagCode
	}{
		{"38820", 38820, ""},
		{"49 600,00", 49600, ""},
		{"35.840 euro", 35840, ""},
		{"26.730,00euro (H.T.).", 26730, ""},
		{"19\u00a0260 EUR H.T.", 19260, ""},
		{"0.00", 0, notice.FlagZeroAmount},
		{"-1", 0, notice.FlagWithheld},
		{"indéfini.", 0, notice.FlagBadAmount},
		{"109 657 + 6 600 option", 0, notice.FlagBadAmount},
		{"9 %", 0, notice.FlagBadAmount},
		{"45 k€", 0, notice.FlagBadAmount},
		{"1,2 million d'euros", 0, notice.FlagBadAmount},
	} {
		a := notice.ParseAmount(c.written, "")
		if a == nil || a.Value != c.value || a.Flag != c.flag || a.Currency != "EUR" {
			t.Errorf("ParseAmount(%q) = %+v, want value %v, flag %q", c.written, a, c.value, c.flag)
		}
	}
	if a := notice.ParseAmount(" ", "EUR"); a != nil {
		t.Errorf("ParseAmount of a blank = %+v, want none", a)
	}
}

func TestSumAmounts(t *testing.T) {
	eur := func(v float64) *notice.Amount { return &notice.Amount{Value: v, Currency: "EUR"} }
	bad := &notice.Amount{Currency: "EUR", Flag: notice.FlagBadAmount}
	if sum := notice.SumAmounts([]*notice.Amount{eur(0.1), eur(0.2), bad, nil}); sum == nil || sum.Value != 0.3 {
		t.Errorf("sum = %+v, want 0.3", sum)
	}
	if sum := notice.SumAmounts([]*notice.Amount{eur(1), {Value: 1, Currency: "XPF"}}); sum != nil {
		t.Errorf("sum of two currencies = %+v, want none", sum)
	}
}
