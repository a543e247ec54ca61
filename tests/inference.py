"""The client of tests/inference.sh: python3 inference.py URL PID IMAGES mnist|dense SECONDS."""
import os
import socket
import statistics
import struct
import sys
import threading
import time
import urllib.parse

import numpy as np

D = 784
MOST_BYTES = 6 << 20
CONNECTIONS = 2


def rows_of(images, kind):
    if kind == "dense":
        return np.random.default_rng(1).random((2000, D), dtype=np.float32)
    return np.fromfile(images, dtype=np.uint8, offset=16, count=2000 * D).reshape(-1, D).astype(np.float32) / 255


def csv_row(row):
    return ",".join("%g" % value for value in row).encode() + b"\n"


def json_row(row):
    return b'{"features":[' + csv_row(row)[:-1] + b"]}\n"


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def record_row(row):
    payload = field(1, field(1, b"values") + field(2, field(2, field(1, row.tobytes()))))
    return struct.pack("<II", 0xCED7230A, len(payload)) + payload + bytes(-len(payload) % 4)


def request(kind, body):
    return f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nAccept: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Connection:
    def __init__(self, url):
        self.socket = socket.create_connection((url.hostname, url.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, message):
        """Sends a request and reads the answer, which must be a success; returns its length."""
        self.socket.sendall(message)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, data = data.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{head.decode()}\n{data.decode()}")
        if b"content-length" in head.lower():
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(data) < length:
                data += self.more()
            return len(data)
        while not data.endswith(b"0\r\n\r\n"):
            data += self.more()
        return len(data)

    def more(self):
        part = self.socket.recv(1 << 20)
        if not part:
            raise SystemExit("the server closed the connection")
        return part


def processor_time(pid):
    """Seconds of processor time of a process so far, its system calls included."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def throughput(url, pid, message, rows, seconds):
    """Rows a second by the clock, and by the server's processor time, which others on the machine hardly change."""
    counts = [0] * CONNECTIONS
    connections = [Connection(url) for _ in counts]
    for connection in connections:
        for _ in range(3):
            connection.ask(message)
    begin = time.perf_counter()
    used = processor_time(pid)

    def run(index):
        while time.perf_counter() < begin + seconds:
            connections[index].ask(message)
            counts[index] += rows

    threads = [threading.Thread(target=run, args=(index,)) for index in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin), sum(counts) / (processor_time(pid) - used)


def latency(url, message):
    connection = Connection(url)
    times = []
    for _ in range(2000):
        begin = time.perf_counter()
        connection.ask(message)
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times[200:]), 1000 * sorted(times[200:])[-18]


url = urllib.parse.urlsplit(sys.argv[1])
pid = int(sys.argv[2])
rows = rows_of(sys.argv[3], sys.argv[4])
print("format, bytes a row, rows a request, rows/s, rows/s of processor time, median and 99th percentile of one row in ms")
for kind, write in (("text/csv", csv_row), ("application/x-recordio-protobuf", record_row), ("application/jsonlines", json_row)):
    parts = [write(row) for row in rows]
    size = sum(map(len, parts)) / len(parts)
    parts = parts[: int(0.95 * MOST_BYTES / max(map(len, parts)))]
    rate, share = throughput(url, pid, request(kind, b"".join(parts)), len(parts), float(sys.argv[5]))
    print(f"{kind}, {size:.0f}, {len(parts)}, {rate:,.0f}, {share:,.0f}, {', '.join('%.2f' % each for each in latency(url, request(kind, parts[0])))}", flush=True)
