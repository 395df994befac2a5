package xlsx

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Styles of cells: their places in cellXfs of the part of styles; 0 is plain.
const (
	styleHead     = 1
	styleDate     = 2
	styleDateTime = 3
)

const (
	nsMain      = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsRelation  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPackage   = "http://schemas.openxmlformats.org/package/2006/"
	typePrefix  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

	sheetHead = declaration + `<worksheet xmlns="` + nsMain + `">`
	relations = declaration + `<Relationships xmlns="` + nsPackage + `relationships"><Relationship Id="rId1" Type="` + nsRelation +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	styles = declaration + `<styleSheet xmlns="` + nsMain + `">` +
		`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFDDE6F0"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>` +
		`<border><left/><right/><top/><bottom style="thin"><color rgb="FF8899AA"/></bottom><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// workbook lists the sheets. Excel keeps the area of the filters of a sheet as a hidden name; the first sheets have one.
func workbook(names, areas []string) string {
	var b strings.Builder
	b.WriteString(declaration + `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRelation + `"><bookViews><workbookView/></bookViews><sheets>`)
	for i, name := range names {
		fmt.Fprintf(&b, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escape(name), i+1, i+1)
	}
	b.WriteString("</sheets>")
	if len(areas) > 0 {
		b.WriteString("<definedNames>")
		for i, area := range areas {
			fmt.Fprintf(&b, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s</definedName>`, i, escape("'"+names[i]+"'!"+area))
		}
		b.WriteString("</definedNames>")
	}
	b.WriteString("</workbook>")
	return b.String()
}

func workbookRelations(sheets int) string {
	var b strings.Builder
	b.WriteString(declaration + `<Relationships xmlns="` + nsPackage + `relationships">`)
	for i := range sheets {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, nsRelation, i+1)
	}
	fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, sheets+1, nsRelation)
	return b.String()
}

func contentTypes(sheets int) string {
	var b strings.Builder
	b.WriteString(declaration + `<Types xmlns="` + nsPackage + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + typePrefix + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + typePrefix + `styles+xml"/>`)
	for i := range sheets {
		fmt.Fprintf(&b, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, typePrefix)
	}
	b.WriteString("</Types>")
	return b.String()
}

// escape makes a text fit for an attribute or an element.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
