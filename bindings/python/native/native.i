/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The public headers as the module s390irq._native: every function by its name
 * without the prefix, every structure that is passed one at a time as a class,
 * every number. What is not said here is as SWIG does it.
 */
%module(package="s390irq") native

%rename("%(strip:[s390irq_])s", %$isfunction) "";
%rename("%(strip:[s390irq_])s", %$isclass) "";
%rename("%(strip:[S390IRQ_])s", %$isconstant) "";

%{
#include "by_hand.h"
#include "native.h"
%}

%include <stdint.i>
%include <typemaps.i>

/* The headers are read with these. */
#define S390IRQ_EXPORT
#define S390IRQ_MUST_CHECK
#define UINT64_C(value) value##ull
#define UINT32_C(value) value##u
#undef __GNUC__

%{
struct header_text {
    const char *name, *text;
};
%}

%include "arguments.i"
%include "structures.i"
%include "functions.i"
%include "docstrings.i"

%ignore s390irq_queue;
%ignore s390irq_vm;
%ignore s390irq_vcpu;
%ignore s390irq_poll;
%ignore s390irq_block;
%ignore s390irq_store;
%ignore s390irq_counter;
%ignore s390irq_vm_config;
%ignore s390irq_host_ops;
%ignore s390irq_vcpu_poll;
%ignore S390IRQ_IO_ADAPTER;
%ignore S390IRQ_NEVER;
%ignore S390IRQ_NO_CPU;

%include "s390irq/base.h"
%include "s390irq/errors.h"
%include "s390irq/host.h"
%include "s390irq/interruption.h"
%include "s390irq/vm.h"
%include "s390irq/vcpu.h"
%include "s390irq/queue.h"
%include "s390irq/sigp.h"
%include "s390irq/adapter.h"
%include "s390irq/explain.h"
%include "s390irq/state.h"

%constant unsigned int IO_ADAPTER = S390IRQ_IO_ADAPTER;
%constant unsigned int NO_CPU = S390IRQ_NO_CPU;
%constant unsigned long long NEVER = S390IRQ_NEVER;

/* Functions with an array, a buffer or an object of Python: by hand. */
%native(vm_create) PyObject *wrap_vm_create(PyObject *, PyObject *);
%native(vcpu_create) PyObject *wrap_vcpu_create(PyObject *, PyObject *);
%native(vm_cpu) PyObject *wrap_vm_cpu(PyObject *, PyObject *);
%native(vm_queue) PyObject *wrap_vm_queue(PyObject *, PyObject *);
%native(vcpu_queue) PyObject *wrap_vcpu_queue(PyObject *, PyObject *);
%native(queue_list) PyObject *wrap_queue_list(PyObject *, PyObject *);
%native(vcpu_explain) PyObject *wrap_vcpu_explain(PyObject *, PyObject *);
%native(vcpu_explain_text)
    PyObject *wrap_vcpu_explain_text(PyObject *, PyObject *);
%native(vm_save) PyObject *wrap_vm_save(PyObject *, PyObject *);
%native(vm_export_flic) PyObject *wrap_vm_export_flic(PyObject *, PyObject *);
%native(vcpu_export_kvm) PyObject *wrap_vcpu_export_kvm(PyObject *, PyObject *);
%native(hook_names) PyObject *wrap_hook_names(PyObject *, PyObject *);
%native(shut) PyObject *wrap_shut(PyObject *, PyObject *);

%{
static const struct header_text own_texts[] = {
    { "hook_names", "The names of the hooks that vm_create() takes." },
    { "shut", "Python ends: from now on hooks answer without it." },
    { NULL, NULL },
};

/* Functions by hand have no docstring of SWIG. */
static void add_docstrings(PyMethodDef *methods,
                           const struct header_text *texts)
{
    for (; texts->name; texts++)
        for (PyMethodDef *method = methods; method->ml_name; method++)
            if (!method->ml_doc && !strcmp(method->ml_name, texts->name))
                method->ml_doc = texts->text;
}
%}

%init %{
    add_docstrings(SwigMethods, header_texts);
    add_docstrings(SwigMethods, own_texts);
    if (PyType_Ready(&handle_type) < 0)
        return NULL;
    Py_INCREF(&handle_type);
    PyModule_AddObject(m, "Handle", (PyObject *)&handle_type);
%}
