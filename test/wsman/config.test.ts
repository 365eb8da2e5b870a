import { expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors.js';
import { configRequest, configResponseBody, readConfigResponse } from '../../src/wsman/config.js';
import { answer, answered, ownHeadersOf } from './support.js';

const CONFIG = 'http://schemas.microsoft.com/wbem/wsman/1/config';
const config = (inside: string) => answer(`<cfg:Config xmlns:cfg="${CONFIG}">${inside}</cfg:Config>`);

it('asks for the configuration as winrm get winrm/config does', () => {
  expect(configRequest()).toMatchObject({ action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', resourceUri: CONFIG, body: null });
  expect(ownHeadersOf(configRequest())).toBe('|');
});

it('reads the limits, each from its own place', () => {
  const limits = { MaxEnvelopeSizekb: 500, MaxTimeoutms: 60_000, MaxBatchItems: 32_000, EnumerationTimeoutms: 240_000 };
  const inside =
    '<cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000</cfg:MaxBatchItems>' +
    '<cfg:MaxProviderRequests>4294967295</cfg:MaxProviderRequests><cfg:Client><cfg:NetworkDelayms>5000</cfg:NetworkDelayms></cfg:Client>' +
    '<cfg:Service><cfg:RootSDDL>O:NSG:BA</cfg:RootSDDL><cfg:EnumerationTimeoutms>240000</cfg:EnumerationTimeoutms></cfg:Service>';
  expect(readConfigResponse(config(inside))).toEqual(limits);
  expect(readConfigResponse(answered(configResponseBody(limits)))).toEqual(limits);
});

it('reads what is not told as null, and refuses what is no number', () => {
  expect(readConfigResponse(config(''))).toEqual({ MaxEnvelopeSizekb: null, MaxTimeoutms: null, MaxBatchItems: null, EnumerationTimeoutms: null });
  expect(() => readConfigResponse(config('<cfg:MaxTimeoutms>a minute</cfg:MaxTimeoutms>'))).toThrow('MaxTimeoutms of Config is no whole number');
  expect(() => readConfigResponse(answer(''))).toThrow(ProtocolError);
});
