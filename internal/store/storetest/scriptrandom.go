package storetest

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// testRandomScripts compares answers to random requests in ODSQL with the reference. A failure prints the seed.
func testRandomScripts(t *testing.T, s ScriptSuite) {
	requests := s.Requests
	if testing.Short() {
		requests = min(requests, 100)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d requests", seed, requests)
	g := NewGenerator(seed)
	notices := inOrder(g.Notices(150))
	db := s.Open(t)
	t.Cleanup(func() { db.Close() })
	commit(t, db, notices...)
	v := view(t, db)
	w := &scriptWriter{g: g, notices: notices}
	found := 0
	for range requests {
		env, r := scriptEnv(), w.request()
		env.V20 = g.chance(4)
		if g.chance(2) {
			env.Zone = zone(t, one(g, []string{"Europe/Paris", "America/Cayenne", "Pacific/Noumea"}))
		}
		table, err := odsql.Compile(env, r)
		if err != nil {
			t.Fatalf("seed %d: %+v: %v", seed, r, err)
		}
		rows, diff := differ(table, s.Answer(t.Context(), v, table), referenceTable(notices, table))
		if diff != "" {
			t.Fatalf("seed %d, zone %s, version 2.0 %v: %+v\n%s", seed, env.Zone, env.V20, r, diff)
		}
		if rows > 0 {
			found++
		}
	}
	if t.Logf("%d of them find something", found); found < requests/2 {
		t.Errorf("seed %d: only %d of %d requests find something", seed, found, requests)
	}
}

// differ holds one answer against another and counts the rows; "" when they are equal.
func differ(t query.Table, got, want iter.Seq2[[][]field.Value, error]) (n int, diff string) {
	next, stop := iter.Pull2(want)
	defer stop()
	for row, err := range got {
		if err != nil {
			return n, fmt.Sprintf("row %d: %v", n, err)
		}
		expected, _, ok := next()
		if !ok {
			return n, fmt.Sprintf("more than %d rows", n)
		}
		for i, c := range t.Columns {
			if !alike(c.Type, row[i], expected[i]) {
				return n, fmt.Sprintf("row %d has %s = %v, want %v", n, c.Name, row[i], expected[i])
			}
		}
		n++
	}
	if _, _, ok := next(); ok {
		return n, fmt.Sprintf("only %d rows", n)
	}
	return n, ""
}

// alike compares values; sums of fractions may differ in their last digits.
func alike(t field.Type, a, b []field.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if t == field.Number {
			if math.Abs(a[i].Num-b[i].Num) > 1e-9*max(1, math.Abs(b[i].Num)) {
				return false
			}
		} else if t.Compare(a[i], b[i]) != 0 {
			return false
		}
	}
	return true
}

// scriptWriter writes random requests from a small vocabulary and from values of the notices.
type scriptWriter struct {
	g       *Generator
	notices []*notice.Notice
}

var (
	textNames   = strings.Fields("nature famille objet nomacheteur code_departement descripteur_code titulaire annonce_lie cpv buyer_siret version idweb etat donnees")
	singleTexts = strings.Fields("nature famille objet nomacheteur version idweb etat reference")
	wordNames   = strings.Fields("objet nomacheteur donnees descripteur_libelle titulaire nature_libelle title texte")
	dayNames    = strings.Fields("dateparution datefindiffusion published")
	timeNames   = strings.Fields("datelimitereponse deadline record_timestamp")
	numberNames = strings.Fields("lots amount estimated record_size awarded")
)

func (w *scriptWriter) request() odsql.Request {
	r := odsql.Request{Limit: -1}
	for range w.g.r.IntN(3) {
		r.Where = append(r.Where, w.condition(3))
	}
	switch w.g.r.IntN(5) {
	case 0, 1:
		w.groups(&r)
	case 2:
		r.Select, r.Export = w.aggregates(), w.g.chance(2)
	default:
		r.Select, r.OrderBy = w.list(w.column, 4), w.list(w.order, 3)
	}
	if w.g.chance(2) {
		r.Limit, r.Offset = w.g.r.IntN(30), w.g.r.IntN(10)
	}
	return r
}

