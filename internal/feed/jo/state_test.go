package jo_test

import (
	"fmt"
	"testing"

	"github.com/boamp/boamp/internal/notice"
)

// TestState checks stage and state for the ways in which corrections are written: by nature, by status, by the body, or by
// some of them against the others.
func TestState(t *testing.T) {
	for _, c := range []struct {
		name, nature, etat, section string
		stage                       notice.Stage
		state                       notice.State
		contradiction               bool
	}{
		{"call", "APPEL_OFFRE", "INITIAL", "initial", notice.StageCall, notice.StateInitial, false},
		{"result", "ATTRIBUTION", "INITIAL", "attribution", notice.StageAward, notice.StateInitial, false},
		{"prior information", "PRE-INFORMATION", "INITIAL", "initial", notice.StagePlanning, notice.StateInitial, false},
		{"correction of 3.2.5", "RECTIFICATIF", "RECTIFICATIF", "rectificatif", notice.StageCorrection, notice.StateCorrected, false},
		{"correction up to 2021: nature of the call", "APPEL_OFFRE", "RECTIFICATIF", "rectificatif", notice.StageCorrection, notice.StateCorrected, false},
		{"correction that repeats the call", "RECTIFICATIF", "RECTIFICATIF", "initial", notice.StageCall, notice.StateCorrected, false},
		{"correction by the body alone", "APPEL_OFFRE", "INITIAL", "rectificatif", notice.StageCorrection, notice.StateCorrected, true},
		{"correction by the nature alone", "RECTIFICATIF", "INITIAL", "initial", notice.StageCall, notice.StateCorrected, true},
		{"cancellation by the status, written as correction", "RECTIFICATIF", "ANNULATION", "rectificatif", notice.StageCorrection, notice.StateCancelled, false},
		{"cancellation by the body alone", "APPEL_OFFRE", "INITIAL", "annulation", notice.StageCorrection, notice.StateCancelled, true},
		{"corrected and cancelled", "APPEL_OFFRE", "RECTIFANNUL", "rectificatif", notice.StageCorrection, notice.StateCancelled, false},
		{"modification", "MODIFICATION", "MODIFICATION", "modification", notice.StageModification, notice.StateModified, false},
		{"correction of a modification", "MODIFICATION", "RECTIFICATIF", "initial", notice.StageModification, notice.StateCorrected, false},
		{"no status", "APPEL_OFFRE", "", "initial", notice.StageCall, notice.StateInitial, false},
		{"no header", "", "", "initial", notice.StageCall, notice.StateInitial, false},
		{"nature that no list has", "INEDIT", "INITIAL", "initial", notice.StageOther, notice.StateInitial, false},
		{"no body", "RECTIFICATIF", "RECTIFICATIF", "", notice.StageCorrection, notice.StateCorrected, false},
		{"neither", "", "", "", notice.StageOther, notice.StateInitial, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := read(t, []byte(ann+`<GESTION><REFERENCE><IDWEB>25-1</IDWEB><TYPE_AVIS><NATURE>`+choice(c.nature)+`</NATURE><STATUT>`+choice(c.etat)+
				`</STATUT></TYPE_AVIS></REFERENCE></GESTION><DONNEES><MAPA>`+choice(c.section)+`</MAPA></DONNEES></jo:ann>`), "")
			if n.Stage != c.stage || n.State != c.state {
				t.Errorf("stage %s, state %s; want %s, %s", n.Stage, n.State, c.stage, c.state)
			}
			if n.Flagged("state", notice.FlagContradiction) != c.contradiction {
				t.Errorf("flags %v", n.Flags)
			}
		})
	}
}

func choice(name string) string {
	if name == "" {
		return ""
	}
	return "<" + name + "/>"
}

// TestDeadline checks where the deadline is taken from, and what it is said to be for.
func TestDeadline(t *testing.T) {
	const candidates, tenders = "<receptionCandidatures>2025-05-02T12:00:00</receptionCandidatures>", "<receptionOffres>2025-06-02T12:00:00+02:00</receptionOffres>"
	for _, c := range []struct{ name, header, body, wall, purpose string }{
		{"header alone", "2025-05-02T12:00:00", "", "2025-05-02T12:00:00", notice.DeadlineTenders},
		{"body alone", "", tenders, "2025-06-02T12:00:00", notice.DeadlineTenders},
		{"both agree but for the offset", "2025-06-02T12:00:00", tenders, "2025-06-02T12:00:00", notice.DeadlineTenders},
		{"requests first", "", tenders + candidates, "2025-05-02T12:00:00", notice.DeadlineParticipation},
		{"the body says what the header's is for", "2025-05-02T12:00:00.000", candidates + tenders, "2025-05-02T12:00:00", notice.DeadlineParticipation},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := ""
			if c.header != "" {
				header = fmt.Sprintf("<INDEXATION><DATE_LIMITE_REPONSE>%s</DATE_LIMITE_REPONSE></INDEXATION>", c.header)
			}
			n := read(t, []byte(ann+`<GESTION><REFERENCE><IDWEB>25-1</IDWEB></REFERENCE>`+header+`</GESTION><DONNEES><MAPA><initial><delais>`+
				c.body+`</delais></initial></MAPA></DONNEES></jo:ann>`), "")
			if n.Deadline == nil || n.Deadline.Wall != c.wall || n.Deadline.For != c.purpose {
				t.Errorf("deadline %+v", n.Deadline)
			}
			if n.Flagged("deadline", notice.FlagContradiction) {
				t.Error("the deadline is flagged as contradictory")
			}
		})
	}
}
