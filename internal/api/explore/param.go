package explore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/odshttp"
)

// params are the parameters of a request, with what version 2 alone has.
type params struct{ odshttp.Params }

// includes reads what an answer shows beside the fields.
func (p params) includes() (links, metas bool, err error) {
	if links, err = p.Flag("include_links", false); err != nil {
		return false, false, err
	}
	metas, err = p.Flag("include_app_metas", false)
	return links, metas, err
}

const (
	maxPage   = 100   // rows of a page
	maxWindow = 10000 // rows that paging reaches
)

// page reads limit and offset of a list.
func (p params) page(grouped bool) (limit, offset int, err error) {
	most, window, absent := maxPage, maxWindow, 10
	if grouped {
		most, window, absent = choiceGroupLimit, choiceGroupLimit, choiceGroupLimit
	}
	if limit, err = p.Integer("limit", absent); err != nil {
		return 0, 0, err
	}
	if limit < -1 || limit > most {
		return 0, 0, odshttp.Bad("limit", strconv.Itoa(limit), fmt.Sprintf("-1 <= limit <= %d", most))
	}
	if offset, err = p.offset("offset"); err != nil {
		return 0, 0, err
	}
	switch {
	case grouped && (limit == -1 || p.One("limit") == ""):
		limit = max(0, window-offset)
	case limit == -1:
		limit = choiceUnlimitedPage
	}
	if limit+offset > window {
		return 0, 0, odshttp.Bad("sum of offset + limit", strconv.Itoa(limit+offset), fmt.Sprintf("<= %d", window))
	}
	return limit, offset, nil
}

// offset reads a number of rows to skip.
func (p params) offset(name string) (int, error) {
	n, err := p.Integer(name, 0)
	if err == nil && n < 0 {
		err = odshttp.Bad(name, strconv.Itoa(n), name+" >= 0")
	}
	return n, err
}

// whole reads limit and offset of an export, which has no window: -1 is everything. rows and start, their names in version 1,
// stand in for them.
func (p params) whole() (limit, offset int, err error) {
	name, from := "limit", "offset"
	if p.One(name) == "" {
		name = "rows"
	}
	if p.One(from) == "" {
		from = "start"
	}
	if limit, err = p.Integer(name, -1); err != nil {
		return 0, 0, err
	}
	if limit < -1 {
		return 0, 0, odshttp.Bad(name, strconv.Itoa(limit), "-1 <= "+name)
	}
	offset, err = p.offset(from)
	return limit, offset, err
}

// raw is One, but blanks count as a value: a tab may divide cells.
func (p params) raw(name string) string {
	value := ""
	for _, x := range p.Params {
		if x.Name == name && x.Value != "" {
			value = x.Value
		}
	}
	return value
}

// grouped reports whether a request names groups.
func (p params) grouped() bool { return strings.TrimSpace(p.List("group_by")) != "" }
