package portal

import (
	"regexp"
	"strings"
)

// parution is the name of an archive of 2015 to 2023: "BOAMP-J-AO_2015_062009", type, year, day of the year and batch.
var parution = regexp.MustCompile(`^[A-Z][A-Z-]*_\d{4}_\d+$`)

// filename is the portal's name of the source file: the idweb for 3.2.5, the folder in which V110 kept the notice's HTML
// (the number of the parution), the archive for the others, null where it is not known.
func filename(in Input, idweb string) *string {
	if html := in.Gestion.Child("NOM_HTML").Text(); in.Gestion.Has("NOJO") && strings.Count(html, "/") >= 2 {
		dirs := strings.Split(html, "/")
		return given(dirs[len(dirs)-2])
	}
	name, _, _ := strings.Cut(in.Filename, ".")
	switch {
	case in.is325():
		return given(idweb)
	case parution.MatchString(name):
		return given(name)
	case in.Gestion.Has("NOJO") && name != idweb:
		return given(name)
	}
	return nil
}
