/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Functions that create, and those that fill an array whose length the library
 * tells: they are asked again until the array is long enough.
 */
#include "by_hand.h"

#include <string.h>

/* Room for what comes between two questions. */
#define SPARE 16

/* O& of PyArg_ParseTuple: an unsigned number, checked. */
static int to_u32(PyObject *object, void *out)
{
    PyObject *index = PyNumber_Index(object);
    unsigned long long value;

    if (!index)
        return 0;
    value = PyLong_AsUnsignedLongLong(index);
    Py_DECREF(index);
    if (PyErr_Occurred())
        return 0;
    if (value > UINT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "above 32 bits");
        return 0;
    }
    *(uint32_t *)out = (uint32_t)value;
    return 1;
}

static int to_vm(PyObject *object, void *out)
{
    return (*(struct handle **)out = handle_of(object, HANDLE_VM)) != NULL;
}

static int to_vcpu(PyObject *object, void *out)
{
    return (*(struct handle **)out = handle_of(object, HANDLE_VCPU)) != NULL;
}

static int to_queue(PyObject *object, void *out)
{
    return (*(struct handle **)out = handle_of(object, HANDLE_QUEUE)) != NULL;
}

/* The answer of a call that creates: a handle for the pointer. */
static PyObject *create_vm(const struct s390irq_vm_config *config,
                           const struct s390irq_host_ops *ops,
                           struct session *session)
{
    struct s390irq_vm *vm = NULL;
    struct call call;
    PyObject *handle = NULL;
    int rc;

    call_begin(&call);
    rc = s390irq_vm_create(config, ops, session, &vm);
    if (call_end(&call, rc, "vm_create"))
        handle = handle_new(HANDLE_VM, vm, NULL, session);
    if (handle)
        return handle;
    if (vm)
        s390irq_vm_unref(vm); /* the session goes with it */
    else
        session_free(session);
    return NULL;
}

/* vm_create(cpus, flags, log_level, cp_service_limit, ram, facilities, hooks)
 */
PyObject *wrap_vm_create(PyObject *self, PyObject *arguments)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct session *session;
    PyObject *ram, *hooks, *made = NULL;
    Py_buffer facilities;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&O&O&O&Oz*O:vm_create", to_u32,
                          &config.cpus, to_u32, &config.flags, to_u32,
                          &config.log_level, to_u32, &config.cp_service_limit,
                          &ram, &facilities, &hooks))
        return NULL;
    config.facilities = facilities.buf;
    config.facilities_size = (uint64_t)facilities.len;
    /* The library refuses other numbers of CPUs. */
    session =
        session_new(config.cpus <= S390IRQ_MAX_CPUS ? config.cpus + 1 : 1);
    if (session &&
        (!session_take_hooks(session, hooks, &ops) ||
         (ram != Py_None &&
          PyObject_GetBuffer(ram, &session->ram, PyBUF_WRITABLE) < 0))) {
        session_free(session);
    } else if (session) {
        config.ram = session->ram.buf;
        config.ram_size = (uint64_t)session->ram.len;
        made = create_vm(&config, &ops, session);
    }
    PyBuffer_Release(&facilities);
    return made;
}

static PyObject *cpu_handle(struct s390irq_vcpu *vcpu, struct handle *vm)
{
    PyObject *made = handle_new(HANDLE_VCPU, vcpu, vm, vm->session);

    if (made)
        ((struct handle *)made)->address = s390irq_vcpu_address(vcpu);
    return made;
}

/* vcpu_create(vm, address) */
PyObject *wrap_vcpu_create(PyObject *self, PyObject *arguments)
{
    struct s390irq_vcpu *vcpu = NULL;
    struct handle *vm;
    struct call call;
    uint32_t address;
    int rc;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&O&:vcpu_create", to_vm, &vm, to_u32,
                          &address))
        return NULL;
    call_begin(&call);
    rc =
        s390irq_vcpu_create(vm->pointer, address, hooks_opaque(address), &vcpu);
    if (!call_end(&call, rc, "vcpu_create"))
        return NULL;
    return cpu_handle(vcpu, vm);
}

