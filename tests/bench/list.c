/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "list.h"

#include <s390irq/errors.h>
#include <s390irq/vcpu.h>
#include <stdlib.h>
#include <string.h>

#include "fake/machine.h"

struct list_entry {
    struct list_entry *next;
    uint32_t source;
    uint32_t parameter;
    uint32_t subchannel;
    uint32_t word;
    struct s390irq_program program;
};

struct list_row {
    uint64_t psw;     /* the bit that enables it; 0: always */
    uint64_t submask; /* in this control register */
    uint16_t control;
    uint16_t code;
    uint16_t old_psw;
    uint16_t new_psw;
};

#define EXTERNAL(code, submask)                               \
    {                                                         \
        PSW_EXTERNAL, submask, 0, code, LOWCORE_EXTERNAL_OLD, \
            LOWCORE_EXTERNAL_NEW                              \
    }
#define IO(isc)                                                    \
    {                                                              \
        PSW_IO, CR6_ISC(isc), 6, 0, LOWCORE_IO_OLD, LOWCORE_IO_NEW \
    }

static const struct list_row rows[LIST_CLASSES] = {
    { 0, 0, 0, 0, LOWCORE_SVC_OLD, LOWCORE_SVC_NEW },
    { 0, 0, 0, 0, LOWCORE_PROGRAM_OLD, LOWCORE_PROGRAM_NEW },
    EXTERNAL(EXTERNAL_INTERRUPT_KEY, CR0_INTERRUPT_KEY),
    EXTERNAL(EXTERNAL_MALFUNCTION_ALERT, CR0_MALFUNCTION_ALERT),
    EXTERNAL(EXTERNAL_EMERGENCY_SIGNAL, CR0_EMERGENCY_SIGNAL),
    EXTERNAL(EXTERNAL_CALL, CR0_EXTERNAL_CALL),
    EXTERNAL(EXTERNAL_SERVICE_SIGNAL, CR0_SERVICE_SIGNAL),
    IO(0),
    IO(1),
    IO(2),
    IO(3),
    IO(4),
    IO(5),
    IO(6),
    IO(7),
    { 0, 0, 0, 0, LOWCORE_RESTART_OLD, LOWCORE_RESTART_NEW },
};

static bool enabled(enum list_class class,
                    const struct list_registers *registers)
{
    const struct list_row *row = &rows[class];

    return !row->psw || ((registers->psw_mask & row->psw) &&
                         (registers->cr[row->control] & row->submask));
}

/* Lists. */

static void initialise(struct list_pending *pending)
{
    for (int class = 0; class < LIST_CLASSES; class ++) {
        pending->queue[class].first = NULL;
        pending->queue[class].last = &pending->queue[class].first;
    }
    atomic_init(&pending->count, 0);
}

static void change_count(struct list_pending *pending, unsigned by)
{
    unsigned count =
        atomic_load_explicit(&pending->count, memory_order_relaxed);

    atomic_store_explicit(&pending->count, count + by, memory_order_release);
}

static void append(struct list_pending *pending, enum list_class class,
                   struct list_entry *entry)
{
    struct list_queue *queue = &pending->queue[class];

    entry->next = NULL;
    *queue->last = entry;
    queue->last = &entry->next;
    change_count(pending, 1);
}

/* The entry that *link names leaves its list. */
static struct list_entry *unlink_entry(struct list_pending *pending,
                                       enum list_class class,
                                       struct list_entry **link)
{
    struct list_entry *entry = *link;

    *link = entry->next;
    if (!entry->next)
        pending->queue[class].last = link;
    change_count(pending, -1u);
    return entry;
}

/* Wake-ups. */

static bool claim(struct list_cpu *cpu, enum list_class class)
{
    if (cpu->state != LIST_WAITING || !enabled(class, &cpu->registers))
        return false;
    cpu->state = LIST_RUNNING;
    return true;
}

static struct list_cpu *find_waiting(struct list_vm *vm, enum list_class class)
{
    for (uint32_t i = 0; i < vm->cpus; i++)
        if (claim(&vm->cpu[i], class))
            return &vm->cpu[i];
    return NULL;
}

/* Injection. */

static struct list_entry *new_entry(uint32_t source, uint32_t parameter)
{
    struct list_entry *entry = malloc(sizeof *entry);

    if (entry) {
        entry->source = source;
        entry->parameter = parameter;
    }
    return entry;
}

/* Ends what began with the mutex: counts, and wakes who was claimed. */
static int finish(struct list_vm *vm, enum list_class class, int outcome,
                  struct list_cpu *woken)
{
    struct list_counter *counter = &vm->counter[class];

