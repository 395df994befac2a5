package lifecycle

import "time"

// Boamp gives the account of this program: its versions and what happened to them. Every entry of the two tables is a promise: an ID, a
// day or a title that was published is not changed, a new one is added. New holds them to the rules, and docs/versions.md is made of it.
//
// No version is deprecated. The portal calls the versions 1 and 2.0 of its Explore API deprecated without a day on which they end, and its own search
// page speaks version 1; whoever comes here with a program of those years is promised that it works.
func Boamp() (*Registry, error) { return New(versions(), changes()) }

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func versions() []Version {
	const legacy = "/opendata/api-boamp/annonces/"
	first, second := day(2026, 11, 24), day(2026, 11, 25)
	list := []Version{
		{
			ID: "native/v1", Surface: "native", Name: "v1", Title: "Native API, version 1", Style: Problem, Paths: []string{"/api/v1"}, Since: first, Docs: "docs/api.md",
			Note: "what is added to it stays compatible; what would not be is a new version beside it",
		},
		{
			ID: "explore/v2.1", Surface: "explore", Name: "v2.1", Title: "Explore API, version 2.1", Style: Explore, Paths: []string{"/api/explore/v2.1"}, Since: first,
			Docs: "docs/explore-compatibility.md", Note: "the portal's current version",
		},
		{
			ID: "explore/v2.0", Surface: "explore", Name: "v2.0", Title: "Explore API, version 2.0", Style: Explore, Paths: []string{"/api/explore/v2.0", "/api/v2"}, Since: first,
			Docs: "docs/explore-compatibility.md",
			Note: "deprecated at the portal, without an end; here it stays, and answers carry the portal's own header ODS-Explore-API-Deprecation because they are the portal's",
		},
		{
			ID: "explore/v1", Surface: "explore", Name: "v1", Title: "Explore API, version 1", Style: ExploreV1,
			Paths: []string{"/api/records/1.0", "/api/datasets/1.0", "/explore/dataset"}, Since: first, Docs: "docs/explore-v1.md",
			Note: "deprecated at the portal, without an end, and in use by its own search page; here it stays",
		},
		{
			ID: "legacy/search", Surface: "legacy", Name: "search", Title: "Two-stage API of DILA: search", Style: Legacy, Paths: []string{legacy + "search"}, Since: second,
			Docs: "docs/legacy-api.md", Note: "silent at DILA since 13 December 2022; its answers name the version with which each notice is fetched",
		},
	}
	for _, n := range []struct{ name, years, note string }{
		{"v010", "of 2006 to 2007", ""},
		{"v110", "of 2006 to February 2015", ""},
		{"v230", "of March 2015 to 2021", ""},
		{"v240", "of 2022 to October 2023", "DILA announced it and did not serve it in two stages"},
		{"v325", "since October 2023", "DILA never served it in two stages"},
		{"eforms", "in plain eForms", "not of the BOAMP's own form; DILA never served them"},
	} {
		paths := []string{legacy + n.name}
		if n.name == "eforms" {
			paths = append(paths, legacy+"orms") // what clients read of a schema's name by its last four characters
		}
		list = append(list, Version{
			ID: "legacy/" + n.name, Surface: "legacy", Name: n.name, Title: "Two-stage API of DILA: notices " + n.years, Style: Legacy, Paths: paths,
			Since: second, Docs: "docs/legacy-api.md", Note: n.note,
		})
	}
	return list
}

func changes() []Change {
	first, second := day(2026, 11, 24), day(2026, 11, 25)
	return []Change{
		{
			ID: "native-v1", Date: first, Kind: Added, Versions: []string{"native/v1"}, Title: "Native API, version 1",
			Text: "Find notices by named criteria, then fetch each in full, as the bytes of its source or as a flat record; the same results as files of every export format.",
		},
		{
			ID: "explore", Date: first, Kind: Added, Versions: []string{"explore/v2.1", "explore/v2.0", "explore/v1"}, Title: "Explore API, versions 2.1, 2.0 and 1",
			Text: "The API of the portal at the portal's own paths: its clients change the name of the host.",
		},
		{
			ID: "legacy", Date: second, Kind: Added, Versions: []string{"legacy/search", "legacy/v010", "legacy/v110", "legacy/v230", "legacy/v240", "legacy/v325", "legacy/eforms"},
			Title: "Two-stage API of DILA",
			Text:  "The first public API of the BOAMP, silent since December 2022, at its own paths; notices of later generations are fetched by the same two stages.",
		},
		{
			ID: "versions", Date: second, Kind: Changed, Versions: []string{"native/v1"}, Title: "Versions, OpenAPI and a page to try requests",
			Text: "/api/versions lists the versions of all APIs, /api/versions.atom announces changes; /api/v1/openapi.json describes the native API and /api/v1/docs lets people try it.",
		},
		{
			ID: "native-v1.2", Date: second, Kind: Changed, Versions: []string{"native/v1"}, Title: "Native API 1.2: buyers, suppliers, procedures, statistics, codes, relevance",
			Text: "New paths: /buyers, /suppliers, /procedures, /facets, /stats, /codes, /fields, /schema, and of a notice /html, /lots, /links; every field is a criterion, where= takes ODSQL, sort=relevance ranks. " +
				"cpv= with eight digits means the code and everything below it; it was that code alone.",
		},
		{
			ID: "native-v1.3", Date: second, Kind: Added, Versions: []string{"native/v1"}, Title: "Native API 1.3: change feed, snapshots, ledger, completeness",
			Text: "New paths: /changes follows every insert, update and erasure, /snapshots has files to begin with, /ledger and /completeness say what became of every document; " +
				"source.digest of a notice changes exactly when what it says does.",
		},
	}
}
