/** `hatchway:relay/log`, imported. */

export enum Level {
  Info,
  Warn,
}

@external("hatchway:relay/log@0.1.0", "write")
declare function lowered(level: i32, pointer: usize, length: i32): void;

export function write(level: Level, line: string): void {
  lowered(level, changetype<usize>(line), line.length);
}
