#!/usr/bin/python3
"""A WinRM client in miniature around a real GSSAPI initiator, for tests of a listener.

It logs on to --url with the credentials of the environment (KRB5CCNAME, NTLM_USER_FILE), sends the envelope of its standard
input so many times, and prints {"mechanism": ..., "answers": [...]}.
"""
import argparse
import base64
import hashlib
import http.client
import json
import ssl
import sys
import urllib.parse

import gssapi.raw as gssapi
from sealed_body import SealedBody

MECHANISMS = {'spnego': '1.3.6.1.5.5.2', 'krb5': '1.2.840.113554.1.2.2', 'ntlm': '1.3.6.1.4.1.311.2.2.10'}
SOAP_TYPE = 'application/soap+xml;charset=UTF-8'


class Client:
    """One connection, and the security context on it."""

    def __init__(self, options):
        url = urllib.parse.urlsplit(options.url)
        self.path, self.scheme = url.path, options.scheme
        if url.scheme == 'https':
            self.http = http.client.HTTPSConnection(url.hostname, url.port, context=ssl.create_default_context(cafile=options.ca))
        else:
            self.http = http.client.HTTPConnection(url.hostname, url.port)
        self.http.connect()
        self.context = self.mechanism = None
        self.bindings = None
        if url.scheme == 'https' and not options.unbound:
            certificate = self.http.sock.getpeercert(binary_form=True)
            self.bindings = gssapi.ChannelBindings(application_data=b'tls-server-end-point:' + hashlib.sha256(certificate).digest())
        self.sealed = url.scheme == 'http'

    def post(self, body, **headers):
        self.http.request('POST', self.path, body, {name.replace('_', '-'): value for name, value in headers.items()})
        response = self.http.getresponse()
        return response, response.read()

    def log_on(self, service, mechanism, user, delegate):
        target = gssapi.import_name(service.encode(), gssapi.NameType.hostbased_service)
        mech = gssapi.OID.from_int_seq(MECHANISMS[mechanism])
        name = gssapi.import_name(user.encode(), gssapi.NameType.user) if user else None
        credentials = gssapi.acquire_cred(name, mechs=[mech], usage='initiate').creds if user else None
        flags = [gssapi.RequirementFlag[flag] for flag in ('mutual_authentication', 'replay_detection', 'out_of_sequence_detection',
                                                          'confidentiality', 'integrity')]
        if delegate:
            flags.append(gssapi.RequirementFlag.delegate_to_peer)
        token = None
        while True:
            result = gssapi.init_sec_context(target, credentials, self.context, mech, flags,
                                             channel_bindings=self.bindings, input_token=token)
            self.context = result.context
            if not result.token:
                break
            response, _ = self.post(b'', Authorization=f'{self.scheme} {base64.b64encode(result.token).decode()}')
            token = self.token_of(response)
            if response.status != 200 and not token:
                sys.exit(f'HTTP {response.status}')
            if not result.more_steps:
                break
        self.mechanism = result.mech.dotted_form

    def token_of(self, response):
        for challenge in response.headers.get_all('WWW-Authenticate', []):
            scheme, _, token = challenge.partition(' ')
            if scheme == self.scheme and token:
                return base64.b64decode(token)
        return None

    def ask(self, envelope):
        if not self.sealed:
            response, body = self.post(envelope, Content_Type=SOAP_TYPE)
            message = body
        else:
            sealed_body = SealedBody(self.context, self.mechanism, self.scheme)
            response, body = self.post(sealed_body.seal(envelope), Content_Type=sealed_body.content_type)
            message = sealed_body.open(body) if response.getheader('Content-Type') == sealed_body.content_type else body
        if response.status != 200:
            sys.exit(f'HTTP {response.status}: {message.decode(errors="replace")}')
        return message.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--url', required=True)
    parser.add_argument('--ca', help='PEM')
    parser.add_argument('--service', required=True, help='HTTP@HOST')
    parser.add_argument('--scheme', choices=('Negotiate', 'Kerberos'), default='Negotiate')
    parser.add_argument('--mechanism', choices=MECHANISMS, default='spnego')
    parser.add_argument('--user', help='whose credentials to take, where there is a choice')
    parser.add_argument('--times', type=int, default=1)
    parser.add_argument('--unbound', action='store_true', help='HTTPS: sends no channel binding')
    parser.add_argument('--delegate', action='store_true')
    options = parser.parse_args()

    client = Client(options)
    client.log_on(options.service, options.mechanism, options.user, options.delegate)
    envelope = sys.stdin.buffer.read()
    answers = [client.ask(envelope) for _ in range(options.times)]
    print(json.dumps({'mechanism': client.mechanism, 'answers': answers}))


if __name__ == '__main__':
    main()
