"""The notebook of the blog "K-means clustering with Amazon SageMaker" as a plain script: what a user of the reference product runs, with only the addresses changed.

    gdelt_notebook.py SERVICE_URL S3_URL BUCKET ROWS

It makes a table like GDELT's events, one-hot encodes and scales it as the notebook does, uploads it as recordIO, trains for k = 2..11 on two instances each, waits, downloads
each model and computes the elbow: the mean Euclidean distance of the rows to their centers. Prints one JSON object.
"""
import io
import json
import os
import struct
import sys
import tarfile
import time

import boto3
import numpy as np

SERVICE_URL, S3_URL, BUCKET, ROWS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
PREFIX = "sagemaker/gdelt-kmeans"


def credentials(name):
    """s3rver has one user, whose secret is too short for the service; elsewhere both are the same."""
    return dict(region_name="us-east-1", aws_access_key_id=os.environ[f"{name}_ACCESS_KEY_ID"], aws_secret_access_key=os.environ[f"{name}_SECRET_ACCESS_KEY"])


def events(count):
    """EventCode (the 20 most frequent), NumArticles, AvgTone and two places: 26 features once the code is one-hot encoded."""
    random = np.random.default_rng(1)
    regions = np.array([[38.9, -77.0], [51.5, -0.1], [28.6, 77.2], [-33.9, 151.2], [35.7, 139.7], [6.5, 3.4]])
    region = random.integers(0, len(regions), count)
    code = (region * 3 + random.integers(0, 4, count)) % 20
    one_hot = np.zeros((count, 20))
    one_hot[np.arange(count), code] = 1
    articles = random.poisson(5 + 3 * (code % 4)) + 1
    tone = random.normal((code % 5) - 2, 1.5)
    place = regions[region] + random.normal(0, 3, (count, 2))
    other = regions[(region + (code % 2)) % len(regions)] + random.normal(0, 3, (count, 2))
    table = np.column_stack([articles, tone, place, other, one_hot]).astype("float32")
    table[:, :6] = (table[:, :6] - table[:, :6].mean(axis=0)) / table[:, :6].std(axis=0)
    return table


def varint(value):
    encoded = b""
    while value > 127:
        encoded, value = encoded + bytes([value & 127 | 128]), value >> 7
    return encoded + bytes([value])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def write_numpy_to_dense_tensor(file, array):
    """What the SDK's function of this name writes, from the published format."""
    for row in array:
        tensor = field(1, row.tobytes())
        entry = field(1, b"values") + field(2, field(2, tensor))
        record = field(1, entry)
        file.write(struct.pack("<II", 0xCED7230A, len(record)) + record + b"\0" * (-len(record) % 4))


def read_ndarray(content):
    """The one array of an NDArray list, as mx.ndarray.load reads it."""
    magic, _, count = struct.unpack_from("<QQQ", content, 0)
    version, storage, dimensions = struct.unpack_from("<Iii", content, 24)
    assert (magic, count, version, storage, dimensions) == (0x112, 1, 0xF993FAC9, 0, 2)
    rows, columns = struct.unpack_from("<qq", content, 36)
    assert struct.unpack_from("<iii", content, 52) == (1, 0, 0)
    return np.frombuffer(content, "<f4", rows * columns, 64).reshape(rows, columns)


began = time.time()
s3 = boto3.client("s3", endpoint_url=S3_URL, **credentials("AWS"))
sagemaker = boto3.client("sagemaker", endpoint_url=SERVICE_URL, **credentials("SERVICE"))
features = events(ROWS)
buffer = io.BytesIO()
write_numpy_to_dense_tensor(buffer, features)
buffer.seek(0)
s3.upload_fileobj(buffer, BUCKET, f"{PREFIX}/input/train.pbr")

names = {}
for k in range(2, 12):
    names[k] = f"kmeans-gdelt-{k:02d}"
    sagemaker.create_training_job(
        TrainingJobName=names[k],
        RoleArn="arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole",
        AlgorithmSpecification={"TrainingImage": "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:latest", "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/{PREFIX}/output"},
        ResourceConfig={"InstanceCount": 2, "InstanceType": "ml.c4.8xlarge", "VolumeSizeInGB": 50},
        HyperParameters={"k": str(k), "feature_dim": str(features.shape[1]), "mini_batch_size": "1000"},
        StoppingCondition={"MaxRuntimeInSeconds": 60 * 60},
        InputDataConfig=[
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{PREFIX}/input/", "S3DataDistributionType": "FullyReplicated"}},
                "CompressionType": "None",
                "RecordWrapperType": "None",
            }
        ],
    )

models, elbow = {}, {}
for k, name in names.items():
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name)
    job = sagemaker.describe_training_job(TrainingJobName=name)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    bucket, key = job["ModelArtifacts"]["S3ModelArtifacts"][len("s3://"):].split("/", 1)
    s3.download_file(bucket, key, f"{name}.tar.gz")
    with tarfile.open(f"{name}.tar.gz") as archive:
        centers = read_ndarray(archive.extractfile("model_algo-1").read())
    assert centers.shape == (k, features.shape[1])
    squared = (features.astype(float) ** 2).sum(1)[:, None] - 2 * features.astype(float) @ centers.T.astype(float) + (centers.astype(float) ** 2).sum(1)
    elbow[k] = float(np.sqrt(np.maximum(squared, 0).min(axis=1)).mean())
    models[k] = np.asarray(centers).tobytes().hex()

seconds = time.time() - began

# For whoever compares: the rows as they were trained on.
s3.download_file(BUCKET, f"{PREFIX}/input/train.pbr", "train.pbr")
json.dump({"seconds": seconds, "elbow": elbow, "models": models}, sys.stdout)
