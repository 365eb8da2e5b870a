import { describe, expect, it } from 'vitest';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { ProtocolError } from '../../src/errors.js';
import { bookmarkNode, bookmarkOf, readBookmark } from '../../src/wsman/bookmark.js';
import { readPullResponse } from '../../src/wsman/pull.js';
import {
  readRenewRequest,
  readRenewResponse,
  readSubscribeRequest,
  readSubscribeResponse,
  readSubscriptionIdentifier,
  renewRequest,
  renewResponseBody,
  subscribeRequest,
  subscribeResponseBody,
  unsubscribeRequest,
} from '../../src/wsman/subscribe.js';
import { isTimedOut } from '../../src/wsman/timed-out.js';
import { parseXml } from '../../src/xml/element.js';
import { ANONYMOUS, WMI, answer, answered, bodyOf, ownHeadersOf, received } from './support.js';

// [specification, not seen]: the shapes of this file are those of WS-Eventing and DSP0226 §10, not of a recorded exchange.
const EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
const ALL = { namespace: 'root/virtualization/v2', className: '*' };
const QUERY = "select * from __InstanceModificationEvent within 2 where TargetInstance isa 'Msvm_MigrationJob'";
const BOOKMARK = '<Bookmark xmlns="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><At xmlns="urn:place" n="5">here</At></Bookmark>';
const MANAGER = { resourceUri: `${WMI}/*`, selectors: {}, identifier: '2F1' };

describe('Subscribe', () => {
  it('asks for events to be pulled (DSP0226 §10.2)', () => {
    const request = subscribeRequest(ALL, { filter: { dialect: 'wql', query: QUERY }, expiresMs: 600_000, sendBookmarks: true, bookmark: BOOKMARK });
    expect([request.action, request.resourceUri]).toEqual([`${EVENTING}/Subscribe`, `${WMI}/*`]);
    expect(bodyOf(request)).toBe(
      `<e:Subscribe xmlns:e="${EVENTING}"><e:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"/><e:Expires>PT600.000S</e:Expires>` +
        `<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">${QUERY}</w:Filter>${BOOKMARK}<w:SendBookmarks/></e:Subscribe>`,
    );
    expect(readSubscribeRequest(received(request))).toEqual({
      filter: { dialect: 'wql', query: QUERY },
      expiresMs: 600_000,
      sendBookmarks: true,
      bookmark: BOOKMARK,
    });
    expect(readSubscribeRequest(received(subscribeRequest(ALL)))).toEqual({ sendBookmarks: false });
  });

  it.each([
    ['another delivery', '<e:Delivery Mode="http://schemas.xmlsoap.org/ws/2004/08/eventing/DeliveryModes/Push"/>', 'DeliveryModes/Push'],
    ['no delivery, which is Push', '', 'The delivery mode "" is not Pull'],
  ])('is refused by a service with %s', (_name, inside, message) => {
    expect(() => readSubscribeRequest(answer(`<e:Subscribe>${inside}</e:Subscribe>`))).toThrow(message);
  });

  const response = (parameters: string, rest: string) =>
    answer(`<e:SubscribeResponse><e:SubscriptionManager><a:Address>${ANONYMOUS}</a:Address>${parameters}</e:SubscriptionManager>${rest}</e:SubscribeResponse>`);
  const CONTEXT = '<n:EnumerationContext>uuid:A0</n:EnumerationContext>';

  it('gives a manager, a context and an end', () => {
    const parameters =
      '<a:ReferenceParameters><w:ResourceURI>urn:manager</w:ResourceURI><w:SelectorSet><w:Selector Name="Id">4</w:Selector></w:SelectorSet><e:Identifier> 2F1 </e:Identifier></a:ReferenceParameters>';
    expect(readSubscribeResponse(response(parameters, `<e:Expires>PT600.000S</e:Expires>${CONTEXT}`), MANAGER)).toEqual({
      manager: { resourceUri: 'urn:manager', selectors: { Id: '4' }, identifier: '2F1' },
      context: 'uuid:A0',
      expires: CimInterval.parse('PT600.000S'),
    });
  });

  it.each(['ReferenceParameters', 'ReferenceProperties'])('takes the resource of the request for a manager that names none, its Identifier in %s', (element) => {
    const { manager, expires } = readSubscribeResponse(
      response(`<a:${element}><e:Identifier>2F1</e:Identifier></a:${element}>`, `${CONTEXT}<e:Expires>2026-11-22T10:00:00Z</e:Expires>`),
      MANAGER,
    );
    expect(manager).toEqual(MANAGER);
    expect(expires).toEqual(CimDateTime.parse('2026-11-22T10:00:00Z'));
  });

  it.each([
    ['no context', '<a:ReferenceParameters><e:Identifier>1</e:Identifier></a:ReferenceParameters>', '', 'SubscribeResponse has no EnumerationContext'],
    ['no identifier', '<a:ReferenceParameters/>', CONTEXT, 'Identifier'],
    ['an end that is no time', '<a:ReferenceParameters><e:Identifier>1</e:Identifier></a:ReferenceParameters>', `${CONTEXT}<e:Expires>never</e:Expires>`, 'never'],
  ])('is refused with %s', (_name, parameters, rest, message) => {
    expect(() => readSubscribeResponse(response(parameters, rest), MANAGER)).toThrow(ProtocolError);
    expect(() => readSubscribeResponse(response(parameters, rest), MANAGER)).toThrow(message);
  });

  it('is answered by a service', () => {
    const subscription = { manager: { ...MANAGER, selectors: { Id: '4' } }, context: 'uuid:A0', expires: CimInterval.parse('P0DT0H10M0S') };
    expect(readSubscribeResponse(answered(subscribeResponseBody(subscription)), { resourceUri: '', selectors: {} })).toEqual(subscription);
  });
});

