/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What stands between Python and the library: handles that keep what they name
 * alive, hooks that are Python callables, and calls that release the GIL.
 *
 * Everything here is called with the GIL held, hooks_* from the library
 * excepted. The GIL is the only lock.
 */
#ifndef S390IRQ_NATIVE_H
#define S390IRQ_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <s390irq/s390irq.h>

#include <ffi.h>
#include <stdbool.h>

enum {
    HOOKS = 16
};

/* A hook that is a Python callable. Lives as long as the VM. */
struct closure {
    struct session *session;
    const struct hook_type *type;
    PyObject *callable; /* NULL: the garbage collector has cleared it */
    ffi_closure *memory;
    void *code;
};

/* Memory of Python that the library has a pointer to. */
struct lent {
    struct lent *next;
    Py_buffer buffer;
    uint32_t cpu; /* lowcore: whose it is */
};

/* Who runs a CPU; the library's rule for [O] functions, checked here. */
struct owner {
    unsigned long thread; /* 0: nobody, it is parked */
    bool busy;            /* a call of it is in progress */
};

/* What belongs to one VM: the library's opaque `vm` of every hook. */
struct session {
    struct closure hook[HOOKS];
    Py_buffer ram;
    struct lent *lowcores, *allocations;
    struct owner *owners;
    uint32_t cpus;
    uint64_t last_tod; /* what a tod hook that fails answers */
};

enum handle_kind {
    HANDLE_VM,
    HANDLE_VCPU,
    HANDLE_QUEUE
};

/*
 * A pointer of the library as a Python object. That of the VM holds a
 * reference to the VM, the others hold that of the VM: no pointer dangles.
 */
struct handle {
    PyObject_HEAD enum handle_kind kind;
    void *pointer;
    struct handle *vm; /* NULL: it is the VM's */
    struct session *session;
    uint32_t address; /* of a CPU */
};

extern PyTypeObject handle_type;

/* A new handle; vm is NULL for that of a VM. NULL with an exception. */
PyObject *handle_new(enum handle_kind kind, void *pointer, struct handle *vm,
                     struct session *session);
/* The handle behind an object, or NULL with an exception. */
struct handle *handle_of(PyObject *object, enum handle_kind kind);

struct session *session_new(uint32_t cpus);
/* Takes the hooks of a dict {name: callable}. False with an exception. */
bool session_take_hooks(struct session *session, PyObject *hooks,
                        struct s390irq_host_ops *ops);
void session_free(struct session *session);
int session_traverse(struct session *session, visitproc visit, void *arg);
void session_clear(struct session *session);

/* The `cpu` of hooks: no pointer, so that nothing has to be kept alive. */
void *hooks_opaque(uint32_t address);
/* Makes the hook of this name. False with an exception. */
bool hooks_make(struct session *session, PyObject *name, PyObject *callable,
                struct s390irq_host_ops *ops);
void hooks_free(struct closure *closure);
/* The names of all hooks. */
PyObject *hooks_names(void);
/* From now on hooks answer without Python, which is going away. */
void hooks_shut(void);

/* A call of the library by this thread. */
struct call {
    struct call *outer;
    PyThreadState *state;
    const char *hook; /* the first one that raised, and what */
    PyObject *raised;
};

/* Releases the GIL; hooks of this thread report to *call from now on. */
void call_begin(struct call *call);
/*
 * Takes the GIL back. False: an exception is set, from a hook of this call
 * (s390irq.errors.HostError with the answer) or for an answer below zero.
 */
bool call_end(struct call *call, long answer);
/* Reports the current exception of a hook to the call in progress. */
void call_hook_raised(const char *hook);
/* Raises the exception of an error of the library. */
void call_raise(int error);

/* An [O] function begins. False with an exception: it is not its turn. */
bool owner_begin(struct handle *vcpu);
/* It has ended. If the CPU is parked it is nobody's. */
void owner_end(struct handle *vcpu);

/* Copies of the library's structures as objects, by SWIG. */
PyObject *native_trace(const struct s390irq_trace *of);
PyObject *native_registers(const struct s390irq_registers *of);
PyObject *native_interruption(const struct s390irq_interruption *of);
PyObject *native_explanation(const struct s390irq_explanation *of);
PyObject *native_import_report(const struct s390irq_import_report *of);
/* The structure in such an object, or NULL with an exception. */
struct s390irq_registers *native_registers_in(PyObject *object);

#endif
