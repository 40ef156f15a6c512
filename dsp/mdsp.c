/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "mdsp.h"

const char *
mdsp_status_text (MdspStatus status)
{
  switch (status) {
    case MDSP_OK:
      return "done";
    case MDSP_ERROR_PARAM:
      return "a parameter is outside its range";
    case MDSP_ERROR_MEMORY:
      return "out of memory";
    case MDSP_ERROR_STATE:
      return "called before it was initialised";
  }
  return "unknown status";
}
