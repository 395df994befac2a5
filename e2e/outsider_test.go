package e2e_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// odd is a request that no client was seen to send, and what must come of it.
type odd struct {
	request  string // {w} to {/} is escaped whole: what a person types
	status   int
	fragment string // of the answer
}

// oddRequests are grouped by what they try.
func oddRequests() map[string][]odd {
	const (
		records = "/api/explore/v2.1/catalog/datasets/boamp/records?limit=0&"
		one     = "/api/explore/v2.1/catalog/datasets/boamp/records?limit=1&"
		exports = "/api/explore/v2.1/catalog/datasets/boamp/exports/"
		facets  = "/api/explore/v2.1/catalog/datasets/boamp/facets?"
		catalog = "/api/explore/v2.1/catalog"
		v1      = "/api/records/1.0/search/?dataset=boamp&rows=0&"
		analyze = "/api/records/1.0/analyze/?dataset=boamp&"
		total   = `{"total_count": `
		syntax  = `"error_code": "ODSQLSyntaxError"`
		odsql   = `"error_code": "ODSQLError"`
		rest    = `"error_code": "InvalidRESTParameterError"`
		where   = records + "where={w}"
	)
	return map[string][]odd{
		"conditions": {
			{where + "  nature  =  'APPEL_OFFRE'  {/}", 200, total}, {where + "nature\t=\n'APPEL_OFFRE'\r\nAND\nfamille='FNS'{/}", 200, total},
			{where + "nature='APPEL_OFFRE'AND NoT famille='FNS'{/}", 200, total}, {where + "nature\u00a0=\u00a0'APPEL_OFFRE'{/}", 200, total},
			{where + "'APPEL_OFFRE'=nature{/}", 200, total}, {where + "not not nature='APPEL_OFFRE'{/}", 200, total}, {where + "1=1{/}", 200, total}, {where + "1=2{/}", 200, total + "0,"},
			{where + "true{/}", 200, total}, {where + "''{/}", 200, total}, {where + "\"trav*\"{/}", 200, total}, {where + "nature=null{/}", 200, total + "0,"},
			{where + "nature in ('APPEL_OFFRE', null){/}", 200, total}, {where + "69 in code_departement{/}", 200, total}, {where + "\"69\" IN (code_departement){/}", 200, total},
			{where + "code_departement in (69, 75, '2A'){/}", 200, total}, {where + "not code_departement in ('69'){/}", 200, total}, {where + "length(objet)>1E+2{/}", 200, total},
			{where + "length(objet)/0>1{/}", 200, total + "0,"}, {where + "record_size > 9223372036854775808{/}", 200, total + "0,"}, {where + "`objet` like 'travaux'{/}", 200, total},
			{where + "not objet like 'travaux'{/}", 200, total}, {where + "objet like '%100\\%%'{/}", 200, total}, {where + "nomacheteur like '(((('{/}", 200, total}, {where + "objet='\\uD83D'{/}", 200, total + "0,"},
			{where + "nature=\u201cAPPEL_OFFRE\u201d{/}", 400, syntax}, {where + "nature=='APPEL_OFFRE'{/}", 400, "unexpected = at position 7"}, {where + "nature <> 'x'{/}", 400, "unexpected > at position 8"},
			{where + "nature='A' && famille='B'{/}", 400, syntax}, {where + "nature='A' || famille='B'{/}", 400, syntax}, {where + "NATURE='A'{/}", 400, "Unknown field: NATURE."},
			{where + "nature=APPEL_OFFRE{/}", 400, "Unknown field: APPEL_OFFRE."}, {where + "nature in (){/}", 400, syntax}, {where + "nature in ('A',){/}", 400, syntax}, {where + "nature not in ('A'){/}", 400, "unexpected not at position 7"},
			{where + "objet not like 'A'{/}", 400, "unexpected not at position 6"}, {where + "nature='A{/}", 400, syntax}, {where + "(nature='A'{/}", 400, "unexpected end of query at position 11"}, {where + "nature='A'){/}", 400, "unexpected ) at position 10"},
			{where + "nature='A' or or famille='B'{/}", 400, syntax}, {where + "nature='A';{/}", 400, syntax}, {where + "objet{/}", 400, odsql}, {where + "length(objet)>1e999{/}", 400, odsql}, {where + "count(*)>1{/}", 400, syntax},
			{where + "contains(objet,'x'){/}", 400, "unexpected ( at position 8"}, {where + "objet starts with 'x'{/}", 400, syntax}, {where + "search(objet){/}", 400, syntax}, {where + "search(dateparution,'2026'){/}", 400, odsql},
			{where + "in_bbox(objet,1,2,3,4){/}", 400, odsql}, {where + "distance(objet,geom'POINT(1 1)',1km){/}", 400, odsql}, {where + "(bad{/}", 400, ""}, {records + "where=100%", 400, "unexpected % at position 3"},
			{records + `where=objet+like+"%voirie%"`, 200, total}, {records + `where=objet+like+"a%zz"`, 200, total}, {records + "where=%00", 400, syntax}, {records + "where=%ff%fe", 400, syntax}, {records + "where=objet%3D%22%00%ff%22", 200, total + "0,"},
			{where + strings.Repeat("(", 60) + "etat='INITIAL'" + strings.Repeat(")", 60) + "{/}", 200, total}, {where + strings.Repeat("(", 5000) + "{/}", 400, "64 levels"},
			{where + "idweb in (" + strings.Repeat(`"26-1",`, 1000) + `"26-2"){/}`, 200, total}, {where + `"` + strings.Repeat("a", 10000) + `"{/}`, 200, total + "0,"},
			{where + `"` + strings.Repeat("a", 60000) + `"{/}`, 414, `"error_code": "RequestURITooLong"`}, {where + `search("` + strings.Repeat("mot ", 300) + `"){/}`, 400, "More than 256 words"},
		},
		"dates": {
			{where + "dateparution>'0001-01-01' and dateparution<'9999-12-31'{/}", 200, total}, {where + "dateparution>='20260401'{/}", 200, total}, {where + "dateparution>=2026{/}", 200, total}, {where + "dateparution>=date\"2026/04/01\"{/}", 200, total},
			{where + "dateparution>='2026-04-01 00:00:00'{/}", 200, total}, {where + "dateparution in ['2026-04-10' to '2026-04-01']{/}", 200, total + "0,"}, {where + "dateparution:[20260401 TO 20260410]{/}", 200, total},
			{where + "dateparution in ]'2026-04-01'..'2026-04-10'[{/}", 200, total}, {where + "dateparution>=now(years=-5, month=1, day=1){/}", 200, total}, {where + "datelimitereponse<=dateparution{/}", 200, total}, {where + "year(dateparution)='2026'{/}", 200, total},
			{where + "dateparution='2026-13-01'{/}", 400, "no month 13"}, {where + "dateparution='2026-02-30'{/}", 400, "February 2026 has 28 days"}, {where + "dateparution>='0000-01-01'{/}", 400, odsql}, {where + "dateparution<'10000-01-01'{/}", 400, odsql},
			{where + "dateparution>='01/04/2026'{/}", 400, odsql}, {where + "dateparution>=''{/}", 400, odsql}, {where + "dateparution=5{/}", 400, odsql}, {where + "dateparution=true{/}", 400, odsql}, {where + "dateparution in [2026-04-01 to 2026-04-10]{/}", 400, odsql},
			{where + "dateparution between '2026-04-01' and '2026-04-10'{/}", 400, syntax}, {where + "dateparution>=now(foo=1){/}", 400, odsql}, {where + "dateparution>=now(years=99999999999){/}", 400, odsql}, {where + "dateparution>=now(month=13){/}", 400, odsql},
			{where + "date_format(dateparution,'')='x'{/}", 400, odsql}, {where + "date_format(objet,'yyyy')='x'{/}", 400, odsql}, {where + "datelimitereponse - dateparution > 10{/}", 400, odsql},
		},
		"columns": {
			{one + "select=", 200, `"idweb": `}, {one + "select={w}*,*{/}", 200, `"idweb": `}, {one + "select={w}include(date*){/}", 200, `"dateparution": `}, {one + "select={w}COUNT( * ){/}", 200, `"COUNT( * )": `}, {one + "select={w}1/0{/}", 200, `"1/0": null`},
			{one + "select={w}idweb as count{/}", 200, `{"count": "`}, {one + "select={w}json_format(objet,'none') as j{/}", 200, `"j": "none"`}, {one + "select={w}count(*)+count(*) as n{/}", 200, `"n": `}, {one + "select=idweb&select=nature", 200, `", "nature": "`},
			{one + "select={w}idweb,{/}", 400, syntax}, {one + "select={w}idweb objet{/}", 400, syntax}, {one + "select={w}count(*), idweb{/}", 400, odsql}, {one + "select={w}sum(objet){/}", 400, "StatAggregation only supports numeric or date expression."},
			{one + "select={w}count(){/}", 400, syntax}, {one + "select={w}percentile(record_size,101){/}", 400, odsql}, {one + "select={w}exclude(zzz){/}", 400, "Unknown field: zzz."}, {one + "select=idweb;objet", 400, "unexpected ; at position 5"},
		},
		"groups": {
			{one + "group_by=", 200, total}, {one + "group_by=nature&select={w}nature as x, count(*){/}", 200, `{"results": [{"x": `}, {one + "group_by={w}RANGE(dateparution, 1 year) as r{/}", 200, `-01-01T00:00:00.000Z[`}, {one + "group_by={w}range(record_size,1000){/}", 200, `"[`},
			{one + "group_by=nature&select={w}count(*) as n{/}&order_by={w}n desc, nature{/}", 200, `"n": `}, {one + "group_by=nature&order_by={w}count(*) desc{/}", 200, `{"results": [{"nature": `},
			{one + "group_by=nature&order_by={w}nature, count(*) desc{/}", 400, odsql}, {one + "group_by=nature&order_by=famille", 400, odsql}, {one + "group_by=nature&select=famille", 400, odsql}, {one + "group_by=nope", 400, "group_by."}, {one + "group_by={w}nature desc{/}", 400, syntax},
			{one + "group_by={w}range(record_size,0){/}", 400, odsql}, {one + "group_by={w}range(dateparution,5){/}", 400, odsql}, {one + "group_by={w}range(dateparution,2 months){/}", 400, odsql}, {one + "group_by={w}range(objet,5){/}", 400, odsql}, {one + "group_by={w}count(*){/}", 400, syntax},
			{"/api/explore/v2.1/catalog/datasets/boamp/records?group_by=nature&limit=20000", 200, `{"results": [`}, {"/api/explore/v2.1/catalog/datasets/boamp/records?group_by=nature&limit=20001", 400, "-1 <= limit <= 20000"},
			{exports + "json?group_by=nature&order_by={w}count(*) desc{/}", 400, "is not supported with a limit > 20000"}, {exports + "json?group_by=nature&order_by={w}count(*) desc{/}&limit=20000", 200, `[{"nature": `},
		},
		"order": {
			{one + "order_by={w}-dateparution, idweb DESC{/}", 200, total}, {one + "order_by={w}- dateparution{/}", 200, total}, {one + "order_by=nature&order_by=-idweb", 200, total}, {one + "order_by={w}random(-1){/}", 200, total}, {one + "order_by={w}length(objet) desc{/}", 200, total},
			{one + "order_by=nope", 400, "Clause(s) containing the error(s): order_by."}, {one + "order_by={w}dateparution descending{/}", 400, syntax}, {one + "order_by=dateparution:desc", 400, syntax}, {one + "order_by={w}random(){/}", 400, odsql}, {one + "order_by=?", 400, syntax}, {one + "order_by={w}count(*){/}", 400, odsql},
		},
		"numbers and words": {
			{one + "offset=-1", 400, rest}, {one + "offset=9999", 200, total}, {one + "offset=10000", 400, "10001 was found but <= 10000 is expected."}, {"/api/explore/v2.1/catalog/datasets/boamp/records?limit=abc", 400, "abc was found"}, {"/api/explore/v2.1/catalog/datasets/boamp/records?limit=1.5", 400, rest},
			{"/api/explore/v2.1/catalog/datasets/boamp/records?limit=-2", 400, "-1 <= limit <= 100"}, {"/api/explore/v2.1/catalog/datasets/boamp/records?limit=99999999999999999999", 400, rest}, {"/api/explore/v2.1/catalog/datasets/boamp/records?limit=&select=idweb", 200, total},
			{one + "lang=xx", 400, "lang API parameter: xx"}, {one + "timezone=Mars/Olympus", 400, "Mars/Olympus"}, {one + "timezone=../../etc/passwd", 400, rest}, {one + "timezone=Local", 400, rest}, {one + "include_links=maybe", 400, rest}, {one + "LIMIT=7&unknown[]=x&=y&&", 200, total},
			{records + "where=&select=&group_by=&order_by=&refine=&exclude=&facet=&lang=&timezone=&offset=", 200, total},
		},
		"refine": {
			{records + "refine={w}nature:\"APPEL_OFFRE\"{/}", 200, total}, {records + "refine={w}`nature`:APPEL_OFFRE{/}", 200, total}, {records + "refine=nature:appel_offre", 200, total + "0,"}, {records + "refine=dateparution:2026/13", 400, odsql}, {records + "refine=dateparution:abc", 400, odsql},
			{records + "refine=nope:x", 400, "Clause(s) containing the error(s): refine."}, {records + "exclude=nope:x", 400, "Clause(s) containing the error(s): exclude."}, {records + "refine=nature", 400, syntax}, {records + "refine=:x", 400, syntax}, {records + "refine=siret:1", 400, "Unknown field: siret."}, {records + "refine=objet:%00", 200, total + "0,"},
			{records + "refine.famille=FNS", 200, total}, {records + "refine=nature:APPEL_OFFRE&refine=nature:ATTRIBUTION", 200, total + "0,"},
		},
		"facets": {
			{facets + "facet=", 200, `"name": "type_avis"`}, {facets + "facet={w}FACET( NAME = 'famille' , limit=1 ){/}", 200, `"name": "famille"`}, {facets + "facet=objet", 200, `"name": "objet"`}, {facets + "facet={w}facet(name=\"famille\", sort=\"-alphanum\"){/}", 200, `"famille"`},
			{facets + "facet=nope", 400, "Clause(s) containing the error(s): facet."}, {facets + "facet=donnees", 400, odsql}, {facets + "facet={w}facet(name=\"famille\", sort=\"num\"){/}", 400, odsql}, {facets + "facet={w}facet(name=\"famille\", foo=1){/}", 400, syntax},
			{facets + "facet={w}facet(name=\"famille\"{/}", 400, syntax}, {facets + "facet=facet()", 400, odsql}, {facets + "facet={w}facet(name=\"famille\", limit=-1){/}", 400, odsql}, {facets + "facet={w}facet(name=\"famille\", disjunctive=maybe){/}", 400, odsql}, {facets + "facet=famille&where=bad(", 400, syntax},
		},
		"paths": {
			{"/api/explore/v2.1/catalog/datasets/boamp/records/", 200, total}, {catalog + "//datasets//boamp//records?limit=0", 200, total}, {catalog + "/datasets/liste-mots-descripteurs-boamp%2f/records?limit=1", 200, `"mc_libelle"`}, {catalog + "/datasets/liste-mots-descripteurs-boamp//records/?limit=1", 200, `"mc_libelle"`},
			{catalog + "/datasets/liste-mots-descripteurs-boamp%252F/records", 404, "NotFoundResource"}, {catalog + "/datasets/BOAMP/records", 404, "NotFoundResource"}, {catalog + "/datasets/boamp%20/records", 404, "NotFoundResource"}, {catalog + "/datasets/boamp%00", 400, "the path has a character of code zero"}, {catalog + "/datasets/%ff%fe", 404, "NotFoundResource"},
			{catalog + "/datasets/..%2f..%2fetc/records", 404, "NotFoundResource"}, {catalog + "/datasets/../datasets/boamp", 404, "NotFoundURI"}, {catalog + "/datasets/" + strings.Repeat("a", 3000), 404, "NotFoundResource"}, {catalog + "/datasets/boamp/records/15-27549", 404, "The requested record 15-27549 does not exist."},
			{catalog + "/datasets/boamp/records/" + strings.Repeat("0", 40), 404, "NotFoundResource"}, {catalog + "/datasets/boamp/records/x/y", 404, "NotFoundURI"}, {catalog + "/datasets/boamp/record", 404, "NotFoundURI"}, {catalog + "/zzz", 404, "NotFoundURI"}, {"/api/explore/v3/catalog/datasets", 404, "NotFoundURI"}, {"/api/explore/v2.1/openapi.json", 404, "NotFoundURI"},
			{catalog + "/datasets/boamp/aggregates", 410, "GoneResource"}, {catalog + "/assets/", 404, "NotFoundURI"}, {"/api/records/1.0/zzz/", 404, `{"error": `}, {"/api/datasets/1.0/nope/", 404, `{"error": "The requested dataset nope does not exist."}`}, {"/explore/dataset/nope/download/", 404, `{"error": `}, {"/api/reuses/", 404, ""},
		},
		"files": {
			{exports + "CSV?limit=1&select=idweb", 200, "idweb\r\n"}, {exports + "csv/?limit=0&select=idweb", 200, "idweb\r\n"}, {exports + "json?where={w}nature='NOPE'{/}", 200, "[]"}, {exports + "jsonl?where={w}nature='NOPE'{/}", 200, ""}, {exports + "geojson?where={w}nature='NOPE'{/}", 200, `{"type": "FeatureCollection", "features": []}`},
			{exports + "xlsx?where={w}nature='NOPE'{/}", 200, "PK"}, {exports + "parquet?where={w}nature='NOPE'{/}", 200, "PAR1"}, {exports + "csv?select={w}idweb as `a\";b`{/}&limit=1", 200, `"a"";b"`}, {exports + "csv?quote_all=true&with_bom=false&limit=1&select=idweb", 200, "\"idweb\"\r\n\""},
			{exports + "zzz", 404, "NotFoundURI"}, {exports + "shp", 400, "geometry"}, {exports + "xls", 400, "xlsx"}, {exports + "csv?delimiter=ab", 400, rest}, {exports + "csv?delimiter=%22", 400, rest}, {exports + "csv?limit=-2", 400, rest}, {exports + "csv?quote_all=maybe", 400, rest},
			{exports + "parquet?parquet_compression=zzz", 400, "snappy or zstd"}, {exports + "csv?epsg=abc", 400, rest}, {exports + "csv?select=nope", 400, "Unknown field: nope."}, {exports + "csv?qv1=bad:x", 400, "Clause(s) containing the error(s): qv1."}, {exports + "csv?rows=abc", 400, rest},
		},
		"catalogue": {
			{catalog + "/datasets?select=dataset_id&where={w}datasetid:\"boamp\"{/}", 200, total + `1, "results": [{"dataset_id": "boamp"}]`}, {catalog + "/datasets?select=dataset_id&where={w}default.title like \"boamp\"{/}&limit=1", 200, `"dataset_id": "boamp"`}, {catalog + "/datasets?where={w}features='geo'{/}", 200, total + "0,"},
			{catalog + "/datasets?group_by=publisher&select={w}count(*){/}", 200, `"count(*)": `}, {catalog + "/datasets?order_by=-records_count&select=dataset_id&limit=1", 200, `"dataset_id": `}, {catalog + "/datasets?where=metas=1", 400, "Unknown field: metas."}, {catalog + "/datasets?where=data_visible=true", 400, "Field data_visible is not allowed in the current clause."},
			{catalog + "/datasets?order_by=nope", 400, odsql}, {catalog + "/datasets?group_by=nope", 400, odsql}, {catalog + "/datasets?refine=nope:x", 400, odsql}, {catalog + "/datasets?limit=101", 400, rest}, {catalog + "/datasets/boamp?select=default.data_processed", 200, `{"default.data_processed": "`}, {catalog + "/datasets/boamp?select=nope", 400, odsql},
			{catalog + "/facets?facet=nope", 400, odsql}, {catalog + "/exports/zzz", 404, "NotFoundURI"}, {catalog + "/exports/dcat_ap_de", 200, "dcat:Catalog"}, {catalog + "/exports/dcat-ap-ch", 200, "dcat:Catalog"},
		},
		"version 1": {
			{v1 + "rows=10000", 200, `"nhits": `}, {v1 + "rows=10001", 400, `{"error": "Invalid value for rows`}, {v1 + "start=9991&rows=10", 400, "10001 was found"}, {v1 + "start=-1", 400, `{"error": `}, {v1 + "rows=abc", 400, `{"error": `}, {v1 + "sort=nope", 400, "Unknown field: nope in sort."}, {v1 + "sort=-nope", 400, "Unknown field: nope"},
			{v1 + "fields=nope", 400, "Unknown field: nope in fields."}, {v1 + "facet=nope", 200, `"records": []}`}, {v1 + "format=zzz", 400, `{"error": `}, {v1 + "format=jsonp&callback=alert(1)//", 400, `{"error": `}, {v1 + "format=jsonp&callback=%3Cscript%3E", 400, `{"error": `}, {v1 + "format=jsonp&callback=a.b[0]", 200, "/**/a.b[0]("}, {v1 + "where=bad(", 200, `"nhits": `},
			{v1 + "refine.nope=x", 400, "Unknown field: nope"}, {v1 + "refine.dateparution=abc", 400, `{"error": `}, {v1 + "timezone=Mars/Olympus", 400, `{"error": `}, {v1 + "lang=xx", 400, `{"error": `}, {v1 + "geofilter.distance=48,2,1000", 400, `{"error": `}, {"/api/records/1.0/search/", 400, "The parameter dataset is missing."}, {"/api/records/1.0/search/?dataset=nope", 404, `{"error": `},
			{v1 + "q={w}travaux NOT voirie{/}", 200, `"nhits": `}, {v1 + "q={w}objet:(\"travaux\" OR voir*){/}", 200, `"nhits": `}, {v1 + "q={w}dateparution:]2026/04/01 TO NOW[{/}", 200, `"nhits": `}, {v1 + "q={w}dateparution>#now(years=-5, weeks=2){/}", 200, `"nhits": `}, {v1 + "q={w}*:*{/}", 200, `"nhits": `}, {v1 + "q=%00%ff", 200, `"nhits": `}, {v1 + "q={w}100 %{/}", 200, `"nhits": `}, {v1 + "q=\\", 200, `"nhits": `},
			{v1 + "q={w}(travaux{/}", 400, `{"error": `}, {v1 + "q={w}objet:{/}", 400, `{"error": `}, {v1 + "q=nope:x", 400, "Unknown field: nope"}, {v1 + "q={w}dateparution:[abc TO def]{/}", 400, "is not a date"}, {v1 + "q={w}dateparution:[2026-13-01 TO *]{/}", 400, "no month 13"}, {v1 + "q={w}#nope(objet){/}", 400, "#nope"}, {v1 + "q={w}#null(){/}", 400, `{"error": `}, {v1 + "q=" + strings.Repeat("(", 100), 400, `{"error": `},
			{analyze + "y.a.func=COUNT", 400, "The parameter x is missing"}, {analyze + "x=nope&y.a.func=COUNT", 400, "Unknown field: nope"}, {analyze + "x=famille", 400, `{"error": `}, {analyze + "x=famille&y.a.func=ZZZ", 400, "ZZZ"}, {analyze + "x=famille&y.a.func=SUM&y.a.expr=objet", 400, "a number is expected"}, {analyze + "x=famille&y.a.func=COUNT&maxpoints=-1", 400, `{"error": `},
			{analyze + "x=dateparution&precision=zzz&y.a.func=COUNT", 400, `{"error": `}, {analyze + "x=dateparution.year&y.a.func=COUNT", 200, `[{"x": {"year": `}, {analyze + "x=famille&x=nature&y.a.func=COUNT", 200, `[{"x": {"famille": `}, {analyze + "x=famille&y.a.func=AVG&y.a.expr=record_size/0", 200, `"a": null`},
			{"/api/records/1.0/download/?dataset=boamp&rows=1&fields=idweb,objet&csv_separator=%09", 200, "idweb\tobjet\r\n"}, {"/api/records/1.0/download/?dataset=boamp&csv_separator=ab", 400, `{"error": `}, {"/api/datasets/1.0/search/?sort=nope", 400, `{"error": `}, {"/api/datasets/1.0/boamp/records/x", 404, `{"error": `}, {"/api/records/1.0/geocluster/?dataset=boamp", 400, `{"error": `},
		},
		"version 2.0": {
			{"/api/v2/catalog/datasets/boamp/records?limit=101", 400, rest}, {"/api/v2/catalog/datasets/boamp/records?group_by=dateparution&limit=1", 200, `{"links": [], "records": [{"dateparution": `}, {"/api/v2/catalog/datasets/boamp/aggregates", 400, odsql}, {"/api/v2/catalog/datasets/boamp/aggregates?select=nope", 400, odsql},
			{"/api/v2/catalog/datasets/boamp/exports/csv?limit=1&select=idweb", 200, "idweb\r\n"}, {"/api/v2/catalog/datasets/nope", 404, "NotFoundResource"}, {"/api/v2/nope", 404, "NotFoundURI"},
		},
	}
}

