"""A third reader of the protocol, from ../PROTOCOL.md alone: reads the vectors, calls a plugin of wit/conformance.wit.

    python3 reader.py [PROGRAM [ARGUMENT...]]          exits 1 and says what is wrong
"""
import io, itertools, json, pathlib, re, socket, struct, subprocess, sys

# The types of frames, from 1 on: name, range of the length, body. `rest` is what is left, `all` a list without a count.
FRAMES = [
    ("hello", 15, 8192, "magic: list<u8, 9>, role: enum { host, plugin }, window: u32, message: u32, calls: u32,"
                        " streams: u32, digest: list<u8>, name: string, later: rest"),
    ("call", 4, 65536, "instance: u32, function: u32, deadline: u32, parent: u32, arguments: rest"),
    ("return", 0, 65536, "value: rest"),
    ("error", 3, 8192, "code: u8, started: bool, message: string"),
    ("cancel", 1, 1, "reason: u8"),
    ("rest", 1, 65536, "bytes: rest"),
    ("data", 1, 65536, "bytes: rest"),
    ("window", 1, 5, "credit: u32"),
    ("end", 0, 0, ""),
    ("reset", 0, 0, ""),
    ("drop", 2, 65536, "handles: all<tuple<u32, u32>>"),
    ("log", 7, 65536, "instance: u32, level: u8, time: u64, dropped: u32, target: string, message: string,"
                      " fields: list<tuple<string, string>>"),
    ("stdio", 2, 65536, "instance: u32, stream: u8, bytes: rest"),
    ("ping", 1, 5, "token: u32"),
    ("pong", 1, 5, "token: u32"),
    ("goodbye", 2, 8192, "reason: u8, message: string"),
]
OF_CONNECTION = {"hello", "drop", "log", "stdio", "ping", "pong", "goodbye"}
MALFORMED = (ValueError, IndexError)
VALUES, FRAME_ROWS, CONVERSATIONS, FUNCTIONS = (
    json.loads(pathlib.Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
    for name in ("values", "frames", "conversations", "functions"))

def need(holds, reason):
    if not holds:
        raise ValueError(reason)

def take(r, count):
    data = r.read(count)
    need(len(data) == count, "cut off")
    return data

def leb(r, bits=32, signed=False):
    data = take(r, 1)
    while data[-1] & 0x80:
        data += take(r, 1)
    value = sum((byte & 0x7F) << 7 * i for i, byte in enumerate(data))
    if signed and data[-1] & 0x40:
        value -= 1 << 7 * len(data)
    least = -(1 << bits - 1) if signed else 0
    need(7 * len(data) < bits + 7 and least <= value < least + (1 << bits), "LEB128")
    return value

def real(data, layout, nan):
    [value] = struct.unpack(layout, data)
    need(value == value or data.hex() == nan, "NaN")
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}.get(repr(value), value)

def parse(tokens):
    """A type, or a part of one: its word, and what is in its brackets or behind its colon."""
    word, parts = tokens.pop(0), []
    if tokens[:1] == [":"]:
        tokens.pop(0)
        parts.append(parse(tokens))
    elif tokens and tokens[0] in "<{(":
        while tokens.pop(0) not in ">})":
            parts.append(parse(tokens))
    return word, parts

