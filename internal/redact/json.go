package redact

import "bytes"

// jsonForm cuts the elements of arrays, and values that stand one behind the other.
type jsonForm struct{}

// mend takes a comma away that a cut left without its element.
func (jsonForm) mend(kept, rest []byte) ([]byte, []byte) {
	before, behind := bytes.TrimRight(kept, " \t\r\n"), bytes.TrimLeft(rest, " \t\r\n")
	if len(before) == 0 || len(behind) == 0 {
		return kept, rest
	}
	switch last := before[len(before)-1]; {
	case behind[0] == ',' && (last == ',' || last == '['):
		return kept, behind[1:]
	case behind[0] == ']' && last == ',':
		return before[:len(before)-1], rest
	}
	return kept, rest
}

// top gives the values of a document.
func (jsonForm) top(text []byte) (list []span) {
	for at := skip(text, len(text)-len(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))); at < len(text); {
		end := valueEnd(text, at)
		if end < 0 {
			return nil
		}
		list = append(list, span{at, end})
		at = skip(text, end)
	}
	return list
}

// pieces gives the elements of an array, or those of the arrays that are members of an object.
func (jsonForm) pieces(text []byte, of span) (list []span) {
	if text[of.start] == '[' {
		return elementsOf(text, of)
	}
	for _, member := range elementsOf(text, of) { // a name and a value
		end := valueEnd(text, member.start)
		colon := skip(text, end)
		if end < 0 || colon >= member.end || text[colon] != ':' {
			return nil
		}
		if value := skip(text, colon+1); value < member.end && text[value] == '[' {
			list = append(list, elementsOf(text, span{value, member.end})...)
		}
	}
	return list
}

// elementsOf gives what stands between the commas of an array or object; none when it cannot be told.
func elementsOf(text []byte, of span) (list []span) {
	if text[of.start] != '[' && text[of.start] != '{' {
		return nil
	}
	depth, start := 0, 0
	for at := of.start; at < of.end; at++ {
		switch text[at] {
		case '"':
			if at = stringEnd(text, at) - 1; at < 0 {
				return nil
			}
		case '[', '{':
			if depth++; depth == 1 {
				start = skip(text, at+1)
			}
		case ']', '}', ',':
			if depth == 1 {
				if end := at - len(text[start:at]) + len(bytes.TrimRight(text[start:at], " \t\r\n")); end > start {
					list = append(list, span{start, end})
				}
				start = skip(text, at+1)
			}
			if text[at] != ',' {
				depth--
			}
		}
	}
	return list
}

func skip(text []byte, at int) int {
	for at >= 0 && at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n') {
		at++
	}
	return at
}

// stringEnd gives the place behind the text in quotes that begins at at; -1 when it has no end.
func stringEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// valueEnd gives the place behind the value that begins at at; -1 when it has no end.
func valueEnd(text []byte, at int) int {
	if at >= len(text) {
		return -1
	}
	switch text[at] {
	case '"':
		return stringEnd(text, at)
	case '[', '{':
	default:
		if k := bytes.IndexAny(text[at:], ",]} \t\r\n"); k > 0 {
			return at + k
		}
		return len(text)
	}
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = stringEnd(text, i) - 1; i < 0 {
				return -1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
