// Package lifecycle is the account of the APIs: which versions of which surface there are, since when, until when, what comes after
// them, and what changed on which day. It promises clients a window: what is to go is announced, and answers as before for at least
// Window. It knows paths and days, and neither HTTP nor a clock; package api/versions keeps the promise on the wire.
package lifecycle

import (
	"slices"
	"strings"
	"time"
)

// Window is the shortest time from the deprecation of a version to its sunset.
const Window = 30 * 24 * time.Hour

// Status is where a version stands at an instant.
type Status string

const (
	Current    Status = "current"    // answers; nothing is planned against it before its day of deprecation
	Deprecated Status = "deprecated" // answers as before, and says until when
	Retired    Status = "retired"    // answers 410 Gone with the way on
)

// Version is one version of one surface.
type Version struct {
	ID      string   // "explore/v2.0": stable, unique
	Surface string   // "explore"
	Name    string   // "v2.0"
	Title   string   // for people
	Style   Style    // in which the surface writes errors
	Paths   []string // beginnings of its paths, whole words without a slash at the end: "/api/explore/v2.0"

	Since      time.Time // when boamp served it first: a day, UTC
	Deprecated time.Time // when its use is discouraged from; zero when it is not
	Sunset     time.Time // when it ends; zero when Deprecated is
	Successor  string    // the ID of the version to go to; needed when Deprecated is set

	Docs string // its page: a path from the root of the repository
	Note string // what else a client should know; may be empty
}

// Style is how a surface writes errors.
type Style string

const (
	Problem   Style = "problem"    // RFC 9457
	Explore   Style = "explore"    // {"error_code", "message"}
	ExploreV1 Style = "explore-v1" // {"error"}
	Legacy    Style = "legacy"     // {"error", "hint"}, or XML
)

// Status is where the version stands at an instant. Its last instant is the one before Sunset.
func (v *Version) Status(now time.Time) Status {
	switch {
	case v.Deprecated.IsZero() || now.Before(v.Deprecated):
		return Current
	case now.Before(v.Sunset):
		return Deprecated
	}
	return Retired
}

// Kind says what happened to versions.
type Kind string

const (
	Added       Kind = "added"      // a version that was not there
	Changed     Kind = "changed"    // an addition or a correction within a version
	Discouraged Kind = "deprecated" // it is announced that versions will end
	Ended       Kind = "retired"    // versions answer no more
)

// Change is an entry of the changelog.
type Change struct {
	ID       string    // stable, unique: letters, digits and dashes
	Date     time.Time // from when it holds and is announced, UTC
	Kind     Kind
	Versions []string // IDs
	Title    string
	Text     string
}

// Registry is the checked account. It does not change; safe for concurrent use.
type Registry struct {
	versions []Version
	changes  []Change // newest first
}

// Versions lists all versions, in the order in which they were given. The caller owns the slice, not what its elements hold.
func (r *Registry) Versions() []Version { return slices.Clone(r.versions) }

// Changes lists what happened until an instant, newest first. The caller owns the slice, not what its elements hold.
func (r *Registry) Changes(now time.Time) []Change {
	return slices.DeleteFunc(slices.Clone(r.changes), func(c Change) bool { return c.Date.After(now) })
}

// Version finds a version by its ID; nil when there is none.
func (r *Registry) Version(id string) *Version {
	for i := range r.versions {
		if r.versions[i].ID == id {
			return &r.versions[i]
		}
	}
	return nil
}

// At finds the version that a path belongs to: the one with the longest beginning of whole words. nil when it is none's.
func (r *Registry) At(path string) *Version {
	var best *Version
	longest := 0
	for i := range r.versions {
		for _, p := range r.versions[i].Paths {
			if rest, ok := strings.CutPrefix(path, p); ok && len(p) > longest && (rest == "" || rest[0] == '/') {
				best, longest = &r.versions[i], len(p)
			}
		}
	}
	return best
}
