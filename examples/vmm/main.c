/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the user want? */
#include "loop.h"
#include "machine.h"
#include "trace/json.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_RAM (UINT64_C(16) << 20)
#define LINUX_RAM (UINT64_C(256) << 20)

static const char usage[] =
    "usage: s390irq-vmm [OPTION...] GUEST\n"
    "       s390irq-vmm [OPTION...] --kernel FILE\n"
    "\n"
    "Runs GUEST, an ELF executable for s390x or a flat image, on Unicorn with\n"
    "libs390irq for all that interrupts. At the end it holds the\n"
    "interruptions that were injected against those that the guest counted.\n"
    "A flat image is loaded to, and begins at, 0x20000.\n"
    "\n"
    "  --kernel FILE   boot Linux: an s390x vmlinuz as distributions have it\n"
    "  --initrd FILE   its initial RAM disk\n"
    "  --append TEXT   its command line (console=ttysclp0 nokaslr)\n"
    "  --disk FILE     a virtio disk; what is written to it is not kept\n"
    "  --answer PROMPT=TEXT\n"
    "                  type TEXT when the guest has printed PROMPT\n"
    "  --attach PROMPT=FILE\n"
    "                  attach one more disk when it has printed PROMPT\n"
    "  --expect TEXT   fail unless Linux prints a line with TEXT\n"
    "  --cpus N        CPUs of the machine (2), 1 to 240\n"
    "  --memory N      storage in MiB (16; Linux: 256), 1 to 2047\n"
    "  --deliveries    a line for each interruption that is delivered\n"
    "  --events        a line for each event: injections, answers, SIGP, ...\n"
    "  --trace FILE    write all events as JSON for a trace viewer, and print\n"
    "                  how long deliveries took\n"
    "  --interactive   the keyboard is the guest's, and time is real; Ctrl-]\n"
    "                  leaves the guest\n"
    "  --check-invariants\n"
    "                  fail if after any step something sleeps that could be\n"
    "                  delivered\n"
    "  --host-clock    the TOD clock is the host's; without it the clock\n"
    "                  advances with the instructions and skips idle time\n"
    "  --time-limit N  give up after N seconds (0: never)\n"
    "  --minimum N     fail unless N are injected and N are delivered (0)\n"
    "  --suppress-delivery N\n"
    "                  undo the Nth delivery, to see the accounts fail\n"
    "  --help          this text\n"
    "\n"
    "Exit status: 0 nothing is lost and the guest ended in a disabled wait\n"
    "at address 0 (Linux: all CPUs are stopped, and it has printed what was\n"
    "expected); 1 otherwise; 2 the machine could not be set up.\n";

enum {
    OPTION_KERNEL = 256,
    OPTION_INITRD,
    OPTION_APPEND,
    OPTION_DISK,
    OPTION_ANSWER,
    OPTION_ATTACH,
    OPTION_EXPECT,
    OPTION_CPUS,
    OPTION_MEMORY,
    OPTION_DELIVERIES,
    OPTION_EVENTS,
    OPTION_TRACE,
    OPTION_INTERACTIVE,
    OPTION_CHECK_INVARIANTS,
    OPTION_HOST_CLOCK,
    OPTION_TIME_LIMIT,
    OPTION_MINIMUM,
    OPTION_SUPPRESS,
    OPTION_HELP
};

static const struct option long_options[] = {
    { "kernel", required_argument, NULL, OPTION_KERNEL },
    { "initrd", required_argument, NULL, OPTION_INITRD },
    { "append", required_argument, NULL, OPTION_APPEND },
    { "disk", required_argument, NULL, OPTION_DISK },
    { "answer", required_argument, NULL, OPTION_ANSWER },
    { "attach", required_argument, NULL, OPTION_ATTACH },
    { "expect", required_argument, NULL, OPTION_EXPECT },
    { "cpus", required_argument, NULL, OPTION_CPUS },
    { "memory", required_argument, NULL, OPTION_MEMORY },
    { "deliveries", no_argument, NULL, OPTION_DELIVERIES },
    { "events", no_argument, NULL, OPTION_EVENTS },
    { "trace", required_argument, NULL, OPTION_TRACE },
    { "interactive", no_argument, NULL, OPTION_INTERACTIVE },
    { "check-invariants", no_argument, NULL, OPTION_CHECK_INVARIANTS },
    { "host-clock", no_argument, NULL, OPTION_HOST_CLOCK },
    { "time-limit", required_argument, NULL, OPTION_TIME_LIMIT },
    { "minimum", required_argument, NULL, OPTION_MINIMUM },
    { "suppress-delivery", required_argument, NULL, OPTION_SUPPRESS },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static uint64_t number(const char *text, uint64_t least, uint64_t most)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' ||
        value < least || value > most) {
        fprintf(stderr, "s390irq-vmm: %s is not a number from %llu to %llu\n",
                text, (unsigned long long)least, (unsigned long long)most);
        exit(2);
    }
    return value;
}

