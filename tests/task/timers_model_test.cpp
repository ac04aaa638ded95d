// Timers against the simplest model that could be right: a list that is searched from end to end.
// Random scripts set, move, cancel and destroy timers, also from within other timers' firing.

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "task/timers.hpp"

using namespace weir;

namespace {

constexpr std::size_t kAlarms = 12;  // more than two levels of a 4-ary heap

enum class Verb { set, set_never, cancel, destroy, advance };

struct Step {
  Verb verb;
  std::size_t alarm;
  Duration delay;  // from now, perhaps into the past
};

// What alarm number i does when it fires: one step.
using Script = std::vector<Step>;

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array names = {"set", "set_never", "cancel", "destroy", "advance"};
  return out << names[static_cast<std::size_t>(step.verb)] << "(" << step.alarm << ", "
             << step.delay.count() << ")";
}

class Model {
 public:
  explicit Model(const Script& reactions) : reactions_(reactions) {}

  void apply(const Step& step) {
    if (step.verb == Verb::advance) return advance_to(now_ + step.delay);
    std::erase_if(entries_, [&](const Entry& entry) { return entry.alarm == step.alarm; });
    if (step.verb == Verb::destroy) gone_[step.alarm] = true;
    if (step.verb != Verb::set || gone_[step.alarm]) return;
    entries_.push_back({std::max(now_ + step.delay, now_), next_sequence_++, step.alarm});
  }

  TimePoint now() const { return now_; }
  const std::vector<std::size_t>& fired() const { return fired_; }
  std::size_t size() const { return entries_.size(); }
  TimePoint next_deadline() const { return entries_.empty() ? kNever : first()->deadline; }
  bool is_set(std::size_t alarm) const {
    return std::ranges::any_of(entries_, [&](const Entry& each) { return each.alarm == alarm; });
  }

 private:
  struct Entry {
    TimePoint deadline;
    int sequence;
    std::size_t alarm;
  };

  std::vector<Entry>::const_iterator first() const {
    return std::ranges::min_element(
        entries_, {}, [](const Entry& entry) { return std::pair(entry.deadline, entry.sequence); });
  }

  void advance_to(TimePoint now) {
    now_ = std::max(now, now_);
    const int set_later = next_sequence_;
    while (!entries_.empty()) {
      const auto next = first();
      if (next->deadline > now_ || next->sequence >= set_later) return;
      const std::size_t alarm = next->alarm;
      entries_.erase(next);
      fired_.push_back(alarm);
      apply(reactions_[alarm]);
    }
  }

  const Script& reactions_;
  std::vector<Entry> entries_;
  std::array<bool, kAlarms> gone_{};
  std::vector<std::size_t> fired_;
  TimePoint now_{};
  int next_sequence_ = 0;
};

class Real {
 public:
  explicit Real(const Script& reactions) : reactions_(reactions) {
    for (std::size_t i = 0; i < kAlarms; ++i) alarms_[i] = std::make_unique<Alarm>(*this, i);
  }

  void apply(const Step& step) {
    if (step.verb == Verb::advance) return timers.advance_to(timers.now() + step.delay);
    std::unique_ptr<Alarm>& alarm = alarms_[step.alarm];
    if (alarm == nullptr) return;
    if (step.verb == Verb::set) timers.set(*alarm, timers.now() + step.delay);
    if (step.verb == Verb::set_never) timers.set(*alarm, kNever);
    if (step.verb == Verb::cancel) alarm->cancel();
    if (step.verb == Verb::destroy) alarm.reset();
  }

  bool is_set(std::size_t alarm) const {
    return alarms_[alarm] != nullptr && alarms_[alarm]->is_set();
  }
  const std::vector<std::size_t>& fired() const { return fired_; }

  task::Timers timers;

 private:
  struct Alarm final : task::Timer {
    Alarm(Real& owner_given, std::size_t number_given) : owner(owner_given), number(number_given) {}
    void fire() override {
      Real& real = owner;  // the reaction may destroy this alarm
      real.fired_.push_back(number);
      real.apply(real.reactions_[number]);
    }
    Real& owner;
    std::size_t number;
  };

  const Script& reactions_;
  std::array<std::unique_ptr<Alarm>, kAlarms> alarms_;
  std::vector<std::size_t> fired_;
};

rc::Gen<Step> any_step(bool with_advance) {
  const auto verb =
      with_advance
          ? rc::gen::weightedElement<Verb>({{8, Verb::set},
                                            {1, Verb::set_never},
                                            {2, Verb::cancel},
                                            {1, Verb::destroy},
                                            {3, Verb::advance}})
          : rc::gen::weightedElement<Verb>(
                {{4, Verb::set}, {1, Verb::set_never}, {2, Verb::cancel}, {1, Verb::destroy}});
  const auto delay = rc::gen::map(rc::gen::inRange(-3, 20), [](int ns) { return Duration(ns); });
  return rc::gen::construct<Step>(verb, rc::gen::inRange<std::size_t>(0, kAlarms), delay);
}

}  // namespace

TEST_CASE("timers do what a list searched from end to end does") {
  rc::prop("for any script, with timers that react when they fire", [] {
    const Script reactions = *rc::gen::container<Script>(kAlarms, any_step(false));
    const Script script = *rc::gen::container<Script>(any_step(true));
    Model model(reactions);
    Real real(reactions);
    for (const Step& step : script) {
      model.apply(step);
      real.apply(step);
      RC_ASSERT(real.fired() == model.fired());
      RC_ASSERT(real.timers.fired() == model.fired().size());
      RC_ASSERT(real.timers.now() == model.now());
      RC_ASSERT(real.timers.size() == model.size());
      RC_ASSERT(real.timers.next_deadline() == model.next_deadline());
      for (std::size_t i = 0; i < kAlarms; ++i) RC_ASSERT(real.is_set(i) == model.is_set(i));
    }
  });
}

TEST_CASE("a thousand timers fire in order, whatever was cancelled between") {
  rc::prop("for any deadlines", [] {
    const auto delays = *rc::gen::container<std::vector<int>>(1000, rc::gen::inRange(0, 500));
    struct Alarm final : task::Timer {
      void fire() override { fired->push_back({deadline, number}); }
      std::vector<std::pair<int, std::size_t>>* fired = nullptr;
      int deadline = 0;
      std::size_t number = 0;
    };
    std::vector<std::pair<int, std::size_t>> fired, expected;
    task::Timers timers;
    std::vector<Alarm> alarms(delays.size());
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      alarms[i].fired = &fired;
      alarms[i].deadline = delays[i];
      alarms[i].number = i;
      timers.set(alarms[i], TimePoint{} + Duration(delays[i]));
    }
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      if (delays[i] % 3 == 0) {
        alarms[i].cancel();
      } else {
        expected.emplace_back(delays[i], i);
      }
    }
    std::ranges::sort(expected);
    timers.advance_to(TimePoint{} + Duration(1000));
    RC_ASSERT(fired == expected);
  });
}
