package explore

// ReadGroups is readGroups, for the fuzzer: the days and the records of each.
func ReadGroups(body []byte) (map[string]int64, error) {
	days, err := readGroups(body)
	out := map[string]int64{}
	for _, d := range days {
		out[d.edition()] += d.count
	}
	return out, err
}
