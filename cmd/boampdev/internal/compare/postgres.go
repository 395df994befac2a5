//go:build unix

package compare

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Postgres is a PostgreSQL server, asked over its socket in the binary protocol.
//
// Schema: one table; lists as arrays with GIN indexes; the record as text of its own that is kept aside (TOAST, lz4); objet as tsvector by
// the French stemmer behind unaccent, donnees by words alone; b-trees for what is filtered together with the order of the page.
type Postgres struct {
	server *postgresServer
	pool   *pgxpool.Pool
}

const postgresSchema = `
create extension unaccent;
create text search configuration fr (copy = french);
alter text search configuration fr alter mapping for hword, hword_part, word with unaccent, french_stem;
create table staging(idweb text, day date, objet text, famille text, famille_libelle text, nature text, etat text, perimetre text,
  code_departement text[], descripteur_code text[], descripteur_libelle text[], type_marche text[], type_avis text[], criteres text[], donnees text, json text);
`

// postgresSteps come after the rows: the table with its words, then its indexes.
var postgresSteps = []string{
	`create table notices as select idweb collate "C" as idweb, day, extract(year from day)::int as year, famille, famille_libelle, nature, etat, perimetre,
  code_departement, descripteur_code, descripteur_libelle, type_marche, type_avis, criteres,
  to_tsvector('fr', objet) as objet_words, to_tsvector('simple', donnees) as donnees_words, json from staging`,
	"drop table staging",
	"alter table notices add primary key (idweb)",
	"create index on notices(day desc nulls last, idweb)",
	"create index on notices(famille, day desc nulls last, idweb)",
	"create index on notices(nature, day desc nulls last, idweb)",
	"create index on notices(year, nature)",
	"create index on notices using gin(code_departement)",
	"create index on notices using gin(descripteur_code)",
	"create index on notices using gin(objet_words)",
	"create index on notices using gin(donnees_words)",
	"vacuum analyze notices",
}

// StartPostgres starts a server on an empty folder. It must be closed.
func StartPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	server, err := startPostgres(ctx, o)
	if err != nil {
		return nil, err
	}
	p := &Postgres{server: server}
	if p.pool, err = pgxpool.New(ctx, fmt.Sprintf("host=%s user=compare dbname=postgres pool_max_conns=20", o.Dir)); err == nil {
		_, err = p.pool.Exec(ctx, postgresSchema)
	}
	if err != nil {
		_ = p.Close()
		return nil, err
	}
	return p, nil
}

// Name is that of the tables.
func (p *Postgres) Name() string { return "PostgreSQL" }

// Version asks the server.
func (p *Postgres) Version() string {
	var v string
	_ = p.pool.QueryRow(context.Background(), "show server_version").Scan(&v)
	return "PostgreSQL " + v + ", pgx"
}

// Close ends the server.
func (p *Postgres) Close() error {
	if p.pool != nil {
		p.pool.Close()
	}
	return p.server.close()
}

// Size is that of the table with its indexes.
func (p *Postgres) Size() (n int64, err error) {
	err = p.pool.QueryRow(context.Background(), "select pg_total_relation_size('notices')").Scan(&n)
	return n, err
}

// Load copies all rows, then makes words and indexes.
func (p *Postgres) Load(ctx context.Context, records iter.Seq2[*Record, error]) error {
	next, stop := iter.Pull2(records)
	defer stop()
	columns := append(append([]string{"idweb", "day", "objet", "famille", "famille_libelle", "nature", "etat", "perimetre"}, listNames[:]...), "donnees", "json")
	if _, err := p.pool.CopyFrom(ctx, pgx.Identifier{"staging"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		r, err, ok := next()
		if !ok || err != nil {
			return nil, err
		}
		return postgresRow(r), nil
	})); err != nil {
		return err
	}
	for _, x := range postgresSteps {
		if _, err := p.pool.Exec(ctx, x); err != nil {
			return fmt.Errorf("%s: %w", x, err)
		}
	}
	return nil
}

func postgresRow(r *Record) []any {
	row := []any{r.ID, dayOrNull(r.Day), clean(r.Objet), textOrNull(r.Famille), textOrNull(r.Libelle), textOrNull(r.Nature), textOrNull(r.Etat), textOrNull(r.Perimetre)}
	for _, list := range r.Lists {
		if list == nil {
			row = append(row, nil)
			continue
		}
		row = append(row, list)
	}
	return append(row, clean(r.Donnees), r.JSON)
}

// clean takes out the character that PostgreSQL cannot hold.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return clean(s)
}

func dayOrNull(s string) any {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return nil
	}
	return t
}
