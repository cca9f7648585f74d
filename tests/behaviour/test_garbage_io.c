/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The functions of I/O interruptions and adapters with NULL, unknown numbers
 * and reserved bits: a named error, and nothing that can be seen has changed.
 */
#include "fake.h"

#define OPEN (PSW_64 | PSW_IO)

static struct s390irq_interruption record;
static struct s390irq_adapter adapter = S390IRQ_ADAPTER_INIT;
static struct s390irq_route route = S390IRQ_ROUTE_INIT;
static uint8_t byte;
static uint8_t code[12];

/* A call with one argument wrong; queue is the floating one. */
typedef int call(struct s390irq_vm *vm, struct s390irq_queue *queue,
                 struct s390irq_queue *of_cpu);

#define CALL(name, expression)                                          \
    static int name(struct s390irq_vm *vm, struct s390irq_queue *queue, \
                    struct s390irq_queue *of_cpu)                       \
    {                                                                   \
        (void)vm;                                                       \
        (void)queue;                                                    \
        (void)of_cpu;                                                   \
        return expression;                                              \
    }

CALL(add_null, s390irq_vm_add_subchannel(NULL, FAKE_SUBCHANNEL))
CALL(add_zero, s390irq_vm_add_subchannel(vm, 0))
CALL(add_reserved, s390irq_vm_add_subchannel(vm, FAKE_SUBCHANNEL | 0x100000))
CALL(remove_null, s390irq_vm_remove_subchannel(NULL, FAKE_SUBCHANNEL))
CALL(remove_zero, s390irq_vm_remove_subchannel(vm, 0))
CALL(inject_null, s390irq_vm_inject_io(NULL, FAKE_SUBCHANNEL, 0, 0))
CALL(inject_adapter_word,
     s390irq_vm_inject_io(vm, FAKE_SUBCHANNEL, 0, S390IRQ_IO_ADAPTER))
CALL(inject_reserved_word, s390irq_vm_inject_io(vm, FAKE_SUBCHANNEL, 0, 1))
CALL(inject_wide_isc,
     s390irq_vm_inject_io(vm, FAKE_SUBCHANNEL, 0, S390IRQ_IO_WORD(8)))
CALL(take_null, s390irq_queue_take_io(NULL, 0xff, 0, &record))
CALL(take_out_null, s390irq_queue_take_io(queue, 0xff, 0, NULL))
CALL(take_of_cpu, s390irq_queue_take_io(of_cpu, 0xff, 0, &record))
CALL(take_wide_mask, s390irq_queue_take_io(queue, 0x100, 0, &record))
CALL(put_back_null, s390irq_queue_put_back_io(NULL, &record))
CALL(put_back_nothing, s390irq_queue_put_back_io(queue, NULL))
CALL(put_back_zero, s390irq_queue_put_back_io(queue, &record))
CALL(put_back_of_cpu, s390irq_queue_put_back_io(of_cpu, &record))
CALL(clear_null, s390irq_queue_clear_io(NULL, FAKE_SUBCHANNEL))
CALL(clear_of_cpu, s390irq_queue_clear_io(of_cpu, FAKE_SUBCHANNEL))
CALL(code_null, s390irq_interruption_io_code(NULL, code))
CALL(code_out_null, s390irq_interruption_io_code(&record, NULL))
CALL(code_of_nothing, s390irq_interruption_io_code(&record, code))
CALL(adapter_null, s390irq_vm_add_adapter(NULL, 9, 0, 0))
CALL(adapter_number, s390irq_vm_add_adapter(vm, S390IRQ_MAX_ADAPTERS, 0, 0))
CALL(adapter_far, s390irq_vm_add_adapter(vm, UINT32_MAX, 0, 0))
CALL(adapter_isc, s390irq_vm_add_adapter(vm, 9, 8, 0))
CALL(adapter_flags, s390irq_vm_add_adapter(vm, 9, 0, 8))
CALL(remove_adapter_null, s390irq_vm_remove_adapter(NULL, 1))
CALL(get_adapter_null, s390irq_vm_get_adapter(NULL, 1, &adapter))
CALL(get_adapter_out, s390irq_vm_get_adapter(vm, 1, NULL))
CALL(mask_null, s390irq_vm_mask_adapter(NULL, 1, 1))
CALL(signal_null, s390irq_vm_signal_adapter(NULL, 1))
CALL(check_null, s390irq_vm_check_route(NULL, &route))
CALL(check_route_null, s390irq_vm_check_route(vm, NULL))
CALL(fire_null, s390irq_vm_fire_route(NULL, &route))
CALL(fire_route_null, s390irq_vm_fire_route(vm, NULL))
CALL(ais_null, s390irq_vm_set_ais(NULL, 0, 0))
CALL(ais_isc, s390irq_vm_set_ais(vm, 8, 0))
CALL(ais_mode, s390irq_vm_set_ais(vm, 0, 2))
CALL(ais_all_null, s390irq_vm_set_ais_all(NULL, 0, 0))
CALL(ais_all_suppressed, s390irq_vm_set_ais_all(vm, 0x80, 0x40))
CALL(get_ais_null, s390irq_vm_get_ais_all(NULL, &byte, &byte))
CALL(get_ais_single, s390irq_vm_get_ais_all(vm, NULL, &byte))
CALL(get_ais_suppressed, s390irq_vm_get_ais_all(vm, &byte, NULL))

