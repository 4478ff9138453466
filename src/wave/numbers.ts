/** Floating-point numbers in decimal, as Rust reads and writes them: exact, never with an exponent when written. */

/** The shortest decimal that reads back as `value`; `-0`, `nan`, `inf` and `-inf` where it is one of those. */
export function printF64(value: number): string {
  return printFloat(value, shortestF64);
}

/** As `printF64`, for the nearest 32-bit number: the shortest decimal that reads back as that. */
export function printF32(value: number): string {
  return printFloat(Math.fround(value), shortestF32);
}

function printFloat(value: number, shortest: (magnitude: number) => string): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (magnitude === 0) return `${sign}0`;
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign}inf`;
  return sign + expand(shortest(magnitude));
}

/** `1.25e-3` → `0.00125`. */
function expand(scientific: string): string {
  const [mantissa = '', exponent] = scientific.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * The shortest decimal, in scientific notation, that reads back as `magnitude`. Where two of them are equally near,
 * JavaScript takes the even one and Rust the larger; `toExponential` with a number of digits does as Rust does.
 */
function shortestF64(magnitude: number): string {
  const shortest = magnitude.toExponential();
  const digits = shortest.replace(/e.*|\./g, '').length;
  const larger = magnitude.toExponential(digits - 1);
  return Number(larger) === magnitude ? larger : shortest;
}

/** Nine significant digits tell any two 32-bit numbers apart. */
const F32_DIGITS = 9;

/** The shortest decimal, in scientific notation, that is nearer to the 32-bit `magnitude` than to its neighbours. */
function shortestF32(magnitude: number): string {
  for (let digits = 1; digits < F32_DIGITS; digits++) {
    const nearest = magnitude.toExponential(digits - 1);
    if (parseF32(nearest) === magnitude) return nearest;
    // At a power of two the gap below is half the gap above: a decimal above can be inside where the nearest is not.
    const above = nextDecimal(nearest);
    if (parseF32(above) === magnitude) return above;
  }
  return magnitude.toExponential(F32_DIGITS - 1);
}

/** One more in the last digit of a number in scientific notation. */
function nextDecimal(scientific: string): string {
  const [mantissa = '', exponent] = scientific.split('e');
  const fraction = mantissa.length > 1 ? mantissa.length - 2 : 0;
  return `${Number(mantissa.replace('.', '')) + 1}e${Number(exponent) - fraction}`;
}

/**
 * The 32-bit number nearest to a decimal. `Math.fround(Number(text))` rounds twice: where the first rounding ends exactly
 * between two 32-bit numbers, the second cannot know on which side the text was.
 */
export function parseF32(text: string): number {
  return text.startsWith('-') ? -parseMagnitude(text.slice(1)) : parseMagnitude(text);
}

/** Where the next 32-bit number would be, if there were one. What rounds to it is infinite. */
const F32_LIMIT = 2 ** 128;

function parseMagnitude(text: string): number {
  const double = Number(text);
  const nearest = Math.min(Math.fround(double), F32_LIMIT);
  if (nearest === double || double > F32_LIMIT) return Math.fround(nearest);
  const other = Math.min(neighbour(nearest, double), F32_LIMIT);
  // Differences of neighbouring 32-bit numbers are exact in 64 bits.
  if (Math.abs(double - nearest) !== Math.abs(double - other)) return Math.fround(nearest);
  const side = compareDecimal(text, double);
  if (side === 0) return Math.fround(nearest);
  return Math.fround(side > 0 ? Math.max(nearest, other) : Math.min(nearest, other));
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The 32-bit number next to `magnitude`, on the side of `towards`. */
function neighbour(magnitude: number, towards: number): number {
  float[0] = magnitude;
  bits[0]! += towards > magnitude ? 1 : -1;
  return float[0]!;
}

/** The sign of a decimal minus a finite double, both positive, by exact integers. */
function compareDecimal(text: string, double: number): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const ten = Number(exponent) - fraction.length;
  const [integer, two] = splitDouble(double);
  const left = (BigInt(whole + fraction) * 10n ** BigInt(Math.max(ten, 0))) << BigInt(-two);
  const right = integer * 10n ** BigInt(Math.max(-ten, 0));
  return left > right ? 1 : left < right ? -1 : 0;
}

/** A finite double as an integer times a power of two that is not positive. */
function splitDouble(double: number): [integer: bigint, power: number] {
  let power = 0;
  let scaled = double;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power--;
  }
  return [BigInt(scaled), power];
}
