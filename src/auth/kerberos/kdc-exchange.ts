/** One message for a KDC of the realm; what is yielded gets the KDC's answer as the value of `next`. */
export type KdcRequest = { readonly realm: string; readonly message: Uint8Array };

/** A conversation with KDCs that says what to send and takes what came back; who drives it does the sending. */
export type KdcExchange<T> = Generator<KdcRequest, T, Uint8Array>;
