package dilafake

import (
	"fmt"
	"html"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Style is how a listing looks.
type Style string

const (
	Preformatted Style = "pre"   // Apache with FancyIndexing, as at DILA
	Table        Style = "table" // Apache with HTMLTable
	Nginx        Style = "nginx" // exact sizes, months in letters
)

// row is an entry of a listing.
type row struct {
	name     string // of folders with "/"
	modified time.Time
	size     int64
}

// rows makes the entries of a folder of all files below it.
func rows(folder string, files []File) []row {
	var list []row
	at := map[string]int{}
	for _, f := range files {
		name, _, below := strings.Cut(strings.TrimPrefix(f.Path, folder), "/")
		r := row{name, f.Modified, int64(len(f.Body))}
		if below {
			r.name, r.size = name+"/", -1
		}
		if i, ok := at[r.name]; ok {
			if r.modified.After(list[i].modified) {
				list[i].modified = r.modified
			}
			continue
		}
		at[r.name] = len(list)
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(a, b row) int {
		if x, y := strings.HasSuffix(a.name, "/"), strings.HasSuffix(b.name, "/"); x != y {
			if x {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return list
}

// page writes the listing of the folder at an address.
func page(style Style, address string, list []row) []byte {
	title := html.EscapeString("Index of " + strings.TrimSuffix(address, "/"))
	parent := path.Dir(strings.TrimSuffix(address, "/"))
	if parent != "/" {
		parent += "/"
	}
	var b strings.Builder
	switch style {
	case Table:
		fmt.Fprintf(&b, tableHead, title, title, parent)
		for _, r := range list {
			fmt.Fprintf(&b, `<tr><td valign="top"><img src="/icons/%s"></td><td><a href="%s">%s</a></td><td align="right">%s  </td><td align="right">%s</td><td>&nbsp;</td></tr>`+"\n",
				icon(r), href(r.name), html.EscapeString(short(r.name, 23)), clock(r.modified, "2006-01-02 15:04"), Rounded(r.size))
		}
		b.WriteString("   <tr><th colspan=\"5\"><hr></th></tr>\n</table>\n</body></html>\n")
	case Nginx:
		fmt.Fprintf(&b, "<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<h1>%s</h1><hr><pre><a href=\"../\">../</a>\r\n", title, title)
		for _, r := range list {
			size := "-"
			if r.size >= 0 {
				size = fmt.Sprint(r.size)
			}
			fmt.Fprintf(&b, "<a href=\"%s\">%s</a>%s %s %19s\r\n", href(r.name), html.EscapeString(short(r.name, 50)), pad(r.name, 50), clock(r.modified, "02-Jan-2006 15:04"), size)
		}
		b.WriteString("</pre><hr></body>\r\n</html>\r\n")
	default:
		fmt.Fprintf(&b, preHead, title, title, parent)
		for _, r := range list {
			fmt.Fprintf(&b, "<img src=\"/icons/%s\" alt=\"[%s]\"> <a href=\"%s\">%s</a>%s %s  %s  \n",
				icon(r), alt(r), href(r.name), html.EscapeString(short(r.name, 23)), pad(r.name, 23), clock(r.modified, "2006-01-02 15:04"), Rounded(r.size))
		}
		b.WriteString("<hr></pre>\n</body></html>\n")
	}
	return []byte(b.String())
}

const preHead = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>%s</title>
 </head>
 <body>
<h1>%s</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <a href="?C=D;O=A">Description</a><hr><img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="%s">Parent Directory</a>                             -   
`

const tableHead = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>%s</title>
 </head>
 <body>
<h1>%s</h1>
  <table>
   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th><th><a href="?C=S;O=A">Size</a></th><th><a href="?C=D;O=A">Description</a></th></tr>
   <tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="%s">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td><td>&nbsp;</td></tr>
`

func icon(r row) string {
	if strings.HasSuffix(r.name, "/") {
		return "folder.gif"
	}
	return "text.gif"
}

func alt(r row) string {
	if strings.HasSuffix(r.name, "/") {
		return "DIR"
	}
	return "TXT"
}

func href(name string) string {
	stem, folder := strings.CutSuffix(name, "/")
	escaped := html.EscapeString(url.PathEscape(stem))
	if folder {
		escaped += "/"
	}
	return escaped
}

// short cuts a name as Apache does: what does not fit ends with "..>".
func short(name string, width int) string {
	if len(name) <= width {
		return name
	}
	return name[:width-3] + "..>"
}

func pad(name string, width int) string { return strings.Repeat(" ", max(0, width-len(name))) }

// clock shows a time as the clock of the server does.
func clock(t time.Time, layout string) string { return t.In(notice.Paris).Format(layout) }

// Rounded writes a size as Apache does: four characters, rounded, folders "  - ".
func Rounded(size int64) string {
	if size < 0 {
		return "  - "
	}
	if size < 973 {
		return fmt.Sprintf("%3d ", size)
	}
	for _, unit := range "KMGTPE" {
		remain := size & 1023
		size >>= 10
		switch {
		case size >= 973:
			continue
		case size < 9 || size == 9 && remain < 973:
			if remain = (remain*5 + 256) / 512; remain >= 10 {
				size, remain = size+1, 0
			}
			return fmt.Sprintf("%d.%d%c", size, remain, unit)
		case remain >= 512:
			size++
		}
		return fmt.Sprintf("%3d%c", size, unit)
	}
	return "****"
}
