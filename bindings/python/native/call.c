/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A call of the library: the GIL, what hooks raised, whose turn it is. */
#include "native.h"

/* The innermost call of this thread. */
static _Thread_local struct call *innermost;

void call_begin(struct call *call)
{
    call->outer = innermost;
    call->hook = NULL;
    call->raised = NULL;
    innermost = call;
    call->state = PyEval_SaveThread();
}

/* Hands over to s390irq.errors.NAME(...), which makes an exception. */
static void raise_made_by(const char *name, const char *format, ...)
{
    PyObject *module = PyImport_ImportModule("s390irq.errors");
    PyObject *maker = module ? PyObject_GetAttrString(module, name) : NULL;
    PyObject *arguments, *exception = NULL;
    va_list list;

    va_start(list, format);
    arguments = Py_VaBuildValue(format, list);
    va_end(list);
    if (maker && arguments)
        exception = PyObject_CallObject(maker, arguments);
    if (exception)
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_XDECREF(exception);
    Py_XDECREF(arguments);
    Py_XDECREF(maker);
    Py_XDECREF(module);
}

void call_raise(int error)
{
    raise_made_by("from_code", "(i)", error);
}

bool call_end(struct call *call, long answer)
{
    PyEval_RestoreThread(call->state);
    innermost = call->outer;
    if (call->raised) {
        raise_made_by("from_hook", "(sNl)", call->hook, call->raised, answer);
        return false;
    }
    if (answer >= 0)
        return true;
    call_raise((int)answer);
    return false;
}

void call_hook_raised(const char *hook)
{
    PyObject *type, *value, *trace;

    if (!innermost || innermost->raised) {
        PyObject *name = PyUnicode_FromFormat("the hook %s of s390irq", hook);

        PyErr_WriteUnraisable(name);
        Py_XDECREF(name);
        return;
    }
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace)
        PyException_SetTraceback(value, trace);
    innermost->hook = hook;
    innermost->raised = value;
    Py_XDECREF(type);
    Py_XDECREF(trace);
}

static struct owner *owner_of(struct handle *vcpu)
{
    return vcpu->session->owners + vcpu->address;
}

/*
 * Two threads in [O] functions of one CPU, or a hook that calls one of the CPU
 * whose call is in progress, would be undefined in C.
 */
bool owner_begin(struct handle *vcpu)
{
    struct owner *owner = owner_of(vcpu);
    unsigned long self = PyThread_get_thread_ident();

    if (!owner->busy && (!owner->thread || owner->thread == self)) {
        owner->busy = true;
        return true;
    }
    raise_made_by("OwnerError", "(kO)", (unsigned long)vcpu->address,
                  owner->busy ? Py_True : Py_False);
    return false;
}

/* A CPU that is parked may go to another thread. */
void owner_end(struct handle *vcpu)
{
    struct owner *owner = owner_of(vcpu);
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;

    owner->busy = false;
    owner->thread = s390irq_vcpu_get_cpu(vcpu->pointer, &parked) == 0
                        ? 0
                        : PyThread_get_thread_ident();
}
