const GUID = /^\s*\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?\s*$/i;

/** The GUID that a text is, as Hyper-V writes it: upper case, without braces; `null` when the text is none. */
export function findGuid(text: string): string | null {
  return GUID.exec(text)?.[1]?.toUpperCase() ?? null;
}
