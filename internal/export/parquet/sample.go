package parquet

import "github.com/boamp/boamp/internal/field"

const (
	sampleRows  = 1000
	sampleBytes = 4 << 20
)

// sample holds the first rows of a result, from which it is told what comes again. A dictionary of texts that never do is a second copy
// of a row group in memory.
type sample struct {
	rows  [][][]field.Value
	bytes int
}

// add keeps a copy of a row and reports whether there is room for more.
func (s *sample) add(values [][]field.Value) bool {
	row := make([][]field.Value, len(values))
	for i, list := range values {
		if list == nil {
			continue
		}
		row[i] = append(make([]field.Value, 0, len(list)), list...)
		for _, v := range list {
			s.bytes += len(v.Str)
		}
	}
	s.rows = append(s.rows, row)
	return len(s.rows) < sampleRows && s.bytes < sampleBytes
}

// repeats tells for each column whether a dictionary pays: for texts when there are twice as many values as different ones, for what has
// eight bytes or fewer always.
func (s *sample) repeats(fields []*field.Field) []bool {
	out := make([]bool, len(fields))
	for i, f := range fields {
		if f.Type != field.Text && f.Type != field.JSON {
			out[i] = true
			continue
		}
		seen, count := map[string]bool{}, 0
		for _, row := range s.rows {
			for _, v := range row[i] {
				seen[v.Str] = true
				count++
			}
		}
		out[i] = count >= 2*len(seen)
	}
	return out
}
