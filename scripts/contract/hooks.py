"""What schemathesis has to know of the API: how an archive is sent, and that the limit of wrong keys is one an address."""

import random

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
