package dcat

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// writeTurtle writes a graph as Turtle: every named node is a statement of its own, nodes without a name stand in brackets.
func writeTurtle(w io.Writer, root *node) error {
	t := turtleWriter{out: bufio.NewWriter(w), queued: map[string]bool{root.iri: true}, queue: []*node{root}}
	for _, p := range prefixes {
		fmt.Fprintf(t.out, "@prefix %s: <%s> .\n", p.name, p.iri)
	}
	for len(t.queue) > 0 {
		n := t.queue[0]
		t.queue = t.queue[1:]
		fmt.Fprintf(t.out, "\n%s a %s", reference(n.iri), n.class)
		t.properties(n, "  ")
		fmt.Fprint(t.out, " .\n")
	}
	return t.out.Flush() // a bufio.Writer keeps the first error
}

type turtleWriter struct {
	out    *bufio.Writer
	queue  []*node // named nodes that are still to be described
	queued map[string]bool
}

func (t *turtleWriter) properties(n *node, indent string) {
	for _, p := range n.props {
		fmt.Fprintf(t.out, " ;\n%s%s ", indent, p.name)
		t.object(p, indent)
	}
}

func (t *turtleWriter) object(p property, indent string) {
	switch {
	case p.node != nil && p.node.iri == "":
		fmt.Fprintf(t.out, "[ a %s", p.node.class)
		t.properties(p.node, indent+"  ")
		fmt.Fprint(t.out, " ]")
	case p.node != nil:
		if !t.queued[p.node.iri] {
			t.queued[p.node.iri] = true
			t.queue = append(t.queue, p.node)
		}
		fmt.Fprint(t.out, reference(p.node.iri))
	case p.iri != "":
		fmt.Fprint(t.out, reference(p.iri))
	default:
		fmt.Fprint(t.out, quote(p.text))
		if p.lang != "" {
			fmt.Fprint(t.out, "@", p.lang)
		} else if p.kind != "" {
			fmt.Fprint(t.out, "^^", p.kind)
		}
	}
}

// reference writes an IRI. What must not stand in one is escaped; the IRIs of this package are escaped before.
func reference(iri string) string {
	var out strings.Builder
	out.WriteByte('<')
	for _, b := range []byte(iri) {
		if b <= ' ' || strings.IndexByte("<>\"{}|^`\\", b) >= 0 {
			fmt.Fprintf(&out, "%%%02X", b)
			continue
		}
		out.WriteByte(b)
	}
	out.WriteByte('>')
	return out.String()
}

// quote writes a string literal.
func quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ':
			out.WriteRune('\uFFFD') // as in XML, which has no such characters
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
