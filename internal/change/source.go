package change

import _ "embed"

//go:embed change.go
var source string

// Sources are the Go texts that declare types of answers: schemas of their JSON take their descriptions from the comments there.
func Sources() []string { return []string{source} }
