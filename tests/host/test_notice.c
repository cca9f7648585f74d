/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/notice.c: the trace, and S-39: the log and its levels. */
#include "fake.h"

#include "host/notice.h"

struct sink {
    unsigned events;
    struct s390irq_trace event;
    void *cpu;
    unsigned clock_reads;
    unsigned lines;
    int level;
    char text[512];
};

static void sink_trace(void *vm, void *cpu, const struct s390irq_trace *event)
{
    struct sink *sink = vm;

    sink->events++;
    sink->event = *event;
    sink->cpu = cpu;
}

static void sink_log(void *vm, void *cpu, int level, const char *text)
{
    struct sink *sink = vm;

    sink->lines++;
    sink->level = level;
    sink->cpu = cpu;
    snprintf(sink->text, sizeof sink->text, "%s", text);
}

static struct si_host host_of(struct sink *sink, uint32_t log_level)
{
    struct si_host host = { .ops = { .trace = sink_trace, .log = sink_log },
                            .opaque = sink,
                            .log_level = log_level,
                            .watched = true };

    return host;
}

static const struct {
    uint16_t event;
    int level;
    const char *line;
} rows[] = {
    { S390IRQ_TRACE_INJECT, S390IRQ_LOG_INJECT,
      "cpu 3: inject emergency signal code 1201: 2" },
    { S390IRQ_TRACE_DELIVER, S390IRQ_LOG_DELIVERY,
      "cpu 3: deliver emergency signal code 1201: 2" },
    { S390IRQ_TRACE_ANSWER, S390IRQ_LOG_INJECT,
      "cpu 3: answer emergency signal code 1201: 2" },
    { S390IRQ_TRACE_WAKE, S390IRQ_LOG_INJECT,
      "cpu 3: wake emergency signal code 1201: 2" },
    { S390IRQ_TRACE_KICK, S390IRQ_LOG_INJECT,
      "cpu 3: kick emergency signal code 1201: 2" },
    { S390IRQ_TRACE_STATE, S390IRQ_LOG_STATE,
      "cpu 3: state emergency signal code 1201: 2" },
    { S390IRQ_TRACE_SIGP, S390IRQ_LOG_DELIVERY,
      "cpu 3: sigp emergency signal code 1201: 2" },
    { S390IRQ_TRACE_MASKS, S390IRQ_LOG_ERROR,
      "cpu 3: masks changed without a call emergency signal code 1201: 2" },
    { S390IRQ_TRACE_PUBLISH, S390IRQ_LOG_INJECT,
      "cpu 3: publish emergency signal code 1201: 2" },
    { S390IRQ_TRACE_HOLD, S390IRQ_LOG_INJECT,
      "cpu 3: hold emergency signal code 1201: 2" },
    { S390IRQ_TRACE_WITHDRAW, S390IRQ_LOG_DELIVERY,
      "cpu 3: withdraw emergency signal code 1201: 2" },
    { S390IRQ_TRACE_PUT_BACK, S390IRQ_LOG_DELIVERY,
      "cpu 3: put back emergency signal code 1201: 2" },
    { S390IRQ_TRACE_CLEAR, S390IRQ_LOG_STATE,
      "cpu 3: clear emergency signal code 1201: 2" },
};

static void every_event_at_every_level(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint32_t level = 0; level < 7; level++) {
            struct sink sink = { .events = 0 };
            struct si_host host = host_of(&sink, level);
            int seen = (uint32_t)rows[i].level <= level;

            si_notice(&host, &sink, 3, rows[i].event,
                      S390IRQ_KIND_EMERGENCY_SIGNAL, 2, 0x1201);
            assert_int_equal(sink.events, 1);
            assert_ptr_equal(sink.cpu, &sink);
            assert_int_equal(sink.event.size, sizeof sink.event);
            assert_int_equal(sink.event.event, rows[i].event);
            assert_int_equal(sink.event.kind, S390IRQ_KIND_EMERGENCY_SIGNAL);
            assert_int_equal(sink.event.cpu, 3);
            assert_int_equal(sink.event.outcome, 2);
            assert_int_equal(sink.event.code, 0x1201);
            assert_int_equal(sink.lines, seen);
            if (seen) {
                assert_int_equal(sink.level, rows[i].level);
                assert_string_equal(sink.text, rows[i].line);
            }
        }
}

