/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Hooks that are Python callables. One marshaller serves all of them: what a
 * hook takes and answers is said by a signature, from which libffi makes the
 * C function.
 *
 * A signature is a letter for the answer and one for each argument behind
 * (void *vm, void *cpu):
 *
 *   answer     Python                    C, and when the callable raises
 *   0          nothing                   void
 *   s          None or True, False       0, 1 (1): done, not done
 *   o          int 0 to 255, None        the byte, -1 (-1)
 *   c          int, None                 uint32_t (the second argument)
 *   t          int                       uint64_t (the last one that was good)
 *   l          writable buffer, None     8 KiB (NULL)
 *   a          writable buffer, None     what was asked for (NULL)
 *
 *   argument   C                         Python
 *   Q, I, B, i, n  uint64_t, uint32_t, uint8_t, int, size_t     int
 *   z          const char *              str
 *   r          void *, size_t            int; the answer is the bytes
 *   w          const void *, size_t      bytes
 *   x          uint8_t [256]             nothing; the answer is the bytes
 *   e          const struct s390irq_trace *        a copy
 *   g          struct s390irq_registers *          an object, copied back
 *   m          void * of `a`             the buffer that was answered
 *
 * The callable gets the address of the CPU or None first. The hook `released`
 * is the binding's own.
 */
#include "native.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LOWCORE_SIZE  0x2000
#define BLOCK_SIZE    256
#define MAX_ARGUMENTS 5

struct hook_type {
    const char *name;
    size_t offset; /* in struct s390irq_host_ops */
    const char *signature;
};

#define HOOK(name, signature)                                     \
    {                                                             \
#name, offsetof(struct s390irq_host_ops, name), signature \
    }

static const struct hook_type hook_types[HOOKS] = {
    HOOK(read, "sQr"),     HOOK(write, "sQw"),      HOOK(lowcore, "lQ"),
    HOOK(tod, "t"),        HOOK(deadline, "0Q"),    HOOK(wake, "0"),
    HOOK(kick, "0"),       HOOK(choose, "cII"),     HOOK(trace, "0e"),
    HOOK(log, "0iz"),      HOOK(allocate, "an"),    HOOK(deallocate, "0mn"),
    HOOK(registers, "sg"), HOOK(transaction, "0x"), HOOK(set_bit, "oQB"),
    HOOK(dirty, "0Q"),
};

/* A call of a hook: the C arguments, and what its answer has to fill. */
struct hook_call {
    struct closure *closure;
    void **arguments;
    void *result;
    uint32_t cpu; /* or S390IRQ_NO_CPU */
    size_t bytes; /* allocate */
    void *fill;   /* bytes that the answer is copied to, or NULL */
    size_t room;
    PyObject *registers; /* the object that is copied back */
    struct s390irq_registers *registers_to;
};

static bool shut;

void hooks_shut(void)
{
    shut = true;
}

void *hooks_opaque(uint32_t address)
{
    return (void *)((uintptr_t)address + 1);
}

PyObject *hooks_names(void)
{
    PyObject *names = PyTuple_New(HOOKS);

    for (Py_ssize_t i = 0; names && i < HOOKS; i++) {
        PyObject *name = PyUnicode_FromString(hook_types[i].name);

        if (!name)
            Py_CLEAR(names);
        else
            PyTuple_SET_ITEM(names, i, name);
    }
    return names;
}

#define ARGUMENT(type) (*(type *)call->arguments[*at])

static PyObject *take_u64(struct hook_call *call, size_t *at)
{
    return PyLong_FromUnsignedLongLong(ARGUMENT(uint64_t));
}

static PyObject *take_u32(struct hook_call *call, size_t *at)
{
    return PyLong_FromUnsignedLong(ARGUMENT(uint32_t));
}

static PyObject *take_u8(struct hook_call *call, size_t *at)
{
    return PyLong_FromUnsignedLong(ARGUMENT(uint8_t));
}

static PyObject *take_int(struct hook_call *call, size_t *at)
{
    return PyLong_FromLong(ARGUMENT(int));
}

static PyObject *take_size(struct hook_call *call, size_t *at)
{
    call->bytes = ARGUMENT(size_t);
    return PyLong_FromSize_t(call->bytes);
}

