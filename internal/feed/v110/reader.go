// Package v110 reads the documents of 2006 to February 2015, schema Boamp_v110: a parution (PARUTION_BOAMP) with one notice
// (ANNONCE) or, in the bulk files, many (ANNONCE_REF). A notice is a header (GESTION) and a body (DONNEES) of mostly free
// text: dates in words, amounts with currency and tax, values of several lots one behind the other in one block.
//
// No schema of this generation is public; the names follow its reconstruction from public descriptions. What a document has
// beyond them is warned about and kept in the raw bytes. Three departures from what names suggest:
//
//   - the title of the form (TETIER_R4) may be that of the group before, so the number of the form (R4) decides;
//   - RECTIF in a result is the reference to its call, not a correction;
//   - TITRE elements are printed headings and say nothing.
package v110

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// Root is the name of the root element of the documents.
const Root = "PARUTION_BOAMP"

// Reader reads documents of V110. It is safe for concurrent use.
type Reader struct {
	limits tree.Limits
}

// New makes a reader with the default limits.
func New() *Reader { return &Reader{limits: tree.Limits{Bytes: maxBytes}} }

// maxBytes bounds a document; bulk files of 30 MB are known.
const maxBytes = 64 << 20

var _ feed.Reader = (*Reader)(nil)

// Read decodes a document. A bulk file with parts that cannot be read gives the others and one Reject a part.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	if len(doc.Bytes) > maxBytes {
		return feed.Result{}, fault.New(fault.TooLarge, "document of %d bytes, more than the limit of %d", len(doc.Bytes), maxBytes)
	}
	src, repaired, err := decode(doc.Bytes)
	if err != nil {
		return feed.Result{}, err
	}
	res, err := r.readText(doc, src)
	feed.FlagRepaired(repaired, "/"+Root, res.Notices...)
	return res, err
}

// decode is tree.Decode, but for zero bytes in a file of many notices, which it refuses: they are left where they are, so that
// the parser finds them, and the notices that hold them are lost and no others.
func decode(src []byte) (text []byte, repaired bool, err error) {
	const standIn = 1 // no text holds this one either
	if bytes.IndexByte(src, 0) < 0 || bytes.IndexByte(src, standIn) >= 0 || !bytes.Contains(src, []byte(partOpen)) {
		return tree.Decode(src)
	}
	text, repaired, err = tree.Decode(bytes.ReplaceAll(src, []byte{0}, []byte{standIn}))
	return bytes.ReplaceAll(text, []byte{standIn}, []byte{0}), repaired, err
}

// readText reads a document whose text is UTF-8.
func (r *Reader) readText(doc feed.Document, src []byte) (feed.Result, error) {
	if isBulk(src) {
		return r.readBulk(doc, src)
	}
	d, err := tree.ParseXML(src, nil, r.limits)
	if err != nil {
		return feed.Result{}, err
	}
	return r.ReadTree(doc, d.Root())
}

// ReadTree reads a document whose tree is there already: root is its PARUTION_BOAMP, or one notice taken out of it, which
// then lacks what the parution says: day of publication and edition.
func (r *Reader) ReadTree(doc feed.Document, root tree.Node) (feed.Result, error) {
	var res feed.Result
	if isNotice(root) && root.Has("GESTION") {
		n, err := readNotice(doc, tree.Node{}, root)
		if err != nil {
			return res, err
		}
		return feed.Result{Notices: []*notice.Notice{n}}, nil
	}
	if err := checkRoot(root); err != nil {
		return res, err
	}
	for a := range root.All() {
		part := fmt.Sprintf("%s %d", a.Name(), len(res.Notices)+len(res.Rejects)+1)
		if n, err := readNotice(doc, root, a); err != nil {
			res.Rejects = append(res.Rejects, feed.Reject{Part: part, Err: err})
		} else {
			res.Notices = append(res.Notices, n)
		}
	}
	switch {
	case len(res.Notices) > 0:
		return res, nil
	case len(res.Rejects) > 0:
		return feed.Result{}, res.Rejects[0].Err
	}
	return res, fault.New(fault.Invalid, "a parution without a notice").At("/" + Root)
}

func isNotice(e tree.Node) bool { return e.Name() == "ANNONCE" || e.Name() == "ANNONCE_REF" }

func checkRoot(root tree.Node) error {
	if root.Name() == Root {
		return nil
	}
	return fault.New(fault.Unsupported, "root element <%s> where <%s> was expected", root.Name(), Root).At("/" + root.Name())
}

