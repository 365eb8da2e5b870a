import { type CatalogueEntry, hresults, win32Errors } from './entry.js';

const file = win32Errors({ layer: 'storage', retry: 'afterFix' });
const vhd = hresults({ layer: 'storage', retry: 'afterFix', source: 'winerror.h, FACILITY_USERMODE_VHD' });

const PATHS: readonly string[] = ['Check every path of the machine: disks, checkpoints, paging, configuration; and that the destination sees it under the same name.', 'On a cluster, see that all nodes use the same letter for the system drive.'];
const SPACE: readonly string[] = ['Free space at the destination, or give another path for the storage.'];
const SHARING: readonly string[] = ['Find what has the file open: a backup, an antivirus program, another machine, a mounted disk.'];
const DEVICE: readonly string[] = ['Check the disk, its controller and its paths in the System log of the host.'];
const SHARE: readonly string[] = ['Check the share: its name, its server, the permissions of the computer accounts of both hosts.'];
const CORRUPT: readonly string[] = ['Do not start the machine from this file: restore it from a backup.', 'Test it with `Test-VHD`.'];
const CHAIN: readonly string[] = ['Look at the chain of parents (`Get-VHD`), and bring the missing or changed one back; do not reconnect disks by guess.'];
const KIND: readonly string[] = ['Check the file: its kind, its format, and that it is no image of another sort.'];
const TRACKING: readonly string[] = ['Change tracking belongs to backups: let the backup program make a full backup.'];

/** Win32 errors of files, disks and shares. */
const FILES: readonly CatalogueEntry[] = [
  file(2, 'ERROR_FILE_NOT_FOUND', 'A file was not found.', PATHS),
  file(3, 'ERROR_PATH_NOT_FOUND', 'A path was not found.', PATHS),
  file(15, 'ERROR_INVALID_DRIVE', 'The drive does not exist.', PATHS),
  file(19, 'ERROR_WRITE_PROTECT', 'The medium is write-protected.', DEVICE),
  file(21, 'ERROR_NOT_READY', 'The device is not ready.', DEVICE, { retry: 'later' }),
  file(23, 'ERROR_CRC', 'Data was read with a checksum error.', DEVICE),
  file(32, 'ERROR_SHARING_VIOLATION', 'Another program uses the file.', SHARING, { retry: 'later' }),
  file(33, 'ERROR_LOCK_VIOLATION', 'Another program has locked a part of the file.', SHARING, { retry: 'later' }),
  file(39, 'ERROR_HANDLE_DISK_FULL', 'The disk is full.', SPACE),
  file(58, 'ERROR_BAD_NET_RESP', 'The server cannot do what was asked of the share.', SHARE),
  file(67, 'ERROR_BAD_NET_NAME', 'There is no share of that name.', SHARE),
  file(80, 'ERROR_FILE_EXISTS', 'The file is there already, often left behind by a migration that failed.', ['Remove the left-over file at the destination when no machine uses it, or give another path.']),
  file(112, 'ERROR_DISK_FULL', 'There is not enough space on the disk.', SPACE),
  file(123, 'ERROR_INVALID_NAME', 'A path is written wrongly.', PATHS),
  file(145, 'ERROR_DIR_NOT_EMPTY', 'The folder is not empty.', ['Give an empty folder, or remove what was left behind.']),
  file(161, 'ERROR_BAD_PATHNAME', 'The path is not valid.', PATHS),
  file(183, 'ERROR_ALREADY_EXISTS', 'It exists already: a file, a folder or a machine of that identifier at the destination.', ['Look whether the machine, or a planned machine of its identifier, is at the destination, and remove what is left of an earlier try.']),
  file(206, 'ERROR_FILENAME_EXCED_RANGE', 'The path is too long.', ['Give a shorter path.']),
  file(223, 'ERROR_FILE_TOO_LARGE', 'The file is larger than the file system or a limit allows.', ['Use NTFS or ReFS at the destination.']),
  file(433, 'ERROR_NO_SUCH_DEVICE', 'The device is not there any more.', DEVICE),
  file(1006, 'ERROR_FILE_INVALID', 'The volume was changed from outside, so the open file is not valid any more.', DEVICE, { retry: 'later' }),
  file(1117, 'ERROR_IO_DEVICE', 'The device reported an input or output error.', DEVICE),
  file(1167, 'ERROR_DEVICE_NOT_CONNECTED', 'The device is not connected.', DEVICE),
  file(1392, 'ERROR_FILE_CORRUPT', 'A file or folder is damaged and cannot be read.', CORRUPT),
  file(1393, 'ERROR_DISK_CORRUPT', 'The structure of the disk is damaged and cannot be read.', DEVICE),
  file(1816, 'ERROR_NOT_ENOUGH_QUOTA', 'A quota does not suffice.', ['Raise the quota: of the disk, or of memory on the host.']),
];

