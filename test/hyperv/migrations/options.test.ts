import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { type MigrationKind, type MigrationOptions, isMigrationKind, kindOf, leavesHost, migrationType } from '../../../src/hyperv/migrations/options.js';

/** ValueMap of Msvm_VirtualSystemMigrationSettingData.MigrationType, and which of them name a destination. */
const KINDS: readonly (readonly [MigrationKind, number, boolean])[] = [
  ['VirtualSystem', 32768, true],
  ['Storage', 32769, false],
  ['Staged', 32770, true],
  ['VirtualSystemAndStorage', 32771, true],
  ['StorageDeepCheck', 32772, false],
];

describe('the kinds of migrations', () => {
  it.each(KINDS)('%s is MigrationType %i; it leaves the host: %s', (kind, value, leaves) => {
    expect([migrationType(kind), leavesHost(kind), isMigrationKind(kind)]).toEqual([value, leaves, true]);
    expect(kindOf(leaves ? { type: kind, to: 'node-b' } : { type: kind })).toBe(kind);
  });

  it('is VirtualSystem when nothing is said', () => {
    expect(kindOf({ to: 'node-b' })).toBe('VirtualSystem');
  });

  it.each<[string, MigrationOptions, RegExp]>([
    ['no such type', { type: 'Live' as MigrationKind, to: 'node-b' }, /VirtualSystemAndStorage.*not "Live"/],
    ['no destination', {}, /give to/],
    ['an empty destination', { type: 'Staged', to: '' }, /give to/],
    ['a destination for storage', { type: 'Storage', to: 'node-b' }, /leave to out/],
    ['a destination for a check of storage', { type: 'StorageDeepCheck', to: 'node-b' }, /leave to out/],
    ['places for storage that does not move', { to: 'node-b', storage: { path: 'D:\\vm' } }, /VirtualSystemAndStorage/],
    ['an unknown word on clusters', { to: 'node-b', clustered: 'maybe' as 'allow' }, /refuse or allow/],
  ])('refuses %s', (_name, options, message) => {
    expect(() => kindOf(options)).toThrow(UsageError);
    expect(() => kindOf(options)).toThrow(message);
  });
});
