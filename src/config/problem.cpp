#include "config/problem.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace weir::config {
namespace {

// How many letters must be inserted, removed or replaced (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string text_of(const Problem& problem) {
  std::string text = problem.at.source;
  if (problem.at.line > 0) text += fmt::format(":{}:{}", problem.at.line, problem.at.column);
  text += ": " + problem.message;
  if (!problem.remedy.empty()) text += "; " + problem.remedy;
  return text;
}

std::string nearest(const std::string& wrong, const std::vector<std::string>& known) {
  std::string best;
  std::pair<std::size_t, std::size_t> least(std::max<std::size_t>(wrong.size() / 3, 2) + 1, 0);
  for (const std::string& word : known) {
    const bool contains = wrong.size() >= 4 && word.find(wrong) != std::string::npos;
    const std::size_t letters = distance(wrong, word);
    const std::pair steps(contains ? 1 : letters, letters);
    if (steps >= least) continue;
    least = steps;
    best = word;
  }
  return best;
}

std::string suggest(const std::string& wrong, const std::vector<std::string>& known) {
  if (known.empty()) return "there is none";
  const std::string word = nearest(wrong, known);
  if (!word.empty()) return fmt::format("did you mean \"{}\"?", word);
  return "write one of " + joined(known);
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace weir::config
