package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// position says where byte offset i of a document stands: line and column, in characters, counted from 1.
func position(s string, i int) string {
	i = min(max(i, 0), len(s))
	start := strings.LastIndexByte(s[:i], '\n') + 1
	column := utf8.RuneCountInString(s[start:i])
	if start == 0 && strings.HasPrefix(s, bom) && i >= len(bom) {
		column--
	}
	return fmt.Sprintf("line %d column %d", 1+strings.Count(s[:i], "\n"), 1+column)
}