static PyObject *take_text(struct hook_call *call, size_t *at)
{
    const char *text = ARGUMENT(const char *);

    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

static PyObject *take_room(struct hook_call *call, size_t *at)
{
    call->fill = ARGUMENT(void *);
    ++*at;
    call->room = ARGUMENT(size_t);
    return PyLong_FromSize_t(call->room);
}

static PyObject *take_bytes(struct hook_call *call, size_t *at)
{
    const char *bytes = ARGUMENT(const char *);

    ++*at;
    return PyBytes_FromStringAndSize(bytes, (Py_ssize_t)ARGUMENT(size_t));
}

static PyObject *take_event(struct hook_call *call, size_t *at)
{
    return native_trace(ARGUMENT(const struct s390irq_trace *));
}

static PyObject *take_registers(struct hook_call *call, size_t *at)
{
    call->registers_to = ARGUMENT(struct s390irq_registers *);
    call->registers = native_registers(call->registers_to);
    Py_XINCREF(call->registers);
    return call->registers;
}

/* What allocate lent: the object goes back to whoever gave it. */
static PyObject *take_memory(struct hook_call *call, size_t *at)
{
    void *memory = ARGUMENT(void *);
    struct lent **place = &call->closure->session->allocations;
    struct lent *lent;
    PyObject *object;

    while (*place && (*place)->buffer.buf != memory)
        place = &(*place)->next;
    lent = *place;
    if (!lent)
        Py_RETURN_NONE;
    *place = lent->next;
    object = lent->buffer.obj;
    Py_INCREF(object);
    PyBuffer_Release(&lent->buffer);
    PyMem_RawFree(lent);
    return object;
}

/* By the letter of a signature: C types, and how they become an object. */
static const struct argument_type {
    char letter;
    ffi_type *types[2];
    PyObject *(*take)(struct hook_call *call, size_t *at);
} argument_types[] = {
    { 'Q', { &ffi_type_uint64, NULL }, take_u64 },
    { 'I', { &ffi_type_uint32, NULL }, take_u32 },
    { 'B', { &ffi_type_uint8, NULL }, take_u8 },
    { 'i', { &ffi_type_sint, NULL }, take_int },
    { 'n', { &ffi_type_pointer, NULL }, take_size },
    { 'z', { &ffi_type_pointer, NULL }, take_text },
    { 'r', { &ffi_type_pointer, &ffi_type_pointer }, take_room },
    { 'w', { &ffi_type_pointer, &ffi_type_pointer }, take_bytes },
    { 'x', { &ffi_type_pointer, NULL }, NULL },
    { 'e', { &ffi_type_pointer, NULL }, take_event },
    { 'g', { &ffi_type_pointer, NULL }, take_registers },
    { 'm', { &ffi_type_pointer, NULL }, take_memory },
};

static const struct argument_type *argument_type(char letter)
{
    size_t i = 0;

    while (argument_types[i].letter != letter)
        i++;
    return argument_types + i;
}

/* The number behind the answer; false with an exception. */
static bool number_of(PyObject *answer, uint64_t limit, uint64_t *out)
{
    PyObject *index = PyNumber_Index(answer);

    if (!index)
        return false;
    *out = PyLong_AsUnsignedLongLong(index);
    Py_DECREF(index);
    if (*out == UINT64_MAX && PyErr_Occurred())
        return false;
    if (*out <= limit)
        return true;
    PyErr_Format(PyExc_OverflowError, "the answer is above %llu",
                 (unsigned long long)limit);
    return false;
}

static bool fill_bytes(struct hook_call *call, PyObject *answer)
{
    Py_buffer bytes;
    bool fits;

    if (PyObject_GetBuffer(answer, &bytes, PyBUF_SIMPLE) < 0)
        return false;
    fits = (size_t)bytes.len == call->room;
    if (fits)
        memcpy(call->fill, bytes.buf, call->room);
    else
        PyErr_Format(PyExc_ValueError, "%zu bytes are needed, not %zd",
                     call->room, bytes.len);
    PyBuffer_Release(&bytes);
    return fits;
}

static bool give_nothing(struct hook_call *call, PyObject *answer)
{
    return !call->fill || fill_bytes(call, answer);
}

static bool give_status(struct hook_call *call, PyObject *answer)
{
    struct s390irq_registers *registers;

    if (answer == Py_False || (call->fill && answer == Py_None))
        return true;
    if (call->fill) {
        if (!fill_bytes(call, answer))
            return false;
    } else if (answer != Py_None && answer != Py_True) {
        PyErr_Format(PyExc_TypeError, "None, True or False, not %.100s",
                     Py_TYPE(answer)->tp_name);
        return false;
    }
    if (call->registers) {
        registers = native_registers_in(call->registers);
        if (!registers)
            return false;
        *call->registers_to = *registers;
    }
    *(ffi_arg *)call->result = 0;
    return true;
}

static bool give_octet(struct hook_call *call, PyObject *answer)
{
    uint64_t value;

    if (answer == Py_None)
        return true;
    if (!number_of(answer, UINT8_MAX, &value))
        return false;
    *(ffi_sarg *)call->result = (ffi_sarg)value;
    return true;
}

static bool give_choice(struct hook_call *call, PyObject *answer)
{
    uint64_t value;

    if (answer == Py_None)
        return true;
    if (!number_of(answer, UINT32_MAX, &value))
        return false;
    *(ffi_arg *)call->result = (ffi_arg)value;
    return true;
}

static bool give_tod(struct hook_call *call, PyObject *answer)
{
    uint64_t value;

    if (!number_of(answer, UINT64_MAX, &value))
        return false;
    call->closure->session->last_tod = value;
    *(uint64_t *)call->result = value;
    return true;
}

/* Keeps the memory of a buffer for the library; NULL with an exception. */
static struct lent *lend(PyObject *object, size_t bytes, size_t alignment)
{
    struct lent *lent = PyMem_RawCalloc(1, sizeof *lent);

    if (!lent) {
        PyErr_NoMemory();
        return NULL;
    }
    if (PyObject_GetBuffer(object, &lent->buffer, PyBUF_WRITABLE) == 0) {
        if ((size_t)lent->buffer.len >= bytes &&
            (uintptr_t)lent->buffer.buf % alignment == 0)
            return lent;
        PyErr_Format(PyExc_ValueError,
                     "%zu bytes aligned at %zu are needed, not %zd at %p",
                     bytes, alignment, lent->buffer.len, lent->buffer.buf);
        PyBuffer_Release(&lent->buffer);
    }
    PyMem_RawFree(lent);
    return NULL;
}

/* That of before may be in use until this hook has answered: one is kept. */
static void keep_lowcore(struct session *session, struct lent *lent)
{
    struct lent **place = &session->lowcores;
    bool kept = false;

    while (*place) {
        struct lent *old = *place;

        if (old->cpu != lent->cpu || !kept) {
            kept = kept || old->cpu == lent->cpu;
            place = &old->next;
            continue;
        }
        *place = old->next;
        PyBuffer_Release(&old->buffer);
        PyMem_RawFree(old);
    }
    lent->next = session->lowcores;
    session->lowcores = lent;
}

static bool give_lowcore(struct hook_call *call, PyObject *answer)
{
    struct lent *lent;

    if (answer == Py_None)
        return true;
    lent = lend(answer, LOWCORE_SIZE, 8);
    if (!lent)
        return false;
    lent->cpu = call->cpu;
    keep_lowcore(call->closure->session, lent);
    *(void **)call->result = lent->buffer.buf;
    return true;
}

static bool give_memory(struct hook_call *call, PyObject *answer)
{
    struct session *session = call->closure->session;
    struct lent *lent;

    if (answer == Py_None)
        return true;
    lent = lend(answer, call->bytes, _Alignof(max_align_t));
    if (!lent)
        return false;
    lent->next = session->allocations;
    session->allocations = lent;
    *(void **)call->result = lent->buffer.buf;
    return true;
}

/* By the letter: the C type, and how an object becomes it. */
static const struct answer_type {
    char letter;
    ffi_type *type;
    bool (*give)(struct hook_call *call, PyObject *answer);
} answer_types[] = {
    { '0', &ffi_type_void, give_nothing },
    { 's', &ffi_type_sint, give_status },
    { 'o', &ffi_type_sint, give_octet },
    { 'c', &ffi_type_uint32, give_choice },
    { 't', &ffi_type_uint64, give_tod },
    { 'l', &ffi_type_pointer, give_lowcore },
    { 'a', &ffi_type_pointer, give_memory },
};

static const struct answer_type *answer_type(char letter)
{
    size_t i = 0;

    while (answer_types[i].letter != letter)
        i++;
    return answer_types + i;
}

/* What C gets when the callable raises, or says that it does not know. */
static void answer_without(struct hook_call *call)
{
    switch (call->closure->type->signature[0]) {
    case '0':
        break;
    case 's':
        *(ffi_arg *)call->result = 1;
        break;
    case 'o':
        *(ffi_sarg *)call->result = -1;
        break;
    case 'c':
        *(ffi_arg *)call->result = *(uint32_t *)call->arguments[3];
        break;
    case 't':
        *(uint64_t *)call->result = call->closure->session->last_tod;
        break;
    default:
        *(void **)call->result = NULL;
    }
}

static PyObject *cpu_of(struct hook_call *call)
{
    uintptr_t opaque = *(uintptr_t *)call->arguments[1];

    call->cpu = opaque ? (uint32_t)(opaque - 1) : S390IRQ_NO_CPU;
    if (!opaque)
        Py_RETURN_NONE;
    return PyLong_FromUnsignedLong(call->cpu);
}

/* The arguments as a tuple; NULL with an exception. */
static PyObject *arguments_of(struct hook_call *call)
{
    PyObject *list[MAX_ARGUMENTS], *tuple;
    Py_ssize_t count = 0;
    size_t at = 2;

    list[count++] = cpu_of(call);
    for (const char *s = call->closure->type->signature + 1; *s; s++, at++) {
        if (*s == 'x') {
            call->fill = *(void **)call->arguments[at];
            call->room = BLOCK_SIZE;
        } else {
            list[count++] = argument_type(*s)->take(call, &at);
        }
    }
    tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!list[i])
            Py_CLEAR(tuple);
        if (tuple)
            PyTuple_SET_ITEM(tuple, i, list[i]);
        else
            Py_XDECREF(list[i]);
    }
    return tuple;
}

