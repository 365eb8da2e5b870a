// What Msvm_MigrationJob.GetError answers: CIM-XML of an Msvm_Error with all its 15 properties, escaped inside the envelope.
import { MEMBER_NAMESPACES, VIRTUALIZATION, escaped, prepare } from './envelopes.mjs';

const MESSAGE =
  "Live migration of 'orders-db-03' did not succeed at the source 'HV-EAST-14'. (Virtual machine ID 7B2F9E64-0C5A-4D81-93B7-E16A48D0F5C2)";

/** The text of the instance, before it is escaped. */
export const MSVM_ERROR =
  '<INSTANCE CLASSNAME="Msvm_Error">' +
  scalar('CIMStatusCode', 'uint32', '1') +
  scalar('CIMStatusCodeDescription', 'string', null) +
  scalar('ErrorSource', 'string', null) +
  scalar('ErrorSourceFormat', 'uint16', '0') +
  scalar('ErrorType', 'uint16', '4') +
  scalar('Message', 'string', MESSAGE) +
  array('MessageArguments', ['orders-db-03', '7B2F9E64-0C5A-4D81-93B7-E16A48D0F5C2', 'HV-EAST-14']) +
  scalar('MessageID', 'string', '21024') +
  scalar('OtherErrorSourceFormat', 'string', null) +
  scalar('OtherErrorType', 'string', null) +
  scalar('OwningEntity', 'string', 'Microsoft-Windows-Hyper-V-VMMS') +
  scalar('PerceivedSeverity', 'uint16', '5') +
  scalar('ProbableCause', 'uint16', '0') +
  scalar('ProbableCauseDescription', 'string', null) +
  array('RecommendedActions', null) +
  '</INSTANCE>';

/** The answer to GetError. */
export const GET_ERROR = prepare(
  `${VIRTUALIZATION}/Msvm_MigrationJob/GetErrorResponse`,
  `<p:GetError_OUTPUT ${MEMBER_NAMESPACES('Msvm_MigrationJob')}><p:Error>${escaped(MSVM_ERROR)}</p:Error><p:ReturnValue>0</p:ReturnValue></p:GetError_OUTPUT>`,
);

function scalar(name, type, value) {
  return `<PROPERTY NAME="${name}" TYPE="${type}">${value === null ? '' : `<VALUE>${escaped(value)}</VALUE>`}</PROPERTY>`;
}

function array(name, values) {
  const content = values === null ? '' : `<VALUE.ARRAY>${values.map((value) => `<VALUE>${escaped(value)}</VALUE>`).join('')}</VALUE.ARRAY>`;
  return `<PROPERTY.ARRAY NAME="${name}" TYPE="string">${content}</PROPERTY.ARRAY>`;
}
