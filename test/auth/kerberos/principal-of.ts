import { NAME_TYPE, type Principal } from '../../../src/auth/kerberos/principal.js';

/** The principal of a plain text, `krbtgt/REALM@REALM`; its type is NT-PRINCIPAL. */
export function principalOf(text: string): Principal {
  const [name = '', realm = ''] = text.split('@');
  return { realm, name: { nameType: NAME_TYPE.principal, nameString: name.split('/') } };
}
