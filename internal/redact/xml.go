package redact

import "bytes"

// xmlForm cuts elements.
type xmlForm struct{}

func (xmlForm) mend(kept, rest []byte) ([]byte, []byte) { return kept, rest }

// top gives the root.
func (xmlForm) top(text []byte) []span {
	if list, ok := elements(text, span{0, len(text)}); ok {
		return list
	}
	return tagged(text, span{0, len(text)}, part)
}

// pieces gives the children of an element. Those of a file of many notices that is not well formed, which readers cut by its tags, are
// cut by them here, too.
func (xmlForm) pieces(text []byte, of span) []span {
	end := tagEnd(text, of.start)
	if end < 0 || end > of.end || text[end-2] == '/' {
		return nil
	}
	if list, ok := elements(text, span{end, of.end}); ok {
		return list
	}
	return tagged(text, span{end, of.end}, part)
}

// part is the element of a notice in the files of many.
const part = "ANNONCE_REF"

// elements gives the elements of the first level within a piece that begins between tags; false when they do not fit together.
func elements(text []byte, in span) (list []span, ok bool) {
	var open [][]byte // names of the elements that are open
	start := 0
	for at := in.start; at < in.end; {
		k := bytes.IndexByte(text[at:in.end], '<')
		if k < 0 {
			break
		}
		at += k
		if end, passed := other(text, at); passed {
			if end < 0 {
				return nil, false
			}
			at = end
			continue
		}
		end := tagEnd(text, at)
		if end < 0 || end > in.end {
			return nil, false
		}
		name, closing, empty := tagName(text[at:end])
		switch {
		case closing && len(open) == 0: // the end tag of the piece itself
			return list, end == in.end
		case closing && !bytes.Equal(name, open[len(open)-1]):
			return nil, false
		case closing:
			if open = open[:len(open)-1]; len(open) == 0 {
				list = append(list, span{start, end})
			}
		case empty && len(open) == 0:
			list = append(list, span{at, end})
		case !empty:
			if len(open) == 0 {
				start = at
			}
			open = append(open, name)
		}
		at = end
	}
	return list, len(open) == 0
}

// tagName gives the name in a tag, and what tag it is.
func tagName(tag []byte) (name []byte, closing, empty bool) {
	name = tag[1 : len(tag)-1]
	name, closing = bytes.CutPrefix(name, []byte("/"))
	name, empty = bytes.CutSuffix(name, []byte("/"))
	if k := bytes.IndexAny(name, " \t\r\n"); k >= 0 {
		name = name[:k]
	}
	return name, closing, empty
}

// other gives the end of what begins at a "<" and is no tag: a comment, a section of text, an instruction. -1 when it has none.
func other(text []byte, at int) (end int, ok bool) {
	for _, m := range [...]struct{ open, close string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if !bytes.HasPrefix(text[at:], []byte(m.open)) {
			continue
		}
		k := bytes.Index(text[at+len(m.open):], []byte(m.close))
		if k < 0 {
			return -1, true
		}
		return at + len(m.open) + k + len(m.close), true
	}
	return 0, false
}

// tagEnd gives the place behind the ">" of the tag that begins at a "<"; -1 when there is none. Values in quotes may hold one.
func tagEnd(text []byte, at int) int {
	var quote byte
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			if i == at+1 {
				return -1
			}
			return i + 1
		}
	}
	return -1
}

// tagged gives the pieces from each start tag of a name to its end tag, or to the next start tag, as readers of damaged files have them.
func tagged(text []byte, in span, name string) (list []span) {
	open, end := []byte("<"+name), []byte("</"+name)
	for at := in.start; ; {
		k := bytes.Index(text[at:in.end], open)
		if k < 0 {
			return list
		}
		start := at + k
		behind := start + len(open)
		stop := in.end
		if next := bytes.Index(text[behind:in.end], open); next >= 0 {
			stop = behind + next
		}
		if closing := bytes.Index(text[behind:stop], end); closing >= 0 {
			if e := tagEnd(text, behind+closing); e >= 0 && e <= in.end {
				stop = e
			}
		} else if root := bytes.LastIndex(text[behind:stop], []byte("</")); stop == in.end && root >= 0 {
			stop = behind + root // the last one has no end tag: the root's stays
		}
		list = append(list, span{start, stop})
		at = stop
	}
}
