"""Runs a client that a generator made of an OpenAPI description (its folder is in the Python path) against the server in BASE."""
import json
import os
import sys

import openapi_client
from openapi_client.exceptions import ApiException, BadRequestException, NotFoundException

config = openapi_client.Configuration(host=os.environ["BASE"] + "/api/explore/v2.1")
passed = 0


def check(condition, what):
    global passed
    if not condition:
        sys.exit("FAIL " + what)
    passed += 1


with openapi_client.ApiClient(config) as client:
    catalog, dataset = openapi_client.CatalogApi(client), openapi_client.DatasetApi(client)
    check(catalog.get_datasets(limit=5).total_count >= 3, "get_datasets")
    check(catalog.get_dataset("boamp").dataset_id == "boamp", "get_dataset")
    # The portal's description allows six relations of links; its recorded answers have others ("source"), which a client made of
    # it refuses. What such a client cannot decode is read as it came.
    for name, call in {
        "list_export_formats": catalog.list_export_formats_without_preload_content,
        "get_datasets_facets": catalog.get_datasets_facets_without_preload_content,
        "list_dataset_export_formats": lambda: dataset.list_dataset_export_formats_without_preload_content("boamp"),
        "get_dataset_attachments": lambda: dataset.get_dataset_attachments_without_preload_content("boamp"),
    }.items():
        check(len(json.loads(call().data)["links"]) >= (0 if name == "get_dataset_attachments" else 2), name)
    records = dataset.get_records("boamp", select="idweb, recordid, objet", where="dateparution >= date'2010'", order_by="dateparution desc", limit=3)
    check(len(records.results) == 3 and records.total_count > 3, "get_records")
    grouped = dataset.get_records_without_preload_content("boamp", select="count(*) as n", group_by="famille").data
    check(b'"results"' in grouped, "grouped records")
    facets = dataset.get_records_facets("boamp", facet="famille")
    check(facets.facets[0].name == "famille", "get_records_facets")
    for name, call in {
        "export_records": lambda: dataset.export_records_without_preload_content("boamp", "jsonl", limit=2),
        "export_records_csv": lambda: dataset.export_records_csv_without_preload_content("boamp", delimiter=",", list_separator="|"),
        "export_records_parquet": lambda: dataset.export_records_parquet_without_preload_content("boamp", parquet_compression="zstd"),
    }.items():
        response = call()
        check(response.status == 200 and len(response.data) > 100, name)
    try:
        dataset.get_records("boamp", limit=101)
    except (BadRequestException, ApiException) as error:
        check(error.status == 400, "limit 101")
    except ValueError:
        check(True, "limit 101, refused by the client")
    try:
        catalog.get_dataset("does-not-exist")
        sys.exit("FAIL: no error for an unknown data set")
    except NotFoundException:
        check(True, "404")
print(f"generated from {os.environ.get('DESCRIPTION', 'an OpenAPI description')}: {passed} checks passed")
