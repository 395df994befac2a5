package storetest

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// scripts are requests in ODSQL with the rows that they give over the notices of scriptNotices. A script is a text of blocks, with
// blank lines between them; lines that begin with # are comments. A block has lines "clause: text" (select, where, group_by, order_by,
// limit, offset, zone, lang, version), a line "--", and the rows: first the names of the columns, then a line for each row, cells
// divided by " | ". Or, behind "--", "error:" and the beginning of the message.
//
//go:embed scripts/*.txt
var scripts embed.FS

// ScriptSuite says what to test with requests in ODSQL.
type ScriptSuite struct {
	Open func(t *testing.T) store.Store // a new, empty engine; the suite closes it
	// Answer answers a table: search.Table.
	Answer   func(ctx context.Context, v store.View, t query.Table) iter.Seq2[[][]field.Value, error]
	Requests int // random requests to compare with the reference
}

// RunScripts holds an engine against written requests and their rows, and against the reference over random requests.
func RunScripts(t *testing.T, s ScriptSuite) {
	t.Run("scripts", func(t *testing.T) {
		db := s.Open(t)
		t.Cleanup(func() { db.Close() })
		commit(t, db, scriptNotices()...)
		for _, script := range Scripts(t) {
			t.Run(script.Name, func(t *testing.T) {
				v := view(t, db)
				for _, b := range script.Blocks {
					got := b.answer(t.Context(), func(table query.Table) iter.Seq2[[][]field.Value, error] { return s.Answer(t.Context(), v, table) })
					if got != b.Want {
						t.Errorf("%s:%d %s\n got\n%s\nwant\n%s", script.Name, b.Line, b.Request.Select, got, b.Want)
					}
				}
			})
		}
	})
	t.Run("random requests", func(t *testing.T) { testRandomScripts(t, s) })
}

// Script is one file of requests.
type Script struct {
	Name   string
	Blocks []Block
}

// Block is one request with what it gives.
type Block struct {
	Line    int
	Head    string // the lines in front of the answer
	Env     odsql.Env
	Request odsql.Request
	Want    string
}

// Scripts reads all scripts.
func Scripts(t testing.TB) []Script {
	t.Helper()
	files, err := fs.Glob(scripts, "scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var list []Script
	for _, file := range files {
		text, err := scripts.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Script{path.Base(file), blocks(t, file, string(text))})
	}
	return list
}

func blocks(t testing.TB, file, text string) []Block {
	t.Helper()
	var list []Block
	line := 1
	for part := range strings.SplitSeq(text, "\n\n") {
		b := Block{Line: line, Env: scriptEnv(), Request: odsql.Request{Limit: 100}}
		line += strings.Count(part, "\n") + 2
		head, want, ok := strings.Cut("\n"+strings.TrimRight(part, "\n")+"\n", "\n--\n")
		b.Head, b.Want = strings.TrimPrefix(head, "\n"), strings.TrimSuffix(want, "\n")
		for l := range strings.SplitSeq(b.Head, "\n") {
			if l == "" || strings.HasPrefix(l, "#") {
				continue
			}
			if err := b.set(l); err != nil || !ok {
				t.Fatalf("%s:%d: %q: %v", file, b.Line, l, err)
			}
		}
		if ok {
			list = append(list, b)
		}
	}
	return list
}

// set reads one line of a request.
func (b *Block) set(line string) (err error) {
	name, value, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("no clause")
	}
	switch name {
	case "select":
		b.Request.Select = value
	case "where":
		b.Request.Where = append(b.Request.Where, value)
	case "group_by":
		b.Request.GroupBy = value
	case "order_by":
		b.Request.OrderBy = value
	case "limit":
		b.Request.Limit, err = strconv.Atoi(value)
	case "offset":
		b.Request.Offset, err = strconv.Atoi(value)
	case "zone":
		b.Env.Zone, err = time.LoadLocation(value)
	case "lang":
		b.Env.Lang = value
	case "version":
		b.Env.V20 = value == "2.0"
	case "kind":
		b.Request.Export = value == "export"
	default:
		return fmt.Errorf("unknown clause")
	}
	return err
}

// Expected is what a block gives by the reference.
func (b Block) Expected() string {
	records := inOrder(scriptNotices())
	return b.answer(context.Background(), func(table query.Table) iter.Seq2[[][]field.Value, error] { return referenceTable(records, table) })
}

func (b Block) answer(_ context.Context, answer func(query.Table) iter.Seq2[[][]field.Value, error]) string {
	table, err := odsql.Compile(b.Env, b.Request)
	if err != nil {
		return "error: " + err.Error()
	}
	lines := []string{""}
	for i, c := range table.Columns {
		if i > 0 {
			lines[0] += " | "
		}
		lines[0] += c.Name
	}
	for row, err := range answer(table) {
		if err != nil {
			return "fault: " + fault.KindOf(err).String() + ": " + err.Error()
		}
		cells := make([]string, len(row))
		for i, c := range table.Columns {
			cells[i] = scriptCell(c, row[i], b.Env.Zone)
		}
		lines = append(lines, strings.Join(cells, " | "))
	}
	return strings.Join(lines, "\n")
}

// scriptCell prints what a column shows: null, numbers of type number with a decimal point, several values in brackets.
func scriptCell(f *field.Field, values []field.Value, zone *time.Location) string {
	if len(values) == 0 {
		return "null"
	}
	list := make([]string, len(values))
	for i, v := range values {
		switch f.Type {
		case field.DateTime:
			list[i] = v.Time.In(zone).Format("2006-01-02T15:04:05.999999Z07:00")
		case field.Int:
			list[i] = strconv.FormatFloat(v.Num, 'f', -1, 64)
		case field.Number:
			if list[i] = strconv.FormatFloat(v.Num, 'g', 12, 64); !strings.ContainsAny(list[i], ".e") {
				list[i] += ".0"
			}
		case field.Bool:
			list[i] = strconv.FormatBool(v.Num != 0)
		default:
			list[i] = v.Str
		}
	}
	if f.Multi {
		return "[" + strings.Join(list, ", ") + "]"
	}
	return list[0]
}
