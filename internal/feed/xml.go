package feed

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// ParseXML makes a tree of the bytes of a document, in whatever encoding they are; repaired says that it was not the one they
// claim, which FlagRepaired notes. Errors are those of tree.Decode and tree.ParseXML.
func ParseXML(src []byte, ns tree.Namespaces, limits tree.Limits) (d *tree.Doc, repaired bool, err error) {
	text, repaired, err := tree.Decode(src)
	if err != nil {
		return nil, false, err
	}
	d, err = tree.ParseXML(text, ns, limits)
	return d, repaired, err
}

// FlagRepaired marks the notices of a document whose bytes were not in the encoding they claimed; root is the place of its
// root element.
func FlagRepaired(repaired bool, root string, notices ...*notice.Notice) {
	if !repaired {
		return
	}
	for _, n := range notices {
		n.Flag("source", notice.FlagRepairedEncoding, "", root)
	}
}
