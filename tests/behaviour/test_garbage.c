/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Every public function with NULL, unknown numbers and reserved bits: a
 * named error, and nothing that can be seen has changed.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

/* CPU 0 runs, 1 sleeps, 2 is stopped, 3 check-stopped; some things pend. */
static struct fake *busy_machine(void)
{
    struct fake *fake = fake_usual(4);

    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, CR0_EXTERNAL_CALL, S390IRQ_WAIT);
    fake_boot(fake, 3, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[3].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 3), S390IRQ_CHECK_STOP);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 2), 0);
    assert_int_equal(s390irq_vcpu_inject_external_call(fake->cpu[2].vcpu, 0),
                     0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1001), 0);
    return fake;
}

/*
 * A call with one argument wrong. vcpu is the running CPU 0, idle the one
 * that sleeps.
 */
typedef int call(struct fake *fake, struct s390irq_vcpu *vcpu);

static struct s390irq_cpu registers = S390IRQ_CPU_INIT;
static struct s390irq_interruption record;
static struct s390irq_plan plan;
static struct s390irq_vm *no_vm;
static struct s390irq_vcpu *no_vcpu;
static uint32_t status;

#define CALL(name, expression)                                    \
    static int name(struct fake *fake, struct s390irq_vcpu *vcpu) \
    {                                                             \
        (void)fake;                                               \
        (void)vcpu;                                               \
        return expression;                                        \
    }

CALL(vm_create_config, s390irq_vm_create(NULL, &fake->ops, fake, &no_vm))
CALL(vm_create_out, s390irq_vm_create(&fake->config, &fake->ops, fake, NULL))
CALL(vm_close, s390irq_vm_close(NULL))
CALL(vm_reset, s390irq_vm_reset(NULL))
CALL(vm_pause, s390irq_vm_pause(NULL))
CALL(vm_resume, s390irq_vm_resume(NULL))
CALL(vm_set_tod, s390irq_vm_set_tod(NULL, 1))
CALL(vm_get_tod, s390irq_vm_get_tod(NULL, &(uint64_t){ 0 }))
CALL(vm_get_tod_out, s390irq_vm_get_tod(fake->vm, NULL))
CALL(vm_inject, s390irq_vm_inject(NULL, &record))
CALL(vm_inject_record, s390irq_vm_inject(fake->vm, NULL))
CALL(vm_service, s390irq_vm_inject_service(NULL, 1))
CALL(vm_service_zero, s390irq_vm_inject_service(fake->vm, 0))
CALL(vm_service_bit, s390irq_vm_inject_service(fake->vm, 0x2004))
CALL(vm_service_lone_bit, s390irq_vm_inject_service(fake->vm, 4))
CALL(vm_counters, s390irq_vm_counters(fake->vm, NULL))
CALL(vm_counters_null,
     s390irq_vm_counters(NULL, &(struct s390irq_counters)S390IRQ_COUNTERS_INIT))
CALL(vcpu_create, s390irq_vcpu_create(NULL, 0, NULL, &no_vcpu))
CALL(vcpu_create_out, s390irq_vcpu_create(fake->vm, 0, NULL, NULL))
CALL(vcpu_state, s390irq_vcpu_state(NULL))
CALL(deliver, s390irq_vcpu_deliver(NULL, &registers, NULL))
CALL(deliver_cpu, s390irq_vcpu_deliver(vcpu, NULL, NULL))
CALL(masks, s390irq_vcpu_masks_changed(NULL, &registers))
CALL(masks_cpu, s390irq_vcpu_masks_changed(vcpu, NULL))
CALL(timers, s390irq_vcpu_timers_changed(NULL, &registers))
CALL(timers_cpu, s390irq_vcpu_timers_changed(vcpu, NULL))
CALL(lowcore, s390irq_vcpu_lowcore_changed(NULL))
CALL(program, s390irq_vcpu_program(NULL, &record.u.program))
CALL(program_null, s390irq_vcpu_program(vcpu, NULL))
CALL(svc, s390irq_vcpu_supervisor_call(NULL, 1, 2))
CALL(svc_code, s390irq_vcpu_supervisor_call(vcpu, 256, 2))
CALL(svc_ilc_0, s390irq_vcpu_supervisor_call(vcpu, 1, 0))
CALL(svc_ilc_3, s390irq_vcpu_supervisor_call(vcpu, 1, 3))
CALL(svc_ilc_8, s390irq_vcpu_supervisor_call(vcpu, 1, 8))
CALL(check_stop, s390irq_vcpu_check_stop(NULL))
CALL(has, s390irq_vcpu_has_interruption(NULL, &registers))
CALL(has_cpu, s390irq_vcpu_has_interruption(vcpu, NULL))
CALL(wait_null, s390irq_feature(S390IRQ_FEATURE_BLOCKING_WAIT)
                    ? s390irq_vcpu_wait(NULL)
                    : S390IRQ_E_INVALID)
