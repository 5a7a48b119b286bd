"""An independent reader of the token format, version 1: from a Cookie header to a session.

Written from token.md and README.md alone. Each part is headed by the section of token.md that it follows, and
`Reader.read` goes through the steps of its section "Reading" in their order.

    /usr/bin/python3 spec/reader.py DIRECTORY

runs the test vectors in DIRECTORY (README.md, "A reader as a command"). As a module: `Reader(...).open(header)`.
Readers have no store here, so stored payloads (section "Rows") are refused.
"""

import base64
import hashlib
import hmac
import json
import re
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    print("reader.py needs the package cryptography (Debian: python3-cryptography)", file=sys.stderr)
    sys.exit(2)

# ---------------------------------------------------------------- Limits

VERSION = b"\x01"
ENVELOPE_OVERHEAD = 45  # version 1, key id 4, nonce 24, tag 16
DATA_KEY_BYTES = 32
VARINT_MAX = 2**32 - 1
PADDING_BYTES = 32
PAYLOAD_BYTES = 65_536
PAYLOAD_DEPTH = 32
BIGINT_DIGITS = 4096
PAYLOAD_VALUES = 20_000
DATE_LIMIT = 8_640_000_000_000_000
COOKIE_BYTES = 4_096
CHUNK_OVERHEAD = 9  # what count, label and points take from COOKIE_BYTES, beside the name
CHUNKS_LIMIT = 9
CANDIDATES = 4
SKEW = 121


class Refused(Exception):
    """A cookie does not open: the step that refuses it and the reason. The response must not tell reasons apart."""

    def __init__(self, step, reason):
        super().__init__(f"{reason} at {step}")
        self.step, self.reason = step, reason


# ---------------------------------------------------------------- Conventions


def base64url(text):
    """Bytes of a strict base64url text; ValueError for every text that an encoder does not write."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise ValueError("unused bits are not zero")
    return data


def lp(text):
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def hkdf(secret, info, length):
    """HKDF-SHA-256 with an empty salt. One block of output is enough: length is at most 32."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


# ---------------------------------------------------------------- Keys


def key_id(secret):
    return hkdf(secret, lp("encrypted-session/v1 key id"), 4)


def parse_keys(text):
    """Keyring of a text: a dict from key id to secret. ValueError, without any part of a key, for a wrong text."""
    keyring = {}
    for key_text in filter(None, re.split(r"[ \t\r\n,]+", text)):
        if not re.fullmatch(r"esk_[A-Za-z0-9_-]{48}", key_text):
            raise ValueError("a key is not of the form esk_…")
        data = base64url(key_text[4:])
        secret, checksum = data[:32], data[32:]
        if hashlib.sha256(secret).digest()[:4] != checksum:
            raise ValueError("a key has a wrong checksum")
        if all(0x20 <= byte <= 0x7E for byte in secret) or len(set(secret)) < 8:
            raise ValueError("a key is not random")
        if key_id(secret) in keyring:
            raise ValueError("a key is given twice, or two keys have the same id")
        keyring[key_id(secret)] = secret
    if not keyring:
        raise ValueError("there is no key")
    return keyring


# ---------------------------------------------------------------- XAES-256-GCM


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def xaes_256_gcm_open(key, nonce, aad, sealed):
    """Plaintext of ciphertext ‖ tag; InvalidTag if the tag does not fit."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    block = encryptor.update  # of one block at a time: the raw block cipher
    doubled = int.from_bytes(block(bytes(16)), "big") << 1
    if doubled >> 128:
        doubled = doubled % (1 << 128) ^ 0x87
    k1 = doubled.to_bytes(16, "big")
    m1 = b"\x00\x01\x58\x00" + nonce[:12]
    m2 = b"\x00\x02\x58\x00" + nonce[:12]
    kx = block(xor(m1, k1)) + block(xor(m2, k1))
    return AESGCM(kx).decrypt(nonce[12:], sealed, aad)


# ---------------------------------------------------------------- Record

DEFLATED, SUBJECT, GENERATION, FLASH, DATA_VERSION, PERSISTENT, STORED, RESERVED = (1 << bit for bit in range(8))


class Malformed(Exception):
    """A record is not laid out as it has to be."""


class Cursor:
    """Takes a record apart, from its first byte to its last."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if length > len(self.data) - self.at:
            raise Malformed
        self.at += length
        return self.data[self.at - length : self.at]

    def rest(self):
        return self.take(len(self.data) - self.at)

    def varint(self):
        value = 0
        for index in range(5):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                if value > VARINT_MAX or (byte == 0 and index > 0):
                    raise Malformed
                return value
        raise Malformed  # more than five bytes


