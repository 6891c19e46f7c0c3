"""What schemathesis has to know of the API: how an archive is sent, that the limit of wrong keys is one an address, and why a request
that fits the document may be refused."""

import random
import re

import schemathesis

addresses = random.Random(1)

for media_type in ("application/zip", "application/x-tar", "application/gzip", "application/x-gzip"):

    @schemathesis.serializer(media_type)
    def as_it_is(ctx, value):
        return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every request comes from another address, as the server's proxy would say."""
    numbers = (addresses.randrange(256) for _ in range(3))
    case.headers["X-Forwarded-For"] = ".".join(["10", *map(str, numbers)])


# What JSON Schema cannot say, by operation: the only reasons for which a request that fits the document is answered 400.
IN_WORDS = {
    # Of three parameters at most one, which OpenAPI has no word for.
    # The photo may be left out only where a challenge gives the face.
    "identify": re.compile(r'Give only one of fpir, fmr and threshold\.|The photo "photo" is missing: send it\.'),
    "identifyEmbeddings": re.compile(r"Give only one of fpir, fmr and threshold\."),
    # Its second side is in the body or in a parameter, and in a form the first may be the face of a challenge.
    "verify": re.compile(r'Give only one of fpir, fmr and threshold\.|Side "[ab]" is missing: .*'),
    # The order of a list, and what only the second of a pair has: its schema is one for both.
    "setCalibration": re.compile(
        r"The body is invalid: (; |calibration\.("
        r"thresholds: rates must fall and thresholds rise|"
        r"probability\.points: similarities must rise, and probabilities must not fall|"
        r"probability\.points\.\d+\.1: Too (small: expected number to be >=0|big: expected number to be <=1)))+\."
    ),
    # A parameter that repeats another.
    "deleteGallery": re.compile(r"confirm is not the name of the gallery: .*"),
    # Its characters, as letters of every script; and what a role does not go with.
    "createAccount": re.compile(
        r"The name of an account has .*|An administrator has all galleries: .*|This server has no OpenID Connect provider: .*"
    ),
    "changeAccount": re.compile(r"An administrator has all galleries: .*|This server has no OpenID Connect provider: .*"),
    # A subject is no pair with itself.
    "markDifferent": re.compile(r".* are one person of the gallery: give two people\.", re.DOTALL),
    "unmarkDifferent": re.compile(r".* are one person of the gallery: give two people\.", re.DOTALL),
    # What a cursor encodes.
    "listDuplicates": re.compile(r"The cursor is not one of this list: .*"),
    # A folder that the server must have.
    "createJob": re.compile(r"There is no such folder in the import folder of the server: .*"),
}


@schemathesis.check
def refused_for_the_reason_in_words(ctx, response, case):
    operation = case.operation.definition.raw.get("operationId")
    if response.status_code != 400 or operation not in IN_WORDS or not case.meta.generation.mode.is_positive:
        return
    detail = response.json()["detail"]
    assert IN_WORDS[operation].fullmatch(detail), f"refused for another reason: {detail}"
