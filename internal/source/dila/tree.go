package dila

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/notice"
)

// The two layouts of the tree meet in October 2023; a margin is left on either side.
var (
	firstFolders = notice.Date{Year: 2023, Month: time.October, Day: 1}
	lastArchives = notice.Date{Year: 2023, Month: time.December, Day: 31}
)

// history is the folder of closed years; below it a folder for each version of the format.
const history = "FluxHistorique/"

// below gives the folders that hold years: the base itself, and those of the history.
func (p *pass) below() ([]string, error) {
	if p.roots != nil {
		return p.roots, nil
	}
	l, err := p.list(p.ctx, history, fetch.Condition{})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	p.roots = []string{""}
	if err == nil {
		for _, e := range l.Entries {
			if e.Folder {
				p.roots = append(p.roots, history+e.Name+"/")
			}
		}
	}
	return p.roots, nil
}

func dayPath(d notice.Date) string { return fmt.Sprintf("%04d/%02d/%02d", d.Year, d.Month, d.Day) }

// year gives what lies between two days of a year, neither of which is open any more; false when the pass is to end.
func (p *pass) year(from, to notice.Date) bool {
	var list []archive
	if from.Compare(lastArchives) <= 0 {
		var ok bool
		if list, ok = p.archives(from, earlier(to, lastArchives)); !ok {
			return false
		}
	}
	for d := later(from, firstFolders); d.Compare(to) <= 0; d = d.AddDays(1) {
		n := slices.IndexFunc(list, func(a archive) bool { return a.day.Compare(d) > 0 })
		if n < 0 {
			n = len(list)
		}
		if !p.archiveList(list[:n]) {
			return false
		}
		list = list[n:]
		if !p.closed(d) {
			return false
		}
	}
	return p.archiveList(list)
}

func (p *pass) archiveList(list []archive) bool {
	for _, a := range list {
		if !p.archive(a) {
			return false
		}
	}
	return true
}

// closed gives a day that is no longer open, unless it is complete or the tree does not have it.
func (p *pass) closed(d notice.Date) bool {
	edition := dayPath(d)
	if p.isComplete(edition, time.Time{}) {
		return true
	}
	known, err := p.known(p.ctx, edition)
	if err != nil {
		p.over = err
		return p.goesOn()
	}
	if p.settled(d, known) {
		p.remember(edition, time.Time{})
		return true
	}
	days, err := p.month(d)
	if err != nil {
		p.trouble(edition, err)
		return p.goesOn()
	}
	if !slices.Contains(days, d.Day) {
		return true
	}
	return p.day(d)
}

// month gives the days of a month that the tree has.
func (p *pass) month(d notice.Date) ([]int, error) {
	path := fmt.Sprintf("%04d/%02d", d.Year, d.Month)
	if days, ok := p.months[path]; ok {
		return days, nil
	}
	p.months[path] = nil // what fails is not asked for again for each of its days
	roots, err := p.below()
	if err != nil {
		return nil, err
	}
	var days []int
	for _, root := range roots {
		l, err := p.list(p.ctx, root+path, fetch.Condition{})
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, e := range l.Entries {
			if n, err := strconv.Atoi(e.Name); err == nil && e.Folder && len(e.Name) == 2 {
				days = append(days, n)
			}
		}
	}
	p.months[path] = days
	return days, nil
}

// archive is one in a listing.
type archive struct {
	Entry
	edition string
	day     notice.Date // by its name; the first of January of its year when that says none
}

var (
	archiveEnd = regexp.MustCompile(`(?i)(\.xml)?(\.taz|\.zip|\.tgz|\.tar\.gz|\.tar)$`)
	batchDay   = regexp.MustCompile(`_([0-9]{4})_([0-9]{3})[0-9]{3}$`)
	plainDay   = regexp.MustCompile(`^[A-Z]{2,8}([0-9]{4})([0-9]{2})([0-9]{2})$`)
)

// archives lists the archives of days of a year, by day and name. What lies in several places is the same, and taken from the first.
func (p *pass) archives(from, to notice.Date) ([]archive, bool) {
	roots, err := p.below()
	if err != nil {
		p.trouble(history, err)
		return nil, p.goesOn()
	}
	var list []archive
	met := map[string]bool{}
	for _, root := range roots {
		path := fmt.Sprintf("%s%04d", root, from.Year)
		for _, e := range p.archiveFiles(path, 0) {
			a := newArchive(e, from.Year)
			if !met[a.edition] && a.day.Compare(from) >= 0 && a.day.Compare(to) <= 0 {
				met[a.edition] = true
				list = append(list, a)
			}
		}
		if p.over != nil {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b archive) int {
		if c := a.day.Compare(b.day); c != 0 {
			return c
		}
		return strings.Compare(a.edition, b.edition)
	})
	return list, p.goesOn()
}

// archiveFiles gives the archives in a folder, and in those of it that are no months. The types stand one folder below the year.
func (p *pass) archiveFiles(path string, depth int) (list []Entry) {
	l, err := p.list(p.ctx, path, fetch.Condition{})
	if err != nil {
		if !fault.Is(err, fault.NotFound) {
			p.trouble(path, err)
		}
		return nil
	}
	for _, e := range l.Entries {
		switch {
		case !e.Folder && archiveEnd.MatchString(e.Name):
			list = append(list, e)
		case e.Folder && depth == 0 && len(e.Name) > 2 && p.over == nil:
			list = append(list, p.archiveFiles(path+"/"+e.Name, 1)...)
		}
	}
	return list
}

// newArchive names the edition of an archive. That of an issue of DILA has the name that the file had first, ".taz", in whatever it was packed since.
func newArchive(e Entry, year int) archive {
	stem := archiveEnd.ReplaceAllString(e.Name, "")
	a := archive{Entry: e, edition: stem + ".taz", day: notice.Date{Year: year, Month: time.January, Day: 1}}
	if m := batchDay.FindStringSubmatch(stem); m != nil {
		n, _ := strconv.Atoi(m[2])
		a.day = earlier(a.day.AddDays(max(n, 1)-1), notice.Date{Year: year, Month: time.December, Day: 31})
		return a
	}
	if m := plainDay.FindStringSubmatch(stem); m != nil {
		if d, ok := notice.ParseDate(m[1] + "-" + m[2] + "-" + m[3]); ok && d.Year == year {
			a.day = d
		}
		return a
	}
	parts := strings.Split(strings.TrimSuffix(e.URL, "/"), fmt.Sprintf("/%04d/", year))
	a.edition = fmt.Sprintf("%04d/%s", year, parts[len(parts)-1])
	return a
}
