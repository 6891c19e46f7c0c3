"""Finds and describes the faces of the photos named on standard input, a path a line, with face_recognition (dlib).

Prints a line of JSON for each: milliseconds of processor time from the file to the encodings, and the number of faces.
"""

import json
import sys
import time

import face_recognition

for line in sys.stdin:
    start = time.process_time()
    encodings = face_recognition.face_encodings(face_recognition.load_image_file(line.rstrip("\n")))
    ms = 1000 * (time.process_time() - start)
    print(json.dumps({"ms": ms, "faces": len(encodings)}), flush=True)
