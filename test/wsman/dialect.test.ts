import { describe, expect, it } from 'vitest';
import type { CimInterval } from '../../src/cim/datetime.js';
import { instancePath } from '../../src/cim/object-path.js';
import { ALL_CLASSES, classUri, readTarget, targetOf } from '../../src/wsman/dialect.js';
import { getRequest } from '../../src/wsman/get.js';
import { invokeRequest, readInvokeResponse } from '../../src/wsman/invoke.js';
import { DMTF, WMI, answer, bodyOf, ownHeadersOf, reference } from './support.js';

const JOB = instancePath('Msvm_MigrationJob', { InstanceID: 'B4' });

describe('classUri', () => {
  it.each([
    ['windows', 'Msvm_MigrationJob', `${WMI}/Msvm_MigrationJob`],
    ['windows', ALL_CLASSES, `${WMI}/*`],
    ['dmtf', 'Msvm_MigrationJob', `${DMTF}/Msvm_MigrationJob`],
    // DSP0227: all classes of a namespace
    ['dmtf', ALL_CLASSES, 'http://schemas.dmtf.org/wbem/wscim/1/*'],
  ] as const)('in %s of %s', (dialect, className, uri) => {
    expect(classUri({ namespace: 'root/virtualization/v2', className }, dialect)).toBe(uri);
  });
});

describe('targetOf', () => {
  it('gives the namespace as a selector in the dialect of DMTF alone', () => {
    expect(targetOf(JOB)).toEqual({ resourceUri: `${WMI}/Msvm_MigrationJob`, selectors: { InstanceID: 'B4' } });
    expect(targetOf(JOB, 'dmtf')).toEqual({
      resourceUri: `${DMTF}/Msvm_MigrationJob`,
      selectors: { __cimnamespace: 'root/virtualization/v2', InstanceID: 'B4' },
    });
    expect(targetOf({ namespace: 'root/cimv2', className: 'Win32_Service' }).selectors).toEqual({});
  });
});

describe('readTarget', () => {
  const path = { namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: 'B4' } };

  it.each([
    ['Windows', `${WMI}/Msvm_MigrationJob`, { InstanceID: 'B4' }, path],
    ['Windows with the namespace twice', `${WMI}/Msvm_MigrationJob`, { __CIMNamespace: 'root/virtualization/v2', InstanceID: 'B4' }, path],
    ['DMTF', ` ${DMTF}/Msvm_MigrationJob `, { __cimnamespace: 'root/virtualization/v2', InstanceID: 'B4' }, path],
    ["a vendor's URI", 'http://schemas.example.org/wbem/wscim/1/cim-schema/2/EX_Thing', { __cimnamespace: 'root/x' }, { namespace: 'root/x', className: 'EX_Thing', keys: {} }],
    ['DMTF without a namespace', `${DMTF}/CIM_Thing`, {}, { namespace: 'root/cimv2', className: 'CIM_Thing', keys: {} }],
    ['all classes', 'http://schemas.dmtf.org/wbem/wscim/1/*', { __cimnamespace: 'root/x' }, { namespace: 'root/x', className: '*', keys: {} }],
  ])('of %s', (_name, uri, selectors, expected) => {
    expect(readTarget(uri, selectors)).toEqual(expected);
  });

  it.each(['', 'urn:x', 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd', 'http://schemas.microsoft.com/wbem/wsman/1/config', `${DMTF}/`, `${DMTF}/A/B`])(
    'is null for %j',
    (uri) => expect(readTarget(uri, {})).toBeNull(),
  );
});

describe('the dialect of DMTF in operations', () => {
  it('puts the namespace before the keys, and the method under the class', () => {
    expect(getRequest(JOB, 'dmtf').resourceUri).toBe(`${DMTF}/Msvm_MigrationJob`);
    const request = invokeRequest(JOB, 'RequestStateChange', { RequestedState: 4 }, undefined, 'dmtf');
    expect(request.action).toBe(`${DMTF}/Msvm_MigrationJob/RequestStateChange`);
    expect(ownHeadersOf(request)).toBe(
      '<w:SelectorSet><w:Selector Name="__cimnamespace">root/virtualization/v2</w:Selector><w:Selector Name="InstanceID">B4</w:Selector></w:SelectorSet>|',
    );
    expect(bodyOf(request)).toBe(
      `<p:RequestStateChange_INPUT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${DMTF}/Msvm_MigrationJob"` +
        ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"><p:RequestedState>4</p:RequestedState></p:RequestStateChange_INPUT>',
    );
  });

  it('writes references in it', () => {
    const request = invokeRequest(JOB, 'M', { Target: instancePath('Msvm_X', { Name: 'n' }) }, undefined, 'dmtf');
    expect(bodyOf(request)).toContain(`<p:Target>${reference(`${DMTF}/Msvm_X`, { __cimnamespace: 'root/virtualization/v2', Name: 'n' })}</p:Target>`);
  });

  it("reads OMI's answer: the element is named as the method, the ReturnValue comes first, booleans are in capitals, zero is P", () => {
    const types: Readonly<Record<string, { type: 'boolean' | 'datetime'; array: boolean }>> = { Done: { type: 'boolean', array: false }, Took: { type: 'datetime', array: false } };
    const body =
      `<p:GetProgress xmlns:p="${DMTF}/GetProgress"><p:ReturnValue>0</p:ReturnValue>` +
      `<p:Job>${reference(`${DMTF}/Msvm_ConcreteJob`, { __cimnamespace: 'root/virtualization/v2', InstanceID: 'C7' })}</p:Job>` +
      '<p:Done>TRUE</p:Done><p:Took>P</p:Took>' +
      `<p:Error xsi:type="p1:Msvm_Error_Type" xmlns:p1="${DMTF}/Msvm_Error"><p1:MessageID>13002</p1:MessageID></p:Error></p:GetProgress>`;
    const { returnValue, out } = readInvokeResponse(answer(body), JOB, 'GetProgress', (_owner, name) => types[name] ?? null);
    expect(returnValue).toBe(0);
    expect(out.Job).toEqual(instancePath('Msvm_ConcreteJob', { InstanceID: 'C7' }));
    expect(out.Done).toBe(true);
    expect(String(out.Took as CimInterval)).toBe('P');
    expect(out.Error).toEqual({ MessageID: '13002' });
  });
});
