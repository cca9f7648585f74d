/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The structures as classes: sizes are set here and never seen, a new object
 * has the values of the initializer, and arrays are reached by index, which
 * the classes of the package check.
 */

%ignore *::size;
%ignore *::reserved;
%ignore *::reserved0;

%define NEW(NAME, INIT)
%extend s390irq_##NAME {
    s390irq_##NAME() {
        static const struct s390irq_##NAME init = INIT;
        struct s390irq_##NAME *made = malloc(sizeof *made);

        if (made)
            *made = init;
        return made;
    }
    ~s390irq_##NAME() {
        free($self);
    }
    void assign(const struct s390irq_##NAME *other) {
        *$self = *other;
    }
}
%enddef

/* get_MEMBER(place), set_MEMBER(place, value), COUNT elements. */
%define ARRAY(NAME, MEMBER, TYPE, COUNT)
%ignore s390irq_##NAME::MEMBER;
%extend s390irq_##NAME {
    TYPE get_##MEMBER(uint32_t place) {
        return place < COUNT ? $self->MEMBER[place] : 0;
    }
    void set_##MEMBER(uint32_t place, TYPE value) {
        if (place < COUNT)
            $self->MEMBER[place] = value;
    }
}
%enddef

NEW(cpu, S390IRQ_CPU_INIT)
ARRAY(cpu, cr, uint64_t, 16)
NEW(report, S390IRQ_REPORT_INIT)
NEW(registers, S390IRQ_REGISTERS_INIT)
ARRAY(registers, general, uint64_t, 16)
ARRAY(registers, access, uint32_t, 16)
ARRAY(registers, guarded_storage, uint64_t, 4)
%ignore s390irq_registers::vector;
%extend s390irq_registers {
    uint64_t get_vector(uint32_t place) {
        return place < 64 ? $self->vector[place / 2][place % 2] : 0;
    }
    void set_vector(uint32_t place, uint64_t value) {
        if (place < 64)
            $self->vector[place / 2][place % 2] = value;
    }
}
NEW(program, { 0 })
NEW(machine_check, { 0 })
NEW(io, { 0 })
NEW(adapter, S390IRQ_ADAPTER_INIT)
NEW(route, S390IRQ_ROUTE_INIT)
NEW(import_report, S390IRQ_IMPORT_REPORT_INIT)
NEW(trace, { sizeof(struct s390irq_trace) })

%ignore s390irq_interruption::u;
%ignore s390irq_interruption_u;
NEW(interruption, { 0 })
%extend s390irq_interruption {
    void get_program(struct s390irq_program *out) {
        *out = $self->u.program;
    }
    void set_program(const struct s390irq_program *in) {
        $self->u.program = *in;
    }
    void get_machine_check(struct s390irq_machine_check *out) {
        *out = $self->u.machine_check;
    }
    void set_machine_check(const struct s390irq_machine_check *in) {
        $self->u.machine_check = *in;
    }
    void get_io(struct s390irq_io *out) {
        *out = $self->u.io;
    }
    void set_io(const struct s390irq_io *in) {
        $self->u.io = *in;
    }
}

%ignore s390irq_explanation::interruption;
NEW(explanation, { { 0 } })
%extend s390irq_explanation {
    void get_interruption(struct s390irq_interruption *out) {
        *out = $self->interruption;
    }
}

%ignore s390irq_counters::kind;
NEW(counters, S390IRQ_COUNTERS_INIT)
%extend s390irq_counters {
    /* injected, taken, coalesced, refused, cleared, pending */
    uint64_t get_kind(uint32_t kind, uint32_t column) {
        const uint64_t *line;

        if (kind >= S390IRQ_KIND_LIMIT || column >= 6)
            return 0;
        line = &$self->kind[kind].injected;
        return line[column];
    }
}

%ignore s390irq_plan::store_count;
%ignore s390irq_plan::block_count;
%ignore s390irq_plan::store;
%ignore s390irq_plan::block;
NEW(plan, { sizeof(struct s390irq_plan) })
%extend s390irq_plan {
    /* The stores in their order: (absolute address, bytes). */
    PyObject *stores(void) {
        return plan_stores($self);
    }
}

%wrapper %{
#define COPY(FUNCTION, NAME)                                                \
    PyObject *FUNCTION(const struct s390irq_##NAME *of)                     \
    {                                                                       \
        PyObject *self = NULL; /* for SWIG_NewPointerObj() */               \
        struct s390irq_##NAME *copy = malloc(sizeof *copy);                 \
                                                                            \
        if (!copy)                                                          \
            return PyErr_NoMemory();                                        \
        *copy = *of;                                                        \
        return SWIG_NewPointerObj(copy, SWIGTYPE_p_s390irq_##NAME,          \
                                  SWIG_POINTER_OWN);                        \
    }

COPY(native_registers, registers)
COPY(native_interruption, interruption)
COPY(native_explanation, explanation)
COPY(native_import_report, import_report)

static COPY(copy_of_trace, trace)

/* That of another version of the library may be shorter, or longer. */
PyObject *native_trace(const struct s390irq_trace *of)
{
    struct s390irq_trace all = { .size = 0 };

    memcpy(&all, of, of->size < sizeof all ? of->size : sizeof all);
    return copy_of_trace(&all);
}

struct s390irq_registers *native_registers_in(PyObject *object)
{
    void *registers = NULL;

    if (SWIG_IsOK(SWIG_ConvertPtr(object, &registers,
                                  SWIGTYPE_p_s390irq_registers, 0)) &&
        registers)
        return registers;
    PyErr_SetString(PyExc_TypeError, "these are no registers");
    return NULL;
}
%}
