package dir

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// Source gives what lies at paths. It implements source.Source.
type Source struct {
	Paths []string // files or folders, as the user wrote them
	Open  Opener
}

var _ source.Source = Source{}

// Editions gives the editions path by path, as the paths were given. Below a folder:
//
//   - an archive (zip, tar, gzip tar) is an edition, named by its file; so is a JSON file or a CSV export above 1 MiB;
//   - all other files of a folder are one edition, named by the folder; a folder yyyy/MM/dd by that date;
//   - first come the files of the folder together, then its archives by date (when their names hold one) and name, then its
//     subfolders. Names are ordered with their numbers as numbers: 26-9.xml, then 26-10.xml.
//
// When the name is taken already, a number is added. Names and origins begin with the last element of the path that was given, wherever it
// was typed: they are published with the account of documents, and folders of this machine are nobody's business. Symbolic links and special files below a
// folder are not followed and become error items; a path given by the user may itself be a link. A path that is not
// there gives an error beside an edition with its name, and the others go on. A folder is read when its turn comes.
func (s Source) Editions(ctx context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		l := &listing{Source: s, ctx: ctx, yield: yield, taken: map[string]bool{}}
		for _, p := range s.Paths {
			if !l.path(filepath.Clean(p)) {
				return
			}
		}
	}
}

// listing is one run over the paths.
type listing struct {
	Source
	ctx   context.Context
	yield func(source.Edition, error) bool
	taken map[string]bool // names of editions
}

// file is what is known of a file before it is opened.
type file struct {
	path   string
	origin string // what it is called: its path from the last element of the path that the user wrote
	size   int64
	err    error // why it will not be opened
}

func (l *listing) path(p string) bool {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		kind, message := fault.Unavailable, "the path cannot be read"
		if os.IsNotExist(err) {
			kind, message = fault.NotFound, "there is no such file or folder"
		}
		return l.yield(source.Edition{Name: filepath.Base(absolute(p))}, fault.Wrap(kind, err, "%s", message).At(p))
	case info.IsDir():
		return l.folder(p, filepath.Base(absolute(p)))
	}
	name := filepath.Base(absolute(p))
	return l.edition(name, []file{{path: p, origin: name, size: info.Size(), err: irregular(info.Mode())}})
}

// folder lists a folder, whose short name is name, and those below.
func (l *listing) folder(dir, name string) bool {
	if err := l.ctx.Err(); err != nil {
		return l.yield(source.Edition{}, fault.Wrap(fault.Timeout, err, "listing was cancelled")) && false
	}
	entries, err := os.ReadDir(dir) // gives what it read before an error
	together, bulk, folders := l.sort(dir, name, entries)
	if err != nil {
		together = append(together, file{path: dir, origin: name, err: fault.Wrap(fault.Unavailable, err, "the folder cannot be listed")})
	}
	if len(together) > 0 && !l.edition(folderName(dir, name), together) {
		return false
	}
	for _, f := range bulk {
		if !l.edition(filepath.Base(f.path), []file{f}) {
			return false
		}
	}
	for _, sub := range folders {
		if !l.folder(filepath.Join(dir, sub), name+"/"+sub) {
			return false
		}
	}
	return true
}

// sort puts the entries of a folder in order: files that belong together, files that are editions, subfolders.
func (l *listing) sort(dir, name string, entries []fs.DirEntry) (together, bulk []file, folders []string) {
	sortNatural(entries)
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
			continue
		}
		f := file{path: filepath.Join(dir, e.Name()), origin: name + "/" + e.Name(), err: irregular(e.Type())}
		if info, err := e.Info(); err == nil {
			f.size = info.Size()
		}
		if f.err == nil && l.isBulk(f) {
			bulk = append(bulk, f)
		} else {
			together = append(together, f)
		}
	}
	sortBatches(bulk)
	return together, bulk, folders
}

func irregular(m fs.FileMode) error {
	switch {
	case m&fs.ModeSymlink != 0:
		return fault.New(fault.Unsupported, "a symbolic link, which is not followed").WithHint("give its target as a path to import")
	case !m.IsRegular():
		return fault.New(fault.Unsupported, "a device, pipe or socket, not a file")
	}
	return nil
}

var dayFolder = regexp.MustCompile(`(?:^|/)([0-9]{4}/[0-9]{2}/[0-9]{2})$`)

// folderName names the edition of a folder: the date of a day's folder as DILA lays them out, else its path from the one
// that was given.
func folderName(dir, name string) string {
	if m := dayFolder.FindStringSubmatch(filepath.ToSlash(absolute(dir))); m != nil {
		return m[1]
	}
	return name
}

func absolute(p string) string {
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}

// edition gives an edition under its name, numbered when that is taken.
func (l *listing) edition(name string, files []file) bool {
	short := name
	for n := 2; l.taken[name]; n++ {
		name = fmt.Sprintf("%s (%d)", short, n)
	}
	l.taken[name] = true
	e := source.Edition{Name: name, Items: func(ctx context.Context) iter.Seq2[source.Item, error] { return l.Open.files(ctx, files) }}
	for _, f := range files {
		e.Bytes += f.size
	}
	return l.yield(e, nil)
}
