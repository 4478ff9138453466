/** The packages of WASI 0.2, which every plugin is offered: what it may do with them is a matter of grants. */
const WASI_PACKAGES = [
  'wasi:io',
  'wasi:cli',
  'wasi:clocks',
  'wasi:random',
  'wasi:filesystem',
  'wasi:sockets',
  'wasi:http',
] as const;

export type WasiPackage = (typeof WASI_PACKAGES)[number];

/** A version of WASI 0.2, which all mean the same to a guest as far as they go. */
const VERSION = /^0\.2\.\d+$/;

/** The package (`wasi:io`) of an interface of WASI 0.2; `undefined` for any other interface. */
export function wasiPackage(interfaceName: string): WasiPackage | undefined {
  const [id = '', version = ''] = interfaceName.split('@');
  const name = id.split('/')[0]!;
  return VERSION.test(version) ? WASI_PACKAGES.find((it) => it === name) : undefined;
}
