#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
set -eu

if [ "${1-}" = --help ]; then
    cat <<'TEXT'
usage: regen.sh [--check]

Writes src/bindings.rs anew from the headers of the C library, with bindgen
0.72.1 (cargo install bindgen-cli@0.72.1; it needs libclang). With --check
nothing is written; the exit status says whether the file is current.
TEXT
    exit 0
fi

cd "$(dirname "$0")"
case $(bindgen --version) in
    'bindgen 0.72.1') ;;
    *) echo "regen.sh: bindgen 0.72.1 is needed" >&2; exit 2 ;;
esac

generate()
{
    printf '%s\n' '// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause' \
        '// Made by regen.sh from include/s390irq; not to be edited.' ''
    bindgen vendor/include/s390irq/s390irq.h --use-core \
        --allowlist-item '(s390irq|S390IRQ)_.*' \
        --blocklist-function s390irq_attention \
        --rust-target 1.85 --rust-edition 2021 \
        --with-derive-default --impl-debug --no-doc-comments --no-prepend-enum-name \
        --disable-header-comment -- \
        -Ivendor/include -std=c11 -DS390IRQ_BINDGEN
}

if [ "${1-}" = --check ]; then
    generate | cmp - src/bindings.rs
else
    generate >src/bindings.rs.new
    mv src/bindings.rs.new src/bindings.rs
fi
