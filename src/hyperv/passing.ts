import { FaultError, JobGoneError, ProtocolError, TimeoutError, TransportError } from '../errors.js';

/**
 * Whether a read that failed so may succeed when it is asked again: the connection was lost, the host is just starting or
 * too busy, or one answer was garbled. Not what will not change by itself: a logon or a certificate that is refused,
 * access denied, a job that is gone, a class that the host does not have, a mistake of the caller. DestinationUnreachable by
 * itself tells no such thing: a host whose management service is stopped says it of everything.
 */
export function isPassing(error: unknown): error is TransportError | TimeoutError | ProtocolError | FaultError {
  if (error instanceof FaultError) return !(error instanceof JobGoneError) && !isInvalidClass(error) && !isAccessDenied(error);
  return error instanceof TransportError || error instanceof TimeoutError || error instanceof ProtocolError;
}

/** WBEM_E_INVALID_CLASS, by itself or inside a fault. */
function isInvalidClass({ hresult, wmi }: FaultError): boolean {
  return hresult === 0x80041010 || wmi === 0x80041010;
}

/** Access denied, in the words of each layer: WS-Management, WinRM, Win32, WMI. */
export function isAccessDenied(error: unknown): error is FaultError {
  if (!(error instanceof FaultError)) return false;
  const { subcode, wsman, hresult, wmi } = error;
  return subcode === 'AccessDenied' || wsman === 5 || hresult === 0x80070005 || hresult === 0x80041003 || wmi === 0x80041003;
}