static void lines_of_the_vm(void **state)
{
    struct sink sink = { .events = 0 };
    struct si_host host = host_of(&sink, S390IRQ_LOG_INJECT);

    (void)state;
    si_notice(&host, NULL, S390IRQ_NO_CPU, S390IRQ_TRACE_INJECT,
              S390IRQ_KIND_VIRTIO, 3, 0);
    assert_string_equal(sink.text, "vm: inject virtio code 2603: 3");
    assert_null(sink.cpu);
    si_notice(&host, NULL, 0, S390IRQ_TRACE_ANSWER, 0, -5, 0);
    assert_string_equal(sink.text, "cpu 0: answer - code 0000: -5");
}

/* Either hook alone is enough, and none costs nothing. */
static void one_hook_or_none(void **state)
{
    struct sink sink = { .events = 0 };
    struct si_host host = host_of(&sink, S390IRQ_LOG_INJECT);

    (void)state;
    host.ops.log = NULL;
    assert_true(si_notice_wanted(&host));
    si_notice(&host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
    assert_int_equal(sink.events, 1);
    si_notice_fault(&host, NULL, 0, S390IRQ_KIND_RESTART, 0x120);
    assert_int_equal(sink.events, 1);
    host.ops.log = sink_log;
    host.ops.trace = NULL;
    assert_true(si_notice_wanted(&host));
    si_notice(&host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
    assert_int_equal(sink.events, 1);
    assert_int_equal(sink.lines, 1);
    host.ops.log = NULL;
    host.watched = false;
    assert_false(si_notice_wanted(&host));
    si_notice(&host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
    assert_int_equal(sink.lines, 1);
}

static void faults(void **state)
{
    struct sink sink = { .events = 0 };
    struct si_host host = host_of(&sink, S390IRQ_LOG_ERROR);

    (void)state;
    si_notice_fault(&host, &host, 5, S390IRQ_KIND_SERVICE_SIGNAL, 0x2130);
    assert_string_equal(sink.text, "cpu 5: service signal not delivered: no "
                                   "guest storage at 0x2130");
    assert_int_equal(sink.level, S390IRQ_LOG_ERROR);
    assert_ptr_equal(sink.cpu, &host);
    host.log_level = 0;
    si_notice_fault(&host, &host, 5, S390IRQ_KIND_SERVICE_SIGNAL, 0x2130);
    assert_int_equal(sink.lines, 1);
}

static uint64_t sink_tod(void *vm, void *cpu)
{
    struct sink *sink = vm;

    assert_null(cpu);
    sink->clock_reads++;
    return 0x1234;
}

/* The log has no times: the clock is read for a trace only. */
static void times(void **state)
{
    struct sink sink = { .events = 0 };
    struct si_host host = host_of(&sink, S390IRQ_LOG_INJECT);

    (void)state;
    host.ops.tod = sink_tod;
    si_notice(&host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
    assert_int_equal(sink.event.tod, 0x1234);
    assert_int_equal(sink.clock_reads, 1);
    host.ops.trace = NULL;
    si_notice(&host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
    assert_int_equal(sink.lines, 2);
    assert_int_equal(sink.clock_reads, 1);
}

/* A whole event goes through unchanged, but for its size and time. */
static void whole_events(void **state)
{
    struct sink sink = { .events = 0 };
    struct si_host host = host_of(&sink, 0);
    struct s390irq_trace event = {
        .event = S390IRQ_TRACE_DELIVER,
        .kind = 17,
        .cpu = 1,
        .code = 0x2603,
        .parameter = 2,
        .parameter64 = 3,
        .old_psw_mask = 4,
        .old_psw_address = 5,
        .new_psw_mask = 6,
        .new_psw_address = 7,
        .status = 8,
    };
    struct s390irq_trace expected = event;

    (void)state;
    expected.size = sizeof expected;
    host.ops.tod = sink_tod;
    expected.tod = 0x1234;
    si_notice_send(&host, NULL, &event);
    assert_memory_equal(&sink.event, &expected, sizeof expected);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "S-39 notice: every event at every level", every_event_at_every_level,
          NULL, NULL, NULL },
        { "notice: lines of the VM", lines_of_the_vm, NULL, NULL, NULL },
        { "notice: one hook or none", one_hook_or_none, NULL, NULL, NULL },
        { "S-39 notice: storage that is not there", faults, NULL, NULL, NULL },
        { "notice: times", times, NULL, NULL, NULL },
        { "notice: whole events", whole_events, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