static bool call_python(struct hook_call *call)
{
    PyObject *callable = call->closure->callable;
    PyObject *arguments = arguments_of(call), *answer = NULL;
    bool good;

    Py_INCREF(callable);
    if (arguments)
        answer = PyObject_CallObject(callable, arguments);
    good = answer &&
           answer_type(call->closure->type->signature[0])->give(call, answer);
    Py_XDECREF(answer);
    Py_XDECREF(arguments);
    Py_XDECREF(call->registers);
    Py_DECREF(callable);
    return good;
}

static void run_hook(ffi_cif *cif, void *result, void **arguments, void *user)
{
    struct closure *closure = user;
    struct hook_call call = {
        .closure = closure,
        .arguments = arguments,
        .result = result,
    };
    PyGILState_STATE state;
    PyObject *type, *value, *trace;

    (void)cif;
    answer_without(&call);
    if (shut)
        return;
    state = PyGILState_Ensure();
    PyErr_Fetch(&type, &value, &trace);
    if (closure->callable && !call_python(&call))
        call_hook_raised(closure->type->name);
    PyErr_Restore(type, value, trace);
    PyGILState_Release(state);
}

/* One for each hook, for ever: libffi may write into it while it is made. */
static ffi_cif *cif_of(const struct hook_type *type)
{
    static ffi_cif cifs[HOOKS];
    static ffi_type *types[HOOKS][MAX_ARGUMENTS];
    size_t number = (size_t)(type - hook_types);
    ffi_type **list = types[number];
    unsigned count = 0;

    if (list[0])
        return cifs + number;
    list[count++] = &ffi_type_pointer;
    list[count++] = &ffi_type_pointer;
    for (const char *s = type->signature + 1; *s; s++)
        for (int i = 0; i < 2 && argument_type(*s)->types[i]; i++)
            list[count++] = argument_type(*s)->types[i];
    if (ffi_prep_cif(cifs + number, FFI_DEFAULT_ABI, count,
                     answer_type(type->signature[0])->type, list) == FFI_OK)
        return cifs + number;
    list[0] = NULL;
    return NULL;
}