describe('Renew and Unsubscribe', () => {
  it('carry the Identifier as a header', () => {
    const renew = renewRequest(MANAGER, 60_000);
    expect([renew.action, renew.resourceUri]).toEqual([`${EVENTING}/Renew`, `${WMI}/*`]);
    expect(ownHeadersOf(renew)).toBe(`|<e:Identifier xmlns:e="${EVENTING}">2F1</e:Identifier>`);
    expect(bodyOf(renew)).toBe(`<e:Renew xmlns:e="${EVENTING}"><e:Expires>PT60.000S</e:Expires></e:Renew>`);
    expect(readSubscriptionIdentifier(received(renew))).toBe('2F1');
    expect(readRenewRequest(received(renew))).toEqual({ expiresMs: 60_000 });
    expect(readRenewRequest(answer('<e:Renew/>'))).toEqual({ expiresMs: null });

    const unsubscribe = unsubscribeRequest(MANAGER);
    expect(unsubscribe.action).toBe(`${EVENTING}/Unsubscribe`);
    expect(ownHeadersOf(unsubscribe)).toBe(`|<e:Identifier xmlns:e="${EVENTING}">2F1</e:Identifier>`);
    expect(bodyOf(unsubscribe)).toBe(`<e:Unsubscribe xmlns:e="${EVENTING}"/>`);
  });

  it('read the new end', () => {
    expect(String(readRenewResponse(answer('<e:RenewResponse><e:Expires>PT60S</e:Expires></e:RenewResponse>')))).toBe('PT60S');
    expect(readRenewResponse(answered(renewResponseBody(null)))).toBeNull();
    expect(() => readRenewResponse(answer(''))).toThrow(ProtocolError);
  });
});

describe('bookmarks (DSP0226 §10.2.6)', () => {
  const HEADER = '<w:Bookmark><q:At xmlns:q="urn:place" xmlns:r="urn:r" n="5" r:o="6" xml:lang="de">here<plain/></q:At></w:Bookmark>';

  it('come with a page of events, and go back as they came', () => {
    const page = answer('<n:PullResponse><n:EnumerationContext>c</n:EnumerationContext><n:Items/></n:PullResponse>', HEADER);
    const bookmark = readBookmark(page)!;
    expect(readPullResponse(page).context).toBe('c');
    const at = parseXml(bookmark).children[0];
    expect(at).toMatchObject({
      namespace: 'urn:place',
      name: 'At',
      attributes: [{ namespace: '', name: 'n', value: '5' }, { namespace: 'urn:r', name: 'o', value: '6' }, { name: 'lang', value: 'de' }],
      children: ['here', { namespace: '', name: 'plain' }],
    });
    expect(readSubscribeRequest(received(subscribeRequest(ALL, { bookmark }))).bookmark).toBe(bookmark);
    expect(bookmarkOf(parseXml(BOOKMARK))).toBe(BOOKMARK);
  });

  it('need not come, and must be XML', () => {
    expect(readBookmark(answer(''))).toBeNull();
    expect(() => bookmarkNode('not a bookmark')).toThrow(ProtocolError);
  });
});

it.each([
  ['TimedOut', null, true],
  [null, 2150858793, true],
  ['AccessDenied', 5, false],
  [null, null, false],
])('a fault with subcode %s and code %s means to ask again: %s', (subcode, wsman, expected) => {
  expect(isTimedOut({ subcode, wsman })).toBe(expected);
});
