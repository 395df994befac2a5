package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Generator makes invented notices and queries about them from small vocabularies, so that queries find something. The same
// seed gives the same sequence.
type Generator struct{ r *rand.Rand }

// NewGenerator starts a sequence.
func NewGenerator(seed uint64) *Generator { return &Generator{rand.New(rand.NewPCG(seed, 1))} }

var (
	vocabulary = strings.Fields(`travaux réfection école élémentaire Écoles toiture œuvre cœur d'assainissement l'eau voirie
		fourniture denrées alimentaires nettoyage locaux maîtrise d'ouvrage bâtiments Noël 45000000 lot n°3 RÉNOVATION énergétique
		marché entretien espaces verts à é ça où naïf straße`)
	strange = []string{"", " ", "%", "_", "100%_\\", `l'"acheteur"`, "deux\nlignes\r\n\tet plus", "camion 🚒 rouge", "\x01\x1f", "e\u0301te", "été", "Z", "z",
		"ÿ", "\U0010FFFF", "douze lettre", "douze lettres", "douze lettres et plus", "'; DROP TABLE notices; --", "?", "$1", "NULL", "null", "{}"}
	buyers  = []string{"Commune de Saint-Exemple", "Département du Modèle", "Métropole d'Essai", "Syndicat des eaux de l'Invention", "CHU de Nulle-Part"}
	depts   = []string{"1", "44", "75", "2A", "974"}
	cpvs    = []string{"45000000", "45210000", "45214200", "90910000", "15000000", "71000000"}
	natures = []string{"APPEL_OFFRE", "ATTRIBUTION", "RECTIFICATIF", "ANNULATION"}
	labels  = []string{"Avis de marché", "Résultat de marché", "Rectificatif", "Annulation"}
)

func one[T any](g *Generator, list []T) T { return list[g.r.IntN(len(list))] }

// some gives up to most of list, with repetitions; nil one time in three.
func some(g *Generator, list []string, most int) []string {
	if g.chance(3) {
		return nil
	}
	out := make([]string, g.r.IntN(most+1))
	for i := range out {
		out[i] = one(g, list)
	}
	return out
}

// chance is true one time in n.
func (g *Generator) chance(n int) bool { return g.r.IntN(n) == 0 }

func (g *Generator) maybe(s string) *string {
	if g.chance(4) {
		return nil
	}
	return &s
}

func (g *Generator) phrase(most int) string {
	if g.chance(12) {
		return one(g, strange)
	}
	words := make([]string, 1+g.r.IntN(most))
	for i := range words {
		words[i] = one(g, vocabulary)
	}
	return strings.Join(words, " ")
}

func (g *Generator) day() notice.Date {
	if g.chance(8) {
		return notice.Date{}
	}
	return notice.Date{Year: 2023 + g.r.IntN(3), Month: time.Month(1 + g.r.IntN(12)), Day: 1 + g.r.IntN(28)}
}

func (g *Generator) instant() time.Time {
	return time.Date(2024, time.Month(1+g.r.IntN(12)), 1+g.r.IntN(28), g.r.IntN(24), one(g, []int{0, 30}), g.r.IntN(2), 0, time.UTC)
}

func (g *Generator) amount() *notice.Amount {
	if g.chance(3) {
		return nil
	}
	a := &notice.Amount{Value: one(g, []float64{0.01, 1, 89_999.99, 90_000, 5_538_000, 1e12, float64(g.r.IntN(50)) / 3}), Currency: "EUR"}
	if g.chance(10) {
		a.Currency = "XPF"
	}
	if g.chance(10) {
		a.Value, a.Flag = 0, notice.FlagZeroAmount
	}
	return a
}

func (g *Generator) party() notice.Party {
	p := notice.Party{Name: one(g, buyers), Address: notice.Place{Postcode: one(g, []string{"44000", "75001", "20090", ""})}}
	if g.chance(2) {
		n := g.r.IntN(5)
		p.ID = &notice.CompanyID{Written: "x", Scheme: "siret", SIREN: fmt.Sprintf("90000000%d", n), SIRET: fmt.Sprintf("90000000%d00011", n)}
	}
	return p
}

