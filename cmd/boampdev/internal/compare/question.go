package compare

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"

	"github.com/boamp/boamp/internal/text"
)

// Set is a question in several variants, drawn from the corpus.
type Set struct {
	Name     string
	Variants []Question
}

// drawn bounds the notices that questions are made of.
const drawn = 5000

// Drawer keeps some notices of a stream, each as likely as any, and makes questions of them.
type Drawer struct {
	rng  *rand.Rand
	seen int
	kept []Record
}

// NewDrawer makes one; the same stream keeps the same notices.
func NewDrawer() *Drawer { return &Drawer{rng: rand.New(rand.NewPCG(1, 0x636d70))} }

// Kept are the notices that were kept, without their records and with no more of donnees than OnlyCodes leaves.
func (d *Drawer) Kept() []Record { return d.kept }

// Use takes the notices that another Drawer kept.
func (d *Drawer) Use(kept []Record) { d.kept = kept }

// Watch hands a stream on.
func (d *Drawer) Watch(records iter.Seq2[*Record, error]) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for r, err := range records {
			if err == nil {
				d.add(*r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (d *Drawer) add(r Record) {
	at := len(d.kept)
	if d.seen++; at < drawn {
		d.kept = append(d.kept, Record{})
	} else if at = d.rng.IntN(d.seen); at >= drawn {
		return
	}
	r.JSON = "" // long, and no question needs it
	r.OnlyCodes()
	d.kept[at] = r
}

// pick takes a notice that has what a question needs.
func (d *Drawer) pick(has func(r Record) bool) Record {
	for range 10000 {
		if r := d.kept[d.rng.IntN(len(d.kept))]; has(r) {
			return r
		}
	}
	return d.kept[0]
}

func placed(r Record) bool {
	return len(r.Lists[departement]) > 0 && len(r.Lists[descripteur]) > 0 && len(r.Day) == 10 && r.Nature != ""
}

// Sets draws the twelve questions, each in n variants where there is something to vary; the same seed and notices give the same.
func (d *Drawer) Sets(n int, seed uint64) []Set {
	d.rng = rand.New(rand.NewPCG(seed, 0x636d71))
	fromYear := func(r Record) string { return r.Day[:4] + "-01-01" }
	forms := []struct {
		name string
		make func() Question
	}{
		{"record by id", func() Question { return Question{ID: d.pick(placed).ID, Whole: true} }},
		{"department and threshold, 20 whole records", func() Question {
			r := d.pick(placed)
			return Question{Departement: r.Lists[departement][0], Famille: r.Famille, Whole: true}
		}},
		{"department and year, 20 whole records", func() Question {
			r := d.pick(placed)
			return Question{Departement: r.Lists[departement][0], From: fromYear(r), To: r.Day[:4] + "-12-31", Whole: true}
		}},
		{"key word and kind, 20 whole records", func() Question {
			r := d.pick(placed)
			return Question{Descripteur: r.Lists[descripteur][0], Nature: r.Nature, Whole: true}
		}},
		{"one word of objet, 20 whole records", func() Question { return Question{Words: d.words(1), Whole: true} }},
		{"two words of objet, 20 whole records", func() Question { return Question{Words: d.words(2), Whole: true} }},
		{"a word of objet in a department, 20 whole records", func() Question {
			r := d.pick(func(r Record) bool { return placed(r) && len(wordsOf(r.Objet)) > 0 })
			return Question{Words: wordsOf(r.Objet)[:1], Departement: r.Lists[departement][0], Whole: true}
		}},
		{"a CPV in donnees, 20 short rows", func() Question { return Question{Code: d.code()} }},
		{"ten facets over everything", func() Question { return Question{Form: Facets} }},
		{"ten facets over a department", func() Question {
			return Question{Form: Facets, Departement: d.pick(placed).Lists[departement][0]}
		}},
		{"year x kind over everything", func() Question { return Question{Form: Years} }},
		{"offset 9,900 of a broad query, 20 short rows", func() Question {
			return Question{From: fmt.Sprintf("%d-01-01", 2015+d.rng.IntN(3)), Offset: 9900}
		}},
	}
	sets := make([]Set, len(forms))
	for i, f := range forms {
		sets[i].Name = f.name
		for range n {
			q := f.make()
			q.Name = f.name
			if q.ID != "" && q.Form == Page {
				q.Form = One
			}
			sets[i].Variants = append(sets[i].Variants, q)
		}
	}
	return sets
}

func (d *Drawer) words(n int) []string {
	r := d.pick(func(r Record) bool { return len(wordsOf(r.Objet)) >= n })
	list := wordsOf(r.Objet)
	d.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

func wordsOf(s string) []string {
	var list []string
	text.EachWord(s, func(word, _ string) {
		if len(word) > 3 && strings.Trim(word, "0123456789") != "" {
			list = append(list, word)
		}
	})
	return list
}

// code draws eight digits that stand in a body as a word: a CPV code as a rule.
func (d *Drawer) code() string {
	r := d.pick(func(r Record) bool { return codeOf(r.Donnees) != "" })
	return codeOf(r.Donnees)
}

func codeOf(body string) string {
	for word := range strings.FieldsSeq(body) {
		if len(word) == 8 && strings.Trim(word, "0123456789") == "" && word[0] != '0' && !strings.HasPrefix(word, "20") {
			return word
		}
	}
	return ""
}

// Agreeing keeps the variants to which all engines give the same answer, and tells of the first that differs.
func Agreeing(ctx context.Context, engines []Engine, s Set) (kept []Question, difference string, err error) {
	for _, q := range s.Variants {
		first, err := Ask(ctx, engines[0], q)
		if err != nil {
			return nil, "", err
		}
		same := true
		for _, e := range engines[1:] {
			other, err := Ask(ctx, e, q)
			if err != nil {
				return nil, "", err
			}
			if d := Differ(first.Answer, other.Answer); d != "" {
				same = false
				if difference == "" {
					difference = fmt.Sprintf("%s: %s", e.Name(), d)
				}
			}
		}
		if same {
			kept = append(kept, q)
		}
	}
	return kept, difference, nil
}
