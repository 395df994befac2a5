package v110

// What the tests look at without a document around it.
var (
	Date            = date
	Clock           = clock
	StartsWithClock = startsWithClock
	Tidy            = tidy
	CompactDate     = compactDate
	SplitCriteria   = splitCriteria
)

// LotNumber is the number in a text of NUM_LOT, folded.
func LotNumber(s string) string {
	if m := lotNumber.FindStringSubmatch(fold(s)); m != nil {
		return m[1]
	}
	return ""
}
