import type { Etype } from '../crypto/etype.js';

/** Which end of the context: who sent the AP-REQ, or who accepted it. */
export type Side = 'initiator' | 'acceptor';

/** What protects the messages of one side. */
export type Protection = {
  readonly etype: Etype;
  readonly key: Uint8Array;
  /** Whose messages they are. */
  readonly sender: Side;
  /** Whether the key is the subkey of the AP-REP. */
  readonly acceptorSubkey: boolean;
};

/** What an opened Wrap token held. */
export type Opened = {
  /** SND_SEQ. */
  readonly sequence: bigint;
  readonly message: Uint8Array;
};
