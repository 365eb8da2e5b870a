#!/usr/bin/python3
"""A WinRM listener in miniature around a real GSSAPI acceptor, for tests of a client.

It does what Windows does on the wire and leaves every cryptographic decision to GSSAPI (MIT Kerberos' library and its
gss-ntlmssp mechanism): the handshake in POSTs without a body, one security context a connection, sealed bodies over HTTP
(MS-WSMV 2.2.9.1), plain bodies and a demanded tls-server-end-point channel binding (RFC 5929) over HTTPS.

It prints {"http": port, "https": port} once it listens, answers GET /seen with what it saw, and ends when its standard
input is closed.
"""
import argparse
import base64
import binascii
import hashlib
import http.server
import json
import os
import re
import ssl
import struct
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

import gssapi.raw as gssapi

NTLMSSP = '1.3.6.1.4.1.311.2.2.10'
NTLMV1_RESPONSE_LENGTH = 24  # MS-NLMP 2.2.2.6; an NTLMv2 response is longer
SIGNATURE_LENGTH = 16  # MS-NLMP 2.2.2.9
ADDRESSING = '{http://schemas.xmlsoap.org/ws/2004/08/addressing}'
SOAP_TYPE = 'application/soap+xml;charset=UTF-8'
SEALED_TYPE = ('multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";'
               'boundary="Encrypted Boundary"')
SEALED_HEAD = ('--Encrypted Boundary\r\n'
               '\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n'
               '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n'
               '--Encrypted Boundary\r\n'
               '\tContent-Type: application/octet-stream\r\n')
SEALED_TAIL = b'--Encrypted Boundary--\r\n'
SEALED_BODY = re.compile(re.escape(SEALED_HEAD).replace('%d', r'(\d+)').encode() + b'(.*)' + SEALED_TAIL, re.DOTALL)


class Refused(Exception):
    """The request is answered with this HTTP status, and the connection closed."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def server_end_point(certificate):
    """The application data of the channel binding, the hash as openssl names it in the certificate's signature."""
    text = subprocess.run(['openssl', 'x509', '-in', certificate, '-noout', '-text'],
                          check=True, capture_output=True, text=True).stdout
    algorithm = re.search(r'Signature Algorithm: .*?(MD5|SHA\d+)', text, re.IGNORECASE).group(1).lower()
    with open(certificate, encoding='ascii') as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    return b'tls-server-end-point:' + hashlib.new('sha256' if algorithm in ('md5', 'sha1') else algorithm, der).digest()


def refuse_ntlmv1(token):
    """gss-ntlmssp still takes NTLMv1 as an acceptor; Windows does not unless told (MS-NLMP 3.2.5.1.2)."""
    if token[8:12] == b'\3\0\0\0' and struct.unpack_from('<H', token, 20)[0] <= NTLMV1_RESPONSE_LENGTH:
        raise Refused(401, 'an NTLMv1 response')