// typed escapes what stands between {w} and {/}.
func (o odd) typed() string {
	address := o.request
	for {
		before, rest, found := strings.Cut(address, "{w}")
		if !found {
			return address
		}
		text, after, _ := strings.Cut(rest, "{/}")
		address = before + url.QueryEscape(text) + after
	}
}

// TestOutsider sends odd requests: every answer has the status and the words that help, no answer is a failure of the server or a page
// of HTML, all come soon, and the log holds no mistake in the end.
func TestOutsider(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 200))
	sent := 0
	for group, list := range oddRequests() {
		t.Run(group, func(t *testing.T) {
			for _, o := range list {
				sent++
				start := time.Now()
				res, body := s.get(t, o.typed())
				media, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
				if res.StatusCode != o.status || !strings.Contains(body, o.fragment) || media == "text/html" || time.Since(start) > 20*time.Second {
					t.Errorf("%.300s\n is %d %s in %s, want %d with %q\n %.400s", o.request, res.StatusCode, media, time.Since(start), o.status, o.fragment, body)
				}
				wellFormed(t, o.request, media, body)
			}
		})
	}
	if sent < 250 {
		t.Errorf("only %d requests", sent)
	}
	if log := s.logs.String(); strings.Contains(log, `"level":"ERROR"`) {
		at := strings.Index(log, `"level":"ERROR"`)
		t.Errorf("%d mistakes in the log, the first: %.400s", strings.Count(log, `"level":"ERROR"`), log[at:])
	}
}

