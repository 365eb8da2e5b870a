/**
 * Methods of root/virtualization/v2 that change nothing on the host, so that calling them twice does no harm: every Get
 * and Query, and the compatibility check. Some answer with a job (GetVirtualHardDiskSettingData): calling them twice
 * reads twice.
 */
export const READ_ONLY_METHODS: ReadonlySet<string> = new Set([
  'CheckSystemCompatibilityInfo',
  'GetButtonState',
  'GetCurrentWwpnFromGenerator',
  'GetDefinitionFileSummaryInformation',
  'GetDescriptor',
  'GetError',
  'GetErrorEx',
  'GetInteractiveSessionACL',
  'GetKeyProtector',
  'GetManagementVtlSettings',
  'GetMetricValues',
  'GetProcessorFeatureLimits',
  'GetReplicationStatistics',
  'GetReplicationStatisticsEx',
  'GetSizeOfSystemFiles',
  'GetSummaryInformation',
  'GetSystemCertificates',
  'GetSystemCompatibilityInfo',
  'GetSystemCompatibilityVectors',
  'GetVHDSetInformation',
  'GetVHDSnapshotInformation',
  'GetVirtualDiskChanges',
  'GetVirtualHardDiskSettingData',
  'GetVirtualHardDiskState',
  'GetVirtualSystemThumbnailImage',
  'GetVtl2Settings',
  'QueryGuestClusterInformation',
  'QuerySystemMigrationProperties',
  'QueryVtl2Settings',
]);
