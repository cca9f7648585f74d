/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "native.h"

static const char *const kind_names[] = {
    [HANDLE_VM] = "VM",
    [HANDLE_VCPU] = "CPU",
    [HANDLE_QUEUE] = "queue",
};

PyObject *handle_new(enum handle_kind kind, void *pointer, struct handle *vm,
                     struct session *session)
{
    struct handle *handle = PyObject_GC_New(struct handle, &handle_type);

    if (!handle)
        return NULL;
    Py_XINCREF(vm);
    handle->kind = kind;
    handle->pointer = pointer;
    handle->vm = vm;
    handle->session = session;
    handle->address = S390IRQ_NO_CPU;
    PyObject_GC_Track(handle);
    return (PyObject *)handle;
}

struct handle *handle_of(PyObject *object, enum handle_kind kind)
{
    struct handle *handle = (struct handle *)object;

    if (Py_TYPE(object) != &handle_type) {
        PyErr_Format(PyExc_TypeError, "a handle of a %s is needed, not %.100s",
                     kind_names[kind], Py_TYPE(object)->tp_name);
        return NULL;
    }
    if (handle->kind != kind) {
        PyErr_Format(PyExc_TypeError,
                     "a handle of a %s is needed, not that of a %s",
                     kind_names[kind], kind_names[handle->kind]);
        return NULL;
    }
    return handle;
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
    struct handle *handle = (struct handle *)self;

    Py_VISIT(handle->vm);
    return handle->vm ? 0 : session_traverse(handle->session, visit, arg);
}

/* Nobody can reach the VM, so no call of it is in progress. */
static int clear(PyObject *self)
{
    struct handle *handle = (struct handle *)self;

    if (!handle->vm)
        session_clear(handle->session);
    return 0;
}

/*
 * The last reference: no other thread can be in a call, so the GIL is kept.
 * The session goes in the released hook.
 */
static void dealloc(PyObject *self)
{
    struct handle *handle = (struct handle *)self;
    PyObject *type, *value, *trace;

    PyObject_GC_UnTrack(self);
    PyErr_Fetch(&type, &value, &trace);
    if (!handle->vm)
        s390irq_vm_unref(handle->pointer);
    PyErr_Restore(type, value, trace);
    Py_XDECREF(handle->vm);
    PyObject_GC_Del(self);
}

static PyObject *repr(PyObject *self)
{
    struct handle *handle = (struct handle *)self;

    return PyUnicode_FromFormat("<handle of a %s at %p>",
                                kind_names[handle->kind], handle->pointer);
}

static PyObject *get_pointer(PyObject *self, void *closure)
{
    (void)closure;
    return PyLong_FromVoidPtr(((struct handle *)self)->pointer);
}

static PyGetSetDef members[] = {
    { "pointer", get_pointer, NULL,
      "The address of the library's object, for other C code in this process. "
      "It is valid while a handle of the VM is alive.",
      NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

PyTypeObject handle_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "s390irq._native.Handle",
    .tp_basicsize = sizeof(struct handle),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "A VM, a CPU or a queue of the library.",
    .tp_dealloc = dealloc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_repr = repr,
    .tp_getset = members,
};
