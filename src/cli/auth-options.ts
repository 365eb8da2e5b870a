import { type Command, Option } from 'commander';
import { AUTH_TYPES, type Auth } from '../client/auth.js';
import { UsageError } from '../errors.js';
import { readInput, readText } from './input.js';
import type { Io } from './io.js';
import { inOptionNames } from './option-names.js';
import { oneLine } from './output.js';
import { PASSWORD_VARIABLE, readPassword } from './password.js';

/** The options that say who is calling and how to prove it, as commander parses them. */
export type AuthOptions = {
  readonly auth: Auth['type'];
  readonly username?: string;
  readonly passwordFile?: string;
  readonly keytab?: string;
  readonly ccache?: string;
  readonly krb5Config?: string;
  readonly spn?: string;
  /** `true` without a value. */
  readonly delegate?: true | 'untrusted';
  readonly allowRc4?: true;
  /** `--no-ntlm` makes it `false`. */
  readonly ntlm: boolean;
  readonly allowNtlm?: true;
  readonly cert?: string;
  readonly certKey?: string;
  readonly pfx?: string;
};

/** By option, the authentications that know it. */
const BELONGS_TO: Readonly<Partial<Record<keyof AuthOptions, readonly Auth['type'][]>>> = {
  username: ['negotiate', 'kerberos', 'ntlm', 'credssp', 'basic'],
  passwordFile: ['negotiate', 'kerberos', 'ntlm', 'credssp', 'basic', 'certificate'],
  keytab: ['kerberos'],
  ccache: ['negotiate', 'kerberos'],
  krb5Config: ['negotiate', 'kerberos', 'credssp'],
  spn: ['negotiate', 'kerberos', 'credssp'],
  delegate: ['negotiate', 'kerberos'],
  allowRc4: ['negotiate', 'kerberos', 'credssp'],
  allowNtlm: ['credssp'],
  cert: ['certificate'],
  certKey: ['certificate'],
  pfx: ['certificate'],
};

/** Declares {@link AuthOptions} on a command. */
export function addAuthOptions(command: Command): Command {
  return command
    .addOption(new Option('--auth <type>', 'how to prove who is calling').choices(AUTH_TYPES).default('negotiate'))
    .option('--username <name>', 'user@REALM, DOMAIN\\user, .\\user or user; without it the ticket of kinit tells')
    .option('--password-file <file>', 'a file that holds the password, or the passphrase of a key; - is standard input')
    .option('--keytab <file>', 'keys of the user, for kerberos')
    .option('--ccache <name>', 'the credential cache to take the ticket from (default: that of KRB5CCNAME or krb5.conf)')
    .option('--krb5-config <file>', 'the krb5.conf to read (default: that of KRB5_CONFIG, or /etc/krb5.conf)')
    .option('--spn <name>', 'the service principal name of the host (default: HTTP/ and the host of the URL)')
    .addOption(new Option('--delegate [untrusted]', 'hand a forwarded ticket to the host; untrusted: also where the domain does not trust it for delegation').choices(['untrusted']))
    .option('--allow-rc4', 'take Kerberos tickets of rc4-hmac, too')
    .option('--no-ntlm', 'with negotiate: Kerberos or nothing')
    .option('--allow-ntlm', 'with credssp: let NTLM prove the password where Kerberos cannot')
    .option('--cert <file>', 'the client certificate, in PEM, for certificate')
    .option('--cert-key <file>', 'its private key, in PEM')
    .option('--pfx <file>', 'certificate and key in one PFX file');
}

/** What the client proves itself with, and the password that is asked for when all else is known to be right. */
export type Login = { readonly auth: Auth; readonly askPassword: () => Promise<void> };

/**
 * The authentication that the options name.
 *
 * @throws UsageError - an option that does not go with it, or a file that cannot be read
 */