    counter->injected++;
    if (outcome == S390IRQ_COALESCED)
        counter->coalesced++;
    else if (outcome != S390IRQ_QUEUED)
        counter->refused++;
    pthread_mutex_unlock(&vm->mutex);
    if (woken && vm->wake)
        vm->wake(vm->opaque, woken->opaque);
    return outcome;
}

static int inject_local(struct list_cpu *cpu, enum list_class class,
                        struct list_entry *entry)
{
    if (!entry)
        return finish(cpu->vm, class, S390IRQ_E_NO_MEMORY, NULL);
    append(&cpu->local, class, entry);
    return finish(cpu->vm, class, S390IRQ_QUEUED,
                  claim(cpu, class) ? cpu : NULL);
}

int list_inject_emergency(struct list_cpu *cpu, uint32_t source)
{
    struct list_vm *vm = cpu->vm;
    struct list_entry *entry;

    if (source >= vm->cpus)
        return S390IRQ_E_NO_CPU;
    pthread_mutex_lock(&vm->mutex);
    for (entry = cpu->local.queue[LIST_EMERGENCY_SIGNAL].first; entry;
         entry = entry->next)
        if (entry->source == source)
            return finish(vm, LIST_EMERGENCY_SIGNAL, S390IRQ_COALESCED, NULL);
    return inject_local(cpu, LIST_EMERGENCY_SIGNAL, new_entry(source, 0));
}

int list_inject_external_call(struct list_cpu *cpu, uint32_t source)
{
    struct list_vm *vm = cpu->vm;

    if (source >= vm->cpus)
        return S390IRQ_E_NO_CPU;
    pthread_mutex_lock(&vm->mutex);
    if (cpu->local.queue[LIST_EXTERNAL_CALL].first)
        return finish(vm, LIST_EXTERNAL_CALL, S390IRQ_BUSY, NULL);
    return inject_local(cpu, LIST_EXTERNAL_CALL, new_entry(source, 0));
}

int list_inject_program(struct list_cpu *cpu,
                        const struct s390irq_program *program)
{
    struct list_vm *vm = cpu->vm;
    struct list_entry *entry;

    if (!program->code || program->ilc > 6 || (program->ilc & 1))
        return S390IRQ_E_INVALID;
    pthread_mutex_lock(&vm->mutex);
    if (cpu->local.queue[LIST_PROGRAM].first)
        return finish(vm, LIST_PROGRAM, S390IRQ_BUSY, NULL);
    entry = new_entry(0, 0);
    if (entry)
        entry->program = *program;
    return inject_local(cpu, LIST_PROGRAM, entry);
}

static int inject_floating(struct list_vm *vm, enum list_class class,
                           struct list_entry *entry)
{
    if (!entry)
        return finish(vm, class, S390IRQ_E_NO_MEMORY, NULL);
    append(&vm->floating, class, entry);
    return finish(vm, class, S390IRQ_QUEUED, find_waiting(vm, class));
}

#define EVENTS 0x3u

int list_inject_service(struct list_vm *vm, uint32_t parameter)
{
    struct list_entry *pending;

    if (!parameter || (parameter & 0x80000004u))
        return S390IRQ_E_INVALID;
    pthread_mutex_lock(&vm->mutex);
    pending = vm->floating.queue[LIST_SERVICE_SIGNAL].first;
    if (pending) {
        if ((parameter & ~EVENTS) && (pending->parameter & ~EVENTS))
            return finish(vm, LIST_SERVICE_SIGNAL, S390IRQ_BUSY, NULL);
        pending->parameter |= parameter;
        return finish(vm, LIST_SERVICE_SIGNAL, S390IRQ_COALESCED, NULL);
    }
    return inject_floating(vm, LIST_SERVICE_SIGNAL, new_entry(0, parameter));
}

/* The subchannel set and the number: below four times 65,536. */
static uint32_t number_of(uint32_t subchannel)
{
    return (subchannel >> 17 & 3) << 16 | (subchannel & 0xffff);
}

static enum list_class io_class(uint32_t word)
{
    return (enum list_class)(LIST_IO + S390IRQ_IO_ISC(word));
}

static struct list_entry *io_entry(uint32_t subchannel, uint32_t parameter,
                                   uint32_t word)
{
    struct list_entry *entry = new_entry(0, parameter);

    if (entry) {
        entry->subchannel = subchannel;
        entry->word = word;
    }
    return entry;
}

