/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How arguments and answers of functions become objects, by type and name. */

/* Handles. `on` is for the rules of [O] functions. */
%define HANDLE(TYPE, KIND)
%typemap(in) TYPE (struct handle *on)
{
    on = handle_of($input, KIND);
    if (!on)
        SWIG_fail;
    $1 = on->pointer;
}
%typemap(typecheck, precedence=SWIG_TYPECHECK_POINTER) TYPE "$1 = 1;"
%enddef

HANDLE(struct s390irq_vm *vm, HANDLE_VM)
HANDLE(struct s390irq_vcpu *vcpu, HANDLE_VCPU)
HANDLE(const struct s390irq_vcpu *vcpu, HANDLE_VCPU)
HANDLE(struct s390irq_vcpu *sender, HANDLE_VCPU)
HANDLE(struct s390irq_queue *queue, HANDLE_QUEUE)

/* Numbers: of any class that says what it is as an index. */
%{
static bool number_in(PyObject *object, const char *name, int bits,
                      unsigned long long *out)
{
    PyObject *index;

    if (!PyIndex_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s: an int is needed, not %.100s", name,
                     Py_TYPE(object)->tp_name);
        return false;
    }
    index = PyNumber_Index(object);
    if (!index)
        return false;
    *out = PyLong_AsUnsignedLongLong(index);
    if (PyErr_Occurred() || (bits < 64 && *out >> bits)) {
        PyErr_Clear();
        PyErr_Format(PyExc_OverflowError,
                     "%s: %R is no unsigned number of %d bits", name, index,
                     bits);
        Py_DECREF(index);
        return false;
    }
    Py_DECREF(index);
    return true;
}
%}

%define NUMBER_IN(TYPE, BITS)
%typemap(in) TYPE (unsigned long long number)
{
    if (!number_in($input, "$1_name", BITS, &number))
        SWIG_fail;
    $1 = (TYPE)number;
}
%enddef

NUMBER_IN(uint8_t, 8)
NUMBER_IN(uint16_t, 16)
NUMBER_IN(uint32_t, 32)
NUMBER_IN(uint64_t, 64)

/* Numbers that functions fill: they are answered, behind the result. */
%typemap(in, numinputs=0) uint64_t * (uint64_t filled = 0) "$1 = &filled;"
%typemap(in, numinputs=0) uint32_t * (uint32_t filled = 0) "$1 = &filled;"
%typemap(in, numinputs=0) uint8_t * (uint8_t filled = 0) "$1 = &filled;"
%typemap(argout) uint64_t *, uint32_t *, uint8_t *
{
    $result = SWIG_Python_AppendOutput(
        $result, PyLong_FromUnsignedLongLong(filled$argnum));
}

/* Bytes that functions read. */
%define BYTES_IN(POINTER, LENGTH)
%typemap(in) (POINTER, LENGTH) (Py_buffer view = { 0 })
{
    if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) < 0)
        SWIG_fail;
    $1 = view.buf;
    $2 = (size_t)view.len;
}
%typemap(freearg) (POINTER, LENGTH)
{
    if (view$argnum.obj)
        PyBuffer_Release(&view$argnum);
}
%enddef

BYTES_IN(const void *buffer, size_t length)
BYTES_IN(const void *record, size_t length)

/* Bytes that functions fill. */
%define BYTES_OUT(ARRAY, LENGTH)
%typemap(in, numinputs=0) ARRAY (uint8_t filled[LENGTH]) "$1 = filled;"
%typemap(argout) ARRAY
{
    $result = SWIG_Python_AppendOutput(
        $result, PyBytes_FromStringAndSize((char *)filled$argnum, LENGTH));
}
%enddef

BYTES_OUT(uint8_t code[12], 12)
BYTES_OUT(uint8_t record[S390IRQ_KVM_RECORD], S390IRQ_KVM_RECORD)

/* Members: bytes as bytes. Arrays of numbers have functions instead. */
%typemap(out) uint8_t [ANY]
    "$result = PyBytes_FromStringAndSize((char *)$1, $1_dim0);"
%typemap(in) uint8_t [ANY] (uint8_t bytes[$1_dim0])
{
    Py_buffer view;

    if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) < 0)
        SWIG_fail;
    if (view.len != $1_dim0) {
        PyErr_Format(PyExc_ValueError, "%d bytes are needed, not %zd",
                     $1_dim0, view.len);
        PyBuffer_Release(&view);
        SWIG_fail;
    }
    memcpy(bytes, view.buf, $1_dim0);
    PyBuffer_Release(&view);
    $1 = bytes;
}
%typemap(memberin) uint8_t [ANY] "memcpy($1, $input, $1_dim0);"
