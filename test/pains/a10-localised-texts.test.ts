import { describe, expect, it } from 'vitest';
import { type MsvmError, diagnose } from '../../src/index.js';
import { OFTEN, logOn, startCentre } from './world.js';

const ID = '0E4D7C52-8B1F-4A36-9F7B-51C2D86E3A90';
/** That a migration failed at its source, in three languages: always event 21024. */
const GENERAL = {
  en: `The migration of 'web01' failed at its source 'hv01'. (Virtual machine ID ${ID})`,
  de: `Die Migration von "web01" ist an der Quelle "hv01" gescheitert. (ID des virtuellen Computers: ${ID})`,
  zh: `“web01”在迁移源“hv01”上的迁移失败。(虚拟机 ID ${ID})`,
};
type Language = keyof typeof GENERAL;

async function diagnosed(errors: readonly Partial<MsvmError>[]): Promise<ReturnType<typeof diagnose>> {
  const centre = await startCentre();
  centre.addMachine('hv01', { id: ID, name: 'web01' });
  centre.failNext({ errors });
  const outcome = await (await logOn(centre, 'hv01').migrations.start(ID, { to: 'hv02' })).wait(OFTEN);
  return diagnose(outcome.kind === 'failed' ? outcome.errors : []);
}

function general(language: Language): Partial<MsvmError> {
  return { MessageID: '21024', Message: GENERAL[language], MessageArguments: ['web01', ID, 'hv01'] };
}

describe('A10: texts are general or in another language, and one event stands for many causes', () => {
  const causes: readonly [language: Language, text: string, name: string, layer: string][] = [
    ['en', 'The account is not known (0x80070534).', 'ERROR_NONE_MAPPED', 'authentication'],
    ['de', 'Im Sicherheitspaket sind keine Anmeldeinformationen verfügbar (0x8009030E).', 'SEC_E_NO_CREDENTIALS', 'authentication'],
    ['de', 'Auf dem Datenträger ist kein Platz mehr: 0x80070070', 'ERROR_DISK_FULL', 'storage'],
    ['zh', '拒绝访问。(0x80070005)', 'ERROR_ACCESS_DENIED', 'authentication'],
    ['zh', '连接超时（0x8007274C）。', 'WSAETIMEDOUT', 'network'],
  ];
  it.each(causes)('event 21024 in %s, "%s": %s', async (language, text, name, layer) => {
    const diagnosis = await diagnosed([general(language), { Message: text }]);
    expect(diagnosis).toMatchObject({ cause: { name, layer }, layer, machine: { name: 'web01', id: ID }, sourceHost: 'hv01' });
    expect(diagnosis.chain.map(({ code }) => code)[0]).toBe(21024);
  });

  it('a code among the arguments of a message counts as well', async () => {
    expect((await diagnosed([{ ...general('zh'), MessageArguments: ['web01', ID, 'hv01', '0x80070070'] }])).cause?.name).toBe('ERROR_DISK_FULL');
  });

  it('where there is no code, the number of the event decides', async () => {
    const diagnosis = await diagnosed([general('de'), { MessageID: '33012', Message: 'Der Switch wurde nicht gefunden.' }]);
    expect(diagnosis).toMatchObject({ cause: { kind: 'event', code: 33012 }, layer: 'compatibility', retry: 'afterFix' });
  });

  it('where there is nothing but words, they are kept, and no cause is made up', async () => {
    const diagnosis = await diagnosed([general('zh'), { Message: '原因不明。' }]);
    expect(diagnosis).toMatchObject({ layer: 'unknown', retry: null, begun: null, cause: { code: null, message: '原因不明。' } });
    expect(diagnosis.summary).toContain('原因不明');
  });

  it('English is asked for, unless another language is wanted', async () => {
    const centre = await startCentre();
    const { url } = centre.host('hv01');
    for (const host of [logOn(centre, 'hv01'), logOn(centre, 'hv01', { url, locale: 'de-DE' })]) await host.migrations.settings();
    const languages = centre.host('hv01').requests.map(({ envelope }) => /<[\w:]*Locale [^>]*xml:lang="([^"]*)"/.exec(envelope)?.[1]);
    expect([languages.at(0), languages.at(-1)]).toEqual(['en-US', 'de-DE']);
  });
});
