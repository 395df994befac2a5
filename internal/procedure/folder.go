package procedure

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// manyBuyers is how many buyers that have nothing in common make a ContractFolderID a filler.
const manyBuyers = 3

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// folderOf is the ContractFolderID in the form in which it is compared.
func folderOf(n *notice.Notice) string { return strings.ToLower(strings.TrimSpace(n.ProcedureID)) }

// placeholder reports whether a ContractFolderID was only written because there must be one: not a UUID, or a UUID of one or two
// different digits.
func placeholder(id string) bool {
	if !uuid.MatchString(id) {
		return true
	}
	seen := map[rune]bool{}
	for _, r := range strings.ReplaceAll(id, "-", "") {
		seen[r] = true
	}
	return len(seen) <= 2
}

// folders adds the links that a common ContractFolderID makes: each notice with the latest one before it that has the same
// buyer. Of notices with nothing in common but the identifier a rejected link tells.
func (g *graph) folders(all *edges) {
	members := map[string][]*node{}
	for _, d := range g.ordered() {
		if f := folderOf(d.n); f != "" {
			members[f] = append(members[f], d)
		}
	}
	for _, d := range g.ordered() { // by notices, so that the order of links does not change
		f := folderOf(d.n)
		if f == "" || members[f][0] != d {
			continue
		}
		buyers := groups(members[f])
		for i, m := range members[f][1:] {
			all.add(folderLink(f, buyers, m, members[f][:i+1]))
		}
	}
}

// folderLink links a notice to the one before it in the procedure.
func folderLink(folder string, buyers int, m *node, before []*node) Edge {
	best := before[len(before)-1]
	like := best.buyer.compare(m.buyer)
	for i := len(before) - 2; i >= 0 && like != sameBuyer; i-- {
		if l := before[i].buyer.compare(m.buyer); l < like {
			best, like = before[i], l
		}
	}
	c := Edge{
		From: m.n.ID, To: best.n.ID, Relation: SameProcedure, Status: Joined, Grade: Strong,
		Evidence: []Ground{{Kind: EvidenceFolder, Path: m.n.Origins["procedure_id"].Path, Value: m.n.ProcedureID}},
	}
	switch {
	case like == otherBuyer:
		c.reject("%s and have nothing but the ContractFolderID in common", differ(m, best))
	case like == unlikeNames:
		c.reject("the buyers have no word of their names in common, and the notices nothing but the ContractFolderID")
	case buyers >= manyBuyers:
		c.reject("%d buyers who have nothing in common use this ContractFolderID: a filler", buyers)
	case placeholder(folder):
		c.reject("the ContractFolderID is no UUID, or a filler")
	case buyers > 1:
		c.lower(Weak, fmt.Sprintf("%d buyers who have nothing in common use this ContractFolderID", buyers))
	case like == unknownBuyer:
		c.lower(Weak, "one of the notices does not name its buyer")
	case like == doubtfulBuyer:
		c.lower(Weak, differ(m, best)+", but names are alike")
	}
	return c
}

// groups counts the buyers who have nothing in common.
func groups(members []*node) int {
	var apart []*node
next:
	for _, m := range members {
		for _, a := range apart {
			if a.buyer.compare(m.buyer) < unlikeNames {
				continue next
			}
		}
		apart = append(apart, m)
	}
	return len(apart)
}

// usable reports whether a ContractFolderID may name a procedure: it is no filler, and no two of those who use it are strangers.
func (g *graph) usable(folder string) bool {
	if placeholder(folder) {
		return false
	}
	var members []*node
	for _, d := range g.ordered() {
		if folderOf(d.n) == folder {
			members = append(members, d)
		}
	}
	return groups(members) <= 1
}

// sameVersions adds the links between versions and copies of one eForms notice.
func (g *graph) sameVersions(all *edges) {
	last := map[string]*node{}
	for _, d := range g.ordered() {
		id := strings.ToLower(d.n.NoticeID)
		if id == "" {
			continue
		}
		before := last[id]
		last[id] = d
		if before == nil {
			continue
		}
		c := Edge{
			From: d.n.ID, To: before.n.ID, Relation: SameProcedure,
			Evidence: []Ground{{Kind: EvidenceVersion, Path: d.n.Origins["notice_id"].Path, Value: d.n.NoticeID + "-" + d.n.NoticeVersion}},
		}
		if d.n.NoticeVersion == before.n.NoticeVersion {
			c.Relation = SameNotice
		}
		c.Status = Joined
		judgePublication(&c, d.buyer.compare(before.buyer), d, before)
		all.add(c)
	}
}
