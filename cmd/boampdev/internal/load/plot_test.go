package load_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

const growth = `{"table":"single","engine":"index","what":"notice by id","notices":101000,"p50_ms":0.5}
{"table":"single","engine":"index","what":"notice by id","notices":100000,"p50_ms":0.4}

{"table":"single","engine":"index","what":"notice by id","notices":1700000,"p50_ms":0.75}
{"table":"load","engine":"duckdb","what":"mixed load, closed loop","notices":1700000,"value":2,"unit":"requests/s","processor_ms":994}
`

func TestGrowth(t *testing.T) {
	lines, err := load.ReadLines(strings.NewReader(growth))
	if err != nil || len(lines) != 4 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	var table, plot, again bytes.Buffer
	if err := errors.Join(load.Growth(&table, lines), load.Plot(&plot, lines), load.Plot(&again, lines)); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"| | 0.1 M | 1.7 M |", "| median of a question, ms: notice by id | 0.40 | 0.75 |", "| mixed load: processor ms of an answer: DuckDB alone | - | 994 |",
	} {
		if !strings.Contains(table.String(), row+"\n") {
			t.Errorf("the table has no row %s:\n%s", row, table.String())
		}
	}
	if !bytes.Equal(plot.Bytes(), again.Bytes()) {
		t.Error("the drawing differs from one time to the next")
	}
	elements := 0
	for d := xml.NewDecoder(&plot); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the drawing is no XML: %v", err)
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements < 20 {
		t.Errorf("the drawing has %d elements", elements)
	}
	if _, err := load.ReadLines(strings.NewReader("{}\nno")); err == nil || !strings.HasPrefix(err.Error(), "line 2") {
		t.Errorf("a broken line: %v", err)
	}
}

func TestTargets(t *testing.T) {
	list := load.Targets([]load.Line{
		{Table: "load", Engine: "index", What: "mixed load, closed loop", Value: 600, Busy: &load.Shares{Others: 0.25}},
		{Table: "load", Engine: "duckdb", What: "mixed load, closed loop", Value: 2},
		{Table: "load", Engine: "index", What: "mixed load at 300 requests/s", P99: 151},
		{Table: "edition", Engine: "index", What: "readers before, 300 requests/s", P99: 10},
		{Table: "edition", Engine: "index", What: "readers meanwhile", P99: 21},
		{Table: "export", Engine: "index", What: "JSON Lines, whole records", Value: 10_000, Found: 20_000, Bytes: 200_000_000},
		{Table: "server", Engine: "small", What: "most resident, at the end", Value: 900},
	})
	got := map[string]string{}
	for _, v := range list {
		got[v.What] = v.Result
		if !v.Met {
			got[v.What] += ", missed"
		}
	}
	for what, want := range map[string]string{
		"mixed load, 16 clients": "600 requests/s", "p99 at half of it": "151 ms, missed", "mixed load against DuckDB alone": "300x",
		"readers' p99 while an edition comes in": "2.1x: 10.0 to 21.0 ms, missed", "JSON Lines of whole records": "100 MB/s", "most resident, smaller mode": "900 MB",
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %q", what, got[what], want)
		}
	}
	if len(list) != 6 {
		t.Errorf("%d rows of six that were measured", len(list))
	}
	var b bytes.Buffer
	if err := list.Markdown(&b); err != nil || !strings.Contains(b.String(), "| mixed load, 16 clients | >= 500 requests/s | 600 requests/s | yes | 0.25 |") {
		t.Errorf("%v\n%s", err, b.String())
	}
}
