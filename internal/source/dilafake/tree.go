// Package dilafake is a server that gives what DILA's gives: a tree of documents with Apache's listings, files that appear and change as time passes, and, when
// told to, every kind of trouble. It serves tests, and `boampdev dila` serves it to people.
package dilafake

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tree holds files in all their states over time. What is visible depends on the moment: a file is there from the time of its first state. It is
// safe for concurrent use. Paths are those below the root, without a leading "/".
type Tree struct {
	mu    sync.Mutex
	files map[string][]state // in order of time
}

// state is a file from a moment on.
type state struct {
	at   time.Time
	body []byte
	gone bool
}

// NewTree makes an empty one.
func NewTree() *Tree { return &Tree{files: map[string][]state{}} }

// Put makes a file, or changes it under the same name, at a moment, which is its time of modification.
func (t *Tree) Put(path string, body []byte, at time.Time) { t.add(path, state{at: at, body: body}) }

// Remove lets a file vanish at a moment.
func (t *Tree) Remove(path string, at time.Time) { t.add(path, state{at: at, gone: true}) }

func (t *Tree) add(path string, s state) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.files[path]
	i := len(list)
	for i > 0 && list[i-1].at.After(s.at) {
		i--
	}
	t.files[path] = slices.Insert(list, i, s)
}

// Move gives all files below one folder their place below another, at once and with their times, as DILA does with closed years.
func (t *Tree) Move(from, to string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for path, list := range t.files {
		if rest, ok := strings.CutPrefix(path, from); ok {
			delete(t.files, path)
			t.files[to+rest] = list
		}
	}
}

// File is a file as it is at a moment.
type File struct {
	Path     string
	Body     []byte
	Modified time.Time
}

// At gives a file as it is at a moment.
func (t *Tree) At(path string, now time.Time) (File, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at(path, now)
}

func (t *Tree) at(path string, now time.Time) (File, bool) {
	list := t.files[path]
	for i := len(list) - 1; i >= 0; i-- {
		if s := list[i]; !s.at.After(now) {
			return File{path, s.body, s.at}, !s.gone
		}
	}
	return File{}, false
}

// Below gives the files below a folder ("" or ending with "/") at a moment, by path.
func (t *Tree) Below(folder string, now time.Time) []File {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []File
	for path := range t.files {
		if strings.HasPrefix(path, folder) {
			if f, ok := t.at(path, now); ok {
				list = append(list, f)
			}
		}
	}
	slices.SortFunc(list, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// Times gives the moments at which something changes, in order.
func (t *Tree) Times() []time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	met := map[int64]time.Time{}
	for _, list := range t.files {
		for _, s := range list {
			met[s.at.UnixNano()] = s.at
		}
	}
	return slices.SortedFunc(maps.Values(met), time.Time.Compare)
}