@dataclass
class Record:
    flags: int
    id: bytes
    created_at: int
    sealed_at: int
    subject: str | None
    generation: int | None
    data_version: int | None
    flash: bytes | None
    payload: bytes  # as it lies in the record: a text, a deflate stream or the key of a row

    @property
    def persistent(self):
        return bool(self.flags & PERSISTENT)


def parse_record(data):
    cursor = Cursor(data)
    flags = cursor.take(1)[0]
    if flags & RESERVED or (flags & DEFLATED and flags & STORED):
        raise Malformed
    session_id = cursor.take(16)
    created_at = int.from_bytes(cursor.take(4), "big")
    sealed_at = created_at + cursor.varint()
    subject = parse_subject(cursor) if flags & SUBJECT else None
    generation = cursor.varint() if flags & GENERATION else None
    data_version = cursor.varint() if flags & DATA_VERSION else None
    flash = cursor.take(cursor.varint()) if flags & FLASH else None
    if flags & DEFLATED:
        payload = cursor.take(cursor.varint())
        padding = cursor.rest()
        if len(data) % PADDING_BYTES or len(padding) >= PADDING_BYTES or any(padding):
            raise Malformed
    else:
        payload = cursor.rest()
        if flags & STORED and len(payload) != DATA_KEY_BYTES:
            raise Malformed
    return Record(flags, session_id, created_at, sealed_at, subject, generation, data_version, flash, payload)


def parse_subject(cursor):
    length = cursor.take(1)[0]
    if length == 0:
        raise Malformed
    try:
        return cursor.take(length).decode()
    except UnicodeDecodeError:
        raise Malformed from None


# ---------------------------------------------------------------- Compression


def inflate(stream):
    """Bytes of a raw deflate stream that is whole, ends with its last byte and holds at most PAYLOAD_BYTES."""
    inflater = zlib.decompressobj(wbits=-15)
    try:
        data = inflater.decompress(stream, PAYLOAD_BYTES + 1)
    except zlib.error:
        raise Malformed from None
    if len(data) > PAYLOAD_BYTES or not inflater.eof or inflater.unused_data:
        raise Malformed
    return data


# ---------------------------------------------------------------- Payload

# Decoded values are None, bool, float, str, list, dict and bytes, and these. A float is always a number of the payload.


class Moment(NamedTuple):
    milliseconds: float


class BigInt(NamedTuple):
    decimal: str  # there is one text for each value, so equal texts are equal values


class Map(NamedTuple):
    pairs: list


class Set(NamedTuple):
    members: list


class Undecodable(Exception):
    """A text is not the encoding of a value."""


class Properties(list):
    """An object as it stands in the text: pairs of name and value, repeated names included."""


def decode(text):
    """Value of a JSON text with tags. All limits but that of length are checked here."""
    # The depth is checked before parsing, so that no text can exhaust the parser's stack.
    check_depth(text)
    try:
        tree = json.loads(
            text, object_pairs_hook=Properties, parse_int=number, parse_float=number, parse_constant=no_number
        )
    except json.JSONDecodeError:
        raise Undecodable("not JSON") from None
    if count_values(tree) > PAYLOAD_VALUES:
        raise Undecodable("too many values")
    return untag(tree)


def number(text):
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Undecodable("a number that rounds to an infinity")
    return value


def no_number(text):
    raise Undecodable(f"{text} is not JSON")  # NaN and Infinity, which Python would take


def check_depth(text):
    depth, in_string, escaped = 0, False, False
    for character in text:
        if escaped:
            escaped = False
        elif character == '"':
            in_string = not in_string
        elif in_string:
            escaped = character == "\\"
        elif character in "[{":
            depth += 1
            if depth > PAYLOAD_DEPTH:
                raise Undecodable("too deep")
        elif character in "]}":
            depth -= 1


def count_values(tree):
    if type(tree) is Properties:
        return 1 + sum(count_values(value) for _, value in tree)
    if type(tree) is list:
        return 1 + sum(count_values(value) for value in tree)
    return 1


