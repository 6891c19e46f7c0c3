"""Writes yunet-golden.json: what OpenCV's FaceDetectorYN finds in stock photos.

    pip install opencv-python-headless numpy
    python yunet-golden.py face_detection_yunet_2026may.onnx pixels/ > yunet-golden.json

"pixels/" has the raw RGB bytes of the photos, named sample1_640x480.rgb: sharp(photo).resize(640, 480, { fit: 'fill' }).raw().
Each face is x, y, width, height, the five points, and the score; the thresholds are 0.6 (score) and 0.3 (suppression).
"""

import glob
import json
import re
import sys

import cv2
import numpy

model, folder = sys.argv[1:]
found = []
for path in sorted(glob.glob(folder + "/*.rgb")):
    sample, width, height = map(int, re.search(r"sample(\d)_(\d+)x(\d+)", path).groups())
    bgr = numpy.fromfile(path, numpy.uint8).reshape(height, width, 3)[:, :, ::-1].copy()
    detector = cv2.FaceDetectorYN.create(model, "", (width, height), 0.6, 0.3, 5000)
    _, faces = detector.detect(bgr)
    rows = [] if faces is None else [[round(float(v), 4) for v in face] for face in faces]
    found.append({"sample": sample, "width": width, "height": height, "faces": rows})
print(json.dumps(found))
