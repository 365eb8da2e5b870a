"""Sealed bodies as MS-WSMV 2.2.9.1 lays them out, around a GSSAPI security context."""
import re
import struct

import gssapi.raw as gssapi

KRB5 = '1.2.840.113554.1.2.2'
NTLM_SIGNATURE_LENGTH = 16  # MS-NLMP 2.2.2.9
PROTOCOLS = {'Negotiate': 'application/HTTP-SPNEGO-session-encrypted', 'Kerberos': 'application/HTTP-Kerberos-session-encrypted'}
HEAD = ('--Encrypted Boundary\r\n'
        '\tContent-Type: %s\r\n'
        '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%s\r\n'
        '--Encrypted Boundary\r\n'
        '\tContent-Type: application/octet-stream\r\n')
TAIL = b'--Encrypted Boundary--\r\n'
RFC4121_WRAP = b'\5\4'  # TOK_ID of §4.2.6.2; what else Kerberos has is RFC 4757's


class SealedBodyError(Exception):
    """The body is not what Windows takes."""


class SealedBody:
    """Opens and seals the bodies of one connection.

    How Kerberos is sealed: `iov` as Windows does, with gss_wrap_iov of a header and the data; `wrap` as OMI does, with gss_wrap,
    so that nothing is rotated and the checksum stands at the end.
    """

    def __init__(self, context, mechanism, scheme, how='iov'):
        self.context = context
        self.is_kerberos = mechanism == KRB5
        self.protocol = PROTOCOLS[scheme]
        self.content_type = f'multipart/encrypted;protocol="{self.protocol}";boundary="Encrypted Boundary"'
        self.how = how

    def open(self, body):
        """The message in a sealed body."""
        head = re.escape(HEAD % (self.protocol, '%s')).encode().replace(b'%s', rb'(\d+)')
        parts = re.fullmatch(head + b'(.{4,})' + TAIL, body, re.DOTALL)
        if parts is None:
            raise SealedBodyError('the layout')
        signature_length, = struct.unpack_from('<I', parts[2])
        signature, data = parts[2][4:4 + signature_length], parts[2][4 + signature_length:]
        message = self.unwrap(signature, data)
        if int(parts[1]) not in (len(message), len(data)):
            raise SealedBodyError(f'{len(message)} bytes of plaintext, {len(data)} of ciphertext, not {int(parts[1])}')
        return message

    def unwrap(self, signature, data):
        """Takes what Windows takes: a signature of exactly the length that gss_wrap_iov gives its header."""
        if len(signature) != self.signature_length(data):
            raise SealedBodyError(f'a signature of {len(signature)} bytes, not {self.signature_length(data)}')
        if not signature.startswith(RFC4121_WRAP):
            result = gssapi.unwrap(self.context, signature + data)
            encrypted, message = result.encrypted, result.message
        else:
            iov = gssapi.IOV((gssapi.IOVBufferType.header, False, signature), (gssapi.IOVBufferType.data, False, data), std_layout=False)
            encrypted, message = gssapi.unwrap_iov(self.context, iov).encrypted, iov[1].value
        if not encrypted:
            raise SealedBodyError('signed, but not encrypted')
        return message

    def signature_length(self, data):
        return len(self.wrap_iov(data, gssapi.wrap_iov_length)[0].value) if self.is_kerberos else NTLM_SIGNATURE_LENGTH

    def wrap_iov(self, message, wrap):
        kinds = gssapi.IOVBufferType
        iov = gssapi.IOV((kinds.header, True), (kinds.data, False, message), (kinds.padding, True), std_layout=False)
        wrap(self.context, iov)
        return iov

    def seal(self, message, corrupt=False):
        """A sealed body; `corrupt` flips a bit in its signature."""
        if self.is_kerberos and self.how == 'iov':
            signature, *data = [buffer.value or b'' for buffer in self.wrap_iov(message, gssapi.wrap_iov)]
            data = b''.join(data)
        else:
            token = gssapi.wrap(self.context, message).message
            length = self.signature_length(message)
            signature, data = token[:length], token[length:]
        if corrupt:  # NTLM: in the checksum (MS-NLMP 2.2.2.9.2); Kerberos: in the ciphertext of the confounder or the checksum
            at = len(signature) - 1 if self.is_kerberos else 4
            signature = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]
        head = (HEAD % (self.protocol, len(data) if self.is_kerberos and self.how == 'iov' else len(message))).encode()
        return head + struct.pack('<I', len(signature)) + signature + data + TAIL