// groups asks for groups; what they are ordered by is exact.
func (w *scriptWriter) groups(r *odsql.Request) {
	r.GroupBy = w.key() + " as k1"
	if w.g.chance(3) {
		r.GroupBy += ", " + w.key() + " as k2"
	}
	r.Select = w.aggregates() + ", count(*) as n, sum(lots) as l"
	if !w.g.chance(3) {
		r.OrderBy = one(w.g, []string{"n desc", "l", "count(*), l desc", "n desc, k1", "k1 desc", "-k1", "max(dateparution) desc, k1", "l / n desc", "n * -2, k1", "random(4)", "k1"})
		r.Limit = 1 + w.g.r.IntN(100)
	}
}

func (w *scriptWriter) key() string {
	n, d := one(w.g, numberNames), one(w.g, append(dayNames, timeNames...))
	return one(w.g, []string{
		one(w.g, textNames), one(w.g, dayNames), one(w.g, timeNames), "framework", "lots", "lower(" + one(w.g, singleTexts) + ")",
		"ifnull(" + one(w.g, singleTexts) + `, "?")`, "year(" + d + ")", "month(" + d + ")", "hour(" + d + ")", "date_format(" + d + `, "` + one(w.g, []string{"yyyy-MM", "E w", "MMMM"}) + `")`,
		"range(" + n + ", " + one(w.g, []string{"10", "2.5", "0.1", "1000"}) + ")", "range(" + n + ", *, 1, 2, 100, *)", "range(" + n + ", 1, 5.5, 1000)", "range(" + n + ", ]2, 90000[)",
		"range(" + d + ", 1 " + one(w.g, strings.Fields("day week month quarter year hour")) + ")", "range(" + d + ", 7d)", "range(" + d + `, *, "2024", "2024-06-15", *)`,
		"length(objet)", "lots * 2",
	})
}

func (w *scriptWriter) aggregates() string {
	return w.list(func() string {
		n := one(w.g, numberNames)
		return one(w.g, []string{
			"count(*)", "count(" + one(w.g, textNames) + ")", "count(distinct " + one(w.g, textNames) + ")", "sum(" + n + ")", "avg(" + n + ")", "min(" + n + ")", "max(" + n + ")",
			"median(" + n + ")", "percentile(" + n + ", 90)", "min(" + one(w.g, dayNames) + ")", "max(" + one(w.g, timeNames) + ")", "sum(lots * 2) / count(*)", "count(distinct year(dateparution))",
		})
	}, 3)
}

func (w *scriptWriter) column() string {
	return one(w.g, []string{
		"idweb", one(w.g, textNames), one(w.g, dayNames), one(w.g, timeNames), one(w.g, numberNames), "framework", "length(objet)", "lower(nomacheteur)", "lots * 2 + 1", "amount / lots",
		"ifnull(nature, famille) as x", "year(dateparution)", "date_format(datelimitereponse, \"E d MMM HH:mm\")", "json_format(donnees)", "include(date*)", "-estimated", "recordid", "datasetid",
		"5", "second(record_timestamp)", "length(titulaire) as t",
	})
}

func (w *scriptWriter) order() string {
	key := one(w.g, []string{one(w.g, textNames), one(w.g, dayNames), one(w.g, timeNames), one(w.g, numberNames), "length(objet)", "lower(nature)", "amount * 2", "month(dateparution)", "random(" + strconv.Itoa(w.g.r.IntN(9)) + ")", "framework", "idweb"})
	return key + one(w.g, []string{"", " desc", " asc"})
}

// list joins one to most pieces.
func (w *scriptWriter) list(piece func() string, most int) string {
	list := make([]string, 1+w.g.r.IntN(most))
	for i := range list {
		list[i] = piece()
	}
	return strings.Join(list, ", ")
}

