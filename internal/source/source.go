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
	Source string // name of the place that is followed: "dila", "explore", "boamp"; empty for files at hand
	Name   string // unique within the source and stable: "2026/09/11", "BOAMP-J-AO_2015_062009.taz"
	Items  func(ctx context.Context) iter.Seq2[Item, error]
	// Bytes is the size of the input as it lies at the source, compressed or not; 0 when unknown. For progress only.
	Bytes int64
}

// Item is one raw document of an edition. An error beside an item (second value of the sequence) with a non-empty Origin
// says that this one could not be fetched or unpacked: the ledger keeps it as quarantined, and the sequence goes on. One
// error is no failure but an account: ErrCompanion. An error beside an item without Origin ends the sequence: the context
// was cancelled, or the edition as a whole cannot be read.
type Item struct {
	Bytes     []byte
	Origin    string    // see feed.Document
	Name      string    // see feed.Document
	Fetched   time.Time // UTC
	Published time.Time // when the source put it there, as it says; UTC; zero when it does not say
	Validator string    // by which the source tells whether it changed (ETag, else Last-Modified as written); empty for none
	Note      Note      // what the item is when it is no document
	Listed    int64     // for Listing: documents that the source lists
	IDs       []string  // for Erased: notices
	// Consumed is how far the edition's input has been read, in the unit of Edition.Bytes. For progress only.
	Consumed int64
}

// Note says what an item is that holds no document. Such items become lines of the ledger, in the same change as the documents
// of their edition.
type Note string

const (
	Document Note = ""        // it is one, or the error beside it says why its bytes are of no use
	Missing  Note = "missing" // the source lists it, and it could not be had: the error beside it says why
	Gone     Note = "gone"    // the source listed it before, and does so no more
	Listing  Note = "listing" // what the source lists of the edition: Listed counts it; Origin is the listing's address
	Erased   Note = "erased"  // the source has taken IDs out, and whoever follows it has to as well: the error beside it gives the reason
)
