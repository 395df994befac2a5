//go:build unix

package compare

import (
	"context"
	"errors"
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
create table notices(idweb text collate "C" not null, day date, objet text, famille text, famille_libelle text, nature text, etat text, perimetre text,
  code_departement text[], descripteur_code text[], descripteur_libelle text[], type_marche text[], type_avis text[], criteres text[], donnees text, json text,
  year int, objet_words tsvector, donnees_words tsvector);
create function words() returns trigger language plpgsql as $$ begin
  new.year := extract(year from new.day);
  new.objet_words := strip(to_tsvector('fr', new.objet));
  new.donnees_words := strip(to_tsvector('simple', new.donnees));
  new.objet := null;
  new.donnees := null;
  return new;
end $$;
create trigger words before insert on notices for each row execute function words();
`

// postgresIndexes come after the rows.
var postgresIndexes = []string{
	"alter table notices add primary key (idweb)",
	"create index on notices(day desc nulls last, idweb)",
	"create index on notices(famille, day desc nulls last, idweb)",
	"create index on notices(nature, day desc nulls last, idweb)",
	"create index on notices(year, nature)",
	"create index on notices using gin(code_departement)",
	"create index on notices using gin(descripteur_code)",
	"create index on notices using gin(objet_words)",
	"create index on notices using gin(donnees_words)",
}

// StartPostgres starts a server on a folder, which may be empty. It must be closed.
func StartPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	server, err := startPostgres(ctx, o)
	if err != nil {
		return nil, err
	}
	p := &Postgres{server: server}
	p.pool, err = pgxpool.New(ctx, fmt.Sprintf("host=%s user=compare dbname=postgres pool_max_conns=20", o.Dir))
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// Schema is what the database is made by.
func (p *Postgres) Schema() string { return postgresSchema + strings.Join(postgresIndexes, ";") }

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

// Load copies all rows, then makes the indexes, in one transaction: what it makes itself it need not log. The words are made as the
// rows come; their texts are not kept.
func (p *Postgres) Load(ctx context.Context, records iter.Seq2[*Record, error]) error {
	const drop = "drop table if exists notices; drop function if exists words; drop text search configuration if exists fr; drop extension if exists unaccent"
	if _, err := p.pool.Exec(ctx, drop); err != nil {
		return err
	}
	tx, err := p.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // nothing after a commit
	if _, err := tx.Exec(ctx, postgresSchema); err != nil {
		return err
	}
	next, stop := iter.Pull2(records)
	defer stop()
	columns := append(append([]string{"idweb", "day", "objet", "famille", "famille_libelle", "nature", "etat", "perimetre"}, listNames[:]...), "donnees", "json")
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"notices"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		r, err, ok := next()
		if !ok || err != nil {
			return nil, err
		}
		return postgresRow(r), nil
	})); err != nil {
		return err
	}
	for _, x := range postgresIndexes {
		if _, err := tx.Exec(ctx, x); err != nil {
			return fmt.Errorf("%s: %w", x, err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	_, err = p.pool.Exec(ctx, "vacuum (analyze, process_toast false) notices")
	return err
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
