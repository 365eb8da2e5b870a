import { expect, it } from 'vitest';
import { parseResourceUri, resourceUri } from '../../src/wsman/resource-uri.js';

const URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob';

it('names a class and reads the name again', () => {
  expect(resourceUri('root/virtualization/v2', 'Msvm_MigrationJob')).toBe(URI);
  expect(parseResourceUri(` ${URI.replace('schemas', 'Schemas')} `)).toEqual({ namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob' });
});

it.each(['', 'urn:x', 'http://schemas.microsoft.com/wbem/wsman/1/wmi/', 'http://schemas.microsoft.com/wbem/wsman/1/wmi/Class', 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/'])(
  'knows no class in %j',
  (uri) => expect(parseResourceUri(uri)).toBeNull(),
);