def untag(tree):
    if type(tree) is list:
        return [untag(value) for value in tree]
    if type(tree) is not Properties:
        return tree
    properties = dict(tree)  # of a name that stands twice, the last one counts
    if "__proto__" in properties:
        raise Undecodable("__proto__")
    if len(properties) == 1:
        [(name, value)] = properties.items()
        if name.startswith("$$"):
            return {name[1:]: untag(value)}
        if name.startswith("$"):
            return untag_value(name, value)
    return {name: untag(value) for name, value in properties.items()}


def untag_value(tag, value):
    if tag == "$bytes" and type(value) is str:
        try:
            return base64url(value)
        except ValueError:
            raise Undecodable("$bytes") from None
    if tag == "$date" and type(value) is float and value.is_integer() and abs(value) <= DATE_LIMIT:
        return Moment(value)
    if tag == "$bigint" and type(value) is str and re.fullmatch(rf"0|-?[1-9][0-9]{{0,{BIGINT_DIGITS - 1}}}", value):
        return BigInt(value)
    if tag == "$map" and type(value) is list and all(type(pair) is list and len(pair) == 2 for pair in value):
        pairs = untag(value)
        check_distinct(key for key, _ in pairs)
        return Map(pairs)
    if tag == "$set" and type(value) is list:
        members = untag(value)
        check_distinct(members)
        return Set(members)
    raise Undecodable("an unknown tag, or one whose value is wrong")


def check_distinct(values):
    """Refuses keys or members that are the same. Values of other types than these are never the same as anything."""
    seen = set()
    for value in values:
        if type(value) in (type(None), bool, str, float, BigInt):
            if (type(value), value) in seen:
                raise Undecodable("a key or member stands twice")
            seen.add((type(value), value))


def decode_payload(text):
    data = decode(text)
    if type(data) is not dict:
        raise Undecodable("the data is not an object")
    return data


def decode_flash(text):
    messages = decode(text)
    if type(messages) is not list:
        raise Undecodable("the flash is not an array")
    for pair in messages:
        if type(pair) is not list or len(pair) != 2 or any(type(part) is not str for part in pair):
            raise Undecodable("a message is not a pair of texts")
    return messages


# ---------------------------------------------------------------- Cookies


def candidates(header, name):
    """The first different values of the cookies of one name. Each character of the header stands for one octet."""
    values = []
    for pair in header.split(";"):
        pair = pair.strip(" \t")
        if pair.startswith(name + "="):
            value = pair[len(name) + 1 :].strip(" \t")
            if value and value not in values and len(values) < CANDIDATES:
                values.append(value)
    return values


# ---------------------------------------------------------------- Reading


@dataclass
class Session:
    key_id: bytes
    chunks: int
    record: Record
    payload: str
    flash_text: str | None
    data: dict | None = None
    flash: list | None = None


