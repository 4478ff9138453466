/** `11.2 KiB (11453 bytes)`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [unit, size] = bytes < 1024 ** 2 ? ['KiB', bytes / 1024] : ['MiB', bytes / 1024 ** 2];
  return `${size.toFixed(1)} ${unit} (${bytes} bytes)`;
}
