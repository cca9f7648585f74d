/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How functions are called: without the GIL, with what their hooks raise, and
 * owner functions in turn. Those without a line here only read what is at
 * hand. A function of the headers that is in no list here or in native.i fails
 * a test.
 */

%define ANY(NAME)
%exception s390irq_##NAME
{
    struct call call;

    call_begin(&call);
    $action
    if (!call_end(&call, (long)result))
        SWIG_fail;
}
%enddef

%define OWNER(NAME)
%exception s390irq_##NAME
{
    struct call call;
    bool good;

    if (!owner_begin(on1))
        SWIG_fail;
    call_begin(&call);
    $action
    good = call_end(&call, (long)result);
    owner_end(on1);
    if (!good)
        SWIG_fail;
}
%enddef

ANY(vm_close)
ANY(vm_reset)
ANY(vm_pause)
ANY(vm_resume)
ANY(vm_set_tod)
ANY(vm_get_tod)
ANY(vm_set_tod_epoch)
ANY(vm_get_tod_epoch)
ANY(vm_adjust_tod)
ANY(vm_inject)
ANY(vm_inject_service)
ANY(vm_add_subchannel)
ANY(vm_remove_subchannel)
ANY(vm_inject_io)
ANY(vm_counters)
ANY(vm_load)
ANY(vm_import_flic)
ANY(vm_add_adapter)
ANY(vm_remove_adapter)
ANY(vm_get_adapter)
ANY(vm_mask_adapter)
ANY(vm_signal_adapter)
ANY(vm_check_route)
ANY(vm_fire_route)
ANY(vm_set_ais)
ANY(vm_get_ais_all)
ANY(vm_set_ais_all)

OWNER(vcpu_unplug)
OWNER(vcpu_deliver)
OWNER(vcpu_masks_changed)
OWNER(vcpu_timers_changed)
OWNER(vcpu_lowcore_changed)
OWNER(vcpu_program)
OWNER(vcpu_supervisor_call)
OWNER(vcpu_check_stop)
OWNER(vcpu_has_interruption)
OWNER(vcpu_wait)
OWNER(vcpu_prepare)
OWNER(vcpu_commit)
OWNER(vcpu_abort)
OWNER(vcpu_pfault_may_start)
OWNER(vcpu_pfault_begin)
OWNER(vcpu_pfault_cancel)

ANY(vcpu_state)
ANY(vcpu_attention)
ANY(vcpu_kick)
ANY(vcpu_timer_fired)
ANY(vcpu_start)
ANY(vcpu_stop)
ANY(vcpu_restart)
ANY(vcpu_reset)
ANY(vcpu_get_cpu)
ANY(vcpu_set_cpu)
ANY(vcpu_get_registers)
ANY(vcpu_set_dispatched)
ANY(vcpu_inject)
ANY(vcpu_inject_emergency)
ANY(vcpu_inject_external_call)
ANY(vcpu_counters)
ANY(vcpu_sigp)
ANY(vcpu_import_kvm)

ANY(queue_clear)
ANY(queue_take_io)
ANY(queue_put_back_io)
ANY(queue_clear_io)

ANY(interruption_check)
ANY(interruption_io_code)
ANY(interruption_from_kvm)
ANY(interruption_to_kvm)

/* By hand: see native.i. */
%ignore s390irq_vm_create;
%ignore s390irq_vm_ref;
%ignore s390irq_vm_unref;
%ignore s390irq_vcpu_create;
%ignore s390irq_vm_cpu;
%ignore s390irq_vm_queue;
%ignore s390irq_vcpu_queue;
%ignore s390irq_queue_list;
%ignore s390irq_vcpu_explain;
%ignore s390irq_vcpu_explain_text;
%ignore s390irq_vm_save;
%ignore s390irq_vm_export_flic;
%ignore s390irq_vcpu_export_kvm;