@dataclass
class Reader:
    """The settings of a reader. A keyring is what `parse_keys` returns; `absolute` and `idle` are in seconds."""

    keyring: dict
    cookie: str
    audience: str | None
    max_chunks: int
    absolute: float
    idle: float | None

    def __post_init__(self):
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}", self.cookie):
            raise ValueError("the name of the cookie is not a token of 1 to 128 characters")
        if self.audience is not None and not re.fullmatch(r"[\x20-\x39\x3b-\x7e]{1,255}", self.audience):
            raise ValueError("the audience is not 1 to 255 printable ASCII characters without a colon")
        if self.max_chunks not in range(1, CHUNKS_LIMIT + 1):
            raise ValueError("maxChunks is not 1 to 9")

    @property
    def purpose(self):
        return f"cookie:{self.cookie}" + (f":{self.audience}" if self.audience is not None else "")

    def open(self, header, now):
        """The session in a Cookie header, or None if it has no candidate; Refused if none opens."""
        left, refusals = [], []
        for value in candidates(header, self.cookie):
            try:
                left.append(self.read(value, header, now))
            except Refused as refusal:
                refusals.append(refusal)
        if not left and not refusals:
            return None
        if not left:
            raise refusals[0]
        if len({session.record.id for session in left}) > 1:
            raise Refused("choice", "ambiguous")
        chosen = max(left, key=lambda session: session.record.sealed_at)  # the first of the greatest
        # From here on no other is taken in its place.
        try:
            chosen.data = decode_payload(chosen.payload)
        except Undecodable:
            raise Refused("payload", "undecodable") from None
        try:
            chosen.flash = [] if chosen.flash_text is None else decode_flash(chosen.flash_text)
        except Undecodable:
            raise Refused("flash", "undecodable") from None
        return chosen

    def read(self, value, header, now):
        """The steps that every candidate goes through by itself."""
        token, chunks = self.join(value, header)
        self.check_length(token)
        envelope = self.decode_token(token)
        if envelope[:1] != VERSION:
            raise Refused("version", "unknown-version")
        if len(envelope) < ENVELOPE_OVERHEAD:
            raise Refused("envelope", "malformed")
        opener = envelope[1:5]
        if opener not in self.keyring:  # `retired-key` is for keyrings with a status, which no text of keys has
            raise Refused("key", "unknown-key")
        plaintext = self.decrypt(self.keyring[opener], envelope)
        try:
            record = parse_record(plaintext)
        except Malformed:
            raise Refused("record", "malformed") from None
        payload = self.inflate(record)
        self.check_times(record, now)
        try:
            payload_text = payload.decode()
            flash_text = None if record.flash is None else record.flash.decode()
        except UnicodeDecodeError:
            raise Refused("utf8", "undecodable") from None
        return Session(opener, chunks, record, payload_text, flash_text)

    def join(self, value, header):
        """The token of a candidate, and how many cookies it came in."""
        if value[1:2] != ".":
            return value, 1
        first = re.fullmatch(r"([2-9])\.([A-Za-z0-9_-]{6})\.(.+)", value, flags=re.DOTALL)
        if not first:
            raise Refused("join", "malformed")
        count, label, token = int(first[1]), first[2], first[3]
        if count > self.max_chunks:
            raise Refused("join", "too-large")
        for index in range(1, count):
            values = candidates(header, f"{self.cookie}.{index}")
            chunk = next((value for value in values if value.startswith(label + ".")), None)
            if chunk is None:
                raise Refused("join", "chunks-incomplete")
            token += chunk[len(label) + 1 :]  # which may be empty
        if not token.endswith(label):
            raise Refused("join", "chunks-incomplete")
        return token, count

    def check_length(self, token):
        single = COOKIE_BYTES - len(self.cookie)
        most = single if self.max_chunks == 1 else self.max_chunks * (single - CHUNK_OVERHEAD)
        if len(token) > most:
            raise Refused("length", "too-large")

    def decode_token(self, token):
        try:
            return base64url(token)
        except ValueError:
            raise Refused("base64url", "malformed") from None

    def decrypt(self, secret, envelope):
        root_key = hkdf(secret, lp("encrypted-session/v1 key") + lp(self.purpose), 32)
        aad = envelope[:5] + lp(self.purpose)
        try:
            return xaes_256_gcm_open(root_key, envelope[5:29], aad, envelope[29:])
        except InvalidTag:
            raise Refused("aead", "forged") from None

    def inflate(self, record):
        if record.flags & STORED:
            raise Refused("inflate", "malformed")
        try:
            payload = inflate(record.payload) if record.flags & DEFLATED else record.payload
        except Malformed:
            raise Refused("inflate", "malformed") from None
        if len(payload) > PAYLOAD_BYTES:
            raise Refused("inflate", "malformed")
        return payload

    def check_times(self, record, now):
        if record.created_at > now + SKEW or record.sealed_at > now + SKEW:
            raise Refused("time", "not-yet-valid")
        if now >= record.created_at + self.absolute:
            raise Refused("time", "expired")
        if self.idle is not None and now >= record.sealed_at + self.idle:
            raise Refused("time", "idle")


# ---------------------------------------------------------------- The vectors (README.md)


class Vector(NamedTuple):
    file: str
    name: str
    reader: Reader
    header: str
    now: float
    expected: dict


