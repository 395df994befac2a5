package rdf_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/rdf"
	"github.com/boamp/boamp/internal/field"
)

func write(t *testing.T, name string, o export.Options, fields []*field.Field, rows ...[][]field.Value) string {
	t.Helper()
	f, err := export.Find(rdf.Formats(), name)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	e := f.New(&buf, o)
	if err := e.Begin(fields); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := e.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// TestNames: names of fields become names that all syntaxes have, and no address leaves its brackets.
func TestNames(t *testing.T) {
	fields := []*field.Field{{Name: "1_uai"}, {Name: "sum(a*b)"}, {Name: "é"}, {Name: ""}, {Name: "@id"}, {Name: "a:b"}}
	row := make([][]field.Value, len(fields))
	for i := range row {
		row[i] = []field.Value{field.Str("x")}
	}
	o := export.Options{Base: "https://h.example/a> b\"\n"}
	for _, f := range rdf.Formats() {
		got := write(t, f.Name, o, fields, row)
		for _, want := range []string{"https://h.example/a%3E%20b%22%0A#", "_x31__uai", "sum_x28_a_x2A_b_x29_", "_xE9_", "_x40_id", "a_x3A_b"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s is missing in\n%s", f.Name, want, got)
			}
		}
	}
}

// TestSubjects: a record has an IRI when its column has a value, else it is a blank node; a record without values says nothing.
func TestSubjects(t *testing.T) {
	fields := []*field.Field{{Name: "idweb"}, {Name: "n", Type: field.Int}}
	rows := [][][]field.Value{{{field.Str("26-1/é")}, {field.Num(1)}}, {nil, {field.Num(2)}}, {nil, nil}, {nil, {field.Num(3)}}}
	for name, c := range map[string]struct{ iri, blank string }{
		"turtle": {"<urn:boamp:records/26-1%2F%C3%A9>\n", "_:r3\n"},
		"n3":     {"<urn:boamp:records/26-1%2F%C3%A9>\n", "_:r3\n"},
		"rdfxml": {`rdf:about="urn:boamp:records/26-1%2F%C3%A9"`, `rdf:nodeID="r3"`},
		"jsonld": {`"@id":"urn:boamp:records/26-1%2F%C3%A9"`, `"@id":"_:r3"`},
	} {
		got := write(t, name, export.Options{Subject: "idweb"}, fields, rows...)
		if !strings.Contains(got, c.iri) || !strings.Contains(got, c.blank) {
			t.Errorf("%s:\n%s", name, got)
		}
		if got := write(t, name, export.Options{}, fields, rows...); strings.Contains(got, "26-1%2F") {
			t.Errorf("%s without a subject:\n%s", name, got)
		}
	}
}

// TestWellFormed: whatever the texts, the XML and the JSON can be read, with or without rows.
func TestWellFormed(t *testing.T) {
	fields := []*field.Field{{Name: "t", Label: "<\"&'>"}, {Name: "j", Type: field.JSON}}
	rows := [][][]field.Value{{{field.Str("]]> \x00 \uFFFE \xff </f:t> \" \\ \r\n")}, {field.Str("{")}}}
	for _, rows := range [][][][]field.Value{nil, rows} {
		d := xml.NewDecoder(strings.NewReader(write(t, "rdfxml", export.Options{}, fields, rows...)))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if got := write(t, "jsonld", export.Options{}, fields, rows...); !json.Valid([]byte(got)) {
			t.Errorf("no JSON: %s", got)
		}
	}
}
