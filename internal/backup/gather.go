package backup

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// part is a file of the data folder that belongs into the backup.
type part struct {
	name     string // in the backup
	from     string
	size     int64 // bytes of it that belong to the backup
	modified time.Time
}

// known reports whether a backup holds the part as it is.
func (p part) known(m *Manifest) (File, bool) {
	f, ok := m.find(p.name)
	return f, ok && f.Size == p.size && f.Modified.Equal(p.modified)
}

// plain are the small files of a data folder that cannot be made again; those that are not there are left out.
func plain() []string { return []string{"FORMAT", "FEED", "MIRROR", "CATCHUP", "ERASED.jsonl"} }

// gather lists what belongs to the backup of a data folder up to a line of the ledger, in the order of the paths. Of the archives these are those
// that the lines name: what an import keeps meanwhile has no line yet and is part of the next backup. before is the backup that the folder
// had last, whose lines need not be read again; nil for none.
func gather(ctx context.Context, root string, sequence int64, before *Manifest) ([]part, error) {
	var list []part
	for _, name := range plain() {
		p, ok, err := stat(root, name)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, p)
		}
	}
	audits, err := os.ReadDir(filepath.Join(root, "audit"))
	if err != nil && !missing(err) {
		return nil, fault.Wrap(fault.Unavailable, err, "the results of audits cannot be listed")
	}
	for _, e := range audits {
		name := slashed("audit", e.Name())
		if p, ok, err := stat(root, name); err == nil && ok && allowed.MatchString(name) {
			list = append(list, p)
		}
	}
	months, archives, err := ledgerParts(ctx, root, sequence, before)
	if err != nil {
		return nil, err
	}
	list = append(list, months...)
	for _, name := range slices.Sorted(maps.Keys(archives)) {
		p, ok, err := stat(root, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.New(fault.Conflict, "an archive that the ledger names is not there").At(name).WithHint("boamp audit says what else is missing; an older backup may have it")
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

// stat describes a file of the data folder as a part; false when it is not there or no plain file.
func stat(root, name string) (part, bool, error) {
	from := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Stat(from)
	if missing(err) {
		return part{}, false, nil
	}
	if err != nil {
		return part{}, false, fault.Wrap(fault.Unavailable, err, "a file of the data folder cannot be read").At(name)
	}
	return part{name, from, info.Size(), info.ModTime().UTC()}, info.Mode().IsRegular(), nil
}

var month = regexp.MustCompile(`^[0-9]{4,}-[0-9]{2}\.jsonl$`)

// ledgerParts lists the files of the ledger up to a line, and the archives that the lines name. Lines are only added: a file of which the last
// backup has as many bytes, of the same time, has the same lines, and its archives are among those of that backup.
func ledgerParts(ctx context.Context, root string, sequence int64, before *Manifest) (list []part, archives map[string]bool, err error) {
	archives = map[string]bool{}
	entries, err := os.ReadDir(filepath.Join(root, "ledger"))
	if err != nil && !missing(err) {
		return nil, nil, fault.Wrap(fault.Unavailable, err, "the ledger cannot be listed")
	}
	last, ended := int64(0), false
	for _, e := range entries { // in the order of the months
		if !month.MatchString(e.Name()) || ended {
			continue
		}
		p, ok, err := stat(root, slashed("ledger", e.Name()))
		if err != nil || !ok {
			return nil, nil, err
		}
		if _, same := p.known(before); same && before.Sequence <= sequence {
			list, last = append(list, p), before.Sequence
			before.archives(archives)
			continue
		}
		n, err := p.cut(ctx, sequence, archives)
		if err != nil {
			return nil, nil, err
		}
		if p.size > 0 {
			list, last = append(list, p), n
		}
		ended = n == sequence // what comes behind is of later lines
	}
	if last != sequence {
		return nil, nil, fault.New(fault.Conflict, "the ledger ends at line %d, the store knows %d", last, sequence).WithHint("boamp import, or a restart of the server, sees to it")
	}
	return list, archives, nil
}

// archives notes the archives of a backup.
func (m *Manifest) archives(into map[string]bool) {
	for _, f := range m.Files {
		if isArchive(f.Path) {
			into[f.Path] = true
		}
	}
}

// maxLine bounds a line of the ledger, see package ledger.
const maxLine = 16 << 20

// cut reads the lines of a file of the ledger up to sequence, makes that its size, and notes the archives that they name.
func (p *part) cut(ctx context.Context, sequence int64, archives map[string]bool) (last int64, err error) {
	f, err := os.Open(p.from)
	if err != nil {
		return 0, fault.Wrap(fault.Unavailable, err, "the ledger cannot be read").At(p.name)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, p.size))
	lines.Buffer(make([]byte, 64<<10), maxLine)
	size := int64(0)
	for n := 0; lines.Scan(); n++ {
		b := lines.Bytes()
		seq, ok := number(b)
		if !ok {
			return 0, fault.New(fault.Conflict, "a line of the ledger is damaged").At(p.name + " line " + strconv.Itoa(n+1)).WithHint("restore the file from an older backup")
		}
		if seq > sequence {
			break
		}
		last, size = seq, size+int64(len(b))+1
		if name, ok := archiveOf(b); ok {
			archives[name] = true
		}
		if n%10_000 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	if err := lines.Err(); err != nil {
		return 0, fault.Wrap(fault.Unavailable, err, "the ledger cannot be read").At(p.name)
	}
	p.size = size
	return last, nil
}

// number reads the sequence with which a line begins.
func number(line []byte) (int64, bool) {
	digits, ok := bytes.CutPrefix(line, []byte(`{"seq":`))
	digits, _, found := bytes.Cut(digits, []byte(","))
	n, err := strconv.ParseInt(string(digits), 10, 64)
	return n, ok && found && err == nil && n > 0
}

// archiveOf is the file of the archive that a line names. Within a text of JSON a quote has a backslash before it, so the mark stands nowhere
// but where the member begins.
func archiveOf(line []byte) (string, bool) {
	_, rest, ok := bytes.Cut(line, []byte(`"raw":"`))
	name, _, found := bytes.Cut(rest, []byte("!"))
	path := slashed("raw", string(name))
	return path, ok && found && allowed.MatchString(path)
}
