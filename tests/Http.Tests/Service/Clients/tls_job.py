"""A training over https, as a user of boto3 writes it.

    tls_job.py SERVICE_URL AUTHORITY REQUEST

REQUEST is a JSON file of CreateTrainingJob, AUTHORITY a PEM file. Creates the job, waits for it and describes it; prints one JSON object: the job's status, and what a client
is told that trusts other authorities alone.
"""
import json
import sys

import boto3
import botocore.config
import botocore.exceptions

SERVICE_URL, AUTHORITY, REQUEST = sys.argv[1:]


def client(**trust):
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return boto3.client("sagemaker", region_name="us-east-1", endpoint_url=SERVICE_URL, config=config, **trust)


with open(REQUEST) as file:
    request = json.load(file)
sagemaker = client(verify=AUTHORITY)
sagemaker.create_training_job(**request)
name = request["TrainingJobName"]
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name)
status = sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
try:
    refusal = str(client().list_training_jobs())
except botocore.exceptions.SSLError as error:
    refusal = str(error)
print(json.dumps({"status": status, "refusal": refusal}))
