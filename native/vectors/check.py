"""A third reader of the vectors: decodes and encodes values, and reads frames, from ../PROTOCOL.md alone.

    python3 check.py          exits 1 and says which row is wrong
"""
import json, pathlib, re, struct, sys

FOLDER = pathlib.Path(__file__).parent


class Malformed(Exception):
    pass


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def leb(self, bits, signed=False):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift >= bits:
                raise Malformed("too many bytes")
        if signed and byte & 0x40:
            value -= 1 << shift
        low = -(1 << bits - 1) if signed else 0
        if not low <= value < low + (1 << bits):
            raise Malformed("out of range")
        return value

    def text(self):
        try:
            return self.take(self.leb(32)).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("not UTF-8")

    def done(self):
        if self.at != len(self.data):
            raise Malformed("left over")


def leb(value, signed=False):
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        if value == (-1 if signed and byte & 0x40 else 0) and (not signed or value or not byte & 0x40):
            return bytes(out + bytes([byte]))
        out.append(byte | 0x80)


def parse(text):
    """WIT text of a type: a kind, its types, its names."""
    tokens = re.findall(r"[\w-]+|[<>{}(),:]", text)

    def one():
        kind, types, names = tokens.pop(0), [], []
        close = {"<": ">", "{": "}"}.get(tokens[0]) if tokens else None
        if close:
            tokens.pop(0)
            while tokens[0] != close:
                if close == "}":
                    names.append(tokens.pop(0))
                    types.append(None)
                    if tokens[0] in ":(":
                        paren = tokens.pop(0) == "("
                        types[-1] = one()
                        if paren:
                            tokens.pop(0)
                else:
                    types.append(one())
                if tokens[0] == ",":
                    tokens.pop(0)
            tokens.pop(0)
        if kind == "result":
            types = [None if it and it[0] == "_" else it for it in types + [None] * (2 - len(types))]
        return kind, types, names

    return one()


INTEGER = re.compile(r"([us])(8|16|32|64)")


