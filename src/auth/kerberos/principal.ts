/** The names of Kerberos: what they are made of, and how they are written (RFC 4120 §6, RFC 1964 §2.1.1). */

/** PrincipalName (RFC 4120 §5.2.2): its type and its parts. */
export type PrincipalName = { readonly nameType: number; readonly nameString: readonly string[] };

/** A name in a realm. */
export type Principal = { readonly realm: string; readonly name: PrincipalName };

/** The name types in use (RFC 4120 §6.2, RFC 6806 §5). */
export const NAME_TYPE = { principal: 1, srvInst: 2, enterprise: 10 } as const;

/** The letters that stand behind a backslash for what cannot be shown (RFC 1964 §2.1.1). */
const ESCAPES: ReadonlyMap<string, string> = new Map([['\n', 'n'], ['\t', 't'], ['\b', 'b'], ['\0', '0']]);

/** A principal as kinit and klist write it: `HTTP/hv01.example@EXAMPLE`; what a part has of `/`, `@` and `\` is escaped with `\`. */
export function formatPrincipal({ name, realm }: Principal): string {
  return `${formatName(name)}@${escape(realm)}`;
}

/** A name without its realm: `HTTP/hv01.example`; escaped as {@link formatPrincipal} does. */
export function formatName({ nameString }: PrincipalName): string {
  return nameString.map(escape).join('/');
}

/** A text that a peer sent, without what would disturb a terminal or a log. */
export function printable(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '');
}

/** Whether two principals are the same: their realms and names, to the letter; the name types are hints (RFC 4120 §6.2). */
export function samePrincipal(left: Principal, right: Principal): boolean {
  return left.realm === right.realm && sameName(left.name, right.name);
}

/** Whether two names are the same to the letter, whatever their types. */
export function sameName(left: PrincipalName, right: PrincipalName): boolean {
  return left.nameString.length === right.nameString.length && left.nameString.every((part, index) => part === right.nameString[index]);
}

function escape(part: string): string {
  return part.replace(/[/@\\\n\t\b\0]/g, (character) => `\\${ESCAPES.get(character) ?? character}`);
}