/** Errors of virtual hard disks. */
const VHD: readonly CatalogueEntry[] = [
  vhd(0x803a0001, 'ERROR_QUERY_STORAGE_ERROR', 'The virtual storage stack of the host reported an error.', DEVICE),
  vhd(0xc03a0001, 'ERROR_VHD_DRIVE_FOOTER_MISSING', 'The virtual disk is damaged: its footer is missing.', CORRUPT),
  vhd(0xc03a0002, 'ERROR_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH', 'The virtual disk is damaged: the checksum of its footer does not fit.', CORRUPT),
  vhd(0xc03a0003, 'ERROR_VHD_DRIVE_FOOTER_CORRUPT', 'The virtual disk is damaged in its footer.', CORRUPT),
  vhd(0xc03a0004, 'ERROR_VHD_FORMAT_UNKNOWN', 'The file has no format of virtual disks that is known.', KIND),
  vhd(0xc03a0005, 'ERROR_VHD_FORMAT_UNSUPPORTED_VERSION', 'The version of the virtual disk\'s format is not supported by this host.', ['Move it to a host of the same or a newer release, or convert the disk.'], { layer: 'compatibility' }),
  vhd(0xc03a0006, 'ERROR_VHD_SPARSE_HEADER_CHECKSUM_MISMATCH', 'The virtual disk is damaged: the checksum of its header does not fit.', CORRUPT),
  vhd(0xc03a0008, 'ERROR_VHD_SPARSE_HEADER_CORRUPT', 'The virtual disk is damaged in its header.', CORRUPT),
  vhd(0xc03a0009, 'ERROR_VHD_BLOCK_ALLOCATION_FAILURE', 'No new block could be allocated in the virtual disk.', SPACE),
  vhd(0xc03a000a, 'ERROR_VHD_BLOCK_ALLOCATION_TABLE_CORRUPT', 'The virtual disk is damaged in its table of blocks.', CORRUPT),
  vhd(0xc03a000b, 'ERROR_VHD_INVALID_BLOCK_SIZE', 'The block size of the virtual disk is not supported.', KIND),
  vhd(0xc03a000d, 'ERROR_VHD_PARENT_VHD_NOT_FOUND', 'The parent of a differencing disk was not found.', CHAIN),
  vhd(0xc03a000e, 'ERROR_VHD_CHILD_PARENT_ID_MISMATCH', 'A differencing disk belongs to another parent: the identifiers differ.', CHAIN),
  vhd(0xc03a000f, 'ERROR_VHD_CHILD_PARENT_TIMESTAMP_MISMATCH', 'The parent of a differencing disk was changed since: the time stamps differ.', CHAIN),
  vhd(0xc03a0010, 'ERROR_VHD_METADATA_READ_FAILURE', 'The metadata of the virtual disk could not be read.', DEVICE),
  vhd(0xc03a0011, 'ERROR_VHD_METADATA_WRITE_FAILURE', 'The metadata of the virtual disk could not be written.', DEVICE),
  vhd(0xc03a0012, 'ERROR_VHD_INVALID_SIZE', 'The size of the virtual disk is not valid.', KIND),
  vhd(0xc03a0013, 'ERROR_VHD_INVALID_FILE_SIZE', 'The size of the virtual disk\'s file is not valid.', CORRUPT),
  vhd(0xc03a0014, 'ERROR_VIRTDISK_PROVIDER_NOT_FOUND', 'The destination cannot open a disk or image of the machine: it is not there, or nothing supports its format.', ['Take the ISO image out of the virtual DVD drive.', 'See that every disk and image lies where the destination can open it, in a format it knows.'], { source: 'winerror.h, FACILITY_USERMODE_VHD; Microsoft KB 4558514' }),
  vhd(0xc03a0015, 'ERROR_VIRTDISK_NOT_VIRTUAL_DISK', 'The disk is no virtual disk.', KIND),
  vhd(0xc03a0016, 'ERROR_VHD_PARENT_VHD_ACCESS_DENIED', 'The parent of a differencing disk may not be opened.', ['Correct the permissions of the parent: the machine\'s own account needs to read it.']),
  vhd(0xc03a0017, 'ERROR_VHD_CHILD_PARENT_SIZE_MISMATCH', 'A differencing disk and its parent differ in their virtual size.', CHAIN),
  vhd(0xc03a0018, 'ERROR_VHD_DIFFERENCING_CHAIN_CYCLE_DETECTED', 'A differencing disk is among its own parents.', CHAIN),
  vhd(0xc03a0019, 'ERROR_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT', 'A disk further up the chain of parents could not be opened.', CHAIN),
  vhd(0xc03a001a, 'ERROR_VIRTUAL_DISK_LIMITATION', 'The file of a virtual disk is compressed, encrypted or sparse.', ['Take compression, encryption and sparseness off the file and its folder.']),
  vhd(0xc03a001b, 'ERROR_VHD_INVALID_TYPE', 'A virtual disk of this type cannot do what was asked.', KIND),
  vhd(0xc03a001c, 'ERROR_VHD_INVALID_STATE', 'The virtual disk cannot do what was asked in its present state.', ['Wait until merges and backups of the disk are over.'], { retry: 'later' }),
  vhd(0xc03a001d, 'ERROR_VIRTDISK_UNSUPPORTED_DISK_SECTOR_SIZE', 'The physical disk below has a sector size that is not supported.', ['Put the virtual disk on a volume of another sector size, or convert it.'], { layer: 'compatibility' }),
  vhd(0xc03a001e, 'ERROR_VIRTDISK_DISK_ALREADY_OWNED', 'The disk has another owner already.', SHARING),
  vhd(0xc03a001f, 'ERROR_VIRTDISK_DISK_ONLINE_AND_WRITABLE', 'The disk must be offline or read-only for this.', ['Take the physical disk offline on the host.']),
  vhd(0xc03a0020, 'ERROR_CTLOG_TRACKING_NOT_INITIALIZED', 'Change tracking was not started for this disk.', TRACKING),
  vhd(0xc03a0023, 'ERROR_CTLOG_INVALID_TRACKING_STATE', 'Change tracking of the disk is in a state that does not allow this.', TRACKING),
  vhd(0xc03a0028, 'ERROR_VHD_METADATA_FULL', 'The virtual disk has no room for more metadata.', KIND),
];

/** Errors of files, disks, shares and virtual hard disks. */
export const STORAGE: readonly CatalogueEntry[] = [...FILES, ...VHD];
