#include "crawler/compare/saved.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "storage/json_writer.h"

namespace crawler {
namespace {

using SavedJson = nlohmann::json;
using storage::JsonWriter;

void write_machine(JsonWriter& json, const Machine& machine) {
  json.object("machine", [&] {
    json.member("processor", machine.processor);
    json.member("cores", machine.cores);
    json.member("memory", machine.memory);
    json.member("system", machine.system);
    json.member("weft", machine.weft);
  });
}

void write_workload(JsonWriter& json, const Workload& workload) {
  json.object("workload", [&] {
    json.array("seeds", [&] {
      for (const std::string& seed : workload.seeds) json.value(seed);
    });
    json.member("hosts", workload.hosts);
    json.member("pages", workload.pages);
    json.member("latency", workload.latency);
    json.member("body", workload.body);
    json.member("site_threads", workload.site_threads);
    json.member("per_host", workload.per_host);
    json.member("max_pages", workload.max_pages);
  });
}

void write_numbers(JsonWriter& json, std::string_view name, const auto& numbers) {
  json.array(name, [&] {
    for (const auto number : numbers) json.value(number);
  });
}

void write_measurement(JsonWriter& json, const Measurement& measurement) {
  json.object([&] {
    json.member("configuration", measurement.run.configuration);
    json.member("round", measurement.run.round);
    json.member("error", measurement.error);
    json.member("stopped", measurement.stopped);
    json.member("seconds", measurement.seconds);
    json.member("pages", measurement.pages);
    json.member("requests", measurement.requests);
    write_numbers(json, "cpu", measurement.cpu);
    json.member("server_cpu", measurement.server_cpu);
    json.member("machine_cpu", measurement.machine_cpu);
    json.member("memory", measurement.memory);
    write_numbers(json, "latency_ms", measurement.latency_ms);
    json.member("most_in_flight", measurement.most_in_flight);
    json.member("mean_in_flight", measurement.mean_in_flight);
    json.member("switches_waiting", measurement.switches_waiting);
    json.member("switches_forced", measurement.switches_forced);
    json.member("threads", measurement.threads);
    json.member("digest", measurement.digest);
    json.array("timeline", [&] {
      for (const TimelineSample& sample : measurement.timeline)
        json.array([&] {
          json.value(sample.seconds);
          json.value(sample.pages);
          json.value(sample.in_flight);
        });
    });
  });
}

Workload workload_from(const SavedJson& saved) {
  Workload workload;
  saved.at("seeds").get_to(workload.seeds);
  saved.at("hosts").get_to(workload.hosts);
  saved.at("pages").get_to(workload.pages);
  saved.at("latency").get_to(workload.latency);
  saved.at("body").get_to(workload.body);
  saved.at("site_threads").get_to(workload.site_threads);
  saved.at("per_host").get_to(workload.per_host);
  saved.at("max_pages").get_to(workload.max_pages);
  return workload;
}

Measurement measurement_from(const SavedJson& saved) {
  Measurement measurement;
  saved.at("configuration").get_to(measurement.run.configuration);
  saved.at("round").get_to(measurement.run.round);
  saved.at("error").get_to(measurement.error);
  saved.at("stopped").get_to(measurement.stopped);
  saved.at("seconds").get_to(measurement.seconds);
  saved.at("pages").get_to(measurement.pages);
  saved.at("requests").get_to(measurement.requests);
  saved.at("cpu").get_to(measurement.cpu);
  saved.at("server_cpu").get_to(measurement.server_cpu);
  saved.at("machine_cpu").get_to(measurement.machine_cpu);
  saved.at("memory").get_to(measurement.memory);
  saved.at("latency_ms").get_to(measurement.latency_ms);
  saved.at("most_in_flight").get_to(measurement.most_in_flight);
  saved.at("mean_in_flight").get_to(measurement.mean_in_flight);
  saved.at("switches_waiting").get_to(measurement.switches_waiting);
  saved.at("switches_forced").get_to(measurement.switches_forced);
  saved.at("threads").get_to(measurement.threads);
  saved.at("digest").get_to(measurement.digest);
  for (const SavedJson& sample : saved.at("timeline"))
    measurement.timeline.push_back({sample.at(0).get<double>(), sample.at(1).get<std::uint64_t>(),
                                    sample.at(2).get<std::uint64_t>()});
  return measurement;
}

Comparison read_comparison(const SavedJson& saved) {
  Comparison comparison;
  const SavedJson& machine = saved.at("machine");
  machine.at("processor").get_to(comparison.machine.processor);
  machine.at("cores").get_to(comparison.machine.cores);
  machine.at("memory").get_to(comparison.machine.memory);
  machine.at("system").get_to(comparison.machine.system);
  machine.at("weft").get_to(comparison.machine.weft);
  saved.at("command").get_to(comparison.command);
  saved.at("measured_at").get_to(comparison.measured_at);
  comparison.workload = workload_from(saved.at("workload"));
  saved.at("floor").get_to(comparison.floor);
  saved.at("rounds").get_to(comparison.rounds);
  saved.at("time_limit").get_to(comparison.time_limit);
  for (const SavedJson& each : saved.at("configurations")) {
    Configuration configuration;
    configuration.strategy =
        strategy_from(each.at("strategy").get<std::string>()).value_or(Strategy::kAsync);
    each.at("concurrency").get_to(configuration.concurrency);
    each.at("parsers").get_to(configuration.parsers);
    comparison.configurations.push_back(configuration);
  }
  for (const SavedJson& each : saved.at("measurements"))
    comparison.measurements.push_back(measurement_from(each));
  return comparison;
}

}  // namespace

std::string to_json(const Comparison& comparison) {
  std::string text;
  JsonWriter json(text);
  json.object([&] {
    json.member("weft_comparison", 1);  // the version of this form
    write_machine(json, comparison.machine);
    json.member("command", comparison.command);
    json.member("measured_at", comparison.measured_at);
    write_workload(json, comparison.workload);
    json.member("floor", comparison.floor);
    json.member("rounds", comparison.rounds);
    json.member("time_limit", comparison.time_limit);
    json.array("configurations", [&] {
      for (const Configuration& each : comparison.configurations)
        json.object([&] {
          json.member("strategy", to_string(each.strategy));
          json.member("concurrency", each.concurrency);
          json.member("parsers", each.parsers);
        });
    });
    json.array("measurements", [&] {
      for (const Measurement& each : comparison.measurements) write_measurement(json, each);
    });
  });
  return text;
}

Comparison comparison_from(const std::string& text) {
  try {
    return read_comparison(SavedJson::parse(text));
  } catch (const SavedJson::exception&) {
    throw std::runtime_error("not a comparison that weft compare --save has written");
  }
}

}  // namespace crawler
