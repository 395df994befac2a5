package odsql

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	tEnd    kind = iota
	tName        // a word: keyword, function or field; Dotted names are one word
	tQuoted      // a name in back-quotes
	tString
	tNumber
	tSign // operators and punctuation
)

// token is a piece of a text.
type token struct {
	kind  kind
	text  string // as typed
	value string // tName in lower case, tQuoted and tString without quotes and escapes, else as typed
	pos   int    // in characters
	start int    // in bytes
	end   int    // in bytes
}

// is reports whether the token is a keyword or a sign.
func (t token) is(s string) bool { return (t.kind == tName || t.kind == tSign) && t.value == s }

// scanner cuts a text into tokens.
type scanner struct {
	src  string
	at   int // bytes read
	char int // characters read
}

// bad is a piece of text that is no token.
type bad struct {
	what string
	pos  int
	hint string
}

// next gives the next token, tEnd behind the last.
func (s *scanner) next() (token, *bad) {
	s.blank()
	t := token{pos: s.char, start: s.at}
	if s.at == len(s.src) {
		t.end = s.at
		return t, nil
	}
	var fault *bad
	switch c := s.src[s.at]; {
	case c == '\'' || c == '"':
		t.kind, fault = tString, s.quoted(&t, c)
	case c == '`':
		t.kind, fault = tQuoted, s.quoted(&t, c)
		if fault == nil && t.value == "" {
			fault = &bad{"``", t.pos, "a name stands between back-quotes"}
		}
	case isLetter(c):
		t.kind = tName
		s.name()
	case isDigit(c) || c == '.' && isDigit(s.peek(1)):
		t.kind = tNumber
		s.number()
	default:
		t.kind, fault = tSign, s.sign()
	}
	if fault != nil {
		return t, fault
	}
	t.end = s.at
	t.text = s.src[t.start:t.end]
	s.char = t.pos + utf8.RuneCountInString(t.text)
	if t.kind == tName {
		t.value = strings.ToLower(t.text)
	} else if t.value == "" && t.kind != tString {
		t.value = t.text
	}
	return t, nil
}

func (s *scanner) blank() {
	for s.at < len(s.src) {
		r, n := utf8.DecodeRuneInString(s.src[s.at:])
		if !unicode.IsSpace(r) && r != '\ufeff' {
			return
		}
		s.at += n
		s.char++
	}
}

func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.src) {
		return s.src[s.at+n]
	}
	return 0
}

// name reads letters, digits and underscores; a dot joins two names.
func (s *scanner) name() {
	for isLetter(s.peek(0)) || isDigit(s.peek(0)) || s.peek(0) == '.' && isLetter(s.peek(1)) {
		s.at++
	}
}

// number reads digits with a fraction and an exponent. Two dots are those of a range.
func (s *scanner) number() {
	digits := func() {
		for isDigit(s.peek(0)) {
			s.at++
		}
	}
	digits()
	if s.peek(0) == '.' && isDigit(s.peek(1)) {
		s.at++
		digits()
	}
	if c := s.peek(0); c != 'e' && c != 'E' {
		return
	}
	n := 1
	if c := s.peek(1); c == '+' || c == '-' {
		n = 2
	}
	if isDigit(s.peek(n)) {
		s.at += n
		digits()
	}
}

// signs are those of two characters, then those of one.
const signs2, signs1 = "!= <= >= ..", "=:<>()[],*/+-"

func (s *scanner) sign() *bad {
	rest := s.src[s.at:]
	for two := range strings.FieldsSeq(signs2) {
		if strings.HasPrefix(rest, two) {
			s.at += 2
			return nil
		}
	}
	if strings.IndexByte(signs1, rest[0]) >= 0 {
		s.at++
		return nil
	}
	_, n := utf8.DecodeRuneInString(rest)
	return &bad{what: rest[:n], pos: s.char}
}

// quoted reads a text between quotes: the quote doubled or behind a backslash is the quote itself, other escapes are those of
// JSON, and a backslash before anything else stands for nothing.
func (s *scanner) quoted(t *token, quote byte) *bad {
	var b strings.Builder
	s.at++
	for s.at < len(s.src) {
		c := s.src[s.at]
		s.at++
		switch {
		case c == quote && s.peek(0) == quote && quote != '`':
			b.WriteByte(quote)
			s.at++
		case c == quote:
			t.value = b.String()
			return nil
		case c == '\\' && s.at < len(s.src):
			s.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	return &bad{string(quote), t.pos, "the quote is not closed"}
}

func (s *scanner) escape(b *strings.Builder) {
	c := s.src[s.at]
	s.at++
	switch c {
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		r, ok := s.hex()
		if !ok {
			b.WriteByte('u')
			return
		}
		if utf16.IsSurrogate(r) && strings.HasPrefix(s.src[s.at:], `\u`) {
			back := s.at
			s.at += 2
			low, ok := s.hex()
			if both := utf16.DecodeRune(r, low); ok && both != unicode.ReplacementChar {
				r = both
			} else {
				s.at = back
			}
		}
		b.WriteRune(r)
	default:
		b.WriteByte(c)
	}
}

// hex reads four hexadecimal digits.
func (s *scanner) hex() (rune, bool) {
	if s.at+4 > len(s.src) {
		return 0, false
	}
	r, err := strconv.ParseUint(s.src[s.at:s.at+4], 16, 16)
	if err != nil || strings.ContainsAny(s.src[s.at:s.at+4], "+_") {
		return 0, false
	}
	s.at += 4
	return rune(r), true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// reserved are the words that the portal does not take for names, unless in back-quotes.
const reserved = " and as asc avg by count date_format day dayofweek desc distinct equi false group hour ifnull or limit lower max " +
	"millisecond min minute month not null quarter range search second select sum top true upper where year "

func isReserved(word string) bool { return strings.Contains(reserved, " "+strings.ToLower(word)+" ") }

// quoteName writes a name so that it is read as one.
func quoteName(name string) string {
	s := scanner{src: name}
	if t, fault := s.next(); fault == nil && t.kind == tName && t.end == len(name) && t.start == 0 && !isReserved(name) && !strings.Contains(contextual, " "+t.value+" ") {
		return name
	}
	return "`" + escaped(name, '`') + "`"
}

// contextual are words that mean something in some places only. They are names everywhere when in back-quotes.
const contextual = " is in like to date geom include exclude "

// quoteText writes a text as a string.
func quoteText(s string) string { return `"` + escaped(s, '"') + `"` }

func escaped(s string, quote byte) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\u00` + strconv.FormatInt(int64(r)>>4, 16) + strconv.FormatInt(int64(r)&15, 16))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
