package explore

import "time"

// The reference leaves some things open. What this package chose stands in this file, one choice each, with its reason, so that
// it can be changed at one place; choices_test.go holds each of them by name.

const (
	// choiceGroupLimit is the limit of a grouped request that names none, and the highest: the default of 10 does not count for
	// groups, as a request without limit returned more.
	choiceGroupLimit = 20000

	// choiceUnlimitedPage is what limit=-1 means on /records and /datasets: the largest page.
	choiceUnlimitedPage = maxPage

	// choiceTotalOfGroups: grouped answers of version 2.1 have no total_count, as the recorded ones.
	choiceTotalOfGroups = false

	// choiceASCII escapes what is not ASCII in JSON (\uXXXX), as recorded in metadata and facets, everywhere.
	choiceASCII = true

	// choiceUnknownFormat is the error code of an export format that does not exist.
	choiceUnknownFormat = codeNotFoundURI

	// choiceLastWins: of a repeated parameter that takes one value, the last counts, as in Django, by which the portal is made.
	choiceLastWins = true

	// choiceAdvertisedCalls is the number of calls a day that answers advertise unless the operator names another: clients read the
	// rate-limit headers. Nothing is counted or refused, so what remains is always the whole.
	choiceAdvertisedCalls = 2_000_000

	// choiceOptionsStatus answers OPTIONS: no content.
	choiceOptionsStatus = 204

	// choiceTruncatedSlash: the id of a data set that ends with a slash is also found without it, and any id with one too many,
	// because clients, proxies and the official npm client disagree about slashes.
	choiceTruncatedSlash = true

	// choiceUnknownSource is the error code of the sources monitoring and opendatasoft, and of assets, which a mirror of the BOAMP
	// has not.
	choiceUnknownSource = codeNotFoundURI

	// choiceEmptyIsAbsent: a parameter with an empty value counts as absent.
	choiceEmptyIsAbsent = true
)

// choiceExportLinks is the beginning of the list of export formats: self, the data set, then the formats.
var choiceExportLinks = [...]string{"self", "dataset"}

// choiceReset is the literal format of x-ratelimit-reset, as recorded (the documentation of version 1 says seconds): the next
// midnight, UTC.
func choiceReset(now time.Time) string {
	return now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Format("2006-01-02 15:04:05+00:00")
}