/* vm_cpu(vm, address): None if there is none. */
PyObject *wrap_vm_cpu(PyObject *self, PyObject *arguments)
{
    struct s390irq_vcpu *vcpu;
    struct handle *vm;
    uint32_t address;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&O&:vm_cpu", to_vm, &vm, to_u32,
                          &address))
        return NULL;
    vcpu = s390irq_vm_cpu(vm->pointer, address);
    if (!vcpu)
        Py_RETURN_NONE;
    return cpu_handle(vcpu, vm);
}

PyObject *wrap_vm_queue(PyObject *self, PyObject *arguments)
{
    struct handle *vm;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:vm_queue", to_vm, &vm))
        return NULL;
    return handle_new(HANDLE_QUEUE, s390irq_vm_queue(vm->pointer), vm,
                      vm->session);
}

PyObject *wrap_vcpu_queue(PyObject *self, PyObject *arguments)
{
    struct handle *vcpu;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:vcpu_queue", to_vcpu, &vcpu))
        return NULL;
    return handle_new(HANDLE_QUEUE, s390irq_vcpu_queue(vcpu->pointer), vcpu->vm,
                      vcpu->session);
}

/*
 * A call that fills memory: answers an error, *length is the room before and
 * what there is after.
 */
struct filling {
    const char *function;
    int (*call)(struct filling *filling, void *memory, size_t *length);
    struct handle *handle;
    uint32_t flags;
    struct s390irq_import_report report;
    size_t element;
    size_t length;
};

/* The memory that was filled, or NULL with an exception. */
static void *fill(struct filling *filling)
{
    size_t room = 0;

    for (;;) {
        void *memory = PyMem_Calloc(room ? room : 1, filling->element);
        struct call call;
        int rc;

        if (!memory)
            return PyErr_NoMemory();
        filling->length = room;
        call_begin(&call);
        rc = filling->call(filling, room ? memory : NULL, &filling->length);
        if (call_end(&call, rc == S390IRQ_E_BUFFER ? 0 : rc,
                     filling->function) &&
            rc != S390IRQ_E_BUFFER)
            return memory;
        PyMem_Free(memory);
        if (rc != S390IRQ_E_BUFFER || PyErr_Occurred())
            return NULL;
        room = filling->length + SPARE;
    }
}

static PyObject *bytes_of(struct filling *filling)
{
    void *memory = fill(filling);
    PyObject *bytes;

    if (!memory)
        return NULL;
    bytes = PyBytes_FromStringAndSize(memory, (Py_ssize_t)filling->length);
    PyMem_Free(memory);
    return bytes;
}

static PyObject *list_of(struct filling *filling,
                         PyObject *(*object_of)(const void *element))
{
    char *memory = fill(filling);
    PyObject *list;

    if (!memory)
        return NULL;
    list = PyList_New((Py_ssize_t)filling->length);
    for (size_t i = 0; list && i < filling->length; i++) {
        PyObject *object = object_of(memory + i * filling->element);

        if (object)
            PyList_SET_ITEM(list, (Py_ssize_t)i, object);
        else
            Py_CLEAR(list);
    }
    PyMem_Free(memory);
    return list;
}

static int fill_queue(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_queue_list(filling->handle->pointer, memory, length);
}

static PyObject *interruption_of(const void *element)
{
    return native_interruption(element);
}

PyObject *wrap_queue_list(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "queue_list",
        .call = fill_queue,
        .element = sizeof(struct s390irq_interruption),
    };

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:queue_list", to_queue,
                          &filling.handle))
        return NULL;
    return list_of(&filling, interruption_of);
}

static int fill_explain(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_vcpu_explain(filling->handle->pointer, memory, length);
}

static PyObject *explanation_of(const void *element)
{
    return native_explanation(element);
}

PyObject *wrap_vcpu_explain(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "vcpu_explain",
        .call = fill_explain,
        .element = sizeof(struct s390irq_explanation),
    };

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:vcpu_explain", to_vcpu,
                          &filling.handle))
        return NULL;
    return list_of(&filling, explanation_of);
}