def decode(r, type):
    """The next value, as the vectors have it; integers of 64 bits are strings there."""
    match type:
        case "bool", _: return [False, True][take(r, 1)[0]]
        case "u8", _: return take(r, 1)[0]
        case "s8", _: return (take(r, 1)[0] ^ 0x80) - 0x80
        case "u16" | "u32" | "u64" as kind, _: return leb(r, int(kind[1:]))
        case "s16" | "s32" | "s64" as kind, _: return leb(r, int(kind[1:]), signed=True)
        case "f32", _: return real(take(r, 4), "<f", "0000c07f")
        case "f64", _: return real(take(r, 8), "<d", "000000000000f87f")
        case "char", _:
            first = take(r, 1)
            return (first + take(r, sum(first[0] >= more for more in (0xC0, 0xE0, 0xF0)))).decode()
        case "string", _: return take(r, leb(r)).decode()
        case "list", [item]: return [decode(r, item) for _ in range(leb(r))]
        case "list", [item, (length, _)]: return [decode(r, item) for _ in range(int(length))]
        case "map", pair:
            pairs = decode(r, ("list", [("tuple", pair)]))
            need(len({key for key, _ in pairs}) == len(pairs), "a key is there twice")
            return pairs
        case "tuple", items: return [decode(r, item) for item in items]
        case "record", fields: return {name: decode(r, field) for name, [field] in fields}
        case "flags", names:
            bits = int.from_bytes(take(r, (len(names) + 7) // 8), "little")
            need(bits < 1 << len(names), "flags")
            return {name: bool(bits >> i & 1) for i, (name, _) in enumerate(names)}
        case "enum", names: return names[leb(r)][0]
        case "variant", cases:
            name, payload = cases[leb(r)]
            return {"tag": name, **{"val": decode(r, item) for item in payload}}
        case "option", [some]: return decode(r, some) if decode(r, ("bool", [])) else None
        case "result", [ok, err]: return decode(r, ("variant", [("ok", [ok]), ("err", [err])]))
        case "_", _: return None
        case "all", [item]: return [decode(r, item) for _ in iter(lambda: r.tell() < len(r.getbuffer()), False)]
        case "rest", _: return r.read().hex()

def whole(type, data):
    """The value of a type in WIT that some bytes are."""
    r = io.BytesIO(data)
    value = decode(r, parse(re.findall(r"[\w-]+|[<>{}(),:]", type)))
    need(not r.read(), "left over")
    return value

def frame(r):
    """The name, the id and the fields of the next frame."""
    first, length, id = (int.from_bytes(take(r, size), "little") for size in (1, 3, 4))
    more, known = first & 0x40, 0 < first & 0x3F <= len(FRAMES)
    name, least, most, body = FRAMES[(first & 0x3F) - 1] if known else ("skipped", 0, 65536, "skipped: rest")
    need(length <= 65536, "frame-length")
    need((known or first & 0x80) and (not more or name in ("call", "return")), "frame-type")
    need(least <= length <= most and (not more or length == 65536), "frame-length")
    need(name in ("window", "skipped") or (id == 0) == (name in OF_CONNECTION), "frame-id")
    try:
        fields = whole(f"record {{ {body} }}", take(r, length)) if body else {}
        need(name != "error" or 1 <= fields["code"] <= 10, "code")
    except MALFORMED:
        raise ValueError("frame-body")
    need(name != "hello" or bytes(fields["magic"]) == b"hatchway\1", "hello")
    return name, id, fields

def frames(data):
    r = io.BytesIO(data)
    return [frame(r) for _ in iter(lambda: r.tell() < len(data), False)]

def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}\n  expected {expected}\n  found    {found}")

def check_vectors():
    for row in VALUES:
        try:
            value = whole(row["type"], bytes.fromhex(row.get("hex", row.get("malformed"))))
            found = {"value": str(value) if row["type"] in ("u64", "s64") else value}
        except MALFORMED:
            found = {"malformed": row.get("malformed")}
        check(row, {**row, **found}, row)
    for row in FRAME_ROWS:
        try:
            [(name, id, fields)] = frames(bytes.fromhex(row["hex"]))
            found = {"name": name, "id": id, "fields": {key: fields[key] for key in row["fields"]}}
        except ValueError as error:
            found = {"malformed": str(error)}
        check(row, {**found, "hex": row["hex"]}, row)
    for row in CONVERSATIONS:
        for side in ("host", "plugin"):
            said = frames(bytes.fromhex("".join(it["hex"] for it in row["frames"] if it["from"] == side)))
            check(row["name"], [name for name, _, _ in said].index("hello"), 0)
    for side in ("host", "plugin"):
        keys = [row["key"] for row in FUNCTIONS if row["side"] == side]
        check(side, keys, sorted(keys, key=str.encode))

class Plugin:
    def __init__(self, command):
        self.socket, theirs = socket.socketpair()
        start = ["sh", "-c", f'exec "$0" "$@" 3<&{theirs.fileno()}', *command]
        self.process = subprocess.Popen(start, pass_fds=[theirs.fileno()])
        theirs.close()
        self.socket.settimeout(10)
        self.incoming, self.ids = self.socket.makefile("rb"), itertools.count(1, 2)
        self.socket.sendall(bytes.fromhex(FRAME_ROWS[0]["hex"]))
        check("hello", frame(self.incoming)[2]["role"], "plugin")

    def send(self, type, id, body):
        self.socket.sendall(bytes([type]) + len(body).to_bytes(3, "little") + id.to_bytes(4, "little") + body)

    def call(self, function, arguments=b"", instance=1):
        """The bytes of what is returned, or the code of an error. Calls of the plugin are answered meanwhile."""
        id = next(self.ids)
        self.send(2, id, bytes([instance, function, 0, 0]) + arguments)
        while True:
            name, other, fields = frame(self.incoming)
            if name == "call":
                self.send(3, other, answer(fields["function"], bytes.fromhex(fields["arguments"])))
            elif name in ("return", "error") and other == id:
                return bytes.fromhex(fields["value"]) if name == "return" else fields["code"]

def answer(function, arguments):
    """The host's functions: `even` has an error for odd numbers, `descend` is 0, the others are echoes."""
    key = next(row["key"] for row in FUNCTIONS if row["side"] == "host" and row["number"] == function)
    if key.endswith("#even"):
        return (b"\1\1" if arguments[0] % 2 else b"\0") + arguments
    return b"\0" if key.endswith("#descend") else arguments

def check_calls(command):
    plugin = Plugin(command)
    call = lambda name, arguments=b"": plugin.call(numbers[name], arguments)
    numbers = {row["key"].split("#")[1]: row["number"] for row in FUNCTIONS if row["side"] == "plugin"}
    check("the world", whole("list<u8>", plugin.call(0, instance=0))[:4], [*b"\0asm"])
    check("an instance", plugin.call(1, b"\1\3one\1\1a\1b", instance=0), b"\0")
    for row in FUNCTIONS:
        for one in row.get("calls", []):
            returned = plugin.call(row["number"], bytes.fromhex(one["arguments"]))
            check((row["key"], one), returned.hex(), one["return"])
            whole(row["result"], returned)
    word, generation = call("[constructor]counter", b"\5")
    check("a method", call("[method]counter.add", bytes([word + 1, generation, 3])), b"\x08")
    check("one is alive", call("alive"), b"\1")
    plugin.send(11, 0, bytes([word // 2, generation]))
    check("none is alive", call("alive"), b"\0")
    check("a dropped handle", call("[method]counter.value", bytes([word + 1, generation])), 7)
    check("malformed arguments", call("echo-bool", b"\7"), 6)
    check("no such function", plugin.call(127), 5)
    check("a trap", call("trap"), 1)
    plugin.send(16, 0, b"\0\0")
    check("the end", plugin.process.wait(10), 0)
    print(f"{next(plugin.ids) // 2} calls")

check_vectors()
print(f"{len(VALUES)} values, {len(FRAME_ROWS)} frames, {len(CONVERSATIONS)} conversations, {len(FUNCTIONS)} functions")
if sys.argv[1:]:
    check_calls(sys.argv[1:])
