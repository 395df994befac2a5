package field

import "github.com/boamp/boamp/internal/notice"

// references are the fields by which notices are found that name one another otherwise than by the number of the BOAMP.
func references() []*Field {
	return []*Field{
		{Name: "linked_reference", Label: "Références d'avis liés", LabelEN: "Linked references", Multi: true, Doc: "eForms identifiers (with the version where the document gives it) and journal numbers of the notices that this one points at: joue/127505-2024, boamp/A/20060126/47", Get: of(func(n *notice.Notice) []Value { return unique(linkedReferences(n)) })},
		{Name: "publication", Label: "Références de publication", LabelEN: "Publication numbers", Multi: true, Doc: "numbers under which journals published the notice: joue/127505-2024, boamp/A/20060126/47", Get: of(func(n *notice.Notice) []Value { return unique(publications(n)) })},
	}
}

func linkedReferences(n *notice.Notice) []string {
	var list []string
	for i := range n.Links {
		list = append(list, n.Links[i].NoticeID)
		if p := n.Links[i].Publication; p != nil {
			list = append(list, p.Key())
		}
	}
	return list
}

func publications(n *notice.Notice) []string {
	var list []string
	for i := range n.Publications {
		list = append(list, n.Publications[i].Key())
	}
	return list
}