CALL(prepare, s390irq_vcpu_prepare(NULL, &registers, &plan))
CALL(prepare_cpu, s390irq_vcpu_prepare(vcpu, NULL, &plan))
CALL(prepare_plan, s390irq_vcpu_prepare(vcpu, &fake->cpu[0].cpu, NULL))
CALL(commit, s390irq_vcpu_commit(NULL, &registers, &plan))
CALL(commit_cpu, s390irq_vcpu_commit(vcpu, NULL, &plan))
CALL(commit_plan, s390irq_vcpu_commit(vcpu, &fake->cpu[0].cpu, NULL))
CALL(abort_null, s390irq_vcpu_abort(NULL))
CALL(poll, s390irq_vcpu_poll(NULL, &(struct s390irq_poll){ 0 }))
CALL(poll_out, s390irq_vcpu_poll(vcpu, NULL))
CALL(kick, s390irq_vcpu_kick(NULL))
CALL(timer_fired, s390irq_vcpu_timer_fired(NULL))
CALL(start, s390irq_vcpu_start(NULL, NULL))
CALL(stop, s390irq_vcpu_stop(NULL))
CALL(restart, s390irq_vcpu_restart(NULL))
CALL(reset, s390irq_vcpu_reset(NULL, S390IRQ_RESET_CPU))
CALL(reset_0, s390irq_vcpu_reset(vcpu, 0))
CALL(reset_4, s390irq_vcpu_reset(vcpu, 4))
CALL(get_cpu, s390irq_vcpu_get_cpu(NULL, &registers))
CALL(get_cpu_out, s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, NULL))
CALL(set_cpu, s390irq_vcpu_set_cpu(NULL, &registers))
CALL(set_cpu_in, s390irq_vcpu_set_cpu(fake->cpu[1].vcpu, NULL))
CALL(inject, s390irq_vcpu_inject(NULL, &record))
CALL(inject_record, s390irq_vcpu_inject(vcpu, NULL))
CALL(emergency, s390irq_vcpu_inject_emergency(NULL, 0))
CALL(external_call, s390irq_vcpu_inject_external_call(NULL, 0))
CALL(vcpu_counters, s390irq_vcpu_counters(vcpu, NULL))
CALL(vcpu_counters_null,
     s390irq_vcpu_counters(NULL,
                           &(struct s390irq_counters)S390IRQ_COUNTERS_INIT))
CALL(sigp, s390irq_vcpu_sigp(NULL, 0, S390IRQ_SIGP_STOP, 0, &status))
CALL(sigp_status, s390irq_vcpu_sigp(vcpu, 1, S390IRQ_SIGP_STOP, 0, NULL))
CALL(check, s390irq_interruption_check(NULL))
CALL(from_kvm, s390irq_interruption_from_kvm(NULL, 16, 1, &record))
CALL(from_kvm_out,
     s390irq_interruption_from_kvm("0123456789abcde", 16, 1, NULL))
CALL(from_kvm_flags_0,
     s390irq_interruption_from_kvm("0123456789abcde", 16, 0, &record))
CALL(from_kvm_flags_3,
     s390irq_interruption_from_kvm("0123456789abcde", 16, 3, &record))
CALL(from_kvm_flags_9,
     s390irq_interruption_from_kvm("0123456789abcde", 16, 9, &record))
CALL(queue_list_null, s390irq_queue_list(NULL, &record, &(size_t){ 1 }))
CALL(queue_list_count,
     s390irq_queue_list(s390irq_vm_queue(fake->vm), &record, NULL))
