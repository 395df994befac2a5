package text

import (
	"strings"
	"time"
)

// Months lists the French names of the months, folded.
func Months() [12]string {
	return [...]string{"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"}
}

// Month finds a month by its French name or, from three letters on, a beginning that no other has ("jui" is not one); case and
// accents do not matter. 0 for what is none.
func Month(name string) time.Month {
	name = Fold(name)
	if len(name) < 3 {
		return 0
	}
	found := time.Month(0)
	for i, m := range Months() {
		if strings.HasPrefix(m, name) {
			if found != 0 {
				return 0
			}
			found = time.January + time.Month(i)
		}
	}
	return found
}
