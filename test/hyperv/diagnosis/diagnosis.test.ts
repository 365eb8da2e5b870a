import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FaultError, ReturnValueError } from '../../../src/errors.js';
import { type Diagnosis, diagnose } from '../../../src/hyperv/diagnosis/diagnosis.js';
import { type MsvmError, toMsvmError } from '../../../src/hyperv/error.js';
import { fixture } from '../../fixture.js';

const NOTHING: MsvmError = toMsvmError('<INSTANCE CLASSNAME="Msvm_Error"/>');
const errorOf = (properties: Partial<MsvmError>): MsvmError => ({ ...NOTHING, ...properties });

const WRAPPER = toMsvmError(fixture('cim/msvm-error-21024.xml'));
const NO_CREDENTIALS = toMsvmError(fixture('cim/msvm-error-20413.xml'));

const causeOf = ({ cause }: Diagnosis): unknown => (cause === null ? null : [cause.written, cause.name, cause.layer]);

/** One row for each failure of the fixture, in its order: the code as looked up, its name, the layer. */
const FAILURES: readonly (readonly [code: number, name: string, layer: string])[] = [
  [0x8009030e, 'SEC_E_NO_CREDENTIALS', 'authentication'],
  [0x80090322, 'SEC_E_WRONG_PRINCIPAL', 'authentication'],
  [0x8009030e, 'SEC_E_NO_CREDENTIALS', 'authentication'],
  [0x8009030d, 'SEC_E_UNKNOWN_CREDENTIALS', 'authentication'],
  [0x8007274d, 'WSAECONNREFUSED', 'network'],
  [0x80072746, 'WSAECONNRESET', 'network'],
  [0x8007274c, 'WSAETIMEDOUT', 'network'],
  [0x80070569, 'ERROR_LOGON_TYPE_NOT_GRANTED', 'authentication'],
  [0x800705aa, 'ERROR_NO_SYSTEM_RESOURCES', 'VMMS'],
  [0x8007000e, 'ERROR_OUTOFMEMORY', 'VMMS'],
  [0xc03a0014, 'ERROR_VIRTDISK_PROVIDER_NOT_FOUND', 'storage'],
  [0x800713ab, 'ERROR_NETWORK_NOT_AVAILABLE', 'cluster'],
  [21501, 'live migration failed or refused', 'cluster'],
  [0x80070534, 'ERROR_NONE_MAPPED', 'authentication'],
  [0x800705b4, 'ERROR_TIMEOUT', 'network'],
  [33012, 'virtual switch not found', 'compatibility'],
  [21125, 'configuration on the destination failed', 'compatibility'],
  [32768, 'Failed', 'VMMS'],
  [32770, 'Not Supported', 'compatibility'],
  [32773, 'Invalid parameter', 'VMMS'],
  [0x80070032, 'ERROR_NOT_SUPPORTED', 'compatibility'],
  [0x8007000e, 'ERROR_OUTOFMEMORY', 'VMMS'],
  [0x800705aa, 'ERROR_NO_SYSTEM_RESOURCES', 'VMMS'],
  [0x8007274d, 'WSAECONNREFUSED', 'network'],
  [0x80070005, 'ERROR_ACCESS_DENIED', 'authentication'],
];

