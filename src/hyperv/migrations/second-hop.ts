/** A way for the source host to prove to the destination for whom it acts. */
export type DelegationWay = 'constrainedDelegation' | 'delegatedTicket' | 'credSSP';

/** How the migration services authenticate to each other. */
export type MigrationAuthentication = 'CredSSP' | 'Kerberos';

/**
 * Whether the source host can act on the destination for the one who asked it to: the second hop, where a migration from
 * elsewhere than the source's own console most often fails, with 0x8009030E.
 */
export type SecondHop = {
  /** `dependsOnDelegation`: it works if the delegation in `missing` is set up, which cannot be seen from here. */
  readonly verdict: 'works' | 'fails' | 'dependsOnDelegation' | 'unknown';
  /** What has to be there; `null` when nothing more has to, or nothing is known. */
  readonly missing: DelegationWay | null;
  /** All three ways, the recommended first, with what to do. */
  readonly ways: readonly { readonly way: DelegationWay; readonly how: string }[];
};

/** What counts of the client that asks the source; a `WsmanClient` tells both. */
export type HopClient = {
  /** `auth.type`: `credssp` gives the source the credentials; the others nothing it could pass on, save a forwarded ticket. */
  readonly authenticationType: string;
  /** Whether it hands over a forwarded ticket. */
  readonly delegatesTicket: boolean;
};

/**
 * Judges the second hop. With a forwarded ticket the source can be the user for Kerberos; that its migration service gets at the ticket is
 * an inference, and whether it is enough for one set to CredSSP, which wants a password, is not documented.
 *
 * @param service - how the source's migration service authenticates; `null` when that is not known
 * @param source - the source's name, for the texts
 * @param destination - the destination's name, for the texts
 */
export function judgeSecondHop(service: MigrationAuthentication | null, client: HopClient, source: string, destination: string): SecondHop {
  const ways = waysOf(source, destination);
  if (service === null || (service === 'CredSSP' && client.delegatesTicket)) return { verdict: 'unknown', missing: null, ways };
  if (client.authenticationType === 'credssp') return { verdict: 'works', missing: null, ways };
  if (client.delegatesTicket) return { verdict: 'dependsOnDelegation', missing: 'delegatedTicket', ways };
  if (service === 'Kerberos') return { verdict: 'dependsOnDelegation', missing: 'constrainedDelegation', ways };
  return { verdict: 'fails', missing: 'credSSP', ways };
}

function waysOf(source: string, destination: string): SecondHop['ways'] {
  return [
    {
      way: 'constrainedDelegation',
      how:
        `Set AuthenticationType of the migration service to 1 (Kerberos) on both hosts, and let the computer account of ${source} delegate to the services ` +
        `cifs and "Microsoft Virtual System Migration Service" of ${destination} in Active Directory, with protocol transition ("use any authentication protocol"): behind WinRM the ticket a client came with is out of its reach. Then wait for the source's tickets to be renewed, or purge them (klist purge -li 0x3e7)`,
    },
    { way: 'delegatedTicket', how: `Set AuthenticationType to 1 (Kerberos), and come to ${source} with Kerberos and delegate: true: an account that may be delegated, and a computer account of ${source} that is trusted for delegation` },
    { way: 'credSSP', how: `Leave AuthenticationType at 0 (CredSSP), allow CredSSP on the WinRM service of ${source}, and come with auth.type credssp: it hands the password itself to ${source}` },
  ];
}
