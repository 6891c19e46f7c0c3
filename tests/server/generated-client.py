"""Calls that a program makes with the client that openapi-python-client generates; prints what it got as one JSON object."""

import base64
import json
import sys
from io import BytesIO

from agnize_client import AuthenticatedClient
from agnize_client.api.faces import add_faces
from agnize_client.api.recognition import identify
from agnize_client.api.subjects import list_subjects
from agnize_client.models import IdentifyFilesBody, PhotoInputType0
from agnize_client.types import File

url, key, photo = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=key)
data = open(photo, "rb").read()

body = PhotoInputType0(photo=base64.b64encode(data).decode(), name="anna.jpg")
added = add_faces.sync("default", "Anna", client=client, body=body)
form = IdentifyFilesBody(photo=File(payload=BytesIO(data), file_name="anna.jpg", mime_type="image/jpeg"))
found = identify.sync("default", client=client, body=form, candidates=3)
refused = list_subjects.sync_detailed("default", client=client, limit=0)
print(
    json.dumps(
        {
            "enrolled": added.enrolled[0].face.subject.name,
            "faces": len(found.faces),
            "answer": found.faces[0].answer,
            "names": [each.name for each in list_subjects.sync("default", client=client).items],
            "landmarks": [len(found.faces[0].landmarks), len(found.faces[0].landmarks[0])],
            "refused": [refused.status_code.value, refused.parsed.code.value],
        }
    )
)