def decode(type, r):
    kind, types, names = type
    if match := INTEGER.fullmatch(kind):
        signed, bits = match[1] == "s", int(match[2])
        value = int.from_bytes(r.take(1), "little", signed=signed) if bits == 8 else r.leb(bits, signed)
        return str(value) if bits == 64 else value
    if kind in ("f32", "f64"):
        data = r.take(int(kind[1:]) // 8)
        value = struct.unpack("<f" if kind == "f32" else "<d", data)[0]
        if value != value:
            if data != (b"\0\0\xc0\x7f" if kind == "f32" else b"\0\0\0\0\0\0\xf8\x7f"):
                raise Malformed("NaN")
            return "NaN"
        special = {float("inf"): "Infinity", float("-inf"): "-Infinity"}
        return "-0" if str(value) == "-0.0" else special.get(value, value)
    if kind in ("bool", "option"):
        byte = r.take(1)[0]
        if byte > 1:
            raise Malformed(kind)
        return bool(byte) if kind == "bool" else decode(types[0], r) if byte else None
    if kind == "char":
        first = r.data[r.at] if r.at < len(r.data) else 0
        try:
            return r.take(1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("char")
    if kind == "string":
        return r.text()
    if kind in ("list", "map"):
        count = int(types[1][0]) if kind == "list" and len(types) > 1 else r.leb(32)
        if count > len(r.data) - r.at:
            raise Malformed("count")
        if kind == "list":
            return [decode(types[0], r) for _ in range(count)]
        pairs = [[decode(types[0], r), decode(types[1], r)] for _ in range(count)]
        if len({repr(key) for key, _ in pairs}) < count:
            raise Malformed("twice")
        return pairs
    if kind == "tuple":
        return [decode(it, r) for it in types]
    if kind == "record":
        return {name: decode(it, r) for name, it in zip(names, types)}
    if kind == "flags":
        bits = int.from_bytes(r.take((len(names) + 7) // 8), "little")
        if bits >> len(names):
            raise Malformed("flags")
        return {name: bool(bits >> i & 1) for i, name in enumerate(names)}
    if kind == "result":
        names = ["ok", "err"]
    index = r.leb(32)
    if index >= len(names):
        raise Malformed("case")
    if kind == "enum":
        return names[index]
    value = {"tag": names[index]}
    if types[index] or kind == "result":
        value["val"] = decode(types[index], r) if types[index] else None
    return value


def encode(type, value):
    kind, types, names = type
    if match := INTEGER.fullmatch(kind):
        signed, value = match[1] == "s", int(value)
        return value.to_bytes(1, "little", signed=signed) if match[2] == "8" else leb(value, signed)
    if kind in ("f32", "f64"):
        return struct.pack("<f" if kind == "f32" else "<d", float(value))
    if kind == "bool":
        return bytes([value])
    if kind == "option":
        return b"\0" if value is None else b"\1" + encode(types[0], value)
    if kind in ("char", "string"):
        data = value.encode()
        return data if kind == "char" else leb(len(data)) + data
    if kind in ("list", "map"):
        pair = types[0] if kind == "list" else ("tuple", types, [])
        count = b"" if kind == "list" and len(types) > 1 else leb(len(value))
        return count + b"".join(encode(pair, it) for it in value)
    if kind in ("tuple", "record"):
        parts = value if kind == "tuple" else [value[name] for name in names]
        return b"".join(encode(it, part) for it, part in zip(types, parts))
    if kind == "flags":
        return sum(value[name] << i for i, name in enumerate(names)).to_bytes((len(names) + 7) // 8, "little")
    if kind == "enum":
        return leb(names.index(value))
    index = (["ok", "err"] if kind == "result" else names).index(value["tag"])
    return leb(index) + (encode(types[index], value["val"]) if types[index] else b"")


TYPES = {1: ("hello", 15, 8192), 2: ("call", 4, 65536), 3: ("return", 0, 65536), 4: ("error", 3, 8192), 5: ("cancel", 1, 1),
         6: ("rest", 1, 65536), 7: ("data", 1, 65536), 8: ("window", 1, 5), 9: ("end", 0, 0), 10: ("reset", 0, 0),
         11: ("drop", 2, 65536), 12: ("log", 7, 65536), 13: ("stdio", 2, 65536), 14: ("ping", 1, 5), 15: ("pong", 1, 5),
         16: ("goodbye", 2, 8192)}
CONNECTION = {"hello", "drop", "log", "stdio", "ping", "pong", "goodbye"}


def frame(r):
    """The name, the id and the fields of the next frame."""
    head = r.take(8)
    type, length, id = head[0] & 0x3F, int.from_bytes(head[1:4], "little"), int.from_bytes(head[4:8], "little")
    if length > 65536:
        raise Malformed("frame-length")
    if type not in TYPES:
        if not head[0] & 0x80:
            raise Malformed("frame-type")
        r.take(length)
        return "skipped", id, {}
    name, least, most = TYPES[type]
    if head[0] & 0x40 and name not in ("call", "return"):
        raise Malformed("frame-type")
    if not least <= length <= most or head[0] & 0x40 and length != 65536:
        raise Malformed("frame-length")
    if (id != 0) == (name in CONNECTION) and name != "window":
        raise Malformed("frame-id")
    b = Reader(r.take(length))
    try:
        fields = body(name, b)
        b.done()
    except Malformed:
        raise Malformed("frame-body")
    return name, id, fields


def body(name, b):
    u, rest = lambda: b.leb(32), lambda: b.take(len(b.data) - b.at).hex()
    if name == "hello":
        if b.take(9) != b"hatchway\1":
            raise Malformed("hello")
        fields = {"role": ["host", "plugin"][b.take(1)[0]], "window": u(), "message": u(), "calls": u(), "streams": u()}
        b.take(u())
        return {**fields, "name": b.text()}
    if name == "call":
        return {"instance": u(), "function": u(), "deadline": u(), "parent": u(), "arguments": rest()}
    if name == "error":
        fields = {"code": b.take(1)[0], "started": b.take(1)[0], "message": b.text()}
        if not 1 <= fields["code"] <= 10:
            raise Malformed("code")
        return fields
    if name == "drop":
        handles = []
        while b.at < len(b.data):
            handles.append([u(), u()])
        return {"handles": handles}
    if name == "log":
        return {"instance": u(), "level": b.take(1)[0], "time": b.leb(64), "dropped": u(), "target": b.text(),
                "message": b.text(), "fields": [[b.text(), b.text()] for _ in range(u())]}
    if name == "stdio":
        return {"instance": u(), "stream": b.take(1)[0], "bytes": rest()}
    if name == "goodbye":
        return {"reason": b.take(1)[0], "message": b.text()}
    if name in ("return", "rest", "data"):
        return {"value" if name == "return" else "bytes": rest()}
    if name in ("ping", "pong", "window"):
        return {"credit" if name == "window" else "token": u()}
    return {"reason": b.take(1)[0]} if name == "cancel" else {}


def check(row, actual, expected):
    if actual != expected:
        sys.exit(f"{row}\n  expected {expected}\n  got      {actual}")


def main():
    rows = lambda name: json.loads((FOLDER / name).read_text("utf-8"))
    values, frames, talks = rows("values.json"), rows("frames.json"), rows("conversations.json")
    for row in values:
        type = parse(row["type"])
        r = Reader(bytes.fromhex(row.get("hex", row.get("malformed"))))
        try:
            value = decode(type, r)
            r.done()
        except Malformed:
            value = Malformed
        check(row, value, row["value"] if "hex" in row else Malformed)
        if "hex" in row:
            check(row, encode(type, row["value"]).hex(), row["hex"])
    for row in frames:
        r = Reader(bytes.fromhex(row["hex"]))
        try:
            found = frame(r)
            r.done()
        except Malformed as error:
            found = str(error)
        check(row, found, row.get("malformed") or (row["name"], row["id"], row["fields"]))
    for talk in talks:
        for side in ("host", "plugin"):
            r = Reader(bytes.fromhex("".join(it["hex"] for it in talk["frames"] if it["from"] == side)))
            names = []
            while r.at < len(r.data):
                names.append(frame(r)[0])
            check(talk["name"], names[:1], ["hello"])
    print(f"{len(values)} values, {len(frames)} frames, {len(talks)} conversations")


if __name__ == "__main__":
    main()
