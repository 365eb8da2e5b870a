"""Runs commands on a WS-Management service with pywinrm, as told by one JSON object on stdin.

In: {"url", "transport", "username", "password", "ca", "encryption", "commands": [[command, [arguments]]]}
Out: [{"stdout", "stderr", "status"}], one for each command, all in one shell.
"""
import json
import sys

from winrm.protocol import Protocol


def main():
    told = json.load(sys.stdin)
    protocol = Protocol(
        endpoint=told["url"],
        transport=told["transport"],
        username=told["username"],
        password=told["password"],
        message_encryption=told["encryption"],
        ca_trust_path=told["ca"],
        read_timeout_sec=30,
        operation_timeout_sec=20,
    )
    shell = protocol.open_shell()
    results = []
    for command, arguments in told["commands"]:
        run = protocol.run_command(shell, command, arguments)
        stdout, stderr, status = protocol.get_command_output(shell, run)
        protocol.cleanup_command(shell, run)
        results.append({"stdout": stdout.decode(), "stderr": stderr.decode(), "status": status})
    protocol.close_shell(shell)
    json.dump(results, sys.stdout)


main()
