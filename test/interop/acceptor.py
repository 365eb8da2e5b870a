#!/usr/bin/python3
"""A WinRM listener in miniature around a real GSSAPI acceptor, for tests of a client.

It does what Windows does on the wire and leaves every cryptographic decision to GSSAPI (MIT Kerberos' library and its
gss-ntlmssp mechanism): the handshake in POSTs without a body, one security context a connection, sealed bodies over HTTP
(MS-WSMV 2.2.9.1), plain bodies and a tls-server-end-point channel binding (RFC 5929) over HTTPS. It takes Kerberos when
it is given a keytab, NTLM when it is given users, both raw and inside SPNEGO.

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
from sealed_body import KRB5, SealedBody, SealedBodyError

NTLMSSP = '1.3.6.1.4.1.311.2.2.10'
SPNEGO = '1.3.6.1.5.5.2'
INQ_SSPI_SESSION_KEY = '1.2.840.113554.1.2.2.5.5'  # answers with the key, and with an OID that ends in its etype
NTLMV1_RESPONSE_LENGTH = 24  # MS-NLMP 2.2.2.6; an NTLMv2 response is longer
ADDRESSING = '{http://schemas.xmlsoap.org/ws/2004/08/addressing}'
SOAP_TYPE = 'application/soap+xml;charset=UTF-8'
ECHO = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
        '<s:Header><a:Action>{action}Response</a:Action><a:RelatesTo>{message_id}</a:RelatesTo></s:Header>'
        '<s:Body><p:Echo_OUTPUT xmlns:p="{namespace}"><p:Text>{text}</p:Text><p:ReturnValue>0</p:ReturnValue></p:Echo_OUTPUT></s:Body>'
        '</s:Envelope>')


def oid(dotted):
    return gssapi.OID.from_int_seq(dotted)


class Refused(Exception):
    """The request is answered with this HTTP status, and the connection closed."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def server_end_point(certificate):
    """The application data of the channel binding, with the hash that openssl names in the certificate's signature."""
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
    mechanism = None  # its mechanism, in dotted form
    scheme = None  # Negotiate or Kerberos, with it
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
            self.answer(refused.status, close=True, challenges=self.server.schemes if refused.status == 401 else ())

    def post(self, body):
        authorization = self.headers.get('Authorization')
        if authorization is not None:
            self.handshake(authorization, body)
        elif not self.authenticated:
            raise Refused(401, 'no credentials')
        elif self.server.channel_bindings is not None:
            self.server.count('plainRequests')
            self.answer(200, self.respond(body), SOAP_TYPE)
        else:
            self.answer_sealed(body)

    def answer_sealed(self, body):
        """A plain body is refused as AllowUnencrypted=false does it."""
        sealed_body = SealedBody(self.context, self.mechanism, self.scheme, self.server.options.seal)
        if self.headers.get('Content-Type') != sealed_body.content_type:
            raise Refused(401, f'a body that is not sealed as {sealed_body.content_type}')
        try:
            envelope = sealed_body.open(body)
        except (SealedBodyError, gssapi.GSSError) as error:
            raise Refused(400, error) from error
        self.server.count('sealedRequests')
        sealed = sealed_body.seal(self.respond(envelope), corrupt=self.server.options.corrupt_signature)
        self.answer(200, sealed, sealed_body.content_type)

    def handshake(self, authorization, body):
        """One leg: a token in, 401 with the next one or 200 without a body out."""
        scheme, _, text = authorization.partition(' ')
        if scheme not in self.server.schemes or self.scheme not in (None, scheme) or body or self.authenticated:
            raise Refused(401, 'Authorization in another scheme, with a body or after the handshake')
        self.scheme = scheme
        try:
            token = base64.b64decode(text, validate=True)
            refuse_ntlmv1(token)
            result = gssapi.accept_sec_context(token, self.server.credentials, self.context, self.server.channel_bindings)
        except gssapi.GSSError as error:
            self.refuse(error)
            return
        except (binascii.Error, struct.error) as error:
            raise Refused(401, error) from error
        self.context = result.context
        if result.more_steps:
            self.answer(401, challenges=[self.challenge(result.token)])
            return
        bound = gssapi.RequirementFlag.channel_bound in result.flags
        if self.server.channel_bindings is not None and not bound and not self.server.options.unbound:
            raise Refused(401, 'no channel binding')
        self.authenticated = True
        self.mechanism = result.mech.dotted_form
        self.server.count('handshakes', **self.identity(result), channelBound=bound)
        reply = self.server.reply(result.token)
        self.answer(200, challenges=[self.challenge(reply)] if reply else ())

    def refuse(self, error):
        """What GSSAPI made of the token. Where it has something to say to the client, like a KRB-ERROR, the client is told."""
        token = getattr(error, 'token', None)
        if not token:
            raise Refused(401, error) from error
        self.log_message('401 with a token: %s', error)
        self.context = None
        self.answer(401, challenges=[self.challenge(token)])

    def challenge(self, token):
        return f'{self.scheme} {base64.b64encode(token).decode()}'

    def identity(self, result):
        """Who logged on and how, for /seen."""
        values = {
            'scheme': self.scheme,
            'mechanism': self.mechanism,
            'user': gssapi.display_name(result.initiator_name).name.decode().rstrip('\0'),  # gss-ntlmssp counts the terminator
            'etype': None, 'delegated': None, 'secondHop': None,
        }
        if self.mechanism == KRB5:
            values['etype'] = gssapi.inquire_sec_context_by_oid(result.context, oid(INQ_SSPI_SESSION_KEY))[1][-1]
            if result.delegated_creds is not None:
                values['delegated'] = gssapi.display_name(gssapi.inquire_cred(result.delegated_creds).name).name.decode()
                values['secondHop'] = self.server.second_hop(result.delegated_creds)
        return values

    def respond(self, request):
        """The envelope that answers a request. GetError answers with the template; Echo with Text, as often as Size wants."""
        try:
            root = ElementTree.fromstring(request)
        except ElementTree.ParseError as error:
            raise Refused(400, error) from error
        action = root.findtext(f'.//{ADDRESSING}Action', '').strip()
        message_id = escape(root.findtext(f'.//{ADDRESSING}MessageID', '').strip())
        if action.endswith('/GetError'):
            return self.server.template.replace('{messageId}', message_id).encode()
        if not action.endswith('/Echo'):
            raise Refused(500, 'an Action that is neither GetError nor Echo')
        namespace = action.rpartition('/')[0]
        text = root.findtext(f'.//{{{namespace}}}Text', '')
        size = int(root.findtext(f'.//{{{namespace}}}Size', str(len(text))))
        text = (text * (size // max(len(text), 1) + 1))[:size]
        return ECHO.format(action=action, namespace=namespace, message_id=message_id, text=escape(text)).encode()

    def answer(self, status, body=b'', content_type=None, *, challenges=(), close=False):
        self.send_response(status, '')  # Windows leaves the reason phrase empty
        for challenge in challenges:
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

    def __init__(self, *, options, seen, credentials, channel_bindings=None, tls=None):
        super().__init__(('127.0.0.1', 0), Connection)
        self.options = options
        self.seen = seen
        self.lock = threading.Lock()
        self.credentials = credentials
        self.schemes = ('Negotiate', 'Kerberos') if options.keytab else ('Negotiate',)
        self.first_reply = None
        with open(options.answer, encoding='utf-8', newline='') as file:
            self.template = file.read()
        self.channel_bindings = channel_bindings
        if tls is not None:  # the TLS handshake waits for the connection's own thread
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, what, **values):
        with self.lock:
            self.seen[what] += 1
            self.seen.update(values)

    def reply(self, token):
        """The last token of the handshake, or what --reply wants instead: it is what proves this side to the client."""
        if self.options.reply == 'absent' or not token:
            return None
        if self.options.reply == 'corrupt':
            return token[:-1] + bytes([token[-1] ^ 1])
        with self.lock:
            self.first_reply = self.first_reply or token
        return self.first_reply if self.options.reply == 'repeated' else token

    def second_hop(self, credentials):
        """Goes on to another service as the client, which takes a ticket from the KDC; who it is there, or the error."""
        if self.options.second_hop is None:
            return None
        target = gssapi.import_name(self.options.second_hop.encode(), gssapi.NameType.hostbased_service)
        try:
            first = gssapi.init_sec_context(target, credentials, mech=oid(KRB5))
            second = gssapi.accept_sec_context(first.token, self.credentials)
        except gssapi.GSSError as error:
            return str(error)
        return gssapi.display_name(second.initiator_name).name.decode()


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--users', help='file of lines DOMAIN:user:password (NTLM_USER_FILE): takes NTLM')
    parser.add_argument('--keytab', help='takes Kerberos, for every principal in it')
    parser.add_argument('--certificate', required=True, help='PEM')
    parser.add_argument('--key', required=True, help='PEM')
    parser.add_argument('--answer', required=True, help='file with the envelope to answer; {messageId} is filled in')
    parser.add_argument('--corrupt-signature', action='store_true', help='flip a bit in the signature of each answer')
    parser.add_argument('--seal', choices=('iov', 'wrap'), default='iov',
                        help='Kerberos: as Windows with gss_wrap_iov, or as OMI with gss_wrap')
    parser.add_argument('--unbound', action='store_true', help='HTTPS: a missing channel binding will do; a wrong one never does')
    parser.add_argument('--reply', choices=('genuine', 'corrupt', 'absent', 'repeated'), default='genuine',
                        help='the last token: the own one, with a flipped bit, none, or that of the first handshake')
    parser.add_argument('--second-hop', help='SERVICE@HOST to go on to with delegated credentials; it must be in the keytab')
    return parser.parse_args()


def acquire(options):
    """Credentials to accept with: Kerberos, NTLM or both, raw and inside SPNEGO."""
    os.environ['NTLM_USER_FILE'] = options.users or os.devnull
    os.environ['KRB5_KTNAME'] = options.keytab or os.devnull
    mechanisms = [oid(KRB5)] * bool(options.keytab) + [oid(NTLMSSP)] * bool(options.users)
    credentials = gssapi.acquire_cred(None, mechs=[*mechanisms, oid(SPNEGO)], usage='accept').creds
    gssapi.set_neg_mechs(credentials, mechanisms)
    return credentials


def main():
    options = parse_options()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.certificate, options.key)
    common = {
        'options': options,
        'seen': {'scheme': None, 'mechanism': None, 'user': None, 'etype': None, 'delegated': None, 'secondHop': None,
                 'channelBound': False, 'handshakes': 0, 'sealedRequests': 0, 'plainRequests': 0},
        'credentials': acquire(options),
    }
    http_listener = Listener(**common)
    bindings = gssapi.ChannelBindings(application_data=server_end_point(options.certificate))
    https_listener = Listener(**common, channel_bindings=bindings, tls=tls)
    print(json.dumps({'http': http_listener.server_port, 'https': https_listener.server_port}), flush=True)
    sys.stdin.read()


if __name__ == '__main__':
    main()
