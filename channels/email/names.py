"""What a file in a mail is called: as its sender said, without what a name must not have."""

import re
from typing import Final

from channels.email.encoded import one_line, parameter, text_of
from channels.email.fields import read_block
from channels.email.tree import Part

LONGEST: Final = 200  # characters

_PATH: Final = re.compile(r"[\\/]")
_FILE: Final = re.compile(r"[^\s/\\:?#]+\.[A-Za-z0-9]{2,4}\Z")
_HIDDEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

# By kind; the ending tells an agent's computer what opens it.
_NAMES: Final = {
    "text/calendar": "invite.ics", "text/plain": "part.txt", "text/html": "part.html",
    "text/csv": "part.csv", "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf",
    "text/directory": "contact.vcf", "text/rfc822-headers": "headers.txt", "text/rtf": "part.rtf",
    "text/xml": "part.xml", "text/x-patch": "part.patch", "text/x-diff": "part.diff",
    "text/enriched": "part.txt", "text/richtext": "part.txt",
    "message/delivery-status": "delivery-status.txt", "message/partial": "message-part.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt", "message/external-body": "external-body.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "application/pgp-signature": "signature.asc", "application/pgp-encrypted": "pgp-encrypted.txt",
    "application/pgp-keys": "key.asc",
    "application/pkcs7-signature": "smime.p7s", "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat", "application/vnd.ms-tnef": "winmail.dat",
    "application/ics": "invite.ics",
    "application/pdf": "attachment.pdf", "application/zip": "attachment.zip",
    "application/json": "attachment.json", "application/xml": "attachment.xml",
    "application/rtf": "attachment.rtf", "application/msword": "attachment.doc",
    "application/vnd.ms-excel": "attachment.xls", "application/gzip": "attachment.gz",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "attachment.docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "attachment.xlsx",
    "image/jpeg": "image.jpg", "image/pjpeg": "image.jpg", "image/svg+xml": "image.svg",
    "image/tiff": "image.tif", "image/x-icon": "image.ico", "image/vnd.microsoft.icon": "image.ico",
    "image/x-ms-bmp": "image.bmp", "image/x-png": "image.png",
    "audio/mpeg": "audio.mp3", "audio/x-wav": "audio.wav", "video/quicktime": "video.mov",
    "audio/mp4": "audio.m4a",
}  # fmt: skip
_PLAIN_ENDING: Final = re.compile(r"(?:image|audio|video)/([a-z0-9]{2,4})\Z")


def given_name(part: Part, hint: str = "") -> str:
    """The name in the part's own fields; "" when it has none."""
    for parameters, key in (
        (part.placement, "filename"),
        (part.parameters, "name"),
        (part.placement, "name"),
        (part.parameters, "filename"),
    ):
        if parameters and (name := safe(parameter(parameters, key, hint) or "")):
            return name
    return ""


def name_of(part: Part, hint: str = "") -> str:
    if name := given_name(part, hint):
        return name
    for field in ("content-description", "content-location"):
        value = text_of(part.field(field), hint)
        if _FILE.search(value) and (name := safe(value)):
            return name
    return usual_name(part.type)


def safe(name: str) -> str:
    """Without folders, and without characters that are not seen."""
    name = _HIDDEN.sub("", one_line(name)).strip("\"' ")
    name = _PATH.split(name.rstrip("\\/"))[-1].strip()
    if not name.strip("."):
        return ""
    if len(name) > LONGEST:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST - 10]}.{ending}" if dot and len(ending) < 10 else name[:LONGEST]
    return name


def usual_name(type: str) -> str:
    if name := _NAMES.get(type):
        return name
    if _PLAIN_ENDING.match(type):
        return type.replace("/", ".", 1)
    kind = type.partition("/")[0]
    stems = {"image": "image.bin", "audio": "audio.bin", "video": "video.bin", "text": "part.txt"}
    return stems.get(kind, "attachment.bin")


def message_name(content: bytes) -> str:
    """An enclosed mail goes by its subject."""
    block = read_block(content, 0, min(len(content), 100_000), top=True)
    subject = next((field.value for field in block.fields if field.name == "subject"), b"")
    title = _PATH.sub("_", _HIDDEN.sub("", text_of(subject)))[:LONGEST].strip(" .")
    return f"{title}.eml" if title else "message.eml"