/* Where the subchannel's entry is named; NULL if none pends. */
static struct list_entry **find_io(struct list_vm *vm, uint32_t subchannel,
                                   enum list_class *class)
{
    struct list_entry **link;

    for (int isc = 0; isc < 8; isc++) {
        *class = (enum list_class)(LIST_IO + isc);
        for (link = &vm->floating.queue[*class].first; *link;
             link = &(*link)->next)
            if ((*link)->subchannel == subchannel)
                return link;
    }
    return NULL;
}

int list_inject_io(struct list_vm *vm, uint32_t subchannel, uint32_t parameter,
                   uint32_t word)
{
    enum list_class class, before;
    struct list_entry **link;

    if (word & ~S390IRQ_IO_WORD(7))
        return S390IRQ_E_INVALID;
    if (!vm->subchannel[number_of(subchannel)])
        return S390IRQ_E_NO_SUBCHANNEL;
    class = io_class(word);
    pthread_mutex_lock(&vm->mutex);
    link = find_io(vm, subchannel, &before);
    if (link) {
        (*link)->parameter = parameter;
        (*link)->word = word;
        if (before != class)
            append(&vm->floating, class,
                   unlink_entry(&vm->floating, before, link));
        return finish(vm, class, S390IRQ_COALESCED, find_waiting(vm, class));
    }
    return inject_floating(vm, class, io_entry(subchannel, parameter, word));
}

void list_append_io(struct list_vm *vm, uint32_t subchannel, uint32_t parameter,
                    uint32_t word)
{
    pthread_mutex_lock(&vm->mutex);
    inject_floating(vm, io_class(word), io_entry(subchannel, parameter, word));
}

int list_clear_io(struct list_vm *vm, uint32_t subchannel)
{
    struct list_entry *entry = NULL;
    struct list_entry **link;
    enum list_class class;

    if (!vm->subchannel[number_of(subchannel)])
        return S390IRQ_E_NO_SUBCHANNEL;
    pthread_mutex_lock(&vm->mutex);
    link = find_io(vm, subchannel, &class);
    if (link) {
        entry = unlink_entry(&vm->floating, class, link);
        vm->counter[class].cleared++;
    }
    pthread_mutex_unlock(&vm->mutex);
    free(entry);
    return entry != NULL;
}

/* Delivery. */

static void store2(uint8_t *at, uint16_t value)
{
    value = __builtin_bswap16(value);
    memcpy(at, &value, sizeof value);
}

static void store4(uint8_t *at, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
}

static void store8(uint8_t *at, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(at, &value, sizeof value);
}

static uint64_t load8(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return __builtin_bswap64(value);
}

static void store_program(uint8_t *lowcore, const struct s390irq_program *what)
{
    store2(lowcore + LOWCORE_PROGRAM_ILC, what->ilc);
    store2(lowcore + LOWCORE_PROGRAM_CODE, what->code);
    if (what->code == 0x07 || what->code == 0x1b)
        store4(lowcore + LOWCORE_DATA_EXCEPTION, what->data_exception_code);
    if (what->translation_exception)
        store8(lowcore + LOWCORE_TRANSLATION_EXCEPTION,
               what->translation_exception);
}

static void store_io(uint8_t *lowcore, const struct list_entry *entry)
{
    store4(lowcore + LOWCORE_SUBCHANNEL, entry->subchannel);
    store4(lowcore + LOWCORE_IO_PARAMETER, entry->parameter);
    store4(lowcore + LOWCORE_IO_WORD, entry->word);
}

static void store_external(uint8_t *lowcore, uint16_t code,
                           const struct list_entry *entry)
{
    store2(lowcore + LOWCORE_EXTERNAL_CPU, (uint16_t)entry->source);
    store2(lowcore + LOWCORE_EXTERNAL_CODE, code);
    if (entry->parameter)
        store4(lowcore + LOWCORE_EXTERNAL_PARAMETER, entry->parameter);
}

static void swap(uint8_t *ram, struct list_registers *registers,
                 enum list_class class, const struct list_entry *entry)
{
    const struct list_row *row = &rows[class];
    uint8_t *lowcore = ram + registers->prefix;

    if (class == LIST_PROGRAM)
        store_program(lowcore, &entry->program);
    else if (row->psw == PSW_IO)
        store_io(lowcore, entry);
    else if (row->psw == PSW_EXTERNAL)
        store_external(lowcore, row->code, entry);
    store8(lowcore + row->old_psw, registers->psw_mask);
    store8(lowcore + row->old_psw + 8, registers->psw_address);
    registers->psw_mask = load8(lowcore + row->new_psw);
    registers->psw_address = load8(lowcore + row->new_psw + 8);
}