// wellFormed reads a body as its type says.
func wellFormed(t *testing.T, request, media, body string) {
	t.Helper()
	switch {
	case media == "application/json" || media == "application/problem+json" || media == "application/geo+json":
		if !json.Valid([]byte(body)) {
			t.Errorf("%.200s: no JSON: %.200s", request, body)
		}
	case strings.HasSuffix(media, "+xml"):
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%.200s: no XML: %v", request, err)
				break
			}
		}
	}
}

// TestMethods sends every method to every kind of path.
func TestMethods(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 20))
	read := []string{"/api/explore/v2.1/", "/api/explore/v2.1/catalog/datasets", dataset, dataset + "/records?limit=1", dataset + "/facets", dataset + "/exports", dataset + "/exports/csv", "/api/v2/catalog/datasets/boamp/records",
		"/api/explore/v2.1/swagger.json"}
	form := []string{"/api/records/1.0/search/?dataset=boamp", "/api/records/1.0/download/?dataset=boamp", "/api/records/1.0/analyze/?dataset=boamp&x=famille&y.a.func=COUNT", "/api/datasets/1.0/boamp/", "/api/datasets/1.0/search/",
		"/explore/dataset/boamp/download/"}
	do := func(method, path string) *http.Response {
		r, err := http.NewRequest(method, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://example.org")
		res, err := (&http.Client{Timeout: patience}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Errorf("%s %s: %v", method, path, err)
		}
		return res
	}
	for _, path := range append(read, form...) {
		post := 405
		if strings.Contains(fmt.Sprint(form), path) {
			post = 200
		}
		for method, status := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": post, "PUT": 405, "DELETE": 405, "PATCH": 405, "FOO": 405} {
			res := do(method, path)
			if res.StatusCode != status || res.Header.Get("Access-Control-Allow-Origin") != "*" || (status == 405) != (res.Header.Get("Allow") != "") {
				t.Errorf("%s %s: %d, want %d, headers %v", method, path, res.StatusCode, status, res.Header)
			}
		}
	}
	for method, status := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": 405, "PUT": 405, "DELETE": 405} {
		if res := do(method, "/"); res.StatusCode != status {
			t.Errorf("%s /: %d, want %d", method, res.StatusCode, status)
		}
	}
}

