package procedure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
)

func lot(number, title string) func(*notice.Notice) {
	return func(n *notice.Notice) { n.Lots = append(n.Lots, notice.Lot{Number: number, Title: title}) }
}

func profile(url string) func(*notice.Notice) {
	return func(n *notice.Notice) { n.Profile, n.Buyers[0].Profile = url, url }
}

// with is a change of a notice that has no name of its own.
func with(f func(*notice.Notice)) func(*notice.Notice) { return f }

// lines writes changes as text.
func lines(t *testing.T, fields []procedure.FieldChange, notStated []string) string {
	t.Helper()
	var b strings.Builder
	for _, f := range fields {
		before, err := json.Marshal(f.Before)
		if err != nil {
			t.Fatal(err)
		}
		after, err := json.Marshal(f.After)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(f.Path + " (" + f.Label + ") " + f.Kind + " " + string(before) + " " + string(after) + "\n")
	}
	if len(notStated) > 0 {
		b.WriteString("not stated: " + strings.Join(notStated, ", ") + "\n")
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	full := eforms("0e6a35a4-77b1-4b8e-9d52-d8b7f2a10c11", "01")
	for _, c := range []struct {
		name          string
		before, after *notice.Notice
		want          string
	}{
		{"the same", a("26-1", "01-05", alpha, full), a("26-2", "01-09", alpha, full), ""},
		{"deadline", a("26-1", "01-05", alpha, full, due("11-24", "12:00:00")), a("26-2", "01-09", alpha, full, due("11-27", "12:00:00")),
			`deadline (Date limite) changed "2026-11-24T12:00:00" "2026-11-27T12:00:00"` + "\n"},
		{"lots by number, in another order", a("26-1", "01-05", alpha, full, lot("1", "Voirie"), lot("2", "Espaces verts")),
			a("26-2", "01-09", alpha, full, lot("2", "Espaces verts et haies"), lot("1", "Voirie")),
			`lots[number=2].title (Lot 2, Objet) changed "Espaces verts" "Espaces verts et haies"` + "\n"},
		{"lot added and lot removed", a("26-1", "01-05", alpha, full, lot("1", "Voirie")), a("26-2", "01-09", alpha, full, lot("3", "Bassins")),
			`lots[number=1] (Lot 1) removed {"number":"1","title":"Voirie"} null` + "\n" + `lots[number=3] (Lot 3) added null {"number":"3","title":"Bassins"}` + "\n"},
		{"incomplete correction", a("26-1", "01-05", alpha, due("11-24", "12:00:00"), lot("1", "Voirie"), lot("2", "Haies")),
			a("26-2", "01-09", alpha, corrected, due("11-27", "12:00:00"), lot("2", "Haies et bosquets"), with(func(n *notice.Notice) { n.Title = "ENTRETIEN (rectificatif)" })),
			`deadline (Date limite) changed "2026-11-24T12:00:00" "2026-11-27T12:00:00"` + "\n" +
				`lots[number=2].title (Lot 2, Objet) changed "Haies" "Haies et bosquets"` + "\n"},
		{"what an incomplete correction does not say", a("26-1", "01-05", alpha, due("11-24", "12:00:00"), lot("1", "Voirie")), a("26-2", "01-09", alpha, corrected),
			"not stated: deadline, lots\n"},
		{"amounts", a("26-1", "01-05", alpha, full, with(func(n *notice.Notice) { n.Estimated = notice.ParseAmount("100000", "EUR") })),
			a("26-2", "01-09", alpha, full, with(func(n *notice.Notice) { n.Estimated = notice.ParseAmount("120000", "EUR") })),
			"estimated (Montant estimé) changed 100000 120000\n"},
		{"lists without order", a("26-1", "01-05", alpha, full, with(func(n *notice.Notice) { n.CPV.Additional = []string{"45000000", "71000000"} })),
			a("26-2", "01-09", alpha, full, with(func(n *notice.Notice) { n.CPV.Additional = []string{"71000000", "45000000"} })), ""},
		{"buyers by SIRET, the first is the publisher", a("26-1", "01-05", alpha, full), a("26-2", "01-09", beta, full),
			`buyers[publisher].id (Acheteur, identifiant) changed "110000015" "130000013"` + "\n" +
				`buyers[publisher].name (Acheteur, nom) changed "Commune de Valmont" "Ville de Brignac"` + "\n"},
		{"the publisher's profile is that of the notice", a("26-1", "01-05", alpha, full, profile("https://a.example")), a("26-2", "01-09", alpha, full, profile("https://b.example")),
			`profile (Profil d'acheteur) changed "https://a.example" "https://b.example"` + "\n"},
		{"the publisher has another profile now", a("26-1", "01-05", alpha, full, profile("https://a.example")),
			a("26-2", "01-09", alpha, full, profile("https://a.example"), with(func(n *notice.Notice) { n.Profile = "https://b.example" })),
			`profile (Profil d'acheteur) changed "https://a.example" "https://b.example"` + "\n"},
		{"two entries with one key", a("26-1", "01-05", alpha, full, lot("1", "Voirie"), lot("1", "Haies")), a("26-2", "01-09", alpha, full, lot("1", "Voirie"), lot("1", "Bassins")),
			`lots[number=1 (2)].title (Lot 1 (2), Objet) changed "Haies" "Bassins"` + "\n"},
		{"blanks", a("26-1", "01-05", alpha, full, with(func(n *notice.Notice) { n.Description = "a  b\nc" })),
			a("26-2", "01-09", alpha, full, with(func(n *notice.Notice) { n.Description = "a b c" })), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields, notStated := procedure.Diff(c.before, c.after)
			if got := lines(t, fields, notStated); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// TestChanges follows the versions of a call: each correction is compared with what held before it, not with the call.
func TestChanges(t *testing.T) {
	said := func(before, after string) func(*notice.Notice) {
		return func(n *notice.Notice) {
			n.Corrections = []notice.Correction{{Section: "Date limite", Before: before, After: after}}
		}
	}
	d := newData(t, a("26-1", "01-05", alpha, due("11-24", "12:00:00"), lot("1", "Voirie")),
		a("26-2", "01-10", alpha, corrected, after("26-1"), due("11-27", "12:00:00"), said("24 novembre", "27 novembre")),
		a("26-3", "01-12", alpha, corrected, after("26-1"), lot("1", "Voirie et parkings")),
		a("26-4", "01-14", alpha, corrected, after("26-1", "26-2", "26-3"), due("12-01", "12:00:00")),
		a("26-5", "02-20", alpha, award, after("26-1")), a("26-6", "02-25", alpha, corrected, after("26-5"), with(func(n *notice.Notice) { n.Description = "Lot 2" })))
	p, err := d.find("26-1")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, c := range p.Changes {
		got.WriteString(c.From + " -> " + c.To + " " + string(c.Kind) + "\n" + lines(t, c.Fields, c.NotStated))
	}
	want := `26-1 -> 26-2 correction
deadline (Date limite) changed "2026-11-24T12:00:00" "2026-11-27T12:00:00"
not stated: lots
26-2 -> 26-3 correction
lots[number=1].title (Lot 1, Objet) changed "Voirie" "Voirie et parkings"
not stated: deadline
26-3 -> 26-4 correction
deadline (Date limite) changed "2026-11-27T12:00:00" "2026-12-01T12:00:00"
not stated: lots
26-5 -> 26-6 correction
description (Description) added null "Lot 2"
`
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
	if len(p.Changes) > 0 && (len(p.Changes[0].Announced) != 1 || p.Changes[0].Announced[0].After != "27 novembre") {
		t.Errorf("announced: %+v", p.Changes[0].Announced)
	}
	if p.Deadline == nil || p.Deadline.StatedBy != "26-4" {
		t.Errorf("deadline %+v", p.Deadline)
	}
}

// TestChangesOfMissing compares two corrections of a call that is not there.
func TestChangesOfMissing(t *testing.T) {
	p, err := newData(t, a("26-2", "01-10", alpha, corrected, after("26-1"), due("11-27", "12:00:00")),
		a("26-3", "01-12", alpha, corrected, after("26-1"), due("11-30", "12:00:00"))).find("26-2")
	if err != nil || len(p.Changes) != 2 || p.Changes[0].From != "" || p.Changes[1].From != "26-2" || len(p.Changes[1].Fields) != 1 {
		t.Errorf("%+v, %v", p.Changes, err)
	}
}
