#include "crawler/crawl/host_table.h"

#include <string>

namespace crawler {

HostTable::HostTable(const SeenSet& seen)
    : host_ids_(0, Hash<HostId, Host>{&hosts_, &seen}, Equal<HostId, Host>{&hosts_}),
      origin_ids_(0, Hash<OriginId, Origin>{&origins_, &seen}, Equal<OriginId, Origin>{&origins_}) {
}

Place HostTable::place_of(const parser::Url& url) {
  Place place;
  if (const auto origin = origin_ids_.find(url.origin()); origin != origin_ids_.end()) {
    place.origin = *origin;
    place.host = this->origin(place.origin).host;
    return place;
  }
  const auto host = host_ids_.find(url.host());
  place.new_host = host == host_ids_.end();
  if (place.new_host) {
    hosts_.push_back({std::string(url.host())});
    place.host = static_cast<HostId>(hosts_.size());
    host_ids_.insert(place.host);
  } else {
    place.host = *host;
  }
  place.new_origin = true;
  origins_.push_back({std::string(url.origin()), place.host});
  place.origin = static_cast<OriginId>(origins_.size());
  origin_ids_.insert(place.origin);
  return place;
}

void HostTable::restore_host(HostId id, std::string_view name) {
  if (to_number(id) > hosts_.size()) hosts_.resize(to_number(id));
  host(id).name = name;
  host_ids_.insert(id);
}

void HostTable::restore_origin(OriginId id, HostId host, std::string_view origin) {
  if (to_number(id) > origins_.size()) origins_.resize(to_number(id));
  this->origin(id).text = origin;
  this->origin(id).host = host;
  origin_ids_.insert(id);
}

}  // namespace crawler
