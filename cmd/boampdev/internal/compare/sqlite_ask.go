package compare

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/text"
)

// filter is the part of a statement behind "from", with its arguments. One list of values drives the statement where there is one,
// because it comes in the order of the page.
type filter struct {
	from  string
	where []string
	args  []any
	row   string // what has n, day and idweb
}

func (f *filter) and(condition string, args ...any) {
	f.where = append(f.where, condition)
	f.args = append(f.args, args...)
}

func (f *filter) text() string {
	if len(f.where) == 0 {
		return f.from
	}
	return f.from + " where " + strings.Join(f.where, " and ")
}

func sqliteFilter(q Question) *filter {
	f := &filter{from: "notices x", row: "x"}
	needed := q.Famille != "" || q.Nature != ""
	switch {
	case q.Departement != "":
		f.from = "code_departement x"
		f.and("x.value=?", q.Departement)
	case q.Descripteur != "":
		f.from = "descripteur_code x"
		f.and("x.value=?", q.Descripteur)
	default:
		needed = false
	}
	if needed {
		f.from += " join notices m on m.n=x.n"
	}
	table := "x"
	if needed {
		table = "m"
	}
	for _, c := range []struct{ condition, value string }{
		{table + ".famille=?", q.Famille}, {table + ".nature=?", q.Nature}, {"x.day>=?", q.From}, {"x.day<=?", q.To}, {"x.idweb=?", q.ID},
	} {
		if c.value != "" {
			f.and(c.condition, c.value)
		}
	}
	if q.Departement != "" && q.Descripteur != "" {
		f.and("x.n in (select n from descripteur_code where value=?)", q.Descripteur)
	}
	if len(q.Words) > 0 {
		var stems []string
		for _, w := range q.Words {
			for _, t := range text.Terms(w) {
				stems = append(stems, `"`+t+`"`)
			}
		}
		f.and("x.n in (select rowid from objet where objet match ?)", strings.Join(stems, " "))
	}
	if q.Code != "" {
		f.and("x.n in (select rowid from donnees where donnees match ?)", `"`+q.Code+`"`)
	}
	return f
}

// Ask asks by SQL.
func (s *SQLite) Ask(ctx context.Context, q Question) (Answer, error) {
	f := sqliteFilter(q)
	switch q.Form {
	case Facets:
		return s.facets(ctx, q, f)
	case Years:
		a := Answer{Counts: map[string]int64{}}
		sel := "select coalesce(year,0)||' '||coalesce(nature,''), count(*) from notices group by year, nature"
		if len(f.where) > 0 {
			sel = "select coalesce(year,0)||' '||coalesce(nature,''), count(*) from notices where n in (select x.n from " + f.text() + ") group by year, nature"
		}
		return a, s.counts(ctx, &a, "", sel, f.args)
	}
	return s.page(ctx, q, f)
}

func (s *SQLite) page(ctx context.Context, q Question, f *filter) (a Answer, err error) {
	if err := s.db.QueryRowContext(ctx, "select count(*) from "+f.text(), f.args...).Scan(&a.Total); err != nil {
		return a, err
	}
	sel := "select x.idweb, coalesce(x.day,'') from " + f.text() + " order by x.day desc, x.idweb limit ? offset ?"
	if q.Whole {
		sel = "select p.idweb, r.json from (select x.n, x.idweb, x.day from " + f.text() +
			" order by x.day desc, x.idweb limit ? offset ?) p join records r on r.n=p.n order by p.day desc, p.idweb"
	}
	rows, err := s.db.QueryContext(ctx, sel, append(f.args, pageSize, q.Offset)...)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	var page []byte
	for rows.Next() {
		var id string
		var rest sql.RawBytes
		if err := rows.Scan(&id, &rest); err != nil {
			return a, err
		}
		if q.Whole {
			if page, err = unpacker.DecodeAll(rest, page[:0]); err != nil {
				return a, err
			}
			rest = page
		}
		a.IDs = append(a.IDs, id)
		a.Bytes += len(rest)
	}
	return a, rows.Err()
}

// facets makes one statement for each facet. With a filter the matching notices are found once.
func (s *SQLite) facets(ctx context.Context, q Question, f *filter) (Answer, error) {
	a := Answer{Counts: map[string]int64{}}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return a, err
	}
	defer conn.Close()
	matching := ""
	if len(f.where) > 0 {
		matching = "found"
		for _, x := range []string{"drop table if exists temp.found", "create temp table found(n integer primary key)"} {
			if _, err := conn.ExecContext(ctx, x); err != nil {
				return a, err
			}
		}
		if _, err := conn.ExecContext(ctx, "insert into temp.found select x.n from "+f.text(), f.args...); err != nil {
			return a, err
		}
	}
	for _, name := range singleNames {
		sel := fmt.Sprintf("select %s, count(*) from notices where %[1]s is not null group by 1", name)
		if matching != "" {
			sel = fmt.Sprintf("select m.%s, count(*) from temp.found f join notices m on m.n=f.n where m.%[1]s is not null group by 1", name)
		}
		if err := scanCounts(ctx, conn, &a, name+"=", sel, nil); err != nil {
			return a, err
		}
	}
	for _, name := range listNames {
		sel := fmt.Sprintf("select value, count(*) from %s group by value", name)
		if matching != "" {
			sel = fmt.Sprintf("select s.value, count(*) from temp.found f join %s s on s.n=f.n group by 1", name)
		}
		if err := scanCounts(ctx, conn, &a, name+"=", sel, nil); err != nil {
			return a, err
		}
	}
	return a, nil
}

// querier is a database or one connection of it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (s *SQLite) counts(ctx context.Context, a *Answer, prefix, sel string, args []any) error {
	return scanCounts(ctx, s.db, a, prefix, sel, args)
}

func scanCounts(ctx context.Context, db querier, a *Answer, prefix, sel string, args []any) error {
	rows, err := db.QueryContext(ctx, sel, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", sel, err)
	}
	defer rows.Close()
	for rows.Next() {
		var value string
		var n int64
		if err := rows.Scan(&value, &n); err != nil {
			return err
		}
		a.Counts[prefix+value] = n
	}
	return rows.Err()
}
