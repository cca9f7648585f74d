/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "native.h"

struct session *session_new(uint32_t cpus)
{
    struct session *session = PyMem_RawCalloc(1, sizeof *session);

    if (session)
        session->owners = PyMem_RawCalloc(cpus, sizeof *session->owners);
    if (!session || !session->owners) {
        PyMem_RawFree(session);
        PyErr_NoMemory();
        return NULL;
    }
    session->cpus = cpus;
    return session;
}

/* The last hook of a VM: what Python has lent to it goes back. */
static void released(void *vm, void *cpu)
{
    PyGILState_STATE state = PyGILState_Ensure();

    (void)cpu;
    session_free(vm);
    PyGILState_Release(state);
}

bool session_take_hooks(struct session *session, PyObject *hooks,
                        struct s390irq_host_ops *ops)
{
    PyObject *name, *callable;
    Py_ssize_t place = 0;

    if (!PyDict_Check(hooks)) {
        PyErr_SetString(PyExc_TypeError, "hooks are a dict of callables");
        return false;
    }
    while (PyDict_Next(hooks, &place, &name, &callable))
        if (!hooks_make(session, name, callable, ops))
            return false;
    ops->released = released;
    return true;
}

static void free_lent(struct lent *lent)
{
    while (lent) {
        struct lent *next = lent->next;

        PyBuffer_Release(&lent->buffer);
        PyMem_RawFree(lent);
        lent = next;
    }
}

void session_free(struct session *session)
{
    for (size_t i = 0; i < HOOKS; i++)
        hooks_free(session->hook + i);
    PyBuffer_Release(&session->ram);
    free_lent(session->lowcores);
    free_lent(session->allocations);
    PyMem_RawFree(session->owners);
    PyMem_RawFree(session);
}

int session_traverse(struct session *session, visitproc visit, void *arg)
{
    for (size_t i = 0; i < HOOKS; i++)
        Py_VISIT(session->hook[i].callable);
    Py_VISIT(session->ram.obj);
    for (struct lent *lent = session->lowcores; lent; lent = lent->next)
        Py_VISIT(lent->buffer.obj);
    for (struct lent *lent = session->allocations; lent; lent = lent->next)
        Py_VISIT(lent->buffer.obj);
    return 0;
}

void session_clear(struct session *session)
{
    for (size_t i = 0; i < HOOKS; i++)
        Py_CLEAR(session->hook[i].callable);
}
