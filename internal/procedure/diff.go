package procedure

import (
	"reflect"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/text"
)

// FieldChange is one value that differs between two versions.
type FieldChange struct {
	Path    string `json:"path"`             // in the typed notice; entries of lists by their key: "lots[number=2].deadline"
	Label   string `json:"label"`            // French
	LabelEN string `json:"label_en"`         // English
	Kind    string `json:"kind"`             // changed, added, removed
	Before  any    `json:"before,omitempty"` // a text, number, truth value or list; of an entry that was added or removed, an object by path
	After   any    `json:"after,omitempty"`  // likewise

	Announced bool `json:"announced,omitempty"` // the notice does not state the value: it says which date takes the place of which
}

// What became of a value.
const (
	Changed = "changed"
	Added   = "added"
	Removed = "removed"
)

// compare lists what differs, by path. Entries of lists that are whole on one side only are one change.
func compare(before, after map[string]value, complete bool) (fields []FieldChange, notStated []string) {
	entriesBefore, entriesAfter := entries(before), entries(after)
	whole := map[string]map[string]any{} // entries that are on one side only
	var order []string
	for _, path := range sortedKeys(before, after) {
		b, was := before[path]
		a, is := after[path]
		if was && is {
			if !same(path, b.of, a.of, complete) {
				fields = append(fields, change(path, Changed, b.of, a.of))
			}
			continue
		}
		if was && !complete {
			notStated = appendNew(notStated, member(path))
			continue
		}
		kind, val, missing := Removed, b.of, entriesAfter
		if is {
			kind, val, missing = Added, a.of, entriesBefore
		}
		entry := entryOf(path, missing)
		if entry == "" {
			fields = append(fields, oneSided(path, kind, val))
			continue
		}
		key := kind + " " + entry
		if whole[key] == nil {
			whole[key] = map[string]any{}
			order = append(order, key)
		}
		whole[key][strings.TrimPrefix(strings.TrimPrefix(path, entry), ".")] = val
	}
	for _, key := range order {
		kind, entry, _ := strings.Cut(key, " ")
		fields = append(fields, oneSided(entry, kind, whole[key]))
	}
	fields = withoutRepeated(fields)
	slices.SortStableFunc(fields, func(a, b FieldChange) int { return strings.Compare(a.Path, b.Path) })
	notStated = slices.DeleteFunc(notStated, func(m string) bool { return statesMember(after, m) })
	return fields, slices.Clip(notStated)
}

// withoutRepeated leaves the change of the publisher's profile out where that of the notice, which is the same address, changed alike.
func withoutRepeated(fields []FieldChange) []FieldChange {
	return slices.DeleteFunc(fields, func(f FieldChange) bool {
		return f.Path == "buyers[publisher].profile" && slices.ContainsFunc(fields, func(o FieldChange) bool {
			return o.Path == "profile" && o.Kind == f.Kind && o.Before == f.Before && o.After == f.After
		})
	})
}

func oneSided(path, kind string, val any) FieldChange {
	if kind == Added {
		return change(path, kind, nil, val)
	}
	return change(path, kind, val, nil)
}

func change(path, kind string, before, after any) FieldChange {
	l := labelOf(path)
	return FieldChange{Path: path, Label: l.fr, LabelEN: l.en, Kind: kind, Before: before, After: after}
}

// entries lists the entries of lists that a version has: "lots[number=1]".
func entries(m map[string]value) map[string]bool {
	list := map[string]bool{}
	for path := range m {
		for i := range path {
			if path[i] == ']' {
				list[path[:i+1]] = true
			}
		}
	}
	return list
}

// entryOf is the outermost entry of a path that the other version has not, "" for none.
func entryOf(path string, other map[string]bool) string {
	for i := range path {
		if path[i] == ']' && !other[path[:i+1]] {
			return path[:i+1]
		}
	}
	return ""
}

// member is the first name of a path.
func member(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

func statesMember(m map[string]value, name string) bool {
	for path := range m {
		if member(path) == name {
			return true
		}
	}
	return false
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// same reports whether two values say the same. An incomplete version repeats the title from the index of the bulletin, where it is
// cut short, written in another case, and ends with what the notice is.
func same(path string, before, after any, complete bool) bool {
	if reflect.DeepEqual(before, after) {
		return true
	}
	b, ok := before.(string)
	a, ok2 := after.(string)
	if !ok || !ok2 {
		return false
	}
	if complete || path != "title" && !strings.HasSuffix(path, ".name") {
		return squeeze(b) == squeeze(a)
	}
	b, a = plainTitle(b), plainTitle(a)
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// squeeze makes white space count no more than one blank.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func plainTitle(s string) string {
	s = squeeze(text.Fold(s))
	for _, end := range []string{"(rectificatif)", "(annulation)", "...", "…"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, end))
	}
	return s
}
