/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Broken kernels that test_kernels.c must catch. */
#ifndef KERNEL_FAULTS_H
#define KERNEL_FAULTS_H

#include "kernels/tables.h"

typedef struct {
  const char *kernel, *what;
  int crashes; /* only a guard page can show it */
  void (*plant) (MdspKernels *table);
} KernelFault;

extern const KernelFault kernel_faults[];
extern const unsigned n_kernel_faults;

#endif
