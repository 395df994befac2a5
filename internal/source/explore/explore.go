// Package explore follows a portal that speaks the Explore API, version 2.1: that of the BOAMP at Opendatasoft, or another boamp. An
// edition is a day of publication; a document is a record, byte for byte the line of the portal's JSON Lines.
//
// A pass asks once for all days at a time, with the number of records and the newest time stamp of each, and goes into the days that differ from
// what the ledger knows. Of such a day it asks for ids and time stamps, and then only for records that are new or stamped anew. So a
// pass that finds nothing costs one request, and one that finds ten notices costs three. Pages of records are never used: they end at
// 10,000, exports do not.
//
// A portal that does not let `record_timestamp` be asked is followed by counts, and its last days are read again. One that stamps all its
// records anew (a new version of its processing) would have its whole history read again: more than Spread such days are therefore not
// believed, and of them, too, only counts tell.
package explore

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
)

// Name is what the ledger calls this source.
const Name = "explore"

// Portal is the address of the portal of the BOAMP.
const Portal = "https://boamp-datadila.opendatasoft.com"

// Source is a data set of a portal. It remembers which days stand as the ledger says, so that one that lives on asks the ledger less. It
// implements source.Source; one pass at a time.
type Source struct {
	Base    string // address of the portal, with or without "/api/explore/v2.1"
	Dataset string // default "boamp"
	Client  *fetch.Client
	// Known gives the newest line of each origin of an edition of this source. Nil: nothing is known.
	Known func(ctx context.Context, edition string) (map[string]ledger.Line, error)
	From  notice.Date // first day; zero: the last Recent days and those before them up to one that is known
	To    notice.Date // last day; zero: the newest of the portal
	All   bool        // go into all days, whatever the ledger knows of them
	// Recent is how many of the newest days are looked at in any case, 14 by default; without time stamps the newest Again of them, 3 by
	// default, are read each time.
	Recent, Again int
	Spread        int   // days before the recent ones that may be stamped anew; default 60
	Limit         int64 // bytes of the records of a day; default 512 MiB

	mu    sync.Mutex
	stand map[string]string // edition: signature with which it stands in the ledger
}

var _ source.Source = (*Source)(nil)

// Editions gives the days that differ from what is known, the oldest first, so that a pass that is cut off leaves no hole.
func (s *Source) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		days, err := s.days(ctx)
		if err != nil {
			yield(source.Edition{Source: Name}, err)
			return
		}
		for _, d := range days {
			e := source.Edition{Source: Name, Name: d.edition()}
			e.Items = func(ctx context.Context) iter.Seq2[source.Item, error] { return s.items(ctx, d) }
			if !yield(e, nil) {
				return
			}
		}
	}
}

// known is Known, or nothing.
func (s *Source) known(ctx context.Context, edition string) (map[string]ledger.Line, error) {
	if s.Known == nil {
		return nil, nil
	}
	return s.Known(ctx, edition)
}

func (s *Source) dataset() string {
	set := s.Dataset
	if set == "" {
		set = "boamp"
	}
	base := strings.TrimRight(s.Base, "/")
	if !strings.Contains(base, "/api/explore/") {
		base += "/api/explore/v2.1"
	}
	return base + "/catalog/datasets/" + escape(set)
}

// final reports whether an error ends more than the question that it answers.
func final(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, fetch.ErrOver)
}

func positive(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}

// strange is the fault of an answer that is not what the API gives.
func strange(url, format string, args ...any) error {
	return fault.New(fault.Invalid, "the portal answers otherwise than the Explore API does: "+format, args...).At(url)
}
