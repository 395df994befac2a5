package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/notice"
)

// scriptEnv is what the requests of scripts mean by their names and times.
func scriptEnv() odsql.Env {
	return odsql.Env{
		Fields: catalogue, Columns: catalogue.Flat(), Text: []*field.Field{f("texte"), f("objet"), f("nomacheteur"), f("donnees")}, Dataset: "boamp",
		Now: time.Date(2026, 3, 30, 8, 15, 0, 0, time.UTC), Zone: time.UTC, Lang: "fr",
	}
}

// scriptNotice is one line of the data of the scripts; "" is null.
type scriptNotice struct {
	id, nature, famille, objet, acheteur string
	day, deadline                        string
	departements, descripteurs           string // with blanks between them
	lots                                 int
	estimated                            float64 // 0 is null
	framework                            bool
	label, donnees                       string
}

// scriptLines are the notices of the scripts. Days and deadlines lie about the change of clocks of 29 March 2026.
func scriptLines() []scriptNotice {
	return []scriptNotice{
		{"26-1", "APPEL_OFFRE", "MAPA", "Réfection de la toiture de l'école", "Commune de Saint-Exemple", "2026-03-27", "2026-04-27T10:00:00Z", "44", "163 186", 0, 90000, false, "Avis de marché/", `{"OBJET":{"CPV":"45261210"}}`},
		{"26-2", "APPEL_OFFRE", "FNS", "Entretien des espaces verts", "Commune de Saint-Exemple", "2026-03-28", "2026-03-28T23:30:00Z", "44 49", "186", 3, 20.5, false, "Avis de marché/", `{"OBJET":{"CPV":"77310000"}}`},
		{"26-3", "APPEL_OFFRE", "JOUE", "Fourniture de denrées alimentaires pour les écoles", "Métropole d'Essai", "2026-03-28", "", "75", "", 12, 1500000.25, true, "Avis de marché/", ""},
		{"26-4", "ATTRIBUTION", "FNS", "Nettoyage des locaux", "Métropole d'Essai", "2026-03-29", "", "75 77 78", "365", 1, 0, false, "Résultat de marché/", `{"TITULAIRE":"Société Imaginaire"}`},
		{"26-5", "ATTRIBUTION", "JOUE", "Maîtrise d'œuvre", "Département du Modèle", "2026-03-29", "", "974", "182 163", 15, 40, true, "Résultat de marché/Concession", "pas du JSON"},
		{"26-6", "RECTIFICATIF", "MAPA", "", "Département du Modèle", "2026-03-30", "2026-03-29T00:30:00Z", "", "", 19, 30, false, "Rectificatif/", ""},
		{"26-7", "", "", "Logiciel de gestion documentaire (GED)", "", "2026-03-30", "2026-03-29T01:30:00Z", "2A", "182", 20, 0, false, "", `{"LOTS":[1,2]}`},
		{"25-8", "ANNULATION", "MAPA", "Entretien de la voirie", "Commune de Saint-Exemple", "2025-12-31", "2025-12-31T23:30:00Z", "44", "186 186", 40, 250.75, false, "Annulation/", ""},
		{"25-9", "APPEL_OFFRE", "DSP", "Conduite de l'eau : « lot n°3 »", "Syndicat de l'Invention", "2025-02-28", "2025-03-01T12:00:00Z", "44 49 53", "", 7, 20.5, true, "Avis de marché/", ""},
		{"24-10", "", "FNS", "entretien des ESPACES VERTS et élagage", "Syndicat de l'Invention", "", "", "01", "163", 2, 1e7, false, "", ""},
	}
}

func scriptNotices() []*notice.Notice {
	var list []*notice.Notice
	for _, l := range scriptLines() {
		list = append(list, l.notice())
	}
	return list
}

func (l scriptNotice) notice() *notice.Notice {
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	n := &notice.Notice{ID: l.id, Version: notice.V325, Framework: l.framework, Stage: notice.StageOther, State: notice.StateInitial}
	n.Source = notice.Source{SHA256: fmt.Sprintf("%064s", strings.TrimLeft(l.id, "-")), Size: int64(1000 + len(l.objet)), Form: "xml", Reader: 1, Fetched: time.Date(2026, 3, 30, 5, 0, 0, 0, time.UTC)}
	n.Lots = make([]notice.Lot, l.lots)
	if l.estimated != 0 {
		n.Estimated = &notice.Amount{Value: l.estimated, Currency: "EUR"}
	}
	r := &n.Record
	r.Idweb, r.ID = l.id, strings.ReplaceAll(l.id, "-", "_")
	r.Nature, r.Famille, r.Objet, r.Nomacheteur = text(l.nature), text(l.famille), text(l.objet), text(l.acheteur)
	r.NatureCategoriseLibelle, r.Donnees = text(l.label), text(l.donnees)
	r.Dateparution, _ = notice.ParseDate(l.day)
	n.Published = r.Dateparution
	if l.deadline != "" {
		r.Datelimitereponse, _ = time.Parse(time.RFC3339, l.deadline)
	}
	r.CodeDepartement, r.DescripteurCode = fieldsOf(l.departements), fieldsOf(l.descripteurs)
	r.DC = r.DescripteurCode
	return n
}

// fieldsOf divides a text at blanks; nil for none.
func fieldsOf(s string) []string { return slices.Clone(strings.Fields(s)) }