describe('diagnose, of text in any language', () => {
  const texts = fixture('text/migration-failures.txt').trimEnd().split('\n\n');

  it('has a row for each', () => expect(texts).toHaveLength(FAILURES.length));

  it.each(FAILURES.map(([code, name, layer], index) => [texts[index]!, code, name, layer] as const))('%j', (text, code, name, layer) => {
    const { chain, layer: found } = diagnose(text);
    expect([chain.at(-1)?.code, chain.at(-1)?.name, found]).toEqual([code, name, layer]);
  });

  it('keeps a Win32 code as it is written', () => {
    expect(causeOf(diagnose('No network (0x000013AB)'))).toEqual(['0x000013AB', 'ERROR_NETWORK_NOT_AVAILABLE', 'cluster']);
  });

  it('takes for the cause what the last line says, though an earlier one says it too', () => {
    expect(causeOf(diagnose('first (0x80090322)\n  cleaning up (0x80070002)\nagain (0x80090322)'))).toEqual(['0x80090322', 'SEC_E_WRONG_PRINCIPAL', 'authentication']);
  });

  it('has no machine and no host of text: they stand in arguments', () => {
    expect(diagnose(texts[0]!)).toMatchObject({ machine: null, sourceHost: null });
  });

  it('searches no line that cannot hold a code', () => {
    const search = vi.spyOn(String.prototype, 'matchAll');
    try {
      diagnose(`${'\n'.repeat(100_000)}It took 1234 ms.\n`);
      expect(search).not.toHaveBeenCalled();
      expect(diagnose('\n(0x80070005)\n').cause?.name).toBe('ERROR_ACCESS_DENIED');
      expect(search).toHaveBeenCalled();
    } finally {
      search.mockRestore();
    }
  });

  it('knows nothing of text without a code', () => {
    expect(diagnose('It failed.\nNobody knows why.')).toMatchObject({ chain: [], cause: null, layer: 'unknown', retry: null, begun: null, advice: [] });
  });
});

