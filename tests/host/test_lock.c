/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/lock.h: short locks, and no hook under one. */
#include "fake.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/memory.h"
#include "host/notice.h"

#define THREADS 4
#define ROUNDS  5000

struct shared {
    struct si_lock lock;
    unsigned count; /* not atomic: the lock guards it */
};

static void one_thread(void **state)
{
    struct si_lock lock;

    (void)state;
    si_lock_init(&lock);
    assert_true(si_lock_try(&lock));
    assert_false(si_lock_try(&lock));
    si_lock_release(&lock);
    si_lock_take(&lock);
    assert_false(si_lock_try(&lock));
    si_lock_release(&lock);
    assert_true(si_lock_try(&lock));
    si_lock_release(&lock);
}

static void *add_up(void *argument)
{
    struct shared *shared = argument;

    for (unsigned i = 0; i < ROUNDS; i++) {
        if (i % 2 == 0 || !si_lock_try(&shared->lock))
            si_lock_take(&shared->lock);
        shared->count++;
        si_lock_release(&shared->lock);
    }
    return NULL;
}

static void several_threads(void **state)
{
    struct shared shared = { .count = 0 };
    pthread_t thread[THREADS];

    (void)state;
    si_lock_init(&shared.lock);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, add_up, &shared), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(shared.count, THREADS * ROUNDS);
}

#ifdef SI_DEBUG
static uint64_t tod(void *vm, void *cpu)
{
    (void)vm;
    (void)cpu;
    return 1;
}

static int copy(void *vm, void *cpu, uint64_t absolute, void *data,
                size_t length)
{
    (void)vm;
    (void)cpu;
    (void)absolute;
    memset(data, 0, length);
    return 0;
}

static int keep(void *vm, void *cpu, uint64_t absolute, const void *data,
                size_t length)
{
    (void)vm;
    (void)cpu;
    (void)absolute;
    (void)data;
    (void)length;
    return 0;
}

static void *lowcore(void *vm, void *cpu, uint64_t absolute)
{
    (void)vm;
    (void)cpu;
    (void)absolute;
    return NULL;
}

static void log_nothing(void *vm, void *cpu, int level, const char *text)
{
    (void)vm;
    (void)cpu;
    (void)level;
    (void)text;
}

static void call_tod(const struct si_host *host)
{
    (void)si_hooks_tod(host, NULL);
}

static void call_read(const struct si_host *host)
{
    uint8_t byte;

    (void)si_memory_read(host, NULL, 0, &byte, 1);
}

static void call_write(const struct si_host *host)
{
    uint8_t byte = 0;

    (void)si_memory_write(host, NULL, 0, &byte, 1);
}

static void call_lowcore(const struct si_host *host)
{
    (void)si_memory_lowcore(host, NULL, 0);
}

static void call_notice(const struct si_host *host)
{
    si_notice(host, NULL, 0, S390IRQ_TRACE_WAKE, 0, 0, 0);
}

static void call_fault(const struct si_host *host)
{
    si_notice_fault(host, NULL, 0, S390IRQ_KIND_STOP, 0);
}

/* In a process of its own, whose last words nobody wants to read. */
static int dies(void (*call)(const struct si_host *host), int locked)
{
    struct si_host host = { .ops = { .tod = tod,
                                     .read = copy,
                                     .write = keep,
                                     .lowcore = lowcore,
                                     .log = log_nothing },
                            .watched = true };
    struct si_lock lock;
    int status;
    pid_t child;

    si_lock_init(&lock);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = { 0, 0 };

        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        if (locked)
            si_lock_take(&lock);
        call(&host);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void no_hook_under_a_lock(void **state)
{
    static void (*const calls[])(const struct si_host *) = {
        call_tod, call_read, call_write, call_lowcore, call_notice, call_fault,
    };

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        assert_false(dies(calls[i], 0));
        assert_true(dies(calls[i], 1));
    }
}

/* The count is of the thread: another one's lock is no matter. */
static void *look(void *argument)
{
    *(unsigned *)argument = si_lock_held;
    return NULL;
}

static void held_by_this_thread(void **state)
{
    struct si_lock lock;
    unsigned elsewhere = 99;
    pthread_t thread;

    (void)state;
    si_lock_init(&lock);
    assert_int_equal(si_lock_held, 0);
    si_lock_take(&lock);
    assert_int_equal(si_lock_held, 1);
    assert_false(si_lock_try(&lock));
    assert_int_equal(si_lock_held, 1);
    assert_int_equal(pthread_create(&thread, NULL, look, &elsewhere), 0);
    pthread_join(thread, NULL);
    assert_int_equal(elsewhere, 0);
    si_lock_release(&lock);
    assert_int_equal(si_lock_held, 0);
}
#else
static void no_hook_under_a_lock(void **state)
{
    (void)state;
    skip();
}

static void held_by_this_thread(void **state)
{
    (void)state;
    skip();
}
#endif

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "lock: one thread", one_thread, NULL, NULL, NULL },
        { "lock: several threads", several_threads, NULL, NULL, NULL },
        { "lock: a debug build refuses a hook under a lock",
          no_hook_under_a_lock, NULL, NULL, NULL },
        { "lock: a debug build counts for each thread", held_by_this_thread,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
