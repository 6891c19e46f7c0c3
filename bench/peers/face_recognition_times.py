"""Finds and describes the faces of the photos named on standard input, a path a line, with face_recognition (dlib).

Prints a line of JSON for each: milliseconds of processor time from the file to the encodings, the number of faces, and the
encoding of the face nearest to the center.
"""

import json
import sys
import time

import face_recognition

for line in sys.stdin:
    start = time.process_time()
    image = face_recognition.load_image_file(line.rstrip("\n"))
    locations = face_recognition.face_locations(image)
    encodings = face_recognition.face_encodings(image, locations)
    ms = 1000 * (time.process_time() - start)
    height, width = image.shape[:2]
    distances = [
        ((left + right - width) ** 2 + (top + bottom - height) ** 2, i)
        for i, (top, right, bottom, left) in enumerate(locations)
    ]
    central = encodings[min(distances)[1]].tolist() if distances else None
    print(json.dumps({"ms": ms, "faces": len(encodings), "central": central}), flush=True)
