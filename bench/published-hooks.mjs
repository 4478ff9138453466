const src = new URL('../src/', import.meta.url).href;
const dist = new URL('../dist/', import.meta.url).href;

/** The same module as it was built. */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  if (!resolved.url.startsWith(src)) return resolved;
  const url = resolved.url.replace(src, dist).replace(/\.ts(?=$|\?)/, '.js');
  return { ...resolved, url, format: 'module' };
}