// TestConditional: tags, parts and packings that clients and proxies ask for.
func TestConditional(t *testing.T) {
	t.Parallel()
	s := serve(t, loaded(t, 60))
	path := dataset + "/records?limit=20"
	res, plain := s.get(t, path, "Accept-Encoding", "identity")
	tag := res.Header.Get("ETag")
	for value, status := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, "*": 304, `W/"a", ` + tag: 304, `"other"`: 200, "garbage": 200} {
		if res, body := s.get(t, path, "If-None-Match", value, "Accept-Encoding", "identity"); res.StatusCode != status || status == 304 && body != "" {
			t.Errorf("If-None-Match: %s: %d, want %d", value, res.StatusCode, status)
		}
	}
	for value, packed := range map[string]string{"gzip": "gzip", "GZIP": "gzip", "*": "gzip", "gzip, deflate, br": "gzip", "gzip;q=0": "", "identity": "", "br": "", "identity;q=0": "", " , ,": "", "gzip;q=abc": "", "zstd": "zstd", "gzip;q=0.1, zstd;q=0.9": "zstd"} {
		if res, body := s.get(t, path, "Accept-Encoding", value); res.Header.Get("Content-Encoding") != packed || (packed == "") != (body == plain) || !strings.Contains(fmt.Sprint(res.Header.Values("Vary")), "Accept-Encoding") {
			t.Errorf("Accept-Encoding: %s: %q", value, res.Header.Get("Content-Encoding"))
		}
	}
	for _, part := range []string{"bytes=0-10", "bytes=-5", "bytes=999999999-", "lines=1-2"} {
		if res, body := s.get(t, path, "Range", part, "Accept-Encoding", "identity"); res.StatusCode != 200 || body != plain {
			t.Errorf("Range: %s: %d, %d bytes", part, res.StatusCode, len(body))
		}
	}
	if res, _ := s.get(t, path+"&where=bad(", "If-None-Match", "*"); res.StatusCode != 400 {
		t.Errorf("a bad request with a tag: %d", res.StatusCode)
	}
	if res, _ := s.get(t, dataset+"/records?where=dateparution%3Cnow()"); res.Header.Get("ETag") != "" {
		t.Error("an answer that depends on the time has a tag")
	}
	if _, body := s.get(t, path+"&include_links=true", "X-Forwarded-Host", "evil.example"); strings.Contains(body, "evil.example") {
		t.Error("links follow a header that anybody can send")
	}
}