/* What is not there. */
CALL(remove_unknown, s390irq_vm_remove_subchannel(vm, 0x000100ff))
CALL(inject_unknown, s390irq_vm_inject_io(vm, 0x000100ff, 0, 0))
CALL(inject_nowhere, s390irq_vm_inject_io(vm, 0, 0, 0))
CALL(take_unknown, s390irq_queue_take_io(queue, 0xff, 0x00030042, &record))
CALL(take_nowhere, s390irq_queue_take_io(queue, 0xff, 1, &record))
CALL(clear_unknown, s390irq_queue_clear_io(queue, 0x000100ff))
CALL(clear_nowhere, s390irq_queue_clear_io(queue, 0))
CALL(remove_adapter_unknown, s390irq_vm_remove_adapter(vm, 9))
CALL(remove_adapter_far, s390irq_vm_remove_adapter(vm, UINT32_MAX))
CALL(get_adapter_far, s390irq_vm_get_adapter(vm, 256, &adapter))
CALL(mask_unknown, s390irq_vm_mask_adapter(vm, 9, 0))
CALL(mask_far, s390irq_vm_mask_adapter(vm, 256, 1))
CALL(signal_unknown, s390irq_vm_signal_adapter(vm, 9))
CALL(signal_far, s390irq_vm_signal_adapter(vm, UINT32_MAX))
CALL(fire_unknown, s390irq_vm_fire_route(vm, &route))
CALL(add_twice, s390irq_vm_add_subchannel(vm, FAKE_SUBCHANNEL))
CALL(adapter_twice, s390irq_vm_add_adapter(vm, 1, 0, 0))
CALL(mask_unmaskable, s390irq_vm_mask_adapter(vm, 1, 1))

#define ROW(function, error)       \
    {                              \
#function, function, error \
    }
#define INVALID(function) ROW(function, S390IRQ_E_INVALID)

