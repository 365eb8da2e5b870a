import { UsageError } from '../errors.js';
import { type CertificateMapping, checkMappings } from './certificate-mapping.js';
import { COMPUTER_NAME, type SimulatedUser, checkUsers } from './user-store.js';

/** How a simulated host is set up; every field has a default. */
export type SimulatedHostOptions = {
  /**
   * The computer's name, 1 to 15 letters, digits, hyphens and underscores: what NTLM, WMI and `hostname` say, and the domain of its own
   * accounts. Default `SIMHOST`.
   */
  readonly name?: string;
  /** The port for HTTP. Default 0: any that is free. */
  readonly httpPort?: number;
  /** The port for HTTPS. Default 0: any that is free. */
  readonly httpsPort?: number;
  /**
   * Who can log on, with NTLM or Basic; Basic takes domain accounts too, which a real host does not. Default: the one
   * user `Administrator` with the password `Simulated-1` ({@link DEFAULT_USER}).
   */
  readonly users?: readonly SimulatedUser[];
  /**
   * Lets it take Kerberos, in the schemes Negotiate and Kerberos: the keys of its services, as the contents of a keytab file. Whoever
   * has a ticket for one of them can log on, as `user@REALM`. Default: NTLM and Basic alone.
   */
  readonly kerberos?: { readonly keytab: Uint8Array };
  /** Lets it take CredSSP, with NTLM or Kerberos inside. Default `false`, as on Windows. */
  readonly credssp?: boolean;
  /** Takes over HTTP what is not sealed, and Basic. Default `false`, as on Windows. */
  readonly allowUnencrypted?: boolean;
  /**
   * WinRM's CbtHardeningLevel for NTLM and Kerberos over HTTPS: `relaxed` refuses a wrong channel binding, `strict` a missing one too,
   * `none` neither. Default `relaxed`, as on Windows.
   */
  readonly cbt?: 'none' | 'relaxed' | 'strict';
  /**
   * Asks clients over HTTPS for a certificate, and says whom each of these logs on (WinRM's certificate mapping).
   * `createCertificate` makes one. Default: none is asked for.
   */
  readonly clientCertificates?: readonly CertificateMapping[];
  /** How long an enumeration is kept between two pages, in milliseconds. Default 240,000, as on Windows. */
  readonly enumerationTimeoutMs?: number;
  /**
   * How many operations and open enumerations one user may have at a time (MaxConcurrentOperationsPerUser). Default 1500,
   * as on Windows.
   */
  readonly maxOperations?: number;
};

/** How long a simulated host is away, see {@link SimulatedHost.reboot}. */
export type RebootOptions = {
  /** How long its ports are closed, in milliseconds; default 0. */
  readonly downMs?: number;
  /**
   * How long after that the Hyper-V management service is not up yet, in milliseconds; default 0. Until then enumerations
   * and queries of root/virtualization/v2 find nothing, without a fault, and no instance of it is there.
   */
  readonly vmmsDelayMs?: number;
};

const CBT: readonly string[] = ['none', 'relaxed', 'strict'];

/** @throws UsageError - an option that cannot be */
export function checkOptions({ name = COMPUTER_NAME, httpPort = 0, httpsPort = 0, users = [], cbt = 'relaxed', clientCertificates = [], enumerationTimeoutMs = 1, maxOperations = 1 }: SimulatedHostOptions): void {
  for (const port of [httpPort, httpsPort]) {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new UsageError(`A port is from 0 to 65535, not ${port}`);
  }
  if (!/^[\w-]{1,15}$/.test(name)) throw new UsageError(`name is the name of a computer, 1 to 15 letters, digits, - and _; not ${JSON.stringify(name)}`);
  if (!CBT.includes(cbt)) throw new UsageError(`cbt is ${CBT.join(', ')}; not ${JSON.stringify(cbt)}`);
  for (const [name, value] of Object.entries({ enumerationTimeoutMs, maxOperations })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${name} is a whole number from 1, not ${value}`);
  }
  checkUsers(users.map((user) => ({ domain: name, ...user })));
  checkMappings(clientCertificates);
}