// Notice makes the next notice, with the id given.
func (g *Generator) Notice(id string) *notice.Notice {
	n := &notice.Notice{ID: id, Version: one(g, notice.Versions()), Title: g.phrase(8), Description: g.phrase(30), Reference: one(g, strange),
		Stage: one(g, []notice.Stage{notice.StageCall, notice.StageAward, notice.StageOther}),
		State: one(g, []notice.State{notice.StateInitial, notice.StateCorrected}), Framework: g.chance(4), Published: g.day(), DisplayEnd: g.day(),
		CPV: notice.CPV{Main: one(g, cpvs), Additional: some(g, cpvs, 3)}, DepartementsPublication: some(g, depts, 3), DepartementsPrestation: some(g, depts, 2),
		Procedure: notice.Procedure{Type: one(g, notice.ProcedureTypes())}, Estimated: g.amount(), Maximum: g.amount(), Awarded: g.amount()}
	n.Source = notice.Source{SHA256: fmt.Sprintf("%032x%032x", g.r.Uint64(), g.r.Uint64()), Size: 8000, Form: "xml", Reader: 1, Partial: g.chance(6), Fetched: g.instant()}
	for range g.r.IntN(3) {
		n.Buyers = append(n.Buyers, g.party())
		n.Kinds = append(n.Kinds, one(g, []notice.Kind{notice.Works, notice.Supplies, notice.Services}))
		n.Links = append(n.Links, notice.Link{ID: fmt.Sprintf("23-%d", g.r.IntN(9)), Evidence: notice.EvidenceInitialNotice, Path: "/x"})
		n.Descripteurs = append(n.Descripteurs, notice.Label{Code: one(g, depts), Label: g.phrase(2)})
	}
	for i := range g.r.IntN(4) {
		n.Lots = append(n.Lots, notice.Lot{Number: fmt.Sprint(i + 1), Title: g.phrase(6), CPV: notice.CPV{Main: one(g, cpvs)}, Estimated: g.amount()})
	}
	if g.chance(3) {
		n.Deadline = &notice.Deadline{Written: "x", Instant: g.instant()}
		n.Results = []notice.Result{{Outcome: notice.OutcomeAwarded, Amount: g.amount(), Winners: []notice.Winner{{Party: g.party()}, {Party: g.party()}}}}
		n.Flag("lots", notice.FlagDoubtfulZone, "x", "/x")
	}
	g.record(n)
	return n
}

// record fills the flat fields that queries ask for most.
func (g *Generator) record(n *notice.Notice) {
	kind := g.r.IntN(len(natures))
	r := &n.Record
	r.Idweb, r.ID = n.ID, strings.ReplaceAll(n.ID, "-", "_")
	r.Objet, r.Nomacheteur = g.maybe(g.phrase(10)), g.maybe(one(g, buyers))
	r.Famille, r.FamilleLibelle = g.maybe(one(g, []string{"MAPA", "FNS", "JOUE", "DSP", "DIVERS"})), g.maybe(g.phrase(3))
	r.Nature, r.NatureLibelle = g.maybe(natures[kind]), g.maybe(labels[kind])
	r.CodeDepartement, r.Titulaire, r.Criteres = some(g, depts, 3), some(g, buyers, 3), some(g, []string{"SOCIAL", "ENV", ""}, 2)
	r.DescripteurCode, r.DescripteurLibelle = some(g, depts, 4), some(g, vocabulary, 4)
	r.DC = r.DescripteurCode
	r.TypeMarche, r.AnnonceLie = some(g, []string{"TRAVAUX", "SERVICES"}, 2), some(g, strange, 4)
	r.Dateparution, r.Datefindiffusion = n.Published, n.DisplayEnd
	if g.chance(2) {
		r.Datelimitereponse = g.instant()
	}
	r.Gestion = g.maybe(fmt.Sprintf(`{"REFERENCE":{"IDWEB":%q}}`, n.ID))
	r.Donnees = g.maybe(fmt.Sprintf(`{"OBJET":{"TITRE":%q}}`, g.phrase(20)))
	r.URLAvis = g.maybe("https://exemple.invalid/avis/" + n.ID)
}

// Notices makes the next notices, with ids whose order is not the order of making.
func (g *Generator) Notices(count int) []*notice.Notice {
	list := make([]*notice.Notice, count)
	for i, k := range g.r.Perm(count) {
		list[i] = g.Notice(fmt.Sprintf("%d-%d", 20+k%7, k))
	}
	return list
}
