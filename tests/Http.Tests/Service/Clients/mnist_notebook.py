"""The reference product's low-level notebook for k-means on MNIST as a plain script: train, host, invoke in all formats, transform whole files; only the addresses are changed.

    mnist_notebook.py SERVICE_URL STORE IMAGES ROWS

STORE is below the service's data roots: a folder, or s3://BUCKET/PREFIX on the server that AWS_ENDPOINT_URL_S3 names; IMAGES is MNIST's file of training images. Every answer is compared with
NumPy's own. Leaves the rows in train.pbr, in the folder that it runs in, and prints one JSON object.
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

SERVICE_URL, STORE, IMAGES, ROWS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
IMAGE = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
D, K = 784, 10


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def records(rows):
    """What write_numpy_to_dense_tensor writes."""
    frames = []
    for row in rows:
        payload = field(1, field(1, b"values") + field(2, field(2, field(1, row.astype("float32").tobytes()))))
        frames.append(struct.pack("<II", 0xCED7230A, len(payload)) + payload + bytes(-len(payload) % 4))
    return b"".join(frames)


def read_records(data):
    """Labels and distances of an answer: two float32 tensors of one value, in the order of the fields."""
    answers = []
    while data:
        magic, length = struct.unpack_from("<II", data)
        assert magic == 0xCED7230A
        payload, data = data[8 : 8 + length], data[8 + length + -length % 4 :]
        values = {}
        for name in (b"closest_cluster", b"distance_to_cluster"):
            end = payload.index(name) + len(name)
            assert payload[end : end + 6] == bytes([0x12, 8, 0x12, 6, 0x0A, 4])
            values[name.decode()] = struct.unpack_from("<f", payload, end + 6)[0]
        answers.append(values)
    return answers


def np2csv(rows):
    text = io.StringIO()
    np.savetxt(text, rows, delimiter=",", fmt="%g")
    return text.getvalue().rstrip()


def put(name, data):
    if BUCKET:
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}", Body=data)
    else:
        path = os.path.join(STORE, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    return address(name)


def get(name):
    if BUCKET:
        return s3.get_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}")["Body"].read()
    with open(os.path.join(STORE, name), "rb") as file:
        return file.read()


def address(name):
    return f"{STORE}/{name}" if BUCKET else f"file://{STORE}/{name}"


BUCKET, _, PREFIX = STORE[len("s3://") :].partition("/") if STORE.startswith("s3://") else ("", "", "")
CREDENTIALS = dict(region_name="us-west-2", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])
began = time.time()
images = np.fromfile(IMAGES, dtype=np.uint8, offset=16, count=ROWS * D).reshape(-1, D).astype("float32") / 255
sagemaker = boto3.client("sagemaker", endpoint_url=SERVICE_URL, **CREDENTIALS)
runtime = boto3.client("runtime.sagemaker", endpoint_url=SERVICE_URL, **CREDENTIALS)
# The S3 server of the tests has one user, whose password is its name.
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"], region_name="us-east-1", aws_access_key_id="S3RVER", aws_secret_access_key="S3RVER") if BUCKET else None

# Training
content = records(images)
with open("train.pbr", "wb") as file:
    file.write(content)
job = "kmeans-lowlevel-" + time.strftime("%Y-%m-%d-%H-%M-%S", time.gmtime())
sagemaker.create_training_job(
    TrainingJobName=job,
    RoleArn=ROLE,
    AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    OutputDataConfig={"S3OutputPath": address("output")},
    ResourceConfig={"InstanceCount": 2, "InstanceType": "ml.c4.8xlarge", "VolumeSizeInGB": 50},
    HyperParameters={"k": str(K), "feature_dim": str(D), "mini_batch_size": "500", "force_dense": "True"},
    StoppingCondition={"MaxRuntimeInSeconds": 60 * 60},
    InputDataConfig=[{
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": put("train/data.pbr", content), "S3DataDistributionType": "FullyReplicated"}},
        "CompressionType": "None",
        "RecordWrapperType": "None",
    }],
)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
trained = sagemaker.describe_training_job(TrainingJobName=job)
assert trained["TrainingJobStatus"] == "Completed", trained
artifact = trained["ModelArtifacts"]["S3ModelArtifacts"]

# Hosting
model_arn = sagemaker.create_model(ModelName=job, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": artifact})["ModelArn"]
sagemaker.create_endpoint_config(
    EndpointConfigName="config-" + job,
    ProductionVariants=[{"InstanceType": "ml.m4.xlarge", "InitialInstanceCount": 1, "ModelName": job, "VariantName": "AllTraffic"}],
)
endpoint = "endpoint-" + job
sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName="config-" + job)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)
assert sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"

# What the answers must be
with tarfile.open(fileobj=io.BytesIO(get(artifact[len(address("")) :]))) as archive:
    centers = np.frombuffer(archive.extractfile("model_algo-1").read(), dtype="<f4", offset=64, count=K * D).reshape(K, D).astype("float64")
some = images[:100]
text = np2csv(some)
rows = np.array([[float(value) for value in line.split(",")] for line in text.splitlines()])


def check(answers, rows):
    assert len(answers) == len(rows)
    distances = np.sqrt(((rows[:, None, :] - centers[None]) ** 2).sum(axis=2))
    labels = np.array([answer["closest_cluster"] for answer in answers]).astype(int)
    assert (distances[np.arange(len(rows)), labels] <= distances.min(axis=1) + 1e-6).all()
    assert np.allclose([answer["distance_to_cluster"] for answer in answers], distances.min(axis=1), rtol=1e-5)


# Invoking
def invoke(body, content_type, accept=None):
    response = runtime.invoke_endpoint(EndpointName=endpoint, ContentType=content_type, Body=body, **({"Accept": accept} if accept else {}))
    assert response["InvokedProductionVariant"] == "AllTraffic"
    assert response["ContentType"] == (accept or "application/json"), response["ContentType"]
    return response["Body"].read()


bodies = {
    "text/csv": text.encode(),
    "application/json": json.dumps({"instances": [{"features": list(row)} for row in rows]}).encode(),
    "application/jsonlines": "\n".join(json.dumps({"data": {"features": {"values": list(row)}}}) for row in rows).encode(),
    "application/x-recordio-protobuf": records(some),
}
readers = {
    None: lambda body: json.loads(body)["predictions"],
    "application/json": lambda body: json.loads(body)["predictions"],
    "application/jsonlines": lambda body: [json.loads(line) for line in body.splitlines()],
    "text/csv": lambda body: [dict(zip(("closest_cluster", "distance_to_cluster"), map(float, line.split(b",")))) for line in body.splitlines()],
    "application/x-recordio-protobuf": read_records,
}
for content_type, body in bodies.items():
    for accept, read in readers.items():
        check(read(invoke(body, content_type, accept)), rows)

try:
    invoke(b"1,2,3", "text/csv")
    raise AssertionError("three values were taken for a row")
except runtime.exceptions.ModelError as error:
    assert error.response["OriginalStatusCode"] == 400, error.response
    assert "row 1 has 3 values, the model has 784 features" in str(error), str(error)

# Batch transform
def transform(name, content_type, accept, split, extra={}):
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=job,
        MaxConcurrentTransforms=2,
        MaxPayloadInMB=1,
        BatchStrategy="MultiRecord",
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": address(name + "/")}}, "ContentType": content_type, "SplitType": split},
        TransformOutput={"S3OutputPath": address(name + "-out"), "Accept": accept, "AssembleWith": "Line" if split == "Line" else "None"},
        TransformResources={"InstanceType": "ml.m4.xlarge", "InstanceCount": 1},
        **extra,
    )
    sagemaker.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=name)
    described = sagemaker.describe_transform_job(TransformJobName=name)
    assert described["TransformJobStatus"] == "Completed", described


half = len(images) // 2
put("rows/first.csv", np2csv(images[:half]).encode())
put("rows/second.csv", np2csv(images[half:]).encode())
transform("rows", "text/csv", "application/jsonlines", "Line")
for name, part in (("first", images[:half]), ("second", images[half:])):
    sent = np.array([[float("%g" % value) for value in row] for row in part[:200]])
    answers = [json.loads(line) for line in get(f"rows-out/{name}.csv.out").splitlines()]
    assert len(answers) == len(part)
    check(answers[:200], sent)

put("joined/rows.csv", text.encode())
transform("joined", "text/csv", "text/csv", "Line", {"DataProcessing": {"JoinSource": "Input"}})
joined = [line.rsplit(b",", 2) for line in get("joined-out/rows.csv.out").splitlines()]
assert [line[0].decode() for line in joined] == text.splitlines()
check([dict(closest_cluster=float(line[1]), distance_to_cluster=float(line[2])) for line in joined], rows)

put("records/rows.pbr", records(some))
transform("records", "application/x-recordio-protobuf", "application/x-recordio-protobuf", "RecordIO")
check(read_records(get("records-out/rows.pbr.out")), rows)
assert [each["TransformJobName"] for each in sagemaker.list_transform_jobs(SortBy="CreationTime", SortOrder="Ascending")["TransformJobSummaries"]] == ["rows", "joined", "records"]

# Cleaning up
sagemaker.delete_endpoint(EndpointName=endpoint)
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=endpoint)
sagemaker.delete_endpoint_config(EndpointConfigName="config-" + job)
sagemaker.delete_model(ModelName=job)
assert not sagemaker.list_endpoints()["Endpoints"] and not sagemaker.list_models()["Models"]
print(json.dumps({"seconds": time.time() - began, "model": model_arn, "centers": centers.astype("<f4").tobytes().hex(), "clusters": len(set(np.argmin(((rows[:, None, :] - centers[None]) ** 2).sum(axis=2), axis=1)))}))
