package explore_test

import (
	"testing"

	"github.com/boamp/boamp/internal/source/explore"
)

func FuzzGroups(f *testing.F) {
	f.Add([]byte(`{"results": [{"dateparution": "2026-09-11", "n": 414, "changed": "2026-09-11T19:45:01.2+00:00"}, {"dateparution": null, "n": 1}]}`))
	f.Add([]byte(`{"results": [{"dateparution": "2026-09-11T00:00:00+00:00", "n": 1, "changed": null}]}`))
	f.Add([]byte(`{"error_code": "ODSQLError", "message": "x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		days, err := explore.ReadGroups(body)
		if err != nil && len(days) > 0 {
			t.Errorf("days beside an error: %v", days)
		}
		for day, n := range days {
			if n < 0 || len(day) != len("2026/09/11") {
				t.Errorf("day %q of %d records", day, n)
			}
		}
	})
}
