package jsonschema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// Docs are the comments and constants of Go sources.
type Docs struct {
	Types     map[string]string   // comments by "package.Type" and "package.Type.Field", one line each
	Constants map[string][]string // values of the constants of a type of text, by "package.Type", in order
}

// ReadDocs reads sources, one text a file. An error is one of syntax.
func ReadDocs(sources ...string) (Docs, error) {
	d := Docs{Types: map[string]string{}, Constants: map[string][]string{}}
	for _, src := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return d, err
		}
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok {
				d.declaration(file.Name.Name+".", g)
			}
		}
	}
	return d, nil
}

func (d Docs) declaration(pkg string, g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil {
				doc = g.Doc
			}
			d.Types[pkg+s.Name.Name] = line(doc)
			if t, ok := s.Type.(*ast.StructType); ok {
				d.fields(pkg+s.Name.Name+".", t)
			}
		case *ast.ValueSpec:
			d.constants(pkg, s)
		}
	}
}

func (d Docs) fields(prefix string, t *ast.StructType) {
	for _, f := range t.Fields.List {
		for _, name := range f.Names {
			text := line(f.Doc)
			if c := line(f.Comment); c != "" {
				text = strings.TrimSpace(text + " " + c)
			}
			d.Types[prefix+name.Name] = text
		}
	}
}

func (d Docs) constants(pkg string, s *ast.ValueSpec) {
	var name string
	switch t := s.Type.(type) {
	case *ast.Ident:
		name = pkg + t.Name
	case *ast.SelectorExpr: // of a type of another package
		of, ok := t.X.(*ast.Ident)
		if !ok {
			return
		}
		name = of.Name + "." + t.Sel.Name
	default:
		return
	}
	for _, v := range s.Values {
		if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				d.Constants[name] = append(d.Constants[name], text)
			}
		}
	}
}

// line is a comment as one line.
func line(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }
