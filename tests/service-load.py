#!/usr/bin/env python3
"""Many clients of a service at once: so many that poll a job each second, so many that invoke an endpoint without pause. Prints what they saw as JSON; exit code 1 where there was an error.

    service-load.py URL JOB [--endpoint NAME --row TEXT] [--pollers 200] [--invokers 50] [--seconds 60]

Calls are signed where AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set. Needs Debian's python3-botocore.
"""
import argparse
import http.client
import json
import os
import threading
import time
from urllib.parse import urlparse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("job")
parser.add_argument("--endpoint")
parser.add_argument("--row", default="0,0")
parser.add_argument("--pollers", type=int, default=200)
parser.add_argument("--invokers", type=int, default=50)
parser.add_argument("--seconds", type=float, default=60)
options = parser.parse_args()
address = urlparse(options.url)
signer = None
if "AWS_ACCESS_KEY_ID" in os.environ:
    signer = SigV4Auth(Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]), "sagemaker", "us-east-1")
end = time.time() + options.seconds
gate = threading.Lock()
seen = {"poll": [], "invoke": []}
errors = []


def client(kind, path, headers, body, pause):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    while time.time() < end:
        request = AWSRequest("POST", options.url + path, data=body, headers=headers)
        if signer:
            signer.add_auth(request)
        began = time.time()
        try:
            connection.request("POST", path, body, dict(request.headers.items()))
            answer = connection.getresponse()
            content = answer.read()
            with gate:
                seen[kind].append(time.time() - began)
                if answer.status != 200:
                    errors.append(f"{kind}: {answer.status} {content[:200]}")
        except Exception as error:  # Whatever it was is what this is looking for.
            with gate:
                errors.append(f"{kind}: {error!r}")
            connection.close()
        time.sleep(pause)


describe = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.DescribeTrainingJob"}
threads = [threading.Thread(target=client, args=("poll", "/", describe, json.dumps({"TrainingJobName": options.job}), 1)) for _ in range(options.pollers)]
if options.endpoint:
    invoke = {"Content-Type": "text/csv", "Accept": "application/json"}
    threads += [threading.Thread(target=client, args=("invoke", f"/endpoints/{options.endpoint}/invocations", invoke, options.row, 0)) for _ in range(options.invokers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()


def summary(times):
    times = sorted(times)
    return {"calls": len(times), "medianMs": 1000 * times[len(times) // 2], "p99Ms": 1000 * times[int(0.99 * (len(times) - 1))]} if times else {"calls": 0}


print(json.dumps({kind: summary(times) for kind, times in seen.items()} | {"errors": len(errors), "first": errors[:3]}))
raise SystemExit(1 if errors else 0)
