package explorev1

// The reference leaves some things open. What this package chose stands in this file, one choice each, with its reason;
// choices_test.go holds each of them by name.

const (
	// choiceUnlimitedRows is what rows=-1 means in a search: as many as the window has.
	choiceUnlimitedRows = maxWindow

	// choiceAnalyzeDescending is the order of an analysis that names none: the documentation says x descending, although its examples
	// ascend.
	choiceAnalyzeDescending = true

	// choiceMaxPoints is how many points an analysis has at most: the documentation knows no limit, but says in a header when one
	// was met.
	choiceMaxPoints = 20000

	// choiceUnknownFacetIgnored: facet= of a name that is no field gives no group, and no error.
	choiceUnknownFacetIgnored = true

	// choiceUnknownColumnIgnored: fields= leaves out names that are no fields, as facet= does. When none is left, it is an error.
	choiceUnknownColumnIgnored = true

	// choicePrettyRows is up to how many rows pretty_print is obeyed: beyond, an answer is streamed.
	choicePrettyRows = 1000

	// choiceBOM: a downloaded CSV begins with a byte-order mark. It does not: odsclient reads the first heading as it comes.
	choiceBOM = false
)
