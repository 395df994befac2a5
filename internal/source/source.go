// Package source is the contract of places that documents come from: a file, a folder tree, an archive, DILA's server. A
// source lists editions, the units that are applied whole, and streams the documents of each.
package source

import (
	"context"
	"iter"
	"time"
)

// Source gives documents.
type Source interface {
	// Editions lists the units to import, in the order in which to apply them. An edition is what was published together:
	// the files of one day's folder, one archive, one file.
	Editions(ctx context.Context) iter.Seq2[Edition, error]
}

// Edition is a set of documents that are applied together.
type Edition struct {
	Name  string // unique within the source and stable: "2026/09/11", "BOAMP-J-AO_2015_062009.taz"
	Items func(ctx context.Context) iter.Seq2[Item, error]
	// Bytes is the size of the input as it lies at the source, compressed or not; 0 when unknown. For progress only.
	Bytes int64
}

// Item is one raw document of an edition. An error beside an item (second value of the sequence) with a non-empty Origin
// says that this one could not be fetched or unpacked: the ledger keeps it as quarantined, and the sequence goes on. One
// error is no failure but an account: ErrCompanion. An error beside an item without Origin ends the sequence: the context
// was cancelled, or the edition as a whole cannot be read.
type Item struct {
	Bytes   []byte
	Origin  string    // see feed.Document
	Name    string    // see feed.Document
	Fetched time.Time // UTC
	// Consumed is how far the edition's input has been read, in the unit of Edition.Bytes. For progress only.
	Consumed int64
}
