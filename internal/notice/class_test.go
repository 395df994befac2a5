package notice_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/notice"
)

func TestStateOfCodes(t *testing.T) {
	for _, c := range []struct {
		code         string
		etat, nature notice.State
	}{
		{"INITIAL", notice.StateInitial, ""},
		{"RECTIFICATIF", notice.StateCorrected, notice.StateCorrected},
		{"ANNULATION", notice.StateCancelled, notice.StateCancelled},
		{"RECTIFANNUL", notice.StateCancelled, notice.StateCancelled},
		{"MODIFICATION", notice.StateModified, notice.StateModified},
		{"APPEL_OFFRE", "", ""},
		{"", "", ""},
	} {
		if got := notice.StateOfEtat(c.code); got != c.etat {
			t.Errorf("StateOfEtat(%q) = %q, want %q", c.code, got, c.etat)
		}
		if got := notice.StateOfNature(c.code); got != c.nature {
			t.Errorf("StateOfNature(%q) = %q, want %q", c.code, got, c.nature)
		}
	}
	for _, s := range []notice.State{notice.StateInitial, notice.StateCorrected, notice.StateCancelled, notice.StateModified} {
		if back := notice.StateOfEtat(s.Etat()); back != s {
			t.Errorf("the status of %q says %q", s, back)
		}
	}
}

func TestStrongestState(t *testing.T) {
	initial, corrected, cancelled, modified := notice.StateInitial, notice.StateCorrected, notice.StateCancelled, notice.StateModified
	for _, c := range []struct {
		name string
		said []notice.State
		want notice.State
	}{
		{"nothing", nil, ""},
		{"silence", []notice.State{"", ""}, ""},
		{"initial", []notice.State{"", initial}, initial},
		{"correction said once", []notice.State{initial, corrected, ""}, corrected},
		{"corrected and cancelled", []notice.State{cancelled, corrected}, cancelled},
		{"correction of a modification", []notice.State{modified, corrected}, corrected},
		{"modification", []notice.State{initial, modified}, modified},
	} {
		if got := notice.StrongestState(c.said...); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStageOfNature(t *testing.T) {
	for _, c := range []struct {
		nature, sousNature string
		want               notice.Stage
	}{
		{"APPEL_OFFRE", "STANDARD", notice.StageCall},
		{"APPELOFFRE", "CONCOURS", notice.StageCall},
		{"PRE-INFORMATION", "", notice.StagePlanning},
		{"PRE_INFORMATION", "", notice.StagePlanning},
		{"PREINFORMATION", "MISEENCONCURRENCE", notice.StageCall},
		{"PRE-INFORMATION", "MISE_EN_CONCURRENCE", notice.StageCall},
		{"PRE-INFORMATION", "REDUCTION_DELAI", notice.StagePlanning},
		{"PROFIL_ACHETEUR", "", notice.StagePlanning},
		{"SOUS-TRAITANCE", "", notice.StageCall},
		{"INTENTION_CONCLURE", "", notice.StageIntention},
		{"ATTRIBUTION", "CONCESSIONNAIRE", notice.StageAward},
		{"MODIFICATION", "", notice.StageModification},
		{"RECTIFICATIF", "", notice.StageCorrection},
		{"ANNULATION", "", notice.StageCorrection},
		{"AUTRE", "", notice.StageOther},
		{"INEDIT", "", ""},
		{"", "MISE_EN_CONCURRENCE", ""},
	} {
		if got := notice.StageOfNature(c.nature, c.sousNature); got != c.want {
			t.Errorf("StageOfNature(%q, %q) = %q, want %q", c.nature, c.sousNature, got, c.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for code, want := range map[string]notice.Kind{
		"TRAVAUX": notice.Works, "FOURNITURES": notice.Supplies, "SERVICES": notice.Services, "SERVICE": notice.Services, "works": "", "": "",
	} {
		if got := notice.KindOf(code); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", code, got, want)
		}
	}
	for _, k := range []notice.Kind{notice.Works, notice.Supplies, notice.Services} {
		if notice.KindOf(k.Code()) != k {
			t.Errorf("the code of %q is %q", k, k.Code())
		}
	}
}

func TestLegalBasis(t *testing.T) {
	for perimetre, celex := range map[string]string{
		"DIRECTIVE-17": "32004L0017", "DIRECTIVE-18": "32004L0018", "DIRECTIVE-23": "32014L0023", "DIRECTIVE-24": "32014L0024",
		"DIRECTIVE-25": "32014L0025", "DIRECTIVE-81": "32009L0081",
	} {
		if got := notice.LegalBasisOf(perimetre); got != celex {
			t.Errorf("LegalBasisOf(%q) = %q, want %q", perimetre, got, celex)
		}
		if got := notice.PerimetreOf(celex); got != perimetre {
			t.Errorf("PerimetreOf(%q) = %q, want %q", celex, got, perimetre)
		}
	}
	if notice.LegalBasisOf("CMP-2006") != "" || notice.LegalBasisOf("") != "" || notice.PerimetreOf("32007R1370") != "" || notice.PerimetreOf("") != "" {
		t.Error("what is no directive has one")
	}
}

func TestProcedureTypeOf(t *testing.T) {
	for code, want := range map[string]string{
		"OUVERT": notice.ProcedureOpen, "procedure_adaptee": notice.ProcedureAdapted, "MARCHE_NEGOCIE": notice.ProcedureNegotiated,
		"ATTRIBUE_SANS_PUB_JOUE": notice.ProcedureNegotiatedNoCall, "DSP": notice.ProcedureConcession, "AUTRE": notice.ProcedureOther,
		"CONCOURS_RESTREINT": notice.ProcedureDesignContestRestr, "INEDIT": "", "": "",
	} {
		if got := notice.ProcedureTypeOf(code); got != want {
			t.Errorf("ProcedureTypeOf(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		id           string
		valid, idweb bool
	}{
		{"24-12345", true, true},
		{"15-1", true, true},
		{"BWP06242031044Z", true, true},
		{"1234567", true, false},
		{"0f8d2c1e-6a51-4f0b-9a0e-1c2d3e4f5a6b-01", true, false},
		{"24-12345678", true, false},
		{"", false, false},
		{"-24", false, false},
		{"24/12345", false, false},
		{"../24", false, false},
		{"24 12345", false, false},
		{"é", false, false},
		{strings.Repeat("1", 64), true, false},
		{strings.Repeat("1", 65), false, false},
	} {
		if got := notice.ValidID(c.id); got != c.valid {
			t.Errorf("ValidID(%q) = %v", c.id, got)
		}
		if got := notice.IsIdweb(c.id); got != c.idweb {
			t.Errorf("IsIdweb(%q) = %v", c.id, got)
		}
	}
}
