import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { resolveJobReference } from '../../src/hyperv/job-reference.js';

const ID = '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11';
const REFERENCE = { host: 'hv01:5985', namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: ID } };

describe('resolveJobReference', () => {
  it.each([ID, ID.toLowerCase(), `{${ID}}`, ` {${ID.toLowerCase()}} `])('takes the InstanceID %j', (id) => {
    expect(resolveJobReference(id, 'hv01:5985')).toEqual(REFERENCE);
  });

  it('takes a reference that went through JSON, and its class', () => {
    const other = { ...REFERENCE, className: 'Msvm_ConcreteJob' };
    expect(resolveJobReference(JSON.parse(JSON.stringify(other)) as typeof other, 'HV01:5985')).toEqual({ ...other, host: 'HV01:5985' });
  });

  it.each([
    ['an id that is no GUID', '29', 'GUID'],
    ['nothing', '', 'GUID'],
    ['half a pair of braces is not worth a fuss, two ids are', `${ID} ${ID}`, 'GUID'],
    ['the reference of another host', { ...REFERENCE, host: 'hv02:5985' }, 'hv02:5985'],
    ['nothing of a reference', {} as typeof REFERENCE, 'host, namespace, className and keys.InstanceID'],
    ['half a reference', { host: 'hv01:5985', keys: { InstanceID: ID } } as typeof REFERENCE, 'all of them texts'],
    ['a reference whose id is no GUID', { ...REFERENCE, keys: { InstanceID: "' OR 1=1" } }, 'GUID'],
  ])('refuses %s', (_name, given, message) => {
    expect(() => resolveJobReference(given, 'hv01:5985')).toThrow(UsageError);
    expect(() => resolveJobReference(given, 'hv01:5985')).toThrow(message);
  });
});
