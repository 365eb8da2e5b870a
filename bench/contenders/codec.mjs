// One codec alone, or the yardstick beside it. A codec may need an input of its own for each call, which is made before the clock runs.

/**
 * @param options.file - a module in codecs/
 * @param options.codec - the name of one of its `CODECS`
 * @param options.part - `operation` or `yardstick`
 */
export async function open({ file, codec, part }) {
  const { CODECS } = await import(new URL(`../codecs/${file}`, import.meta.url).href);
  const { operation, prepare = () => undefined } = (await CODECS[codec].make())[part];
  return {
    run(calls) {
      const inputs = Array.from({ length: calls }, () => prepare());
      const usage = process.cpuUsage();
      for (const input of inputs) operation(input);
      const { user, system } = process.cpuUsage(usage);
      return { cpu: user + system };
    },
  };
}
