"""Every call of CompreFace's Python SDK, and its examples, against a server; prints the answers as one JSON object."""

import json
import sys

from compreface import CompreFace
from compreface.collections import FaceCollection
from compreface.collections.face_collections import Subjects

domain, port, recognition_key, detection_key, verification_key, anna, group = sys.argv[1:]
compre_face = CompreFace(domain, port, {"limit": 0, "det_prob_threshold": 0.8, "status": True})
recognition = compre_face.init_face_recognition(recognition_key)
detection = compre_face.init_face_detection(detection_key)
verification = compre_face.init_face_verification(verification_key)
faces: FaceCollection = recognition.get_face_collection()
subjects: Subjects = recognition.get_subjects()

out = {}
out["subject_add"] = subjects.add("Ann Lee")
out["subject_rename"] = subjects.update("Ann Lee", "Ann")
out["subject_list"] = subjects.list()
out["subject_delete"] = subjects.delete("Ann")
out["add"] = faces.add(image_path=anna, subject="Anna")
out["add_bytes"] = faces.add(open(anna, "rb").read(), "Anna", {"det_prob_threshold": 0.8})
out["list"] = faces.list()
out["recognize"] = recognition.recognize(group)
out["recognize_options"] = recognition.recognize(
    image_path=group,
    options={
        "limit": 0,
        "det_prob_threshold": 0.8,
        "prediction_count": 1,
        "face_plugins": "calculator,age,gender,landmarks",
        "status": True,
    },
)
out["verify_face"] = faces.verify(image_path=group, image_id=out["add"]["image_id"], options={"limit": 1})
out["detect"] = detection.detect(image_path=group)
out["verify"] = verification.verify(source_image_path=group, target_image_path=anna, options={"limit": 1})
out["delete"] = faces.delete(out["add"]["image_id"])
out["delete_empty"] = faces.delete("")
out["delete_all_empty"] = faces.delete_all("")
out["list_after"] = faces.list()
out["delete_all"] = faces.delete_all("Anna")
out["subjects_delete_all"] = subjects.delete_all()
print(json.dumps(out))