CALL(queue_list_array,
     s390irq_queue_list(s390irq_vm_queue(fake->vm), NULL, &(size_t){ 1 }))
CALL(queue_clear, s390irq_queue_clear(NULL))

#define ROW(function)       \
    {                       \
#function, function \
    }

static const struct {
    const char *name;
    call *call;
} invalid_calls[] = {
    ROW(vm_create_config),
    ROW(vm_create_out),
    ROW(vm_close),
    ROW(vm_reset),
    ROW(vm_pause),
    ROW(vm_resume),
    ROW(vm_set_tod),
    ROW(vm_get_tod),
    ROW(vm_get_tod_out),
    ROW(vm_inject),
    ROW(vm_inject_record),
    ROW(vm_service),
    ROW(vm_service_zero),
    ROW(vm_service_bit),
    ROW(vm_service_lone_bit),
    ROW(vm_counters),
    ROW(vm_counters_null),
    ROW(vcpu_create),
    ROW(vcpu_create_out),
    ROW(vcpu_state),
    ROW(deliver),
    ROW(deliver_cpu),
    ROW(masks),
    ROW(masks_cpu),
    ROW(timers),
    ROW(timers_cpu),
    ROW(lowcore),
    ROW(program),
    ROW(program_null),
    ROW(svc),
    ROW(svc_code),
    ROW(svc_ilc_0),
    ROW(svc_ilc_3),
    ROW(svc_ilc_8),
    ROW(check_stop),
    ROW(has),
    ROW(has_cpu),
    ROW(wait_null),
    ROW(prepare),
    ROW(prepare_cpu),
    ROW(prepare_plan),
    ROW(commit),
    ROW(commit_cpu),
    ROW(commit_plan),
    ROW(abort_null),
    ROW(poll),
    ROW(poll_out),
    ROW(kick),
    ROW(timer_fired),
    ROW(start),
    ROW(stop),
    ROW(restart),
    ROW(reset),
    ROW(reset_0),
    ROW(reset_4),
    ROW(get_cpu),
    ROW(get_cpu_out),
    ROW(set_cpu),
    ROW(set_cpu_in),
    ROW(inject),
    ROW(inject_record),
    ROW(emergency),
    ROW(external_call),
    ROW(vcpu_counters),
    ROW(vcpu_counters_null),
    ROW(sigp),
    ROW(sigp_status),
    ROW(check),
    ROW(from_kvm),
    ROW(from_kvm_out),
    ROW(from_kvm_flags_0),
    ROW(from_kvm_flags_3),
    ROW(from_kvm_flags_9),
    ROW(queue_list_null),
    ROW(queue_list_count),
    ROW(queue_list_array),
    ROW(queue_clear),
};

static void invalid_arguments(void **state)
{
    struct fake *fake = busy_machine();

    (void)state;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    record = fake_record(S390IRQ_KIND_TIMING_ALERT);
    for (size_t i = 0; i < sizeof invalid_calls / sizeof *invalid_calls; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);
        int answer = invalid_calls[i].call(fake, fake->cpu[0].vcpu);

        if (answer != S390IRQ_E_INVALID)
            fail_msg("%s answered %d", invalid_calls[i].name, answer);
        fake_assert_unchanged(fake, before);
    }
    assert_null(no_vm);
    assert_null(no_vcpu);
    fake_close(fake);
}

