package export

import (
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Missing is a format that others offer and boamp does not.
type Missing struct {
	Name   string
	Reason string // a sentence for users
	Hint   string // what to take instead
}

// Unsupported lists the export formats of the portal that make no sense for the BOAMP: its notices have no place on a map
// and are no calendar.
func Unsupported() []Missing {
	const geometry = "needs geometry, and no data set of the BOAMP has a place on a map"
	var list []Missing
	for _, name := range []string{"fgb", "gpx", "kml", "mvt", "ov2", "shp"} {
		list = append(list, Missing{name, "the format " + name + " " + geometry, "take csv, json, xlsx or parquet; geojson gives features without geometry"})
	}
	return append(list,
		Missing{"ics", "the format ics is a calendar, and records are no events", "take csv or json"},
		Missing{"ical", "the format ical is a calendar, and records are no events", "take csv or json"},
		Missing{"xls", "the format xls of Excel 97 ends at 65,536 rows and is not written", "take xlsx"},
	)
}

// Find looks for a format by its name. What is in Unsupported is a fault of kind Unsupported, any other unknown name one of kind
// NotFound that names the nearest formats.
func Find(formats []Format, name string) (Format, error) {
	names := make([]string, len(formats))
	for i, f := range formats {
		if f.Name == name {
			return f, nil
		}
		names[i] = f.Name
	}
	for _, m := range Unsupported() {
		if m.Name == name {
			return Format{}, fault.New(fault.Unsupported, "%s", m.Reason).WithHint("%s", m.Hint)
		}
	}
	err := fault.New(fault.NotFound, "unknown export format %q", name)
	if near := field.Nearest(name, names, 2); len(near) > 0 {
		return Format{}, err.WithHint("did you mean %s?", strings.Join(near, " or "))
	}
	return Format{}, err.WithHint("formats are: %s", strings.Join(names, ", "))
}

// CheckDelimiter reads the delimiter of a CSV file: one character other than a quote or the end of a line. A fault of kind Invalid
// otherwise, without position.
func CheckDelimiter(s string) (rune, error) {
	r := []rune(s)
	if len(r) != 1 || strings.ContainsRune("\"\r\n\x00\uFEFF\uFFFD", r[0]) {
		return 0, fault.New(fault.Invalid, "%q is no delimiter: one character other than a quote or a line end expected", s).
			WithHint(`usual delimiters are ; , | and the tab; in an address they are written %%3B %%2C %%7C %%09`)
	}
	return r[0], nil
}

// CheckCompression reads the compression of a Parquet file, "" for the default. A fault of kind Invalid otherwise, without position.
func CheckCompression(s string) (string, error) {
	switch s {
	case "", "snappy", "zstd":
		return s, nil
	}
	return "", fault.New(fault.Invalid, "%q is no compression of Parquet: snappy or zstd expected", s)
}

// SetFlavour reads the flavour of a CSV file: "" and "raw" leave the cells as they are, for programs; "tableur" is for spreadsheets, with
// a byte-order mark and with formulas defused (Spreadsheet). A fault of kind Invalid otherwise, without position.
func (o *Options) SetFlavour(name string) error {
	switch name {
	case "", "raw":
		return nil
	case "tableur":
		o.Spreadsheet, o.BOM = true, true
		return nil
	}
	return fault.New(fault.Invalid, "%q is no flavour of CSV: raw or tableur expected", name)
}