/* The prompt must not contain the sign that ends it. */
static void set_action(struct console_action *action, char *text)
{
    char *equals = strchr(text, '=');

    if (!equals || equals == text) {
        fprintf(stderr, "s390irq-vmm: %s is not PROMPT=...\n", text);
        exit(2);
    }
    *equals = '\0';
    action->prompt = text;
    action->text = equals + 1;
}

static void set_option(struct machine_options *options, int option)
{
    switch (option) {
    case OPTION_KERNEL:
        options->boot.kernel = optarg;
        break;
    case OPTION_INITRD:
        options->boot.initrd = optarg;
        break;
    case OPTION_APPEND:
        options->boot.append = optarg;
        break;
    case OPTION_DISK:
        options->disk = optarg;
        break;
    case OPTION_ANSWER:
        set_action(&options->answer, optarg);
        break;
    case OPTION_ATTACH:
        set_action(&options->attach, optarg);
        break;
    case OPTION_EXPECT:
        options->expected = optarg;
        break;
    case OPTION_CPUS:
        options->cpus = (uint32_t)number(optarg, 1, 240);
        break;
    case OPTION_MEMORY:
        options->ram_size = number(optarg, 1, 2047) << 20;
        break;
    case OPTION_DELIVERIES:
        options->deliveries = true;
        break;
    case OPTION_EVENTS:
        options->events = true;
        break;
    case OPTION_TRACE:
        options->trace = optarg;
        break;
    case OPTION_INTERACTIVE:
        options->interactive = true;
        options->host_clock = true;
        break;
    case OPTION_CHECK_INVARIANTS:
        options->check_invariants = true;
        break;
    case OPTION_HOST_CLOCK:
        options->host_clock = true;
        break;
    case OPTION_TIME_LIMIT:
        options->seconds = number(optarg, 0, UINT32_MAX);
        break;
    case OPTION_MINIMUM:
        options->minimum = number(optarg, 0, UINT64_MAX);
        break;
    case OPTION_SUPPRESS:
        options->suppress = number(optarg, 1, UINT64_MAX);
        break;
    case OPTION_HELP:
        fputs(usage, stdout);
        exit(0);
    default:
        fputs("s390irq-vmm: try --help\n", stderr);
        exit(2);
    }
}

/* A small guest or a kernel, not both; and what they need if not said. */
static void complete(struct machine_options *options, char **rest)
{
    if ((options->boot.kernel != NULL) == (rest[0] != NULL) ||
        (rest[0] && rest[1])) {
        fputs("s390irq-vmm: name one guest or a --kernel (try --help)\n",
              stderr);
        exit(2);
    }
    options->guest = rest[0];
    if (options->ram_size == 0)
        options->ram_size = options->guest ? SMALL_RAM : LINUX_RAM;
}

/* False: it cannot be written. Without --trace there is nothing to open. */
static bool open_trace(struct machine_options *options)
{
    if (!options->trace)
        return true;
    options->json = json_open(
        options->trace, options->guest ? options->guest : options->boot.kernel,
        options->cpus);
    if (!options->json)
        fprintf(stderr, "s390irq-vmm: %s: %s\n", options->trace,
                strerror(errno));
    return options->json != NULL;
}

static bool close_trace(const struct machine_options *options)
{
    bool good = json_close(options->json);

    if (!good)
        fprintf(stderr, "s390irq-vmm: %s: could not be written to the end\n",
                options->trace);
    return good;
}

int main(int argc, char **argv)
{
    struct machine_options options = {
        .cpus = 2, .boot = { .append = "console=ttysclp0 nokaslr" }
    };
    struct machine machine;
    const char *file;
    const char *wrong;
    bool good;
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        set_option(&options, option);
    complete(&options, argv + optind);
    if (!open_trace(&options))
        return 2;
    wrong = machine_open(&machine, &options, &file);
    if (wrong) {
        fprintf(stderr, "s390irq-vmm: %s%s%s\n", file ? file : "",
                file ? ": " : "", wrong);
        machine_close(&machine);
        close_trace(&options);
        return 2;
    }
    loop_run(&machine);
    if (options.json)
        latency_print(stdout, json_latencies(options.json));
    good = counts_print(&machine);
    machine_close(&machine);
    good = close_trace(&options) && good;
    return good ? 0 : 1;
}
