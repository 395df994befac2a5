//go:build unix

package compare

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

func postgresFilter(q Question) (string, []any) {
	var where []string
	var args []any
	and := func(condition, value string) {
		if value != "" {
			args = append(args, value)
			where = append(where, fmt.Sprintf(condition, len(args)))
		}
	}
	and("idweb=$%d", q.ID)
	and("code_departement @> array[$%d::text]", q.Departement)
	and("descripteur_code @> array[$%d::text]", q.Descripteur)
	and("famille=$%d", q.Famille)
	and("nature=$%d", q.Nature)
	and("day>=($%d::text)::date", q.From)
	and("day<=($%d::text)::date", q.To)
	and("objet_words @@ plainto_tsquery('fr', $%d)", strings.Join(q.Words, " "))
	and("donnees_words @@ plainto_tsquery('simple', $%d)", q.Code)
	if len(where) == 0 {
		return "", nil
	}
	return " where " + strings.Join(where, " and "), args
}

// Ask asks by SQL.
func (p *Postgres) Ask(ctx context.Context, q Question) (Answer, error) {
	where, args := postgresFilter(q)
	switch q.Form {
	case Facets:
		return p.facets(ctx, where, args)
	case Years:
		return p.counts(ctx, "select coalesce(year,0)||' '||coalesce(nature,''), count(*) from notices"+where+" group by year, nature", args)
	}
	return p.page(ctx, q, where, args)
}

func (p *Postgres) page(ctx context.Context, q Question, where string, args []any) (a Answer, err error) {
	column := "coalesce(day::text,'')"
	if q.Whole {
		column = "json"
	}
	var batch pgx.Batch
	batch.Queue("select count(*) from notices"+where, args...)
	batch.Queue(fmt.Sprintf("select idweb, %s from notices%s order by day desc nulls last, idweb limit %d offset %d", column, where, pageSize, q.Offset), args...)
	answers := p.pool.SendBatch(ctx, &batch)
	defer answers.Close()
	if err := answers.QueryRow().Scan(&a.Total); err != nil {
		return a, err
	}
	rows, err := answers.Query()
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, rest string
		if err := rows.Scan(&id, &rest); err != nil {
			return a, err
		}
		a.IDs = append(a.IDs, id)
		a.Bytes += len(rest)
	}
	return a, rows.Err()
}

// facets makes one statement of all: the matching notices are found once.
func (p *Postgres) facets(ctx context.Context, where string, args []any) (Answer, error) {
	var parts []string
	from := "notices"
	with := ""
	if where != "" {
		with = "with found as materialized (select " + strings.Join(append(singleNames, listNames[:]...), ", ") + " from notices" + where + ") "
		from = "found"
	}
	for _, name := range singleNames {
		parts = append(parts, fmt.Sprintf("(select '%s='||%[1]s, count(*) from %s where %[1]s is not null group by %[1]s)", name, from))
	}
	for _, name := range listNames {
		parts = append(parts, fmt.Sprintf("(select '%s='||v, count(*) from %s, unnest(%[1]s) v where v<>'' group by v)", name, from))
	}
	return p.counts(ctx, with+strings.Join(parts, " union all "), args)
}

func (p *Postgres) counts(ctx context.Context, sel string, args []any) (Answer, error) {
	a := Answer{Counts: map[string]int64{}}
	rows, err := p.pool.Query(ctx, sel, args...)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var value string
		var n int64
		if err := rows.Scan(&value, &n); err != nil {
			return a, err
		}
		a.Counts[value] = n
	}
	return a, rows.Err()
}
