"""pywinrm as Debian ships it: the same envelope over one session, the answer parsed with ElementTree.

The first argument is JSON: url, username, password, transport, envelope. Each line on stdin is a number of calls, each answered with a line of
JSON: CPU and wall time in microseconds and the greatest resident size in bytes.
"""
import gc
import json
import re
import resource
import sys
import time
import xml.etree.ElementTree as ElementTree

from winrm.protocol import Protocol

options = json.loads(sys.argv[1])
protocol = Protocol(options["url"], options["transport"], options["username"], options["password"])


def answer():
    root = ElementTree.fromstring(protocol.send_message(options["envelope"]))
    text = next(element.text for element in root.iter() if element.tag.endswith("}Error"))
    if ElementTree.fromstring(text).get("CLASSNAME") != "Msvm_Error":
        raise RuntimeError("GetError answered " + text)


def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.M).group(1)) * 1024


print("ready", flush=True)
for line in sys.stdin:
    gc.collect()
    cpu, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    for _ in range(int(line)):
        answer()
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "cpu": (after.ru_utime - cpu.ru_utime + after.ru_stime - cpu.ru_stime) * 1e6,
        "wall": (time.monotonic() - wall) * 1e6,
        "peak": peak(),
    }), flush=True)
