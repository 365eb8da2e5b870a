import { expect, test } from 'vitest';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { createInstance } from '../../src/cim/instance.js';
import { type JsonValue, toJson } from '../../src/cim/json.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimValue } from '../../src/cim/types.js';

test.each<readonly [CimValue, JsonValue]>([
  [null, null],
  [true, true],
  ['text', 'text'],
  [4, 4],
  [18446744073709551615n, '18446744073709551615'],
  [5n, '5'],
  [NaN, 'NaN'],
  [Infinity, 'INF'],
  [-Infinity, '-INF'],
  [CimDateTime.parse('2026-10-05T04:23:50Z'), '20261005042350.000000+000'],
  [CimInterval.parse('P0DT0H5M0S'), '00000000000500.000000:000'],
  [instancePath('C', { K: 5n, L: 'x' }, 'root/x'), { namespace: 'root/x', className: 'C', keys: { K: '5', L: 'x' } }],
  [[1n, null, NaN], ['1', null, 'NaN']],
  [[], []],
  [createInstance({ className: 'C', properties: { A: 1n, B: createInstance({ className: 'D', properties: { E: [2n] } }) } }), { A: '1', B: { E: ['2'] } }],
])('%o becomes %j', (value, json) => {
  expect(toJson(value)).toStrictEqual(json);
  expect(JSON.parse(JSON.stringify(toJson(value)))).toStrictEqual(json);
});

test('keeps a property called __proto__', () => {
  expect(JSON.stringify(toJson(createInstance({ className: 'C', properties: [['__proto__', 1n]] })))).toBe('{"__proto__":"1"}');
});
