package render

// Label gives the French label of a code of a typed field: stage, state, kind, procedure, flags. ok is false for other fields and codes.
func Label(field, code string) (label string, ok bool) {
	switch field {
	case "stage":
		label, ok = stages[code]
	case "state":
		label, ok = states[code]
	case "kind":
		label, ok = kinds[code]
	case "procedure":
		label, ok = procedures[code]
	case "flags":
		label, ok = flagLabels[code]
	}
	return label, ok
}
