package tree

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// bom is the byte-order mark in UTF-8.
const bom = "\uFEFF"

// document reads the whole: declaration, what may stand around the root element, and the root element.
func (p *xmlParser) document() error {
	p.i = len(p.s) - len(strings.TrimPrefix(p.s, bom))
	if isDeclaration(p.s[p.i:]) {
		if err := p.declaration(); err != nil {
			return err
		}
	}
	for p.skipSpace(); p.i < len(p.s); p.skipSpace() {
		var err error
		switch rest := p.s[p.i:]; {
		case strings.HasPrefix(rest, "<?"):
			err = p.instruction()
		case strings.HasPrefix(rest, "<!--"):
			err = p.comment()
		case strings.HasPrefix(rest, "<!DOCTYPE"):
			err = fault.New(fault.Unsupported, "a document type declaration, which no BOAMP document has").
				At(position(p.s, p.i)).WithHint("remove the DOCTYPE; entities are not read")
		case rest[0] == '<' && len(p.nodes) == 0:
			err = p.element()
		case rest[0] == '<':
			err = p.fail(p.i, "markup after the root element")
		default:
			err = p.fail(p.i, "text outside the root element")
		}
		if err != nil {
			return err
		}
	}
	if len(p.nodes) == 0 {
		return p.fail(p.i, "no root element")
	}
	return nil
}

// isDeclaration tells whether s starts with an XML declaration.
func isDeclaration(s string) bool {
	return strings.HasPrefix(s, "<?xml") && len(s) > len("<?xml") && (isSpace(s[len("<?xml")]) || s[len("<?xml")] == '?')
}

// declaration reads the XML declaration. The encoding that it names is past: src is UTF-8 here.
func (p *xmlParser) declaration() error {
	end := strings.Index(p.s[p.i:], "?>")
	if end < 0 {
		return p.fail(p.i, "XML declaration without end")
	}
	rest := p.s[p.i+len("<?xml") : p.i+end]
	allowed := []string{"version", "encoding", "standalone"}
	for first := true; strings.TrimLeft(rest, " \t\n") != "" || first; first = false {
		key, value, after, ok := pseudoAttribute(rest)
		for ok && len(allowed) > 0 && allowed[0] != key && !first {
			allowed = allowed[1:]
		}
		if !ok || len(allowed) == 0 || allowed[0] != key || !declarationValue(key, value) {
			return p.fail(p.i, `XML declaration other than <?xml version="1.0" encoding="..."?>`)
		}
		rest, allowed = after, allowed[1:]
	}
	p.i += end + len("?>")
	return nil
}

// pseudoAttribute cuts the next key="value" off an XML declaration.
func pseudoAttribute(s string) (key, value, rest string, ok bool) {
	trimmed := strings.TrimLeft(s, " \t\n")
	key, after, found := strings.Cut(trimmed, "=")
	after = strings.TrimLeft(after, " \t\n")
	if !found || len(trimmed) == len(s) || after == "" || after[0] != '"' && after[0] != '\'' {
		return "", "", "", false
	}
	end := strings.IndexByte(after[1:], after[0])
	if end < 0 {
		return "", "", "", false
	}
	return strings.TrimRight(key, " \t\n"), after[1 : 1+end], after[end+2:], true
}

// declarationValue tells whether an XML declaration may give the key that value.
func declarationValue(key, value string) bool {
	switch key {
	case "version":
		digits, ok := strings.CutPrefix(value, "1.")
		return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
	case "encoding":
		if value == "" || strings.IndexByte("0123456789.-_", value[0]) >= 0 {
			return false
		}
		return strings.IndexFunc(value, func(r rune) bool {
			return r >= 0x80 || !nameByte(byte(r)) || r == ':'
		}) < 0
	default:
		return value == "yes" || value == "no"
	}
}

// instruction skips a processing instruction.
func (p *xmlParser) instruction() error {
	start := p.i
	p.i += len("<?")
	q, err := p.qname()
	if err != nil {
		return err
	}
	target := p.s[q.at:q.end]
	switch {
	case target == "":
		return p.fail(start, "'<?' that starts no processing instruction")
	case strings.EqualFold(target, "xml"):
		return p.fail(start, "an XML declaration that does not stand at the very start")
	}
	end := strings.Index(p.s[p.i:], "?>")
	switch {
	case end < 0:
		return p.fail(start, "processing instruction without end")
	case end > 0 && !isSpace(p.s[p.i]):
		return p.fail(p.i, "white space expected behind the target of a processing instruction")
	}
	p.i += end + len("?>")
	return nil
}

// comment skips a comment.
func (p *xmlParser) comment() error {
	body := p.i + len("<!--")
	end := strings.Index(p.s[body:], "--")
	switch {
	case end < 0:
		return p.fail(p.i, "comment without end")
	case !strings.HasPrefix(p.s[body+end:], "-->"):
		return p.fail(body+end, "'--' inside a comment")
	}
	p.i = body + end + len("-->")
	return nil
}