static int fill_text(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_vcpu_explain_text(filling->handle->pointer, memory, length);
}

PyObject *wrap_vcpu_explain_text(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "vcpu_explain_text",
        .call = fill_text,
        .element = 1,
    };
    PyObject *text;
    char *memory;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:vcpu_explain_text", to_vcpu,
                          &filling.handle))
        return NULL;
    memory = fill(&filling);
    if (!memory)
        return NULL;
    text = PyUnicode_FromString(memory);
    PyMem_Free(memory);
    return text;
}

static int fill_save(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_vm_save(filling->handle->pointer, memory, length);
}

PyObject *wrap_vm_save(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "vm_save",
        .call = fill_save,
        .element = 1,
    };

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&:vm_save", to_vm, &filling.handle))
        return NULL;
    return bytes_of(&filling);
}

static int fill_flic(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_vm_export_flic(filling->handle->pointer, memory, length,
                                  filling->flags, &filling->report);
}

static int fill_kvm(struct filling *filling, void *memory, size_t *length)
{
    return s390irq_vcpu_export_kvm(filling->handle->pointer, memory, length,
                                   filling->flags, &filling->report);
}

/* (bytes, report) */
static PyObject *export(struct filling *filling)
{
    static const struct s390irq_import_report init = S390IRQ_IMPORT_REPORT_INIT;
    PyObject *bytes, *report;

    filling->report = init;
    bytes = bytes_of(filling);
    report = bytes ? native_import_report(&filling->report) : NULL;
    if (report)
        return Py_BuildValue("(NN)", bytes, report);
    Py_XDECREF(bytes);
    return NULL;
}

PyObject *wrap_vm_export_flic(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "vm_export_flic",
        .call = fill_flic,
        .element = 1,
    };

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&O&:vm_export_flic", to_vm,
                          &filling.handle, to_u32, &filling.flags))
        return NULL;
    return export(&filling);
}

PyObject *wrap_vcpu_export_kvm(PyObject *self, PyObject *arguments)
{
    struct filling filling = {
        .function = "vcpu_export_kvm",
        .call = fill_kvm,
        .element = 1,
    };

    (void)self;
    if (!PyArg_ParseTuple(arguments, "O&O&:vcpu_export_kvm", to_vcpu,
                          &filling.handle, to_u32, &filling.flags))
        return NULL;
    return export(&filling);
}

/* The names of the hooks that vm_create() knows. */
PyObject *wrap_hook_names(PyObject *self, PyObject *arguments)
{
    (void)self;
    return PyArg_ParseTuple(arguments, ":hook_names") ? hooks_names() : NULL;
}

/* Python is ending: foreign threads get answers without it. */
PyObject *wrap_shut(PyObject *self, PyObject *arguments)
{
    (void)self;
    if (!PyArg_ParseTuple(arguments, ":shut"))
        return NULL;
    hooks_shut();
    Py_RETURN_NONE;
}

static bool add_store(PyObject *list, uint64_t absolute, const uint8_t *bytes,
                      uint32_t length)
{
    PyObject *pair = Py_BuildValue("(Ky#)", (unsigned long long)absolute, bytes,
                                   (Py_ssize_t)length);
    int rc = pair ? PyList_Append(list, pair) : -1;

    Py_XDECREF(pair);
    return rc == 0;
}

PyObject *plan_stores(const struct s390irq_plan *plan)
{
    PyObject *list = PyList_New(0);
    bool good = list != NULL;

    for (uint32_t i = 0; good && i < plan->store_count; i++)
        good = add_store(list, plan->store[i].absolute, plan->store[i].bytes,
                         plan->store[i].length);
    for (uint32_t i = 0; good && i < plan->block_count; i++)
        good = add_store(list, plan->block[i].absolute, plan->block[i].bytes,
                         plan->block[i].length);
    if (!good)
        Py_CLEAR(list);
    return list;
}