export async function toLogin(io: Io, options: AuthOptions): Promise<Login> {
  const { auth: type, username } = options;
  for (const [name, types] of Object.entries(BELONGS_TO) as [keyof AuthOptions, readonly Auth['type'][]][]) {
    if (options[name] !== undefined && !types.includes(type)) throw new UsageError(`--auth ${type} takes no --${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}; it goes with --auth ${types.join(', ')}`);
  }
  if (!options.ntlm && type !== 'negotiate') throw new UsageError('--no-ntlm goes with --auth negotiate');
  if (type === 'none') return { auth: { type }, askPassword: () => Promise.resolve() };
  if (type === 'certificate') return { auth: await toCertificate(io, options), askPassword: () => Promise.resolve() };
  if (username === undefined && (type === 'ntlm' || type === 'basic' || type === 'credssp')) throw new UsageError(`--auth ${type} needs --username`);
  const asks = await asksForPassword(io, options);
  let password = '';
  return {
    auth: toAuth(options, asks ? () => password : undefined),
    askPassword: async () => {
      if (asks) password = await readPassword(io, username!, options.passwordFile);
    },
  };
}

/** A ticket, a keytab or nobody's name need no password; one that was given counts all the same. Why a ticket does not count is said before anybody is asked. */
async function asksForPassword({ env, stderr }: Io, { auth, username, passwordFile, keytab, ccache, krb5Config }: AuthOptions): Promise<boolean> {
  if (username === undefined && passwordFile !== undefined) throw new UsageError('--password-file needs --username');
  const other = keytab !== undefined ? '--keytab' : ccache !== undefined && auth === 'kerberos' ? '--ccache' : null;
  if (other !== null && passwordFile !== undefined) throw new UsageError(`--password-file and ${other} are different ways to the first ticket: give one`);
  if (username === undefined || keytab !== undefined) return false;
  if (passwordFile !== undefined || env[PASSWORD_VARIABLE] !== undefined || (auth !== 'negotiate' && auth !== 'kerberos')) return ccache === undefined || auth === 'negotiate';
  if (ccache !== undefined) return false;
  const { whyNoTicket } = await import('../client/first-ticket.js');
  const why = await whyNoTicket(username, krb5Config);
  if (why !== null && why !== '') stderr.write(`hyperv-wsman: ${oneLine(inOptionNames(why))}\n`);
  return why !== null;
}

function toAuth(options: AuthOptions, password: (() => string) | undefined): Auth {
  const { auth: type, username, keytab, ccache, spn, krb5Config, delegate, allowRc4, allowNtlm, ntlm } = options;
  if (type === 'ntlm') return { type, username: username!, password: password! };
  if (type === 'basic') return { type, username: username!, password: password! };
  const kerberos = given({ spn, krb5Config, allowRc4 });
  if (type === 'credssp') return { type, username: username!, password: password!, ...given({ allowNtlm }), ...kerberos };
  if (type === 'kerberos') return { type, ...given({ username, password, keytab, ccache, delegate }), ...kerberos };
  return { type: 'negotiate', ...given({ username, password, ccache, delegate }), ...(ntlm ? {} : { allowNtlm: false }), ...kerberos };
}

async function toCertificate(io: Io, { cert, certKey, pfx, passwordFile }: AuthOptions): Promise<Auth> {
  const passphrase = passwordFile === undefined ? io.env[PASSWORD_VARIABLE] : (await readText(io, passwordFile)).replace(/\r?\n$/, '');
  const rest = given({ passphrase });
  if (pfx !== undefined && cert === undefined && certKey === undefined) return { type: 'certificate', pfx: await readInput(io, pfx), ...rest };
  if (pfx !== undefined || cert === undefined || certKey === undefined) throw new UsageError('--auth certificate needs --cert and --cert-key, or --pfx');
  return { type: 'certificate', cert: await readText(io, cert), key: await readText(io, certKey), ...rest };
}

/** The fields that were given: an option that is `undefined` is not the same as one that is missing. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