static void answers_that_are_no_errors(void **state)
{
    struct fake *fake = busy_machine();

    (void)state;
    assert_null(s390irq_vm_ref(NULL));
    s390irq_vm_unref(NULL);
    assert_null(s390irq_vm_cpu(NULL, 0));
    assert_null(s390irq_vm_cpu(fake->vm, 4));
    assert_null(s390irq_vm_cpu(fake->vm, UINT32_MAX));
    assert_null(s390irq_vm_queue(NULL));
    assert_null(s390irq_vcpu_queue(NULL));
    assert_int_equal(s390irq_queue_pending(NULL), 0);
    assert_int_equal(s390irq_queue_count(NULL), 0);
    assert_int_equal(s390irq_vcpu_address(NULL), S390IRQ_NO_CPU);
    assert_int_equal(s390irq_vcpu_attention(NULL), 0);
    assert_string_equal(s390irq_kind_name(0), "unknown");
    assert_string_equal(s390irq_kind_name(24), "unknown");
    assert_string_equal(s390irq_kind_name(S390IRQ_KIND_LIMIT - 1), "unknown");
    assert_string_equal(s390irq_kind_name(S390IRQ_KIND_LIMIT), "unknown");
    assert_string_equal(s390irq_kind_name(UINT32_MAX), "unknown");
    assert_string_equal(s390irq_strerror(-17), "unknown");
    assert_string_equal(s390irq_strerror(0), "unknown");
    assert_string_equal(s390irq_strerror(1), "unknown");
    assert_string_equal(s390irq_strerror(INT32_MIN), "unknown");
    assert_int_equal(s390irq_feature(0), 0);
    assert_int_equal(s390irq_feature(UINT32_MAX), 0);
    assert_int_equal(s390irq_struct_size(0), 0);
    assert_int_equal(s390irq_struct_size(UINT32_MAX), 0);
    for (int error = -13; error < 0; error++)
        assert_string_not_equal(s390irq_strerror(error), "unknown");
    fake_close(fake);
}

/* In the wrong state: named errors, nothing changed. */
CALL(wait_with_hook, s390irq_feature(S390IRQ_FEATURE_BLOCKING_WAIT)
                         ? s390irq_vcpu_wait(fake->cpu[1].vcpu)
                         : S390IRQ_E_STATE)
CALL(get_running, s390irq_vcpu_get_cpu(vcpu, &registers))
CALL(set_running, s390irq_vcpu_set_cpu(vcpu, &registers))
CALL(start_running, s390irq_vcpu_start(vcpu, &registers))
CALL(start_check_stop, s390irq_vcpu_start(fake->cpu[3].vcpu, NULL))
CALL(stop_check_stop, s390irq_vcpu_stop(fake->cpu[3].vcpu))
CALL(restart_check_stop, s390irq_vcpu_restart(fake->cpu[3].vcpu))
CALL(masks_parked, s390irq_vcpu_masks_changed(fake->cpu[1].vcpu, &registers))
CALL(timers_parked, s390irq_vcpu_timers_changed(fake->cpu[1].vcpu, &registers))
CALL(program_parked, s390irq_vcpu_program(fake->cpu[1].vcpu,
                                          &fake_class_of(S390IRQ_KIND_PROGRAM)
                                               ->record.u.program))
CALL(svc_parked, s390irq_vcpu_supervisor_call(fake->cpu[1].vcpu, 1, 2))
CALL(check_stop_parked, s390irq_vcpu_check_stop(fake->cpu[1].vcpu))
CALL(commit_nothing, s390irq_vcpu_commit(vcpu, &fake->cpu[0].cpu, &plan))
CALL(abort_nothing, s390irq_vcpu_abort(vcpu))
CALL(prepare_stopped,
     s390irq_vcpu_prepare(fake->cpu[2].vcpu, &fake->cpu[2].cpu, &plan))
CALL(prepare_check_stop,
     s390irq_vcpu_prepare(fake->cpu[3].vcpu, &fake->cpu[3].cpu, &plan))
CALL(program_running,
     s390irq_vcpu_inject(vcpu, &fake_class_of(S390IRQ_KIND_PROGRAM)->record))
CALL(svc_running,
     s390irq_vcpu_inject(vcpu,
                         &fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL)->record))
CALL(prefix_running,
     s390irq_vcpu_inject(vcpu, &(struct s390irq_interruption){
                                   .kind = S390IRQ_KIND_SET_PREFIX }))
CALL(prefix_asleep, s390irq_vcpu_inject(fake->cpu[1].vcpu,
                                        &(struct s390irq_interruption){
                                            .kind = S390IRQ_KIND_SET_PREFIX }))
CALL(inject_stop_check_stop,
     s390irq_vcpu_inject(fake->cpu[3].vcpu, &(struct s390irq_interruption){
                                                .kind = S390IRQ_KIND_STOP }))