class Connection(http.server.BaseHTTPRequestHandler):
    """One connection: http.server makes one object for each, and calls do_POST for every request on it."""

    protocol_version = 'HTTP/1.1'
    context = None  # the security context, once the first token came
    authenticated = False

    def version_string(self):
        return 'Microsoft-HTTPAPI/2.0'

    def do_GET(self):
        if self.path != '/seen':
            self.answer(404, close=True)
            return
        self.answer(200, json.dumps(self.server.seen).encode(), 'application/json')

    def do_POST(self):
        try:
            self.post(self.rfile.read(int(self.headers.get('Content-Length', 0))))
        except Refused as refused:
            self.log_message('%d: %s', refused.status, refused)
            self.answer(refused.status, close=True, challenge='Negotiate' if refused.status == 401 else None)

    def post(self, body):
        authorization = self.headers.get('Authorization')
        if authorization is not None:
            self.handshake(authorization, body)
        elif not self.authenticated:
            raise Refused(401, 'no credentials')
        elif self.server.channel_bindings is not None:
            self.server.count('plainRequests')
            self.answer(*self.respond(body), SOAP_TYPE)
        else:
            status, envelope = self.respond(self.unseal(body))
            self.answer(status, self.seal(envelope), SEALED_TYPE)

    def handshake(self, authorization, body):
        """One leg: a token in, 401 with the next one or 200 without a body out."""
        scheme, _, text = authorization.partition(' ')
        if scheme != 'Negotiate' or body or self.authenticated:
            raise Refused(401, 'Authorization in another scheme, with a body or after the handshake')
        try:
            token = base64.b64decode(text, validate=True)
            refuse_ntlmv1(token)
            result = gssapi.accept_sec_context(token, self.server.credentials, self.context, self.server.channel_bindings)
        except (binascii.Error, struct.error, gssapi.GSSError) as error:
            raise Refused(401, error) from error
        self.context = result.context
        reply = 'Negotiate ' + base64.b64encode(result.token).decode() if result.token else None
        if result.more_steps:
            self.answer(401, challenge=reply)
            return
        bound = gssapi.RequirementFlag.channel_bound in result.flags
        if self.server.channel_bindings is not None and not bound:
            raise Refused(401, 'no channel binding')
        self.authenticated = True
        user = gssapi.display_name(result.initiator_name).name.decode().rstrip('\0')  # gss-ntlmssp counts the terminator
        self.server.count('handshakes', user=user, mechanism=result.mech.dotted_form, channelBound=bound)
        self.answer(200, challenge=reply)

    def unseal(self, body):
        """The SOAP inside a multipart/encrypted body; a plain one is refused like AllowUnencrypted=false does."""
        if self.headers.get('Content-Type') != SEALED_TYPE:
            raise Refused(401, 'a body that is not sealed')
        parts = SEALED_BODY.fullmatch(body)
        if parts is None or parts[2][:4] != struct.pack('<I', SIGNATURE_LENGTH):
            raise Refused(400, 'the layout of the sealed body')
        try:
            result = gssapi.unwrap(self.context, parts[2][4:])
        except gssapi.GSSError as error:
            raise Refused(400, error) from error
        if not result.encrypted or len(result.message) != int(parts[1]):
            raise Refused(400, f'{len(result.message)} bytes of plaintext, not {int(parts[1])}, or not encrypted')
        self.server.count('sealedRequests')
        return result.message

    def seal(self, envelope):
        message = bytearray(gssapi.wrap(self.context, envelope).message)
        if self.server.corrupt_signature:
            message[4] ^= 1  # the first bit of the checksum (MS-NLMP 2.2.2.9.2)
        return (SEALED_HEAD % len(envelope)).encode() + struct.pack('<I', SIGNATURE_LENGTH) + message + SEALED_TAIL

    def respond(self, request):
        """The HTTP status and the envelope that answer a request; GetError is the one method there is."""
        try:
            root = ElementTree.fromstring(request)
        except ElementTree.ParseError as error:
            raise Refused(400, error) from error
        if not root.findtext(f'.//{ADDRESSING}Action', '').strip().endswith('/GetError'):
            raise Refused(500, 'an Action that is not GetError')
        message_id = escape(root.findtext(f'.//{ADDRESSING}MessageID', '').strip())
        return 200, self.server.template.replace('{messageId}', message_id).encode()

    def answer(self, status, body=b'', content_type=None, *, challenge=None, close=False):
        self.send_response(status, '')  # Windows leaves the reason phrase empty
        if challenge is not None:
            self.send_header('WWW-Authenticate', challenge)
        if content_type is not None:
            self.send_header('Content-Type', content_type)
        if close:
            self.send_header('Connection', 'close')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Listener(http.server.ThreadingHTTPServer):
    """HTTP on a free port of 127.0.0.1; HTTPS when it is given a TLS context."""

    def __init__(self, *, seen, credentials, template, corrupt_signature, channel_bindings=None, tls=None):
        super().__init__(('127.0.0.1', 0), Connection)
        self.seen = seen
        self.lock = threading.Lock()
        self.credentials = credentials
        self.template = template
        self.corrupt_signature = corrupt_signature
        self.channel_bindings = channel_bindings
        if tls is not None:  # the TLS handshake waits for the connection's own thread
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, what, **values):
        with self.lock:
            self.seen[what] += 1
            self.seen.update(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--users', required=True, help='file of lines DOMAIN:user:password (NTLM_USER_FILE)')
    parser.add_argument('--certificate', required=True, help='PEM')
    parser.add_argument('--key', required=True, help='PEM')
    parser.add_argument('--answer', required=True, help='file with the envelope to answer; {messageId} is filled in')
    parser.add_argument('--corrupt-signature', action='store_true', help='flip a bit in the signature of each answer')
    options = parser.parse_args()
    os.environ['NTLM_USER_FILE'] = options.users

    mechanism = gssapi.OID.from_int_seq(NTLMSSP)
    with open(options.answer, encoding='utf-8', newline='') as file:
        template = file.read()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.certificate, options.key)
    common = {
        'seen': {'user': None, 'mechanism': None, 'channelBound': False,
                 'handshakes': 0, 'sealedRequests': 0, 'plainRequests': 0},
        'credentials': gssapi.acquire_cred(None, mechs=[mechanism], usage='accept').creds,
        'template': template,
        'corrupt_signature': options.corrupt_signature,
    }
    http_listener = Listener(**common)
    bindings = gssapi.ChannelBindings(application_data=server_end_point(options.certificate))
    https_listener = Listener(**common, channel_bindings=bindings, tls=tls)
    print(json.dumps({'http': http_listener.server_port, 'https': https_listener.server_port}), flush=True)
    sys.stdin.read()


if __name__ == '__main__':
    main()
