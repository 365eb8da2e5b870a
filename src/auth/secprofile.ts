/**
 * The Authorization header with which a client says that its TLS certificate proves who it is: the security profile of mutual
 * authentication over HTTPS (DSP0226; MS-WSMV 3.1.4.1.29.2). It goes with every request; without it WinRM does not look at
 * the certificate.
 */
export const SECPROFILE_HTTPS_MUTUAL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';