describe('diagnose, of the errors of a job', () => {
  it('tells of 21024 alone the machine, its host and that the cause is elsewhere', () => {
    expect(diagnose([WRAPPER])).toMatchObject({
      summary: expect.stringMatching(/^invoice-db-3: .*\(event 21024\)$/) as string,
      chain: [{ written: '21024', code: 21024, kind: 'event' }],
      cause: null,
      layer: 'VMMS',
      begun: null,
      advice: [expect.stringMatching(/getErrorEx/), expect.stringMatching(/Hyper-V-VMMS-Admin/)],
      machine: { name: 'invoice-db-3', id: '5B0D9C1E-62F4-4A77-8E15-C3A9D07F21B6' },
      sourceHost: 'NODE-EAST-4',
      destinationHost: null,
    });
  });

  it('goes from the symptom to the cause', () => {
    const diagnosis = diagnose([WRAPPER, NO_CREDENTIALS], { destinationHost: 'node-west-1' });
    expect(diagnosis.chain.map(({ written }) => written)).toEqual(['21024', '20413', '0x8009030E']);
    expect(causeOf(diagnosis)).toEqual(['0x8009030E', 'SEC_E_NO_CREDENTIALS', 'authentication']);
    expect(diagnosis).toMatchObject({ layer: 'authentication', retry: 'afterFix', begun: false, sourceHost: 'NODE-EAST-4', destinationHost: 'node-west-1' });
    expect(diagnosis.summary).toMatch(/^invoice-db-3: .*\(SEC_E_NO_CREDENTIALS, 0x8009030E\)$/);
  });

  it.each<[what: string, errors: readonly Partial<MsvmError>[], written: string | null]>([
    ['the last of several that say why', [{ Message: '(0x80070005)' }, { Message: '(0x8007000E)' }], '0x8007000E'],
    ['what says why before a general code that comes after it', [{ Message: '(0x80070005)' }, { Message: '(0x80004005)' }], '0x80070005'],
    ['a known code before an unknown one', [{ Message: '(0x80070005)' }, { Message: '(0x80ABCDEF)' }], '0x80070005'],
    ['an unknown code before a general one', [{ Message: '(0x80ABCDEF)' }, { Message: '(0x80004005)' }], '0x80ABCDEF'],
    ['an event that says why', [{ MessageID: '21024' }, { MessageID: '33012' }], '33012'],
    ['the code of a message before its id', [{ MessageID: '21126', Message: '(0x000013AB)' }], '0x000013AB'],
    ['a code under an id that has many causes', [{ MessageID: '21024', Message: '没有映射 (0x80070534)' }], '0x80070534'],
    ['an id that is not known, after a general one', [{ MessageID: '21024' }, { MessageID: '18320' }], '18320'],
    ['a code that comes again after another one', [{ MessageID: '21024' }, { Message: '(0x80090322)' }, { Message: 'cleaning up (0x8007274D)' }, { Message: 'so (0x80090322)' }], '0x80090322'],
    ['the last code of a text, though an argument repeats an earlier one', [{ Message: '(0x80070005): (0x8007000E)', MessageArguments: ['0x80070005'] }], '0x8007000E'],
    ['a whole code before the number of a Win32 error beside it', [{ Message: 'no memory (0x8007000E), flags=0x00000020' }], '0x8007000E'],
    ['nothing where all are general', [{ MessageID: '21024' }, { Message: '(0x80004005)' }], null],
  ])('takes for the cause %s', (_what, errors, written) => {
    const { cause, chain } = diagnose(errors.map(errorOf));
    expect(cause?.written ?? null).toBe(written);
    if (cause !== null) expect(chain.at(-1)).toBe(cause);
  });

  it.each<[property: string, error: Partial<MsvmError>]>([
    ['Message', { Message: 'no (0x8009030E)' }],
    ['MessageArguments', { MessageArguments: ['web01', '%%2148074254'] }],
    ['ErrorSource', { ErrorSource: 'vmms: -2146893042' }],
    ['RecommendedActions', { RecommendedActions: ['See 0x8009030e.'] }],
    ['MessageID', { MessageID: '0x8009030E' }],
  ])('finds a code in %s', (_property, error) => {
    expect(diagnose([errorOf(error)]).cause?.name).toBe('SEC_E_NO_CREDENTIALS');
  });

  it('names a code once, in the last message that has it', () => {
    const error = errorOf({ MessageID: '21024', Message: '0x8009030E', MessageArguments: ['-2146893042'] });
    const chain = diagnose([error, errorOf({ Message: '0x80070005' }), { ...error, Message: 'again 0x8009030E' }]).chain;
    expect(chain.map(({ written, message }) => [written, message])).toEqual([['0x80070005', '0x80070005'], ['21024', 'again 0x8009030E'], ['0x8009030E', 'again 0x8009030E']]);
  });

  it('keeps the words of a message that has no code', () => {
    const diagnosis = diagnose([WRAPPER, errorOf({ Message: 'The key protector could not be unwrapped.' })]);
    expect(diagnosis).toMatchObject({ summary: 'invoice-db-3: The key protector could not be unwrapped (no code)', layer: 'unknown', retry: null });
    expect(diagnosis.advice).not.toEqual([]);
  });

  it('computes the facility of a code it does not know', () => {
    expect(diagnose([errorOf({ Message: '(0x8009FFFF)' })])).toMatchObject({ cause: { name: null, facility: 'FACILITY_SECURITY', entry: null }, advice: ['Look up 0x8009FFFF of FACILITY_SECURITY.'] });
    expect(diagnose([errorOf({ Message: '(0x8007FFFE)' })])).toMatchObject({ cause: { facility: 'FACILITY_WIN32' }, advice: ['`net helpmsg 65534` prints its text on Windows.'] });
  });

  it('reads the ErrorCode of a job that has no errors of its own', () => {
    const diagnosis = diagnose([errorOf({ Message: 'It failed.', CIMStatusCodeDescription: 'ErrorCode 32773' })]);
    expect(diagnosis).toMatchObject({ cause: { kind: 'returnValue', name: 'Invalid parameter', begun: null }, begun: null });
  });

  it.each<[begun: boolean | null, messages: readonly string[]]>([
    [false, ['(0x8009030E)']],
    [false, ['(0x8009030D)', 'and nobody vouches for it']],
    [null, ['(0x8009030D)', '(0x80070005)']],
    [null, ['(0x80070005)', '(0x8009030D)']],
    [null, ['(0x80ABCDEF)', '(0x8009030D)']],
    [null, ['(0x80072746)']],
    // The connections for the disks and for the memory come after the first, and can be refused as well.
    [null, ['(0x8007274D)']],
    [null, ['(0x80004005)']],
    [null, []],
  ])('says begun: %j of %j', (begun, messages) => {
    expect(diagnose([WRAPPER, ...messages.map((Message) => errorOf({ Message }))]).begun).toBe(begun);
  });

  it('says that a migration that had to be undone had begun', () => {
    expect(diagnose([errorOf({ MessageID: '21131' }), errorOf({ Message: '(0x8007274D)' })]).begun).toBe(true);
  });

  it('has nothing to say of no error', () => {
    expect(diagnose([])).toMatchObject({ chain: [], cause: null, layer: 'unknown', machine: null });
  });

  it('is plain data, and does not fail, whatever a host sends', () => {
    const text = fc.option(fc.string({ unit: fc.constantFrom('0x8', '009030E', '%%', '-', '21', '024', '{', '}', ' ', '(', 'é', '\n') }));
    fc.assert(
      fc.property(fc.array(fc.record({ Message: text, MessageID: text, ErrorSource: text, MessageArguments: fc.option(fc.array(fc.string())) })), (errors) => {
        const diagnosis = diagnose(errors.map(errorOf));
        expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
      }),
    );
  });

  it('bears very many errors', () => {
    const codes = Array.from({ length: 150_000 }, (_, index) => `(0x81${index.toString(16).padStart(6, '0')})`);
    expect(diagnose([errorOf({ Message: codes.join() })]).chain).toHaveLength(150_000);
  });
});

