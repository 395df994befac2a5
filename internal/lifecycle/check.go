package lifecycle

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// New checks an account and keeps it. A fault of kind Invalid, at the version or change, when it breaks a promise: a window shorter than
// Window, a deprecation without a way on, or one that is not in the changelog.
func New(versions []Version, changes []Change) (*Registry, error) {
	r := &Registry{slices.Clone(versions), slices.Clone(changes)}
	slices.SortStableFunc(r.changes, func(a, b Change) int { return b.Date.Compare(a.Date) })
	if err := r.checkChanges(); err != nil {
		return nil, err
	}
	owner := map[string]string{} // of a path or an ID
	for i := range r.versions {
		v := &r.versions[i]
		err := cmp.Or(v.checkShape(), v.checkWindow(), r.checkSuccessor(v), r.checkAnnounced(v))
		for _, name := range append([]string{v.ID}, v.Paths...) {
			if owner[name] != "" && err == nil {
				err = fault.New(fault.Invalid, "%s belongs to %s already", name, owner[name])
			}
			owner[name] = v.ID
		}
		if err != nil {
			return nil, err.At("version " + v.ID)
		}
	}
	return r, nil
}

func (v *Version) checkShape() *fault.Error {
	switch {
	case v.ID == "" || v.ID != v.Surface+"/"+v.Name:
		return fault.New(fault.Invalid, "the id is the surface, a slash and the name: %s/%s is expected", v.Surface, v.Name)
	case v.Title == "" || v.Docs == "" || v.Style == "" || v.Since.IsZero() || len(v.Paths) == 0:
		return fault.New(fault.Invalid, "title, page, style, day and paths are needed")
	}
	for _, p := range v.Paths {
		if !strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
			return fault.New(fault.Invalid, "the path %q does not begin, or ends, with a slash", p)
		}
	}
	return nil
}

// checkWindow is the promise.
func (v *Version) checkWindow() *fault.Error {
	switch {
	case v.Deprecated.IsZero() && v.Sunset.IsZero():
		return nil
	case v.Deprecated.IsZero() || v.Sunset.IsZero():
		return fault.New(fault.Invalid, "a deprecated version has a day of deprecation and one of its end")
	case v.Deprecated.Before(v.Since):
		return fault.New(fault.Invalid, "it is deprecated before it is served")
	case v.Sunset.Sub(v.Deprecated) < Window:
		return fault.New(fault.Invalid, "%d days lie between deprecation and end: clients are promised %d", int(v.Sunset.Sub(v.Deprecated).Hours()/24), int(Window.Hours()/24)).
			WithHint("move the end to %s or later", v.Deprecated.Add(Window).Format(time.DateOnly))
	}
	return nil
}

// checkSuccessor wants a way on that is there when the version ends. Chains of successors end, because each ends later than the one before.
func (r *Registry) checkSuccessor(v *Version) *fault.Error {
	if v.Successor == "" && v.Deprecated.IsZero() {
		return nil
	}
	next := r.Version(v.Successor)
	switch {
	case v.Successor == "":
		return fault.New(fault.Invalid, "a deprecated version needs a successor")
	case next == nil || next == v:
		return fault.New(fault.Invalid, "the successor %q is no other version", v.Successor)
	case !next.Sunset.IsZero() && !v.Deprecated.IsZero() && !next.Sunset.After(v.Sunset):
		return fault.New(fault.Invalid, "the successor %s ends no later", v.Successor)
	case !v.Deprecated.IsZero() && next.Since.After(v.Deprecated):
		return fault.New(fault.Invalid, "the successor %s is not there on the day of deprecation", v.Successor)
	}
	return nil
}

// checkAnnounced wants the beginning, the deprecation and the end of a version in the changelog; the deprecation no later than it begins
// and as long before the end as promised.
func (r *Registry) checkAnnounced(v *Version) *fault.Error {
	day := func(k Kind) time.Time {
		for _, c := range slices.Backward(r.changes) { // the oldest
			if c.Kind == k && slices.Contains(c.Versions, v.ID) {
				return c.Date
			}
		}
		return time.Time{}
	}
	if added := day(Added); !added.Equal(v.Since) {
		return fault.New(fault.Invalid, "the changelog has no entry of its beginning on %s", v.Since.Format(time.DateOnly))
	}
	if v.Deprecated.IsZero() {
		return nil
	}
	if announced := day(Discouraged); announced.IsZero() || announced.After(v.Deprecated) {
		return fault.New(fault.Invalid, "the changelog does not announce its deprecation by %s", v.Deprecated.Format(time.DateOnly))
	}
	if ended := day(Ended); !ended.Equal(v.Sunset) {
		return fault.New(fault.Invalid, "the changelog has no entry of its end on %s", v.Sunset.Format(time.DateOnly))
	}
	return nil
}

func (r *Registry) checkChanges() *fault.Error {
	seen := map[string]bool{}
	for _, c := range r.changes {
		switch {
		case c.ID == "" || seen[c.ID] || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "":
			return fault.New(fault.Invalid, "%q is no id of its own", c.ID).At("change " + c.ID)
		case c.Date.IsZero() || c.Kind == "" || c.Title == "" || c.Text == "" || len(c.Versions) == 0:
			return fault.New(fault.Invalid, "day, kind, versions, title and text are needed").At("change " + c.ID)
		}
		seen[c.ID] = true
		for _, id := range c.Versions {
			if r.Version(id) == nil {
				return fault.New(fault.Invalid, "no version %q", id).At("change " + c.ID)
			}
		}
	}
	return nil
}
