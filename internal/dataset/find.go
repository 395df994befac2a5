package dataset

import "strings"

// FindPath looks for a data set by its id as it stands in a path or parameter: an id that ends with a slash is also found without
// it, and any id with one too many, because clients, proxies and the official npm client disagree about slashes.
func (c *Catalogue) FindPath(id string) (*Set, bool) {
	plain := strings.TrimRight(id, "/")
	for _, id := range []string{id, plain + "/", plain} {
		if s, ok := c.Find(id); ok {
			return s, true
		}
	}
	return nil, false
}
