// Each hot codec alone, beside a yardstick.
import { CODECS as CIM_XML } from '../codecs/cim-xml.mjs';
import { CODECS as ENVELOPES } from '../codecs/envelopes.mjs';
import { CODECS as READERS } from '../codecs/readers.mjs';
import { CODECS as SEALING } from '../codecs/sealing.mjs';
import { compete } from '../lib/compete.mjs';
import { perRound, spread } from '../lib/statistics.mjs';

/** A yardstick takes so little that it is run so many times as often. */
const YARDSTICK_CALLS = 20;

const FILES = { 'envelopes.mjs': ENVELOPES, 'readers.mjs': READERS, 'cim-xml.mjs': CIM_XML, 'sealing.mjs': SEALING };

/** @param bench - see main.mjs */
export async function run({ rounds, quick }) {
  const figures = [];
  for (const [file, codecs] of Object.entries(FILES)) {
    for (const [name, { calls, yardstickName }] of Object.entries(codecs)) {
      const timed = quick ? Math.ceil(calls / 10) : calls;
      const contenders = [
        { name: 'operation', module: 'codec.mjs', options: { file, codec: name, part: 'operation' }, calls: timed, warmUp: calls },
        { name: 'yardstick', module: 'codec.mjs', options: { file, codec: name, part: 'yardstick' }, calls: timed * YARDSTICK_CALLS },
      ];
      const results = await compete(contenders, { rounds });
      figures.push({
        what: `${name} (beside ${yardstickName})`,
        'CPU µs': spread(results.operation.map(({ cpu }) => cpu / timed)),
        'x yardstick': perRound(results, ({ operation, yardstick }) => (operation.cpu * YARDSTICK_CALLS) / yardstick.cpu),
      });
    }
  }
  return { figures };
}
