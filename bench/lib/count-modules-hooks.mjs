// The hooks of count-modules.mjs; they run in a thread of their own.
let counter;

export function initialize(shared) {
  counter = shared;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (url.startsWith('file:') && loaded.format !== 'commonjs') counter[0]++;
  return loaded;
}
