/** Where Windows publishes WMI: the namespace and the class follow (MS-WSMV 2.2.5.1.1; DSP0226 §5.1.2.1). */
const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/';

/**
 * The resource URI of a class, as Windows names it.
 *
 * @param namespace - with forward slashes: `root/virtualization/v2`
 * @returns for example `http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob`
 */
export function resourceUri(namespace: string, className: string): string {
  return `${WMI}${namespace}/${className}`;
}

/** The namespace and the class a resource URI names, `null` for one that is not WMI's. Letter case of the prefix does not count. */
export function parseResourceUri(uri: string): { readonly namespace: string; readonly className: string } | null {
  const trimmed = uri.trim();
  if (trimmed.slice(0, WMI.length).toLowerCase() !== WMI) return null;
  const path = trimmed.slice(WMI.length);
  const slash = path.lastIndexOf('/');
  if (slash <= 0 || slash === path.length - 1) return null;
  return { namespace: path.slice(0, slash), className: path.slice(slash + 1) };
}
