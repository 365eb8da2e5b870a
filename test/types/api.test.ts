import { describe, expectTypeOf, it } from 'vitest';
import type { AnyError, AuthError, FaultError, HyperVHost, JobReference, MigrationJob, MsvmError, ProtocolError, ReturnValueError, TimeoutError } from '../../src/index.js';

/** Each line guards a promise of the public contract: it fails to compile, not to run. */
describe('the types of the public API', () => {
  it('narrow an error by its code', () => {
    const check = (error: AnyError): void => {
      switch (error.code) {
        case 'AUTH':
          expectTypeOf(error).toEqualTypeOf<AuthError>();
          break;
        case 'TIMEOUT':
          expectTypeOf(error).toEqualTypeOf<TimeoutError>();
          break;
        case 'RETURN_VALUE':
          expectTypeOf(error).toEqualTypeOf<ReturnValueError>();
          break;
        case 'FAULT':
          expectTypeOf(error).toExtend<FaultError>();
          break;
        case 'PROTOCOL':
          expectTypeOf(error).toEqualTypeOf<ProtocolError>();
          break;
        case 'JOB_GONE':
        case 'ENUMERATION_EXPIRED':
          expectTypeOf(error.hresult).toEqualTypeOf<number | null>();
          break;
        case 'JOB_FAILED':
          expectTypeOf(error.errors).toEqualTypeOf<readonly MsvmError[]>();
          break;
        case 'LIMIT':
          expectTypeOf(error.text).toEqualTypeOf<string | null>();
          break;
        case 'USAGE':
        case 'TRANSPORT':
        case 'TLS':
        case 'OUTCOME_UNKNOWN':
          break;
        default:
          expectTypeOf(error).toBeNever();
      }
    };
    expectTypeOf(check).toBeFunction();
  });

  it('give GetError its value, null when there is none, and GetErrorEx an array', () => {
    expectTypeOf<MigrationJob['getError']>().returns.resolves.toEqualTypeOf<MsvmError | null>();
    expectTypeOf<MigrationJob['getErrorEx']>().returns.resolves.toEqualTypeOf<MsvmError[]>();
    expectTypeOf<MsvmError['MessageArguments']>().toEqualTypeOf<readonly string[] | null>();
    expectTypeOf<MsvmError['ErrorType']>().toEqualTypeOf<number | null>();
    expectTypeOf<keyof MsvmError>().toEqualTypeOf<
      | 'CIMStatusCode' | 'CIMStatusCodeDescription' | 'ErrorSource' | 'ErrorSourceFormat' | 'ErrorType' | 'Message' | 'MessageArguments' | 'MessageID'
      | 'OtherErrorSourceFormat' | 'OtherErrorType' | 'OwningEntity' | 'PerceivedSeverity' | 'ProbableCause' | 'ProbableCauseDescription' | 'RecommendedActions'
    >();
  });

  it('take an id or a reference for a job, and refuse another thing', () => {
    expectTypeOf<HyperVHost['migrationJob']>().parameter(0).toEqualTypeOf<string | JobReference>();
    // @ts-expect-error -- a password needs a user
    const auth: ConstructorParameters<typeof HyperVHost>[0] = { url: 'https://hv01', auth: { type: 'ntlm', password: 'x' } };
    expectTypeOf(auth).not.toBeAny();
  });
});
