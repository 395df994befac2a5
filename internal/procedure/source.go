package procedure

import _ "embed"

//go:embed procedure.go
var procedureSource string

//go:embed version.go
var versionSource string

//go:embed diff.go
var diffSource string

// Sources are the Go texts that declare the types of a timeline: schemas of its JSON take their descriptions from the comments there.
func Sources() []string { return []string{procedureSource, versionSource, diffSource} }
