package legacy

import (
	"bufio"
	"embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The classes of the old service, one description a generation: what it had generated from its schemas, and whose
// properties are the members of its JSON, in their order. A description reads
//
//	Class = NAME NAME*:Class @ATTRIBUTE # refs key( NAME NAME:Class ) elems key( NAME:Class )
//
// with a star behind what repeats, "@" before an attribute, "#" for the element's own text, and behind a colon the type of the
// value: a class, or one of the letters below; none is text. "refs" is a list of elements of several names which keep their names
// in the JSON, "elems" one in which they lose them. Keys are worked out from names (keyOf). Lines that begin with "//" are remarks.
//
//go:embed v010.txt v110.txt v230.txt
var descriptions embed.FS

// Types of values that are no class.
const (
	typeText    = ""
	typeAny     = "o" // an element of any type, empty as a rule: shown as XML in a string
	typeDecimal = "n"
	typeInteger = "i"
	typeDate    = "d" // a day or an instant: milliseconds
	typeBoolean = "b"
	typeConst   = "e" // one of a list: shown as the name of a Java constant
)

// table holds the classes of one generation.
type table struct {
	name    string // of the generation in Java names: "v110"
	classes map[string]*class
}

type class struct {
	name    string
	members []*member
	names   map[string]*member // by name of the elements that each member takes
	text    *member            // that takes the element's own text; nil for none
}

type memberKind int

const (
	element memberKind = iota
	attribute
	ownText
	refs  // elements of several names, each with its name
	elems // elements of several names, without
)

type member struct {
	kind  memberKind
	key   string
	name  string            // of the element or attribute
	many  bool              // an array, however often it comes
	typ   string            // of the value
	types map[string]string // of refs and elems: types by name
}

var (
	tableV010 = sync.OnceValue(func() *table { return readTable("v010") })
	tableV110 = sync.OnceValue(func() *table { return readTable("v110") })
	tableV230 = sync.OnceValue(func() *table { return readTable("v230") })
)

// readTable reads a description; a mistake in it is ours, and shows in the tests.
func readTable(name string) *table {
	t := &table{name: name, classes: map[string]*class{}}
	f, err := descriptions.Open(name + ".txt")
	if err != nil {
		panic("legacy: " + err.Error())
	}
	defer f.Close()
	var c *class
	var list *member
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if strings.HasPrefix(lines.Text(), "//") {
			continue
		}
		if len(words) > 1 && words[1] == "=" {
			c = &class{name: words[0], names: map[string]*member{}}
			t.classes[c.name] = c
			words = words[2:]
		}
		for _, w := range words {
			list = c.add(list, w)
		}
	}
	for _, c := range t.classes {
		c.settle()
	}
	return t
}

// add takes one word of a description. list is the list of elements that is being read, nil outside of one.
func (c *class) add(list *member, word string) *member {
	switch {
	case word == "refs" || word == "elems":
		m := &member{kind: refs, types: map[string]string{}}
		if word == "elems" {
			m.kind = elems
		}
		c.members = append(c.members, m)
		return m
	case word == ")":
		return nil
	case list != nil && list.key == "":
		list.key = strings.TrimSuffix(word, "(")
		return list
	}
	name, typ, _ := strings.Cut(word, ":")
	if list != nil {
		list.types[name], c.names[name] = typ, list
		return list
	}
	m := &member{typ: typ}
	m.name, m.many = strings.CutSuffix(name, "*")
	switch {
	case name == "#":
		m.kind, m.key, m.name, c.text = ownText, "value", "", m
	case name[0] == '@':
		m.kind, m.name = attribute, name[1:]
	default:
		c.names[m.name] = m
	}
	if m.key == "" {
		m.key = keyOf(m.name)
	}
	c.members = append(c.members, m)
	return nil
}

// settle brings the members into the order of the JSON. Java reads the properties that a field of the same name announces first;
// the field of a list of several elements is written otherwise than its property (titreAndX, titreandX), so it comes last.
func (c *class) settle() {
	slices.SortStableFunc(c.members, func(a, b *member) int { return late(a) - late(b) })
}

func late(m *member) int {
	if m.kind == refs || m.kind == elems {
		return 1
	}
	return 0
}

// keyOf is the key of an element or attribute: its local name without signs, the capitals at its beginning in lower case.
func keyOf(name string) string {
	name = name[strings.IndexByte(name, ':')+1:]
	letters := []rune(strings.NewReplacer("_", "", "-", "", ".", "").Replace(name))
	for i, r := range letters {
		if !unicode.IsUpper(r) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	return string(letters)
}