static const struct {
    const char *name;
    call *function;
    int error;
} rows[] = {
    INVALID(add_null),
    INVALID(add_zero),
    INVALID(add_reserved),
    INVALID(remove_null),
    INVALID(remove_zero),
    INVALID(inject_null),
    INVALID(inject_adapter_word),
    INVALID(inject_reserved_word),
    INVALID(inject_wide_isc),
    INVALID(take_null),
    INVALID(take_out_null),
    INVALID(take_of_cpu),
    INVALID(take_wide_mask),
    INVALID(put_back_null),
    INVALID(put_back_nothing),
    INVALID(put_back_zero),
    INVALID(put_back_of_cpu),
    INVALID(clear_null),
    INVALID(clear_of_cpu),
    INVALID(code_null),
    INVALID(code_out_null),
    INVALID(code_of_nothing),
    INVALID(adapter_null),
    INVALID(adapter_number),
    INVALID(adapter_far),
    INVALID(adapter_isc),
    INVALID(adapter_flags),
    INVALID(remove_adapter_null),
    INVALID(get_adapter_null),
    INVALID(get_adapter_out),
    INVALID(mask_null),
    INVALID(signal_null),
    INVALID(check_null),
    INVALID(check_route_null),
    INVALID(fire_null),
    INVALID(fire_route_null),
    INVALID(ais_null),
    INVALID(ais_isc),
    INVALID(ais_mode),
    INVALID(ais_all_null),
    INVALID(ais_all_suppressed),
    INVALID(get_ais_null),
    INVALID(get_ais_single),
    INVALID(get_ais_suppressed),
    ROW(remove_unknown, S390IRQ_E_NO_SUBCHANNEL),
    ROW(inject_unknown, S390IRQ_E_NO_SUBCHANNEL),
    ROW(inject_nowhere, S390IRQ_E_NO_SUBCHANNEL),
    ROW(take_unknown, S390IRQ_E_NO_SUBCHANNEL),
    ROW(take_nowhere, S390IRQ_E_NO_SUBCHANNEL),
    ROW(clear_unknown, S390IRQ_E_NO_SUBCHANNEL),
    ROW(clear_nowhere, S390IRQ_E_NO_SUBCHANNEL),
    ROW(remove_adapter_unknown, S390IRQ_E_NO_ADAPTER),
    ROW(remove_adapter_far, S390IRQ_E_NO_ADAPTER),
    ROW(get_adapter_far, S390IRQ_E_NO_ADAPTER),
    ROW(mask_unknown, S390IRQ_E_NO_ADAPTER),
    ROW(mask_far, S390IRQ_E_NO_ADAPTER),
    ROW(signal_unknown, S390IRQ_E_NO_ADAPTER),
    ROW(signal_far, S390IRQ_E_NO_ADAPTER),
    ROW(fire_unknown, S390IRQ_E_NO_ADAPTER),
    ROW(add_twice, S390IRQ_E_EXISTS),
    ROW(adapter_twice, S390IRQ_E_EXISTS),
    ROW(mask_unmaskable, S390IRQ_E_UNSUPPORTED),
};

/* Something of everything pends. */
static struct fake *busy_machine(void)
{
    struct fake *fake = fake_usual(1);

    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_IO));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_ADAPTER));
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 1, 2, 0), 0);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x81, 0x01), 0);
    fake_load_masks(fake, 0, OPEN, 0);
    return fake;
}

static void named_errors(void **state)
{
    struct fake *fake = busy_machine();
    struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
    struct s390irq_queue *of_cpu = s390irq_vcpu_queue(fake->cpu[0].vcpu);
    uint8_t single, suppressed;

    (void)state;
    route.adapter = 9;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);
        unsigned events = fake->events;
        int answer = rows[i].function(fake->vm, queue, of_cpu);

        if (answer != rows[i].error)
            fail_msg("%s answers %d (%s)", rows[i].name, answer,
                     s390irq_strerror(answer));
        assert_int_equal(fake->events, events);
        fake_assert_unchanged(fake, before);
    }
    assert_int_equal(s390irq_vm_get_ais_all(fake->vm, &single, &suppressed), 0);
    assert_int_equal(single, 0x81);
    assert_int_equal(suppressed, 0x01);
    assert_int_equal(s390irq_vm_get_adapter(fake->vm, 1, &adapter), 0);
    assert_int_equal(adapter.masked, 0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "garbage: I/O interruptions and adapters", named_errors, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