func (w *scriptWriter) condition(depth int) string {
	if depth > 0 && !w.g.chance(3) {
		a, b := w.condition(depth-1), w.condition(depth-1)
		return one(w.g, []string{"not " + w.leaf(), "not (" + a + ")", "(" + a + " or " + b + ")", a + " and " + b, "(" + a + ") and not (" + b + ")"})
	}
	return w.leaf()
}

func (w *scriptWriter) leaf() string {
	t, d, at, n, op := one(w.g, textNames), one(w.g, dayNames), one(w.g, timeNames), one(w.g, numberNames), one(w.g, []string{"=", "!=", "<", "<=", ">", ">="})
	return one(w.g, []string{
		t + op + w.value(t), d + op + w.value(d), at + op + w.value(at), n + op + w.value(n), t + " in (" + w.value(t) + ", " + w.value(t) + ")", w.value(t) + " in " + t,
		n + " in " + w.between(n), t + " in " + w.between(t), "length(titulaire) in [10 to 19.5[", d + " in " + w.between(d), at + " in " + w.between(at), one(w.g, []string{t, d, at, n}) + " is " + one(w.g, []string{"", "not "}) + "null",
		"framework", "framework is not true", "partial = false", "nature " + op + " famille", d + op + one(w.g, dayNames), at + op + d, n + op + one(w.g, numberNames),
		"length(" + t + ")" + op + strconv.Itoa(w.g.r.IntN(30)), "year(" + one(w.g, []string{d, at}) + ")" + op + "2024", "hour(" + at + ") < 12", "date_format(" + d + `, "MM") = "0` + strconv.Itoa(1+w.g.r.IntN(9)) + `"`,
		"lower(" + t + ") = " + strings.ToLower(w.value(t)), "ifnull(nature, \"ANNULATION\") " + op + w.value("nature"), n + " * 2 " + op + " " + w.value(n) + " + 1", w.words(),
	})
}

func (w *scriptWriter) between(name string) string {
	return one(w.g, []string{"[", "]"}) + w.value(name) + one(w.g, []string{" to ", " .. "}) + w.value(name) + one(w.g, []string{"]", "["})
}

func (w *scriptWriter) words() string {
	f, text := one(w.g, wordNames), w.g.phrase(2)
	return one(w.g, []string{
		quoted(text), "search(" + f + ", " + quoted(text) + ")", "search(" + f + ", objet, " + quoted(text) + ")", "search(*, " + quoted(text) + ")", "suggest(" + f + ", " + quoted(text[:len(text)/2]) + ")",
		f + " like " + quoted(text), f + " like " + quoted("%"+text+"%"), f + " like " + quoted(text[:len(text)/2]+"%"), "startswith(" + one(w.g, textNames) + ", " + w.value("objet") + ")",
	})
}

// value is a literal for a field: a value of some notice, or one like it.
func (w *scriptWriter) value(name string) string {
	fd := f(name)
	for range 10 {
		values := fd.Get(one(w.g, w.notices))
		if len(values) == 0 {
			continue
		}
		switch v := one(w.g, values); fd.Type {
		case field.Int, field.Number:
			return strconv.FormatFloat(v.Num, 'f', -1, 64)
		case field.DateTime:
			at := v.Time.Format("2006-01-02T15:04:05Z")
			return one(w.g, []string{quoted(at), "date'" + at + "'", quoted(at[:10]), "date'" + at[:16] + "'", quoted(at[:4])})
		case field.Date:
			return one(w.g, []string{quoted(v.Str), "date'" + v.Str + "'", "date'" + v.Str[:7] + "'", quoted(strings.ReplaceAll(v.Str, "-", "/")), strings.ReplaceAll(v.Str, "-", "")})
		default:
			return quoted(v.Str)
		}
	}
	return map[field.Type]string{field.Text: `"x"`, field.Date: `"2024"`, field.DateTime: `"2024-05"`}[fd.Type] + map[bool]string{true: "7"}[fd.Type.Numeric()]
}

// quoted writes a text as ODSQL does. It may have been cut within a character.
func quoted(s string) string {
	b, err := json.Marshal(strings.ToValidUTF8(s, ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}
