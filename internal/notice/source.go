package notice

import _ "embed"

//go:embed notice.go
var noticeSource string

//go:embed amount.go
var amountSource string

//go:embed company.go
var companySource string

//go:embed deadline.go
var deadlineSource string

//go:embed quality.go
var qualitySource string

// Sources are the Go texts that declare the types of a notice: schemas of its JSON take their descriptions from the comments there.
func Sources() []string {
	return []string{noticeSource, amountSource, companySource, deadlineSource, qualitySource}
}
