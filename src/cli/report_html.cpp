// The results of a sweep as one HTML page: plots as inline SVG, a table, nothing from elsewhere.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <limits>

#include "failure.h"
#include "report_style.h"
#include "sweep.h"

namespace cli {
namespace {

// Control characters have no place in a page, not even escaped.
std::string escaped(const std::string &raw) {
    std::string out;
    for (const char c : one_line(raw)) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

const char *smoothing(const Group &group) {
    return group.smoothed ? "with smoothing" : "without smoothing";
}

std::string colour(std::size_t variant) {
    return text("c", variant % report_colours);
}

// --- Scales ---------------------------------------------------------------------------------------------------------

// The range that a logarithmic axis can show; values beyond it are in the table alone.
bool drawable(double value) {
    return value > 1e-100 && value < 1e100;
}

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = 0;

    void take(double value) {
        if (!drawable(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

// A little air on both sides, and never less than a factor of `least` from bottom to top.
Range widened(Range range, double least) {
    if (range.low > range.high) range = {0.01, 1};
    const double air = 1.12, missing = std::max(1.0, std::sqrt(least * range.low / range.high));
    return {range.low / air / missing, range.high * air * missing};
}

// Round numbers of the range: the coarsest series that gives at least five, or the finest.
std::vector<double> log_ticks(const Range &range) {
    const std::initializer_list<std::vector<double>> series = {
        {1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 7}, {1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9}};
    const int first = int(std::floor(std::log10(range.low))), last = int(std::ceil(std::log10(range.high)));
    const int step = (last - first) / 10 + 1;
    std::vector<double> ticks;
    for (const auto &mantissas : series) {
        ticks.clear();
        for (int decade = first; decade <= last; decade += step)
            for (const double mantissa : mantissas)
                if (const double tick = mantissa * std::pow(10.0, decade); tick >= range.low && tick <= range.high)
                    ticks.push_back(tick);
        if (ticks.size() >= 5) break;
    }
    return ticks;
}

// Round decibels between two: at most seven.
std::vector<double> decibel_ticks(double low, double high) {
    double step = 1;
    for (const double candidate : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0}) {
        step = candidate;
        if ((high - low) / candidate <= 7) break;
    }
    std::vector<double> ticks;
    for (int i = int(std::ceil(low / step)); i * step <= high; i++) ticks.push_back(i * step);
    return ticks;
}

// --- A plot: the groups of one granularity --------------------------------------------------------------------------

struct Frame {
    double width, height, left = 62, right = 54, top = 34, bottom = 50;
    Range lengths{}, errors{};

    double inner_right() const { return width - right; }
    double inner_bottom() const { return height - bottom; }
    double x(double length) const { return left + share(length, lengths) * (inner_right() - left); }
    double y(double error) const { return inner_bottom() - share(error, errors) * (inner_bottom() - top); }

private:
    static double share(double value, const Range &range) {
        return std::log(value / range.low) / std::log(range.high / range.low);
    }
};

std::string label(double x, double y, const char *anchor, const char *style, const std::string &content) {
    return text("<text x=\"", x, "\" y=\"", y, "\" text-anchor=\"", anchor, "\" class=\"", style, "\">", content,
                "</text>\n");
}

std::string line(double x1, double y1, double x2, double y2, const char *style) {
    return text("<line x1=\"", x1, "\" y1=\"", y1, "\" x2=\"", x2, "\" y2=\"", y2, "\" class=\"", style, "\"/>\n");
}

std::string upright(double x, double y, int degrees, const std::string &content) {
    return text("<text transform=\"translate(", x, " ", y, ") rotate(", degrees,
                ")\" text-anchor=\"middle\" class=\"axis\">", content, "</text>\n");
}

// Lengths are labelled from the longest down, as far as labels keep clear of each other.
std::string length_axis(const Frame &frame, const std::vector<std::int32_t> &stoc_lens) {
    std::string out;
    double last = std::numeric_limits<double>::infinity();
    for (std::size_t i = stoc_lens.size(); i-- > 0;) {
        const double x = frame.x(stoc_lens[i]);
        out += line(x, frame.top, x, frame.inner_bottom(), "grid");
        if (last - x < 30) continue;
        out += label(x, frame.inner_bottom() + 18, "middle", "tick", std::to_string(stoc_lens[i]));
        last = x;
    }
    return out + label((frame.left + frame.inner_right()) / 2, frame.height - 10, "middle", "axis",
                       "stream length in cycles (log)");
}

// The same error twice: relative on the left, as SQNR = -20 log10 of it on the right.
std::string error_axes(const Frame &frame) {
    std::string out;
    for (const double tick : log_ticks(frame.errors)) {
        out += line(frame.left, frame.y(tick), frame.inner_right(), frame.y(tick), "grid");
        out += label(frame.left - 7, frame.y(tick) + 4, "end", "tick", number(100 * tick, 3) + "%");
    }
    const double low = -20 * std::log10(frame.errors.high), high = -20 * std::log10(frame.errors.low);
    for (const double tick : decibel_ticks(low, high)) {
        const double y = frame.y(std::pow(10.0, -tick / 20));
        out += line(frame.inner_right(), y, frame.inner_right() + 5, y, "frame");
        out += label(frame.inner_right() + 9, y + 4, "start", "tick", fixed(tick, 0));
    }
    const double middle = (frame.top + frame.inner_bottom()) / 2;
    return out + upright(14, middle, -90, "relative Frobenius error (log)") +
           upright(frame.width - 10, middle, 90, "SQNR in dB");
}

// A shape for each variant, hollow where smoothed.
std::string marker(double x, double y, std::size_t variant, bool smoothed, const std::string &tip) {
    static constexpr const char *shapes[report_colours] = {"m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
                                                           "m-4.5 -4.5h9v9h-9z",
                                                           "m0 -6l6 6l-6 6l-6 -6z",
                                                           "m0 -6l5.5 10h-11z",
                                                           "m0 6l5.5 -10h-11z",
                                                           "m-3 -5.2h6l3 5.2l-3 5.2h-6l-3 -5.2z"};
    const std::string title = tip.empty() ? "" : "<title>" + tip + "</title>";
    return text("<path d=\"M", x, " ", y, shapes[variant % report_colours], "\" class=\"", smoothed ? "hollow" : "dot",
                "\">", title, "</path>\n");
}

std::string curve(const Frame &frame, const Group &group, std::size_t index) {
    const Variant &variant = group.variants[index];
    std::string path, markers;
    for (const Measurement &at : variant.measurements) {
        if (!drawable(at.errors.relative)) continue;
        const double x = frame.x(at.stoc_len), y = frame.y(at.errors.relative);
        path += text(path.empty() ? "M" : " L", x, " ", y);
        markers +=
            marker(x, y, index, group.smoothed,
                   escaped(text(variant.streams, ", ", smoothing(group), ", ", at.stoc_len,
                                " cycles: ", percent(at.errors.relative), ", ", fixed(at.errors.sqnr_db, 1), " dB")));
    }
    return text("<g class=\"", colour(index), group.smoothed ? " smoothed" : "", "\">\n<path d=\"",
                path.empty() ? "M0 0" : path, "\" class=\"curve\"/>\n", markers, "</g>\n");
}

std::string exact_line(const Frame &frame, const Group &group) {
    if (!drawable(group.exact.relative)) return "";
    const double y = frame.y(group.exact.relative);
    return line(frame.left, y, frame.inner_right(), y, group.smoothed ? "exact smoothed" : "exact");
}

std::string plot(const Sweep &sweep, const std::string &granularity, Frame frame) {
    std::string out = text("<svg viewBox=\"0 0 ", frame.width, " ", frame.height, "\" role=\"img\" aria-label=\"",
                           granularity, ": error against stream length; the numbers are in the table below\">\n");
    out +=
        label(frame.left, 20, "start", "name", granularity) + length_axis(frame, sweep.stoc_lens) + error_axes(frame);
    out += text("<rect x=\"", frame.left, "\" y=\"", frame.top, "\" width=\"", frame.inner_right() - frame.left,
                "\" height=\"", frame.inner_bottom() - frame.top, "\" class=\"frame\"/>\n");
    for (const Group &group : sweep.groups)
        if (group.granularity == granularity) out += exact_line(frame, group);
    for (const Group &group : sweep.groups)
        if (group.granularity == granularity)
            for (std::size_t i = 0; i < group.variants.size(); i++) out += curve(frame, group, i);
    return out + "</svg>\n";
}

// One after the other as they first come.
std::vector<std::string> granularities(const Sweep &sweep) {
    std::vector<std::string> out;
    for (const Group &group : sweep.groups)
        if (std::find(out.begin(), out.end(), group.granularity) == out.end()) out.push_back(group.granularity);
    return out;
}

// All plots have the same axes, so that they can be compared.
std::string plots(const Sweep &sweep) {
    const auto names = granularities(sweep);
    Frame frame = names.size() == 1 ? Frame{860, 470} : Frame{430, 390};
    for (const std::int32_t length : sweep.stoc_lens) frame.lengths.take(length);
    for (const Group &group : sweep.groups) {
        frame.errors.take(group.exact.relative);
        for (const Variant &variant : group.variants)
            for (const Measurement &at : variant.measurements) frame.errors.take(at.errors.relative);
    }
    frame.lengths = widened(frame.lengths, 2);
    frame.errors = widened(frame.errors, 2);
    std::string out = text("<div class=\"plots", names.size() == 1 ? " one" : "", "\">\n");
    for (const std::string &name : names) out += plot(sweep, name, frame);
    return out + "</div>\n";
}

std::string legend(const Sweep &sweep) {
    const bool both =
        std::any_of(sweep.groups.begin(), sweep.groups.end(), [](const Group &group) { return group.smoothed; });
    const auto item = [&](const std::string &symbol, const std::string &name, bool smoothed) {
        const std::string suffix = both ? (smoothed ? ", with smoothing" : ", without smoothing") : "";
        return "<li><svg viewBox=\"0 0 44 16\" aria-hidden=\"true\">" + symbol + "</svg>" + escaped(name + suffix) +
               "</li>\n";
    };
    std::string out = "<ul class=\"legend\">\n";
    const auto &variants = sweep.groups.front().variants;
    for (std::size_t i = 0; i < variants.size(); i++)
        for (int smoothed = 0; smoothed <= int(both); smoothed++)
            out +=
                item(text("<g class=\"", colour(i), smoothed ? " smoothed" : "",
                          "\"><path d=\"M1 8 L43 8\" class=\"curve\"/>", marker(22, 8, i, smoothed != 0, ""), "</g>"),
                     variants[i].streams, smoothed != 0);
    for (int smoothed = 0; smoothed <= int(both); smoothed++)
        out += item(line(1, 8, 43, 8, smoothed ? "exact smoothed" : "exact"), "exact product of the quantized operands",
                    smoothed != 0);
    return out + "</ul>\n";
}

// --- The table ------------------------------------------------------------------------------------------------------

std::string cell(const std::string &content, const char *style) {
    return std::string("<td class=\"") + style + "\">" + content + "</td>";
}

std::string error_cells(const Errors &errors) {
    return cell(scientific(errors.mse), "cell first") + cell(fixed(errors.sqnr_db, 1), "cell") +
           cell(percent(errors.relative), "cell");
}

std::string table_head(const Sweep &sweep) {
    const std::string errors = "<th class=\"first\">MSE</th><th>SQNR dB</th><th>error</th>";
    std::string names = "<tr><th colspan=\"3\"></th><th colspan=\"3\" class=\"first\">exact product</th>";
    std::string units =
        "<tr><th class=\"word\">granularity</th><th class=\"word\">smoothing</th><th>cycles</th>" + errors;
    const auto &variants = sweep.groups.front().variants;
    for (std::size_t i = 0; i < variants.size(); i++) {
        names += text("<th colspan=\"4\" class=\"first ", colour(i), "\">", escaped(variants[i].streams), "</th>");
        units += errors + "<th>ms</th>";
    }
    return "<thead>\n" + names + "</tr>\n" + units + "</tr>\n</thead>\n";
}

// The numbers of the exact product are the same at every length, and stand in the first line only.
std::string table_rows(const Sweep &sweep, const Group &group, bool new_granularity) {
    const std::size_t lines = sweep.stoc_lens.size();
    std::string out;
    for (std::size_t i = 0; i < lines; i++) {
        out += i > 0 ? "<tr>" : new_granularity ? "<tr class=\"granularity\">" : "<tr class=\"group\">";
        if (i == 0)
            out += text("<th class=\"word\" rowspan=\"", lines, "\">", group.granularity,
                        "</th><td class=\"word top\" rowspan=\"", lines, "\">", group.smoothed ? "with" : "without",
                        "</td>");
        out += cell(std::to_string(sweep.stoc_lens[i]), "cell");
        out += i == 0 ? error_cells(group.exact) : "<td class=\"first\"></td><td></td><td></td>";
        for (const Variant &variant : group.variants)
            out += error_cells(variant.measurements[i].errors) + cell(fixed(variant.measurements[i].ms, 1), "cell");
        out += "</tr>\n";
    }
    return out;
}

std::string table(const Sweep &sweep) {
    std::string out = "<div class=\"scroll\">\n<table>\n" + table_head(sweep) + "<tbody>\n", last;
    for (const Group &group : sweep.groups) {
        out += table_rows(sweep, group, group.granularity != last);
        last = group.granularity;
    }
    return out + "</tbody>\n</table>\n</div>\n";
}

} // namespace

std::string html_report(const Sweep &sweep) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out += text("<meta name=\"generator\" content=\"scmp ", scmp_version(), ", specification ", scmp_spec_version(),
                "\">\n");
    out +=
        "<title>" + escaped(sweep.title) + "</title>\n<style>" + report_style + "</style>\n</head>\n<body>\n<main>\n";
    out += "<h1>" + escaped(sweep.title) + "</h1>\n<div class=\"facts\">\n";
    for (const std::string &fact : sweep.facts) out += "<p>" + escaped(fact) + "</p>\n";
    out += "</div>\n";
    if (const std::string last = conclusion(sweep); !last.empty())
        out += "<p class=\"conclusion\">" + escaped(last) + "</p>\n";
    out += "<h2>Error against stream length</h2>\n<figure>\n" + legend(sweep) + plots(sweep);
    out += "<figcaption>Lower is closer to the exact product. The exact product of the quantized operands uses no "
           "streams: it "
           "is the error that quantization alone leaves, and what streams aim at.</figcaption>\n</figure>\n";
    out += "<h2>The numbers</h2>\n<p class=\"facts\">MSE is the mean squared error, SQNR the energy of the product "
           "over that "
           "of the error, error its relative Frobenius norm; ms are milliseconds for one product. The exact product is "
           "that of "
           "the quantized operands.</p>\n" +
           table(sweep);
    out += text("</main>\n<footer><p>Written by scmp ", scmp_version(), ", arithmetic specification version ",
                scmp_spec_version(), ".</p></footer>\n</body>\n</html>\n");
    return out;
}

} // namespace cli