describe('diagnose, of what a call threw', () => {
  const fault = (data: Partial<FaultError>): FaultError =>
    new FaultError('', { status: 500, soapCode: 'Receiver', subcode: null, reason: '', lang: null, faultDetail: null, wsman: null, provider: null, wmi: null, hresult: null, machine: null, messages: [], ...data });

  it.each<[data: Partial<FaultError>, codes: readonly (number | null)[], name: string | null, layer: string]>([
    [{ wsman: 2150858752, wmi: 0x80041002, hresult: 0x80041002 }, [0x80338000, 0x80041002], 'WBEM_E_NOT_FOUND', 'VMMS'],
    [{ wsman: 5, hresult: 0x80070005 }, [0x80070005], 'ERROR_ACCESS_DENIED', 'authentication'],
    [{ wsman: 2150858755, messages: ['inner (0x80041003)'] }, [0x80338003, 0x80041003], 'WBEM_E_ACCESS_DENIED', 'authentication'],
    [{ reason: 'It is not well.' }, [null], null, 'unknown'],
  ])('reads a fault of %j', (data, codes, name, layer) => {
    const diagnosis = diagnose(fault(data));
    expect(diagnosis.chain.map(({ code }) => code)).toEqual(codes);
    expect([diagnosis.cause?.name, diagnosis.layer, diagnosis.begun]).toEqual([name, layer, null]);
  });

  it.each<[method: string, value: number, name: string | null, retry: string | null, begun: boolean | null]>([
    ['MigrateVirtualSystemToHost', 32775, 'Invalid state for this operation', 'later', false],
    ['MigrateVirtualSystemToHost', 32769, 'Access Denied', 'afterFix', false],
    ['MigrateVirtualSystemToHost', 32768, 'Failed', 'afterFix', null],
    ['MigrateVirtualSystemToHost', 32772, 'Timeout', 'later', null],
    ['RequestStateChange', 32775, 'Invalid state for this operation', 'later', null],
    ['RequestStateChange', 32774, 'System is in used', 'later', null],
    ['CreatePool', 32776, 'Incorrect Resource Type for the Pool', null, null],
    ['CheckSystemCompatibilityInfo', 32784, 'Not compatible', 'afterFix', null],
    ['RequestStateChange', 4, 'Failed', null, null],
    ['Unknown', 32773, null, 'afterFix', null],
  ])('reads that %s returned %i, %s', (method, value, name, retry, begun) => {
    const diagnosis = diagnose(new ReturnValueError(method, value, name));
    expect([diagnosis.chain[0]?.name, diagnosis.retry, diagnosis.begun]).toEqual([name ?? 'Invalid parameter', retry, begun]);
  });
});
