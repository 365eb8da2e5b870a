import { describe, expect, it } from 'vitest';
import { KnownTypes, type TypeOf } from '../../src/wsman/known-types.js';

const UINT16 = { type: 'uint16', array: false } as const;

describe('KnownTypes', () => {
  it('asks once for each member of each owner, also for what is not known', () => {
    const asked: string[] = [];
    const typeOf: TypeOf = (owner, member) => {
      asked.push(`${owner}.${member}`);
      return member === 'Number' ? UINT16 : null;
    };
    const types = new KnownTypes(typeOf);
    for (let time = 0; time < 3; time++) {
      expect(types.of('A').typeOf('Number')).toBe(UINT16);
      expect(types.of('A').typeOf('Text')).toBeNull();
      expect(types.of('B').typeOf('Number')).toBe(UINT16);
    }
    expect(asked).toEqual(['A.Number', 'A.Text', 'B.Number']);
  });

  it('asks again for the next answer', () => {
    let asked = 0;
    const typeOf: TypeOf = () => (asked++, null);
    new KnownTypes(typeOf).of('A').typeOf('Text');
    new KnownTypes(typeOf).of('A').typeOf('Text');
    expect(asked).toBe(2);
  });

  it('lists the properties of a class, asked for once; none when nobody knows them', () => {
    const asked: string[] = [];
    const types = new KnownTypes(() => null, (className) => {
      asked.push(className);
      return new Set(className === 'A' ? ['X', 'Y'] : []);
    });
    expect([types.of('A').properties, types.of('A').properties, types.of('B').properties]).toEqual([['X', 'Y'], ['X', 'Y'], []]);
    expect(asked).toEqual(['A', 'B']);
    expect(new KnownTypes(() => null).of('A').properties).toEqual([]);
  });
});
