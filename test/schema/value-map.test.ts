import { describe, expect, it } from 'vitest';
import * as maps from '../../src/schema/generated/value-maps.js';
import { valueMap } from '../../src/schema/value-map.js';

describe('valueMap', () => {
  const map = valueMap({ '-1': 'Before', '0': 'Unknown', '2': 'OK', '3': 'Reserved', '4': 'Reserved', '10..20': 'Reserved', '100..': 'Vendor', '..': 'DMTF' });

  it.each([
    [-1, 'Before'],
    [0, 'Unknown'],
    [2, 'OK'],
    [9, 'DMTF'],
    [10, 'Reserved'],
    [20, 'Reserved'],
    [21, 'DMTF'],
    [99, 'DMTF'],
    [100, 'Vendor'],
    [4294967295, 'Vendor'],
  ])('names %d %s', (value, name) => {
    expect(map.name(value)).toBe(name);
  });

  it.each([
    ['OK', 2],
    ['Before', -1],
    ['Reserved', 3],
    ['Vendor', null],
    ['ok', null],
    ['', null],
  ])('gives %j the value %j', (name, value) => {
    expect(map.value(name)).toBe(value);
  });

  it('takes a value before a range that holds it', () => {
    expect(valueMap({ '32768..65535': 'Vendor Reserved', '32768': 'SMB' }).name(32768)).toBe('SMB');
  });

  it('knows nothing where neither value nor range is', () => {
    expect(valueMap({ '1': 'Local Time', '2': 'UTC Time' }).name(3)).toBeNull();
    expect(valueMap({}).name(0)).toBeNull();
  });

  it('lists the values without the ranges', () => {
    expect(valueMap({ '0': 'CredSSP', '1': 'Kerberos', '2..65535': 'Reserved' }).entries).toEqual([[0, 'CredSSP'], [1, 'Kerberos']]);
  });
});

describe('the maps of common properties', () => {
  it.each([
    ['JobState', 7, 'Completed'],
    ['JobState', 10, 'Exception'],
    ['JobState', 32768, 'Completed with Warnings'],
    ['EnabledState', 3, 'Disabled'],
    ['EnabledState', 6, 'Enabled but Offline'],
    ['RequestedState', 12, 'Not Applicable'],
    ['HealthState', 25, 'Critical failure'],
    ['OperationalStatus', 13, 'Lost Communication'],
    ['MigrationType', 32771, 'VirtualSystemAndStorage'],
    ['TransportType', 5, 'TCP'],
    ['TransportType', 32768, 'SMB'],
    ['ErrorType', 7, 'Security Error'],
    ['ErrorSourceFormat', 2, 'CIMObjectPath'],
    ['PerceivedSeverity', 3, 'Degraded/Warning'],
    ['PerceivedSeverity', 7, 'Fatal/NonRecoverable'],
    ['ProbableCause', 33, 'Out of Memory'],
    ['CIMStatusCode', 2, 'CIM_ERR_ACCESS_DENIED'],
    ['ReplicationState', 0, 'Disabled'],
    ['ReplicationHealth', 1, 'Ok'],
  ] as const)('%s: %d is %s', (property, value, name) => {
    expect(maps[property].name(value)).toBe(name);
    expect(maps[property].value(name)).toBe(value);
  });

  it('name what a vendor may add', () => {
    expect(maps.JobState.name(40_000)).toBe('Vendor Reserved');
    expect(maps.HealthState.name(7)).toBe('DMTF Reserved');
  });
});
