"""Makes calls against a plugin of the conformance world, from ../PROTOCOL.md alone, with what check.py reads and writes.

    python3 call.py PROGRAM [ARGUMENT...]          exits 1 and says what was answered wrongly
"""
import os, socket, subprocess, sys
from check import Reader, check, decode, encode, frame, leb, parse

KEYS = """callbacks descend even-by-host mixed-by-host option-by-host shape-by-host strings-by-host
counters [constructor]counter [method]counter.add [method]counter.copy [method]counter.value [static]counter.merge alive
 equal make total
desk find give-back hand-in-new inspect-new keep look name-of-new pass
echo echo-bool echo-bytes echo-char echo-colour echo-f32 echo-f64 echo-floats echo-grid echo-longs echo-many echo-mixed
 echo-mixeds echo-nested-option echo-option echo-option-u32 echo-permission echo-point echo-result echo-s16 echo-s32
 echo-s64 echo-s8 echo-shape echo-string echo-strings echo-tuple echo-u16 echo-u32 echo-u64 echo-u8
errors bare empty structured text trap"""
NUMBERS = {}
for line in KEYS.replace("\n ", " ").splitlines():
    interface, *names = line.split()
    for name in names:
        NUMBERS[name] = len(NUMBERS)
HOST = ["descend", "echo-mixed", "echo-option", "echo-shape", "echo-strings", "even"]
PROBLEM = parse("variant{not-found(string),out-of-range(u32),unknown}")


class Plugin:
    def __init__(self, command):
        self.socket, theirs = socket.socketpair()
        os.set_inheritable(theirs.fileno(), True)
        start = ["sh", "-c", f'exec "$0" "$@" 3<&{theirs.fileno()}', *command]
        self.process = subprocess.Popen(start, pass_fds=[theirs.fileno()])
        theirs.close()
        self.held, self.id, self.number, self.calls = b"", 1, 1, 0
        limits = leb(1 << 20) + leb(16 << 20) + leb(1024) + leb(256)
        self.send(1, 0, b"hatchway\1\0" + limits + leb(0) + encode(("string", [], []), "call.py"))
        name, _, fields = self.frame()
        check("hello", (name, fields["role"]), ("hello", "plugin"))

    def send(self, type, id, body):
        self.socket.sendall(bytes([type]) + len(body).to_bytes(3, "little") + id.to_bytes(4, "little") + body)

    def frame(self):
        while len(self.held) < 8 or len(self.held) < 8 + int.from_bytes(self.held[1:4], "little"):
            data = self.socket.recv(65536)
            if not data:
                sys.exit("the plugin has ended")
            self.held += data
        r = Reader(self.held)
        found = frame(r)
        self.held = self.held[r.at:]
        return found

    def call(self, function, types, values, result=None, instance=1):
        """What a function returns; the code of an error. Calls of the plugin are answered meanwhile."""
        id, self.id, self.calls = self.id, self.id + 2, self.calls + 1
        arguments = b"".join(encode(parse(type), value) for type, value in zip(types, values))
        self.send(2, id, leb(instance) + leb(function) + leb(5000) + leb(0) + arguments)
        while True:
            name, other, fields = self.frame()
            if name == "call":
                self.answer(other, fields)
            elif name in ("return", "error") and other == id:
                break
        if name == "error":
            return fields["code"]
        r = Reader(bytes.fromhex(fields["value"]))
        value = decode(parse(result), r) if result else None
        r.done()
        return value

    def answer(self, id, fields):
        function, data = HOST[fields["function"]], bytes.fromhex(fields["arguments"])
        if function == "even":
            number = Reader(data).leb(32)
            result = b"\0" + leb(number) if number % 2 == 0 else b"\1" + encode(PROBLEM, {"tag": "out-of-range", "val": number})
            self.send(3, id, result)
        else:
            self.send(3, id, leb(0) if function == "descend" else data)


def main():
    plugin = Plugin(sys.argv[1:])
    world = plugin.call(0, [], [], "list<u8>", instance=0)
    check("the world", bytes(world[:4]), b"\0asm")
    config = "list<tuple<string,string>>"
    made = plugin.call(1, ["u32", "string", config], [1, "one", [["a", "b"]]], "result<_,string>", instance=0)
    check("an instance", made, {"tag": "ok", "val": None})

    def echo(name, type, *values):
        for value in values:
            check(name, plugin.call(NUMBERS[name], [type], [value], type), value)

    echo("echo-bool", "bool", True, False)
    echo("echo-u8", "u8", 0, 255)
    echo("echo-s16", "s16", -32768, 32767)
    echo("echo-u32", "u32", 2 ** 32 - 1)
    echo("echo-s64", "s64", str(-2 ** 63))
    echo("echo-f64", "f64", 0.5, "NaN", "-Infinity")
    echo("echo-char", "char", "a", "\U0001f99c")
    echo("echo-string", "string", "", "ß\0\U0001f99c", "x" * 10_000)
    echo("echo-bytes", "list<u8>", [], [1, 2, 255])
    echo("echo-grid", "list<list<u8>>", [[1], [], [2, 3]])
    echo("echo-permission", "flags{read,write,execute}", {"read": True, "write": False, "execute": True})
    echo("echo-tuple", "tuple<u8,string,f64>", [1, "two", 3.0])
    echo("echo-nested-option", "option<option<u32>>", None)
    echo("echo-result", "tuple<result<u32,string>,bool>", [{"tag": "err", "val": "no"}, True])
    problem = "option<variant{not-found(string),out-of-range(u32),unknown}>"
    check("an error is a value", plugin.call(NUMBERS["structured"], [problem], [{"tag": "unknown"}], f"result<_,{problem[7:-1]}>"),
          {"tag": "err", "val": {"tag": "unknown"}})
    even = lambda number: plugin.call(NUMBERS["even-by-host"], ["u32"], [number], f"result<u32,{problem[7:-1]}>")
    check("a callback", even(4), {"tag": "ok", "val": 4})
    check("its error", even(5), {"tag": "err", "val": {"tag": "out-of-range", "val": 5}})
    check("descend", plugin.call(NUMBERS["descend"], ["u32"], [3], "u32"), 1)
    handle = "tuple<u32,u32>"
    word, generation = plugin.call(NUMBERS["[constructor]counter"], ["u32"], [5], handle)
    mine = [word + 1, generation]
    check("a method", plugin.call(NUMBERS["[method]counter.add"], [handle, "u32"], [mine, 3], "u32"), 8)
    check("one is alive", plugin.call(NUMBERS["alive"], [], [], "u32"), 1)
    plugin.send(11, 0, leb(word // 2) + leb(generation))
    check("none is alive", plugin.call(NUMBERS["alive"], [], [], "u32"), 0)
    check("a handle that was dropped", plugin.call(NUMBERS["[method]counter.value"], [handle], [mine]), 7)
    check("arguments that are malformed", plugin.call(NUMBERS["echo-bool"], ["u8"], [7]), 6)
    check("no such function", plugin.call(5000, [], []), 5)
    check("a trap", plugin.call(NUMBERS["trap"], [], []), 1)
    plugin.send(16, 0, b"\0\0")
    check("the end", plugin.process.wait(10), 0)
    print(f"{plugin.calls} calls")


main()
