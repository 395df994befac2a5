package feed

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// NewNotice starts a notice of a document: identity and source, nothing else.
func NewNotice(doc Document, v notice.Version, id string) *notice.Notice {
	return &notice.Notice{
		ID: id, Version: v,
		Source: notice.Source{
			SHA256: doc.SHA256, Size: int64(len(doc.Bytes)), Origin: doc.Origin, Form: "xml",
			Fetched: doc.Fetched, Reader: ReaderVersion,
		},
	}
}

// SetText fills *to, the value of field, with the text of an element as Text gives it; the first one stands.
func SetText(n *notice.Notice, to *string, field string, e tree.Node) {
	if *to != "" {
		return
	}
	if t := Text(n, field, e); t != "" {
		*to = t
		n.Declare(field, e.Path())
	}
}

// Text is the text of an element as people read it: CleanText of it, outer white space gone. It flags field where
// characters had to be guessed.
func Text(n *notice.Notice, field string, e tree.Node) string {
	written := e.Text()
	t, unclear := CleanText(written)
	if unclear {
		n.Flag(field, notice.FlagUnclearText, written, e.Path())
	}
	return strings.TrimSpace(t)
}

// SetChoice fills *to with the name of an element's first child: the way BOAMP documents write a choice.
func SetChoice(n *notice.Notice, to *string, field string, e tree.Node) {
	if *to != "" {
		return
	}
	if name := e.First().Name(); name != "" {
		*to = name
		n.Declare(field, e.Path())
	}
}

// SetDate fills *to from an element's text.
func SetDate(n *notice.Notice, to *notice.Date, field string, e tree.Node) {
	n.SetDate(to, field, e.Text(), e.Path())
}

// SetDeadline fills *to from an element's text.
func SetDeadline(n *notice.Notice, to **notice.Deadline, field, purpose string, e tree.Node) {
	n.SetDeadline(to, field, e.Text(), purpose, e.Path())
}

// Amount reads an element as an amount whose currency stands in an attribute.
func Amount(n *notice.Notice, field string, e tree.Node, currencyAttr string) *notice.Amount {
	if !e.Exists() {
		return nil
	}
	return n.NewAmount(field, e.Text(), e.Attr(currencyAttr), e.Path())
}

// WarnUnknown warns about every element below e whose name is not in known. It does not look below an unknown element.
func WarnUnknown(n *notice.Notice, e tree.Node, known map[string]bool) {
	for c := range e.All() {
		if !known[c.Name()] {
			n.Warn(c.Path(), Excerpt(c), "unknown element")
			continue
		}
		WarnUnknown(n, c, known)
	}
}

// Excerpt is the text at and below an element, for a warning.
func Excerpt(e tree.Node) string {
	var b strings.Builder
	for x := range e.Descend() {
		if t := x.Text(); t != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(t)
		}
		if b.Len() > 200 {
			break
		}
	}
	return b.String()
}
