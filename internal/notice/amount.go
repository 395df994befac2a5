package notice

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Amount is a sum of money without VAT unless the document says otherwise.
type Amount struct {
	Value    float64  `json:"value"`             // in units of Currency; 0 when Flag is set
	Currency string   `json:"currency"`          // ISO 4217; "EUR" where the document names none
	Written  string   `json:"written,omitempty"` // as the document has it, when that is not the plain number
	Flag     FlagCode `json:"flag,omitempty"`    // why the value is not to be used
}

// Usable reports whether the amount may be compared and summed.
func (a *Amount) Usable() bool { return a != nil && a.Flag == "" }

// maxAmount is the largest sum that a procurement notice may plausibly give: 1,000 billion.
const maxAmount = 1e12

// ParseAmount reads a number as documents write it: an XML decimal ("38820", "1234.50"), or French free text
// ("49 600,00", "35.840 euro", "19 260 EUR H.T."), where a dot before three digits separates thousands. It returns nil for
// an empty text. What is no usable number gives an amount with a flag: 0 is "not given" (FlagZeroAmount), -1 and
// "unpublished" are withheld values (FlagWithheld), anything else FlagBadAmount.
func ParseAmount(written, currency string) *Amount {
	written = strings.TrimSpace(written)
	if written == "" {
		return nil
	}
	a := &Amount{Currency: strings.ToUpper(strings.TrimSpace(currency)), Written: written}
	if a.Currency == "" {
		a.Currency = "EUR"
	}
	v, err := strconv.ParseFloat(written, 64)
	if err != nil || strings.ContainsAny(written, "xXpPnN_eE") {
		v, err = parseFrench(written)
	}
	switch {
	case written == "-1" || strings.EqualFold(written, "unpublished"):
		a.Flag = FlagWithheld
	case err != nil || math.IsNaN(v) || v < 0 || v > maxAmount:
		a.Flag = FlagBadAmount
	case v == 0:
		a.Flag = FlagZeroAmount
	default:
		a.Value = v
		if strconv.FormatFloat(v, 'f', -1, 64) == written {
			a.Written = ""
		}
	}
	return a
}

// parseFrench reads the number at the start of a free text. A text with more than one number ("entre 5 000 et 10 000")
// is not a number, nor is a share ("9 %"), nor are thousands or millions in letters ("45 k€", "1,2 million").
func parseFrench(s string) (float64, error) {
	var digits strings.Builder
	rest := ""
	for i, r := range s {
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			digits.WriteRune(r)
			continue
		}
		if unicode.IsSpace(r) && digits.Len() > 0 && startsWithDigit(strings.TrimLeftFunc(s[i:], unicode.IsSpace)) {
			continue // thousands separator
		}
		if unicode.IsSpace(r) && digits.Len() == 0 {
			continue
		}
		rest = s[i:]
		break
	}
	if strings.ContainsFunc(rest, unicode.IsDigit) || scaled(rest) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(frenchDigits(strings.TrimRight(digits.String(), ".,")), 64)
}

// scaled reports whether what follows a number makes it another one.
func scaled(rest string) bool {
	rest = strings.ToLower(strings.TrimSpace(rest))
	for _, unit := range []string{"%", "pour cent", "mill", "k€", "k €", "keur", "k eur", "m€", "m €", "meur", "m eur"} {
		if strings.HasPrefix(rest, unit) {
			return true
		}
	}
	return false
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// frenchDigits turns "49600,00", "35.840", "1.234.567,8" into what strconv reads.
func frenchDigits(s string) string {
	if strings.Contains(s, ",") {
		return strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	}
	if k := strings.LastIndexByte(s, '.'); k >= 0 && (len(s)-k-1 == 3 || strings.Count(s, ".") > 1) {
		return strings.ReplaceAll(s, ".", "")
	}
	return s
}

// NewAmount reads an amount for field at path and notes its flag, if any; nil when written is empty.
func (n *Notice) NewAmount(field, written, currency, path string) *Amount {
	a := ParseAmount(written, currency)
	if a == nil {
		return nil
	}
	if a.Flag != "" {
		n.Flag(field, a.Flag, a.Written, path)
	}
	n.Declare(field, path)
	return a
}

// SumAmounts adds usable amounts of one currency, to the cent; nil when there is none, or when currencies differ.
func SumAmounts(amounts []*Amount) *Amount {
	var sum *Amount
	for _, a := range amounts {
		switch {
		case !a.Usable():
		case sum == nil:
			sum = &Amount{Value: a.Value, Currency: a.Currency}
		case sum.Currency != a.Currency:
			return nil
		default:
			sum.Value += a.Value
		}
	}
	if sum != nil {
		sum.Value = math.Round(sum.Value*100) / 100
	}
	return sum
}
