package duckdb

import "context"

// keysLookedUp is how many notices ReadAll looks up by their id, about; each takes up to a millisecond. A block of the key's tree holds
// thousands of its nodes, and the tree of 1.7 million keys takes some hundred blocks: 2,000 paths, spread evenly, of several nodes each go through all.
const keysLookedUp = 2000

// ReadAll reads every value of every table and goes through the tree of the key, so that DuckDB meets each damaged block of the file: it
// keeps a checksum of each. The first is the error, a fault of kind Conflict. It takes as long as reading the file does, and little memory.
func (v *snapshot) ReadAll(ctx context.Context) error {
	if err := v.usable(ctx); err != nil {
		return err
	}
	var tables []string
	err := v.c.each(ctx, func(r *result) { tables = append(tables, r.text(0)) },
		"SELECT table_name FROM duckdb_tables() WHERE database_name = 'boamp' ORDER BY 1")
	if err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := v.c.one(ctx, func(*result) {}, "SELECT bit_xor(hash(t)) FROM \""+name+"\" t"); err != nil {
			return err
		}
	}
	return v.readKeys(ctx)
}

func (v *snapshot) readKeys(ctx context.Context) error {
	var ids []string
	err := v.c.each(ctx, func(r *result) { ids = append(ids, r.text(0)) },
		"SELECT "+colNotice+" FROM notices WHERE rowid % $1 = 0", max(1, v.info.Notices/keysLookedUp))
	for _, id := range ids {
		if err == nil {
			_, err = v.c.one(ctx, func(*result) {}, "SELECT rowid FROM notices WHERE "+colNotice+" = $1", id)
		}
	}
	return err
}
