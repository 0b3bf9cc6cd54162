// The verbs of the program. Each add_* function describes one to the command line and says in `action` what it does.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace cli {

using Action = std::function<void()>;

void add_matmul(CLI::App &app, Action &action);
void add_calibrate(CLI::App &app, Action &action);
void add_scales(CLI::App &app, Action &action);
void add_smooth(CLI::App &app, Action &action);
void add_quantize(CLI::App &app, Action &action);
void add_sequence(CLI::App &app, Action &action);
void add_sweep(CLI::App &app, Action &action);
void add_search(CLI::App &app, Action &action);
void add_export(CLI::App &app, Action &action);
void add_verify(CLI::App &app, Action &action);
void add_info(CLI::App &app, Action &action);

// Prints text to standard output; a closed or full one is an error.
void print(const std::string &text);

} // namespace cli
