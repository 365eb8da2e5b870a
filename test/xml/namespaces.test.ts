import { expect, test, vi } from 'vitest';
import { expandNames, OUTERMOST, resolveIn } from '../../src/xml/namespaces.js';
import type { NamespaceScope } from '../../src/xml/namespaces.js';

const refuse = (problem: string): Error => new Error(problem);

/** The scope of an element deep in others that each declare something. */
function deepScope(): { readonly root: NamespaceScope; readonly scope: NamespaceScope } {
  const root: NamespaceScope = { outer: OUTERMOST, known: new Map([['p', 'urn:p'], ['', 'urn:default']]) };
  let scope = root;
  for (let depth = 0; depth < 200; depth++) scope = { outer: scope, known: new Map([[`x${depth}`, 'urn:x']]) };
  return { root, scope };
}

test('the names of many elements in one scope walk to the declaration once', () => {
  const { root, scope } = deepScope();
  const asked = vi.spyOn(root.known, 'get');
  for (let i = 0; i < 100; i++) {
    expect(expandNames(scope, 'p:a', [['p:b', '1']], refuse)).toMatchObject({ namespace: 'urn:p', attributes: [{ namespace: 'urn:p' }] });
    expect(expandNames(scope, 'a', [], refuse).namespace).toBe('urn:default');
  }
  expect(asked.mock.calls).toEqual([['p'], ['']]);
});

test('a name with a prefix does not ask for the default namespace', () => {
  const { root, scope } = deepScope();
  const asked = vi.spyOn(root.known, 'get');
  expandNames(scope, 'p:a', [['b', '1']], refuse);
  expect(asked.mock.calls).toEqual([['p']]);
});

test('what was found for one scope does not show in another', () => {
  const { root, scope } = deepScope();
  const inner: NamespaceScope = { outer: scope, known: new Map([['p', 'urn:inner']]) };
  expect([resolveIn(scope, 'p'), resolveIn(inner, 'p'), resolveIn(root, 'x0'), resolveIn(inner, 'x0')]).toEqual(['urn:p', 'urn:inner', null, 'urn:x']);
  expect(resolveIn(OUTERMOST, 'p')).toBeNull();
});
