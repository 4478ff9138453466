/** The conformance world in AssemblyScript: every type in every position, given back as it came. */
import * as host from './bindings/host';
import { Ticket, handIn, inspect } from './bindings/tickets';
import { Colour, Mixed, Permission, Point, Problem, Shape } from './bindings/types';
import { Char, Option, Result, Tuple13, Tuple2, Tuple3, Unit, unit } from './bindings/wit';

export namespace echo {
  export function echoBool(value: bool): bool { return value; }
  export function echoU8(value: u8): u8 { return value; }
  export function echoS8(value: i8): i8 { return value; }
  export function echoU16(value: u16): u16 { return value; }
  export function echoS16(value: i16): i16 { return value; }
  export function echoU32(value: u32): u32 { return value; }
  export function echoS32(value: i32): i32 { return value; }
  export function echoU64(value: u64): u64 { return value; }
  export function echoS64(value: i64): i64 { return value; }
  export function echoF32(value: f32): f32 { return value; }
  export function echoF64(value: f64): f64 { return value; }
  export function echoChar(value: Char): Char { return value; }
  export function echoString(value: string): string { return value; }
  export function echoColour(value: Colour): Colour { return value; }
  export function echoPermission(value: Permission): Permission { return value; }
  export function echoPoint(value: Point): Point { return value; }
  export function echoMixed(value: Mixed): Mixed { return value; }
  export function echoShape(value: Shape): Shape { return value; }
  export function echoTuple(value: Tuple3<u8, string, f64>): Tuple3<u8, string, f64> { return value; }
  export function echoBytes(value: Uint8Array): Uint8Array { return value; }
  export function echoFloats(value: Float64Array): Float64Array { return value; }
  export function echoLongs(value: Uint64Array): Uint64Array { return value; }
  export function echoStrings(value: string[]): string[] { return value; }
  export function echoMixeds(value: Mixed[]): Mixed[] { return value; }
  export function echoGrid(value: Uint8Array[]): Uint8Array[] { return value; }
  export function echoOption(value: string | null): string | null { return value; }
  export function echoOptionU32(value: Option<u32>): Option<u32> { return value; }
  export function echoNestedOption(value: Option<u32> | null): Option<u32> | null { return value; }
  export function echoResult(value: Tuple2<Result<u32, string>, bool>): Tuple2<Result<u32, string>, bool> { return value; }
  export function echoMany(
    a: u8, b: u16, c: u32, d: u64, e: f32, f: f64, g: bool, h: Char,
    i: string, j: Uint8Array, k: Option<u8>, l: Point, m: Colour,
  ): Tuple13<u8, u16, u32, u64, f32, f64, bool, Char, string, Uint8Array, Option<u8>, Point, Colour> {
    return new Tuple13(a, b, c, d, e, f, g, h, i, j, k, l, m);
  }
}

export namespace errors {
  export function text(value: Result<u32, string>): Result<u32, string> { return value; }
  export function bare(fail: bool): Result<u32, Unit> {
    return fail ? Result.err<u32, Unit>(unit) : Result.ok<u32, Unit>(1);
  }
  export function structured(fail: Problem | null): Result<Unit, Problem> {
    return fail === null ? Result.ok<Unit, Problem>(unit) : Result.err<Unit, Problem>(fail);
  }
  export function empty(fail: bool): Result<Unit, Unit> {
    return fail ? Result.err<Unit, Unit>(unit) : Result.ok<Unit, Unit>(unit);
  }
  export function trap(): void { throw new Error('asked for'); }
}

export namespace callbacks {
  export function mixedByHost(value: Mixed): Mixed { return host.echoMixed(value); }
  export function shapeByHost(value: Shape): Shape { return host.echoShape(value); }
  export function stringsByHost(value: string[]): string[] { return host.echoStrings(value); }
  export function optionByHost(value: Option<u64>): Option<u64> { return host.echoOption(value); }
  export function evenByHost(value: u32): Result<u32, Problem> { return host.even(value); }
  export function descend(depth: u32): u32 { return depth == 0 ? 0 : host.descend(depth - 1) + 1; }
}

let living: u32 = 0;

export namespace counters {
  export class Counter {
    constructor(private count: u32) { living++; }
    value(): u32 { return this.count; }
    add(amount: u32): u32 { return (this.count += amount); }
    copy(): Counter { return new Counter(this.count); }
    static merge(left: Counter, right: Counter): Counter {
      const sum = new Counter(left.count + right.count);
      left.drop();
      right.drop();
      return sum;
    }
    drop(): void { living--; }
  }
  export function equal(left: Counter, right: Counter): bool { return left.value() == right.value(); }
  export function make(count: u32): Counter[] {
    const all: Counter[] = [];
    for (let i: u32 = 0; i < count; i++) all.push(new Counter(i));
    return all;
  }
  export function total(counters: Counter[]): u32 {
    let sum: u32 = 0;
    for (let i = 0; i < counters.length; i++) {
      sum += counters[i].value();
      counters[i].drop();
    }
    return sum;
  }
  export function alive(): u32 { return living; }
}

let kept: Ticket | null = null;

export namespace desk {
  export function nameOfNew(name: string): string {
    const ticket = new Ticket(name);
    const answer = ticket.name();
    ticket.drop();
    return answer;
  }
  export function handInNew(name: string): string { return handIn(new Ticket(name)); }
  export function inspectNew(name: string): string {
    const ticket = new Ticket(name);
    const answer = inspect(ticket);
    ticket.drop();
    return answer;
  }
  export function pass(ticket: Ticket): Ticket { return ticket; }
  export function look(ticket: Ticket): string { return ticket.name(); }
  export function find(name: string): Ticket | null { return Ticket.find(name); }
  export function keep(ticket: Ticket): void {
    const before = giveBack();
    if (before !== null) before.drop();
    kept = ticket;
  }
  export function giveBack(): Ticket | null {
    const ticket = kept;
    kept = null;
    return ticket;
  }
}
