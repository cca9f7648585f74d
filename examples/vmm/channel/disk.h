/* SPDX-License-Identifier: BSD-3-Clause */
/* A disk: a file of the host as a virtio block device. */
#ifndef VMM_DISK_H
#define VMM_DISK_H

#include "channel/device.h"

/*
 * Opens it; NULL: *wrong says why. What the guest writes is kept until the
 * machine closes and never reaches the file.
 */
struct device *disk_open(struct machine *machine, unsigned number,
                         const char *path, const char **wrong);

#endif
