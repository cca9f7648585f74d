/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Functions of the module that SWIG does not make: see native.i. */
#ifndef S390IRQ_BY_HAND_H
#define S390IRQ_BY_HAND_H

#include "native.h"

PyObject *wrap_vm_create(PyObject *self, PyObject *arguments);
PyObject *wrap_vcpu_create(PyObject *self, PyObject *arguments);
PyObject *wrap_vm_cpu(PyObject *self, PyObject *arguments);
PyObject *wrap_vm_queue(PyObject *self, PyObject *arguments);
PyObject *wrap_vcpu_queue(PyObject *self, PyObject *arguments);
PyObject *wrap_queue_list(PyObject *self, PyObject *arguments);
PyObject *wrap_vcpu_explain(PyObject *self, PyObject *arguments);
PyObject *wrap_vcpu_explain_text(PyObject *self, PyObject *arguments);
PyObject *wrap_vm_save(PyObject *self, PyObject *arguments);
PyObject *wrap_vm_export_flic(PyObject *self, PyObject *arguments);
PyObject *wrap_vcpu_export_kvm(PyObject *self, PyObject *arguments);
PyObject *wrap_hook_names(PyObject *self, PyObject *arguments);
PyObject *wrap_shut(PyObject *self, PyObject *arguments);

/* The stores of a plan: (absolute address, bytes), its blocks among them. */
PyObject *plan_stores(const struct s390irq_plan *plan);

#endif
