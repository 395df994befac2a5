package compare

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/mattn/go-sqlite3"

	"github.com/boamp/boamp/internal/text"
)

// SQLite is a database file with FTS5 indexes, in this process.
//
// Schema: the narrow table of what is filtered, sorted and counted apart from the records; a side table without rowid for each field of
// several values, with the day, so that a filter by one value comes in order; an index of each facet; FTS5 without content and without
// positions. FTS5 has no French stemmer: objet is indexed and asked by boamp's own stems, what a tokenizer of one's own would do.
// Records are packed by zstd, as PostgreSQL packs long texts and boamp its notices, and are unpacked here when they are asked for.
type SQLite struct {
	db   *sql.DB
	file string
}

const sqliteSchema = `
create table notices(n integer primary key, idweb text not null, day text, famille text, famille_libelle text, nature text, etat text, perimetre text, year int);
create table records(n integer primary key, json blob not null); -- zstd
create virtual table objet using fts5(words, content='', detail=none, tokenize='ascii');
create virtual table donnees using fts5(words, content='', detail=none, tokenize='unicode61 remove_diacritics 2');
`

// sqliteIndexes come after the rows.
var sqliteIndexes = []string{
	"create unique index notice_idweb on notices(idweb)",
	"create index notice_day on notices(day desc, idweb)",
	"create index notice_famille on notices(famille, day desc, idweb)",
	"create index notice_nature on notices(nature, day desc, idweb)",
	"create index notice_year on notices(year, nature)",
	"create index notice_libelle on notices(famille_libelle)",
	"create index notice_etat on notices(etat)",
	"create index notice_perimetre on notices(perimetre)",
	"insert into objet(objet) values('optimize')",
	"insert into donnees(donnees) values('optimize')",
	"analyze",
}

// OpenSQLite opens the database of a folder, which may be none yet.
func OpenSQLite(dir string) (*SQLite, error) {
	s := &SQLite{file: filepath.Join(dir, "comparison.sqlite")}
	s.db = s.ask()
	var found bool
	err := s.db.QueryRow("select sqlite_compileoption_used('ENABLE_FTS5')").Scan(&found)
	if err == nil && !found {
		err = errors.New("this program was built without FTS5: go build -tags sqlite_fts5")
	}
	if err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// ask opens the file for questions. A connection that is given back keeps its cache.
func (s *SQLite) ask() *sql.DB {
	db := open(s.file, "_journal_mode=WAL&_synchronous=OFF", "pragma cache_size=-200000", "pragma mmap_size=8000000000", "pragma temp_store=memory")
	db.SetMaxIdleConns(32)
	return db
}

// connector opens connections with settings that the driver has no words for.
type connector struct {
	driver *sqlite3.SQLiteDriver
	name   string
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.name) }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

func open(file, options string, pragmas ...string) *sql.DB {
	return sql.OpenDB(connector{name: "file:" + file + "?" + options, driver: &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := conn.Exec(p, nil); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
		}
		return nil
	}}})
}

// Schema is what the database is made by.
func (s *SQLite) Schema() string {
	return sqliteSchema + sideTables() + strings.Join(sqliteIndexes, ";")
}

func sideTables() string {
	var b strings.Builder
	for _, name := range listNames {
		fmt.Fprintf(&b, "create table %s(value text, day text, idweb text, n int, primary key(value, day desc, idweb)) without rowid;\n", name)
	}
	return b.String()
}

// Name is that of the tables.
func (s *SQLite) Name() string { return "SQLite FTS5" }

// Version asks the library.
func (s *SQLite) Version() string {
	var v string
	_ = s.db.QueryRow("select sqlite_version()").Scan(&v)
	return "SQLite " + v + ", go-sqlite3"
}

// Close closes the database.
func (s *SQLite) Close() error { return s.db.Close() }

// Size is that of the file.
func (s *SQLite) Size() (int64, error) {
	if _, err := s.db.Exec("pragma wal_checkpoint(truncate)"); err != nil {
		return 0, err
	}
	info, err := os.Stat(s.file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Load makes the file anew: all rows in one transaction, then the indexes, without a journal.
func (s *SQLite) Load(ctx context.Context, records iter.Seq2[*Record, error]) (err error) {
	if err := s.db.Close(); err != nil {
		return err
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(s.file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	db := open(s.file, "_journal_mode=OFF&_synchronous=OFF&_locking_mode=EXCLUSIVE", "pragma cache_size=-1000000", "pragma temp_store=memory")
	db.SetMaxOpenConns(1)
	defer func() {
		err = errors.Join(err, db.Close())
		s.db = s.ask()
	}()
	if _, err := db.ExecContext(ctx, sqliteSchema+sideTables()+ftsSettings); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	w, err := newSQLiteWriter(tx)
	if err != nil {
		return err
	}
	for r, err := range records {
		if err == nil {
			err = w.write(r)
		}
		if err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	indexes := sqliteIndexes
	for _, name := range listNames {
		indexes = append([]string{fmt.Sprintf("create index %s_n on %[1]s(n, value)", name)}, indexes...)
	}
	for _, x := range indexes {
		if _, err := db.ExecContext(ctx, x); err != nil {
			return fmt.Errorf("%s: %w", x, err)
		}
	}
	return nil
}

// ftsSettings have words gathered in memory, and merged once at the end.
const ftsSettings = `
insert into objet(objet, rank) values('hashsize', 100000000);
insert into donnees(donnees, rank) values('hashsize', 200000000);
insert into objet(objet, rank) values('automerge', 0);
insert into donnees(donnees, rank) values('automerge', 0);
`

// sqliteWriter holds prepared statements.
type sqliteWriter struct {
	n                              int64
	notice, record, objet, donnees *sql.Stmt
	list                           [lists]*sql.Stmt
}

func newSQLiteWriter(tx *sql.Tx) (*sqliteWriter, error) {
	w := &sqliteWriter{}
	type statement struct {
		into **sql.Stmt
		text string
	}
	all := []statement{
		{&w.notice, "insert into notices values(?,?,nullif(?,''),nullif(?,''),nullif(?,''),nullif(?,''),nullif(?,''),nullif(?,''),?)"},
		{&w.record, "insert into records values(?,?)"},
		{&w.objet, "insert into objet(rowid,words) values(?,?)"},
		{&w.donnees, "insert into donnees(rowid,words) values(?,?)"},
	}
	for i, name := range listNames {
		all = append(all, statement{&w.list[i], "insert or ignore into " + name + " values(?,?,?,?)"})
	}
	for _, x := range all {
		var err error
		if *x.into, err = tx.Prepare(x.text); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *sqliteWriter) write(r *Record) error {
	w.n++
	_, err := w.notice.Exec(w.n, r.ID, r.Day, r.Famille, r.Libelle, r.Nature, r.Etat, r.Perimetre, year(r.Day))
	if err == nil {
		_, err = w.record.Exec(w.n, packer.EncodeAll([]byte(r.JSON), nil))
	}
	if err == nil {
		_, err = w.objet.Exec(w.n, strings.Join(text.Terms(r.Objet), " "))
	}
	if err == nil {
		_, err = w.donnees.Exec(w.n, r.Donnees)
	}
	for i, values := range r.Lists {
		for _, v := range values {
			if err == nil && v != "" {
				_, err = w.list[i].Exec(v, r.Day, r.ID, w.n)
			}
		}
	}
	return err
}

// packer and unpacker are those of the records.
var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0))
)

// year is the year of a day, nil for none.
func year(day string) any {
	if len(day) < 4 {
		return nil
	}
	return day[:4]
}