func (r *Reader) readBulk(doc feed.Document, src []byte) (feed.Result, error) {
	b, err := cutBulk(src)
	if err != nil {
		return feed.Result{}, err
	}
	head, err := tree.ParseXML(append(append([]byte{}, b.head...), b.tail...), nil, r.limits)
	if err != nil {
		return feed.Result{}, err
	}
	if err := checkRoot(head.Root()); err != nil {
		return feed.Result{}, err
	}
	var res feed.Result
	for i, p := range b.parts {
		n, err := r.readPart(doc, b, p)
		if err != nil {
			res.Rejects = append(res.Rejects, feed.Reject{Part: partName(i+1, src[p.start:p.end]), Err: err})
			continue
		}
		res.Notices = append(res.Notices, n)
	}
	if len(b.parts) == 0 { // the mark of a part stood in a comment
		return feed.Result{}, fault.New(fault.Invalid, "a parution without a notice").At("/" + Root)
	}
	for _, g := range b.gaps {
		err := fault.New(fault.Invalid, "text between notices, which is read by nobody")
		if g.open {
			err = fault.New(fault.Invalid, "document ends without its end tag %s", b.tail).WithHint("the file may have been cut short: fetch it again")
		}
		res.Rejects = append(res.Rejects, feed.Reject{Part: "bytes outside the notices", Err: err.At(b.place(g.start))})
	}
	return res, nil
}

func (r *Reader) readPart(doc feed.Document, b *bulk, p span) (*notice.Notice, error) {
	if p.open {
		return nil, fault.New(fault.Invalid, "a notice without its end tag %s>", partClose).At(b.place(p.start))
	}
	d, err := tree.ParseXML(b.document(p), nil, r.limits)
	if err == nil {
		return readNotice(doc, d.Root(), d.Root().First())
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return nil, b.moved(f, p)
	}
	return nil, err
}

var nojoText = regexp.MustCompile(`<NOJO>\s*([0-9A-Za-z-]{1,20})\s*</NOJO>`)

// partName names a part by its place, and by its identity where that can be made out.
func partName(i int, part []byte) string {
	if m := nojoText.FindSubmatch(part); m != nil {
		return fmt.Sprintf("ANNONCE_REF %d (%s)", i, m[1])
	}
	return fmt.Sprintf("ANNONCE_REF %d", i)
}

// readNotice reads one ANNONCE or ANNONCE_REF.
func readNotice(doc feed.Document, root, annonce tree.Node) (*notice.Notice, error) {
	if !isNotice(annonce) {
		return nil, fault.New(fault.Invalid, "element <%s> where a notice was expected", annonce.Name()).At(annonce.Path())
	}
	gestion, donnees := annonce.Child("GESTION"), annonce.Child("DONNEES")
	if !gestion.Exists() || !donnees.Exists() {
		return nil, fault.New(fault.Invalid, "a notice without GESTION or DONNEES").At(annonce.Path())
	}
	id, path, err := identity(gestion)
	if err != nil {
		return nil, err
	}
	n := feed.NewNotice(doc, notice.V110, id)
	n.Source.Schema = portal.SchemaV110
	n.Declare("id", path)
	n.Record = portal.SynthesizeV110(gestion, donnees, portal.V110Parution{
		Nompublication: root.Attr("nompublication"),
		Dateparution:   root.Attr("dateparution"),
		Numparution:    root.Attr("numparution"),
	})
	readBody(feed.Body{Gestion: gestion, Donnees: donnees}, n)
	fillFromRecord(n, gestion)
	return n, nil
}

// identity is the NOJO of a notice. Without one the number in the parution serves, where it has the form of an identity, as
// that of MAPA notices has.
func identity(gestion tree.Node) (id, path string, err error) {
	nojo, num := gestion.Child("NOJO"), gestion.Child("NUM_ANN")
	switch {
	case notice.ValidID(nojo.Text()):
		return nojo.Text(), nojo.Path(), nil
	case nojo.Text() == "" && notice.IsIdweb(num.Text()):
		return num.Text(), num.Path(), nil
	}
	return "", "", fault.New(fault.Invalid, "NOJO %q is no identity of a notice", nojo.Text()).At(gestion.Path() + "/NOJO")
}

// fillFromRecord takes what the portal's rules made of the kind of notice, where the document itself does not tell. The status
// is that of the state, which is worked out from more than the portal looked at.
func fillFromRecord(n *notice.Notice, gestion tree.Node) {
	etat := n.State.Etat()
	for _, f := range []struct {
		to    *string
		field string
		value *string
		how   string
	}{
		{&n.Famille, "famille", n.Record.Famille, "as the flat record has it"},
		{&n.Perimetre, "perimetre", n.Record.Perimetre, "as the flat record has it"},
		{&n.Nature, "nature", n.Record.Nature, "as the flat record has it"},
		{&n.SousNature, "sous_nature", n.Record.Sousnature, "as the flat record has it"},
		{&n.Etat, "etat", &etat, "state"},
	} {
		if *f.to == "" && f.value != nil {
			*f.to = *f.value
			derive(n, f.field, gestion, f.how)
		}
	}
}
