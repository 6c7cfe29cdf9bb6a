// Where a URL belongs, and whether its host or its origin was seen for the first time.
#pragma once

#include "storage/records.h"

namespace crawler {

struct Place {
  storage::HostId host = storage::kNoHost;
  storage::OriginId origin = storage::kNoOrigin;
  bool new_host = false;
  bool new_origin = false;
};

}  // namespace crawler
