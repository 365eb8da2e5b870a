/** The headers of an answer as the connections give them, out of what Node and undici give: names in lower case already, a repeated header as a list. */
export function joinedHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    joined[name] = typeof value === 'string' ? value : (value ?? []).join(', ');
  }
  return joined;
}