static const struct hook_type *type_of(PyObject *name)
{
    if (PyUnicode_Check(name))
        for (size_t i = 0; i < HOOKS; i++)
            if (PyUnicode_CompareWithASCIIString(name, hook_types[i].name) == 0)
                return hook_types + i;
    PyErr_Format(PyExc_ValueError, "there is no hook %R", name);
    return NULL;
}

bool hooks_make(struct session *session, PyObject *name, PyObject *callable,
                struct s390irq_host_ops *ops)
{
    const struct hook_type *type = type_of(name);
    struct closure *closure;
    ffi_cif *cif;

    if (!type)
        return false;
    if (!PyCallable_Check(callable)) {
        PyErr_Format(PyExc_TypeError, "the hook %s is not callable",
                     type->name);
        return false;
    }
    closure = session->hook + (type - hook_types);
    closure->session = session;
    closure->type = type;
    cif = cif_of(type);
    /* Hosts that allow no memory that is both writable and executable. */
    closure->memory =
        ffi_closure_alloc(sizeof *closure->memory, &closure->code);
    if (!cif || !closure->memory ||
        ffi_prep_closure_loc(closure->memory, cif, run_hook, closure,
                             closure->code) != FFI_OK) {
        PyErr_SetString(PyExc_MemoryError,
                        "libffi has no executable memory for a hook");
        return false;
    }
    Py_INCREF(callable);
    closure->callable = callable;
    memcpy((char *)ops + type->offset, &closure->code, sizeof closure->code);
    return true;
}

void hooks_free(struct closure *closure)
{
    Py_CLEAR(closure->callable);
    if (closure->memory)
        ffi_closure_free(closure->memory);
    closure->memory = NULL;
}
