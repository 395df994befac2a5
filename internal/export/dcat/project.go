package dcat

import (
	"encoding/json"
	"io"
	"strings"
)

// project is the catalogue by the schema of Project Open Data, version 1.1.
type project struct {
	Context     string        `json:"@context"`
	ID          string        `json:"@id"`
	Type        string        `json:"@type"`
	ConformsTo  string        `json:"conformsTo"`
	DescribedBy string        `json:"describedBy"`
	Dataset     []projectData `json:"dataset"`
}

type projectData struct {
	Type               string         `json:"@type"`
	Identifier         string         `json:"identifier"`
	Title              string         `json:"title"`
	Description        string         `json:"description"`
	Keyword            []string       `json:"keyword"`
	Theme              []string       `json:"theme,omitempty"`
	Modified           string         `json:"modified,omitempty"`
	Publisher          *projectAgent  `json:"publisher,omitempty"`
	AccessLevel        string         `json:"accessLevel"`
	License            string         `json:"license,omitempty"`
	Language           []string       `json:"language,omitempty"`
	LandingPage        string         `json:"landingPage"`
	References         []string       `json:"references,omitempty"`
	AccrualPeriodicity string         `json:"accrualPeriodicity,omitempty"`
	Distribution       []projectFiles `json:"distribution,omitempty"`
}

type projectAgent struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type projectFiles struct {
	Type        string `json:"@type"`
	Title       string `json:"title"`
	Format      string `json:"format"`
	MediaType   string `json:"mediaType"`
	DownloadURL string `json:"downloadURL"`
}

// projectFrequencies are ISO 8601 repetitions, which the schema wants, for codes of the European list.
var projectFrequencies = map[string]string{"DAILY_2": "R/PT12H", "DAILY": "R/P1D", "WEEKLY": "R/P1W", "MONTHLY": "R/P1M", "ANNUAL": "R/P1Y", "IRREG": "irregular"}

func writeProject(w io.Writer, c *Catalog, o Options) error {
	const schema = "https://project-open-data.cio.gov/v1.1/schema"
	p := project{
		Context: schema + "/catalog.jsonld", ID: c.Base + "/api/explore/v2.1/catalog/exports/data.json", Type: "dcat:Catalog",
		ConformsTo: schema, DescribedBy: schema + "/catalog.json", Dataset: []projectData{},
	}
	for i := range c.Sets {
		p.Dataset = append(p.Dataset, projectSet(c, &c.Sets[i], o))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

func projectSet(c *Catalog, s *Set, o Options) projectData {
	d := projectData{
		Type: "dcat:Dataset", Identifier: c.page(s), Title: s.Title, Description: s.Description, Keyword: append([]string{}, s.Keyword...), Theme: s.Theme,
		AccessLevel: "public", License: iri(s.LicenseURL), LandingPage: c.page(s), AccrualPeriodicity: projectFrequencies[s.Frequency],
	}
	if !s.Modified.IsZero() {
		d.Modified = stamp(s.Modified)
	}
	if s.Publisher != "" {
		d.Publisher = &projectAgent{"org:Organization", s.Publisher}
	}
	if s.Language != "" {
		d.Language = []string{s.Language}
	}
	if u := iri(s.References); u != "" {
		d.References = []string{u}
	}
	for _, e := range s.exports(o) {
		d.Distribution = append(d.Distribution, projectFiles{"dcat:Distribution", s.Title + " (" + e.Name + ")", strings.ToUpper(e.Name), mediaType(e.MediaType), c.download(s, e, o)})
	}
	return d
}
