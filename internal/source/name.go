package source

import (
	"path"
	"regexp"
	"strings"
)

// batchName matches the names of DILA's archives of many notices, which the portal keeps in `filename`:
// BOAMP-J-AO_2015_062009 (V230), MPA20060127 (V110).
var batchName = regexp.MustCompile(`^([A-Z][A-Z0-9-]*_[0-9]{4}_[0-9]{6}|[A-Z]{2,8}[0-9]{8})$`)

// NameOf gives the name of a file for feed.Document: its base name without extension, and without a second one below
// ".gz".
func NameOf(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	if plain := strings.TrimSuffix(base, ".gz"); plain != "" {
		base = plain
	}
	if stem := strings.TrimSuffix(base, path.Ext(base)); stem != "" {
		return stem
	}
	return base
}

// NameWithin gives the name of a file inside an archive whose own name is archive: the archive's when it is one of
// DILA's batches, as in the portal's `filename`, else the file's. A batch inside another archive keeps its own name.
func NameWithin(archive, file string) string {
	name := NameOf(file)
	if batchName.MatchString(archive) && !batchName.MatchString(name) {
		return archive
	}
	return name
}