def load(directory):
    """All vectors of a directory. ValueError if a file is not of the format."""
    vectors = []
    paths = [path for path in directory.glob("*.json") if not path.is_dir()]
    for path in sorted(paths, key=lambda path: path.name):
        try:
            content = json.loads(path.read_text("utf-8"))
            if content["format"] != "encrypted-session vectors 1":
                raise ValueError("unknown format")
            loaded = [load_vector(path.name, vector) for vector in content["vectors"]]
            if len({vector.name for vector in loaded}) < len(loaded):
                raise ValueError("two vectors have one name")
            vectors += loaded
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name} is not of the format of vectors: {error!r}") from None
    if not vectors:
        raise ValueError("there are no vectors")
    return vectors


def load_vector(file, vector):
    lifetime = vector["lifetime"]
    for text in (vector["name"], vector["header"]):
        if type(text) is not str:
            raise TypeError("not a string")
    if any(character > "\u00ff" for character in vector["header"]):
        raise ValueError("a character of a header is not an octet")
    for count in (vector["maxChunks"], vector["now"], lifetime["absolute"], lifetime["idle"] or 0):
        if type(count) not in (int, float):
            raise TypeError("not a number")
    reader = Reader(
        parse_keys(vector["keys"]),
        vector["cookie"],
        vector["audience"],
        vector["maxChunks"],
        lifetime["absolute"],
        lifetime["idle"],
    )
    expect = vector["expect"]
    if "reason" in expect:
        expected = {member: expect[member] for member in ("reason", "step")}
    else:
        expected = {member: expect[member] for member in OPENED}
        for member in ("payload", "data"):
            if expected[member] is None:
                del expected[member]
        if "data" in expected:
            expected["data"] = from_notation(expected["data"])
    return Vector(file, vector["name"], reader, vector["header"], vector["now"], expected)


def from_notation(notation):
    """The value that a notation stands for, in the types of `decode`."""
    if notation is None or type(notation) in (bool, str):
        return notation
    if type(notation) in (int, float):
        return float(notation)
    [(kind, content)] = notation.items()
    match kind:
        case "object":
            return {name: from_notation(value) for name, value in content}
        case "array":
            return [from_notation(value) for value in content]
        case "bytes":
            return bytes.fromhex(content)
        case "date":
            return Moment(float(content))
        case "bigint":
            return BigInt(content)
        case "map":
            return Map([[from_notation(key), from_notation(value)] for key, value in content])
        case "set":
            return Set([from_notation(value) for value in content])
    raise ValueError(f"unknown notation {kind}")


# How each member of `expect` is found in a session that opened.
OPENED = {
    "keyId": lambda session: session.key_id.hex(),
    "chunks": lambda session: session.chunks,
    "id": lambda session: session.record.id.hex(),
    "createdAt": lambda session: session.record.created_at,
    "sealedAt": lambda session: session.record.sealed_at,
    "subject": lambda session: session.record.subject,
    "generation": lambda session: session.record.generation,
    "dataVersion": lambda session: session.record.data_version,
    "persistent": lambda session: session.record.persistent,
    "flash": lambda session: session.flash,
    "payload": lambda session: session.payload,
    "payloadBytes": lambda session: len(session.payload.encode()),
    "payloadSha256": lambda session: hashlib.sha256(session.payload.encode()).hexdigest(),
    "data": lambda session: session.data,
}


def run(vector):
    """None if a vector passes, else what was found instead."""
    try:
        session = vector.reader.open(vector.header, vector.now)
    except Refused as refusal:
        found = {"reason": refusal.reason, "step": refusal.step}
        return None if equal(found, vector.expected) else found
    except Exception as error:  # of any kind: none is expected, and the other vectors are to be run
        return f"{type(error).__name__}: {error}"
    if session is None:
        return "no candidate"
    if "reason" in vector.expected:
        return "opened"
    found = {member: OPENED[member](session) for member in vector.expected}
    return {member: found[member] for member in found if not equal(found[member], vector.expected[member])} or None


def equal(a, b):
    """Equality of values without conversions between types, but for numbers: 1 is 1.0 and not True."""
    if type(a) in (int, float) and type(b) in (int, float):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[name], b[name]) for name in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def main(arguments):
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: reader.py DIRECTORY", file=sys.stderr)
        return 2
    try:
        vectors = load(Path(arguments[0]))
    except (OSError, ValueError) as error:
        print(f"reader.py: {error}", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    failed = 0
    for vector in vectors:
        found = run(vector)
        if found is not None:
            failed += 1
            print(f"FAIL {vector.file}: {vector.name}: {ascii(found)}")
    print(f"{len(vectors) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