CALL(emergency_source, s390irq_vcpu_inject_emergency(vcpu, 4))
CALL(emergency_far, s390irq_vcpu_inject_emergency(vcpu, UINT32_MAX))
CALL(external_call_source, s390irq_vcpu_inject_external_call(vcpu, 4))
CALL(external_call_far, s390irq_vcpu_inject_external_call(vcpu, UINT32_MAX))
CALL(create_twice, s390irq_vcpu_create(fake->vm, 0, NULL, &no_vcpu))
CALL(create_beyond, s390irq_vcpu_create(fake->vm, 4, NULL, &no_vcpu))
CALL(list_too_short,
     s390irq_queue_list(s390irq_vm_queue(fake->vm), NULL, &(size_t){ 0 }))
CALL(from_kvm_0, s390irq_interruption_from_kvm("", 0, 1, &record))
CALL(from_kvm_15,
     s390irq_interruption_from_kvm("0123456789abcde", 15, 1, &record))
CALL(from_kvm_72,
     s390irq_interruption_from_kvm((uint8_t[72]){ 0 }, 72, 1, &record))

static const struct {
    const char *name;
    call *call;
    int answer;
} wrong_states[] = {
    { "wait with a wake hook", wait_with_hook, S390IRQ_E_STATE },
    { "get_cpu running", get_running, S390IRQ_E_NOT_PARKED },
    { "set_cpu running", set_running, S390IRQ_E_NOT_PARKED },
    { "start running with registers", start_running, S390IRQ_E_STATE },
    { "start check-stop", start_check_stop, S390IRQ_E_STATE },
    { "stop check-stop", stop_check_stop, S390IRQ_E_STATE },
    { "restart check-stop", restart_check_stop, S390IRQ_E_STATE },
    { "masks_changed parked", masks_parked, S390IRQ_E_STATE },
    { "timers_changed parked", timers_parked, S390IRQ_E_STATE },
    { "program parked", program_parked, S390IRQ_E_STATE },
    { "supervisor call parked", svc_parked, S390IRQ_E_STATE },
    { "check_stop parked", check_stop_parked, S390IRQ_E_STATE },
    { "commit of nothing", commit_nothing, S390IRQ_E_STATE },
    { "abort of nothing", abort_nothing, S390IRQ_E_STATE },
    { "prepare stopped", prepare_stopped, S390IRQ_E_STATE },
    { "prepare check-stop", prepare_check_stop, S390IRQ_E_STATE },
    { "inject program running", program_running, S390IRQ_E_STATE },
    { "inject SVC running", svc_running, S390IRQ_E_STATE },
    { "inject set prefix running", prefix_running, S390IRQ_E_STATE },
    { "inject set prefix asleep", prefix_asleep, S390IRQ_E_STATE },
    { "inject stop check-stop", inject_stop_check_stop, S390IRQ_E_STATE },
    { "emergency source", emergency_source, S390IRQ_E_NO_CPU },
    { "emergency source far", emergency_far, S390IRQ_E_NO_CPU },
    { "external call source", external_call_source, S390IRQ_E_NO_CPU },
    { "external call source far", external_call_far, S390IRQ_E_NO_CPU },
    { "create twice", create_twice, S390IRQ_E_EXISTS },
    { "create beyond", create_beyond, S390IRQ_E_NO_CPU },
    { "list too short", list_too_short, S390IRQ_E_BUFFER },
    { "kvm record of 0", from_kvm_0, S390IRQ_E_FORMAT },
    { "kvm record of 15", from_kvm_15, S390IRQ_E_FORMAT },
    { "kvm record of 72", from_kvm_72, S390IRQ_E_FORMAT },
};

static void wrong_state(void **state)
{
    struct fake *fake = busy_machine();

    (void)state;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    for (size_t i = 0; i < sizeof wrong_states / sizeof *wrong_states; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);
        int answer = wrong_states[i].call(fake, fake->cpu[0].vcpu);

        if (answer != wrong_states[i].answer)
            fail_msg("%s answered %d", wrong_states[i].name, answer);
        fake_assert_unchanged(fake, before);
    }
    assert_null(no_vcpu);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "garbage: NULL, unknown numbers, reserved bits", invalid_arguments,
          NULL, NULL, NULL },
        { "garbage: queries that have no errors", answers_that_are_no_errors,
          NULL, NULL, NULL },
        { "garbage: calls in the wrong state", wrong_state, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