/* With the mutex: the highest class that is enabled, and where it pends. */
static struct list_pending *find(struct list_cpu *cpu,
                                 const struct list_registers *registers,
                                 enum list_class *class)
{
    for (int c = 0; c < LIST_CLASSES; c++) {
        *class = (enum list_class)c;
        if (cpu->local.queue[c].first && enabled(*class, registers))
            return &cpu->local;
        if (cpu->vm->floating.queue[c].first && enabled(*class, registers))
            return &cpu->vm->floating;
    }
    return NULL;
}

static struct list_entry *take(struct list_cpu *cpu,
                               const struct list_registers *registers,
                               enum list_class *class)
{
    struct list_pending *pending = find(cpu, registers, class);

    if (!pending)
        return NULL;
    cpu->vm->counter[*class].taken++;
    return unlink_entry(pending, *class, &pending->queue[*class].first);
}

static int fall_asleep(struct list_cpu *cpu,
                       const struct list_registers *registers)
{
    cpu->registers = *registers;
    cpu->state = LIST_WAITING;
    pthread_mutex_unlock(&cpu->vm->mutex);
    return S390IRQ_WAIT;
}

int list_deliver(struct list_cpu *cpu, struct list_registers *registers)
{
    struct list_vm *vm = cpu->vm;
    struct list_entry *entry;
    enum list_class class;

    for (;;) {
        bool waits = (registers->psw_mask & PSW_WAIT) != 0;

        if (!waits && !list_attention(cpu))
            return S390IRQ_RUN;
        pthread_mutex_lock(&vm->mutex);
        if (cpu->state == LIST_STOPPED) {
            pthread_mutex_unlock(&vm->mutex);
            return S390IRQ_STOPPED;
        }
        cpu->state = LIST_RUNNING;
        entry = take(cpu, registers, &class);
        if (!entry && waits)
            return fall_asleep(cpu, registers);
        pthread_mutex_unlock(&vm->mutex);
        if (!entry)
            return S390IRQ_RUN;
        swap(vm->ram, registers, class, entry);
        free(entry);
    }
}

int list_has(struct list_cpu *cpu, const struct list_registers *registers)
{
    enum list_class class;
    bool found;

    if (!list_attention(cpu))
        return 0;
    pthread_mutex_lock(&cpu->vm->mutex);
    found = find(cpu, registers, &class) != NULL;
    pthread_mutex_unlock(&cpu->vm->mutex);
    return found;
}

/* Creation. */

#define SUBCHANNELS (4 * 65536)

struct list_vm *list_create(uint32_t cpus, uint8_t *ram,
                            void (*wake)(void *, void *), void *opaque)
{
    struct list_vm *vm = calloc(1, sizeof *vm);

    if (!vm)
        return NULL;
    vm->cpu = calloc(cpus, sizeof *vm->cpu);
    vm->subchannel = calloc(SUBCHANNELS, 1);
    if (!vm->cpu || !vm->subchannel || pthread_mutex_init(&vm->mutex, NULL)) {
        free(vm->cpu);
        free(vm->subchannel);
        free(vm);
        return NULL;
    }
    initialise(&vm->floating);
    for (uint32_t i = 0; i < cpus; i++) {
        vm->cpu[i].vm = vm;
        vm->cpu[i].address = i;
        initialise(&vm->cpu[i].local);
    }
    vm->cpus = cpus;
    vm->ram = ram;
    vm->wake = wake;
    vm->opaque = opaque;
    return vm;
}

void list_start(struct list_cpu *cpu)
{
    pthread_mutex_lock(&cpu->vm->mutex);
    cpu->state = LIST_RUNNING;
    pthread_mutex_unlock(&cpu->vm->mutex);
}

void list_add_subchannel(struct list_vm *vm, uint32_t subchannel)
{
    vm->subchannel[number_of(subchannel)] = 1;
}

static void drain(struct list_pending *pending)
{
    for (int class = 0; class < LIST_CLASSES; class ++)
        while (pending->queue[class].first)
            free(unlink_entry(pending, (enum list_class) class,
                              &pending->queue[class].first));
}

void list_destroy(struct list_vm *vm)
{
    drain(&vm->floating);
    for (uint32_t i = 0; i < vm->cpus; i++)
        drain(&vm->cpu[i].local);
    pthread_mutex_destroy(&vm->mutex);
    free(vm->cpu);
    free(vm->subchannel);
    free(vm);
}
