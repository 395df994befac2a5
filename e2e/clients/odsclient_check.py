"""Runs the PyPI package odsclient against the server named in BASE: the download of the portal's own pages."""
import io
import os
import sys

import pandas
from odsclient import ODSClient
from odsclient.core import ODSException

base = os.environ["BASE"]
client = ODSClient(base_url=base, enforce_apikey=False)

frame = client.get_whole_dataframe("boamp")
assert len(frame) > 50 and len(frame.columns) == 41, frame.shape
assert "Objet" in frame.columns, list(frame.columns)

text = client.get_whole_dataset("boamp", use_labels_for_header=False)
again = pandas.read_csv(io.StringIO(text), sep=";", dtype=str)
assert len(again) == len(frame), (len(again), len(frame))
assert again["idweb"].is_unique

try:
    client.get_whole_dataset("no-such-data-set")
except ODSException as error:
    assert error.status_code == 404, error.status_code
else:
    sys.exit("an unknown data set gave no error")
print("PyPI odsclient: 4 checks passed")
